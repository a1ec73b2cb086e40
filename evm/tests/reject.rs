//! What contracts refuse, and with which error.

mod common;

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, PrimeField, UniformRand};
use common::samples::{affine, carried, dot, field, range, several_publics, with_model};
use common::{Case, Deployed, compile_all, mixed};
use rand::{SeedableRng, rngs::StdRng};
use zirc_evm::{Chain, Outcome, failure};
use zirc_runtime::commit_model;
use zirc_runtime::export::solidity::Calldata;

/// A contract, and a call that it accepts.
struct Room {
    deployed: Deployed,
    call: Calldata,
}

fn room(case: &Case) -> Room {
    let mut room = Room { deployed: case.deployed(), call: case.calldata(2) };
    let honest = room.call.clone();
    assert_eq!(room.outcome(&honest), Outcome::Returned(vec![]));
    room
}

impl Room {
    fn outcome(&mut self, call: &Calldata) -> Outcome {
        self.deployed.verify(call).outcome
    }

    /// What becomes of the call with a change.
    fn changed(&mut self, change: impl FnOnce(&mut Calldata)) -> Outcome {
        let mut call = self.call.clone();
        change(&mut call);
        self.outcome(&call)
    }

    /// Offsets of the proof's points in G1.
    fn of_g1(&self) -> Vec<usize> {
        [0, 192].into_iter().chain((256..self.call.proof.len()).step_by(64)).collect()
    }
}

/// One in each mode, one with carried values, and two with a hidden model, without and with challenges.
fn cases() -> Vec<Case> {
    let both = with_model(carried(), 2);
    let all = [several_publics(), range(9), carried(), affine(4), both].map(Case::of);
    all.into_iter().chain([mixed()]).collect()
}

fn bytes(x: &impl PrimeField) -> Vec<u8> {
    let bytes = x.into_bigint().to_bytes_be();
    bytes[bytes.len() - 32..].to_vec()
}

fn g1(point: G1Affine) -> Vec<u8> {
    [point.x, point.y].iter().flat_map(bytes).collect()
}

fn g2(point: G2Affine) -> Vec<u8> {
    [point.x.c1, point.x.c0, point.y.c1, point.y.c0].iter().flat_map(bytes).collect()
}

/// 32 bytes, big-endian, with a number added; what does not fit is lost.
fn add(word: &mut [u8], more: &[u8]) {
    let mut carry = 0;
    for (x, y) in word.iter_mut().zip(more).rev() {
        let sum = u16::from(*x) + u16::from(*y) + carry;
        (*x, carry) = (sum as u8, sum >> 8);
    }
}

fn invalid() -> Outcome {
    failure("InvalidProof()", &[])
}

#[test]
fn other_points_of_the_same_groups() {
    let mut rng = StdRng::seed_from_u64(5);
    for case in cases() {
        let mut room = room(&case);
        let model = case.opening.is_some();
        for at in room.of_g1() {
            let expected = match at {
                256 if model => failure("OtherModel()", &[]),
                _ => invalid(),
            };
            let other = g1(G1Affine::rand(&mut rng));
            let got = room.changed(|c| c.proof[at..at + 64].copy_from_slice(&other));
            assert_eq!(got, expected, "{at}");
        }
        let other = g2(G2Affine::rand(&mut rng));
        assert_eq!(room.changed(|c| c.proof[64..192].copy_from_slice(&other)), invalid());
        // −A and −C are as far from a proof as any other points.
        for at in [0, 192] {
            let y = Fq::from_be_bytes_mod_order(&room.call.proof[at + 32..at + 64]);
            let negative = bytes(&-y);
            let got = room.changed(|c| c.proof[at + 32..at + 64].copy_from_slice(&negative));
            assert_eq!(got, invalid(), "{at}");
        }
    }
}

