//! Circuits inside larger ones.

#[path = "../src/samples.rs"]
mod samples;

use ark_bn254::{Bn254, Fr};
use ark_ff::{One, Zero};
use ark_groth16::Groth16;
use ark_r1cs_std::GR1CSVar;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::FieldVar;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystem, ConstraintSystemRef, SynthesisError,
};
use ark_snark::SNARK;
use rand::{SeedableRng, rngs::StdRng};
use samples::{Sample, all, dot, private_output, several_publics, solved_input};
use zirc_circuit::{Circuit, Int, assign, scalar};
use zirc_runtime::ark::{SpliceError, splice};

type Variables = Vec<Vec<FpVar<Fr>>>;

fn witnesses(cs: &ConstraintSystemRef<Fr>, inputs: &[Vec<Int>]) -> Variables {
    let var = |v: &Int| FpVar::new_witness(cs.clone(), || Ok(scalar::to_fr(v))).unwrap();
    inputs.iter().map(|i| i.iter().map(var).collect()).collect()
}

fn values(variables: &[FpVar<Fr>]) -> Vec<Fr> {
    variables.iter().map(|v| v.value().unwrap()).collect()
}

#[test]
fn outputs_are_those_of_the_circuit_and_constraints_hold() {
    for Sample { name, circuit, inputs } in all() {
        let cs = ConstraintSystem::<Fr>::new_ref();
        let variables = witnesses(&cs, &inputs);
        let outputs = splice(&cs, &circuit, &variables).unwrap();
        let honest = assign(&circuit, &inputs).unwrap();
        assert_eq!(outputs.len(), circuit.signature.outputs.len());
        for (port, output) in circuit.signature.outputs.iter().zip(&outputs) {
            let expected = honest.values[port.tensor.0 as usize].to_field();
            assert_eq!(values(output), expected, "{name}");
        }
        assert!(cs.is_satisfied().unwrap(), "{name}");
        assert_eq!(cs.num_instance_variables(), 1, "{name}");
    }
}

#[test]
fn constants_and_repeated_variables_may_be_inputs() {
    let Sample { circuit, .. } = several_publics();
    let cs = ConstraintSystem::<Fr>::new_ref();
    let x = FpVar::new_witness(cs.clone(), || Ok(Fr::from(4))).unwrap();
    let sum = &x + FpVar::Constant(Fr::one());
    let inputs = [vec![x.clone(), FpVar::Constant(Fr::from(-2))], vec![x.clone(), sum]];
    let outputs = splice(&cs, &circuit, &inputs).unwrap();
    // u = a·b, v = (a + 2b)·(a − 3)
    assert_eq!(values(&outputs[0]), [Fr::from(16), Fr::from(-10)]);
    assert_eq!(values(&outputs[1]), [Fr::from(12), Fr::from(-40)]);
    assert!(cs.is_satisfied().unwrap());
}

/// Proves knowledge of x and w with x·w + 5 = the public number, through a spliced dot product.
struct Larger<'a> {
    circuit: &'a Circuit,
    inputs: Option<Vec<Vec<Int>>>,
    claim: Option<Fr>,
}

impl ConstraintSynthesizer<Fr> for Larger<'_> {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let missing = SynthesisError::AssignmentMissing;
        let claim = FpVar::new_input(cs.clone(), || self.claim.ok_or(missing))?;
        let mut inputs = Vec::new();
        for (k, port) in self.circuit.signature.inputs.iter().enumerate() {
            let mut variables = Vec::new();
            for i in 0..port.shape.iter().product() {
                let value = self.inputs.as_ref().map(|v| scalar::to_fr(&v[k][i]));
                let missing = SynthesisError::AssignmentMissing;
                variables.push(FpVar::new_witness(cs.clone(), || value.ok_or(missing))?);
            }
            inputs.push(variables);
        }
        let outputs = splice(&cs, self.circuit, &inputs)?;
        (&outputs[0][0] + FpVar::constant(Fr::from(5))).enforce_equal(&claim)
    }
}

