//! Bytes that it takes to compute all values of a circuit and to compare them with its constraints.
//!
//! A circuit can ask for far more values than its file has bytes, in few constraints: derived tensors
//! have no variables. So this is asked before a witness, where there is no proof whose forecast covers it.

use super::memory::{bytes, held, inputs};
use super::{NoRoom, Room, costs};
use zirc_circuit::{Circuit, Ints, Kind, Lin, Op, Side, Step, Weight, Width};

/// Bytes of the whole process, as far as they follow from the circuit.
#[must_use]
pub fn witness_memory(circuit: &Circuit) -> u64 {
    let base = costs::PROGRAM + held(circuit);
    ((base + values(circuit)) as f64 * costs::SLACK) as u64
}

/// Whether there is room for all values of a circuit, and for so many bytes more.
///
/// # Errors
/// [`NoRoom::Witness`] with the numbers.
pub fn witness_fits(circuit: &Circuit, more: u64, room: Room) -> Result<(), NoRoom> {
    let memory = witness_memory(circuit).saturating_add(more);
    let there = room.there();
    if memory <= there {
        return Ok(());
    }
    Err(NoRoom::Witness { memory, there, limit: room.available.limit })
}

/// Bytes of the values where they are most: while a step computes the last of them from its arguments, or
/// while they are computed again, from the variables alone, and sides of constraints from these.
pub(super) fn values(circuit: &Circuit) -> u64 {
    let of = |aux: bool| {
        let tensors = circuit.tensors.iter();
        let kept = tensors.filter(|t| t.kind != Kind::One && (aux || t.kind != Kind::Aux));
        kept.map(|t| bytes(t.len(), t.width)).sum::<u64>()
    };
    let arguments = circuit.program.iter().map(|step| arguments(circuit, step)).max();
    let sides = circuit.blocks.iter().map(|b| {
        let sides = Side::ALL.map(|side| side.of(b));
        sides.iter().map(|lin| evaluated(circuit, lin, b.len())).sum::<u64>()
    });
    let again = of(false) + sides.max().unwrap_or(0);
    inputs(circuit) + of(true) + again.max(arguments.unwrap_or(0))
}

/// What a step computes and does not keep.
fn arguments(circuit: &Circuit, step: &Step) -> u64 {
    match step {
        Step::Assign { tensor, op } => {
            let tensor = &circuit.tensors[tensor.0 as usize];
            if let (Op::Derive, Kind::Linear(lin)) = (op, &tensor.kind) {
                return evaluated(circuit, lin, tensor.len());
            }
            let space = op.argument_len(&tensor.shape);
            op.args().into_iter().map(|lin| evaluated(circuit, lin, space)).sum()
        }
        Step::Check { shape, left, right, .. } => {
            let space = shape.iter().product();
            evaluated(circuit, left, space) + evaluated(circuit, right, space)
        }
    }
}

/// A combination is evaluated in the field if anything that it reads is there, and made narrow afterwards.
fn evaluated(circuit: &Circuit, lin: &Lin, len: usize) -> u64 {
    let wide = lin.terms.iter().any(|t| {
        let weight = match &t.weight {
            Weight::Scalar(w) => w.bits() > 63,
            Weight::Tensor { factor, constant, .. } => {
                let data = &circuit.constants[constant.0 as usize].data;
                factor.bits() > 63 || matches!(data, Ints::Big(_))
            }
        };
        weight || circuit.tensors[t.src.0 as usize].width == Width::Field
    });
    bytes(len, if wide { Width::Field } else { lin.width })
}
