//! Commitments to models, and provers and verifiers who are to be deceived about them.

use super::{ModelCommitment, Opening};
use crate::files::FileError;
use crate::keys::{KeyFile, ProvingKey, Validation, VerifyingKey};
use crate::progress::silent;
use crate::proof::{Commitments, Proof, ProofFile, compress};
use crate::prove::{ProveError, ProveOptions, commit_model, commit_model_from, prove, prove_from};
use crate::receipt::Receipt;
use crate::samples::{Sample, affine, dot, range, with_model};
use crate::setup::{SetupOptions, setup};
use crate::verify::{VerifyError, verify, verify_model};
use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};
use rand::{SeedableRng, rngs::StdRng};
use std::io::Cursor;
use zirc_circuit::{Assignment, Buffer, Circuit, Int, Kind, assign_committed};

struct Case {
    circuit: Circuit,
    inputs: Vec<Vec<Int>>,
    key: ProvingKey,
    rng: StdRng,
}

fn case(sample: Sample, seed: u64) -> Case {
    let Sample { circuit, inputs, .. } = sample;
    let mut rng = StdRng::seed_from_u64(seed);
    let (key, _) = setup(&circuit, SetupOptions::default(), &mut rng, &mut silent).unwrap();
    Case { circuit, inputs, key, rng }
}

/// Without and with a commitment round.
fn cases() -> [Case; 3] {
    [affine(3), with_model(range(4), 1), with_model(range(4), 2)].map(|s| case(s, 5))
}

impl Case {
    fn assignment(&self) -> Assignment {
        assign_committed(&self.circuit, &self.inputs).unwrap()
    }

    fn public(&self) -> Vec<Fr> {
        self.assignment().public_inputs(&self.circuit)
    }

    fn open(&mut self) -> Opening {
        let assignment = self.assignment();
        commit_model(&self.key, &self.circuit, &assignment, &mut self.rng, &mut silent).unwrap()
    }

    fn prove(&mut self, opening: Option<&Opening>) -> Result<Proof, ProveError> {
        let options = ProveOptions { check: true, opening };
        let (assignment, rng) = (self.assignment(), &mut self.rng);
        let made = prove(&self.key, &self.circuit, &assignment, options, rng, &mut silent);
        made.map(|m| m.proof)
    }

    fn verify(&self, proof: &Proof) -> Result<(), VerifyError> {
        verify(self.key.verifying_key(), &self.public(), proof)
    }
}

const REFUSED: Result<(), VerifyError> = Err(VerifyError::Equation);

/// Dₘ + [δ]₁ and C − [δₘ]₁ are made of a proof and the key alone. Where a challenge is drawn, Dₘ is hashed into it, and the
/// proof is of another one; without any it is a proof about a model that is called something else, so that the
/// compiler draws one in every circuit with a model.
#[test]
fn nobody_renames_the_model_of_a_proof() {
    for mut case in cases() {
        let opening = case.open();
        let proof = case.prove(Some(&opening)).unwrap();
        let blinders = &case.key.model.as_ref().unwrap().blinders;
        let model = proof.model.map(|d| (d + blinders.delta_g1).into_affine());
        let c = (proof.c - blinders.own_delta_g1).into_affine();
        let renamed = Proof { model, c, ..proof };
        assert_ne!(renamed.model, proof.model);
        let expected = if case.circuit.has_challenges() { REFUSED } else { Ok(()) };
        assert_eq!(case.verify(&renamed), expected);
    }
}

