//! Circuits written by hand, with the values that they must have.

mod common;

use ark_ff::Field;
use common::{Builder, access, fill, fr, int, ints, lin, sign_of_dot_product, view};
use zirc_circuit::{
    Access, Category, ForgeMode, Forgery, Fr, Kind, Lin, Op, Side, TensorId, Term, Weight, Width,
    adjoint, assign, assign_with, derive, rows, side_buffers, side_values, violations,
};

fn values(circuit: &zirc_circuit::Circuit, inputs: &[i64], tensor: TensorId) -> Vec<i64> {
    let assignment = assign(circuit, &[ints(inputs)]).unwrap();
    let buffer = &assignment.values[tensor.0 as usize];
    (0..buffer.len()).map(|i| buffer.get_int(i).try_into().unwrap()).collect()
}

#[test]
fn dot_product_bits_and_sign() {
    let circuit = sign_of_dot_product();
    for (x, sum) in [([1, 2, 3, 4], 9), ([-8, 7, 0, -8], -47), ([0, 0, 0, 0], 0)] {
        let a = assign(&circuit, &[ints(&x)]).unwrap();
        assert_eq!(a.values[2].get_int(0), int(sum));
        let bits: i64 = (0..8).map(|i| i64::try_from(a.values[3].get_int(i)).unwrap() << i).sum();
        assert_eq!(bits, sum + 128);
        assert_eq!(a.public_inputs(&circuit), [fr((sum >= 0).into())]);
        assert_eq!(violations(&circuit, &a), []);
        // ONE, sign, x, bits
        assert_eq!(a.to_variables(&circuit).len(), 1 + 1 + 4 + 8);
    }
}

#[test]
fn layout_puts_public_variables_first_and_in_signature_order() {
    let mut b = Builder::new("layout");
    let private = b.input("w", &[2], 0, 9, false);
    let first = b.input("x", &[3], 0, 9, true);
    let second = b.input("y", &[], 0, 9, true);
    let sum = lin(vec![view(&[], second, 1), fill(&[], 1)]);
    let output = b.hint(Kind::Public, &[], Some((int(0), int(10))), Op::Linear(sum.clone()));
    b.output("z", output);
    b.enforce(
        &[],
        sum,
        lin(vec![fill(&[], 1)]),
        lin(vec![view(&[], output, 1)]),
        Category::Equality,
    );
    b.circuit.signature.inputs.swap(1, 2);
    for step in &mut b.circuit.program {
        if let zirc_circuit::Step::Assign { op: Op::Input(n), .. } = step {
            *n = [0, 2, 1][*n as usize];
        }
    }
    let circuit = b.build();
    let layout = circuit.layout();
    let at = |t: TensorId| layout.offset[t.0 as usize];
    assert_eq!(at(TensorId::ONE), Some(0));
    assert_eq!(
        (at(second), at(first), at(output), at(private)),
        (Some(1), Some(2), Some(5), Some(6))
    );
    assert_eq!((layout.num_public, layout.num_witness, circuit.num_variables()), (5, 2, 8));
    let a = assign(&circuit, &[ints(&[8, 9]), ints(&[7]), ints(&[1, 2, 3])]).unwrap();
    assert_eq!(a.public_inputs(&circuit), [7, 1, 2, 3, 8].map(fr));
    assert_eq!(a.to_variables(&circuit), [1, 7, 1, 2, 3, 8, 8, 9].map(fr));
}

#[test]
fn padding_and_concatenation_are_offsets_in_the_destination() {
    let mut b = Builder::new("pad");
    let x = b.input("x", &[2, 2], -9, 9, false);
    // Zeros around it, in 4×4.
    let inside = Term { dst: access(5, &[4, 1]), ..view(&[2, 2], x, 1) };
    let padded = b.linear(&[4, 4], Some((int(-9), int(9))), lin(vec![inside]));
    // x, then 7 and 7, then −x reversed.
    let tail = Term { dst: access(9, &[-1]), ..view(&[4], x, -1) };
    let middle = Term { dst: access(4, &[1]), ..fill(&[2], 7) };
    let joined = lin(vec![view(&[4], x, 1), middle, tail]);
    let joined = b.linear(&[10], Some((int(-9), int(9))), joined);
    let circuit = b.build();
    let zero = 0;
    assert_eq!(
        values(&circuit, &[1, 2, 3, 4], padded),
        [zero, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0]
    );
    assert_eq!(values(&circuit, &[1, 2, 3, 4], joined), [1, 2, 3, 4, 7, 7, -4, -3, -2, -1]);
}

