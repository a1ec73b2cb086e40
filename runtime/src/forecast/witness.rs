//! Bytes that it takes to compute all values of a circuit and to compare them with its constraints.
//!
//! A circuit can ask for far more values than its file has bytes, in few constraints: derived tensors
//! have no variables. So this is asked before a witness, where there is no proof whose forecast covers it.

use super::memory::{bytes, held, inputs};
use super::{NoRoom, Room, costs};
use zirc_circuit::{Circuit, Kind, Lin, Side, Step};

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
        sides.iter().map(|lin| evaluated(lin, b.len())).sum::<u64>()
    });
    let again = of(false) + sides.max().unwrap_or(0);
    inputs(circuit) + of(true) + again.max(arguments.unwrap_or(0))
}

/// What a step computes and does not keep.
fn arguments(circuit: &Circuit, step: &Step) -> u64 {
    match step {
        Step::Assign { tensor, op } => {
            let space = op.argument_len(&circuit.tensors[tensor.0 as usize].shape);
            op.args().into_iter().map(|lin| evaluated(lin, space)).sum()
        }
        Step::Check { shape, left, right, .. } => {
            let space = shape.iter().product();
            evaluated(left, space) + evaluated(right, space)
        }
    }
}

fn evaluated(lin: &Lin, len: usize) -> u64 {
    bytes(len, lin.width)
}
