//! Circuits and keys made by hand to have what is carried pass unbound, or to take time and memory.

use super::case;
use crate::files::FileError;
use crate::keys::VerifyingKey;
use crate::samples::{Builder, Sum, carried, each, zero};
use zirc_circuit::{
    Category, Circuit, CircuitError, Int, Kind, MAX_CARRIED, Op, PortType, TensorId, Visibility,
    Width, scalar,
};

const UNBOUND: CircuitError =
    CircuitError::Carried("no constraint shows that their evaluation is theirs");

/// Squares the first private input so many times, and adds and subtracts what comes of it where the
/// evaluation is said.
fn squared(times: usize) -> Circuit {
    let mut b = Builder(carried().circuit);
    let evaluation = b.0.blocks.pop().unwrap();
    // Behind the evaluation in the order of tensors, as any response may be.
    let mut last = TensorId(2);
    for _ in 0..times {
        let mut one = each(last, &[]);
        one.0[0].src_access.strides = vec![];
        let op = Op::Mul(one.lin(Width::Field), one.lin(Width::Field));
        last = b.tensor(&[], Kind::Response, None, op);
        b.enforce(&[], [one.clone(), one, each(last, &[])], Category::Equality);
    }
    let nothing = each(last, &[]) + each(last, &[]).times(-1);
    let all = Sum(evaluation.c.terms) + nothing;
    b.enforce(&[], [zero(), zero(), all], Category::Equality);
    for block in &mut b.0.blocks[2..] {
        [&mut block.a, &mut block.b, &mut block.c].into_iter().for_each(|l| l.width = Width::Field);
    }
    b.0
}

/// t^(r − 1) is 1 at nearly every point and 0 where a prover wants it: high degrees are not compared.
#[test]
fn polynomials_of_a_degree_near_the_order_are_refused() {
    assert_eq!(squared(0).validate(), Ok(()));
    assert_eq!(squared(40).validate(), Ok(()));
    for times in [41, 64, 254] {
        assert_eq!(squared(times).validate(), Err(UNBOUND), "{times}");
    }
}

/// A few hundred bytes that announce very many values, or very many responses without an element.
#[test]
fn what_would_take_long_to_read_is_refused() {
    let mut b = Builder::new("huge");
    let x = b.input("x", &[MAX_CARRIED + 1], Some((0, 1)), Visibility::Public);
    b.0.tensors[x.0 as usize].kind = Kind::Carried;
    let rho = b.tensor(&[], Kind::Challenge, None, Op::Challenge);
    let sum = each(rho, &[]);
    let e = b.tensor(&[], Kind::Evaluation, None, Op::Linear(sum.lin(Width::Field)));
    b.enforce(&[], [zero(), zero(), sum + each(e, &[]).times(-1)], Category::Equality);
    b.0.blocks[0].c.width = Width::Field;
    let many = CircuitError::Carried("there are more than 2^18 of them");
    assert_eq!(b.0.validate(), Err(many));

    let mut b = Builder(carried().circuit);
    let mut evaluation = b.0.blocks.pop().unwrap();
    for _ in 0..5_000 {
        let op = Op::Mul(zero().lin(Width::Field), zero().lin(Width::Field));
        let empty = b.tensor(&[0], Kind::Response, None, op);
        b.enforce(&[0], [zero(), zero(), each(empty, &[0])], Category::Equality);
        let mut read = each(empty, &[0]);
        (read.0[0].free, read.0[0].bound) = (vec![], vec![0]);
        read.0[0].dst.strides = vec![];
        evaluation.c.terms.extend(read.0);
    }
    b.0.blocks.push(evaluation);
    assert_eq!(b.0.validate(), Err(UNBOUND));
}

/// y and y + r would be one value of such a type.
#[test]
fn types_wider_than_the_field_are_refused() {
    let wide = [
        (Int::from(0), scalar::order()),
        (Int::from(-1), scalar::order() - 2),
        (-scalar::order(), Int::from(0)),
    ];
    let mut case = case(39);
    let honest = case.honest();
    for (low, high) in wide {
        let mut c = carried().circuit;
        let PortType::Fix { lo, hi, .. } = &mut c.signature.outputs[0].ty else { panic!() };
        (*lo, *hi) = (low.clone(), high.clone());
        let error = c.validate().unwrap_err().to_string();
        assert_eq!(error, "output 0: type is wider than the field");
        let vk = case.key.verifying_key();
        let mut interface = vk.interface().clone();
        let PortType::Fix { lo, hi, .. } = &mut interface.public[0].ty else { panic!() };
        (*lo, *hi) = (low, high);
        let points = vk.points().clone();
        let wrong =
            VerifyingKey::new(vk.circuit(), interface, points, vk.commitment().cloned(), None);
        let refused = VerifyingKey::decode(&wrong.encode()).unwrap_err();
        assert_eq!(refused, FileError::Invalid { what: "range of a public port" });
    }
    assert_eq!(case.verify(&case.public(), &honest), Ok(()));
}
