//! Functions of each element: those that operators compute, on a grid of numbers.
//!
//! Most regions are nothing that an operator computes, and a few numbers tell. What is the same on them is tried on
//! all of a grid, and where the region may change its mind.

use super::breaks::breaks;
use super::region::{Region, apply};
use super::work::Work;
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
/// The few numbers that are tried first.
const FEW: [f64; 16] =
    [-9.3, -6.1, -4.4, -3.2, -2.1, -1.3, -0.7, -0.04, 0.05, 0.33, 0.8, 1.9, 2.6, 3.3, 4.7, 8.9];

/// Numbers that are tried; `None` where there are too many constants to look at each.
fn grid(constants: &[f64]) -> Option<Vec<f64>> {
    let near = (-STEPS..=STEPS).flat_map(|k| [f64::from(k) / 16.0, f64::from(k) / 16.0 + 0.0137]);
    let powers = POWERS.iter().flat_map(|p| [1.0, 2.2, 4.7].map(|v| v * p));
    let own = turning_points(constants);
    let own = own.iter().flat_map(|v| [0.5, 0.99, 1.0, 1.01, 2.0].map(|k| k * v));
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

fn list(element: Element, numbers: &[f64]) -> Option<Tensor> {
    let a = ArrayD::from_shape_vec(IxDyn(&[numbers.len()]), numbers.to_vec()).ok()?;
    Some(Tensor::float(element, a))
}

/// What an operator gives for the few numbers.
type OfFew = Option<Vec<f64>>;

/// Operators as they were tried on the few numbers: each once, however many regions there are.
pub(super) struct Functions {
    /// Those without a free number.
    plain: Vec<(Node, OfFew)>,
    with_number: Vec<WithNumber>,
}

/// An operator with a free number.
struct WithNumber {
    op: &'static str,
    opset: i64,
    /// Numbers that are tried whatever the constants are.
    own: &'static [f64],
    /// What it gave for numbers, by their bits.
    known: BTreeMap<u32, OfFew>,
}

impl WithNumber {
    fn node(&self, number: f64) -> Node {
        node(self.op, self.opset, &[("alpha", Attribute::Float(number as f32))])
    }
}

impl Functions {
    pub(super) fn new(work: &mut Work) -> Functions {
        let mut all = Functions { plain: vec![], with_number: vec![] };
        for (op, written) in table::written() {
            match written {
                Written::Function(opset) => all.add(node(op, opset, &[]), work),
                Written::Approximated(opset) => {
                    let tanh = Attribute::Text("tanh".into());
                    all.add(node(op, opset, &[]), work);
                    all.add(node(op, opset, &[("approximate", tanh)]), work);
                }
                Written::Alpha(opset, own) => {
                    all.with_number.push(WithNumber { op, opset, own, known: BTreeMap::new() });
                }
                Written::No | Written::Rows(_) | Written::Normalization(_) => {}
            }
        }
        all
    }

    fn add(&mut self, n: Node, work: &mut Work) {
        let few = of_few(&n, work);
        self.plain.push((n, few));
    }

    /// Operators that are as a region on the few numbers. Those without a free number come first: one with it may
    /// be the same.
    fn alike(&mut self, is: &[f64], constants: &[f64], work: &mut Work) -> Vec<Node> {
        let few = |found: &OfFew| found.as_ref().is_some_and(|y| agree(&FEW, is, y));
        let plain = self.plain.iter().filter(|(_, found)| few(found));
        let mut all: Vec<Node> = plain.map(|(n, _)| n.clone()).collect();
        let numbers = constants.iter().flat_map(|v| [*v, -v, 1.0 / v, 1.0 - v]);
        let numbers: Vec<f64> = numbers.filter(|v| v.is_finite() && *v != 0.0).collect();
        for operator in &mut self.with_number {
            for v in operator.own.iter().chain(&numbers) {
                let bits = (*v as f32).to_bits();
                let found = match operator.known.get(&bits) {
                    Some(found) => few(found),
                    None => {
                        let found = of_few(&operator.node(*v), work);
                        let alike = few(&found);
                        operator.known.insert(bits, found);
                        alike
                    }
                };
                if found {
                    all.push(operator.node(*v));
                }
            }
        }
        all
    }
}

fn of_few(n: &Node, work: &mut Work) -> OfFew {
    work.computed(FEW.len());
    let y = apply(n, &[&list(Element::Float, &FEW)?])?;
    Some(y.floats().ok()?.iter().copied().collect())
}

/// Whether numbers are those of a region. What is written out may overflow far away, where the operator does not.
fn agree(points: &[f64], is: &[f64], y: &[f64]) -> bool {
    let far = |v: f64| v.abs() > f64::from(STEPS) / 16.0 + 1.0;
    let pairs = points.iter().zip(is.iter().zip(y));
    pairs.into_iter().all(|(x, (a, b))| same(*a, *b, *x) || far(*x) && !a.is_finite())
}

/// What a region gives for numbers.
fn given(
    g: &Graph,
    region: &Region,
    (element, points): (Element, &[f64]),
    work: &mut Work,
) -> Option<Vec<f64>> {
    work.computed(region.nodes.len() * points.len());
    let y = region.run(g, list(element, points)?, true)?;
    let y = y.floats().ok().filter(|a| a.shape() == [points.len()])?;
    Some(y.iter().copied().collect())
}

/// The operator that a region of functions of each element is.
pub(super) fn find(
    g: &Graph,
    region: &Region,
    element: Element,
    (functions, work): (&mut Functions, &mut Work),
) -> Option<Found> {
    // Constants that differ from place to place are parameters, and no part of a function.
    if region.constants(g).iter().any(|t| t.len() != 1) {
        return None;
    }
    let constants = singles(g, region);
    let few = given(g, region, (element, &FEW), work)?;
    let mut alike = functions.alike(&few, &constants, work);
    if alike.is_empty() {
        return None;
    }
    let mut points = grid(&constants)?;
    keep(&mut alike, g, region, (element, &points), work)?;
    if alike.is_empty() {
        return None;
    }
    points.sort_by(f64::total_cmp);
    let own = breaks(g, region, (element, points), work)?;
    keep(&mut alike, g, region, (element, &own), work)?;
    let node = alike.into_iter().next()?;
    Some(Found { node, constants: vec![] })
}

/// Leaves the operators that give what a region gives.
fn keep(
    alike: &mut Vec<Node>,
    g: &Graph,
    region: &Region,
    (element, points): (Element, &[f64]),
    work: &mut Work,
) -> Option<()> {
    let is = given(g, region, (element, points), work)?;
    let x = list(element, points)?;
    alike.retain(|n| {
        work.computed(points.len());
        let y = apply(n, &[&x]);
        let y: Option<Vec<f64>> =
            y.as_ref().and_then(|y| Some(y.floats().ok()?.iter().copied().collect()));
        y.is_some_and(|y| agree(points, &is, &y))
    });
    Some(())
}
