//! Keys that are right: what is made is read back, and proves.

use super::*;
use crate::export::ExportError;
use crate::files::FileError;
use crate::prove::{ProveOptions, Proven};
use crate::samples::{all, carried, dot, range};
use crate::setup::SetupError;
use crate::snarkjs::{SnarkjsKey, prove_with_zkey};
use crate::verify::{VerifyError, verify};
use zirc_circuit::assign;

/// A proof by a key for a sample.
pub(super) fn proof(sample: &Sample, key: &ZKey) -> Proven {
    let assignment = assign(&sample.circuit, &sample.inputs).unwrap();
    let options = ProveOptions { check: true, ..ProveOptions::default() };
    let made = prove_with_zkey(key, &sample.circuit, &assignment, options, &mut rng(), &mut silent);
    made.unwrap()
}

/// What it says.
pub(super) fn proved(sample: &Sample, key: &ZKey) -> Result<(), VerifyError> {
    let made = proof(sample, key);
    verify(key.verifying_key(), &made.public, &made.proof)
}

#[test]
fn keys_read_back_and_prove() {
    for sample in all() {
        let (key, parts) = made(&sample);
        let read = load(&sample, &parts).unwrap();
        assert_eq!(read, key, "{}", sample.name);
        assert_eq!(read.contributions().len(), 1);
        assert_eq!(proved(&sample, &read), Ok(()), "{}", sample.name);
        let foreign = SnarkjsKey::from_zkey(Cursor::new(file("zkey", &parts))).unwrap();
        assert_eq!(foreign.points().alpha_g1, key.verifying_key().points().alpha_g1);
    }
}

#[test]
fn keys_verify_with_their_first_phase() {
    for sample in all() {
        let (key, _) = made(&sample);
        let log = ZKey::log_rows(&sample.circuit).unwrap();
        // Also one that has more powers.
        for power in [log, log + 1] {
            let phase1 = read(&ptau(power, SECRETS, false), log).unwrap();
            let verified = key.verify_with(&sample.circuit, &phase1, &mut rng());
            assert_eq!(verified, Ok(()), "{}", sample.name);
        }
    }
}

#[test]
fn a_key_is_not_written_with_another_circuit() {
    let (sample, other) = (dot(3), dot(4));
    let (key, _) = made(&sample);
    let refused = key.write(&other.circuit, &mut Vec::new()).unwrap_err();
    let expected = FileError::WrongCircuit {
        expected: sample.circuit.digest(),
        expected_name: sample.circuit.signature.name.clone(),
        got: other.circuit.digest(),
        got_name: other.circuit.signature.name.clone(),
    };
    assert_eq!(refused, SnarkjsError::File(expected));
}

#[test]
fn a_wrong_witness_has_no_proof() {
    let sample = dot(5);
    let (key, _) = made(&sample);
    let mut assignment = assign(&sample.circuit, &sample.inputs).unwrap();
    let zirc_circuit::Buffer::I64(products) = &mut assignment.values[3] else { panic!() };
    products[2] += 1;
    let made = prove_with_zkey(
        &key,
        &sample.circuit,
        &assignment,
        ProveOptions::default(),
        &mut rng(),
        &mut silent,
    );
    let made = made.unwrap();
    let checked = verify(key.verifying_key(), &made.public, &made.proof);
    assert_eq!(checked, Err(VerifyError::Equation));
}

#[test]
fn circuits_with_commitments_are_refused() {
    for sample in [range(3), carried()] {
        let refused = ZKey::log_rows(&sample.circuit).unwrap_err();
        assert_eq!(refused, SnarkjsError::Export(ExportError::Challenges));
    }
    let mut invalid = dot(3).circuit;
    invalid.tensors.clear();
    assert!(matches!(ZKey::log_rows(&invalid), Err(SnarkjsError::Setup(SetupError::Circuit(_)))));
}

#[test]
fn a_first_phase_of_another_size_is_refused() {
    let sample = dot(3);
    let log = ZKey::log_rows(&sample.circuit).unwrap();
    for other in [log - 1, log + 1] {
        let phase1 = read(&ptau(other, SECRETS, false), other).unwrap();
        let made = ZKey::new(&sample.circuit, &phase1, &name("x"), &mut rng(), &mut silent);
        let refused = SnarkjsError::TooSmall { needed: log, got: other };
        assert_eq!(made.map(drop).unwrap_err(), refused);
    }
}

#[test]
fn a_first_phase_with_known_trapdoors_gives_no_key() {
    let sample = dot(3);
    let log = ZKey::log_rows(&sample.circuit).unwrap();
    let forgeable = |one, other| SnarkjsError::File(FileError::Forgeable { one, other });
    let (alpha, beta) = (SECRETS.alpha, SECRETS.beta);
    for (alpha, beta, expected) in [
        (Fr::ONE, beta, forgeable("alpha", "the generator")),
        (-Fr::ONE, beta, forgeable("alpha", "the generator")),
        (alpha, Fr::ONE, forgeable("beta", "the generator")),
        (beta, beta, forgeable("alpha", "beta")),
    ] {
        // As no file that is read has them.
        let mut phase1 = read(&ptau(log, SECRETS, false), log).unwrap();
        let (g1, g2) = (G1Projective::generator(), G2Projective::generator());
        phase1.alpha_g1 = (g1 * alpha).into_affine();
        (phase1.beta_g1, phase1.beta_g2) = ((g1 * beta).into_affine(), (g2 * beta).into_affine());
        let made = ZKey::new(&sample.circuit, &phase1, &name("x"), &mut rng(), &mut silent);
        assert_eq!(made.map(drop).unwrap_err(), expected);
    }
}
