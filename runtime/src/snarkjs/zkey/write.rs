//! Writing a key.

use super::super::SnarkjsError;
use super::super::contribution;
use super::super::montgomery::{modulus, store_coefficient, write_points};
use super::super::sections::{Named, write_frame};
use super::{
    A, B1, B2, C, COEFFICIENTS, CONTRIBUTIONS, ENTRY, GROTH16, H, HEADER, HEADER_SIZE, Header, IC,
    SYSTEM, ZKey,
};
use crate::export::Wires;
use crate::files::FileError;
use ark_bn254::{Fq, Fr};
use ark_ff::One;
use std::io::{self, Write};
use zirc_circuit::{Circuit, rows};

impl ZKey {
    /// Bytes of the file.
    #[must_use]
    pub fn file_size(&self) -> u64 {
        let sections = self.sizes();
        12 + sections.iter().map(|size| 12 + size).sum::<u64>()
    }

    /// Bytes of each section, in the order in which they are written.
    fn sizes(&self) -> [u64; 10] {
        let (g1, g2) = (|n: usize| 64 * n as u64, |n: usize| 128 * n as u64);
        let contributions = self.contributions.iter().map(|c| c.len()).sum::<u64>();
        [
            4,
            HEADER_SIZE,
            g1(self.header.ic.len()),
            4 + ENTRY as u64 * self.coefficients,
            g1(self.a.len()),
            g1(self.b1.len()),
            g2(self.b2.len()),
            g1(self.c.len()),
            g1(self.h.len()),
            64 + 4 + contributions,
        ]
    }

    /// Writes the key of a circuit, which is the one that it was made or read for.
    ///
    /// # Errors
    /// [`FileError::WrongCircuit`] for another circuit, and what the destination refuses.
    pub fn write(&self, circuit: &Circuit, out: &mut impl Write) -> Result<(), SnarkjsError> {
        if circuit.digest() != self.verifying.circuit() {
            return Err(SnarkjsError::File(FileError::WrongCircuit {
                expected: self.verifying.circuit(),
                expected_name: self.verifying.interface().name.clone(),
                got: circuit.digest(),
                got_name: circuit.signature.name.clone(),
            }));
        }
        let wires = Wires::new(circuit)?;
        let sizes = self.sizes();
        write_frame(out, "zkey", sizes.len() as u32)?;
        let named = [SYSTEM, HEADER, IC, COEFFICIENTS, A, B1, B2, C, H, CONTRIBUTIONS];
        let mut next = named.into_iter().zip(sizes);
        let mut begin = |out: &mut _| next.next().map_or(Ok(()), |section| head(out, section));
        begin(out)?;
        out.write_all(&GROTH16.to_le_bytes())?;
        begin(out)?;
        self.write_header(out)?;
        begin(out)?;
        write_points(out, &self.header.ic)?;
        begin(out)?;
        out.write_all(&(self.coefficients as u32).to_le_bytes())?;
        let mut bytes = Vec::new();
        for_each_entry(circuit, &wires, |matrix, row, wire, x| {
            bytes.clear();
            store_entry((matrix, row, wire, x), &mut bytes);
            Ok::<_, SnarkjsError>(out.write_all(&bytes)?)
        })?;
        for points in [&self.a, &self.b1] {
            begin(out)?;
            write_points(out, points)?;
        }
        begin(out)?;
        write_points(out, &self.b2)?;
        for points in [&self.c, &self.h] {
            begin(out)?;
            write_points(out, points)?;
        }
        begin(out)?;
        Ok(contribution::write_all(out, &self.circuit_hash, &self.contributions)?)
    }

    fn write_header(&self, out: &mut impl Write) -> io::Result<()> {
        let numbers = [self.shape.wires, self.shape.public, self.shape.domain.size()];
        write_header(out, numbers.map(|n| n as u32), &self.header)
    }
}

/// The numbers of wires, of public wires, and of rows, and the points beside them.
pub(super) fn write_header(
    out: &mut impl Write,
    numbers: [u32; 3],
    header: &Header,
) -> io::Result<()> {
    out.write_all(&modulus::<Fq>())?;
    out.write_all(&modulus::<Fr>())?;
    numbers.iter().try_for_each(|n| out.write_all(&n.to_le_bytes()))?;
    write_points(out, &[header.alpha_g1, header.beta_g1])?;
    write_points(out, &[header.beta_g2, header.gamma_g2])?;
    write_points(out, &[header.delta_g1])?;
    write_points(out, &[header.delta_g2])
}

/// Number and length of a section.
pub(super) fn head(out: &mut impl Write, ((section, _), size): (Named, u64)) -> io::Result<()> {
    out.write_all(&section.to_le_bytes())?;
    out.write_all(&size.to_le_bytes())
}

/// An entry's matrix, 0 for A and 1 for B, its row, its wire and its value.
pub(super) type Entry = (u32, u32, u32, Fr);

/// Bytes of an entry.
pub(super) fn store_entry((matrix, row, wire, x): Entry, out: &mut Vec<u8>) {
    [matrix, row, wire].iter().for_each(|n| out.extend(n.to_le_bytes()));
    store_coefficient(&x, out);
}

/// Calls back with every entry of A and B, in the order of snarkjs: row by row, A before B, by
/// ascending wires, and the public wires' own rows at the end.
pub(super) fn for_each_entry<E>(
    circuit: &Circuit,
    wires: &Wires,
    mut visit: impl FnMut(u32, u32, u32, Fr) -> Result<(), E>,
) -> Result<(), E> {
    let mut count = 0;
    for row in rows(circuit) {
        for (matrix, side) in [(0, row.a), (1, row.b)] {
            let mut side: Vec<_> =
                side.into_iter().map(|(j, x)| (wires.of_variable(j) as u32, x)).collect();
            side.sort_unstable_by_key(|(wire, _)| *wire);
            side.into_iter().try_for_each(|(wire, x)| visit(matrix, count, wire, x))?;
        }
        count += 1;
    }
    let public = (wires.outputs + wires.public_inputs) as u32;
    (0..=public).try_for_each(|wire| visit(0, count + wire, wire, Fr::one()))
}
