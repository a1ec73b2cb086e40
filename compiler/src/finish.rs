//! A draft becomes a circuit: unused parts go, tensors are put in order, identities are renumbered.

mod reduce;

use crate::draft::{Constraint, Draft, Form};
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::{
    Block, Circuit, ConstId, Constant, Kind, Lin, Op, Origin, OriginId, SourceFile, Step, TensorId,
    Weight, Width,
};

/// A circuit, and where the tensors of the draft are in it.
#[derive(Clone, Debug)]
pub(crate) struct Finished {
    pub(crate) circuit: Circuit,
    /// Tensors that the circuit does not need are missing.
    pub(crate) places: BTreeMap<TensorId, TensorId>,
}

/// The circuit of a draft. `origins` are the program's.
pub(crate) fn finish(
    d: &Draft,
    origins: &[Origin],
    sources: Vec<SourceFile>,
) -> Result<Finished, String> {
    let mut circuit = Circuit {
        constants: vec![],
        tensors: d.tensors().to_vec(),
        blocks: d.constraints.iter().map(block).collect(),
        program: d.steps.clone(),
        signature: d.signature.clone(),
        sources,
        origins: vec![],
    };
    late_steps_last(&mut circuit);
    let used = used_tensors(&circuit);
    let places = reorder(&mut circuit, &used)?;
    compact_constants(&mut circuit, &d.constants);
    reduce::weights(&mut circuit);
    compact_origins(&mut circuit, &d.shared.with(origins));
    circuit.validate().map_err(|e| e.to_string())?;
    Ok(Finished { circuit, places })
}

/// Puts the steps that depend on challenges behind all others, those that draw them first.
fn late_steps_last(c: &mut Circuit) {
    if !c.has_challenges() {
        return;
    }
    let mut late = BTreeSet::new();
    let reads = |lins: &[&Lin], late: &BTreeSet<TensorId>| {
        lins.iter().flat_map(|l| &l.terms).any(|t| late.contains(&t.src))
    };
    let (mut first, mut drawn, mut second) = (vec![], vec![], vec![]);
    for s in std::mem::take(&mut c.program) {
        match &s {
            Step::Assign { tensor, op: Op::Challenge } => {
                late.insert(*tensor);
                drawn.push(s);
            }
            Step::Assign { tensor, op } => {
                let own = match (&c.tensors[tensor.0 as usize].kind, op) {
                    (Kind::Linear(lin), Op::Derive) => reads(&[lin], &late),
                    _ => reads(&op.args(), &late),
                };
                if own {
                    late.insert(*tensor);
                    second.push(s);
                } else {
                    first.push(s);
                }
            }
            Step::Check { left, right, .. } => {
                let own = reads(&[left, right], &late);
                if own { second.push(s) } else { first.push(s) }
            }
        }
    }
    c.program = first.into_iter().chain(drawn).chain(second).collect();
}

/// A family of constraints as a block; lin = 0 is 0·0 = lin, so that its variables enter one of the
/// three matrices only.
fn block(c: &Constraint) -> Block {
    let none = || Lin { terms: vec![], width: Width::I64 };
    let (a, b, out) = match c.form.clone() {
        Form::Product(a, b, out) => (a, b, out),
        Form::Zero(lin) => (none(), none(), lin),
    };
    Block { shape: c.shape.clone(), a, b, c: out, category: c.category, origin: c.origin }
}

