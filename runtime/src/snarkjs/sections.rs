//! The frame around binary files of circom's tools: magic, version, and sections in any order.

use super::SnarkjsError;
use crate::files::codec::Decoder;
use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom, Take, Write};

/// The only version of `.zkey` and `.ptau`.
const VERSION: u32 = 1;
/// Formats have fewer sections than this.
const MOST: u32 = 64;

/// A file of which it is known where each section lies.
pub(super) struct Sections<R> {
    source: R,
    /// Start and length of each.
    table: BTreeMap<u32, (u64, u64)>,
}

impl<R: Read + Seek> Sections<R> {
    /// Reads the frame of a file whose first bytes are `magic`.
    pub(super) fn open(mut source: R, magic: &'static str) -> Result<Self, SnarkjsError> {
        let len = source.seek(SeekFrom::End(0))?;
        source.seek(SeekFrom::Start(0))?;
        let mut head = [0; 12];
        if len < 12 {
            return Err(SnarkjsError::Magic { expected: magic });
        }
        source.read_exact(&mut head)?;
        if head[..4] != *magic.as_bytes() {
            return Err(SnarkjsError::Magic { expected: magic });
        }
        let (version, count) = (u32_at(&head, 4), u32_at(&head, 8));
        for (what, expected, got, fits) in [
            ("version", VERSION, version, version == VERSION),
            ("number of sections", MOST, count, count <= MOST),
        ] {
            if !fits {
                return Err(SnarkjsError::Differs {
                    what,
                    expected: expected.into(),
                    got: got.into(),
                });
            }
        }
        let (mut table, mut at) = (BTreeMap::new(), 12);
        for _ in 0..count {
            let mut head = [0; 12];
            source.seek(SeekFrom::Start(at))?;
            source.read_exact(&mut head)?;
            let section = u32_at(&head, 0);
            let size = u64::from(u32_at(&head, 4)) | u64::from(u32_at(&head, 8)) << 32;
            let expected = (at + 12).saturating_add(size);
            if expected > len {
                return Err(SnarkjsError::Truncated { section, expected, got: len });
            }
            if table.insert(section, (at + 12, size)).is_some() {
                return Err(SnarkjsError::Twice { section });
            }
            at = expected;
        }
        if at != len {
            let (what, expected, got) = ("bytes of the file", at, len);
            return Err(SnarkjsError::Differs { what, expected, got });
        }
        Ok(Sections { source, table })
    }

    pub(super) fn has(&self, section: u32) -> bool {
        self.table.contains_key(&section)
    }

    /// A section of exactly so many bytes.
    pub(super) fn exactly(
        &mut self,
        (section, what): Named,
        size: u64,
    ) -> Result<Part<'_, R>, SnarkjsError> {
        let (_, got) = self.find((section, what))?;
        if got != size {
            return Err(SnarkjsError::Differs { what, expected: size, got });
        }
        self.part((section, what), 0, size)
    }

    /// A section, however long it is.
    pub(super) fn whole(&mut self, named: Named) -> Result<Part<'_, R>, SnarkjsError> {
        let (_, size) = self.find(named)?;
        self.part(named, 0, size)
    }

    /// `size` bytes of a section from `offset` on.
    pub(super) fn part(
        &mut self,
        (section, what): Named,
        offset: u64,
        size: u64,
    ) -> Result<Part<'_, R>, SnarkjsError> {
        let (start, got) = self.find((section, what))?;
        let expected = offset.saturating_add(size);
        if expected > got {
            return Err(SnarkjsError::Differs { what, expected, got });
        }
        self.source.seek(SeekFrom::Start(start + offset))?;
        Ok(Decoder::new(self.source.by_ref().take(size), size))
    }

    fn find(&self, (section, what): Named) -> Result<(u64, u64), SnarkjsError> {
        self.table.get(&section).copied().ok_or(SnarkjsError::Missing { section, what })
    }
}

/// Number of a section, and what stands in it.
pub(super) type Named = (u32, &'static str);
/// A section that is being read.
pub(super) type Part<'s, R> = Decoder<Take<&'s mut R>>;

/// Writes a frame of `count` sections.
pub(super) fn write_frame(out: &mut impl Write, magic: &str, count: u32) -> io::Result<()> {
    out.write_all(magic.as_bytes())?;
    out.write_all(&VERSION.to_le_bytes())?;
    out.write_all(&count.to_le_bytes())
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().rev().fold(0, |n, b| n << 8 | u32::from(*b))
}
