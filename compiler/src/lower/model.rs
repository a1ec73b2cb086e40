//! A circuit with a model is bound to what the model is called.

use zirc_circuit::{Circuit, Kind, Op, OriginId, Step, Tensor, TensorId, Width};

/// Gives a circuit with a model a challenge, though nothing asks for one: what is hashed into it, the model's
/// commitment among it, is what a proof is about. Without one, Dₘ + t·[δ]₁ and C − t·[δₘ]₁ would be another proof,
/// about a model that is called something else, and made by somebody who has neither the model nor its opening.
pub(crate) fn name(circuit: &mut Circuit) {
    if !circuit.has_model() || circuit.has_challenges() {
        return;
    }
    let tensor = TensorId(circuit.tensors.len() as u32);
    circuit.tensors.push(Tensor {
        shape: vec![],
        kind: Kind::Challenge,
        interval: None,
        width: Width::Field,
        name: None,
        origin: OriginId(0),
    });
    circuit.program.push(Step::Assign { tensor, op: Op::Challenge });
}
