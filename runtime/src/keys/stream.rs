//! A proving key that stays in its file: a proof reads it slice by slice, in the order of the file, and
//! holds no more than one slice at a time.
//!
//! The file's checksum is compared when it is opened, before anything is read from it. What a proof then
//! reads is hashed once more, and compared again before the proof is handed out, so that a file that
//! somebody changes meanwhile is refused too. Points are checked as
//! [`ProvingKey::read`](super::ProvingKey::read) checks them, slice by slice.

use super::head::{Front, Head};
use super::{Query, Validation, VerifyingKey};
use crate::files::codec::Decoder;
use crate::files::container::{self, Rehashed};
use crate::files::points::{Coordinate, PointReader};
use crate::files::{FileError, Group, Kind};
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use zirc_circuit::Digest;

/// A proving key in a file that is open.
pub struct KeyFile<R = BufReader<File>> {
    source: R,
    front: Front,
    validation: Validation,
    /// Where the first query begins.
    start: u64,
    /// Bytes of the payload from there on.
    left: u64,
    /// Has seen everything before.
    hasher: blake3::Hasher,
    checksum: Digest,
    /// Bytes of the points that are held at a time.
    pub(crate) slice: usize,
}

/// Bytes of the points that are held at a time. With fewer the buckets of the sums outweigh the points:
/// with a quarter of this, sums of full width take an eighth more.
pub(crate) const SLICE: usize = 1 << 26;

impl KeyFile {
    /// Opens a key file and compares its checksum.
    ///
    /// # Errors
    /// A [`FileError`] for anything but the beginning of the one encoding of a key; what is wrong with
    /// the queries, a proof finds.
    pub fn open(path: &Path, validation: Validation) -> Result<KeyFile, FileError> {
        KeyFile::new(BufReader::new(File::open(path)?), validation)
    }
}

impl<R: Read + Seek + Send> KeyFile<R> {
    /// Takes anything that holds an encoded key.
    ///
    /// # Errors
    /// As [`KeyFile::open`].
    pub fn new(source: R, validation: Validation) -> Result<KeyFile<R>, FileError> {
        let mut opened = container::open(source, Kind::ProvingKey)?.rehashed();
        let front = Front::read(&mut opened.payload, opened.circuit)?;
        let checksum = opened.checksum;
        let (Rehashed { inner: mut source, hasher }, left) = opened.payload.into_parts();
        let start = source.stream_position()?;
        Ok(KeyFile { source, front, validation, start, left, hasher, checksum, slice: SLICE })
    }

    /// What comes before the queries, and the queries from the first on.
    pub(crate) fn split(&mut self) -> Result<(Head<'_>, Sections<&mut R>), FileError> {
        self.source.seek(SeekFrom::Start(self.start))?;
        let source = Rehashed { inner: &mut self.source, hasher: self.hasher.clone() };
        let sections = Sections {
            payload: Decoder::new(source, self.left),
            variables: self.front.num_variables as u64,
            check: self.validation == Validation::Full,
            checksum: self.checksum,
            slice: self.slice,
        };
        Ok((self.front.head(), sections))
    }
}

impl<R> KeyFile<R> {
    /// The verifying key that belongs to it.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.front.verifying
    }
}

#[cfg(test)]
impl<R> KeyFile<R> {
    /// What it reads from, for tests in which that changes.
    pub(crate) fn source_mut(&mut self) -> &mut R {
        &mut self.source
    }
}

impl<R> std::fmt::Debug for KeyFile<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyFile of {}, {} bytes of queries", self.front.verifying.circuit(), self.left)
    }
}

/// The queries of a key, one after the other.
pub(crate) struct Sections<R> {
    pub(crate) payload: Decoder<Rehashed<R>>,
    variables: u64,
    check: bool,
    checksum: Digest,
    slice: usize,
}

impl<R: Read + Send> Sections<R> {
    /// Points to be held at a time.
    pub(crate) fn slice<P: SWCurveConfig>(&self) -> usize {
        (self.slice / size_of::<Affine<P>>()).max(1)
    }

    /// The variables that the next query has points for.
    pub(crate) fn indices<P: Group<BaseField: Coordinate>>(
        &mut self,
        what: &'static str,
    ) -> Result<Vec<u32>, FileError> {
        Query::<P>::read_indices(&mut self.payload, self.variables, what)
    }

    /// A reader for the points that follow.
    pub(crate) fn points(&self, what: &'static str) -> PointReader {
        PointReader::new(self.check, what)
    }

    /// Goes over what is left, and refuses a file that is not the one whose checksum was compared.
    pub(crate) fn skip(self) -> Result<(), FileError> {
        let (mut source, left) = self.payload.into_parts();
        std::io::copy(&mut source.by_ref().take(left), &mut std::io::sink())?;
        if source.hasher.finalize() == self.checksum.0 { Ok(()) } else { Err(FileError::Checksum) }
    }

    /// Refuses what was not read, and a file that is not the one whose checksum was compared.
    pub(crate) fn finish(self) -> Result<(), FileError> {
        let (source, left) = self.payload.into_parts();
        if left != 0 {
            return Err(FileError::TrailingBytes { count: left });
        }
        if source.hasher.finalize() == self.checksum.0 { Ok(()) } else { Err(FileError::Checksum) }
    }
}
