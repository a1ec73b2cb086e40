//! One sample, computed twice.

use super::samples::Sample;
use crate::load::folder::Folder;
use crate::show::values::values_of;
use std::collections::BTreeMap;
use zirc_circuit::{
    AssignError, Circuit, ForgeMode, Int, SourceSpan, assign, assign_with, scalar, violations_up_to,
};
use zirc_compiler::Interpreter;

/// What the two computations say.
#[derive(Clone, Debug)]
pub(crate) struct Compared {
    /// Whether the integers are accurate.
    pub(crate) integers: bool,
    /// Whether the circuit is.
    pub(crate) circuit: bool,
    /// What the integers answer, where the data have a label.
    pub(crate) prediction: Option<Int>,
    /// Where the two differ.
    pub(crate) difference: Option<String>,
}

/// The result of one computation.
#[derive(Clone, Debug)]
enum Result {
    /// Every assertion holds; these are the outputs.
    Accepted(Vec<Vec<Int>>),
    /// Some do not: the place and the two sides of each that is known.
    Refused(Vec<(SourceSpan, Int, Int)>, String),
}

/// Computes a sample by the interpreter and by the circuit.
pub(crate) fn compare(
    interpreter: &mut Interpreter<'_>,
    circuit: &Circuit,
    sample: &Sample,
    folder: &mut Folder,
) -> Compared {
    let integers = interpret(interpreter, circuit, sample, folder);
    let constrained = constrain(circuit, sample);
    Compared {
        integers: accurate(&integers, sample),
        circuit: accurate(&constrained, sample),
        prediction: prediction(&integers, sample),
        difference: difference(&integers, &constrained),
    }
}

fn interpret(
    interpreter: &mut Interpreter<'_>,
    circuit: &Circuit,
    sample: &Sample,
    folder: &mut Folder,
) -> Result {
    let ports = circuit.signature.inputs.iter().map(|p| p.name.clone());
    let named: BTreeMap<String, Vec<Int>> = ports.zip(sample.inputs.iter().cloned()).collect();
    match interpreter.run(&named, folder) {
        Ok(r) if r.refusals.is_empty() => Result::Accepted(r.outputs),
        Ok(r) => {
            let side = |r: zirc_compiler::Refusal| {
                let s = r.span;
                (SourceSpan { file: s.file, start: s.start, end: s.end }, r.left, r.right)
            };
            Result::Refused(r.refusals.into_iter().map(side).collect(), "an assertion fails".into())
        }
        Err(r) => {
            let title = r.diagnostics.first().map(|d| d.title.clone());
            Result::Refused(vec![], title.unwrap_or_default())
        }
    }
}

fn constrain(circuit: &Circuit, sample: &Sample) -> Result {
    match assign(circuit, &sample.inputs) {
        Ok(a) => match violations_up_to(circuit, &a, 1).first() {
            None => {
                let ports = circuit.signature.outputs.iter();
                let of = |p| values_of(circuit, &a, p);
                Result::Accepted(ports.map(of).collect())
            }
            Some(v) => Result::Refused(vec![], format!("constraint {:?} is violated", v.index)),
        },
        Err(e) => {
            if accepts_anyway(circuit, sample) {
                let words = "the constraints accept what an assertion refuses".into();
                return Result::Refused(vec![], words);
            }
            let words = e.to_string();
            match e {
                AssignError::Check { origin, left, right, .. } => {
                    let span = circuit.origins[origin.0 as usize].span;
                    Result::Refused(vec![(span, *left, *right)], words)
                }
                _ => Result::Refused(vec![], words),
            }
        }
    }
}

/// Whether the constraints alone, without the witness program's checks, let the sample pass.
///
/// Inputs need not be variables: they may follow from others, which the constraints then bind. If
/// they follow to be other inputs, it is those that pass.
fn accepts_anyway(circuit: &Circuit, sample: &Sample) -> bool {
    let lenient = assign_with(circuit, &sample.inputs, &[], ForgeMode::Propagate);
    lenient.is_ok_and(|a| {
        let ports = circuit.signature.inputs.iter().zip(&sample.inputs);
        ports.into_iter().all(|(p, v)| equal_lists(&values_of(circuit, &a, p), v))
            && violations_up_to(circuit, &a, 1).is_empty()
    })
}

/// Accepted, with the outputs that the data know.
fn accurate(result: &Result, sample: &Sample) -> bool {
    match result {
        Result::Refused(..) => false,
        Result::Accepted(outputs) => sample
            .outputs
            .iter()
            .all(|(k, expected)| outputs.get(*k).is_some_and(|got| equal_lists(got, expected))),
    }
}

/// The answer that the label is compared with: an output, or the other side of the assertion that
/// has the label on one side.
fn prediction(result: &Result, sample: &Sample) -> Option<Int> {
    let label = sample.label.as_ref()?;
    match (result, sample.answer) {
        (Result::Accepted(outputs), Some(k)) => outputs.get(k)?.first().cloned(),
        (Result::Accepted(_), None) => Some(label.clone()),
        (Result::Refused(sides, _), _) => {
            let (_, left, right) = sides.first()?;
            if right == label { Some(left.clone()) } else { (left == label).then(|| right.clone()) }
        }
    }
}

fn difference(integers: &Result, circuit: &Result) -> Option<String> {
    match (integers, circuit) {
        (Result::Accepted(a), Result::Accepted(b)) => {
            let same = a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal_lists(a, b));
            (!same).then(|| format!("the integers give {a:?}, the circuit {b:?}"))
        }
        (Result::Refused(a, why), Result::Refused(b, words)) => {
            match (a.as_slice(), b.as_slice()) {
                ([], []) => None,
                (all, [(span, left, right)]) => {
                    let same = |(s, l, r): &(SourceSpan, Int, Int)| {
                        s == span && equal(l, left) && equal(r, right)
                    };
                    let sides = all.iter().map(|(_, l, r)| format!("{l} and {r}"));
                    (!all.iter().any(same)).then(|| {
                        let sides = sides.collect::<Vec<_>>().join(", ");
                        format!(
                            "the integers refuse with {sides}, the circuit with {left} and {right}"
                        )
                    })
                }
                _ => Some(format!("the integers: {why}; the circuit: {words}")),
            }
        }
        (Result::Accepted(_), Result::Refused(_, words)) => {
            Some(format!("the integers are accepted, the circuit is not: {words}"))
        }
        (Result::Refused(_, why), Result::Accepted(_)) => {
            Some(format!("the circuit accepts, the integers do not: {why}"))
        }
    }
}

fn equal_lists(a: &[Int], b: &[Int]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
}

/// Elements of the field have several names.
fn equal(a: &Int, b: &Int) -> bool {
    a == b || scalar::to_fr(a) == scalar::to_fr(b)
}
