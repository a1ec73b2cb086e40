//! `cost(f)`: the constraints that one call of a function adds to a circuit.

use super::super::{Elaborator, Res, fail};
use super::Bench;
use crate::cost::Cost;
use crate::diagnostic::Diagnostic;
use crate::lower::Purpose;
use crate::options::{Mode, Round};
use crate::types::Type;
use crate::value::Value;
use std::rc::Rc;
use zirc_circuit::report::Place;
use zirc_circuit::{Category, Circuit, OriginId, SourceSpan};
use zirc_grammar::ast::{Arg, Expr, ExprKind, Span};

impl Elaborator<'_> {
    /// `cost(f::<T>)`, or `cost(f::<T>, mode: "groth16-commit")`: constraints of one call, those on the
    /// ranges of its arguments left out.
    pub(crate) fn cost(&mut self, args: &[Arg], span: Span) -> Res<Value> {
        let named_mode = |a: &Arg| a.name.as_ref().is_some_and(|n| n.name == "mode");
        let (what, mode) = match args {
            [what] => (what, Mode::Groth16),
            [what, mode] if named_mode(mode) => (what, self.mode_of(&mode.value)?),
            _ => {
                let title = "`cost` takes a function or a call, and `mode:` if need be";
                let help = "for example `cost(relu::<i8>, mode: \"groth16-commit\")`";
                return fail(Diagnostic::error("E0215", span, title).help(help));
            }
        };
        Ok(Value::Cost(Rc::new(self.cost_of(&what.value, mode)?)))
    }

    /// What a function, `f::<T>`, or a call, `f(args)`, costs.
    pub(crate) fn cost_of(&mut self, what: &Expr, mode: Mode) -> Res<Cost> {
        let circuit = self.bench_of(what, Round::of_a_call(mode))?.circuit;
        let text = self.world.text(what.span).split_whitespace().collect::<Vec<_>>().join(" ");
        let mut cost = Cost { what: text, mode, ..Cost::default() };
        for b in circuit.blocks.iter().filter(|b| b.category != Category::InputRange) {
            let category = b.category.name().to_string();
            let place = Place::of(&circuit, b.origin);
            let asked = self.asked(&circuit, b.origin, what.span);
            let place = format!("at {} in {}{asked}", place.line, place.function);
            *cost.by.entry(category.clone()).or_insert(0) += b.len();
            match cost.parts.iter_mut().find(|(p, c, _)| *p == place && *c == category) {
                Some((_, _, n)) => *n += b.len(),
                None => cost.parts.push((place, category, b.len())),
            }
        }
        Ok(cost)
    }

    /// Of what the library pays, the program's own line that asked for it, unless that is the measurement itself.
    fn asked(&self, circuit: &Circuit, origin: OriginId, measured: Span) -> String {
        let origin = &circuit.origins[origin.0 as usize];
        if !self.world.is_std(origin.span.file) {
            return String::new();
        }
        let call = origin.stack.iter().rev().map(|f| f.call).find(|c| !self.world.is_std(c.file));
        let inside = |c: &SourceSpan| {
            c.file == measured.file && (measured.start..measured.end).contains(&c.start)
        };
        match call.filter(|c| !inside(c)) {
            Some(c) => format!(", for {}", Place::line(circuit, c)),
            None => String::new(),
        }
    }

    /// The mode that one call is measured in.
    fn mode_of(&mut self, mode: &Expr) -> Res<Mode> {
        let Value::Str(name) = self.expr(mode, &Type::Infer)? else {
            return fail(Diagnostic::error("E0202", mode.span, "a mode in quotes is expected"));
        };
        // One call does not decide which of the two a circuit is proved in.
        match [Mode::Groth16, Mode::Commit].into_iter().find(|m| m.name() == name) {
            Some(mode) => Ok(mode),
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