#[test]
fn coordinates_have_one_encoding() {
    let p = Fq::MODULUS.to_bytes_be();
    for case in cases() {
        let mut room = room(&case);
        for at in (0..room.call.proof.len()).step_by(32) {
            let point = if (64..192).contains(&at) { 64 } else { at - at % 64 } as u64;
            let got = room.changed(|c| add(&mut c.proof[at..at + 32], &p));
            assert_eq!(got, failure("CoordinateTooLarge(uint256)", &[point]), "{at}");
        }
    }
}

#[test]
fn points_off_their_curves_and_the_identity() {
    for case in cases() {
        let mut room = room(&case);
        let one = bytes(&Fq::from(1u64));
        for at in room.of_g1() {
            for at_word in [at, at + 32] {
                let got = room.changed(|c| add(&mut c.proof[at_word..at_word + 32], &one));
                assert_eq!(got, failure("PointNotOnCurve(uint256)", &[at as u64]), "{at_word}");
            }
            let got = room.changed(|c| c.proof[at..at + 64].fill(0));
            assert_eq!(got, failure("IdentityPoint(uint256)", &[at as u64]));
        }
        for at in [64, 96, 128, 160] {
            let got = room.changed(|c| add(&mut c.proof[at..at + 32], &one));
            assert_eq!(got, failure("PairingRefused()", &[]), "{at}");
        }
        let got = room.changed(|c| c.proof[64..192].fill(0));
        assert_eq!(got, failure("IdentityPoint(uint256)", &[64]));
    }
}

#[test]
fn points_outside_of_the_subgroup() {
    let mut rng = StdRng::seed_from_u64(6);
    let outside = loop {
        let x = Fq2::rand(&mut rng);
        if let Some(point) = G2Affine::get_point_from_x_unchecked(x, true)
            && !point.is_in_correct_subgroup_assuming_on_curve()
        {
            break point;
        }
    };
    assert!(outside.is_on_curve());
    for case in cases() {
        let mut room = room(&case);
        let got = room.changed(|c| c.proof[64..192].copy_from_slice(&g2(outside)));
        assert_eq!(got, failure("PairingRefused()", &[]));
    }
}

