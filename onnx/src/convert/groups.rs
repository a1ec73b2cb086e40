//! What of a graph lies between integers, found from its ends.

use crate::context::{Effect, Groups, Precision};
use crate::graph::{Graph, Node};
use crate::ops::quantized::{chooses_scales, dequantizes, is_quantized, levels};
use crate::table;
use crate::tensor::Tensor;
use std::collections::{BTreeMap, BTreeSet};

/// What lies between integers in a graph.
pub(crate) fn groups(g: &Graph, samples: &BTreeMap<String, Tensor>) -> Groups {
    let mut all = Groups { multiplied: multiplied(g), effects: effects(g), ..Groups::default() };
    // What is quantized of an input, moved or normalized before, follows from every digit of it.
    let mut from: BTreeMap<&String, bool> = g.inputs.iter().map(|i| (&i.name, true)).collect();
    for n in &g.nodes {
        let names = || n.outputs.iter().filter(|o| !o.is_empty()).cloned();
        if is_quantized(n) {
            all.quantized.extend(names());
        }
        if dequantizes(n) {
            all.dequantized.extend(names());
        }
        let reached = |i: &String| from.get(i).copied().unwrap_or(false);
        let own = dequantizes(n) || chooses_scales(n);
        let reached = own || !is_quantized(n) && n.inputs.iter().any(reached);
        from.extend(n.outputs.iter().map(|o| (o, reached)));
    }
    let mut open: BTreeMap<&String, Option<(f64, f64)>> =
        g.outputs.iter().map(|o| (o, None)).collect();
    let mut wanted: BTreeMap<&String, u32> = BTreeMap::new();
    for n in g.nodes.iter().rev() {
        let first = n.outputs.first();
        let to = first.and_then(|o| samples.get(o)).and_then(|t| t.element.integer());
        let read = first.and_then(|_| levels(n, g));
        let bits = match (is_quantized(n), to) {
            (true, Some((bits, _))) => Some(bits),
            (true, None) => None,
            (false, _) => n.outputs.iter().filter_map(|o| wanted.get(o)).max().copied(),
        };
        for i in n.inputs.iter().filter(|i| !i.is_empty()) {
            let union = |a: (f64, f64), b: (f64, f64)| (a.0.min(b.0), a.1.max(b.1));
            let known = open.get(i).copied().unwrap_or(read);
            open.insert(i, known.zip(read).map(|(a, b)| union(a, b)));
            let Some(bits) = bits.filter(|_| from.get(i) == Some(&true)) else { continue };
            let most = wanted.entry(i).or_default();
            *most = bits.max(*most);
            all.within.insert(i.clone(), Precision { bits: *most });
        }
    }
    all.ends = open.into_iter().filter_map(|(i, e)| Some((i.clone(), e?))).collect();
    all
}

/// Tensors that are no outputs and that only products read.
fn multiplied(g: &Graph) -> BTreeSet<String> {
    let mut all: BTreeMap<&String, bool> = g.outputs.iter().map(|o| (o, false)).collect();
    for n in &g.nodes {
        let own = table::find(n).is_some_and(|o| o.multiplies);
        n.inputs.iter().for_each(|i| *all.entry(i).or_insert(true) &= own);
    }
    all.into_iter().filter(|(_, only)| *only).map(|(name, _)| name.clone()).collect()
}

/// What becomes of errors in nodes, by their first results.
fn effects(g: &Graph) -> BTreeMap<String, Effect> {
    let first = |n: &Node| Some((n.outputs.first()?.clone(), table::effect(n)));
    g.nodes.iter().filter_map(first).filter(|(_, e)| *e != Effect::Other).collect()
}
