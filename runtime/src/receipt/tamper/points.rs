//! Other points of the proof, one at a time, and those of another proof.

use super::{Parts, Tampered, tampered};
use crate::proof::{Proof, decompress};
use crate::receipt::hexadecimal::unhex;
use crate::receipt::{LONGEST_PROOF, Receipt};
use ark_bn254::{G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};

/// A place of a proof in the first group, by its name in the protocol.
type Place = (&'static str, fn(&mut Proof) -> Option<&mut G1Affine>);

/// Another point in the place of one, in words and in fact.
type Change = (&'static str, fn(G1Affine) -> G1Affine);

const IN_G1: [Place; 4] = [
    ("A", |p| Some(&mut p.a)),
    ("C", |p| Some(&mut p.c)),
    ("the commitment to the model", |p| p.model.as_mut()),
    ("the commitment before challenges", |p| p.commitment.as_mut()),
];

pub(super) fn edits(parts: &Parts<'_>) -> Vec<Tampered> {
    let mut all = vec![];
    let mut add = |name: &str, change: &str, proof: &Proof| {
        let receipt = parts.rewritten(&parts.values, proof);
        all.push(tampered(format!("proof, {name}"), change, receipt));
    };
    let g = G1Affine::generator();
    for (name, place) in IN_G1 {
        let others: [Change; 3] = [
            ("its negative", |p| -p),
            ("the sum with a generator", |p| (p + G1Affine::generator()).into_affine()),
            ("the identity", |_| G1Affine::identity()),
        ];
        for (change, other) in others {
            let mut proof = parts.proof.clone();
            let Some(point) = place(&mut proof) else { continue };
            *point = other(*point);
            add(name, change, &proof);
        }
    }
    let b = parts.proof.b;
    let h = G2Affine::generator();
    for (change, b) in [
        ("its negative", -b),
        ("the sum with a generator", (b + h).into_affine()),
        ("the identity", G2Affine::identity()),
    ] {
        add("B", change, &Proof { b, ..parts.proof.clone() });
    }
    // C + k for another value is what works where a key has γ = δ.
    let c = (parts.proof.c + g).into_affine();
    let a = -parts.proof.a;
    add(
        "A and C",
        "the negative, and the sum with a generator",
        &Proof { a, c, ..parts.proof.clone() },
    );
    for (name, bytes) in [("A", 0..32), ("B", 32..96), ("C", 96..128)] {
        let mut text = parts.receipt.proof.clone();
        text.replace_range(2 * bytes.start..2 * bytes.end, &"f".repeat(2 * bytes.len()));
        let receipt = Receipt { proof: text, ..parts.receipt.clone() };
        all.push(tampered(format!("proof, {name}"), "no point of the curve", receipt));
    }
    all
}

/// Points, values and proofs exchanged with another receipt.
pub(super) fn mixed(parts: &Parts<'_>, other: &Receipt) -> Vec<Tampered> {
    let bytes = unhex(&other.proof, LONGEST_PROOF);
    let proof = bytes.and_then(|b| decompress(&b, parts.key.commitments()).ok());
    let values: Option<Vec<_>> = other.public.iter().map(|p| p.parse().ok()).collect();
    let values = values.filter(|v| v.len() == parts.values.len());
    let mut all = vec![];
    if let Some(theirs) = proof {
        for (name, place) in IN_G1 {
            let (mut ours, mut theirs) = (parts.proof.clone(), theirs.clone());
            if let (Some(to), Some(from)) = (place(&mut ours), place(&mut theirs)) {
                *to = *from;
                let receipt = parts.rewritten(&parts.values, &ours);
                all.push(tampered(format!("proof, {name}"), "that of the other receipt", receipt));
            }
        }
        let ours = Proof { b: theirs.b, ..parts.proof.clone() };
        let receipt = parts.rewritten(&parts.values, &ours);
        all.push(tampered("proof, B", "that of the other receipt", receipt));
        // Of the same values it is another proof of one statement.
        if values.as_ref() != Some(&parts.values) {
            let receipt = parts.rewritten(&parts.values, &theirs);
            all.push(tampered("proof", "that of the other receipt", receipt));
        }
    }
    if let Some(values) = values.filter(|v| *v != parts.values) {
        let receipt = parts.rewritten(&values, &parts.proof);
        all.push(tampered("public values", "those of the other receipt", receipt));
    }
    // What stands in the other one, as it is, under the name of this one's key.
    let claimed = Receipt {
        verifying_key: parts.receipt.verifying_key.clone(),
        verifying_key_digest: parts.receipt.verifying_key_digest.clone(),
        ..other.clone()
    };
    if other.verifying_key != parts.receipt.verifying_key {
        all.push(tampered("verifying_key", "this one's, in the other receipt", claimed));
    }
    all
}
