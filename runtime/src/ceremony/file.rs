//! The file of a ceremony.
//!
//! | bytes | payload, in the container of all files |
//! |---|---|
//! | 4 + n | name of the circuit |
//! | 32 | BLAKE3 of the proving key that it began with |
//! | 1 | which commitments there are, as in a verifying key |
//! | 8 | number of contributions |
//! | | each: name; \[δ\]₁ of each trapdoor; 0, c and z of each trapdoor, or 1, log₂ of the hashes and value of a beacon |
//! | | of each trapdoor: \[δ\]₂, number of points, points |
//!
//! Trapdoors are δ, then δₘ, then δ₀, where there are such.

use super::contribution::{Contribution, Proof, encode};
use super::trapdoor::Trapdoor;
use super::{Beacon, Ceremony, CeremonyError, Name, Part};
use crate::files::codec::{Decoder, Encode};
use crate::files::points::{read_point, read_points, read_scalar, write_points};
use crate::files::{FileError, Kind, container, write_atomically};
use crate::proof::Commitments;
use std::io::{self, Cursor, Read, Seek, Write};
use std::path::Path;
use zirc_circuit::Digest;

impl Ceremony {
    /// Bytes of the file.
    #[must_use]
    pub fn file_size(&self) -> u64 {
        container::size(self.payload_len())
    }

    fn payload_len(&self) -> u64 {
        let contributions = self.contributions.iter().map(|c| encode(c).len() as u64);
        let parts = self.parts.iter().map(|p| 128 + 8 + 64 * p.points.len() as u64);
        4 + self.name.len() as u64 + 32 + 1 + 8 + contributions.sum::<u64>() + parts.sum::<u64>()
    }

    /// Writes the encoding.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, out: impl Write) -> io::Result<()> {
        container::write(out, Kind::Ceremony, self.circuit, self.payload_len(), |out| {
            out.put_text(&self.name)?;
            out.write_all(&self.start.0)?;
            out.write_all(&[self.has.tag()])?;
            out.put_u64(self.contributions.len() as u64)?;
            self.contributions.iter().try_for_each(|c| out.write_all(&encode(c)))?;
            self.parts.iter().try_for_each(|part| {
                write_points(out, &[part.point])?;
                out.put_u64(part.points.len() as u64)?;
                write_points(out, &part.points)
            })
        })
        .map(drop)
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// [`FileError::Io`]
    pub fn save(&self, path: &Path) -> Result<(), FileError> {
        write_atomically(path, |out| Ok(self.write(out)?))
    }

    /// Reads an encoding; every point is checked, and nothing else yet.
    ///
    /// # Errors
    /// A [`CeremonyError`] for anything but the one encoding of a ceremony.
    pub fn read(source: impl Read + Seek + Send) -> Result<Ceremony, CeremonyError> {
        let opened = container::open(source, Kind::Ceremony)?;
        let mut source = opened.payload;
        let name = source.text("name of the circuit")?;
        let start = Digest(source.array("digest of the beginning")?);
        let has = Commitments::read(&mut source, "commitments of the ceremony")?;
        let trapdoors = Trapdoor::of(has);
        let count = source.count(least(trapdoors.len()), "contributions")?;
        let mut contributions = Vec::with_capacity(count);
        for _ in 0..count {
            contributions.push(read_contribution(&mut source, trapdoors.len())?);
        }
        let mut parts = vec![];
        for trapdoor in trapdoors {
            let point = read_point(&mut source, trapdoor.name())?;
            let what = "points under a trapdoor";
            let count = source.count(64, what)?;
            let points = read_points(&mut source, count, true, what)?;
            parts.push(Part { trapdoor, point, points });
        }
        source.finish()?;
        let circuit = opened.circuit;
        Ok(Ceremony { circuit, name, start, has, contributions, parts })
    }

    /// Reads an encoding from memory.
    ///
    /// # Errors
    /// As [`Ceremony::read`].
    pub fn decode(bytes: &[u8]) -> Result<Ceremony, CeremonyError> {
        Self::read(Cursor::new(bytes))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// As [`Ceremony::read`], and [`FileError::Io`].
    pub fn load(path: &Path) -> Result<Ceremony, CeremonyError> {
        let file = std::fs::File::open(path).map_err(FileError::from)?;
        Self::read(io::BufReader::new(file))
    }
}

/// Fewest bytes of a contribution: a name of one byte, and a beacon of one byte.
const fn least(trapdoors: usize) -> u64 {
    4 + 1 + 64 * trapdoors as u64 + 2 + 4 + 1
}

fn read_contribution<R: Read + Send>(
    source: &mut Decoder<R>,
    trapdoors: usize,
) -> Result<Contribution, CeremonyError> {
    let name = Name::new(&source.text("name of a contribution")?)?;
    let after = read_points(source, trapdoors, true, "trapdoor after a contribution")?;
    let proof = if source.flag("kind of a contribution")? {
        let [log_hashes] = source.array("hashes of a beacon")?;
        Proof::Public(Beacon::new(&source.bytes("value of a beacon")?, log_hashes)?)
    } else {
        let challenge = read_scalar(source, "challenge of a contribution")?;
        let one = |_| read_scalar(source, "response of a contribution");
        Proof::Known { challenge, responses: (0..trapdoors).map(one).collect::<Result<_, _>>()? }
    };
    Ok(Contribution { name, after, proof })
}
