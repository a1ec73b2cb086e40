//! Contributions to a `.zkey`, as `snarkjs zkey contribute` and `zkey beacon` make them.
//!
//! No circuit is needed: what is under δ is divided by a number, \[δ\]₁ and \[δ\]₂ are multiplied by it, one
//! contribution is added, and all else is copied. So the file is read and written chunk by chunk.

use super::super::SnarkjsError;
use super::super::contribution::{self, Contribution, Hash};
use super::super::montgomery::{Identity, read_points, write_points};
use super::super::sections::{Named, Sections, write_frame};
use super::make::multiples;
use super::read::{read_contributions, read_header};
use super::write::{head, write_header};
use super::{
    A, B1, B2, C, COEFFICIENTS, CONTRIBUTIONS, ENTRY, H, HEADER, HEADER_SIZE, Header, IC, SYSTEM,
};
use crate::ceremony::{CeremonyError, Contributor, Name, Source};
use crate::files::points::point_size;
use ark_bn254::{Fr, G1Affine, g1, g2};
use ark_ec::{AffineRepr, CurveGroup};
use rand::{CryptoRng, RngCore};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::path::Path;

/// Points that are read, multiplied and written together.
const CHUNK: usize = 1 << 16;

/// A `.zkey` that contributions are made to.
pub struct OpenZKey<R = BufReader<File>> {
    file: Sections<R>,
    numbers: [u32; 3],
    header: Header,
    circuit_hash: Hash,
    contributions: Vec<Contribution>,
}

impl OpenZKey {
    /// Opens a file, and compares its sections with its numbers, and its contributions with each other and with δ.
    ///
    /// # Errors
    /// A [`SnarkjsError`] that names the first part that is wrong. That δ is 1 before anybody has contributed is
    /// right here.
    pub fn open(path: &Path) -> Result<OpenZKey, SnarkjsError> {
        OpenZKey::new(BufReader::new(File::open(path)?))
    }
}

impl<R: Read + Seek + Send> OpenZKey<R> {
    /// Takes anything that holds such a file.
    ///
    /// # Errors
    /// As [`OpenZKey::open`].
    pub fn new(source: R) -> Result<OpenZKey<R>, SnarkjsError> {
        let mut file = Sections::open(source, "zkey")?;
        let (numbers, header) = read_header(&mut file)?;
        check_sizes(&mut file, numbers)?;
        let (circuit_hash, contributions) = read_contributions(&mut file, &header)?;
        Ok(OpenZKey { file, numbers, header, circuit_hash, contributions })
    }

    /// Whoever contributed, in order.
    #[must_use]
    pub fn contributors(&self) -> Vec<Contributor> {
        self.contributions.iter().map(Contribution::contributor).collect()
    }

    /// Writes the key with one contribution more, and says which.
    ///
    /// # Errors
    /// [`CeremonyError::Ended`] behind a beacon, [`CeremonyError::Contribution`] for a number that changes nothing or
    /// makes δ known, and all that can be wrong with the file.
    pub fn contribute(
        mut self,
        name: &Name,
        source: Source<'_>,
        rng: &mut (impl RngCore + CryptoRng),
        out: &mut impl Write,
    ) -> Result<Contributor, CeremonyError> {
        if self.contributions.last().is_some_and(Contribution::is_public) {
            return Err(CeremonyError::Ended);
        }
        let (made, number) =
            Contribution::make(&self.circuit_hash, &self.contributions, name, source, rng);
        let [s, inverse] = *number;
        let (before, after) = (self.header.delta_g1, made.delta_after());
        let same = |p: G1Affine| after.x == p.x;
        if after.is_zero() || same(before) || same(G1Affine::generator()) {
            let (number, what) = (self.contributions.len() + 1, "it leaves delta as it was, or 1");
            return Err(CeremonyError::Contribution { number, what });
        }
        self.header.delta_g1 = after;
        self.header.delta_g2 = (self.header.delta_g2 * s).into_affine();
        let contributor = made.contributor();
        self.contributions.push(made);
        self.write(inverse, out)?;
        Ok(contributor)
    }

    /// Writes all sections; what is under δ times `inverse`.
    fn write(&mut self, inverse: Fr, out: &mut impl Write) -> Result<(), SnarkjsError> {
        write_frame(out, "zkey", 10)?;
        self.copy(SYSTEM, out)?;
        head(out, (HEADER, HEADER_SIZE))?;
        write_header(out, self.numbers, &self.header)?;
        for section in [IC, COEFFICIENTS, A, B1, B2] {
            self.copy(section, out)?;
        }
        self.multiply(C, Identity::Allowed, inverse, out)?;
        self.multiply(H, Identity::Refused, inverse, out)?;
        let mut last = vec![];
        contribution::write_all(&mut last, &self.circuit_hash, &self.contributions)?;
        head(out, (CONTRIBUTIONS, last.len() as u64))?;
        Ok(out.write_all(&last)?)
    }

    fn copy(&mut self, section: Named, out: &mut impl Write) -> Result<(), SnarkjsError> {
        let (mut source, size) = self.file.whole(section)?.into_parts();
        head(out, (section, size))?;
        let copied = io::copy(&mut source, out)?;
        if copied != size {
            let (what, expected, got) = (section.1, size, copied);
            return Err(SnarkjsError::Differs { what, expected, got });
        }
        Ok(())
    }

    /// Copies points times a number; there are whole ones only, as [`check_sizes`] saw.
    fn multiply(
        &mut self,
        section: Named,
        identity: Identity,
        factor: Fr,
        out: &mut impl Write,
    ) -> Result<(), SnarkjsError> {
        let mut part = self.file.whole(section)?;
        let of_point = point_size::<g1::Config>();
        head(out, (section, part.left()))?;
        while part.left() > 0 {
            let count = (part.left() / of_point).min(CHUNK as u64) as usize;
            let points: Vec<G1Affine> = read_points(&mut part, count, identity, section.1)?;
            write_points(out, &multiples(&points, factor))?;
        }
        Ok(())
    }
}

/// Refuses sections that have not the size that the numbers of wires, of public wires, and of rows give them.
fn check_sizes<R: Read + Seek>(
    file: &mut Sections<R>,
    [wires, public, rows]: [u32; 3],
) -> Result<(), SnarkjsError> {
    let [wires, public, rows] = [wires, public, rows].map(u64::from);
    let differs = |what, expected, got| Err(SnarkjsError::Differs { what, expected, got });
    let Some(private) = wires.checked_sub(public + 1) else {
        return differs("number of wires", public + 1, wires);
    };
    if !rows.is_power_of_two() {
        return differs("size of the domain", rows.next_power_of_two(), rows);
    }
    let entries = u32::from_le_bytes(file.whole(COEFFICIENTS)?.array(COEFFICIENTS.1)?);
    let entries = 4 + ENTRY as u64 * u64::from(entries);
    let (g1, g2) = (point_size::<g1::Config>(), point_size::<g2::Config>());
    for (section, size) in [
        (IC, g1 * (public + 1)),
        (COEFFICIENTS, entries),
        (A, g1 * wires),
        (B1, g1 * wires),
        (B2, g2 * wires),
        (C, g1 * private),
        (H, g1 * rows),
    ] {
        file.exactly(section, size)?;
    }
    Ok(())
}

impl<R> std::fmt::Debug for OpenZKey<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpenZKey of {} contributions", self.contributions.len())
    }
}
