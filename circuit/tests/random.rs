//! Random circuits: every way to evaluate one agrees with its definition and with the others.

mod common;

use ark_ff::{AdditiveGroup, Field};
use common::random::{Rng, circuit};
use common::reference;
use num_traits::Signed;
use proptest::prelude::*;
use zirc_circuit::{
    Circuit, ForgeMode, Forgery, Fr, Int, Kind, Side, TensorId, adjoint, assign, assign_with,
    derive, rows, scalar, side_buffers, side_values, violations,
};

/// Values of every tensor by the definition of the program, on integers of any size.
fn expected(circuit: &Circuit, inputs: &[Vec<Int>]) -> Vec<Vec<Int>> {
    use zirc_circuit::{Op, Step};
    let mut values = vec![vec![]; circuit.tensors.len()];
    values[0] = vec![Int::from(1)];
    for step in &circuit.program {
        let Step::Assign { tensor, op } = step else { continue };
        let t = &circuit.tensors[tensor.0 as usize];
        let eval = |lin| reference::eval(circuit, lin, t.len(), &values);
        values[tensor.0 as usize] = match (op, &t.kind) {
            (Op::Input(n), _) => inputs[*n as usize].clone(),
            (Op::Derive, Kind::Linear(lin)) => eval(lin),
            (Op::Mul(a, b), _) => eval(a).into_iter().zip(eval(b)).map(|(a, b)| a * b).collect(),
            other => panic!("unexpected step {other:?}"),
        };
    }
    values
}

fn random_vector(seed: u64, n: usize) -> Vec<Fr> {
    let mut rng = Rng(seed);
    (0..n).map(|_| Fr::from(rng.next()) * Fr::from(rng.next()) * Fr::from(rng.next())).collect()
}

/// Elements (over all blocks) that a sparse expansion says are violated.
fn violated(circuit: &Circuit, z: &[Fr]) -> Vec<usize> {
    let dot = reference::dot;
    let holds = |r: &zirc_circuit::Row| dot(&r.a, z) * dot(&r.b, z) == dot(&r.c, z);
    rows(circuit).enumerate().filter(|(_, r)| !holds(r)).map(|(i, _)| i).collect()
}