#[test]
fn transposes_and_reversals_are_strides_in_the_source() {
    let mut b = Builder::new("transpose");
    let x = b.input("x", &[2, 3], -9, 9, false);
    let range = || Some((int(-9), int(9)));
    let t = Term { src_access: access(0, &[1, 3]), ..view(&[3, 2], x, 1) };
    let transposed = b.linear(&[3, 2], range(), lin(vec![t]));
    let t = Term { src_access: access(5, &[-3, -1]), ..view(&[2, 3], x, 1) };
    let turned = b.linear(&[2, 3], range(), lin(vec![t]));
    let t = Term { src_access: access(1, &[3, 0]), ..view(&[2, 3], x, 1) };
    let broadcast = b.linear(&[2, 3], range(), lin(vec![t]));
    let t = Term { dst: access(2, &[3, -1]), ..view(&[2, 3], x, 1) };
    let mirrored = b.linear(&[2, 3], range(), lin(vec![t]));
    let circuit = b.build();
    let x = [1, 2, 3, 4, 5, 6];
    assert_eq!(values(&circuit, &x, transposed), [1, 4, 2, 5, 3, 6]);
    assert_eq!(values(&circuit, &x, turned), [6, 5, 4, 3, 2, 1]);
    assert_eq!(values(&circuit, &x, broadcast), [2, 2, 2, 5, 5, 5]);
    assert_eq!(values(&circuit, &x, mirrored), [3, 2, 1, 6, 5, 4]);
}

/// ⟨r, M·z⟩ = ⟨Mᵀ·r, z⟩ for all three sides.
fn adjoint_fits(circuit: &zirc_circuit::Circuit, assignment: &zirc_circuit::Assignment) {
    let mut rng = common::random::Rng(8);
    let r: Vec<Fr> =
        (0..circuit.num_constraints()).map(|_| Fr::from(rng.next()).pow([3])).collect();
    let z = assignment.to_variables(circuit);
    for side in Side::ALL {
        let forward = side_values(circuit, assignment, side);
        let left: Fr = r.iter().zip(&forward).map(|(r, x)| r * x).sum();
        let right: Fr = adjoint(circuit, side, &r).iter().zip(&z).map(|(m, z)| m * z).sum();
        assert_eq!(left, right, "{side:?}");
    }
}

/// Windows of one channel overlap, so that the adjoint has no loop to split among threads.
#[test]
fn overlapping_windows_backward() {
    let (circuit, _) = common::squared_convolution(1, 4, 40, 3);
    let input: Vec<i64> = (0..42 * 42).map(|i| i * 7919 % 256 - 128).collect();
    let a = assign(&circuit, &[ints(&input)]).unwrap();
    adjoint_fits(&circuit, &a);
}

/// Elementwise work on several threads, walking source and constant along with the destination.
#[test]
fn large_elementwise() {
    let n = 100_000;
    let mut b = Builder::new("elementwise");
    let w = b.constant(&[n], (0..n as i64).map(|i| i % 7 - 3).collect());
    let x = b.input("x", &[n], 0, 1000, false);
    let reversed = Term {
        src_access: access(n as i64 - 1, &[-1]),
        weight: Weight::Tensor { factor: int(2), constant: w, access: access(0, &[1]) },
        ..view(&[n], x, 1)
    };
    let y = b.linear(&[n], Some((int(-6000), int(6000))), lin(vec![reversed]));
    let read = || lin(vec![view(&[n], y, 1)]);
    let z = b.witness(&[n], 0, 36_000_000, Op::Mul(read(), read()));
    b.enforce(&[n], read(), read(), lin(vec![view(&[n], z, 1)]), Category::Product);
    let circuit = b.build();
    let input: Vec<i64> = (0..n as i64).map(|i| i * 7919 % 1001).collect();
    let a = assign(&circuit, &[ints(&input)]).unwrap();
    for i in 0..n {
        let expected = 2 * (i as i64 % 7 - 3) * input[n - 1 - i];
        assert_eq!(a.values[y.0 as usize].get_int(i), int(expected), "at {i}");
    }
    assert_eq!(violations(&circuit, &a), []);
    adjoint_fits(&circuit, &a);
}

#[test]
fn narrow_differences_of_wide_values() {
    let mut b = Builder::new("difference");
    let x = b.input("x", &[2], 0, 1000, false);
    let wide = |offset| Lin {
        terms: vec![
            Term { weight: Weight::Scalar(int(1) << 80u32), ..view(&[2], x, 1) },
            fill(&[2], offset),
        ],
        width: Width::I128,
    };
    let range = || Some((int(0), int(1) << 100u32));
    let (p, q) = (b.linear(&[2], range(), wide(7)), b.linear(&[2], range(), wide(4)));
    let difference = lin(vec![view(&[2], p, 1), view(&[2], q, -1)]);
    let d = b.linear(&[2], Some((int(3), int(3))), difference);
    let circuit = b.build();
    assert_eq!(values(&circuit, &[999, 5], d), [3, 3]);
}

