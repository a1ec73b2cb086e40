//! Functions that a model writes out of others, made the operators that they are.
//!
//! Exporters write GELU, SiLU, a softmax or a layer normalization as many small nodes. Which of the many
//! ways they take does not matter here: nodes between one tensor and another are *evaluated*, and an
//! operator that gives the same numbers takes their place. Numbers are the same up to the rounding of
//! 32-bit floats, as the constants of such nodes are.

mod affine;
mod breaks;
mod columns;
mod function;
mod region;
mod row;
mod work;

use super::graph::{Graph, Node};
use super::ops::quantized::is_quantized;
use super::tensor::Tensor;
use function::Functions;
use region::{Links, Region, Regions};
use std::collections::BTreeMap;
use work::Work;

/// How far apart what is the same may be, beside the sizes of what goes in and of what comes out.
const SAME: f64 = 4e-6;

/// The same beside 1: where what is written out cancels, as e^x − 1 near 0, and no more.
const CANCELLED: f64 = 1e-14;

/// Whether two numbers are the same, up to how constants of 32 bits are rounded, for what is of this size.
/// The size counts: a constant of 1e-6 that is added makes another function of small numbers.
fn same(a: f64, b: f64, size: f64) -> bool {
    (a - b).abs() <= SAME * (size.abs() + b.abs()) + CANCELLED
}

/// Where a region may change its mind: at its constants, and at what follows from two of them, as the bound
/// of a Clip behind a factor. To either side of each, near and far.
fn turning_points(constants: &[f64]) -> Vec<f64> {
    let pairs = constants.iter().flat_map(|a| constants.iter().map(move |b| (*a, *b)));
    let both = pairs.flat_map(|(a, b)| [a * b, a / b, a - b, a + b, (a / b).abs().sqrt()]);
    let mut all: Vec<f64> = constants.iter().copied().chain(both).map(f64::abs).collect();
    all.retain(|v| (1e-30..=1e30).contains(v));
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

/// Recognizes what it can. `samples` holds a value of every tensor that is no constant, for its shape.
pub(crate) fn recognize(g: &mut Graph, samples: &BTreeMap<String, Tensor>) {
    counted(g, samples, &mut Work::new());
}

fn counted(g: &mut Graph, samples: &BTreeMap<String, Tensor>, work: &mut Work) {
    // Integers follow floats to the last digit: what makes them stays as it is written.
    if g.nodes.iter().any(is_quantized) {
        return;
    }
    columns::recognize(g, samples);
    let mut end = g.nodes.len();
    let mut links = Links::of(g);
    let mut functions = Functions::new(work);
    // From the last node on, so that the whole is found before its parts.
    while end > 0 {
        end -= 1;
        let Some((region, found)) = find(g, &links, samples, end, (&mut functions, work)) else {
            continue;
        };
        let rank = samples.get(&region.from).map_or(0, |x| x.shape().len());
        end = replace(g, end, &region, found);
        affine::absorb(g, end, rank);
        links = Links::of(g);
    }
}

/// What stands in for nodes: one, and constants of its own.
struct Found {
    node: Node,
    constants: Vec<(&'static str, Tensor)>,
}

/// The largest region that ends in a node and is an operator.
fn find(
    g: &Graph,
    links: &Links,
    samples: &BTreeMap<String, Tensor>,
    end: usize,
    (functions, work): (&mut Functions, &mut Work),
) -> Option<(Region, Found)> {
    let known = |name: &String| samples.get(name);
    let out = g.nodes[end].outputs.first().and_then(known)?;
    if !out.element.is_float() || g.nodes[end].outputs.len() != 1 {
        return None;
    }
    let mut best = None;
    for region in Regions::new(g, links, end) {
        let Some(x) = known(&region.from) else { continue };
        if region.nodes.len() < 2 || x.shape() != out.shape() || x.element != out.element {
            continue;
        }
        work.look(region.nodes.len())?;
        let found = match region.is_pointwise(g) {
            true => function::find(g, &region, x.element, (functions, work)),
            false => row::find(g, &region, x, work),
        };
        best = found.map(|f| (region, f)).or(best);
    }
    best
}

/// Puts a node in the place of those of a region; where it is then.
fn replace(g: &mut Graph, end: usize, region: &Region, found: Found) -> usize {
    let old = &g.nodes[end];
    let out = old.outputs[0].clone();
    let mut node = Node { name: old.name.clone(), outputs: vec![out.clone()], ..found.node };
    node.inputs = vec![region.from.clone()];
    for (part, t) in found.constants {
        let name = format!("{out}.{part}");
        node.inputs.push(name.clone());
        g.initializers.insert(name, t);
    }
    g.nodes[end] = node;
    let mut at = 0;
    g.nodes.retain(|_| {
        at += 1;
        at - 1 == end || !region.nodes.contains(&(at - 1))
    });
    end + 1 - region.nodes.len()
}

#[cfg(test)]
mod tests;
