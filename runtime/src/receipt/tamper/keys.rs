//! Other verifying keys: by the trusted digest, and by their own, as if the reader had been told that.

use super::{Parts, Tampered, tampered};
use crate::keys::VerifyingKey;
use crate::proof::Proof;
use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use zirc_circuit::scalar;

type Points = ark_groth16::VerifyingKey<Bn254>;
/// What is done to a key's points, in words and in fact.
type Change = (&'static str, fn(&mut Points));

pub(super) fn edits(parts: &Parts<'_>) -> Vec<Tampered> {
    let changes: [Change; 7] = [
        ("γ is δ", |p| p.gamma_g2 = p.delta_g2),
        ("γ is the generator", |p| p.gamma_g2 = G2Affine::generator()),
        ("δ is the generator", |p| p.delta_g2 = G2Affine::generator()),
        ("β is −γ", |p| p.beta_g2 = -p.gamma_g2),
        ("α is the generator", |p| p.alpha_g1 = G1Affine::generator()),
        ("α is another", |p| p.alpha_g1 = (p.alpha_g1 + G1Affine::generator()).into_affine()),
        ("the constant's point is another", |p| {
            if let Some(first) = p.gamma_abc_g1.first_mut() {
                *first = (*first + G1Affine::generator()).into_affine();
            }
        }),
    ];
    let mut all = vec![];
    for (change, edit) in changes {
        let mut points = parts.key.points().clone();
        edit(&mut points);
        // A key of two phases has γ = 1 already.
        if points == *parts.key.points() {
            continue;
        }
        let key = with(parts.key, points);
        let receipt = parts.under(&key, &parts.values, &parts.proof);
        all.push(tampered("verifying_key", change, receipt.clone()));
        let digest = Some(key.digest());
        let change = format!("{change}, and its digest is trusted");
        all.push(Tampered { part: "verifying_key".into(), change, receipt, digest });
    }
    all.extend(forged(parts));
    all
}

fn with(key: &VerifyingKey, points: Points) -> VerifyingKey {
    let (interface, own) = (key.interface().clone(), key.commitment().cloned());
    let changed = VerifyingKey::new(key.circuit(), interface, points, own, key.model().copied());
    // With another γ the note alone would be reason enough to refuse it.
    let ceremony = key.ceremony().filter(|_| changed.has_two_phases());
    changed.made_in(ceremony.copied())
}

/// A key with γ = δ, under which A = α, B = β, C = −Σ prove any values: no loader may take it.
fn forged(parts: &Parts<'_>) -> Option<Tampered> {
    let mut points = parts.key.points().clone();
    points.gamma_g2 = points.delta_g2;
    let mut values = parts.values.clone();
    let first = values.iter_mut().flatten().next()?;
    *first += 1;
    let field: Vec<Fr> = values.iter().flatten().map(scalar::to_fr).collect();
    let (constant, rest) = points.gamma_abc_g1.split_first()?;
    let terms = rest.iter().zip(&field).map(|(p, x)| *p * x);
    let sum: G1Projective = terms.fold(constant.into_group(), |s, t| s + t);
    let (a, b, c) = (points.alpha_g1, points.beta_g2, (-sum).into_affine());
    let proof = Proof { a, b, c, ..parts.proof.clone() };
    let key = with(parts.key, points);
    let receipt = parts.under(&key, &values, &proof);
    let change = "γ is δ, its digest is trusted, and A = α, B = β, C = −Σ for other values".into();
    Some(Tampered { part: "verifying_key".into(), change, receipt, digest: Some(key.digest()) })
}
