//! Public values that contracts refuse.

mod common;

use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};
use common::room::{Room, add, cases, invalid, room};
use common::samples::{carried, dot, field};
use common::{Case, mixed};
use zirc_evm::{Outcome, failure};

#[test]
fn lengths() {
    for case in cases() {
        let mut room = room(&case);
        let [inputs, outputs, proof] =
            [&room.call.inputs, &room.call.outputs, &room.call.proof].map(|part| part.len() as u64);
        for (name, part, len) in [("Input", 0, inputs), ("Output", 1, outputs), ("Proof", 2, proof)]
        {
            for got in [len.checked_sub(1), Some(0), Some(len + 1), Some(len + 32), Some(2 * len)] {
                let Some(got) = got.filter(|got| *got != len) else { continue };
                let outcome = room.changed(|c| {
                    let parts = [&mut c.inputs, &mut c.outputs, &mut c.proof];
                    parts.into_iter().nth(part).unwrap().resize(got as usize, 0);
                });
                let error = format!("{name}Length(uint256,uint256)");
                assert_eq!(outcome, failure(&error, &[len, got]), "{name} {got}");
            }
        }
        // A call that ends early.
        let call = room.call.call();
        let short = room.deployed.chain.call(room.deployed.at, &call[..call.len() - 33]).unwrap();
        assert_eq!(short.outcome, Outcome::Reverted(vec![]));
    }
}

#[test]
fn values_outside_of_their_types() {
    // u = a·b and more, of types that do not fill their bytes.
    let mut rooms: Vec<Room> = cases().iter().map(room).collect();
    rooms.extend([dot(5), field()].map(|sample| room(&Case::of(sample))));
    let mut refused = 0;
    for (case, room) in cases().into_iter().chain([dot(5), field()].map(Case::of)).zip(&mut rooms) {
        let mut at = [0, 0];
        for (index, port) in case.vk().interface().public.iter().enumerate() {
            let (span, width) = span(&port.ty);
            let side = usize::from(port.output);
            for _ in 0..port.len() {
                let here = at[side]..at[side] + width;
                at[side] += width;
                let mut over = span.clone();
                let mut one = vec![0; width];
                one[width - 1] = 1;
                add(&mut over, &one);
                if over.iter().all(|b| *b == 0) {
                    continue;
                }
                let all = vec![0xff; width];
                for value in [over, all] {
                    let got = room.changed(|c| {
                        [&mut c.inputs, &mut c.outputs][side][here.clone()].copy_from_slice(&value);
                    });
                    let error = failure("ValueOutOfType(uint256)", &[index as u64]);
                    assert_eq!(got, error, "{}", port.name);
                    refused += 1;
                }
            }
        }
    }
    assert!(refused >= 10, "{refused}");
}

/// Distance of the largest value from the least, and the bytes that it takes.
fn span(ty: &zirc_circuit::PortType) -> (Vec<u8>, usize) {
    let largest = match ty {
        zirc_circuit::PortType::Fix { lo, hi, .. } => hi - lo,
        zirc_circuit::PortType::Field => zirc_circuit::scalar::order() - 1,
    };
    let bytes = largest.magnitude().to_bytes_be();
    let width = bytes.len().max(1);
    (bytes, width)
}

/// x and x + r are one element of the field, and give one evaluation.
#[test]
fn x_plus_r() {
    let r = Fr::MODULUS.to_bytes_be();
    let cases = [(Case::of(field()), 0), (mixed(), 40 + 3 * 2)];
    for (case, first) in cases {
        let mut room = room(&case);
        let port = case.vk().interface().public.iter().position(|p| p.written == "field").unwrap();
        let refused = failure("ValueOutOfType(uint256)", &[port as u64]);
        for k in (first..room.call.inputs.len()).step_by(32) {
            let got = room.changed(|c| add(&mut c.inputs[k..k + 32], &r));
            assert_eq!(got, refused, "{k}");
        }
        assert!(room.call.inputs.len() >= first + 32);
    }
}

fn is_out_of_type(outcome: &Outcome) -> bool {
    let ports = (0..16).map(|port| failure("ValueOutOfType(uint256)", &[port]));
    ports.into_iter().any(|o| o == *outcome)
}

#[test]
fn every_public_value_counts() {
    for case in cases() {
        let mut room = room(&case);
        for side in 0..2 {
            let len = [&room.call.inputs, &room.call.outputs][side].len();
            for k in 0..len {
                for step in [1, 255] {
                    let got = room.changed(|c| {
                        let byte = &mut [&mut c.inputs, &mut c.outputs][side][k];
                        *byte = byte.wrapping_add(step);
                    });
                    let refused = got == invalid() || is_out_of_type(&got);
                    assert!(refused, "{got:?}");
                }
            }
        }
    }
}

#[test]
fn proofs_of_other_values_with_the_same_commitment() {
    // A challenge that was drawn for some values says nothing of others.
    let one = Case::of(carried());
    let mut inputs = one.inputs.clone();
    inputs[0][0] += 1;
    let two = Case { inputs, ..Case::of(carried()) };
    let mut room = room(&one);
    let other = two.calldata(2);
    assert_eq!(room.outcome(&other), Outcome::Returned(vec![]));
    assert_eq!(room.changed(|c| c.proof.clone_from(&other.proof)), invalid());
    let got = room.changed(|c| (c.inputs, c.outputs) = (other.inputs, other.outputs));
    assert_eq!(got, invalid());
}
