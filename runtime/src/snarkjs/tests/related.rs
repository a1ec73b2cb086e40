//! First phases whose secrets follow from each other: what that is good for, and that it is refused.

use super::*;
use crate::proof::Proof;
use crate::samples::dot;
use crate::verify::verify;
use ark_ec::AffineRepr;
use ark_ff::PrimeField;

/// log₂ of the rows.
const LOG: u32 = 2;

/// τ is a square, so that its odd powers have roots that are no powers of it.
const SECRETS: Secrets = Secrets { tau: ark_ff::MontFp!("1524155677489"), ..super::SECRETS };

/// τ^k or its negative, by turns.
fn power(k: i64) -> Fr {
    let tau = if k < 0 { SECRETS.tau.inverse().unwrap() } else { SECRETS.tau };
    let power = tau.pow([k.unsigned_abs()]);
    if k % 2 == 0 { power } else { -power }
}

/// Secrets in which two kinds of terms are one, times τ^k.
type Relation = fn(Fr) -> Secrets;

/// By what they are called, and the least and the highest k that a file of N rows shows, as multiples of N − 1.
const RELATIONS: [(&str, &str, i64, i64, Relation); 6] = [
    ("alpha", "1", -2, 3, |k| Secrets { alpha: k, ..SECRETS }),
    ("beta", "1", -2, 3, |k| Secrets { beta: k, ..SECRETS }),
    ("alpha", "beta", -2, 2, |k| Secrets { alpha: SECRETS.beta * k, ..SECRETS }),
    ("alpha times beta", "1", -1, 3, |k| Secrets {
        beta: k * SECRETS.alpha.inverse().unwrap(),
        ..SECRETS
    }),
    // −1 is a square.
    ("beta squared", "1", -1, 3, |k| Secrets { beta: k.sqrt().unwrap(), ..SECRETS }),
    ("beta squared", "alpha", -1, 2, |k| Secrets {
        alpha: SECRETS.beta.square() * k.inverse().unwrap(),
        ..SECRETS
    }),
];

/// Of two that hold the one that is looked for first: with an even k β² = τ^k makes β a power itself.
fn expected(one: &'static str, other: &'static str, k: i64) -> SnarkjsError {
    let one = if (one, other, k % 2) == ("beta squared", "1", 0) { "beta" } else { one };
    SnarkjsError::Related { one, other }
}

#[test]
fn every_relation_that_the_points_show_is_refused() {
    let last = (1 << LOG) - 1;
    for (one, other, least, most, of) in RELATIONS {
        let shown = |k| read(&ptau(LOG, of(power(k)), false), LOG).map(drop);
        for k in least * last..=most * last {
            assert_eq!(shown(k), Err(expected(one, other, k)), "{one} {other} {k}");
        }
        // No product of two points shows these; odd powers are next for β².
        let more = if one == "beta squared" { 2 } else { 1 };
        for k in [least * last - more, most * last + more] {
            assert_eq!(shown(k), Ok(()), "{one} {other} {k}");
        }
    }
}

#[test]
fn relations_are_found_behind_what_a_circuit_needs() {
    for (one, other, _, most, of) in RELATIONS {
        let k = most * 15;
        let refused = read(&ptau(4, of(power(k)), false), LOG).map(drop);
        assert_eq!(refused, Err(SnarkjsError::Related { one, other }), "{one} {other}");
        // The points of fewer rows do not show it.
        assert_eq!(read(&cut(2, ptau(4, of(power(k)), false)), LOG).map(drop), Ok(()));
    }
}

/// Points that no circuit of this size needs are not looked at, and do not keep anybody from looking at the others.
#[test]
fn points_that_are_no_powers_hide_nothing() {
    let (one, other) = ("alpha", "1");
    let mut parts = ptau(6, Secrets { alpha: power(3), ..SECRETS }, false);
    for section in [2, 4, 5] {
        let content = parts.get_mut(&section).unwrap();
        let noise: Vec<Fr> = (0..content.len() / 64 - 8).map(|k| Fr::from(k as u64 + 99)).collect();
        content[64 * 8..].copy_from_slice(&g1(&noise));
    }
    assert_eq!(read(&parts, LOG).map(drop), Err(SnarkjsError::Related { one, other }));
}

