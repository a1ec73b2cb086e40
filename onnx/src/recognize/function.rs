//! Functions of each element: those that operators compute, on a grid of numbers.

use super::region::{Region, apply};
use super::{Found, same, turning_points};
use crate::context::Written;
use crate::graph::{Attribute, Graph, Node};
use crate::table;
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};
use std::collections::BTreeMap;

/// The grid: this many steps of 1/16, and a little off, to either side of 0.
const STEPS: i32 = 256;
/// Numbers beyond it, and close to 0.
const FAR: [f64; 6] = [20.0, 35.5, 50.0, 88.0, 300.0, 1000.0];
const POWERS: [f64; 17] =
    [1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];
/// Most numbers of a region's own.
const OWN: usize = 4096;

/// Numbers that are tried; `None` where there are too many constants to look at each.
fn grid(constants: &[f64]) -> Option<Vec<f64>> {
    let near = (-STEPS..=STEPS).flat_map(|k| [f64::from(k) / 16.0, f64::from(k) / 16.0 + 0.0137]);
    let powers = POWERS.iter().flat_map(|p| [1.0, 2.2, 4.7].map(|v| v * p));
    let own = turning_points(constants);
    let own = own.iter().flat_map(|v| [0.5, 0.99, 1.01, 2.0].map(|k| k * v));
    let either: Vec<f64> = FAR.into_iter().chain(powers).chain(own).collect();
    let all = either.iter().flat_map(|v| [*v, -*v]);
    (either.len() <= OWN).then(|| near.chain(all).collect())
}

/// The constants of one number.
fn singles(g: &Graph, region: &Region) -> Vec<f64> {
    let single = |t: &&Tensor| if t.len() == 1 { t.floats().ok()?.first().copied() } else { None };
    region.constants(g).iter().filter_map(single).collect()
}

fn node(op: &str, opset: i64, attributes: &[(&str, Attribute)]) -> Node {
    let attributes = attributes.iter().map(|(name, a)| ((*name).to_string(), a.clone()));
    Node {
        op: op.into(),
        opset,
        attributes: attributes.collect::<BTreeMap<_, _>>(),
        ..Node::default()
    }
}

/// Functions without a free number first: one with it may be the same.
fn candidates(g: &Graph, region: &Region) -> Vec<Node> {
    let mut numbers = singles(g, region);
    numbers = numbers.iter().flat_map(|v| [*v, -v, 1.0 / v, 1.0 - v]).collect();
    numbers.retain(|v| v.is_finite() && *v != 0.0);
    let (mut plain, mut with_number) = (vec![], vec![]);
    for (op, written) in table::written() {
        match written {
            Written::Function(opset) => plain.push(node(op, opset, &[])),
            Written::Approximated(opset) => {
                let tanh = Attribute::Text("tanh".into());
                plain.extend([node(op, opset, &[]), node(op, opset, &[("approximate", tanh)])]);
            }
            Written::Alpha(opset, own) => {
                let alpha = |v: &f64| [("alpha", Attribute::Float(*v as f32))];
                with_number.extend(own.iter().chain(&numbers).map(|v| node(op, opset, &alpha(v))));
            }
            Written::No | Written::Rows(_) | Written::Normalization(_) => {}
        }
    }
    plain.extend(with_number);
    plain
}

/// The operator that a region of functions of each element is.
pub(super) fn find(g: &Graph, region: &Region, element: Element) -> Option<Found> {
    // Constants that differ from place to place are parameters, and no part of a function.
    if region.constants(g).iter().any(|t| t.len() != 1) {
        return None;
    }
    let points = grid(&singles(g, region))?;
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
        pairs.into_iter().all(|(x, (a, b))| same(*a, *b, *x) || far(*x) && !a.is_finite())
    };
    let node = candidates(g, region).into_iter().find(agrees)?;
    Some(Found { node, constants: vec![] })
}
