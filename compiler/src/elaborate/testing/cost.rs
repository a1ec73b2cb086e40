//! `cost(f)`: the constraints that one call of a function adds to a circuit.

use super::super::{Elaborator, Res, fail};
use super::Bench;
use crate::diagnostic::Diagnostic;
use crate::lower::{Purpose, Round};
use crate::options::Mode;
use crate::types::Type;
use crate::value::Value;
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_circuit::Category;
use zirc_grammar::ast::{Arg, Expr, ExprKind, Span};

/// The category of what all calls share.
const SHARED: &str = Category::Table.name();

/// What `cost(f).total` says: rows of tables are there once, whoever else looks up in them.
pub(crate) fn of_the_call(by: &BTreeMap<String, usize>) -> usize {
    by.iter().filter(|(category, _)| *category != SHARED).map(|(_, n)| n).sum()
}

impl Elaborator<'_> {
    /// `cost(f::<T>)`, or `cost(f::<T>, mode: "groth16-commit")`: constraints of one call, those on the
    /// ranges of its arguments left out.
    pub(crate) fn cost(&mut self, args: &[Arg], span: Span) -> Res<Value> {
        let named_mode = |a: &Arg| a.name.as_ref().is_some_and(|n| n.name == "mode");
        let (what, round) = match args {
            [what] => (what, Round::None),
            [what, mode] if named_mode(mode) => (what, self.round_of(&mode.value)?),
            _ => {
                let title = "`cost` takes a function or a call, and `mode:` if need be";
                let help = "for example `cost(relu::<i8>, mode: \"groth16-commit\")`";
                return fail(Diagnostic::error("E0215", span, title).help(help));
            }
        };
        let bench = self.bench_of(&what.value, round)?;
        let mut by = BTreeMap::new();
        for b in bench.circuit.blocks.iter().filter(|b| b.category != Category::InputRange) {
            *by.entry(b.category.name().to_string()).or_insert(0) += b.len();
        }
        Ok(Value::Cost(Rc::new(by)))
    }

    /// What the commitment round of a mode is used for where one call is measured.
    fn round_of(&mut self, mode: &Expr) -> Res<Round> {
        let Value::Str(name) = self.expr(mode, &Type::Infer)? else {
            return fail(Diagnostic::error("E0202", mode.span, "a mode in quotes is expected"));
        };
        // One call does not decide which of the two a circuit is proved in.
        match [Mode::Groth16, Mode::Commit].into_iter().find(|m| m.name() == name) {
            Some(mode) => Ok(Round::of_a_call(mode)),
            None => fail(
                Diagnostic::error("E0105", mode.span, format!("there is no mode `{name}`"))
                    .note("modes: groth16, groth16-commit"),
            ),
        }
    }

    /// The circuit of a function, `f::<T>`, or of a call, `f(args)`.
    pub(crate) fn bench_of(&mut self, what: &Expr, round: Round) -> Res<Bench> {
        match &what.kind {
            ExprKind::Call { callee, args, elementwise: false } => {
                let [bench] = self.bench_call(callee, args, [Purpose::Cost], round, what.span)?;
                Ok(bench)
            }
            _ => self.bench_function(what, round),
        }
    }
}
