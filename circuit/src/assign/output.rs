//! One output, from those inputs alone that it depends on.

use super::AssignError;
use super::run::{Conduct, Run, check_ports};
use crate::{Circuit, Int, Kind, Lin, Op, Port, Step, TensorId};
use std::collections::BTreeSet;

/// The input ports, as places among the signature's, that an output is computed from.
#[must_use]
pub fn inputs_of(circuit: &Circuit, output: &Port) -> Vec<usize> {
    let needed = needed(circuit, output.tensor);
    let ports = circuit.signature.inputs.iter().enumerate();
    ports.filter(|(_, p)| needed.contains(&p.tensor)).map(|(k, _)| k).collect()
}

/// The raw integers of an output, from those of the inputs that [`inputs_of`] names, in order. What the
/// circuit asserts of them is not looked at, and nothing else is computed.
///
/// # Errors
/// An [`AssignError`] for values that are not of the ports' numbers and types, operations without a
/// result, and outputs that follow from challenges.
pub fn assign_output(
    circuit: &Circuit,
    output: &Port,
    inputs: &[Vec<Int>],
) -> Result<Vec<Int>, AssignError> {
    let places = inputs_of(circuit, output);
    let all = &circuit.signature.inputs;
    check_ports(&places.iter().map(|k| &all[*k]).collect::<Vec<_>>(), inputs)?;
    let mut given = vec![vec![]; all.len()];
    for (k, values) in places.iter().zip(inputs) {
        given[*k].clone_from(values);
    }
    let needed = needed(circuit, output.tensor);
    let wanted = |s: &&Step| matches!(s, Step::Assign { tensor, .. } if needed.contains(tensor));
    let drawn = needed.iter().any(|t| circuit.tensors[t.0 as usize].kind == Kind::Challenge);
    if drawn {
        let expected = circuit.layout().num_challenges;
        return Err(AssignError::ChallengeCount { expected, got: 0 });
    }
    let mut run = Run::new(circuit, &given, &[], Conduct::Honest);
    run.some(circuit.program.iter().filter(wanted))?;
    let values = &run.finish().values[output.tensor.0 as usize];
    let len = circuit.tensors[output.tensor.0 as usize].len();
    Ok((0..len).map(|k| canonical(values.get_int(k), output)).collect())
}

/// A field element from 0 on, as ports have them.
fn canonical(v: Int, port: &Port) -> Int {
    if port.ty == crate::PortType::Field && v < Int::from(0) {
        v + crate::scalar::order()
    } else {
        v
    }
}

/// A tensor and all that it is computed from.
fn needed(circuit: &Circuit, tensor: TensorId) -> BTreeSet<TensorId> {
    let mut needed = BTreeSet::from([tensor]);
    let note = |lin: &Lin, needed: &mut BTreeSet<TensorId>| {
        needed.extend(lin.terms.iter().map(|t| t.src));
    };
    // A step reads what was computed before.
    for step in circuit.program.iter().rev() {
        let Step::Assign { tensor, op } = step else { continue };
        if !needed.contains(tensor) {
            continue;
        }
        op.args().into_iter().for_each(|lin| note(lin, &mut needed));
        if let (Op::Derive, Kind::Linear(lin)) = (op, &circuit.tensors[tensor.0 as usize].kind) {
            note(lin, &mut needed);
        }
    }
    needed
}