#[test]
fn every_proof_names_the_same_model() {
    for mut case in cases() {
        let round = case.circuit.has_challenges();
        let opening = case.open();
        let [one, two] = [0, 1].map(|_| case.prove(Some(&opening)).unwrap());
        for proof in [&one, &two] {
            assert_eq!(case.verify(proof), Ok(()));
            assert_eq!(verify_model(proof.model_commitment(), opening.commitment()), Ok(()));
            assert_eq!(proof.commitments(), Commitments { round, model: true });
            assert_eq!(compress(proof).len(), if round { 192 } else { 160 });
        }
        assert_eq!(one.model, two.model);
        assert!(one.a != two.a && one.b != two.b && one.c != two.c);
        assert!(one.commitment.is_none() || one.commitment != two.commitment);
        // In a file, and in a receipt.
        let (key, public) = (case.key.verifying_key(), case.public());
        let (circuit, verifying_key) = (key.circuit(), key.digest());
        let file = ProofFile { circuit, verifying_key, public, proof: one };
        assert_eq!(ProofFile::decode(&file.encode()).as_ref(), Ok(&file));
        let receipt = Receipt::new(key, &file).unwrap();
        assert_eq!(receipt.model_commitment, Some(opening.commitment().to_string()));
        assert_eq!(receipt.verify(key), Ok(()));
        let again = Receipt::from_json(&receipt.to_json()).unwrap();
        assert_eq!(again, receipt);
        for other in [None, Some(ModelCommitment::from(&G1Affine::generator()).to_string())] {
            assert!(Receipt { model_commitment: other, ..receipt.clone() }.verify(key).is_err());
        }
        // By a key that stays in its file.
        let mut bytes = Vec::new();
        case.key.write(&mut bytes).unwrap();
        assert_eq!(ProvingKey::decode(&bytes, Validation::Full).as_ref(), Ok(&case.key));
        assert_eq!(bytes.len() as u64, case.key.file_size());
        let mut file = KeyFile::new(Cursor::new(&bytes), Validation::Full).unwrap();
        let options = ProveOptions { check: true, opening: Some(&opening) };
        let (a, c, rng) = (case.assignment(), &case.circuit, &mut case.rng);
        let made = prove_from(&mut file, c, &a, options, rng, &mut silent).unwrap();
        assert_eq!(verify(case.key.verifying_key(), &made.public, &made.proof), Ok(()));
        let seeded = || StdRng::seed_from_u64(8);
        let in_file = commit_model_from(&mut file, c, &a, &mut seeded(), &mut silent);
        let in_memory = commit_model(&case.key, c, &a, &mut seeded(), &mut silent);
        assert_eq!(in_file.unwrap(), in_memory.unwrap());
    }
}

/// The commitment is made of the model alone: nothing else has to be there.
#[test]
fn a_model_is_committed_to_before_any_input_is_known() {
    for mut case in cases() {
        let whole = case.assignment();
        let mut only = whole.clone();
        for (t, v) in case.circuit.tensors.iter().zip(&mut only.values) {
            if t.kind != Kind::Model {
                *v = Buffer::I64(vec![]);
            }
        }
        let open = |a: &Assignment| {
            let rng = &mut StdRng::seed_from_u64(4);
            commit_model(&case.key, &case.circuit, a, rng, &mut silent)
        };
        assert_eq!(open(&only).unwrap(), open(&whole).unwrap());
        only.values.iter_mut().for_each(|v| *v = Buffer::I64(vec![]));
        assert!(matches!(open(&only), Err(ProveError::TensorLength { got: 0, .. })));
        // Each with a blinder of its own, so that nothing shows which models are the same.
        assert_ne!(case.open().commitment(), case.open().commitment());
    }
}

/// A commitment under points of another key could be published, and never be opened.
#[test]
fn a_key_file_that_changes_meanwhile_gives_no_commitment() {
    let case = case(affine(3), 5);
    let mut bytes = Vec::new();
    case.key.write(&mut bytes).unwrap();
    let mut key = KeyFile::new(Cursor::new(bytes.clone()), Validation::Canonical).unwrap();
    let commit = |key: &mut KeyFile<Cursor<Vec<u8>>>| {
        let rng = &mut StdRng::seed_from_u64(4);
        commit_model_from(key, &case.circuit, &case.assignment(), rng, &mut silent)
    };
    let honest = commit(&mut key);
    assert!(honest.is_ok());
    // The quotient's query, which a commitment does not read, and the last byte of all.
    for at in [bytes.len() / 2, bytes.len() - 33] {
        key.source_mut().get_mut()[at] ^= 1;
        assert_eq!(commit(&mut key), Err(ProveError::Key(FileError::Checksum)));
        key.source_mut().get_mut()[at] ^= 1;
    }
    assert_eq!(commit(&mut key), honest);
}

