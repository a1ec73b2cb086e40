//! `.wtns`, version 2: sections for the field and for the value of each wire.

use super::r1cs::{number, section};
use super::{ELEMENT, ExportError, Wires, write_element, write_order};
use ark_ff::Field;
use std::io::{self, Write};
use zirc_circuit::{Assignment, Circuit, Fr};

const HEADER: u32 = 1;
const VALUES: u32 = 2;

/// Writes the values of all wires, private ones too.
///
/// # Errors
/// Those of the destination. Panics if the assignment is of another circuit than the wires.
pub fn write_wtns(assignment: &Assignment, wires: &Wires, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"wtns")?;
    number(out, 2)?;
    number(out, 2)?;
    section(out, HEADER, 4 + u64::from(ELEMENT) + 4)?;
    number(out, ELEMENT)?;
    write_order(out)?;
    number(out, wires.count as u32)?;
    section(out, VALUES, u64::from(ELEMENT) * wires.count as u64)?;
    write_element(out, &Fr::ONE)?;
    for tensor in &wires.order {
        let buffer = &assignment.values[tensor.0 as usize];
        (0..buffer.len()).try_for_each(|i| write_element(out, &buffer.get_fr(i)))?;
    }
    Ok(())
}

/// Whether every tensor that has wires has as many values.
pub(super) fn check(circuit: &Circuit, assignment: &Assignment) -> Result<(), ExportError> {
    let layout = circuit.layout();
    for (tensor, t) in circuit.tensors.iter().enumerate() {
        let (expected, got) = (t.len(), assignment.values.get(tensor).map_or(0, |b| b.len()));
        if layout.offset[tensor].is_some() && expected != got {
            return Err(ExportError::Assignment { tensor, expected, got });
        }
    }
    Ok(())
}