#[test]
fn a_larger_circuit_is_set_up_proven_and_verified_by_arkworks() {
    let mut rng = StdRng::seed_from_u64(1);
    let Sample { circuit, inputs, .. } = dot(5);
    let y = assign(&circuit, &inputs).unwrap().public_inputs(&circuit)[0];
    let larger = |inputs, claim| Larger { circuit: &circuit, inputs, claim };
    let (pk, vk) = Groth16::<Bn254>::circuit_specific_setup(larger(None, None), &mut rng).unwrap();
    let claim = y + Fr::from(5);
    let proof = Groth16::<Bn254>::prove(&pk, larger(Some(inputs), Some(claim)), &mut rng).unwrap();
    assert!(Groth16::<Bn254>::verify(&vk, &[claim], &proof).unwrap());
    assert!(!Groth16::<Bn254>::verify(&vk, &[y], &proof).unwrap());
}

#[test]
fn wrong_shapes_and_refused_inputs_are_typed() {
    let Sample { circuit, inputs, .. } = dot(5);
    let cs = ConstraintSystem::<Fr>::new_ref();
    let mut variables = witnesses(&cs, &inputs);
    let error = splice(&cs, &circuit, &variables[..1]).unwrap_err();
    assert!(matches!(error, SpliceError::InputCount { expected: 2, got: 1 }));
    variables[1].pop();
    let error = splice(&cs, &circuit, &variables).unwrap_err();
    assert!(matches!(error, SpliceError::InputLength { expected: 5, got: 4, .. }));
    let mut wrong = inputs;
    wrong[0][0] = 128.into();
    let variables = witnesses(&cs, &wrong);
    let error = splice(&cs, &circuit, &variables).unwrap_err();
    assert!(matches!(error, SpliceError::Assign(_)));
}

#[test]
fn types_of_public_values_are_enforced_inside() {
    // The prover assigns honestly and then changes the input: x = 50 satisfies every constraint of
    // the circuit itself (q = x²), but is not of the type -50..=49.
    let Sample { circuit, inputs, .. } = private_output();
    for (value, accepted) in [(49i64, true), (-50, true), (50, false), (-51, false), (77, false)] {
        let cs = ConstraintSystem::<Fr>::new_ref();
        let variables = witnesses(&cs, &inputs);
        let outputs = splice(&cs, &circuit, &variables).unwrap();
        assert!(cs.is_satisfied().unwrap());
        // Witnesses in order: x, then q, then bits of x + 50 and 49 − x for each element.
        let count = cs.num_witness_variables();
        assert_eq!(count, 3 + 3 + 3 * 2 * 7);
        let mut forged = cs.witness_assignment().unwrap().to_vec();
        forged[0] = Fr::from(value);
        forged[3] = Fr::from(value * value);
        for (first, number) in [(6, value + 50), (13, 49 - value)] {
            for i in 0..7 {
                let bit = number >> i & 1 == 1;
                forged[first + i] = if bit { Fr::one() } else { Fr::zero() };
            }
        }
        drop(outputs);
        let satisfied = satisfied(&cs, &forged);
        assert_eq!(satisfied, accepted, "{value}");
    }
}

/// An input that the circuit has solved for is the larger circuit's variable all the same.
#[test]
fn inputs_without_variables_of_their_own_are_bound() {
    let Sample { circuit, inputs, .. } = solved_input();
    circuit.validate().unwrap();
    let cs = ConstraintSystem::<Fr>::new_ref();
    let variables = witnesses(&cs, &inputs);
    let outputs = splice(&cs, &circuit, &variables).unwrap();
    assert_eq!(values(&outputs[0]), [Fr::from(40_000)]);
    assert!(cs.is_satisfied().unwrap());
    let mut forged = cs.witness_assignment().unwrap().to_vec();
    assert_eq!(forged[0], Fr::from(200));
    assert!(satisfied(&cs, &forged));
    forged[0] = Fr::from(3);
    assert!(!satisfied(&cs, &forged), "3 has the square 40000");
}

/// Whether other witness values satisfy the matrices of a constraint system.
fn satisfied(cs: &ConstraintSystemRef<Fr>, witness: &[Fr]) -> bool {
    cs.finalize();
    let matrices = &cs.to_matrices().unwrap()[ark_relations::gr1cs::R1CS_PREDICATE_LABEL];
    let z = [&[Fr::one()], witness].concat();
    let row = |row: &[(Fr, usize)]| row.iter().map(|&(c, j)| c * z[j]).sum::<Fr>();
    (0..cs.num_constraints())
        .all(|i| row(&matrices[0][i]) * row(&matrices[1][i]) == row(&matrices[2][i]))
}
