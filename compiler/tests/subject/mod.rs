//! The compiler as the campaign sees it.

use zirc_compiler::{Mode, NoFiles, Options, Products, Project, Rejected};
use zirc_fuzz::judge::Outcome;
use zirc_fuzz::{Case, Refused, Subject};

/// Compiles programs as they are proved, in both modes and with products packed, and as they were lowered, and interprets them.
pub(crate) struct Compiler;

fn refused(r: &Rejected) -> Refused {
    let codes = r.diagnostics.iter().map(|d| d.code.to_string()).collect();
    Refused { codes, message: format!("{:?}", r.diagnostics) }
}

impl Subject for Compiler {
    fn load(&self, text: &str) -> Result<Case, Refused> {
        let project = Project::load("c.zirc", text, &mut NoFiles).map_err(|r| refused(&r))?;
        let compile = |options: Options| {
            let made = project.compile_with("c", &mut NoFiles, &options);
            made.map(|c| c.circuit).map_err(|r| refused(&r))
        };
        let optimized = compile(Options::default())?;
        let lowered = compile(Options { optimize: false, ..Options::default() })?;
        let committed =
            compile(Options { mode: Mode::Commit, always_look_up: true, ..Options::default() })?;
        let packed = compile(Options { products: Some(Products::Packed), ..Options::default() })?;
        let packed = Some(packed).filter(|c| *c != optimized);
        let interpret = Box::new(move |inputs: &_| {
            let said = |r: Rejected| refused(&r).message;
            let mut interpreter = project.interpreter("c", &mut NoFiles).map_err(said)?;
            let run = interpreter.run(inputs, &mut NoFiles).map_err(said);
            interpreter.go_one_by_one();
            let each = interpreter.run(inputs, &mut NoFiles).map_err(said);
            if run != each {
                return Err(format!("index by index {each:?}, at once {run:?}"));
            }
            let run = run?;
            Ok(Outcome { outputs: run.outputs, refused: !run.refusals.is_empty() })
        });
        Ok(Case { optimized, lowered, committed, packed, interpret })
    }
}
