//! Ceremonies from beginning to end, in both modes, by a first phase whose secrets the tests know.

mod file;
mod forged;
mod receipt;

use super::*;
use crate::keys::VerifyingKey;
use crate::progress::silent;
use crate::prove::{ProveOptions, commit_model, prove};
use crate::samples::{Sample, carried, dot, range, with_model};
use crate::setup::phase1_log_rows;
use crate::verify::{VerifyError, verify};
use crate::{Proven, Validation};
use ark_ff::UniformRand;
use rand::{SeedableRng, rngs::StdRng};
use zirc_circuit::assign;

fn rng() -> StdRng {
    StdRng::seed_from_u64(5)
}

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn beacon() -> Beacon {
    Beacon::new(b"the hash of block 900000", 10).unwrap()
}

/// With one trapdoor, with δ₀, and with δ₀ and δₘ.
fn samples() -> [Sample; 4] {
    [dot(3), range(3), carried(), with_model(carried(), 2)]
}

/// τ, α and β, which no other random number of these tests is.
fn secrets() -> [Fr; 3] {
    let mut rng = StdRng::seed_from_u64(77);
    [(); 3].map(|()| Fr::rand(&mut rng))
}

fn phase1(sample: &Sample) -> Phase1 {
    let log = phase1_log_rows(&sample.circuit, &mut rng()).unwrap();
    Phase1::known(log, true, secrets())
}

fn start(sample: &Sample) -> Ceremony {
    Ceremony::start(&sample.circuit, &phase1(sample), &mut rng(), &mut silent).unwrap().0
}

/// By these names, then by the beacon.
fn ceremony(sample: &Sample, names: &[&str], ended: bool) -> Ceremony {
    let mut ceremony = start(sample);
    let mut rng = rng();
    for text in names {
        ceremony.contribute(&name(text), Source::Secret, &mut rng).unwrap();
    }
    if ended {
        ceremony.contribute(&name("end"), Source::Beacon(&beacon()), &mut rng).unwrap();
    }
    ceremony
}

fn finish(sample: &Sample, ceremony: &Ceremony) -> Result<ProvingKey, CeremonyError> {
    let made = ceremony.finish(&sample.circuit, &phase1(sample), &mut rng(), &mut silent);
    made.map(|(key, _)| key)
}

fn proven(sample: &Sample, key: &ProvingKey) -> Proven {
    let (circuit, mut rng) = (&sample.circuit, rng());
    let assignment = assign(circuit, &sample.inputs).unwrap();
    let commit = || commit_model(key, circuit, &assignment, &mut rng, &mut silent).unwrap();
    let opening = key.verifying_key().commitments().model.then(commit);
    let options = ProveOptions { check: true, opening: opening.as_ref() };
    prove(key, circuit, &assignment, options, &mut self::rng(), &mut silent).unwrap()
}

fn checked(key: &VerifyingKey, made: &Proven) -> Result<(), VerifyError> {
    verify(key, &made.public, &made.proof)
}

/// One first phase in files of two sizes, of which one lacks the power 2n − 1 of τ.
#[test]
fn a_ceremony_is_the_same_by_files_of_either_size() {
    for sample in samples() {
        let log = phase1_log_rows(&sample.circuit, &mut rng()).unwrap();
        let both = [true, false].map(|whole| Phase1::known(log, whole, secrets()));
        assert_ne!(both[0].doubled_g1, both[1].doubled_g1);
        let made = both.each_ref().map(|phase1| {
            let started = Ceremony::start(&sample.circuit, phase1, &mut rng(), &mut silent);
            let mut ceremony = started.unwrap().0;
            ceremony.contribute(&name("one"), Source::Secret, &mut rng()).unwrap();
            ceremony
        });
        assert_eq!(made[0], made[1], "{}", sample.name);
        let [one, other] = both.map(|phase1| {
            made[0].finish(&sample.circuit, &phase1, &mut rng(), &mut silent).unwrap().0
        });
        assert_eq!(one, other);
    }
}

#[test]
fn proofs_verify_under_the_key_of_the_end_and_no_other() {
    for sample in samples() {
        let first = finish(&sample, &ceremony(&sample, &["one"], false)).unwrap();
        let last = finish(&sample, &ceremony(&sample, &["one", "two"], true)).unwrap();
        let [by_first, by_last] = [&first, &last].map(|key| proven(&sample, key));
        let [first, last] = [first.verifying_key(), last.verifying_key()];
        assert_eq!(checked(first, &by_first), Ok(()), "{}", sample.name);
        assert_eq!(checked(last, &by_last), Ok(()), "{}", sample.name);
        assert_eq!(checked(last, &by_first), Err(VerifyError::Equation), "{}", sample.name);
        assert_eq!(checked(first, &by_last), Err(VerifyError::Equation), "{}", sample.name);
    }
}

#[test]
fn keys_say_how_many_contributed_and_read_back() {
    for sample in samples() {
        for (names, ended) in [(&["one"][..], false), (&["one", "two", "three"], true)] {
            let ceremony = ceremony(&sample, names, ended);
            let key = finish(&sample, &ceremony).unwrap();
            let contributions = names.len() as u32;
            let transcript = ceremony.transcript();
            let expected = crate::MadeIn { contributions, beacon: ended, transcript };
            assert_eq!(key.verifying_key().ceremony(), Some(&expected));
            let mut bytes = vec![];
            key.write(&mut bytes).unwrap();
            assert_eq!(ProvingKey::decode(&bytes, Validation::Full).as_ref(), Ok(&key));
            let verifying = VerifyingKey::decode(&key.verifying_key().encode());
            assert_eq!(verifying.as_ref(), Ok(key.verifying_key()));
        }
    }
}

#[test]
fn contributors_know_their_contribution_again() {
    let sample = range(3);
    let mut ceremony = start(&sample);
    assert_eq!(ceremony.contributors(), []);
    let mut seen = vec![ceremony.transcript().to_string()];
    for text in ["Ada", "Émile"] {
        ceremony.contribute(&name(text), Source::Secret, &mut rng()).unwrap();
        seen.push(ceremony.transcript().to_string());
    }
    ceremony.contribute(&name("end"), Source::Beacon(&beacon()), &mut rng()).unwrap();
    let all = ceremony.contributors();
    let of = |k: usize| (all[k].name.as_str(), all[k].digest.as_str(), all[k].beacon.as_ref());
    assert_eq!(of(0), ("Ada", seen[1].as_str(), None));
    assert_eq!(of(1), ("Émile", seen[2].as_str(), None));
    assert_eq!(of(2).0, "end");
    assert_eq!(of(2).2, Some(&beacon()));
    assert_eq!(ceremony.transcript().to_string(), all[2].digest);
}

/// A first phase of secrets that are known is refused at the beginning, and not when others have contributed.
#[test]
fn a_first_phase_with_known_secrets_begins_nothing() {
    let sample = range(3);
    let log = phase1_log_rows(&sample.circuit, &mut rng()).unwrap();
    let [tau, alpha, beta] = [7u64, 8, 9].map(Fr::from);
    for known in [[tau, Fr::from(1), beta], [tau, alpha, -Fr::from(1)], [tau, beta, beta]] {
        let phase1 = Phase1::known(log, true, known);
        let begun = Ceremony::start(&sample.circuit, &phase1, &mut rng(), &mut silent);
        let refused = CeremonyError::Setup(crate::SetupError::KnownSecrets);
        assert_eq!(begun.map(drop), Err(refused));
    }
}
