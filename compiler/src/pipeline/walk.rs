//! Goes through the passes, and compares every stretch of them that says the same with where it began.

use super::failure::Failure;
use super::passes::{Pass, Property, Run};
use crate::budget::Budget;
use crate::draft::Draft;
use crate::finish::{Finished, finish};
use crate::lower::{How, Stage};
use crate::translation::{Translation, Validation, validate};
use zirc_circuit::{Origin, SourceFile};

/// A draft on its way through the passes.
pub(super) struct Walk<'o> {
    /// Where the stretch begins that is not compared yet: what is lowered, or what a strategy proved.
    from: Draft,
    now: Draft,
    /// Whether something was reworded since.
    reworded: bool,
    origins: &'o [Origin],
    sources: Vec<SourceFile>,
    /// With which budget to compare, if at all.
    budget: Option<Budget>,
    validation: Validation,
}

impl<'o> Walk<'o> {
    pub(super) fn new(
        lowered: Draft,
        origins: &'o [Origin],
        sources: Vec<SourceFile>,
        budget: Option<Budget>,
    ) -> Walk<'o> {
        let (now, reworded, validation) = (lowered.clone(), false, Validation::default());
        Walk { from: lowered, now, reworded, origins, sources, budget, validation }
    }

    /// Takes one pass.
    pub(super) fn pass(&mut self, pass: &Pass, how: &How) -> Result<(), Failure> {
        self.holds(pass, "before", pass.before)?;
        match pass.run {
            Run::Rewrite(run) => {
                run(&mut self.now);
                self.reworded = true;
            }
            Run::Strategy(run) => {
                run(&self.now, how)?.into_iter().try_for_each(|stage| self.stage(stage))?;
            }
        }
        self.holds(pass, "after", pass.after)
    }

    fn stage(&mut self, stage: Stage) -> Result<(), Failure> {
        match stage {
            Stage::Reworded(draft) => {
                self.now = draft;
                self.reworded = true;
            }
            Stage::Proved(draft) => {
                if self.reworded && self.budget.is_some() {
                    let out = self.finished()?;
                    self.compare(&out)?;
                }
                self.from = draft.clone();
                self.now = draft;
                self.reworded = false;
            }
        }
        Ok(())
    }

    /// The circuit behind the last pass, and what came of all comparisons.
    pub(super) fn end(mut self) -> Result<(Finished, Validation), Failure> {
        let out = self.finished()?;
        self.compare(&out)?;
        Ok((out, self.validation))
    }

    fn finished(&self) -> Result<Finished, Failure> {
        Ok(finish(&self.now, self.origins, self.sources.clone())?)
    }

    /// Compares where the stretch began with where it ended.
    fn compare(&mut self, out: &Finished) -> Result<(), Failure> {
        let Some(budget) = self.budget else { return Ok(()) };
        let Finished { circuit, places } = out;
        let t = Translation { lowered: &self.from, optimized: &self.now, circuit, places };
        let found = validate(t, budget)
            .map_err(|lost| Failure::of_lost(lost, &self.now.shared.with(self.origins)))?;
        self.validation = self.validation.and(found);
        Ok(())
    }

    /// In builds for testing, that a pass finds and leaves what it says.
    fn holds(&self, pass: &Pass, when: &str, all: &[Property]) -> Result<(), Failure> {
        let broken = |p: &&Property| cfg!(debug_assertions) && !p.holds(&self.now);
        match all.iter().find(broken) {
            Some(p) => Err(Failure::IllFormed(format!("{p:?} does not hold {when} {}", pass.name))),
            None => Ok(()),
        }
    }
}
