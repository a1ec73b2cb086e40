//! What stands beside a contribution: its name, and where its number came from.
//!
//! A list of entries, each behind its tag, by ascending tags: 1, the name behind its length; 2, log₂ of a beacon's
//! hashes; 3, a beacon's value behind its length. No hash of snarkjs is over them, so that nothing binds a name to
//! its contribution; a beacon follows from its value, or does not.

use crate::ceremony::{Beacon, CeremonyError, Name};
use crate::files::FileError;

const NAME: u8 = 1;
const HASHES: u8 = 2;
const SOURCE: u8 = 3;

/// Notes that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Notes {
    /// Whatever bytes the file has.
    name: Option<Vec<u8>>,
    hashes: Option<u8>,
    source: Option<Vec<u8>>,
}

impl Notes {
    pub(super) fn named(name: &Name) -> Notes {
        Notes { name: Some(name.as_str().into()), ..Notes::default() }
    }

    pub(super) fn of_beacon(name: &Name, beacon: &Beacon) -> Notes {
        let (hashes, source) = (Some(beacon.log_hashes()), Some(beacon.source().to_vec()));
        Notes { hashes, source, ..Notes::named(name) }
    }

    /// Reads all of them, or refuses what snarkjs would not read either.
    pub(super) fn parse(bytes: &[u8]) -> Result<Notes, FileError> {
        let wrong = FileError::Invalid { what: "notes of a contribution" };
        let (mut notes, mut rest, mut last) = (Notes::default(), bytes, 0);
        while let Some((&tag, behind)) = rest.split_first() {
            let (&len, behind) = behind.split_first().ok_or(wrong.clone())?;
            if tag <= last {
                return Err(wrong);
            }
            (last, rest) = (tag, behind);
            if tag == HASHES {
                notes.hashes = Some(len);
                continue;
            }
            let (text, behind) = rest.split_at_checked(len.into()).ok_or(wrong.clone())?;
            rest = behind;
            match tag {
                NAME => notes.name = Some(text.to_vec()),
                SOURCE => notes.source = Some(text.to_vec()),
                _ => return Err(wrong),
            }
        }
        Ok(notes)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = vec![];
        let text = |tag: u8, text: &Vec<u8>| [&[tag, text.len() as u8][..], text].concat();
        out.extend(self.name.iter().flat_map(|name| text(NAME, name)));
        out.extend(self.hashes.iter().flat_map(|log| [HASHES, *log]));
        out.extend(self.source.iter().flat_map(|source| text(SOURCE, source)));
        out
    }

    /// The name as text; of other bytes what can be read.
    pub(super) fn name(&self) -> String {
        self.name.as_deref().map(|n| String::from_utf8_lossy(n).into_owned()).unwrap_or_default()
    }

    /// Whether there is anything in them that only beacons have.
    pub(super) fn has_source(&self) -> bool {
        self.hashes.is_some() || self.source.is_some()
    }

    /// The beacon, if there is all of one.
    pub(super) fn beacon(&self) -> Result<Beacon, CeremonyError> {
        Beacon::new(self.source.as_deref().unwrap_or_default(), self.hashes.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_read_back() {
        let name = Name::new("someone").unwrap();
        let beacon = Beacon::new(&[1, 2, 3], 10).unwrap();
        for notes in [Notes::default(), Notes::named(&name), Notes::of_beacon(&name, &beacon)] {
            assert_eq!(Notes::parse(&notes.encode()), Ok(notes.clone()));
            assert_eq!(notes.beacon().is_ok(), notes.source.is_some());
        }
        let notes = Notes::of_beacon(&name, &beacon);
        assert_eq!((notes.name().as_str(), notes.beacon()), ("someone", Ok(beacon)));
    }

    #[test]
    fn what_snarkjs_would_not_read_is_refused() {
        let wrong = Err(FileError::Invalid { what: "notes of a contribution" });
        for bytes in [
            &[1][..],
            &[1, 3, b'a', b'b'],
            &[2],
            &[3, 1],
            &[4, 0],
            &[0, 0],
            // Twice, and in another order.
            &[1, 1, b'a', 1, 1, b'a'],
            &[2, 10, 1, 1, b'a'],
        ] {
            assert_eq!(Notes::parse(bytes), wrong, "{bytes:?}");
        }
    }
}
