//! Circuits of a project: elaborated, lowered, and in the mode that was asked for.

use super::elaborate::Elaborated;
use super::{Project, Rejected};
use crate::carrying;
use crate::diagnostic::Diagnostic;
use crate::estimate::proving_time;
use crate::independence;
use crate::loader::Loader;
use crate::lower::{How, Purpose, Unread};
use crate::options::{Choice, Mode, Options, Round};
use crate::pipeline::compile;
use crate::resolve::item_name;
use crate::translation::Validation;
use zirc_circuit::Circuit;
use zirc_grammar::ast::Span;

/// A compiled circuit.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The circuit.
    pub circuit: Circuit,
    /// Remarks that do not stop compilation.
    pub warnings: Vec<Diagnostic>,
    /// The hints, for audits and forgery tests; tensors exist in unoptimized circuits only.
    pub hints: Vec<HintInfo>,
    /// How the circuit was found to enforce all that was lowered; zeros if it was not optimized.
    pub validation: Validation,
    /// Calls that never refuse and that nothing reads: their constraints are left out.
    pub unread: Vec<Unread>,
    /// What was taken where the mode was to be chosen.
    pub choice: Option<Choice>,
}

/// A hint of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HintInfo {
    /// Its name.
    pub name: String,
    /// Functions it stands in, from the outside in.
    pub functions: Vec<String>,
}

impl Project {
    /// Compiles a circuit.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn compile(&self, circuit: &str, loader: &mut dyn Loader) -> Result<Compiled, Rejected> {
        self.compile_with(circuit, loader, &Options::default())
    }

    /// Compiles a circuit as the options say.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn compile_with(
        &self,
        circuit: &str,
        loader: &mut dyn Loader,
        options: &Options,
    ) -> Result<Compiled, Rejected> {
        let round = |taken| match (options.optimize && taken, options.always_look_up) {
            (false, _) => Round::None,
            (true, false) => Round::WhereCheaper,
            (true, true) => Round::Everywhere,
        };
        let mut made = |taken| self.made(circuit, loader, round(taken), options);
        let mut compiled = match options.mode {
            Mode::Groth16 => made(false)?,
            Mode::Commit => made(true)?,
            Mode::Auto => faster(made(false)?, made(true)?),
        };
        let remark = carrying::none(&compiled.circuit, options, self.place(circuit));
        compiled.warnings.extend(remark);
        Ok(compiled)
    }

    /// Compiles a circuit that may use a commitment round for this.
    fn made(
        &self,
        circuit: &str,
        loader: &mut dyn Loader,
        round: Round,
        options: &Options,
    ) -> Result<Compiled, Rejected> {
        let Elaborated { program, mut signature, warnings } =
            self.elaborate_for(circuit, loader, round)?;
        let hints = program.hints.iter();
        let hints = hints
            .map(|h| HintInfo { name: h.name.clone(), functions: h.functions.clone() })
            .collect();
        let purpose = if options.optimize { Purpose::Proof } else { Purpose::Forgery };
        let files = self.world.files.clone();
        let how = How {
            round,
            strategy: options.lookup,
            products: options.products,
            public: options.public,
        };
        for text in &options.independent_of {
            let parts = independence::parts(text, &signature.inputs);
            let parts = parts.map_err(|why| {
                let title = format!("`--independent-of {text}`: {why}");
                self.rejected(vec![Diagnostic::error("E0113", self.place(circuit), title)])
            })?;
            signature.claims.independent_of.extend(parts);
        }
        let many = carrying::too_many(&signature, options, self.place(circuit));
        if let Some(d) = many.filter(|_| round != Round::None) {
            return Err(self.rejected(vec![d]));
        }
        match compile(program, signature, files, purpose, how, self.world.budget) {
            Ok(l) => {
                if let Err(found) = zirc_circuit::independence(&l.circuit) {
                    let d = independence::diagnostic(&l.circuit, &found, self.place(circuit));
                    return Err(self.rejected(vec![d]));
                }
                let (validation, unread, choice) = (l.validation, l.unread, None);
                Ok(Compiled { circuit: l.circuit, warnings, hints, validation, unread, choice })
            }
            Err(why) => Err(self.rejected(vec![why.diagnostic(self.place(circuit))])),
        }
    }

    /// Where a circuit's name stands.
    fn place(&self, circuit: &str) -> Span {
        let item = self.find(circuit).ok().and_then(|id| item_name(self.world.item(id)));
        item.map(|n| n.span).unwrap_or_default()
    }
}

/// The one of two circuits of a program, without and with a commitment round, whose proofs are predicted to
/// take less time.
fn faster(plain: Compiled, round: Compiled) -> Compiled {
    let [groth16, commit] = [&plain, &round].map(|c| proving_time(&c.circuit));
    let better = commit < groth16 && round.circuit.is_committed();
    let mode = if better { Mode::Commit } else { Mode::Groth16 };
    let choice = Some(Choice { mode, groth16, commit });
    Compiled { choice, ..if better { round } else { plain } }
}