#[test]
fn every_bit_that_is_sent_counts() {
    for case in [several_publics(), affine(3)].map(Case::of) {
        let mut room = room(&case);
        for part in 0..3 {
            let len = [&room.call.inputs, &room.call.outputs, &room.call.proof][part].len();
            for k in 0..len {
                let got = room.changed(|c| {
                    let parts = [&mut c.inputs, &mut c.outputs, &mut c.proof];
                    parts[part][k] ^= 1 << (k % 8);
                });
                assert!(
                    matches!(&got, Outcome::Reverted(why) if why.len() >= 4),
                    "{part} {k} {got:?}"
                );
            }
        }
    }
}

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
fn proofs_of_another_key_and_parts_of_other_proofs() {
    for [one, two] in [several_publics, || range(9), carried]
        .map(|sample| [1, 2].map(|seed| Case::seeded(sample().circuit, sample().inputs, seed)))
    {
        let mut room = room(&one);
        let other = two.calldata(2);
        assert_eq!(room.outcome(&other), invalid());
        // A, B and C of one proof with D of another: the challenge is another, and so is the equation.
        let second = one.calldata(3);
        assert_ne!(second.proof, room.call.proof);
        assert_eq!(room.outcome(&second), Outcome::Returned(vec![]));
        if second.proof.len() > 256 {
            let got = room.changed(|c| c.proof[256..].copy_from_slice(&second.proof[256..]));
            assert_eq!(got, invalid());
            let got = room.changed(|c| c.proof[..256].copy_from_slice(&second.proof[..256]));
            assert_eq!(got, invalid());
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

/// The same weights under another κ: another commitment.
fn another(case: &Case) -> Case {
    let assignment = zirc_circuit::assign(&case.circuit, &case.inputs).unwrap();
    let mut rng = StdRng::seed_from_u64(77);
    let (key, circuit) = (&case.key, &case.circuit);
    let opening = commit_model(key, circuit, &assignment, &mut rng, &mut zirc_runtime::silent);
    Case { opening: Some(opening.unwrap()), ..Case::of(affine(4)) }
}

#[test]
fn another_model() {
    let case = Case::of(affine(4));
    let mut room = room(&case);
    let other = another(&case);
    assert_eq!(room.outcome(&other.calldata(2)), failure("OtherModel()", &[]));
    let mut theirs = other.deployed();
    assert!(theirs.verify(&other.calldata(2)).is_accepted());
    // Its negative has the same x.
    let y = Fq::from_be_bytes_mod_order(&room.call.proof[288..320]);
    let got = room.changed(|c| c.proof[288..320].copy_from_slice(&bytes(&-y)));
    assert_eq!(got, failure("OtherModel()", &[]));
}

/// γ_abc shifted by αβ/γ would have this forgery: nothing is shifted here.
#[test]
fn the_forgery_of_a_saved_pairing() {
    let case = Case::of(several_publics());
    let mut room = room(&case);
    let points = case.vk().points();
    let public = case.prove(2).public;
    let rest = points.gamma_abc_g1[1..].iter().zip(&public);
    let sum = rest.fold(points.gamma_abc_g1[0].into_group(), |s, (p, x)| s + *p * *x).into_affine();
    for a in [sum, -sum] {
        for c in [G1Affine::generator(), G1Affine::identity()] {
            let got = room.changed(|call| {
                call.proof[..64].copy_from_slice(&g1(a));
                call.proof[64..192].copy_from_slice(&g2(points.gamma_g2));
                let c = if c.is_zero() { vec![0; 64] } else { g1(c) };
                call.proof[192..256].copy_from_slice(&c);
            });
            let identity = failure("IdentityPoint(uint256)", &[192]);
            assert_eq!(got, if c.is_zero() { identity } else { invalid() });
        }
    }
}

#[test]
fn too_little_gas_is_no_proof() {
    let case = Case::of(carried());
    let Deployed { mut chain, at, .. } = case.deployed();
    let call = case.calldata(2).call();
    let needed = chain.call(at, &call).unwrap().gas;
    for part in [1, 2, 3, 5, 8] {
        let gas = 21_000 + 16 * call.len() as u64 + needed * part / 10;
        let answer = chain.call_with(at, &call, gas).unwrap();
        assert!(!answer.is_accepted(), "{part}");
    }
}

/// The contract of a case with something else in the place of a check.
fn without(case: &Case, check: &str, instead: &str) -> Deployed {
    let mut sources = case.sources();
    let verifier = &mut sources[0].text;
    assert!(verifier.contains(check), "{check}");
    *verifier = verifier.replace(check, instead);
    let code = &compile_all(&sources[..1], &[])["ZircVerifier"];
    let mut chain = Chain::default();
    let at = chain.deploy(&code.creation).unwrap();
    Deployed { chain, at, size: code.size }
}

/// What is refused above is refused by these lines, and nothing else would have.
#[test]
fn checks_are_needed() {
    let case = Case::of(field());
    let mut call = case.calldata(2);
    add(&mut call.inputs[..32], &Fr::MODULUS.to_bytes_be());
    let mut open = without(&case, "if (outside != 0)", "if (outside + port == 1e6)");
    assert!(open.verify(&call).is_accepted());
    // What is hashed is another x then, and so the challenge is another: a prover would begin with it.
    let case = mixed();
    let mut call = case.calldata(2);
    add(&mut call.inputs[46..78], &Fr::MODULUS.to_bytes_be());
    let mut open = without(&case, "if (outside != 0)", "if (outside + port == 1e6)");
    assert_eq!(open.verify(&call).outcome, invalid());

    let case = Case::of(affine(4));
    let other = another(&case).calldata(2);
    let mut open = without(&case, "        _checkModel(proof);\n", "");
    assert!(open.verify(&other).is_accepted());
}
