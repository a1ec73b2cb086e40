//! Lies about hints: whether a circuit refuses another value of one.

use super::Bench;
use crate::diagnostic::Diagnostic;
use crate::elaborate::{Res, fail};
use zirc_circuit::{
    AssignError, Assignment, Circuit, ForgeMode, Forgery, Int, Port, PortType, TensorId, assign,
    assign_with, scalar, violations_up_to,
};
use zirc_grammar::ast::Span;

/// A value that a dishonest prover gives one element of a hint.
pub(super) struct Lie {
    /// The hint in the program.
    pub(super) hint: TensorId,
    pub(super) index: usize,
    pub(super) value: Int,
}

impl Lie {
    /// Whether a circuit refuses it, everything that follows from it recomputed.
    ///
    /// It also does where the hint is no variable any more, but follows from others: then the
    /// circuit says what the hint is, whatever the prover would like it to be.
    pub(super) fn is_refused(&self, bench: &Bench, span: Span) -> Res<bool> {
        let failed = |title: &str, e: AssignError| {
            fail(Diagnostic::error("E0502", span, title).say(e.to_string()))
        };
        let (circuit, inputs) = (&bench.circuit, &bench.inputs);
        if let Err(e) = assign(circuit, inputs) {
            return failed("the call is refused even without the forgery", e);
        }
        // Nothing in this circuit depends on the hint.
        let Some(&tensor) = bench.places.get(&self.hint) else { return Ok(true) };
        let forgery = Forgery { tensor, index: self.index, value: self.value.clone() };
        match assign_with(circuit, inputs, &[forgery], ForgeMode::Propagate) {
            Ok(a) => {
                let stands =
                    a.values[tensor.0 as usize].get_fr(self.index) == scalar::to_fr(&self.value);
                let accepted = stands && violations_up_to(circuit, &a, 1).is_empty();
                Ok(!accepted || speaks_of_others(circuit, inputs, tensor, &a))
            }
            Err(e) => failed("the forged witness cannot be computed", e),
        }
    }
}

impl Lie {
    /// That the forgery went through, for the assertion that fails for it: `path` is as the test writes it.
    pub(super) fn accepted(&self, bench: &Bench, path: &str) -> String {
        let value = &self.value;
        let honest = bench.places.get(&self.hint).and_then(|t| {
            let a = assign(&bench.circuit, &bench.inputs).ok()?;
            Some(a.values[t.0 as usize].get_fr(self.index))
        });
        let said = format!("the forged `{path}` = {value} was accepted");
        match honest {
            Some(v) if v == scalar::to_fr(value) => {
                format!("{said}: without the forgery it is {value}, too")
            }
            _ => said,
        }
    }
}

/// Whether an assignment that satisfies a circuit is the honest one of other private inputs: where
/// inputs follow from a hint, to change the hint is to run the call on something else.
fn speaks_of_others(
    circuit: &Circuit,
    inputs: &[Vec<Int>],
    hint: TensorId,
    a: &Assignment,
) -> bool {
    let values = |p: &Port| -> Vec<Int> {
        let given = &a.values[p.tensor.0 as usize];
        let canonical = |n: Int| match p.ty {
            PortType::Field if n < Int::from(0) => n + scalar::order(),
            _ => n,
        };
        (0..given.len()).map(|i| canonical(given.get_int(i))).collect()
    };
    let others: Vec<Vec<Int>> = circuit.signature.inputs.iter().map(values).collect();
    if others == inputs {
        return false;
    }
    assign(circuit, &others).is_ok_and(|honest| {
        let outputs = circuit.signature.outputs.iter().map(|p| p.tensor);
        outputs.chain([hint]).all(|t| {
            let (x, y) = (&honest.values[t.0 as usize], &a.values[t.0 as usize]);
            (0..x.len()).all(|i| x.get_fr(i) == y.get_fr(i))
        })
    })
}
