//! `.r1cs`, version 1: sections for the header, the constraints, and the label of each wire.

use super::{ELEMENT, Wires, write_element, write_order};
use std::io::{self, Seek, SeekFrom, Write};
use zirc_circuit::{Circuit, Fr, rows};

const HEADER: u32 = 1;
const CONSTRAINTS: u32 = 2;
const LABELS: u32 = 3;

/// Writes the constraints. Wire k has label k; inputs and outputs that are no variables have labels
/// above those of all wires.
///
/// The length of the middle section is written once it is known, hence `Seek`.
///
/// # Errors
/// Those of the destination.
pub fn write_r1cs(
    circuit: &Circuit,
    wires: &Wires,
    out: &mut (impl Write + Seek),
) -> io::Result<()> {
    out.write_all(b"r1cs")?;
    number(out, 1)?;
    number(out, 3)?;

    section(out, HEADER, 4 + u64::from(ELEMENT) + 4 * 4 + 8 + 4)?;
    number(out, ELEMENT)?;
    write_order(out)?;
    for count in [wires.count, wires.outputs, wires.public_inputs, wires.private_inputs] {
        number(out, count as u32)?;
    }
    out.write_all(&super::sym::labels(circuit, wires).to_le_bytes())?;
    number(out, wires.constraints as u32)?;

    section(out, CONSTRAINTS, 0)?;
    let start = out.stream_position()?;
    for row in rows(circuit) {
        for side in [row.a, row.b, row.c] {
            combination(out, wires, side)?;
        }
    }
    let end = out.stream_position()?;
    out.seek(SeekFrom::Start(start - 8))?;
    out.write_all(&(end - start).to_le_bytes())?;
    out.seek(SeekFrom::Start(end))?;

    section(out, LABELS, 8 * wires.count as u64)?;
    (0..wires.count as u64).try_for_each(|label| out.write_all(&label.to_le_bytes()))
}

/// Number of terms, then wire and coefficient of each, by ascending wires.
fn combination(out: &mut impl Write, wires: &Wires, side: Vec<(usize, Fr)>) -> io::Result<()> {
    let mut terms: Vec<(usize, Fr)> =
        side.into_iter().map(|(variable, c)| (wires.of_variable(variable), c)).collect();
    terms.sort_unstable_by_key(|&(wire, _)| wire);
    number(out, terms.len() as u32)?;
    for (wire, coefficient) in &terms {
        number(out, *wire as u32)?;
        write_element(out, coefficient)?;
    }
    Ok(())
}

/// Head of a section.
pub(super) fn section(out: &mut impl Write, kind: u32, len: u64) -> io::Result<()> {
    number(out, kind)?;
    out.write_all(&len.to_le_bytes())
}

/// 32 bits, little-endian.
pub(super) fn number(out: &mut impl Write, n: u32) -> io::Result<()> {
    out.write_all(&n.to_le_bytes())
}
