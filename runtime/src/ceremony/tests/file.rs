//! The file: what is written is read back, and nothing else is read.

use super::*;
use crate::files::{FileError, Kind, PointError, container};
use proptest::prelude::*;
use std::sync::OnceLock;

fn encoded(ceremony: &Ceremony) -> Vec<u8> {
    let mut bytes = vec![];
    ceremony.write(&mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, ceremony.file_size());
    bytes
}

/// A file whose payload was changed, with a checksum that fits.
fn changed(ceremony: &Ceremony, change: impl FnOnce(&mut Vec<u8>)) -> Result<(), CeremonyError> {
    let bytes = encoded(ceremony);
    let mut payload = bytes[47..bytes.len() - 32].to_vec();
    change(&mut payload);
    let mut out = vec![];
    container::write(&mut out, Kind::Ceremony, ceremony.circuit(), payload.len() as u64, |out| {
        std::io::Write::write_all(out, &payload)
    })
    .unwrap();
    Ceremony::decode(&out).map(drop)
}

#[test]
fn files_read_back() {
    for sample in samples() {
        for (names, ended) in [(&[][..], false), (&["one"], false), (&["one", "two"], true)] {
            let ceremony = ceremony(&sample, names, ended);
            assert_eq!(Ceremony::decode(&encoded(&ceremony)), Ok(ceremony), "{}", sample.name);
        }
    }
    let sample = range(3);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("c");
    let ceremony = ceremony(&sample, &["one"], true);
    ceremony.save(&path).unwrap();
    assert_eq!(Ceremony::load(&path), Ok(ceremony));
}

/// Where things lie in the payload of a ceremony of `range` with one contribution of the name `one`.
mod at {
    pub(super) const NAME: usize = 4 + "range".len() + 32 + 1 + 8;
    pub(super) const AFTER: usize = NAME + 4 + 3;
    pub(super) const PROOF: usize = AFTER + 2 * 64;
    pub(super) const POINT: usize = PROOF + 1 + 3 * 32;
    pub(super) const COUNT: usize = POINT + 128;
}

#[test]
fn what_is_wrong_is_named() {
    let sample = range(3);
    assert_eq!(sample.circuit.signature.name, "range");
    let one = ceremony(&sample, &["one"], false);
    let refused = |change: &dyn Fn(&mut Vec<u8>)| changed(&one, change).unwrap_err();
    let put = |at: usize, bytes: &'static [u8]| {
        refused(&|p| p[at..at + bytes.len()].copy_from_slice(bytes))
    };
    let file = CeremonyError::File;
    let invalid = |what| file(FileError::Invalid { what });
    let point = |what, problem| file(FileError::Point { what, problem });
    assert_eq!(put(at::NAME - 9, &[4]), invalid("commitments of the ceremony"));
    assert_eq!(put(at::NAME + 4, b"o\x1be"), CeremonyError::Name { got: 3 });
    assert_eq!(put(at::NAME + 4, b"o\xffe"), invalid("name of a contribution"));
    let what = "trapdoor after a contribution";
    assert_eq!(put(at::AFTER, &[0; 64]), point(what, PointError::Identity));
    assert_eq!(put(at::AFTER, &[7; 8]), point(what, PointError::NotOnCurve));
    assert_eq!(put(at::AFTER, &[0xff; 32]), point(what, PointError::NonCanonical));
    assert_eq!(put(at::PROOF, &[2]), invalid("kind of a contribution"));
    let scalar = |what| file(FileError::NonCanonical { what });
    assert_eq!(put(at::PROOF + 1, &[0xff; 32]), scalar("challenge of a contribution"));
    assert_eq!(put(at::PROOF + 33, &[0xff; 32]), scalar("response of a contribution"));
    assert_eq!(put(at::POINT, &[0; 128]), point("delta", PointError::Identity));
    let what = "points under a trapdoor";
    assert_eq!(put(at::COUNT + 8, &[0; 64]), point(what, PointError::Identity));
    assert_eq!(put(at::COUNT + 8 + 32, &[1; 8]), point(what, PointError::NotOnCurve));
    assert_eq!(refused(&|p| p.push(0)), file(FileError::TrailingBytes { count: 1 }));
}

#[test]
fn counts_are_compared_with_what_is_there() {
    let sample = range(3);
    let one = ceremony(&sample, &["one"], false);
    let refused = |at: usize, bytes: &[u8]| {
        changed(&one, |p| p[at..at + bytes.len()].copy_from_slice(bytes)).unwrap_err()
    };
    for (at, len) in [(0, 4), (at::NAME - 8, 8), (at::NAME, 4), (at::COUNT, 8)] {
        let error = refused(at, &vec![0xff; len]);
        assert!(matches!(error, CeremonyError::File(FileError::TooLarge { .. })), "{error:?}");
    }
    // A name that is there, and longer than names are.
    let long = changed(&one, |p| {
        p[at::NAME..at::NAME + 4].copy_from_slice(&65u32.to_le_bytes());
        p.splice(at::NAME + 4..at::NAME + 7, vec![b'x'; 65]);
    });
    assert_eq!(long, Err(CeremonyError::Name { got: 65 }));
}

#[test]
fn beacons_are_looked_at_when_they_are_read() {
    let sample = range(3);
    let ended = ceremony(&sample, &["one"], true);
    let encoded = super::super::contribution::encode(&ended.contributions[1]);
    let bytes = self::encoded(&ended);
    let there = bytes.windows(encoded.len()).position(|w| w == encoded).unwrap() - 47;
    let hashes = there + 4 + 3 + 2 * 64 + 1;
    let many = changed(&ended, |p| p[hashes] = 63).unwrap_err();
    assert_eq!(many, CeremonyError::Hashes { least: 10, most: 30, got: 63 });
}

#[test]
fn other_files_are_not_ceremonies() {
    let sample = range(3);
    let key = finish(&sample, &ceremony(&sample, &["one"], false)).unwrap();
    let other = Ceremony::decode(&key.verifying_key().encode()).unwrap_err();
    let expected = FileError::WrongKind { expected: Kind::Ceremony, got: 3 };
    assert_eq!(other, CeremonyError::File(expected));
    let bytes = encoded(&start(&sample));
    let kind = FileError::WrongKind { expected: Kind::VerifyingKey, got: 6 };
    assert_eq!(kind.to_string(), "expected a verifying key, got a ceremony");
    assert_eq!(VerifyingKey::decode(&bytes), Err(kind));
    // A ceremony without contributions is no key either, whatever it is called.
    let refused = ProvingKey::decode(&bytes, Validation::Full).map(drop);
    assert_eq!(refused, Err(FileError::WrongKind { expected: Kind::ProvingKey, got: 6 }));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(at in 0usize..1 << 14, byte in any::<u8>(), cut in 0usize..1 << 14) {
        static ONE: OnceLock<Ceremony> = OnceLock::new();
        let one = ONE.get_or_init(|| ceremony(&range(3), &["one"], true));
        let len = encoded(one).len() - 79;
        let _ = changed(one, |p| p[at % len] = byte);
        let _ = changed(one, |p| p.truncate(cut % len));
    }
}
