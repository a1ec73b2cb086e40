//! Proofs that contracts refuse, and with which error.

mod common;

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, PrimeField, UniformRand};
use common::room::{add, bytes, cases, g1, g2, invalid, room};
use common::samples::{affine, carried, field, range, several_publics};
use common::{Case, Deployed, compile_all, mixed, program};
use rand::{SeedableRng, rngs::StdRng};
use zirc_circuit::Int;
use zirc_compiler::{Mode, Options, Public};
use zirc_evm::{Chain, Outcome, failure};
use zirc_runtime::commit_model;

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

/// Memory costs more the more of it there is: where gas was compared before the pairs were written, what was left
/// for the check of a valid proof of many values was too little for it, and it seemed to be refused.
#[test]
fn gas_that_memory_takes_is_not_that_of_the_check() {
    let text =
        "circuit many(public x: field[30000], private w: field) -> public y: field { w * x[7] }";
    let options =
        Options { mode: Mode::Commit, public: Some(Public::Carried), ..Options::default() };
    let inputs = vec![vec![Int::from(0); 30_000], vec![Int::from(3)]];
    let case = Case::new(program(text, "many", &options), inputs);
    let Deployed { mut chain, at, .. } = case.deployed();
    let name = "Limited";
    let limited = &compile_all(&[], &[("Limited.sol", include_str!("Limited.sol"))])[name];
    let between = chain.deploy(&limited.creation).unwrap();
    let call = case.calldata(2).call();
    let mut with = |gas: u64| {
        let mut data = at.to_vec();
        data.extend([0; 24]);
        data.extend(gas.to_be_bytes());
        data.extend(&call);
        chain.call_with(between, &data, 1 << 24).unwrap()
    };
    let accepted = |answer: &zirc_evm::Answer| answer.is_accepted();
    // The least gas that is enough, to 50.
    let (mut low, mut high) = (3_000_000, 8_000_000);
    assert!(!accepted(&with(low)) && accepted(&with(high)));
    while high - low > 50 {
        let middle = u64::midpoint(low, high);
        if accepted(&with(middle)) { high = middle } else { low = middle }
    }
    for less in (1..200).map(|k| 50 * k) {
        let answer = with(high - less);
        assert_ne!(answer.outcome, failure("PairingRefused()", &[]), "{less} less than {high}");
        assert_ne!(answer.outcome, failure("InvalidProof()", &[]), "{less} less than {high}");
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
