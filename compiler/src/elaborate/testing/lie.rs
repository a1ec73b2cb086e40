//! Lies about hints: which hint a test means, and whether a circuit refuses another value of it.

use super::Bench;
use crate::diagnostic::Diagnostic;
use crate::elaborate::{Res, fail};
use crate::program::Hint;
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

/// Finds `b[7]` or `relu.b[0, 7]` among the hints; `b#2[7]` is the second of that name.
pub(super) fn find_hint(bench: &Bench, path: &str, span: Span) -> Res<(TensorId, usize)> {
    let (name, indices) = match path.split_once('[') {
        None => (path.trim(), vec![]),
        Some((name, rest)) => {
            let list = rest.trim_end().trim_end_matches(']').split(',');
            let list: Result<Vec<usize>, _> = list.map(|i| i.trim().parse::<usize>()).collect();
            match list {
                Ok(list) => (name.trim(), list),
                Err(_) => {
                    return fail(Diagnostic::error(
                        "E0503",
                        span,
                        format!("`{path}` is no element of a hint"),
                    ));
                }
            }
        }
    };
    let (name, nth) = match name.split_once('#') {
        None => (name, None),
        Some((name, n)) => match n.trim().parse::<usize>() {
            Ok(n) if n > 0 => (name.trim(), Some(n)),
            _ => {
                return fail(Diagnostic::error(
                    "E0503",
                    span,
                    format!("`{path}` is no element of a hint"),
                ));
            }
        },
    };
    let parts: Vec<&str> = name.split('.').collect();
    let fits = |h: &&Hint| {
        let last = parts.last().is_some_and(|p| *p == h.name);
        let owners = &parts[..parts.len() - 1];
        last && h.functions.len() >= owners.len()
            && h.functions[h.functions.len() - owners.len()..]
                .iter()
                .zip(owners)
                .all(|(a, b)| a == b)
    };
    let found: Vec<&Hint> = bench.hints.iter().filter(fits).collect();
    let all = || {
        let names: Vec<String> = bench
            .hints
            .iter()
            .map(|h| match h.functions.last() {
                Some(f) => format!("{f}.{}", h.name),
                None => h.name.clone(),
            })
            .collect();
        format!("hints: {}", names.join(", "))
    };
    let chosen = match (found.as_slice(), nth) {
        ([one], None) => Some(*one),
        (all, Some(n)) => all.get(n - 1).copied(),
        _ => None,
    };
    let Some(hint) = chosen else {
        let several = format!("`{name}` names {} hints", found.len());
        let (title, help) = match (found.len(), nth) {
            (0, _) => (format!("there is no hint `{name}` in this call"), None),
            (_, None) => (several, Some(format!("`{name}#2` is the second of them"))),
            (_, Some(_)) => (several, None),
        };
        let d = Diagnostic::error("E0503", span, title).note(all());
        return fail(match help {
            Some(h) => d.help(h),
            None => d,
        });
    };
    let at = bench.places.get(&hint.tensor).copied().unwrap_or(TensorId::ONE);
    let shape = &bench.circuit.tensors[at.0 as usize].shape;
    // Indices may leave out the dimensions of loops when these have one iteration.
    let missing = shape.len().checked_sub(indices.len());
    let index = match missing {
        Some(k)
            if shape[..k].iter().all(|&n| n == 1) && (k == 0 || shape.len() - k == hint.own) =>
        {
            let mut index = vec![0; k];
            index.extend(indices);
            index
        }
        _ => {
            let t = format!("`{path}` names no single element");
            return fail(
                Diagnostic::error("E0503", span, t).say(format!("the hint has sizes {shape:?}")),
            );
        }
    };
    let inside = index.iter().zip(shape).all(|(i, n)| i < n);
    if !inside {
        let t = format!("`{path}` leaves the hint");
        return fail(Diagnostic::error("E0503", span, t).say(format!("it has sizes {shape:?}")));
    }
    let flat = index.iter().zip(shape).fold(0, |f, (i, n)| f * n + i);
    Ok((hint.tensor, flat))
}