#[test]
fn openings_of_something_else_are_refused() {
    for mut case in cases() {
        let opening = case.open();
        assert_eq!(case.prove(None), Err(ProveError::NoOpening));
        // Of another model. The second model variable of `affine` is 2, of `range` 5, unused 2.
        let model = case.circuit.tensors.iter().position(|t| t.kind == Kind::Model).unwrap();
        let port = case.circuit.signature.inputs.iter();
        let port = port.clone().position(|p| p.tensor.0 as usize == model).unwrap();
        let was = std::mem::replace(&mut case.inputs[port][1], Int::from(6));
        let refused = case.prove(Some(&opening));
        assert!(matches!(refused, Err(ProveError::OtherModel { expected, got })
            if expected == opening.commitment() && got != expected));
        case.inputs[port][1] = was;
        // Under another key of the same circuit.
        let rng = &mut StdRng::seed_from_u64(77);
        let key = setup(&case.circuit, SetupOptions::default(), rng, &mut silent).unwrap().0;
        let mine = std::mem::replace(&mut case.key, key);
        let (expected, got) = (case.key.verifying_key().digest(), mine.verifying_key().digest());
        assert_eq!(case.prove(Some(&opening)), Err(ProveError::OpeningKey { expected, got }));
        case.key = mine;
        assert_eq!(Opening::decode(&opening.encode()).as_ref(), Ok(&opening));
        let bytes = opening.encode();
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 4;
            assert!(Opening::decode(&damaged).is_err(), "byte {at}");
        }
    }
    let mut other = case(affine(3), 6);
    let opening = other.open();
    let mut none = case(dot(3), 6);
    assert_eq!(none.prove(Some(&opening)), Err(ProveError::NoModel));
    let (a, rng) = (none.assignment(), &mut none.rng);
    let refused = commit_model(&none.key, &none.circuit, &a, rng, &mut silent);
    assert_eq!(refused, Err(ProveError::NoModel));
}

#[test]
fn a_proof_is_about_the_model_in_it() {
    for mut case in cases() {
        let opening = case.open();
        let honest = case.prove(Some(&opening)).unwrap();
        let d = honest.model.unwrap();
        let with = |model: G1Affine| Proof { model: Some(model), ..honest.clone() };
        let points = case.key.verifying_key().points().clone();
        let blinders = case.key.model.as_ref().unwrap().blinders.clone();
        let other = case.open().point();
        // Another commitment to the same model, one outside of the span, and what the key's points give.
        let mut all = vec![other, -d, (d + G1Affine::generator()).into_affine()];
        all.push((d + blinders.delta_g1).into_affine());
        all.push((d + blinders.own_delta_g1).into_affine());
        all.extend(points.gamma_abc_g1.iter().map(|p| (d + p).into_affine()));
        all.extend(
            case.key.model.as_ref().unwrap().query.points.iter().map(|p| (d + p).into_affine()),
        );
        all.extend(honest.commitment);
        for model in all {
            assert_eq!(case.verify(&with(model)), REFUSED);
            let (expected, got) = (opening.commitment(), ModelCommitment::from(&model));
            let refused = Err(VerifyError::OtherModel { expected, got });
            assert_eq!(verify_model(with(model).model_commitment(), expected), refused);
            // With C corrected for what was added, as far as it can be.
            let shift = model.into_group() - d;
            for c in [honest.c + shift, honest.c - shift] {
                let forged = Proof { c: c.into_affine(), ..with(model) };
                assert_eq!(case.verify(&forged), REFUSED);
            }
        }
        if let Some(round) = honest.commitment {
            let swapped = Proof { model: Some(round), commitment: Some(d), ..honest.clone() };
            assert_eq!(case.verify(&swapped), REFUSED);
        }
        // Neither without it, nor of the mode without it.
        let none = Proof { model: None, ..honest.clone() };
        let expected = case.key.verifying_key().commitments().count();
        let got = expected - 1;
        assert_eq!(case.verify(&none), Err(VerifyError::Commitments { expected, got }));
        assert_eq!(
            verify_model(none.model_commitment(), opening.commitment()),
            Err(VerifyError::Commitments { expected: 1, got: 0 })
        );
        let nothing = case.verify(&with(G1Affine::zero()));
        assert!(matches!(nothing, Err(VerifyError::Point { element: "D of the model", .. })));
    }
}