#[test]
fn a_tau_that_everybody_knows_is_refused() {
    let of = |tau| read(&ptau(LOG + 1, Secrets { tau, ..SECRETS }, false), LOG + 1).map(drop);
    let root = |order: u64| Fr::get_root_of_unity(order).unwrap();
    // Also of larger domains than the circuit's, and of an order that no domain has.
    let cube = Fr::GENERATOR.pow((-Fr::ONE * Fr::from(3).inverse().unwrap()).into_bigint());
    assert_eq!(cube * cube * cube, Fr::ONE);
    for tau in [Fr::ONE, -Fr::ONE, root(16), root(8), root(32), cube, -cube] {
        assert_eq!(of(tau), Err(SnarkjsError::KnownTau), "{tau}");
    }
    // Its power that is −1 is in no product.
    assert_eq!(of(root(64)), Ok(()));
}

/// What all this is for: with αβ = τ the points of the files alone prove any public values.
#[test]
fn who_has_alpha_times_beta_proves_anything() {
    let sample = dot(3);
    let log = ZKey::log_rows(&sample.circuit).unwrap();
    let Secrets { tau, alpha, .. } = SECRETS;
    let secrets = Secrets { beta: tau * alpha.inverse().unwrap(), ..SECRETS };
    // As no file that is read has them.
    let phase1 = Phase1::known(log, true, [tau, secrets.alpha, secrets.beta]);
    let (key, _) =
        ZKey::new(&sample.circuit, &phase1, &name("x"), &mut rng(), &mut silent).unwrap();
    let made = super::keys::proof(&sample, &key);
    let mut public = made.public.clone();
    public[0] += Fr::ONE;
    let points = key.verifying_key().points();
    let sum = public.iter().zip(&points.gamma_abc_g1[1..]);
    let ic = sum.fold(points.gamma_abc_g1[0].into(), |ic: G1Projective, (x, p)| ic + *p * x);
    let forged = Proof {
        a: (ic + phase1.powers_g1[1] + key.contributions()[0].delta_after()).into_affine(),
        b: G2Affine::generator(),
        c: G1Affine::generator(),
        model: None,
        commitment: None,
    };
    assert_ne!(public, made.public);
    assert_eq!(verify(key.verifying_key(), &public, &forged), Ok(()));
    let refused = read(&ptau(log, secrets, false), log).map(drop);
    let (one, other) = ("alpha times beta", "1");
    assert_eq!(refused, Err(SnarkjsError::Related { one, other }));
}

/// `cargo test --release -p zirc-runtime relations_cost -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn relations_cost() {
    use crate::machine::core_seconds;
    use ark_ec::ScalarMul;
    let Secrets { tau, alpha, beta } = SECRETS;
    for log in [10, 15, 18] {
        let rows = 1 << log;
        let all = powers(tau, 2 * rows - 1);
        let of = |k: Fr, count: usize| {
            let scalars: Vec<Fr> = all[..count].iter().map(|x| *x * k).collect();
            let mut out = vec![];
            write_points(&mut out, &G1Projective::generator().batch_mul(&scalars)).unwrap();
            out
        };
        // Of the powers in G2 the last is enough here.
        let mut last = vec![0; 128 * (rows - 1)];
        last.extend(g2(&all[rows - 1..rows]));
        let mut parts = ptau(1, SECRETS, false);
        parts.extend([(2, of(Fr::ONE, 2 * rows - 1)), (3, last)]);
        parts.extend([(4, of(alpha, rows)), (5, of(beta, rows))]);
        parts.get_mut(&1).unwrap()[36..40].copy_from_slice(&(log as u32).to_le_bytes());
        let mut file = Ptau::new(Cursor::new(file("ptau", &parts))).unwrap();
        let start = core_seconds();
        assert_eq!(file.refuse_related(log as u32), Ok(()));
        println!("2^{log} rows: {:.2} s of one core", core_seconds() - start);
    }
}
