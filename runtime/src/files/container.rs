//! The frame around every payload: magic, kind, version, circuit, length, checksum.

use super::codec::Decoder;
use super::{FileError, Kind};
use std::io::{self, Read, Seek, SeekFrom, Write};
use zirc_circuit::Digest;

const MAGIC: [u8; 4] = *b"ZIRC";
/// Version of the format that is written, and the only one that is read.
pub(crate) const VERSION: u16 = 3;
const HEADER: u64 = 4 + 1 + 2 + 32 + 8;
const TRAILER: u64 = 32;

/// Writes a container and returns its checksum.
pub(crate) fn write<W: Write>(
    out: W,
    kind: Kind,
    circuit: Digest,
    payload_len: u64,
    payload: impl FnOnce(&mut Hashing<W>) -> io::Result<()>,
) -> io::Result<Digest> {
    let mut out = Hashing { inner: out, hasher: blake3::Hasher::new(), written: 0 };
    out.write_all(&MAGIC)?;
    out.write_all(&[kind as u8])?;
    out.write_all(&VERSION.to_le_bytes())?;
    out.write_all(&circuit.0)?;
    out.write_all(&payload_len.to_le_bytes())?;
    payload(&mut out)?;
    debug_assert_eq!(out.written, HEADER + payload_len, "announced length of the payload");
    let checksum = *out.hasher.finalize().as_bytes();
    out.inner.write_all(&checksum)?;
    out.inner.flush()?;
    Ok(Digest(checksum))
}

/// Writes, hashes and counts.
pub(crate) struct Hashing<W> {
    inner: W,
    hasher: blake3::Hasher,
    written: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..n]);
        self.written += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// A container whose frame and checksum were found right.
pub(crate) struct Opened<R> {
    pub(crate) circuit: Digest,
    pub(crate) checksum: Digest,
    pub(crate) payload: Decoder<R>,
}

/// Checks the frame and the checksum, in one pass, and goes back to where the payload starts.
pub(crate) fn open<R: Read + Seek>(mut source: R, kind: Kind) -> Result<Opened<R>, FileError> {
    let got = source.seek(SeekFrom::End(0))?;
    source.seek(SeekFrom::Start(0))?;
    let mut header = [0; HEADER as usize];
    let there = got.min(HEADER) as usize;
    source.read_exact(&mut header[..there])?;
    let magic = &header[..there.min(4)];
    if magic != &MAGIC[..magic.len()] || magic.is_empty() {
        return Err(FileError::NotZirc);
    }
    if there < HEADER as usize {
        return Err(FileError::Truncated { expected: HEADER + TRAILER, got });
    }
    let (found, version) = (header[4], u16::from_le_bytes([header[5], header[6]]));
    if found != kind as u8 {
        return Err(FileError::WrongKind { expected: kind, got: found });
    }
    if version != VERSION {
        return Err(FileError::Version { expected: VERSION, got: version });
    }
    let (mut circuit, mut len) = ([0; 32], [0; 8]);
    circuit.copy_from_slice(&header[7..39]);
    len.copy_from_slice(&header[39..]);
    let len = u64::from_le_bytes(len);
    let expected = len.saturating_add(HEADER + TRAILER);
    if expected > got {
        return Err(FileError::Truncated { expected, got });
    }
    if expected < got {
        return Err(FileError::TrailingBytes { count: got - expected });
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(&header);
    hasher.update_reader((&mut source).take(len))?;
    let mut checksum = [0; TRAILER as usize];
    source.read_exact(&mut checksum)?;
    if hasher.finalize() != checksum {
        return Err(FileError::Checksum);
    }
    source.seek(SeekFrom::Start(HEADER))?;
    let payload = Decoder::new(source, len);
    Ok(Opened { circuit: Digest(circuit), checksum: Digest(checksum), payload })
}
