//! A zirc circuit inside one's own arkworks circuit.
//!
//! The zirc circuit computes `score = Σ wᵢ·xᵢ²` for a private vector x and constant weights w. The
//! larger circuit, written with ark-r1cs-std, knows nothing of that. It takes the score as a variable
//! and adds what a zirc model does not say: that x is the vector behind a public commitment, and
//! that the score reaches a public threshold. Setup, proof and verification are ark-groth16's.
//!
//! Run it with `cargo run --release --example arkworks`.

use ark_bn254::{Bn254, Fr};
use ark_ff::{AdditiveGroup, Field};
use ark_groth16::{Groth16, r1cs_to_qap::LibsnarkReduction};
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::boolean::Boolean;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::FieldVar;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, SynthesisError};
use rand::{CryptoRng, RngCore, rngs::OsRng};
use std::error::Error;
use zirc_circuit::Circuit;
use zirc_compiler::{NoFiles, Project, Rejected};
use zirc_runtime::ark::splice;

const WEIGHTS: [i64; 4] = [3, 1, 4, 1];

/// Groth16 with arkworks' usual reduction.
type Snark = Groth16<Bn254, LibsnarkReduction>;

/// Proves: I know x with `commit(x)` = the first public input, and the model's score for x is at
/// least the second.
struct Certified<'a> {
    model: &'a Circuit,
    /// What the prover knows; absent in setup.
    x: Option<[i64; 4]>,
    threshold: Option<u64>,
}

impl ConstraintSynthesizer<Fr> for Certified<'_> {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let known = |v: Option<Fr>| v.ok_or(SynthesisError::AssignmentMissing);
        let commitment = FpVar::new_input(cs.clone(), || known(self.x.map(|x| commit(&x))))?;
        let threshold = FpVar::new_input(cs.clone(), || known(self.threshold.map(Fr::from)))?;
        let mut x = Vec::new();
        for i in 0..WEIGHTS.len() {
            let value = self.x.map(|x| Fr::from(x[i]));
            x.push(FpVar::new_witness(cs.clone(), || known(value))?);
        }
        commit_in_circuit(&x)?.enforce_equal(&commitment)?;
        // The model, between x and its score. Its witness is computed from the values of x.
        let outputs = splice(&cs, self.model, &[x])?;
        let score = &outputs[0][0];
        enforce_at_least(&cs, score, &threshold)
    }
}

/// A toy commitment, h ← (h + xᵢ + i)⁵. Use a real hash in earnest.
fn commit(x: &[i64; 4]) -> Fr {
    (0u64..).zip(x).fold(Fr::ZERO, |h, (i, &x)| (h + Fr::from(x) + Fr::from(i)).pow([5]))
}

fn commit_in_circuit(x: &[FpVar<Fr>]) -> Result<FpVar<Fr>, SynthesisError> {
    (0u64..).zip(x).try_fold(FpVar::zero(), |h, (i, x)| {
        (h + x + FpVar::constant(Fr::from(i))).pow_by_constant([5u64])
    })
}

/// a ≥ b for numbers below 2^32: a − b has 32 bits.
fn enforce_at_least(
    cs: &ConstraintSystemRef<Fr>,
    a: &FpVar<Fr>,
    b: &FpVar<Fr>,
) -> Result<(), SynthesisError> {
    use ark_r1cs_std::GR1CSVar;

    let difference = a - b;
    let mut sum = FpVar::zero();
    for i in 0..32 {
        let bit = Boolean::new_witness(cs.clone(), || {
            let limbs = ark_ff::PrimeField::into_bigint(difference.value()?).0;
            Ok(limbs[0] >> i & 1 == 1)
        })?;
        let weight = Fr::from(1u64 << i);
        sum += bit.select(&FpVar::constant(weight), &FpVar::constant(Fr::ZERO))?;
    }
    sum.enforce_equal(&difference)
}

