//! Proofs by a key that stays in its file: the same proofs, and none of a file that is not right.

use super::{ProveError, ProveOptions, prove, prove_from};
use crate::keys::{KeyFile, ProvingKey, Validation};
use crate::progress::{Phase, silent};
use crate::proof::Proof;
use crate::samples::{Sample, all, range};
use crate::setup::{SetupOptions, setup};
use crate::verify::verify;
use crate::{FileError, PointError};
use rand::{SeedableRng, rngs::StdRng};
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex};
use zirc_circuit::{Assignment, Circuit, assign_committed};

struct Case {
    circuit: Circuit,
    assignment: Assignment,
    key: ProvingKey,
    bytes: Vec<u8>,
}

fn case(sample: Sample) -> Case {
    let Sample { circuit, inputs, .. } = sample;
    let rng = &mut StdRng::seed_from_u64(1);
    let (key, _) = setup(&circuit, SetupOptions::default(), rng, &mut silent).unwrap();
    let assignment = assign_committed(&circuit, &inputs).unwrap();
    let mut bytes = Vec::new();
    key.write(&mut bytes).unwrap();
    Case { circuit, assignment, key, bytes }
}

impl Case {
    /// A proof with the randomness of seed 2.
    fn prove_from<R: Read + Seek + Send>(&self, key: &mut KeyFile<R>) -> Result<Proof, ProveError> {
        let (options, rng) = (
            ProveOptions { check: true, ..ProveOptions::default() },
            &mut StdRng::seed_from_u64(2),
        );
        let made = prove_from(key, &self.circuit, &self.assignment, options, rng, &mut silent);
        made.map(|m| m.proof)
    }

    fn open(&self, bytes: Vec<u8>) -> KeyFile<Cursor<Vec<u8>>> {
        KeyFile::new(Cursor::new(bytes), Validation::Full).unwrap()
    }
}

/// Makes the checksum right again, as a forger would.
fn seal(bytes: &mut [u8]) {
    let end = bytes.len() - 32;
    let checksum = *blake3::hash(&bytes[..end]).as_bytes();
    bytes[end..].copy_from_slice(&checksum);
}

#[test]
fn a_proof_is_the_same_whatever_is_held_of_the_key() {
    for sample in all().into_iter().chain([range(1), range(30)]) {
        let case = case(sample);
        let (options, rng) = (ProveOptions::default(), &mut StdRng::seed_from_u64(2));
        let made = prove(&case.key, &case.circuit, &case.assignment, options, rng, &mut silent);
        let whole = made.unwrap();
        assert_eq!(verify(case.key.verifying_key(), &whole.public, &whole.proof), Ok(()));
        for validation in [Validation::Canonical, Validation::Full] {
            let mut key = KeyFile::new(Cursor::new(&case.bytes), validation).unwrap();
            assert_eq!(key.verifying_key(), case.key.verifying_key());
            // All at once, three points of G1 and one of G2 at a time, one by one; twice by the same key.
            for slice in [usize::MAX, 3 * size_of::<ark_bn254::G1Affine>(), 1, 1] {
                key.slice = slice;
                assert_eq!(case.prove_from(&mut key).as_ref(), Ok(&whole.proof));
            }
        }
    }
}

#[test]
fn reading_the_key_is_a_phase() {
    let case = case(range(5));
    let (options, rng) = (ProveOptions::default(), &mut StdRng::seed_from_u64(2));
    let (mut key, mut seen) = (case.open(case.bytes.clone()), vec![]);
    let mut progress = |phase| seen.push(phase);
    let made =
        prove_from(&mut key, &case.circuit, &case.assignment, options, rng, &mut progress).unwrap();
    let phases: Vec<Phase> = made.timings.phases.iter().map(|s| s.phase).collect();
    use Phase::*;
    let order = [ReadKey, QueryD, Responses, Rows, Transforms, Quotient, QueryA, QueryB, QueryC];
    assert_eq!(phases, order);
    assert!(seen.iter().filter(|p| **p == ReadKey).count() > 5);
}

/// A file that others can write to.
#[derive(Clone)]
struct Shared(Arc<Mutex<Cursor<Vec<u8>>>>);

impl Read for Shared {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().read(out)
    }
}

impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.lock().unwrap().seek(to)
    }
}

/// Whatever is changed once the checksum has been compared, no proof comes of it.
#[test]
fn a_file_that_changes_meanwhile_is_refused() {
    for sample in [range(4), crate::samples::dot(3)] {
        let case = case(sample);
        let file = Shared(Arc::new(Mutex::new(Cursor::new(case.bytes.clone()))));
        let mut key = KeyFile::new(file.clone(), Validation::Canonical).unwrap();
        let start = key.split().unwrap();
        drop(start);
        let first = file.0.lock().unwrap().position() as usize;
        let honest = case.prove_from(&mut key).unwrap();
        for at in (first..case.bytes.len() - 32).step_by(7) {
            file.0.lock().unwrap().get_mut()[at] ^= 1;
            let refused = case.prove_from(&mut key);
            assert!(matches!(refused, Err(ProveError::Key(_))), "byte {at}: {refused:?}");
            file.0.lock().unwrap().get_mut()[at] ^= 1;
        }
        assert_eq!(case.prove_from(&mut key), Ok(honest.clone()));
        // Another key of the same circuit, with a right checksum.
        let rng = &mut StdRng::seed_from_u64(9);
        let other = setup(&case.circuit, SetupOptions::default(), rng, &mut silent).unwrap().0;
        let mut bytes = Vec::new();
        other.write(&mut bytes).unwrap();
        *file.0.lock().unwrap().get_mut() = bytes;
        assert_eq!(case.prove_from(&mut key), Err(ProveError::Key(FileError::Checksum)));
    }
}

#[test]
fn points_are_checked_slice_by_slice() {
    let case = case(range(4));
    let end = case.bytes.len() - 32;
    // The last point of the C query, moved off the curve, is in the last slice of all.
    let mut bad = case.bytes.clone();
    bad[end - 64] ^= 1;
    seal(&mut bad);
    let mut key = case.open(bad.clone());
    key.slice = 1;
    let problem = PointError::NotOnCurve;
    let error = FileError::Point { what: "C query", problem };
    assert_eq!(ProvingKey::decode(&bad, Validation::Full), Err(error.clone()));
    assert_eq!(case.prove_from(&mut key), Err(ProveError::Key(error)));
    // A point of the twist that is not in the group, in the place of one of the B query.
    let c = 8 + case.key.c_query().points.len() * (4 + 64);
    let mut stray = case.bytes.clone();
    let b = end - c - 128;
    stray[b..b + 128].copy_from_slice(&outside());
    seal(&mut stray);
    let problem = PointError::NotInSubgroup;
    let error = FileError::Point { what: "B query", problem };
    assert_eq!(ProvingKey::decode(&stray, Validation::Full), Err(error.clone()));
    for slice in [1, usize::MAX] {
        let mut key = case.open(stray.clone());
        key.slice = slice;
        assert_eq!(case.prove_from(&mut key), Err(ProveError::Key(error.clone())));
    }
}

/// The encoding of a point of the twist outside of the group.
fn outside() -> Vec<u8> {
    use ark_ec::AffineRepr;
    let point = (1u64..)
        .filter_map(|x| {
            ark_bn254::G2Affine::get_point_from_x_unchecked(ark_bn254::Fq2::from(x), true)
        })
        .find(|p| !p.is_in_correct_subgroup_assuming_on_curve() && !p.is_zero())
        .unwrap();
    let mut bytes = Vec::new();
    crate::files::points::write_points(&mut bytes, &[point]).unwrap();
    bytes
}
