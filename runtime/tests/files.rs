//! Files: they come back as they were, or not at all.

#[path = "../src/samples.rs"]
mod samples;

use ark_bn254::{Fq, Fq2, G2Affine};
use ark_ff::{BigInteger, PrimeField};
use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};
use samples::{Sample, dot, several_publics};
use std::sync::OnceLock;
use zirc_circuit::{Circuit, ModelPart, assign};
use zirc_runtime::files::{Kind, PointError};
use zirc_runtime::{
    FileError, KeyFile, ProofFile, ProveError, ProveOptions, ProvingKey, SetupOptions, Validation,
    VerifyingKey, prove, prove_from, setup, silent,
};

const HEADER: usize = 47;
const LENGTH: std::ops::Range<usize> = 39..47;

struct Files {
    pk: Vec<u8>,
    vk: Vec<u8>,
    proof: Vec<u8>,
}

fn circuit() -> Circuit {
    let mut circuit = several_publics().circuit;
    circuit.signature.assumptions.push("weights are rounded to sixteenths".into());
    let digest = "00".repeat(32);
    let part = ModelPart { name: "w".into(), file: "w.npz".into(), digest };
    circuit.signature.model.push(part);
    circuit
}

fn files() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| {
        let mut rng = StdRng::seed_from_u64(1);
        let (circuit, Sample { inputs, .. }) = (circuit(), several_publics());
        let (key, _) = setup(&circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap();
        let assignment = assign(&circuit, &inputs).unwrap();
        let options = ProveOptions::default();
        let made = prove(&key, &circuit, &assignment, options, &mut rng, &mut silent).unwrap();
        let mut pk = Vec::new();
        key.write(&mut pk).unwrap();
        assert_eq!(key.file_size(), pk.len() as u64);
        let vk = key.verifying_key();
        assert_eq!(ProvingKey::decode(&pk, Validation::Full).unwrap(), key);
        assert_eq!(ProvingKey::decode(&pk, Validation::Canonical).unwrap(), key);
        assert_eq!(VerifyingKey::decode(&vk.encode()).unwrap(), *vk);
        assert_eq!(ProofFile::decode(&made.to_file().encode()).unwrap(), made.to_file());
        Files { pk, vk: vk.encode(), proof: made.to_file().encode() }
    })
}

/// Decodes as the kind the file is meant to be, and checks that accepted bytes are canonical.
fn decode(kind: Kind, bytes: &[u8]) -> Result<(), FileError> {
    let again = match kind {
        Kind::ProvingKey => {
            let key = ProvingKey::decode(bytes, Validation::Canonical);
            read_in_slices(bytes, key.as_ref().err());
            let key = key?;
            let mut out = Vec::new();
            key.write(&mut out).unwrap();
            out
        }
        Kind::VerifyingKey => VerifyingKey::decode(bytes)?.encode(),
        _ => ProofFile::decode(bytes)?.encode(),
    };
    assert!(again == bytes, "accepted bytes that are not what would be written");
    Ok(())
}

/// A key that stays in its file is refused for the same reason, or not at all.
fn read_in_slices(bytes: &[u8], refused: Option<&FileError>) {
    let Sample { inputs, .. } = several_publics();
    let circuit = circuit();
    let assignment = assign(&circuit, &inputs).unwrap();
    let (options, rng) = (ProveOptions::default(), &mut StdRng::seed_from_u64(1));
    let made = KeyFile::new(std::io::Cursor::new(bytes), Validation::Canonical)
        .map_err(ProveError::Key)
        .and_then(|mut key| prove_from(&mut key, &circuit, &assignment, options, rng, &mut silent));
    match made {
        Ok(_) => assert_eq!(refused, None),
        Err(ProveError::Key(e)) => assert_eq!(refused, Some(&e)),
        // Found before the queries are read.
        Err(ProveError::WrongCircuit { .. } | ProveError::KeySize { .. }) => {}
        Err(e) => panic!("{e}"),
    }
}