/// Tensors that constraints, outputs, checks or inputs need, directly or not.
fn used_tensors(c: &Circuit) -> BTreeSet<TensorId> {
    let mut ops: BTreeMap<TensorId, &Op> = BTreeMap::new();
    let mut stack: Vec<TensorId> = vec![TensorId::ONE];
    let reads = |l: &Lin, stack: &mut Vec<TensorId>| stack.extend(l.terms.iter().map(|t| t.src));
    for s in &c.program {
        match s {
            Step::Assign { tensor, op } => {
                ops.insert(*tensor, op);
            }
            Step::Check { left, right, .. } => {
                reads(left, &mut stack);
                reads(right, &mut stack);
            }
        }
    }
    for b in &c.blocks {
        for l in [&b.a, &b.b, &b.c] {
            reads(l, &mut stack);
        }
    }
    stack.extend(c.signature.inputs.iter().chain(&c.signature.outputs).map(|p| p.tensor));
    let mut used = BTreeSet::new();
    while let Some(t) = stack.pop() {
        if !used.insert(t) {
            continue;
        }
        if let Kind::Linear(l) = &c.tensors[t.0 as usize].kind {
            reads(l, &mut stack);
        }
        if let Some(op) = ops.get(&t) {
            op.args().into_iter().for_each(|l| reads(l, &mut stack));
        }
    }
    used
}

/// The used tensors, each behind those that its definition reads.
fn definitions_first(c: &Circuit, used: &BTreeSet<TensorId>) -> Result<Vec<TensorId>, String> {
    let mut order: Vec<TensorId> = vec![];
    // 1 = under way, 2 = placed
    let mut state = vec![0u8; c.tensors.len()];
    for &start in used {
        let mut stack = vec![(start, false)];
        while let Some((t, done)) = stack.pop() {
            let s = &mut state[t.0 as usize];
            if done {
                *s = 2;
                order.push(t);
                continue;
            }
            match *s {
                2 => continue,
                1 => return Err("a linear tensor depends on itself".into()),
                _ => *s = 1,
            }
            stack.push((t, true));
            if let Kind::Linear(l) = &c.tensors[t.0 as usize].kind {
                for x in &l.terms {
                    match state[x.src.0 as usize] {
                        0 => stack.push((x.src, false)),
                        1 => return Err("a linear tensor depends on itself".into()),
                        _ => {}
                    }
                }
            }
        }
    }
    Ok(order)
}

/// Puts every linear tensor behind those it reads, and drops what nothing uses. Gives the new place
/// of each tensor that is left.
fn reorder(
    c: &mut Circuit,
    used: &BTreeSet<TensorId>,
) -> Result<BTreeMap<TensorId, TensorId>, String> {
    let order = definitions_first(c, used)?;
    let mut new: BTreeMap<TensorId, TensorId> = BTreeMap::new();
    for (k, t) in order.iter().enumerate() {
        new.insert(*t, TensorId(k as u32));
    }
    let to = |t: TensorId| new.get(&t).copied().unwrap_or(t);
    c.tensors = order.iter().map(|t| c.tensors[t.0 as usize].clone()).collect();
    let fix = |l: &mut Lin| l.terms.iter_mut().for_each(|t| t.src = to(t.src));
    for t in &mut c.tensors {
        if let Kind::Linear(l) = &mut t.kind {
            fix(l);
        }
    }
    for b in &mut c.blocks {
        [&mut b.a, &mut b.b, &mut b.c].into_iter().for_each(fix);
    }
    c.program.retain(|s| match s {
        Step::Assign { tensor, .. } => used.contains(tensor),
        Step::Check { .. } => true,
    });
    for s in &mut c.program {
        match s {
            Step::Assign { tensor, op } => {
                *tensor = to(*tensor);
                op.args_mut().into_iter().for_each(fix);
            }
            Step::Check { left, right, .. } => {
                fix(left);
                fix(right);
            }
        }
    }
    for p in c.signature.inputs.iter_mut().chain(&mut c.signature.outputs) {
        p.tensor = to(p.tensor);
    }
    Ok(new)
}

/// Every combination of the circuit.
fn lins_mut(c: &mut Circuit) -> Vec<&mut Lin> {
    let mut all: Vec<&mut Lin> = vec![];
    for t in &mut c.tensors {
        if let Kind::Linear(l) = &mut t.kind {
            all.push(l);
        }
    }
    for b in &mut c.blocks {
        all.extend([&mut b.a, &mut b.b, &mut b.c]);
    }
    for s in &mut c.program {
        match s {
            Step::Assign { op, .. } => all.extend(op.args_mut()),
            Step::Check { left, right, .. } => all.extend([left, right]),
        }
    }
    all
}

