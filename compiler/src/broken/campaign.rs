//! The campaign alone, without translation validation, against the pass that lost constraints.

use super::rewrites_that_lose;
use crate::finish::finish;
use crate::loader::NoFiles;
use crate::lower::{How, Lowered, Purpose, lower};
use crate::project::{Elaborated, Project, Rejected};
use zirc_fuzz::judge::Outcome;
use zirc_fuzz::{Campaign, Case, Refused, Subject};

/// The compiler with the fault taken back, and nothing that would refuse its circuits.
struct Broken;

fn refused(r: &Rejected) -> Refused {
    let codes = r.diagnostics.iter().map(|d| d.code.to_string()).collect();
    Refused { codes, message: format!("{:?}", r.diagnostics) }
}

impl Subject for Broken {
    fn load(&self, text: &str) -> Result<Case, Refused> {
        let project = Project::load("c.zirc", text, &mut NoFiles).map_err(|r| refused(&r))?;
        let compile = |optimize: bool| {
            let made = project.elaborate("c", &mut NoFiles).map_err(|r| refused(&r))?;
            let Elaborated { program, signature, .. } = made;
            let purpose = if optimize { Purpose::Proof } else { Purpose::Forgery };
            let ill = |message: String| Refused { codes: vec!["ill-formed".into()], message };
            let made = lower(program, signature, purpose, How::default());
            let Lowered { mut draft, origins, .. } = made.map_err(ill)?;
            if optimize {
                rewrites_that_lose().for_each(|run| run(&mut draft));
            }
            finish(&draft, &origins, project.files().to_vec()).map_err(ill)
        };
        let (optimized, lowered) = (compile(true)?.circuit, compile(false)?.circuit);
        let interpret = Box::new(move |inputs: &_| {
            let run = project.interpret("c", inputs, &mut NoFiles);
            let run = run.map_err(|r| refused(&r).message)?;
            Ok(Outcome { outputs: run.outputs, refused: !run.refusals.is_empty() })
        });
        let committed = lowered.clone();
        Ok(Case { optimized, lowered, committed, packed: None, interpret })
    }
}

#[test]
fn the_campaign_finds_the_fault_by_itself() {
    for seed in [1, 1_000_000] {
        // A tenth of what CI runs.
        let campaign = Campaign { seed, programs: 400, most: 1 };
        let tally = campaign.run(&Broken, &mut |_, _| ());
        let found = tally.findings.first().unwrap_or_else(|| panic!("seed {seed}: no finding"));
        assert!(found.fault.contains("FALSE STATEMENT"), "seed {seed}: {}", found.fault);
        println!("seed {seed}: after {} programs\n{}", found.after, found.program.text());
    }
}