/// Large enough for several threads: every way to evaluate agrees without a single row.
#[test]
fn convolution_forward_and_backward() {
    let (circuit, y) = common::squared_convolution(5, 6, 24, 3);
    let mut rng = common::random::Rng(7);
    let mut input = vec![int(0); 5 * 26 * 26];
    input.iter_mut().for_each(|x| *x = int(rng.range(-128, 127)));
    let a = assign(&circuit, &[input.clone()]).unwrap();
    let Kind::Linear(conv) = &circuit.tensors[y.0 as usize].kind else { panic!("not derived") };
    let sources = vec![vec![int(1)], input];
    let expected = common::reference::eval(&circuit, conv, 6 * 24 * 24, &sources);
    for (i, x) in expected.iter().enumerate() {
        assert_eq!(a.values[y.0 as usize].get_int(i), *x, "at {i}");
    }
    // The same in the field: one variable is wider than any native type.
    let mut z = a.to_variables(&circuit);
    z[1] = Fr::from(2u64).pow([200]);
    let wide = derive(&circuit, &[], &z[1..]);
    assert_eq!(wide.values[y.0 as usize].width(), Width::Field);
    let narrow = common::reference::eval(
        &circuit,
        conv,
        6 * 24 * 24,
        &[vec![int(1)], (0..5 * 26 * 26).map(|i| wide.values[1].get_int(i)).collect()],
    );
    for (i, x) in narrow.iter().enumerate() {
        let value = wide.values[y.0 as usize].get_fr(i);
        assert_eq!(value, zirc_circuit::scalar::to_fr(x), "at {i}");
    }
    adjoint_fits(&circuit, &a);
    adjoint_fits(&circuit, &wide);
}

#[test]
fn rows_of_a_small_circuit() {
    let rows: Vec<_> = rows(&sign_of_dot_product()).collect();
    let row =
        |entries: &[(usize, i64)]| entries.iter().map(|&(i, x)| (i, fr(x))).collect::<Vec<_>>();
    assert_eq!(rows.len(), 10);
    // Variables: 0 is ONE, 1 the sign, 2–5 x, 6–13 the bits.
    assert_eq!(rows[2].a, row(&[(0, 1), (8, -1)]));
    assert_eq!(rows[2].b, row(&[(8, 1)]));
    assert_eq!(rows[2].c, row(&[]));
    let powers: Vec<_> = (0..8).map(|i| (6 + i, 1 << i)).collect();
    assert_eq!(rows[8].a, row(&powers));
    assert_eq!(rows[8].b, row(&[(0, 1)]));
    // The weight of x_2 is 0.
    assert_eq!(rows[8].c, row(&[(0, 128), (2, 3), (3, -1), (5, 2)]));
    assert_eq!(rows[9].a, row(&[(13, 1)]));
    assert_eq!(rows[9].c, row(&[(1, 1)]));
}

#[test]
fn forged_bit_is_named() {
    let circuit = sign_of_dot_product();
    let inputs = [ints(&[1, 2, 3, 4])];
    let bits = TensorId(3);
    let forge = |index: usize, value: i64| {
        let forgery = Forgery { tensor: bits, index, value: int(value) };
        assign_with(&circuit, &inputs, &[forgery], ForgeMode::Propagate).unwrap()
    };
    // 9 + 128 has bit 2 clear. Setting it breaks the recomposition only.
    let [v] = violations(&circuit, &forge(2, 1)).try_into().unwrap();
    assert_eq!((v.block, v.index, v.category), (1, vec![], Category::Recompose));
    assert_eq!((v.a, v.b, v.c), (fr(141), fr(1), fr(137)));
    // −1 is no bit.
    let found = violations(&circuit, &forge(3, -1));
    assert_eq!(found[0].index, [3]);
    assert_eq!((found[0].block, found[0].category), (0, Category::Boolean));
    assert_eq!((found[0].a, found[0].b, found[0].c), (fr(2), fr(-1), fr(0)));
    assert_eq!(found[0].origin, circuit.blocks[0].origin);
    assert_eq!(found.len(), 2);
    assert_eq!(zirc_circuit::violations_up_to(&circuit, &forge(3, -1), 1), found[..1]);
    // A 1 that is not 1 changes nothing.
    let mut a = forge(3, -1);
    a.values[0] = zirc_circuit::Buffer::I64(vec![2]);
    assert_eq!(violations(&circuit, &a), found);
    // A forged top bit changes the public sign, which follows it; in isolation it does not.
    let a = forge(7, 0);
    assert_eq!(a.public_inputs(&circuit), [fr(0)]);
    assert_eq!(violations(&circuit, &a).len(), 1);
    let forgery = Forgery { tensor: bits, index: 7, value: int(0) };
    let a = assign_with(&circuit, &inputs, &[forgery], ForgeMode::Isolated).unwrap();
    assert_eq!(a.public_inputs(&circuit), [fr(1)]);
    assert_eq!(violations(&circuit, &a).len(), 2);
}

