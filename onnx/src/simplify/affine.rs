//! A scale and an offset for each channel after a linear node: part of its weights and its bias.

use super::Simplifier;
use super::linear::{Linear, apply, linear};
use crate::context::Role;
use crate::evaluate;
use crate::graph::{Graph, Node, dummy};
use crate::ops::normalization::batch;
use crate::table::role;
use crate::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};
use std::collections::BTreeMap;

/// a·y + b for each channel.
#[derive(Clone, Debug)]
pub(super) struct Affine {
    pub(super) a: Vec<f64>,
    pub(super) b: Vec<f64>,
}

/// The number of dimensions of what batch normalizations read, where a matrix product gives it: which
/// of them are the channels depends on it.
pub(super) fn ranks(g: &Graph) -> BTreeMap<String, usize> {
    let product = |name: &String| {
        g.nodes.iter().any(|n| n.outputs.first() == Some(name) && role(n) == Role::MatMul)
    };
    let read = |n: &Node| n.inputs.first().is_some_and(product);
    if !g.nodes.iter().any(|n| role(n) == Role::BatchNormalization && read(n)) {
        return BTreeMap::new();
    }
    let mut values = g.initializers.clone();
    g.inputs.iter().for_each(|i| {
        values.insert(i.name.clone(), dummy(i));
    });
    match evaluate::graph(g, &mut values) {
        Ok(()) => values.into_iter().map(|(name, t)| (name, t.shape().len())).collect(),
        Err(_) => BTreeMap::new(),
    }
}

/// A constant's number for each channel, if it has one for each.
fn channels(t: &Tensor, l: &Linear) -> Option<Vec<f64>> {
    let v: Vec<f64> = t.floats().ok()?.iter().copied().collect();
    let rank = t.shape().len();
    if v.iter().any(|v| !v.is_finite()) || rank > l.rank {
        return None;
    }
    if let [one] = v.as_slice() {
        return Some(vec![*one; l.channels]);
    }
    // The dimension of the channels, counted from the last.
    let at = rank.checked_sub(l.behind + 1)?;
    let alone = t.shape().iter().enumerate().all(|(d, n)| d == at || *n == 1);
    (alone && v.len() == l.channels).then_some(v)
}

/// What the node does with the output of a linear node, which is its input `k`.
fn affine(s: &Simplifier<'_>, n: &Node, k: usize, l: &Linear) -> Option<Affine> {
    let count = l.channels;
    if role(n) == Role::BatchNormalization {
        let two = l.role != Role::MatMul || s.ranks.get(&n.inputs[0]) == Some(&2);
        if k != 0 || !two || batch::training(n) != Ok(false) {
            return None;
        }
        let get = |k: usize| s.constants.get(n.inputs.get(k)?)?.floats().ok();
        let [a, b] = batch::factors(n, [get(1)?, get(2)?, get(3)?, get(4)?]).ok()?;
        let all = |v: &ArrayD<f64>| v.iter().copied().collect::<Vec<f64>>();
        return finite(Affine { a: all(&a), b: all(&b) }, count);
    }
    let c = channels(s.constants.get(n.inputs.get(1 - k)?)?, l)?;
    let (ones, zeros) = (vec![1.0; count], vec![0.0; count]);
    let minus = |v: &[f64]| v.iter().map(|v| -v).collect::<Vec<f64>>();
    finite(
        match (role(n), k) {
            (Role::Product, _) => Affine { a: c, b: zeros },
            (Role::Sum, _) => Affine { a: ones, b: c },
            (Role::Difference, 0) => Affine { a: ones, b: minus(&c) },
            (Role::Difference, _) => Affine { a: minus(&ones), b: c },
            (Role::Quotient, 0) => Affine { a: c.iter().map(|v| 1.0 / v).collect(), b: zeros },
            _ => return None,
        },
        count,
    )
}

fn finite(f: Affine, count: usize) -> Option<Affine> {
    let good = |v: &[f64]| v.len() == count && v.iter().all(|v| v.is_finite());
    (good(&f.a) && good(&f.b)).then_some(f)
}

pub(super) fn merge(s: &mut Simplifier<'_>, mut n: Node) -> Option<Node> {
    if n.outputs.iter().skip(1).any(|o| s.reads.contains_key(o)) {
        return Some(n);
    }
    for k in 0..n.inputs.len().min(2) {
        let Some((at, before)) = s.giver(&n.inputs[k]) else { continue };
        let Some(l) = linear(s, before) else { continue };
        let Some(f) = affine(s, &n, k, &l) else { continue };
        let mut before = before.clone();
        let offset = f.b.iter().any(|v| *v != 0.0);
        if l.role == Role::MatMul && offset {
            // It has no bias: an addition stays where there was more.
            if role(&n) != Role::BatchNormalization {
                continue;
            }
            let Some(element) = s.constants.get(&before.inputs[1]).map(|t| t.element) else {
                continue;
            };
            apply(s, &mut before, &l, &Affine { b: vec![0.0; f.b.len()], ..f.clone() });
            let bias = ArrayD::from_shape_fn(IxDyn(&[f.b.len()]), |i| f.b[i[0]]);
            let hint = format!("{}_bias", n.outputs[0]);
            let bias = s.constant(&hint, Tensor::float(element, bias));
            s.nodes[at] = Some(before);
            n.op = "Add".into();
            n.attributes.clear();
            n.inputs = vec![n.inputs[0].clone(), bias];
            return Some(n);
        }
        apply(s, &mut before, &l, &f);
        s.givers.insert(n.outputs[0].clone(), at);
        before.outputs = vec![n.outputs[0].clone()];
        s.nodes[at] = Some(before);
        return None;
    }
    Some(n)
}