fn all() -> [(Kind, &'static [u8]); 3] {
    let f = files();
    [(Kind::ProvingKey, &f.pk), (Kind::VerifyingKey, &f.vk), (Kind::Proof, &f.proof)]
}

/// Makes the checksum right again, as a forger would.
fn seal(bytes: &mut [u8]) {
    let end = bytes.len() - 32;
    let checksum = *blake3::hash(&bytes[..end]).as_bytes();
    bytes[end..].copy_from_slice(&checksum);
}

#[test]
fn every_flipped_bit_is_noticed() {
    for (kind, bytes) in all() {
        for at in 0..bytes.len() {
            let mut bytes = bytes.to_vec();
            bytes[at] ^= 1 << (at % 8);
            let error = decode(kind, &bytes).unwrap_err();
            let expected = match at {
                0..4 => matches!(error, FileError::NotZirc),
                4 => matches!(error, FileError::WrongKind { .. }),
                5..7 => matches!(error, FileError::Version { .. }),
                39..47 => {
                    matches!(error, FileError::Truncated { .. } | FileError::TrailingBytes { .. })
                }
                _ => error == FileError::Checksum,
            };
            assert!(expected, "byte {at}: {error:?}");
        }
    }
}

#[test]
fn every_cut_is_noticed() {
    for (kind, bytes) in all() {
        for len in 0..bytes.len() {
            let error = decode(kind, &bytes[..len]).unwrap_err();
            let expected = match len {
                0 => error == FileError::NotZirc,
                _ => matches!(error, FileError::Truncated { got, .. } if got == len as u64),
            };
            assert!(expected, "{len}: {error:?}");
        }
        let more = [bytes, &[0]].concat();
        assert_eq!(decode(kind, &more), Err(FileError::TrailingBytes { count: 1 }));
    }
}

#[test]
fn a_length_of_ten_gigabytes_is_no_reason_to_allocate_them() {
    for (kind, bytes) in all() {
        for len in [10_000_000_000u64, u64::MAX] {
            let mut bytes = bytes.to_vec();
            bytes[LENGTH].copy_from_slice(&len.to_le_bytes());
            seal(&mut bytes);
            let (expected, got) = (len.saturating_add(79), bytes.len() as u64);
            assert_eq!(decode(kind, &bytes), Err(FileError::Truncated { expected, got }));
        }
    }
    // The same for a list inside: the public values of a proof, after the proof and a digest.
    for count in [10_000_000_000u64, u64::MAX] {
        let mut bytes = files().proof.clone();
        let at = HEADER + 1 + 128 + 32;
        bytes[at..at + 8].copy_from_slice(&count.to_le_bytes());
        seal(&mut bytes);
        let left = (bytes.len() - at - 8 - 32) as u64;
        let error = FileError::TooLarge { what: "public values", count, left };
        assert_eq!(decode(Kind::Proof, &bytes), Err(error));
    }
}

#[test]
fn other_kinds_and_versions_are_named() {
    let f = files();
    let error = VerifyingKey::decode(&f.proof).unwrap_err();
    assert_eq!(error, FileError::WrongKind { expected: Kind::VerifyingKey, got: 4 });
    assert_eq!(error.to_string(), "expected a verifying key, got a proof");
    let mut newer = f.proof.clone();
    newer[5] = 6;
    seal(&mut newer);
    let error = FileError::Version { expected: 5, got: 6 };
    assert_eq!(decode(Kind::Proof, &newer), Err(error));
    assert_eq!(decode(Kind::Proof, b"PK\x03\x04 something else"), Err(FileError::NotZirc));
}

/// The proof file with 32-byte words of its compressed proof replaced, and sealed.
fn with_proof(edit: impl FnOnce(&mut [u8])) -> Result<(), FileError> {
    let mut bytes = files().proof.clone();
    edit(&mut bytes[HEADER + 1..HEADER + 1 + 128]);
    seal(&mut bytes);
    decode(Kind::Proof, &bytes)
}

fn modulus<F: PrimeField>() -> Vec<u8> {
    F::MODULUS.to_bytes_le()
}

#[test]
fn points_are_checked_and_have_one_encoding() {
    let refused = |what, problem| Err(FileError::Point { what, problem });
    assert_eq!(with_proof(|_| {}), Ok(()));
    // x + q where it still fits: x is small enough for some proofs only, so use q itself (x = 0).
    let q = modulus::<Fq>();
    let result = with_proof(|p| p[..32].copy_from_slice(&q));
    assert_eq!(result, refused("A", PointError::NonCanonical));
    let result = with_proof(|p| p[96..].copy_from_slice(&q));
    assert_eq!(result, refused("C", PointError::NonCanonical));
    let result = with_proof(|p| p[64..96].copy_from_slice(&q));
    assert_eq!(result, refused("B", PointError::NonCanonical));
    // Both flags, the identity, and the identity with an x.
    let result = with_proof(|p| p[31] |= 0xc0);
    assert_eq!(result, refused("A", PointError::NonCanonical));
    let identity = |p: &mut [u8]| {
        p[..32].fill(0);
        p[31] = 0x40;
    };
    assert_eq!(with_proof(identity), refused("A", PointError::Identity));
    let result = with_proof(|p| {
        identity(p);
        p[0] = 1;
    });
    assert_eq!(result, refused("A", PointError::NonCanonical));
    // An x that no point of G1 has.
    let mut missing = vec![0; 32];
    missing[0] = (1..)
        .find(|&x| ark_bn254::G1Affine::get_point_from_x_unchecked(Fq::from(x), true).is_none())
        .unwrap();
    let result = with_proof(|p| p[96..].copy_from_slice(&missing));
    assert_eq!(result, refused("C", PointError::NotOnCurve));
    // A point of the twist outside G2.
    let x = (1u8..)
        .find(|&x| {
            G2Affine::get_point_from_x_unchecked(Fq2::from(x), true)
                .is_some_and(|p| !p.is_in_correct_subgroup_assuming_on_curve())
        })
        .unwrap();
    let result = with_proof(|p| {
        p[32..96].fill(0);
        p[32] = x;
    });
    assert_eq!(result, refused("B", PointError::NotInSubgroup));
}

#[test]
fn public_values_must_be_canonical() {
    let mut bytes = files().proof.clone();
    let at = HEADER + 1 + 128 + 32 + 8;
    // x + r for the first public value.
    let mut value = <ark_bn254::Fr as PrimeField>::MODULUS;
    value.add_with_carry(&ark_ff::BigInt::<4>::from(3u64));
    bytes[at..at + 32].copy_from_slice(&value.to_bytes_le());
    seal(&mut bytes);
    let error = FileError::NonCanonical { what: "public value" };
    assert_eq!(decode(Kind::Proof, &bytes), Err(error));
}

#[test]
fn proving_keys_are_checked_as_far_as_asked() {
    let pk = files().pk.clone();
    // The last 64 bytes before the checksum are a point of the C query: move it off the curve.
    let mut bad = pk;
    let at = bad.len() - 32 - 64;
    bad[at] ^= 1;
    seal(&mut bad);
    assert!(ProvingKey::decode(&bad, Validation::Canonical).is_ok());
    let error = ProvingKey::decode(&bad, Validation::Full).unwrap_err();
    let problem = PointError::NotOnCurve;
    assert_eq!(error, FileError::Point { what: "C query", problem });
}

#[test]
fn query_indices_must_ascend_and_exist() {
    let key = ProvingKey::decode(&files().pk, Validation::Canonical).unwrap();
    let count = key.c_query().indices.len();
    // The C query is the last: indices, then points, then the checksum.
    let at = files().pk.len() - 32 - 64 * count - 4 * count;
    let refused = Err(FileError::Invalid { what: "C query" });
    let mut swapped = files().pk.clone();
    for i in 0..4 {
        swapped.swap(at + i, at + 4 + i);
    }
    seal(&mut swapped);
    assert_eq!(decode(Kind::ProvingKey, &swapped), refused);
    // The circuit has eight public values and no witness: variables 0 to 8.
    for (last, accepted) in [(8u32, true), (9, false), (u32::MAX, false)] {
        let mut bytes = files().pk.clone();
        let end = at + 4 * count;
        bytes[end - 4..end].copy_from_slice(&last.to_le_bytes());
        seal(&mut bytes);
        assert_eq!(decode(Kind::ProvingKey, &bytes).is_ok(), accepted);
    }
}

#[test]
fn keys_are_saved_and_loaded() {
    let dir = tempfile::tempdir().unwrap();
    let key = ProvingKey::decode(&files().pk, Validation::Canonical).unwrap();
    let (pk, vk) = (dir.path().join("pk"), dir.path().join("vk"));
    key.save(&pk).unwrap();
    key.verifying_key().save(&vk).unwrap();
    assert_eq!(ProvingKey::load(&pk, Validation::Full).unwrap(), key);
    assert_eq!(VerifyingKey::load(&vk).unwrap(), *key.verifying_key());
    let error = ProofFile::load(&dir.path().join("none")).unwrap_err();
    assert!(matches!(error, FileError::Io { kind: std::io::ErrorKind::NotFound, .. }));
}

#[test]
fn a_verifying_key_digest_covers_circuit_interface_and_points() {
    let base = VerifyingKey::decode(&files().vk).unwrap();
    let mut rng = StdRng::seed_from_u64(1);
    let (other, _) =
        setup(&dot(3).circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap();
    assert_ne!(base.digest(), other.verifying_key().digest());
    assert_eq!(base.digest().0, files().vk[files().vk.len() - 32..]);
    // Another circuit digest in the header is another key.
    let mut relabelled = files().vk.clone();
    relabelled[7] ^= 1;
    seal(&mut relabelled);
    let relabelled = VerifyingKey::decode(&relabelled).unwrap();
    assert_ne!(relabelled.digest(), base.digest());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for (kind, _) in all() {
            prop_assert!(decode(kind, &bytes).is_err());
            // With a header that looks right, and with a right checksum.
            let mut framed = b"ZIRC".to_vec();
            framed.extend([kind as u8, 1, 0]);
            framed.extend([7; 32]);
            framed.extend((bytes.len() as u64).to_le_bytes());
            framed.extend(&bytes);
            framed.extend([0; 32]);
            seal(&mut framed);
            prop_assert!(decode(kind, &framed).is_err());
        }
    }

    /// Whatever a forger changes, the bytes are refused or are a canonical file.
    #[test]
    fn forged_files_do_not_panic(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        early in any::<bool>(),
    ) {
        for (kind, bytes) in all() {
            let mut bytes = bytes.to_vec();
            // Half of the time, where the structure is and not in the many points.
            let end = if early { bytes.len().min(400) } else { bytes.len() - 32 };
            for (at, to) in &edits {
                let at = at.index(end);
                bytes[at] = *to;
            }
            seal(&mut bytes);
            let _ = decode(kind, &bytes);
        }
    }

    #[test]
    fn forged_lengths_do_not_panic(
        at in any::<prop::sample::Index>(),
        value in prop_oneof![any::<u64>(), 0u64..200],
        wide in any::<bool>(),
    ) {
        for (kind, bytes) in all() {
            let mut bytes = bytes.to_vec();
            let at = HEADER + at.index(bytes.len() - HEADER - 40);
            let word = value.to_le_bytes();
            let word = if wide { &word[..] } else { &word[..4] };
            bytes[at..at + word.len()].copy_from_slice(word);
            seal(&mut bytes);
            let _ = decode(kind, &bytes);
        }
    }
}
