//! What depends on a part of an input, against what happens when the part is changed.

mod common;

use common::random::{Rng, circuit};
use common::{Builder, lin, view};
use proptest::prelude::*;
use zirc_circuit::independence::Dependent;
use zirc_circuit::{
    Circuit, CircuitError, DecodeError, Int, Kind, Lin, Nondet, Op, OriginId, Part, Port, PortType,
    Relation, Step, TensorId, Visibility, assign, independence,
};

/// A circuit that gives out this tensor alone, and says that it does not depend on a part.
fn claimed(circuit: &Circuit, output: TensorId, part: Part) -> Circuit {
    let mut circuit = circuit.clone();
    let shape = circuit.tensors[output.0 as usize].shape.clone();
    let ty = PortType::Field;
    let (name, written, visibility) = ("y".into(), "field".into(), Visibility::Private);
    let port = Port { name, shape, ty, written, visibility, tensor: output, file: None };
    circuit.signature.outputs = vec![port];
    circuit.signature.claims.independent_of = vec![part];
    circuit
}

/// One element of an input.
fn element(circuit: &Circuit, input: usize, flat: usize) -> Part {
    let port = &circuit.signature.inputs[input];
    let mut part = Part::whole(&port.name, &port.shape);
    let mut rest = flat;
    for (range, n) in part.ranges.iter_mut().zip(&port.shape).rev() {
        *range = (rest % n, 1);
        rest /= n;
    }
    part
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// What is said to be independent stays as it is when the part is changed, and what is said to depend is on
    /// a path whose elements follow from each other.
    #[test]
    fn what_is_independent_does_not_change(seed: u64) {
        let (circuit, inputs) = circuit(seed);
        let mut rng = Rng(seed ^ 1);
        let honest = assign(&circuit, &inputs).unwrap();
        let readable = |t: &zirc_circuit::Tensor| !matches!(t.kind, Kind::Public | Kind::One);
        let tensors: Vec<usize> =
            (0..circuit.tensors.len()).filter(|t| readable(&circuit.tensors[*t])).collect();
        let output = TensorId(tensors[rng.below(tensors.len())] as u32);
        for (n, port) in circuit.signature.inputs.iter().enumerate() {
            let flat = rng.below(inputs[n].len());
            let claimed = claimed(&circuit, output, element(&circuit, n, flat));
            let mut other = inputs.clone();
            let PortType::Fix { hi, .. } = &port.ty else { panic!() };
            let most = i64::try_from(hi).unwrap();
            other[n][flat] = Int::from(rng.range(-most, most));
            match independence(&claimed) {
                Ok(()) => {
                    let changed = assign(&circuit, &other).unwrap();
                    let at = output.0 as usize;
                    prop_assert_eq!(&honest.values[at], &changed.values[at]);
                }
                Err(found) => {
                    prop_assert_eq!(found.path.first(), Some(&(port.tensor, flat)));
                    prop_assert!(matches!(found.what, Dependent::Output(0, _)));
                    prop_assert_eq!(found.path.last().map(|e| e.0), Some(output));
                }
            }
        }
    }
}

/// y = op(x), of a tensor of two by three.
fn one(op: impl FnOnce(Lin) -> Op, shape: &[usize]) -> (Circuit, TensorId) {
    let mut b = Builder::new("one");
    let x = b.input("x", &[2, 3], 0, 7, false);
    let y = b.hint(Kind::Witness, shape, None, op(lin(vec![view(&[2, 3], x, 1)])));
    (b.build(), y)
}

/// The elements of the result that depend on one element of x.
fn reached(circuit: &Circuit, y: TensorId, flat: usize) -> Option<usize> {
    let claimed = claimed(circuit, y, element(circuit, 0, flat));
    match independence(&claimed).err()?.what {
        Dependent::Output(0, element) => Some(element),
        other => panic!("{other:?}"),
    }
}

#[test]
fn reductions_digits_and_counts() {
    // Along the last dimension of two rows.
    for op in [
        (|a| Op::ReduceMax(a, 3)) as fn(Lin) -> Op,
        |a| Op::ReduceMin(a, 3),
        |a| Op::ReduceProd(a, 3),
        |a| Op::ArgMax(a, 3),
        |a| Op::ArgMin(a, 3),
    ] {
        let (c, y) = one(op, &[2]);
        let all: Vec<Option<usize>> = (0..6).map(|k| reached(&c, y, k)).collect();
        assert_eq!(all, [Some(0), Some(0), Some(0), Some(1), Some(1), Some(1)]);
    }
    // Three digits of each.
    let (c, y) = one(Op::Bits, &[2, 3, 3]);
    let all: Vec<Option<usize>> = (0..6).map(|k| reached(&c, y, k)).collect();
    assert_eq!(all, [0, 3, 6, 9, 12, 15].map(Some));
    // Each for itself.
    let (c, y) = one(Op::Sqrt, &[2, 3]);
    let all: Vec<Option<usize>> = (0..6).map(|k| reached(&c, y, k)).collect();
    assert_eq!(all, [0, 1, 2, 3, 4, 5].map(Some));
}

#[test]
fn a_check_and_a_choice_are_told() {
    let mut b = Builder::new("checked");
    let x = b.input("x", &[2], 0, 7, false);
    let y = b.input("y", &[2], 0, 7, false);
    let (left, right) = (lin(vec![view(&[2], x, 1)]), lin(vec![view(&[2], y, 1)]));
    let mut circuit = b.build();
    let origin = OriginId(1);
    let (scale, message, relation) = (None, None, Relation::Le);
    let step = Step::Check { shape: vec![2], left, relation, right, scale, message, origin };
    circuit.program.push(step);
    let of = |circuit: &Circuit, input| {
        let claimed = claimed(circuit, y, element(circuit, input, 1));
        independence(&claimed).map_err(|found| (found.what, found.path))
    };
    assert_eq!(of(&circuit, 0), Err((Dependent::Check(origin), vec![(x, 1)])));
    assert_eq!(of(&circuit, 1), Err((Dependent::Output(0, 1), vec![(y, 1)])));
    circuit.program.pop();
    assert_eq!(of(&circuit, 0), Ok(()));
    let (function, hint, reason) = ("f".into(), "h".into(), "any".into());
    circuit.signature.nondet.push(Nondet { function, hint, reason, origin });
    assert_eq!(of(&circuit, 0), Err((Dependent::Choice(0), vec![])));
}

/// Files say which parts they are about, and are refused where there are none such.
#[test]
fn claims_in_files() {
    let (circuit, y) = one(Op::Sqrt, &[2, 3]);
    let mut good = claimed(&circuit, y, element(&circuit, 0, 4));
    good.signature.claims.conditions = vec!["y <= 3".into(), "ü".into()];
    good.signature.outputs.clear();
    assert_eq!(Circuit::decode(&good.encode()), Ok(good.clone()));
    assert_ne!(good.digest(), circuit.digest());
    let refused = |change: &dyn Fn(&mut Part), reason| {
        let mut bad = good.clone();
        change(&mut bad.signature.claims.independent_of[0]);
        let error = CircuitError::Claim { claim: 0, reason };
        assert_eq!(Circuit::decode(&bad.encode()), Err(DecodeError::Invalid(error)));
    };
    refused(&|p| p.input = "z".into(), "no input is called that");
    let none = "it is no part of the input";
    refused(&|p| p.ranges[1] = (2, 2), none);
    refused(&|p| p.ranges[1] = (usize::MAX, 2), none);
    refused(&|p| p.ranges[0] = (0, 0), none);
    refused(&|p| p.ranges.truncate(1), none);
    refused(&|p| p.shape = vec![3, 2], none);
}