/// Weights that occur in one sum only could be traded against each other if nothing else bound them: the
/// same D would open to both.
#[test]
fn weights_of_one_sum_are_bound_one_by_one() {
    let mut case = case(affine(3), 9);
    let query = case.key.model.clone().unwrap();
    assert_eq!(query.blinders.pinned.len(), 2);
    let opening = case.open();
    let honest = case.prove(Some(&opening)).unwrap();
    // b = (7, −2) and (8, −3) give the same y.
    case.inputs[2] = vec![8.into(), Int::from(-3)];
    assert!(matches!(case.prove(Some(&opening)), Err(ProveError::OtherModel { .. })));
    let mine = case.open();
    let other = case.prove(Some(&mine)).unwrap();
    assert_eq!(case.verify(&other), Ok(()));
    assert_eq!(case.verify(&Proof { model: honest.model, ..other.clone() }), REFUSED);
    // With the rows of their own left out of the key, the two have one point, and one commitment.
    let points = &query.query.points;
    assert_ne!(points[3], points[4]);
    // A prover who leaves the values out of those rows is refused.
    case.key.model.as_mut().unwrap().blinders.pinned.clear();
    let forged = case.prove(Some(&mine)).unwrap();
    assert_eq!(case.verify(&forged), REFUSED);
}

#[test]
fn commitments_are_read_from_their_one_text() {
    let mut case = case(affine(2), 3);
    let commitment = case.open().commitment();
    let text = commitment.to_string();
    assert_eq!(text.parse::<ModelCommitment>(), Ok(commitment));
    let what = "commitment to the model";
    let invalid = Err(FileError::Invalid { what });
    for wrong in
        ["", &text[1..], &format!("{text}0"), &text.to_uppercase(), &format!("{}é", &text[2..])]
    {
        assert_eq!(wrong.parse::<ModelCommitment>(), invalid, "{wrong}");
    }
    let zeros = "0".repeat(62) + "40";
    assert!(matches!(zeros.parse::<ModelCommitment>(), Err(FileError::Point { .. })));
}

/// With δₘ equal to δ, γ or δ₀ a term moves from under one to under the other.
#[test]
fn trapdoors_of_models_are_refused_like_all_others() {
    for case in cases() {
        let key = case.key.verifying_key();
        let points = key.points();
        let mut others = vec![
            (points.beta_g2, "beta"),
            (points.gamma_g2, "gamma"),
            (-points.delta_g2, "delta"),
            (ark_bn254::G2Affine::generator(), "the generator"),
        ];
        others.extend(key.commitment().map(|c| (c.delta_g2, "delta of the commitment")));
        for (delta, other) in others {
            let (circuit, interface) = (key.circuit(), key.interface().clone());
            let round = key.commitment().cloned();
            let forged = VerifyingKey::new(circuit, interface, points.clone(), round, Some(delta));
            let refused = FileError::Forgeable { one: "delta of the model", other };
            assert_eq!(VerifyingKey::decode(&forged.encode()), Err(refused));
        }
        assert_eq!(VerifyingKey::decode(&key.encode()).as_ref(), Ok(key));
    }
}
