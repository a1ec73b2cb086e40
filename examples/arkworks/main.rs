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
use zirc_circuit::{
    Access, Block, Category, Circuit, ConstId, Constant, Ints, Kind, Lin, Op, Origin, OriginId,
    Port, PortType, Signature, SourceFile, SourceSpan, Step, Tensor, TensorId, Term, Visibility,
    Weight, Width,
};
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
    use ark_std::Zero;
    let difference = a - b;
    let mut sum = FpVar::zero();
    for i in 0..32 {
        let bit = Boolean::new_witness(cs.clone(), || {
            let limbs = ark_ff::PrimeField::into_bigint(difference.value()?).0;
            Ok(limbs[0] >> i & 1 == 1)
        })?;
        let weight = Fr::from(1u64 << i);
        sum += bit.select(&FpVar::constant(weight), &FpVar::constant(Fr::zero()))?;
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
    let model = model();
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

/// The zirc circuit, by hand: q = x·x, score = Σ wᵢ·qᵢ.
fn model() -> Circuit {
    let shape = vec![4];
    let tensors = vec![
        tensor(&[], Kind::One, (1, 1)),
        tensor(&shape, Kind::Witness, (-128, 127)),
        tensor(&shape, Kind::Witness, (0, 16384)),
        tensor(&[], Kind::Public, (0, 16384 * 9)),
    ];
    let (x, q, score) = (TensorId(1), TensorId(2), TensorId(3));
    let once = || Weight::Scalar(1.into());
    let in_place = |src| lin(term(src, &[4], &[], vec![1], once()));
    let weights = Weight::Tensor {
        factor: 1.into(),
        constant: ConstId(0),
        access: Access { offset: 0, strides: vec![1] },
    };
    let sum = lin(term(q, &[], &[4], vec![1], weights));
    let one = lin(term(TensorId::ONE, &[], &[], vec![], once()));
    let result = lin(term(score, &[], &[], vec![], once()));
    let square = Op::Mul(in_place(x), in_place(x));
    let steps = [(x, Op::Input(0)), (q, square), (score, Op::Linear(sum.clone()))];
    Circuit {
        constants: vec![Constant { shape: shape.clone(), data: Ints::Small(WEIGHTS.to_vec()) }],
        tensors,
        blocks: vec![
            // x·x = q
            block(&shape, [in_place(x), in_place(x), in_place(q)], Category::Product),
            // (Σ wᵢ·qᵢ)·1 = score
            block(&[], [sum, one, result], Category::Equality),
        ],
        program: steps.map(|(tensor, op)| Step::Assign { tensor, op }).to_vec(),
        signature: Signature {
            name: "score".into(),
            inputs: vec![port("x", &shape, (-128, 127), Visibility::Private, x)],
            outputs: vec![port("score", &[], (0, 16384 * 9), Visibility::Public, score)],
            model: vec![],
            assumptions: vec![],
        },
        sources: vec![SourceFile { name: "by hand".into(), text: String::new() }],
        origins: vec![Origin {
            span: SourceSpan { file: 0, start: 0, end: 0 },
            stack: vec![],
            node: None,
        }],
    }
}

fn tensor(shape: &[usize], kind: Kind, (lo, hi): (i64, i64)) -> Tensor {
    let interval = Some((lo.into(), hi.into()));
    let (shape, width, origin) = (shape.to_vec(), Width::I64, OriginId(0));
    Tensor { shape, kind, interval, width, name: None, origin }
}

fn term(src: TensorId, free: &[usize], bound: &[usize], strides: Vec<i64>, weight: Weight) -> Term {
    Term {
        free: free.to_vec(),
        bound: bound.to_vec(),
        dst: Access::identity(free),
        src,
        src_access: Access { offset: 0, strides },
        weight,
    }
}

fn lin(term: Term) -> Lin {
    Lin { terms: vec![term], width: Width::I64 }
}

fn block(shape: &[usize], [a, b, c]: [Lin; 3], category: Category) -> Block {
    Block { shape: shape.to_vec(), a, b, c, category, origin: OriginId(0) }
}

fn port(
    name: &str,
    shape: &[usize],
    (lo, hi): (i64, i64),
    visibility: Visibility,
    tensor: TensorId,
) -> Port {
    let (numerator, denominator) = (1.into(), 1.into());
    Port {
        name: name.into(),
        shape: shape.to_vec(),
        ty: PortType::Fix { lo: lo.into(), hi: hi.into(), numerator, denominator },
        written: format!("{lo}..={hi}"),
        visibility,
        tensor,
        file: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_relations::gr1cs::ConstraintSystem;

    /// Whether the prover's own constraint system is satisfied.
    fn satisfied(x: [i64; 4], threshold: u64) -> Result<bool, SynthesisError> {
        let model = model();
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
        let model = model();
        model.validate().expect("the model is well-formed");
        assert_eq!(run(&model, [5, -2, 7, 1], 200, 200, &mut OsRng), Ok(true));
        assert_eq!(run(&model, [5, -2, 7, 1], 200, 201, &mut OsRng), Ok(false));
    }
}