/// The optimizer may derive what the program computes by a hint.
#[test]
fn derived_tensor_with_a_hint() {
    let mut b = Builder::new("hinted");
    let x = b.input("x", &[3], 0, 100, false);
    let view_x = || lin(vec![view(&[3], x, 1)]);
    let four = || lin(vec![fill(&[3], 4)]);
    // The quotient is used before the remainder that it is derived from is known.
    let quotient = b.witness(&[3], 0, 25, Op::FloorDiv(view_x(), four()));
    let remainder = b.witness(&[3], 0, 3, Op::Mod(view_x(), four()));
    // Derived tensors read earlier ones: make the remainder the earlier one.
    b.circuit.tensors.swap(quotient.0 as usize, remainder.0 as usize);
    let (quotient, remainder) = (remainder, quotient);
    for step in &mut b.circuit.program {
        if let zirc_circuit::Step::Assign { tensor, .. } = step {
            *tensor = if *tensor == quotient {
                remainder
            } else if *tensor == remainder {
                quotient
            } else {
                *tensor
            };
        }
    }
    // q = (x − r)/4 in the field.
    let quarter = zirc_circuit::scalar::canonical(&fr(4).inverse().unwrap());
    let scaled =
        |src, sign: i64| Term { weight: Weight::Scalar(&quarter * sign), ..view(&[3], src, 1) };
    b.circuit.tensors[quotient.0 as usize].kind =
        Kind::Linear(Lin { terms: vec![scaled(x, 1), scaled(remainder, -1)], width: Width::I64 });
    // r·(r − 1)·… is left out: q·q = q·q reads it.
    let read = || lin(vec![view(&[3], quotient, 1)]);
    let square = b.witness(&[3], 0, 625, Op::Mul(read(), read()));
    b.enforce(&[3], read(), read(), lin(vec![view(&[3], square, 1)]), Category::Product);
    let circuit = b.build();
    let inputs = [ints(&[7, 8, 99])];
    let a = assign(&circuit, &inputs).unwrap();
    assert_eq!(a.values[quotient.0 as usize].to_field(), [1, 2, 24].map(fr));
    assert_eq!(violations(&circuit, &a), []);
    let z = a.to_variables(&circuit);
    assert_eq!(
        derive(&circuit, &[], &z[1..]).values[quotient.0 as usize].to_field(),
        [1, 2, 24].map(fr)
    );
    // A forged remainder moves the derived quotient, but not the square that the hint gave.
    let forgery = Forgery { tensor: remainder, index: 0, value: int(2) };
    let a = assign_with(&circuit, &inputs, &[forgery], ForgeMode::Propagate).unwrap();
    let moved = fr(5) * fr(4).inverse().unwrap();
    assert_eq!(a.values[quotient.0 as usize].get_fr(0), moved);
    let [v] = violations(&circuit, &a).try_into().unwrap();
    assert_eq!((v.index, v.a, v.c), (vec![0], moved, fr(1)));
}

#[test]
fn empty_tensors_and_terms_are_fine() {
    let mut b = Builder::new("empty");
    let x = b.input("x", &[0, 3], 0, 1, false);
    let nothing = Term {
        free: vec![0, 3],
        bound: vec![],
        dst: Access { offset: 99, strides: vec![3, 1] },
        src: x,
        src_access: access(-5, &[3, 1]),
        weight: Weight::Scalar(int(1)),
    };
    let sum = b.linear(&[2], Some((int(0), int(0))), lin(vec![nothing]));
    b.enforce(&[0], lin(vec![]), lin(vec![]), lin(vec![]), Category::Equality);
    let one = || lin(vec![view(&[2], sum, 1)]);
    b.enforce(&[2], one(), one(), one(), Category::Equality);
    let circuit = b.build();
    let a = assign(&circuit, &[vec![]]).unwrap();
    assert_eq!(a.values[sum.0 as usize].to_field(), [fr(0); 2]);
    assert_eq!(violations(&circuit, &a), []);
    assert_eq!(rows(&circuit).count(), 2);
    assert_eq!(adjoint(&circuit, Side::A, &[fr(1), fr(2)]), [fr(0)]);
    let lens: Vec<_> = side_buffers(&circuit, &a, Side::A).iter().map(|b| b.len()).collect();
    assert_eq!(lens, [0, 2]);
}
