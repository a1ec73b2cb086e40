//! The numbers of a contract: lengths, places in memory, and the key's points.

use super::layout::{Layout, POINTS, WORD};
use super::text::{g1, g2, hex, word};
use crate::keys::VerifyingKey;
use ark_bn254::{Fq, G2Affine};
use ark_ff::PrimeField;
use std::fmt::Write;

/// Lengths, places in memory, and the key's points.
pub(super) fn numbers(key: &VerifyingKey, layout: &Layout) -> Vec<(&'static str, String)> {
    let has = key.commitments();
    let names = [(has.model, "Dₘ", "δₘ"), (has.round, "D", "δ₀")];
    let there = || names.iter().filter(|(there, ..)| *there);
    let mut check_points = String::new();
    for i in 0..has.count() {
        let _ = writeln!(check_points, "        _checkG1(proof, {});", POINTS + 2 * WORD * i);
    }
    let vk = key.points();
    let mut terms = String::new();
    let one = vk.gamma_abc_g1.first().copied().unwrap_or_default();
    for (point, at) in vk.gamma_abc_g1.iter().skip(1).zip(layout.instance()) {
        let [x, y] = g1(point).map(|c| number(&c));
        let value = format!("mload(add(m, {at}))");
        let _ = writeln!(terms, "            done := and(done, term(at, {x}, {y}, {value}))");
    }
    let own = key.commitment().map(|c| c.delta_g2);
    let deltas = [(has.model, key.model().copied()), (has.round, own)];
    let more = deltas.into_iter().filter_map(|(there, point)| point.filter(|_| there));
    let round = if has.round { "tag, key, number of values; " } else { "" };
    let ends = if layout.carried { "; challenges; their evaluation" } else { "; challenges" };
    let ends = if has.round { ends } else { "" };
    let [one_x, one_y] = g1(&one).map(|c| number(&c));
    vec![
        ("input_bytes", layout.input_bytes.to_string()),
        ("output_bytes", layout.output_bytes.to_string()),
        ("proof_bytes", (POINTS + layout.commitment_bytes).to_string()),
        ("proof_points", there().map(|(_, d, _)| format!(", {d}")).collect()),
        ("equation", there().map(|(_, d, delta)| format!(" · e({d}, {delta})")).collect()),
        ("check_points", check_points),
        ("memory", format!("Memory: {round}public values{ends}; Σ; pairs.")),
        ("memory_bytes", (layout.pairs + layout.pairs_bytes).next_multiple_of(WORD).to_string()),
        ("also_instance", if has.round { ", each challenge and evaluation" } else { "" }.into()),
        ("sum", layout.sum.to_string()),
        ("sum_y", (layout.sum + WORD).to_string()),
        ("pairs", layout.pairs.to_string()),
        ("pairs_bytes", layout.pairs_bytes.to_string()),
        ("pairs_gas", pairs_gas(has.count()).to_string()),
        ("one_x", one_x),
        ("one_y", one_y),
        ("terms", terms),
        ("alpha_beta", store(192, &g1(&vk.alpha_g1)) + &store_g2(256, &vk.beta_g2)),
        ("gamma", store_g2(448, &vk.gamma_g2)),
        ("delta", store_g2(640, &vk.delta_g2)),
        ("more_pairs", more.enumerate().map(|(i, delta)| pair(i, &delta)).collect()),
    ]
}

/// Gas that must be there before the pairing check: its cost (EIP-1108), the 64th that a caller keeps
/// (EIP-150), and what the contract does around it.
fn pairs_gas(commitments: usize) -> usize {
    let check = 45_000 + 34_000 * (4 + commitments);
    check + check / 63 + 2_000
}

/// A commitment and what it is under, for the pairing check.
fn pair(i: usize, delta: &G2Affine) -> String {
    let (at, from) = (768 + 192 * i, POINTS + 2 * WORD * i);
    let copied = format!("            calldatacopy(add(at, {at}), add(points, {from}), 64)\n");
    "            // a commitment and what it is under\n".to_owned()
        + &copied
        + &store_g2(at + 64, delta)
}

fn store_g2(at: usize, point: &G2Affine) -> String {
    store(at, &g2(point))
}

/// Coordinates, in words one after the other.
fn store(at: usize, coordinates: &[Fq]) -> String {
    let line = |(i, c): (usize, &Fq)| {
        format!("            mstore(add(at, {}), {})\n", at + WORD * i, number(c))
    };
    coordinates.iter().enumerate().map(line).collect()
}

/// A number as contracts have them.
pub(super) fn number(x: &impl PrimeField) -> String {
    format!("0x{}", hex(&word(x)))
}
