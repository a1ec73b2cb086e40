//! The frame around every payload: magic, kind, version, circuit, length, checksum.

use super::codec::Decoder;
use super::{FileError, Kind};
use std::io::{self, Read, Seek, SeekFrom, Write};
use zirc_circuit::Digest;

const MAGIC: [u8; 4] = *b"ZIRC";
/// Version of the format that is written, and the only one that is read.
pub(crate) const VERSION: u16 = 5;
const HEADER: u64 = 4 + 1 + 2 + 32 + 8;
const TRAILER: u64 = 32;

/// Bytes of a file with a payload of so many.
pub(crate) const fn size(payload: u64) -> u64 {
    HEADER + payload + TRAILER
}

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
    /// Has seen the header.
    hasher: blake3::Hasher,
}

impl<R: Read> Opened<R> {
    /// The same, hashing the payload once more as it is read: what is used of a file that is read bit by
    /// bit must be what the checksum was compared with.
    pub(crate) fn rehashed(self) -> Opened<Rehashed<R>> {
        let Opened { circuit, checksum, payload, hasher } = self;
        let (inner, left) = payload.into_parts();
        let payload = Decoder::new(Rehashed { inner, hasher: hasher.clone() }, left);
        Opened { circuit, checksum, payload, hasher }
    }
}

/// Reads and hashes.
pub(crate) struct Rehashed<R> {
    pub(crate) inner: R,
    pub(crate) hasher: blake3::Hasher,
}

impl<R: Read> Read for Rehashed<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(out)?;
        self.hasher.update(&out[..n]);
        Ok(n)
    }
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
    let after_header = hasher.clone();
    hasher.update_reader((&mut source).take(len))?;
    let mut checksum = [0; TRAILER as usize];
    source.read_exact(&mut checksum)?;
    if hasher.finalize() != checksum {
        return Err(FileError::Checksum);
    }
    source.seek(SeekFrom::Start(HEADER))?;
    let payload = Decoder::new(source, len);
    let (circuit, checksum) = (Digest(circuit), Digest(checksum));
    Ok(Opened { circuit, checksum, payload, hasher: after_header })
}
