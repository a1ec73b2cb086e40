//! Functions of rows: softmax and normalizations, on numbers of no order.

use super::region::{Region, apply};
use super::work::Work;
use super::{Found, same, turning_points};
use crate::context::Written;
use crate::graph::{Attribute, Graph, Node};
use crate::table;
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};
use std::collections::BTreeMap;

/// Most elements that are tried.
const ELEMENTS: usize = 1 << 16;
/// Elements of a tensor that is tried as it is.
const WHOLE: usize = 1 << 12;
/// Sizes of the numbers that are tried: the ε of a normalization shows among small ones.
const SIZES: [f64; 3] = [1.0, 0.004, 20.0];

/// Most elements that are tried at sizes of a region's own, all together.
const OWN: usize = 1 << 23;

/// Numbers of a size that look like chance, and are the same everywhere.
fn numbers(shape: &[usize], element: Element, size: f64) -> Tensor {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let one = |_: ndarray::Dim<ndarray::IxDynImpl>| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as f64 / f64::from(1u32 << 31) * 2.0 - 0.9) * size
    };
    Tensor::float(element, ArrayD::from_shape_fn(IxDyn(shape), one))
}

fn node(op: &str, opset: i64, axis: usize, epsilon: Option<f64>) -> Node {
    let mut attributes = BTreeMap::from([("axis".to_string(), Attribute::Int(axis as i64))]);
    attributes.extend(epsilon.map(|e| ("epsilon".to_string(), Attribute::Float(e as f32))));
    Node { op: op.into(), opset, attributes, ..Node::default() }
}

/// Operators, with the scale that a normalization has.
fn candidates(
    g: &Graph,
    region: &Region,
    shape: &[usize],
    element: Element,
) -> Vec<(Node, Option<Tensor>)> {
    let last = shape.len() - 1;
    let ones = Tensor::float(element, ArrayD::from_elem(IxDyn(&shape[last..]), 1.0));
    let single = |t: &&Tensor| if t.len() == 1 { t.floats().ok()?.first().copied() } else { None };
    let small = |v: &f64| *v > 0.0 && *v < 0.1;
    let constants = region.constants(g);
    let epsilons = constants.iter().filter_map(single).filter(small).chain([0.0]);
    let mut all = vec![];
    for (op, written) in table::written() {
        match written {
            Written::Rows(opset) => {
                all.extend((0..=last).rev().map(|axis| (node(op, opset, axis, None), None)));
            }
            Written::Normalization(opset) => {
                let one = |e| (node(op, opset, last, Some(e)), Some(ones.clone()));
                all.extend(epsilons.clone().map(one));
            }
            Written::No | Written::Function(_) | Written::Approximated(_) | Written::Alpha(..) => {}
        }
    }
    all
}

/// The operator that a region of reductions along rows is.
pub(super) fn find(g: &Graph, region: &Region, x: &Tensor, work: &mut Work) -> Option<Found> {
    let shape = x.shape();
    let count = region.nodes.iter().filter(|k| table::reduces(&g.nodes[**k])).count();
    if shape.is_empty() || x.len() == 0 || !(1..=3).contains(&count) {
        return None;
    }
    // Rows are alike: of the other dimensions two places are enough, but for what goes along one of them, which
    // has its own size. Of a mean of two, two are a sum.
    let whole = shape;
    let (last, others) = shape.split_last()?;
    let cut: Vec<usize> = others.iter().map(|s| *s.min(&2)).chain([*last]).collect();
    let shape = if x.len() <= WHOLE { whole } else { cut.as_slice() };
    if shape.iter().product::<usize>() > ELEMENTS {
        return None;
    }
    let parameters = region.constants(g).iter().any(|t| t.len() != 1);
    if parameters || shape[shape.len() - 1] < 2 {
        return None;
    }
    let mut left = candidates(g, region, shape, x.element);
    let uncut = |n: &Node| match n.int("axis") {
        Ok(Some(axis)) => usize::try_from(axis).is_ok_and(|a| shape.get(a) == whole.get(a)),
        _ => false,
    };
    left.retain(|(n, _)| uncut(n));
    keep(&mut left, g, region, (x.element, shape, &SIZES), work)?;
    if left.is_empty() {
        return None;
    }
    let single = |t: &&Tensor| if t.len() == 1 { t.floats().ok()?.first().copied() } else { None };
    let constants: Vec<f64> = region.constants(g).iter().filter_map(single).collect();
    let own = turning_points(&constants);
    if own.len() * 2 * shape.iter().product::<usize>() > OWN {
        return None;
    }
    let own: Vec<f64> = own.iter().flat_map(|v| [0.5 * v, 2.0 * v]).collect();
    keep(&mut left, g, region, (x.element, shape, &own), work)?;
    let (node, scale) = left.into_iter().next()?;
    Some(Found { node, constants: scale.map(|t| ("scale", t)).into_iter().collect() })
}

/// Leaves the operators that give what a region gives for numbers of these sizes.
fn keep(
    left: &mut Vec<(Node, Option<Tensor>)>,
    g: &Graph,
    region: &Region,
    (element, shape, sizes): (Element, &[usize], &[f64]),
    work: &mut Work,
) -> Option<()> {
    let count = shape.iter().product::<usize>();
    for size in sizes {
        if left.is_empty() {
            break;
        }
        let given = numbers(shape, element, *size);
        work.computed((region.nodes.len() + left.len()) * count);
        let is = region.run(g, given.clone(), false)?;
        let is = is.floats().ok().filter(|a| a.shape() == shape)?.clone();
        left.retain(|(n, scale)| {
            let inputs: Vec<&Tensor> = [&given].into_iter().chain(scale).collect();
            let y = apply(n, &inputs);
            let Some(Ok(y)) = y.as_ref().map(Tensor::floats) else { return false };
            is.iter().zip(y.iter()).all(|(a, b)| same(*a, *b, 1.0))
        });
    }
    Some(())
}
