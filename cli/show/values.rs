//! Inputs and outputs of an assignment, with what they are worth.

use zirc_circuit::{Assignment, Circuit, Int, Port, Visibility};
use zirc_runtime::words::Named;

/// All inputs and outputs of an assignment, private ones too.
pub(crate) fn all(circuit: &Circuit, assignment: &Assignment) -> Vec<Named> {
    those(circuit, assignment, |_| true)
}

/// The public inputs and outputs of an assignment.
pub(crate) fn public(circuit: &Circuit, assignment: &Assignment) -> Vec<Named> {
    those(circuit, assignment, |p| p.visibility == Visibility::Public)
}

/// Nothing is computed of the others: there may be very many.
fn those(circuit: &Circuit, assignment: &Assignment, wanted: fn(&Port) -> bool) -> Vec<Named> {
    let assumptions = &circuit.signature.assumptions;
    let named = |output| {
        move |p: &Port| Named::of(assumptions, output, p, values_of(circuit, assignment, p))
    };
    let (inputs, outputs) = (&circuit.signature.inputs, &circuit.signature.outputs);
    let inputs = inputs.iter().filter(|p| wanted(p)).map(named(false));
    inputs.chain(outputs.iter().filter(|p| wanted(p)).map(named(true))).collect()
}

/// The raw integers of one port.
pub(crate) fn values_of(circuit: &Circuit, assignment: &Assignment, port: &Port) -> Vec<Int> {
    let count = port.shape.iter().product();
    (0..count).map(|i| assignment.get_int(circuit, port.tensor, i)).collect()
}