/// The constant that a step reads as a table.
fn table_mut(s: &mut Step) -> Option<&mut ConstId> {
    match s {
        Step::Assign { op: Op::Table(id, _) | Op::Count { table: id, .. }, .. } => Some(id),
        _ => None,
    }
}

/// Drops unused constants and merges equal ones.
fn compact_constants(c: &mut Circuit, all: &[Constant]) {
    let mut used: BTreeSet<ConstId> = BTreeSet::new();
    for l in lins_mut(c) {
        for t in &l.terms {
            if let Weight::Tensor { constant, .. } = &t.weight {
                used.insert(*constant);
            }
        }
    }
    for s in &mut c.program {
        used.extend(table_mut(s).map(|id| *id));
    }
    let mut kept: Vec<Constant> = vec![];
    let mut new: BTreeMap<ConstId, ConstId> = BTreeMap::new();
    for id in used {
        let constant = &all[id.0 as usize];
        let k = kept.iter().position(|x| x == constant).unwrap_or_else(|| {
            kept.push(constant.clone());
            kept.len() - 1
        });
        new.insert(id, ConstId(k as u32));
    }
    let to = |id: &mut ConstId| *id = new.get(id).copied().unwrap_or(*id);
    for l in lins_mut(c) {
        for t in &mut l.terms {
            if let Weight::Tensor { constant, .. } = &mut t.weight {
                to(constant);
            }
        }
    }
    for s in &mut c.program {
        if let Some(id) = table_mut(s) {
            to(id);
        }
    }
    c.constants = kept;
}

/// Keeps the origins and source files that something refers to.
fn compact_origins(c: &mut Circuit, old: &[Origin]) {
    let mut new: BTreeMap<OriginId, OriginId> = BTreeMap::new();
    let mut kept: Vec<Origin> = vec![];
    let mut seen: BTreeMap<String, OriginId> = BTreeMap::new();
    // The text form is a key within this run only; nothing is hashed or stored.
    let mut keep = |origin: &Origin, apart: Option<OriginId>| {
        *seen.entry(format!("{origin:?}{apart:?}")).or_insert_with(|| {
            kept.push(origin.clone());
            OriginId(kept.len() as u32 - 1)
        })
    };
    let mut fix = |id: &mut OriginId| {
        let to = *new.entry(*id).or_insert_with(|| {
            let mut origin = old[id.0 as usize].clone();
            for user in &mut origin.users {
                user.origin = keep(&old[user.origin.0 as usize], None);
            }
            // Two things that the same ones asked for stay two.
            keep(&origin, (!origin.users.is_empty()).then_some(*id))
        });
        *id = to;
    };
    c.tensors.iter_mut().for_each(|t| fix(&mut t.origin));
    c.blocks.iter_mut().for_each(|b| fix(&mut b.origin));
    c.signature.nondet.iter_mut().for_each(|n| fix(&mut n.origin));
    for s in &mut c.program {
        if let Step::Check { origin, .. } = s {
            fix(origin);
        }
    }
    let mut files: BTreeSet<u32> = BTreeSet::new();
    for o in &kept {
        files.insert(o.span.file);
        files.extend(o.stack.iter().map(|f| f.call.file));
    }
    let place: BTreeMap<u32, u32> = files.iter().enumerate().map(|(k, f)| (*f, k as u32)).collect();
    let to = |f: &mut u32| *f = place.get(f).copied().unwrap_or(0);
    for o in &mut kept {
        to(&mut o.span.file);
        o.stack.iter_mut().for_each(|f| to(&mut f.call.file));
    }
    c.sources = files.iter().filter_map(|f| c.sources.get(*f as usize).cloned()).collect();
    c.origins = kept;
}
