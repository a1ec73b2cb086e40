//! What a key says of the ceremony that its second phase was.
//!
//! It is a claim of whoever made the key, bound by nothing but the key's digest: points of a ceremony of a hundred
//! and of a single party look alike. What makes it more than a claim is the ceremony's file, whose transcript has
//! the digest that stands here, and whose verification (`zirc ceremony verify`) gives this very key.

use crate::files::FileError;
use crate::files::codec::Decoder;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use zirc_circuit::Digest;

/// A ceremony, as a key made in it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MadeIn {
    /// Contributions with secret numbers; never 0.
    pub contributions: u32,
    /// Whether numbers from a public source came last.
    pub beacon: bool,
    /// BLAKE3 of the transcript.
    pub transcript: Digest,
}

/// The same in a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyCeremony {
    /// Contributions with secret numbers.
    pub contributions: u32,
    /// Whether numbers from a public source came last.
    pub beacon: bool,
    /// Digest of the transcript, in hexadecimal.
    pub transcript: String,
}

impl From<&MadeIn> for KeyCeremony {
    fn from(made: &MadeIn) -> Self {
        let MadeIn { contributions, beacon, transcript } = *made;
        KeyCeremony { contributions, beacon, transcript: transcript.to_string() }
    }
}

impl MadeIn {
    /// 0 for none; 1, or 2 with a beacon, number and digest.
    pub(super) fn write(made: Option<&MadeIn>, out: &mut impl Write) -> io::Result<()> {
        let Some(made) = made else { return out.write_all(&[0]) };
        out.write_all(&[1 + u8::from(made.beacon)])?;
        out.write_all(&made.contributions.to_le_bytes())?;
        out.write_all(&made.transcript.0)
    }

    pub(super) fn read<R: Read + Send>(
        source: &mut Decoder<R>,
    ) -> Result<Option<MadeIn>, FileError> {
        let what = "ceremony of the key";
        let beacon = match source.array(what)? {
            [0] => return Ok(None),
            [n @ 1..=2] => n == 2,
            _ => return Err(FileError::Invalid { what }),
        };
        let contributions = u32::from_le_bytes(source.array(what)?);
        if contributions == 0 {
            return Err(FileError::Invalid { what });
        }
        let transcript = Digest(source.array(what)?);
        Ok(Some(MadeIn { contributions, beacon, transcript }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VerifyingKey;
    use crate::files::{Kind, container};
    use crate::progress::silent;
    use crate::setup::{SetupOptions, setup};
    use ark_bn254::G2Affine;
    use ark_ec::AffineRepr;
    use rand::{SeedableRng, rngs::StdRng};

    /// A key with γ = 1, or with another.
    fn key(two_phases: bool) -> VerifyingKey {
        let (sample, mut rng) = (crate::samples::dot(3), StdRng::seed_from_u64(1));
        let made = setup(&sample.circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap();
        let key = made.0.verifying_key().clone();
        let mut points = key.points().clone();
        if two_phases {
            points.gamma_g2 = G2Affine::generator();
        }
        VerifyingKey::new(key.circuit(), key.interface().clone(), points, None, None)
    }

    const MADE: MadeIn = MadeIn { contributions: 3, beacon: true, transcript: Digest([7; 32]) };

    #[test]
    fn a_key_says_of_its_ceremony_and_its_digest_covers_it() {
        let plain = key(true);
        let mut seen = vec![plain.digest()];
        for made in [
            MADE,
            MadeIn { contributions: 4, ..MADE },
            MadeIn { beacon: false, ..MADE },
            MadeIn { transcript: Digest([8; 32]), ..MADE },
        ] {
            let key = plain.clone().made_in(Some(made));
            let read = VerifyingKey::decode(&key.encode()).unwrap();
            assert_eq!((read.ceremony(), read.digest()), (Some(&made), key.digest()));
            assert!(!seen.contains(&key.digest()));
            seen.push(key.digest());
        }
        assert_eq!(VerifyingKey::decode(&plain.encode()).unwrap().ceremony(), None);
    }

    #[test]
    fn a_key_of_one_party_has_no_ceremony() {
        let key = key(false).made_in(Some(MADE));
        let what = "ceremony of a key made by one party";
        assert_eq!(VerifyingKey::decode(&key.encode()), Err(FileError::Invalid { what }));
    }

    #[test]
    fn what_says_nothing_is_refused() {
        let bytes = key(true).made_in(Some(MADE)).encode();
        let (from, to) = (47, bytes.len() - 32);
        // Kind, number and digest are the last bytes of the payload.
        let at = to - from - 37;
        for (change, value) in [(at, 3), (at + 1, 0)] {
            let mut payload = bytes[from..to].to_vec();
            payload[change] = value;
            let (mut out, circuit) = (vec![], key(true).circuit());
            container::write(&mut out, Kind::VerifyingKey, circuit, payload.len() as u64, |out| {
                out.write_all(&payload)
            })
            .unwrap();
            let what = "ceremony of the key";
            assert_eq!(VerifyingKey::decode(&out), Err(FileError::Invalid { what }));
        }
    }
}
