//! What each part of a circuit has of a proof's time and memory.
//!
//! A constraint takes a row of the domain, for the transforms and the quotient's query. A variable takes a point in each
//! query that it stands in, with the additions of its width. A tensor takes the memory of its values.

use super::points::{QUERIES, width};
use super::{Costs, Made, costs, memory};
use crate::keys::SLICE;
use ark_bn254::{Fr, G1Affine, G2Affine, g1, g2};
use zirc_circuit::report::{Price, Prices};
use zirc_circuit::{Block, Circuit, Kind, Tensor, reads};

/// Vectors of field elements that the prover holds for the rows: two sides, a copy, the quotient.
const VECTORS: usize = 4;
/// Bytes for each variable: its value as a sum keeps it, sorted by width, and its place.
const VARIABLE: usize = 28;

/// Of all blocks and tensors.
pub(super) fn prices(circuit: &Circuit, made: &Made, costs: &Costs) -> Prices {
    let rows = circuit.num_constraints().max(1) as f64;
    let row = made.domain.size() as f64 / rows;
    let each = for_each_row(circuit, made, costs) * row;
    let (blocks, tensors) = (&circuit.blocks, &circuit.tensors);
    let of_blocks = |each: f64| blocks.iter().map(Block::len).map(move |n| n as f64 * each);
    let time = of_blocks(each).chain(times(circuit, made, costs)).collect();
    let held = row * (VECTORS * size_of::<Fr>()) as f64;
    let memory = of_blocks(held).chain(tensors.iter().map(|t| bytes(circuit, t))).collect();
    let proof = made.forecast.proof;
    let base = costs::PROGRAM + memory::held(circuit);
    let time = apportion((proof.ms * 1e6) as u64, time);
    let memory = apportion(proof.memory.saturating_sub(base), memory);
    let price = |(nanoseconds, bytes)| Price { nanoseconds, bytes };
    let mut blocks: Vec<Price> = time.into_iter().zip(memory).map(price).collect();
    let tensors = blocks.split_off(circuit.blocks.len());
    Prices { blocks, tensors }
}

/// Nanoseconds of one core for a row of the domain, with its share of evaluating the constraints.
fn for_each_row(circuit: &Circuit, made: &Made, costs: &Costs) -> f64 {
    let size = made.domain.size();
    let quotient = super::points::Counts::full(size).additions::<g1::Config>(SLICE);
    let all = made.domain.transforms(costs)
        + quotient * costs.addition_g1
        + reads(circuit) as f64 * costs.read;
    all / size as f64 + size_of::<G1Affine>() as f64 * costs.byte
}

/// Nanoseconds of one core for the points of each tensor.
fn times(circuit: &Circuit, made: &Made, costs: &Costs) -> impl Iterator<Item = f64> {
    let p = &made.points;
    let g1 = [&p.m, &p.d, &p.a, &p.c].map(|c| c.each::<g1::Config>(SLICE));
    let [m, d, a, c] = g1.map(|each| (each, costs.addition_g1, size_of::<G1Affine>()));
    let b = (p.b.each::<g2::Config>(SLICE), costs.addition_g2, size_of::<G2Affine>());
    let queries: [_; QUERIES] = [m, d, a, b, c];
    let byte = costs.byte;
    circuit.tensors.iter().zip(&p.tensors).map(move |(tensor, counts)| {
        let w = width(tensor);
        let of = |(&n, (each, addition, point)): (&usize, &([f64; _], f64, usize))| {
            n as f64 * (each[w] * addition + *point as f64 * byte)
        };
        counts.iter().zip(&queries).map(of).sum()
    })
}

/// Bytes of a tensor's values, and of what the prover keeps beside each variable.
fn bytes(circuit: &Circuit, tensor: &Tensor) -> f64 {
    if tensor.kind == Kind::One {
        return 0.0;
    }
    let times = if circuit.has_challenges() { 2 } else { 1 };
    let values = times * memory::bytes(tensor.len(), tensor.width);
    let derived = matches!(tensor.kind, Kind::Linear(_) | Kind::Aux);
    (values + if derived { 0 } else { (VARIABLE * tensor.len()) as u64 }) as f64
}

/// A whole in the proportion of weights, in parts that add up to it.
fn apportion(whole: u64, weights: Vec<f64>) -> Vec<u64> {
    let all: f64 = weights.iter().sum();
    let (mut sum, mut before) = (0.0, 0);
    let last = weights.iter().rposition(|w| *w > 0.0);
    let part = |(k, weight): (usize, f64)| {
        sum += weight;
        // The last one has what rounding left.
        let mark = match Some(k) >= last {
            true => whole,
            false => ((sum / all * whole as f64) as u64).min(whole),
        };
        let part = mark.saturating_sub(before);
        before = before.max(mark);
        part
    };
    weights.into_iter().enumerate().map(part).collect()
}
