//! Functions of each element: those that operators compute, on a grid of numbers.

use super::region::{Region, apply};
use super::{Found, same};
use crate::graph::{Attribute, Graph, Node};
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};
use std::collections::BTreeMap;

/// The grid: this many steps of 1/16, and a little off, to either side of 0.
const STEPS: i32 = 256;
/// Numbers beyond it.
const FAR: [f64; 6] = [20.0, 35.5, 50.0, 88.0, 300.0, 1000.0];

fn grid() -> Vec<f64> {
    let near = (-STEPS..=STEPS).flat_map(|k| [f64::from(k) / 16.0, f64::from(k) / 16.0 + 0.0137]);
    near.chain(FAR).chain(FAR.map(|v| -v)).collect()
}

/// An operator with no attribute: name and first version.
const PLAIN: &[(&str, i64)] = &[
    ("Relu", 14),
    ("Sigmoid", 13),
    ("Tanh", 13),
    ("Softplus", 22),
    ("Softsign", 22),
    ("HardSwish", 22),
    ("Mish", 22),
    ("Erf", 13),
    ("Abs", 13),
    ("Gelu", 20),
];
/// Those of one number, which is a constant of the region or what follows from one.
const ALPHA: &[(&str, i64)] = &[("Swish", 24), ("LeakyRelu", 16), ("Elu", 22), ("Celu", 12)];

fn node(op: &str, opset: i64, attributes: &[(&str, Attribute)]) -> Node {
    let attributes = attributes.iter().map(|(name, a)| ((*name).to_string(), a.clone()));
    Node {
        op: op.into(),
        opset,
        attributes: attributes.collect::<BTreeMap<_, _>>(),
        ..Node::default()
    }
}

fn candidates(g: &Graph, region: &Region) -> Vec<Node> {
    let plain = PLAIN.iter().map(|(op, opset)| node(op, *opset, &[]));
    let tanh = node("Gelu", 20, &[("approximate", Attribute::Text("tanh".into()))]);
    let swish = node("Swish", 24, &[("alpha", Attribute::Float(1.0))]);
    let mut all: Vec<Node> = plain.chain([tanh, swish]).collect();
    let single = |t: &&Tensor| if t.len() == 1 { t.floats().ok()?.first().copied() } else { None };
    let mut numbers: Vec<f64> = region.constants(g).iter().filter_map(single).collect();
    numbers = numbers.iter().flat_map(|v| [*v, -v, 1.0 / v, 1.0 - v]).collect();
    numbers.retain(|v| v.is_finite() && *v != 0.0);
    for (op, opset) in ALPHA {
        let one = |v: &f64| node(op, *opset, &[("alpha", Attribute::Float(*v as f32))]);
        all.extend(numbers.iter().map(one));
    }
    all
}

/// The operator that a region of functions of each element is.
pub(super) fn find(g: &Graph, region: &Region, element: Element) -> Option<Found> {
    // Constants that differ from place to place are parameters, and no part of a function.
    if region.constants(g).iter().any(|t| t.len() != 1) {
        return None;
    }
    let points = grid();
    let x = ArrayD::from_shape_vec(IxDyn(&[points.len()]), points.clone()).ok()?;
    let x = Tensor::float(element, x);
    let is = region.run(g, x.clone(), true)?;
    let is = is.floats().ok().filter(|a| a.shape() == [points.len()])?.clone();
    let agrees = |n: &Node| {
        let Some(y) = apply(n, &[&x]) else { return false };
        let Ok(y) = y.floats() else { return false };
        let far = |v: f64| v.abs() > f64::from(STEPS) / 16.0 + 1.0;
        let pairs = points.iter().zip(is.iter().zip(y.iter()));
        // What is written out may overflow far away, where the operator does not.
        pairs.into_iter().all(|(x, (a, b))| same(*a, *b) || far(*x) && !a.is_finite())
    };
    let node = candidates(g, region).into_iter().find(agrees)?;
    Some(Found { node, constants: vec![] })
}