/// Setup, proof and verification by ark-groth16. `Ok(false)` if the proof does not verify, an error
/// if there is none.
fn run(
    model: &Circuit,
    x: [i64; 4],
    threshold: u64,
    claimed: u64,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<bool, SynthesisError> {
    let shape = Certified { model, x: None, threshold: None };
    let key = Snark::generate_random_parameters_with_reduction(shape, rng)?;
    let filled = Certified { model, x: Some(x), threshold: Some(threshold) };
    let proof = Snark::create_random_proof_with_reduction(filled, &key, rng)?;
    let verifier = ark_groth16::prepare_verifying_key(&key.vk);
    // Both public inputs: ark-groth16 would read a missing one as zero.
    Snark::verify_proof(&verifier, &proof, &[commit(&x), Fr::from(claimed)])
}

fn main() -> Result<(), Box<dyn Error>> {
    let model = model()?;
    model.validate()?;
    let x = [5, -2, 7, 1];
    let score: i64 = WEIGHTS.iter().zip(x).map(|(w, x)| w * x * x).sum();
    println!("score {score}, {} constraints in the model", model.num_constraints());
    let honest = run(&model, x, 200, 200, &mut OsRng)?;
    println!("score ≥ 200: {}", if honest { "proven" } else { "not proven" });
    let lied = run(&model, x, 200, 300, &mut OsRng)?;
    println!("the same proof for score ≥ 300: {}", if lied { "accepted" } else { "refused" });
    if honest && !lied { Ok(()) } else { Err("unexpected verdict".into()) }
}

/// The model, in the language.
const MODEL: &str = "
    circuit score(const w: u3[4] = [3, 1, 4, 1], private x: i8[4]) -> public score: _ {
        sum i { w[i] * x[i] ** 2 }
    }";

/// Compiles the model. Errors of the program would be in the `Err`, with their places.
fn model() -> Result<Circuit, Box<dyn Error>> {
    let say = |r: Rejected| format!("{:?}", r.diagnostics);
    let project = Project::load("score.zirc", MODEL, &mut NoFiles).map_err(say)?;
    Ok(project.compile("score", &mut NoFiles).map_err(say)?.circuit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_relations::gr1cs::ConstraintSystem;

    /// Whether the prover's own constraint system is satisfied.
    fn satisfied(x: [i64; 4], threshold: u64) -> Result<bool, SynthesisError> {
        let model = model().expect("the model compiles");
        let cs = ConstraintSystem::new_ref();
        let certified = Certified { model: &model, x: Some(x), threshold: Some(threshold) };
        certified.generate_constraints(cs.clone())?;
        cs.finalize();
        cs.is_satisfied()
    }

    #[test]
    fn thresholds_are_met_or_not() {
        // 3·25 + 4 + 4·49 + 1 = 276
        assert_eq!(satisfied([5, -2, 7, 1], 200), Ok(true));
        assert_eq!(satisfied([5, -2, 7, 1], 276), Ok(true));
        assert_eq!(satisfied([5, -2, 7, 1], 277), Ok(false));
    }

    #[test]
    fn inputs_outside_the_model_are_no_inputs() {
        assert_eq!(satisfied([128, 0, 0, 0], 0), Err(SynthesisError::Unsatisfiable));
    }

    #[test]
    fn proofs_prove_their_own_threshold_only() {
        let model = model().expect("the model compiles");
        model.validate().expect("the model is well-formed");
        assert_eq!(run(&model, [5, -2, 7, 1], 200, 200, &mut OsRng), Ok(true));
        assert_eq!(run(&model, [5, -2, 7, 1], 200, 201, &mut OsRng), Ok(false));
    }

    /// A prover that knows an x behind the commitment, and lets the model score another.
    struct Two<'a> {
        model: &'a Circuit,
        committed: [i64; 4],
        scored: [i64; 4],
        threshold: u64,
    }

    impl ConstraintSynthesizer<Fr> for Two<'_> {
        fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
            let of =
                |x| Certified { model: self.model, x: Some(x), threshold: Some(self.threshold) };
            of(self.scored).generate_constraints(cs.clone())?;
            // x and the steps of its commitment come first.
            let own = ConstraintSystem::new_ref();
            let variable = |v: i64| FpVar::new_witness(own.clone(), || Ok(Fr::from(v)));
            let x = self.committed.map(variable).into_iter().collect::<Result<Vec<_>, _>>()?;
            let _ = commit_in_circuit(&x)?;
            let first = own.witness_assignment()?.to_vec();
            let mut forged = cs.borrow_mut().expect("a constraint system");
            forged.assignments.witness_assignment[..first.len()].copy_from_slice(&first);
            forged.assignments.instance_assignment[1] = commit(&self.committed);
            Ok(())
        }
    }

    #[test]
    fn the_vector_that_is_scored_is_the_one_behind_the_commitment() {
        let model = model().expect("the model compiles");
        let (committed, threshold) = ([5, -2, 7, 1], 60_000);
        let satisfied = |scored| {
            let cs = ConstraintSystem::new_ref();
            let two = Two { model: &model, committed, scored, threshold };
            two.generate_constraints(cs.clone()).unwrap();
            cs.finalize();
            cs.is_satisfied().unwrap()
        };
        // 3·25 + 4 + 4·49 + 1 = 276, and 9·128² is more than the threshold.
        assert!(!satisfied([-128; 4]), "a score of {threshold} for a vector with 276");
    }
}
