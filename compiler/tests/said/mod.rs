//! What is said of a program, by the first step that says anything: to load, to check, to test.

use zirc_circuit::{Ints, PortType, SourceFile};
use zirc_compiler::{Diagnostic, Loaded, Loader, Outcome, Project};

/// The files that programs of tests take from.
struct Files;

impl Loader for Files {
    fn source(&mut self, path: &str) -> Result<String, String> {
        Err(format!("there is no file `{path}`"))
    }

    fn tensor(&mut self, file: &str, name: &str, _: &PortType) -> Result<Loaded, String> {
        match (file, name) {
            ("weights.npz", "w") => {
                Ok(Loaded { shape: vec![3], data: Ints::Small(vec![3, -5, 100]) })
            }
            _ => Err("there is no such tensor".into()),
        }
    }

    fn digest(&mut self, _: &str) -> Result<String, String> {
        Ok("0".repeat(64))
    }
}

/// All that the first step says, with the files that it speaks of.
pub(crate) fn said(name: &str, text: &str) -> (Vec<Diagnostic>, Vec<SourceFile>) {
    let project = match Project::load(name, text, &mut Files) {
        Ok(project) => project,
        Err(refused) => return (refused.diagnostics, refused.files),
    };
    let files = project.files().to_vec();
    match project.check(&mut Files) {
        Ok(warnings) if warnings.is_empty() => {}
        Ok(warnings) => return (warnings, files),
        Err(refused) => return (refused.diagnostics, files),
    }
    let (tests, promises) = project.test("", &mut Files);
    let failed = tests.into_iter().flat_map(|t| match t.outcome {
        Outcome::Passed => vec![],
        Outcome::Failed(why) => why,
    });
    (failed.chain(promises.into_iter().filter_map(|p| p.failure)).collect(), files)
}
