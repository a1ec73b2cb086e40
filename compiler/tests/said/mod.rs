//! What is said of a program, by the first step that says anything: to load, to check, to test.

use zirc_circuit::{Ints, SourceFile};
use zirc_compiler::{Diagnostic, InMemory, Loaded, Outcome, Project};

/// The files that programs of tests take from.
fn files() -> InMemory {
    let w = Loaded { shape: vec![3], data: Ints::Small(vec![3, -5, 100]) };
    InMemory::default().file("weights.npz", "0".repeat(64), [("w".into(), w)])
}

/// All that the first step says, with the files that it speaks of.
pub(crate) fn said(name: &str, text: &str) -> (Vec<Diagnostic>, Vec<SourceFile>) {
    let mut loader = files();
    let project = match Project::load(name, text, &mut loader) {
        Ok(project) => project,
        Err(refused) => return (refused.diagnostics, refused.files),
    };
    let files = project.files().to_vec();
    match project.check(&mut loader) {
        Ok(warnings) if warnings.is_empty() => {}
        Ok(warnings) => return (warnings, files),
        Err(refused) => return (refused.diagnostics, files),
    }
    let (tests, promises) = project.test("", &mut loader);
    let failed = tests.into_iter().flat_map(|t| match t.outcome {
        Outcome::Passed => vec![],
        Outcome::Failed(why) => why,
    });
    (failed.chain(promises.into_iter().filter_map(|p| p.failure)).collect(), files)
}
