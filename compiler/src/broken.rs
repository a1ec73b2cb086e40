//! Passes and strategies that are broken, on real programs: each has to be found.
//!
//! On top of all rooms, as programs come from the topmost one and passes are broken inside; only for tests.
//!
//! - [`passes`]: what passes make of programs, changed in one place after the other;
//! - [`strategies`]: the same for strategies that prove something in another way;
//! - [`campaign`]: a compiler with a fault that it once had, before random programs.

mod campaign;
mod passes;
mod strategies;

use crate::draft::Draft;
use crate::loader::NoFiles;
use crate::lower::{How, Lowered, Purpose, lower};
use crate::optimize::merge;
use crate::pipeline::{PASSES, Run};
use crate::project::{Elaborated, Project};
use zirc_circuit::SourceFile;

/// The circuit `c` of a program, lowered, and the files that it comes from.
fn lowered(text: &str) -> (Lowered, Vec<SourceFile>) {
    let project = Project::load("t.zirc", text, &mut NoFiles)
        .unwrap_or_else(|r| panic!("{text}: {:#?}", r.diagnostics));
    let Elaborated { program, signature, .. } = project
        .elaborate("c", &mut NoFiles)
        .unwrap_or_else(|r| panic!("{text}: {:#?}", r.diagnostics));
    let lowered = lower(program, signature, Purpose::Proof, How::default()).unwrap();
    (lowered, project.files().to_vec())
}

/// Every pass that rewrites a draft, by its name.
fn rewrites() -> impl Iterator<Item = (&'static str, fn(&mut Draft))> {
    PASSES.iter().filter_map(|p| match p.run {
        Run::Rewrite(run) => Some((p.name, run)),
        Run::Strategy(_) => None,
    })
}

/// The same, with the pass among them that once lost constraints.
fn rewrites_that_lose() -> impl Iterator<Item = fn(&mut Draft)> {
    let (broken, others): (Vec<_>, Vec<_>) = rewrites().partition(|(n, _)| *n == "merge-digits");
    assert_eq!(broken.len(), 1);
    let overwrites: fn(&mut Draft) = merge::digits_overwritten;
    std::iter::once(overwrites).chain(others.into_iter().map(|(_, run)| run))
}
