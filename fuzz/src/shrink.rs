//! Smaller programs that still fail.

use crate::program::Program;

/// Leaves out statements, outputs, items and inputs as long as `fails` says that it still does.
#[must_use]
pub fn shrink(program: &Program, fails: &dyn Fn(&Program) -> bool) -> Program {
    let mut best = program.clone();
    loop {
        let smaller = candidates(&best).into_iter().find(|p| fails(p));
        match smaller {
            Some(p) => best = p,
            None => return best,
        }
    }
}

/// The program without one of its parts, the last first: later statements read earlier ones.
fn candidates(p: &Program) -> Vec<Program> {
    let mut all = vec![];
    for k in (0..p.body.len()).rev() {
        let mut q = p.clone();
        q.body.remove(k);
        all.push(q);
    }
    for k in (0..p.outputs.len()).filter(|_| p.outputs.len() > 1) {
        let mut q = p.clone();
        q.outputs.remove(k);
        all.push(q);
    }
    for k in 0..p.items.len() {
        let mut q = p.clone();
        q.items.remove(k);
        all.push(q);
    }
    for k in (0..p.inputs.len()).filter(|_| p.inputs.len() > 1) {
        let mut q = p.clone();
        q.inputs.remove(k);
        all.push(q);
    }
    all
}
