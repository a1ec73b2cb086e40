//! A public source of randomness that ends a ceremony.
//!
//! Whoever contributes last sees what the others left, and could draw until the result pleases them. Numbers
//! that follow from a value which nobody could know or choose before then, as the hash of a block to come, take
//! that away. Hashing the value 2^n times with SHA-256 keeps whoever has a say in it from trying many in time. All
//! of it is public: a ceremony of beacons alone has no secrets.

use super::CeremonyError;
use sha2::{Digest, Sha256};

/// Most bytes of a source, which has its length in one byte.
const LONGEST_SOURCE: usize = 255;
/// log₂ of the fewest hashes, as in snarkjs.
const LEAST: u8 = 10;
/// log₂ of the most hashes that are computed here: minutes. snarkjs takes up to 63, which nobody computes.
const MOST: u8 = 30;

/// A public source of randomness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beacon {
    source: Vec<u8>,
    log_hashes: u8,
}

impl Beacon {
    /// A beacon of this value, hashed 2^`log_hashes` times.
    ///
    /// # Errors
    /// [`CeremonyError::Source`] for a value that is not of 1 to 255 bytes, [`CeremonyError::Hashes`] for a number of
    /// hashes that is not of 2^10 to 2^30.
    pub fn new(source: &[u8], log_hashes: u8) -> Result<Beacon, CeremonyError> {
        if source.is_empty() || source.len() > LONGEST_SOURCE {
            return Err(CeremonyError::Source { got: source.len() });
        }
        if !(LEAST..=MOST).contains(&log_hashes) {
            return Err(CeremonyError::Hashes { least: LEAST, most: MOST, got: log_hashes });
        }
        Ok(Beacon { source: source.to_vec(), log_hashes })
    }

    /// The value.
    #[must_use]
    pub fn source(&self) -> &[u8] {
        &self.source
    }

    /// log₂ of how often it is hashed.
    #[must_use]
    pub fn log_hashes(&self) -> u8 {
        self.log_hashes
    }

    /// What comes of it.
    pub(crate) fn seed(&self) -> [u8; 32] {
        let mut hash: [u8; 32] = Sha256::digest(&self.source).into();
        for _ in 1..1u64 << self.log_hashes {
            hash = Sha256::digest(hash).into();
        }
        hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_beacon_is_refused() {
        let refused = |source: &[u8], log| Beacon::new(source, log).unwrap_err();
        assert_eq!(refused(&[], 10), CeremonyError::Source { got: 0 });
        assert_eq!(refused(&[1; 256], 10), CeremonyError::Source { got: 256 });
        for got in [0, 9, 31, 63, 255] {
            let expected = CeremonyError::Hashes { least: 10, most: 30, got };
            assert_eq!(refused(&[1], got), expected);
        }
        assert_eq!(Beacon::new(&[7; 255], 10).unwrap().source(), [7; 255]);
    }

    /// As Python's hashlib has it: 1,024 times SHA-256, from the three bytes 1, 2, 3 on.
    #[test]
    fn a_source_is_hashed_so_many_times() {
        let seed = Beacon::new(&[1, 2, 3], 10).unwrap().seed();
        let text: String = seed.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(text, "5bbce6b2653a96b71a72870cf5633a95fb39368f0e252112da06fa2e21caadbc");
    }
}
