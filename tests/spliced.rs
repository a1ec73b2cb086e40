//! Compiled circuits inside larger ones: every element of every input is the variable that was given for it.
//!
//! Compilers solve for what they can, so that many inputs have no variables of their own. A larger circuit
//! that changes one of its variables must not be satisfied by what the circuit computed from the old one.

use ark_bn254::Fr;
use ark_r1cs_std::GR1CSVar;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystem, ConstraintSystemRef};
use zirc_circuit::{Circuit, Int, assign, scalar};
use zirc_compiler::{NoFiles, Project};
use zirc_runtime::ark::{SpliceError, splice};

fn compiled(text: &str) -> Circuit {
    Project::load("c.zirc", text, &mut NoFiles).unwrap().compile("c", &mut NoFiles).unwrap().circuit
}

/// Whether other witness values satisfy the constraints.
fn satisfied(cs: &ConstraintSystemRef<Fr>, witness: &[Fr]) -> bool {
    let matrices = &cs.to_matrices().unwrap()["R1CS"];
    let z: Vec<Fr> = [cs.instance_assignment().unwrap(), witness.to_vec()].concat();
    let at = |row: &Vec<(Fr, usize)>| row.iter().map(|(c, j)| *c * z[*j]).sum::<Fr>();
    (0..cs.num_constraints())
        .all(|k| at(&matrices[0][k]) * at(&matrices[1][k]) == at(&matrices[2][k]))
}

#[test]
fn every_element_of_every_input_is_bound() {
    for (text, inputs) in [
        (
            "circuit c(private x: u8, private z: u8) -> public y: _ { x * z }",
            vec![vec![3], vec![5]],
        ),
        ("circuit c(private x: i8[3]) -> public y: _ { relu.(x) }", vec![vec![-3, 0, 9]]),
        // The second element is in no product.
        ("circuit c(private x: i8[2]) -> public y: _ { x[0] * x[0] }", vec![vec![7, -7]]),
        (
            "circuit c(public x: q3.4[2, 2]) -> public y: q3.4[2, 2] { clamp_to::<q3.4>.(x * 2) }",
            vec![vec![3, -8, 40, -90]],
        ),
        (
            "circuit c(private x: field, private z: int<-5..=9>) -> private y: _ { x * x + z }",
            vec![vec![12345], vec![-5]],
        ),
        // What goes out is what comes in.
        (
            "circuit c(private x: u4[2]) -> (public y: _, public z: _) { (x, 3 * x[1] + 1) }",
            vec![vec![15, 2]],
        ),
        (
            "circuit c(private x: u8) -> public y: bit { assert x in 4..=200; if x > 9 { 1 } else { 0 } }",
            vec![vec![77]],
        ),
    ] {
        let circuit = compiled(text);
        let ints: Vec<Vec<Int>> =
            inputs.iter().map(|i| i.iter().map(|v| Int::from(*v)).collect()).collect();
        let cs = ConstraintSystem::<Fr>::new_ref();
        let variable = |v: &Int| FpVar::new_witness(cs.clone(), || Ok(scalar::to_fr(v))).unwrap();
        let given: Vec<Vec<FpVar<Fr>>> =
            ints.iter().map(|i| i.iter().map(variable).collect()).collect();
        let outputs = splice(&cs, &circuit, &given).unwrap();
        let honest = assign(&circuit, &ints).unwrap();
        for (port, output) in circuit.signature.outputs.iter().zip(&outputs) {
            let got: Vec<Fr> = output.iter().map(|v| v.value().unwrap()).collect();
            assert_eq!(got, honest.values[port.tensor.0 as usize].to_field(), "{text}");
        }
        cs.finalize();
        let witness = cs.witness_assignment().unwrap().to_vec();
        assert!(satisfied(&cs, &witness), "{text}");
        // The given variables come first.
        for k in 0..inputs.iter().map(Vec::len).sum::<usize>() {
            for change in [Fr::from(1), Fr::from(256), -Fr::from(1)] {
                let mut other = witness.clone();
                other[k] += change;
                assert!(!satisfied(&cs, &other), "{text}: element {k} is free");
            }
        }
    }
}

/// An input of the field that nothing reads has no constraint that could be about it.
#[test]
fn an_input_that_no_constraint_reads_is_bound_or_refused() {
    let text = "circuit c(private x: field, private z: field) -> public y: _ { x * x }";
    let circuit = compiled(text);
    let cs = ConstraintSystem::<Fr>::new_ref();
    let variable = |v: u64| FpVar::new_witness(cs.clone(), || Ok(Fr::from(v))).unwrap();
    match splice(&cs, &circuit, &[vec![variable(3)], vec![variable(4)]]) {
        Ok(_) => assert!(cs.is_satisfied().unwrap()),
        Err(e) => assert!(matches!(&e, SpliceError::Unconstrained { name } if name == "z"), "{e}"),
    }
}