/// The same from the tensor form.
fn found(circuit: &Circuit, violations: &[zirc_circuit::Violation]) -> Vec<usize> {
    let start = |block: usize| -> usize { circuit.blocks[..block].iter().map(|b| b.len()).sum() };
    violations
        .iter()
        .map(|v| {
            let shape = &circuit.blocks[v.block].shape;
            start(v.block) + v.index.iter().zip(shape).fold(0, |flat, (i, n)| flat * n + i)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn evaluation_is_its_definition(seed: u64) {
        let (circuit, inputs) = circuit(seed);
        let honest = assign(&circuit, &inputs).unwrap();
        let lenient = assign_with(&circuit, &inputs, &[], ForgeMode::Propagate).unwrap();
        for (i, expected) in expected(&circuit, &inputs).iter().enumerate() {
            prop_assert_eq!(honest.values[i].width(), circuit.tensors[i].width);
            for (k, value) in expected.iter().enumerate() {
                let field = scalar::to_fr(value);
                prop_assert_eq!(honest.values[i].get_fr(k), field, "tensor {} at {}", i, k);
                prop_assert_eq!(lenient.values[i].get_fr(k), field, "tensor {} at {}", i, k);
                if circuit.tensors[i].interval.is_some() {
                    let shown = honest.get_int(&circuit, TensorId(i as u32), k);
                    prop_assert_eq!(&shown, value);
                }
            }
        }
        prop_assert_eq!(violations(&circuit, &honest), vec![]);
        // Variables alone give the same assignment.
        let z = honest.to_variables(&circuit);
        let layout = circuit.layout();
        prop_assert_eq!(z.len(), layout.num_variables());
        prop_assert_eq!(z[0], Fr::ONE);
        let (public, witness) = z[1..].split_at(layout.num_public);
        prop_assert_eq!(public, honest.public_inputs(&circuit));
        let derived = derive(&circuit, public, witness);
        for (i, values) in honest.values.iter().enumerate() {
            prop_assert_eq!(values.to_field(), derived.values[i].to_field());
        }
    }

    #[test]
    fn rows_are_the_matrices(seed: u64) {
        let (circuit, inputs) = circuit(seed);
        let rows: Vec<_> = rows(&circuit).collect();
        prop_assert_eq!(rows.len(), circuit.num_constraints());
        let assignment = assign(&circuit, &inputs).unwrap();
        let z = assignment.to_variables(&circuit);
        let weights = random_vector(seed, rows.len());
        for side in Side::ALL {
            let pick = |i: usize| match side {
                Side::A => &rows[i].a,
                Side::B => &rows[i].b,
                Side::C => &rows[i].c,
            };
            let expected = reference::matrix(&circuit, side);
            for (i, row) in expected.iter().enumerate() {
                let row: Vec<_> = row.iter().map(|(j, x)| (*j, scalar::to_fr(x))).collect();
                prop_assert_eq!(pick(i), &row, "{:?} row {}", side, i);
            }
            let values = side_values(&circuit, &assignment, side);
            let products: Vec<Fr> = (0..rows.len()).map(|i| reference::dot(pick(i), &z)).collect();
            prop_assert_eq!(&values, &products);
            let buffers = side_buffers(&circuit, &assignment, side);
            let joined: Vec<Fr> = buffers.iter().flat_map(|b| b.to_field()).collect();
            prop_assert_eq!(joined, products);
            let mut transposed = vec![Fr::ZERO; z.len()];
            for (i, weight) in weights.iter().enumerate() {
                pick(i).iter().for_each(|(j, x)| transposed[*j] += *x * weight);
            }
            prop_assert_eq!(adjoint(&circuit, side, &weights), transposed);
        }
    }

    #[test]
    fn forged_values_are_seen_where_the_rows_say(seed: u64, isolated: bool) {
        let (circuit, inputs) = circuit(seed);
        let mut rng = Rng(!seed);
        let variables: Vec<usize> = (1..circuit.tensors.len())
            .filter(|&i| !matches!(circuit.tensors[i].kind, Kind::Linear(_) | Kind::Aux))
            .collect();
        let tensor = variables[rng.below(variables.len())];
        let index = rng.below(circuit.tensors[tensor].len());
        let value = match rng.below(3) {
            0 => scalar::order() - 1 - rng.range(0, 5),
            1 => (Int::from(1) << 90u32) + rng.range(0, 5),
            _ => Int::from(rng.range(-1000, 1000)),
        };
        let tensor = TensorId(tensor as u32);
        let forgery = Forgery { tensor, index, value: value.clone() };
        let mode = if isolated { ForgeMode::Isolated } else { ForgeMode::Propagate };
        let forged = assign_with(&circuit, &inputs, &[forgery], mode).unwrap();
        let stored = forged.values[tensor.0 as usize].get_fr(index);
        prop_assert_eq!(stored, scalar::to_fr(&value));
        let z = forged.to_variables(&circuit);
        prop_assert_eq!(found(&circuit, &violations(&circuit, &forged)), violated(&circuit, &z));
        for (side, row) in Side::ALL.into_iter().zip([0, 1, 2]) {
            let products: Vec<Fr> = rows(&circuit)
                .map(|r| reference::dot([&r.a, &r.b, &r.c][row], &z))
                .collect();
            prop_assert_eq!(side_values(&circuit, &forged, side), products);
        }
        // What derived tensors claim to be does not matter.
        let mut lying = forged.clone();
        for (t, values) in circuit.tensors.iter().zip(&mut lying.values) {
            if matches!(t.kind, Kind::Linear(_)) {
                *values = zirc_circuit::Buffer::zeros(values.width(), values.len());
            }
        }
        prop_assert_eq!(violations(&circuit, &lying), violations(&circuit, &forged));
    }

    #[test]
    fn files_come_back(seed: u64) {
        let (circuit, _) = circuit(seed);
        let bytes = circuit.encode();
        let decoded = Circuit::decode(&bytes).unwrap();
        prop_assert_eq!(&decoded, &circuit);
        prop_assert_eq!(decoded.encode(), bytes);
        prop_assert_eq!(decoded.digest(), circuit.digest());
    }
}

/// The same circuit with small weights, none below zero and zero where they were, so that no entries cancel:
/// neither x and −x, nor 1 and r − 1.
fn without_signs(mut circuit: Circuit) -> Circuit {
    use zirc_circuit::{Ints, Lin, Weight};
    let small = |x: &Int| {
        let there = scalar::to_fr(x) != Fr::ZERO;
        if x.bits() <= 64 { x.abs() } else { Int::from(u8::from(there)) }
    };
    let absolute = |lin: &mut Lin| {
        for term in &mut lin.terms {
            let (Weight::Scalar(w) | Weight::Tensor { factor: w, .. }) = &mut term.weight;
            *w = small(w);
        }
    };
    for c in &mut circuit.constants {
        match &mut c.data {
            Ints::Small(v) => v.iter_mut().for_each(|x| *x = x.abs()),
            Ints::Big(v) => v.iter_mut().for_each(|x| *x = small(x)),
        }
    }
    for tensor in &mut circuit.tensors {
        if let Kind::Linear(lin) = &mut tensor.kind {
            absolute(lin);
        }
    }
    for block in &mut circuit.blocks {
        [&mut block.a, &mut block.b, &mut block.c].into_iter().for_each(absolute);
    }
    circuit
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_side_reaches_the_variables_whose_columns_are_not_zero(seed: u64) {
        let (circuit, _) = circuit(seed);
        let all = random_vector(seed, circuit.num_constraints());
        let present = |circuit: &Circuit, side| -> Vec<bool> {
            adjoint(circuit, side, &all).iter().map(|x| *x != Fr::ZERO).collect()
        };
        let positive = without_signs(circuit.clone());
        for side in Side::ALL {
            let exact = zirc_circuit::reach(&positive, side, u64::MAX);
            prop_assert!(exact.complete);
            prop_assert_eq!(&exact.variables, &present(&positive, side));
            // With signs, and without a look at the weights, it never says less than there is.
            for limit in [0, 50, u64::MAX] {
                let most = zirc_circuit::reach(&circuit, side, limit).variables;
                for (j, there) in present(&circuit, side).into_iter().enumerate() {
                    prop_assert!(most[j] || !there, "variable {} at limit {}", j, limit);
                }
            }
        }
    }
}
