//! Where a region may change its mind: where one of its tensors passes 0, or one that a node reads passes another.
//!
//! A function of straight pieces has its corners there, a comparison its steps, and a narrow peak its middle. They
//! are found by halving between neighbours of a grid on either side, to the last digit; points that are found are
//! neighbours for others, as what passes 0 twice between two points does so on either side of a corner.

use super::region::Region;
use super::work::Work;
use crate::graph::Graph;
use crate::tensor::{Element, Tensor, Values};
use ndarray::{ArrayD, IxDyn};
use std::collections::BTreeMap;

/// Rounds, and most places that are looked for in one.
const ROUNDS: usize = 4;
const MOST: usize = 512;
/// Halvings from a whole grid down to the last digit of a double, near 0 too.
const HALVINGS: usize = 80;
/// How far to either side a place is tried, beside its size.
const BESIDE: [f64; 3] = [1e-9, 1e-6, 1e-3];

/// Points around all places at which something changes sign between neighbours of `points`, which ascend, and halfway
/// from one to the next; `None` if there are too many.
pub(super) fn breaks(
    g: &Graph,
    region: &Region,
    (element, mut points): (Element, Vec<f64>),
    work: &mut Work,
) -> Option<Vec<f64>> {
    let mut found: Vec<f64> = vec![];
    for _ in 0..ROUNDS {
        points.dedup();
        let open = brackets(&signals(g, region, (element, &points), work)?, &points);
        if open.len() > MOST {
            return None;
        }
        let places = halve(g, region, element, open, work)?;
        let new: Vec<f64> = places.into_iter().filter(|p| !found.contains(p)).collect();
        if new.is_empty() {
            break;
        }
        found.extend(&new);
        let beside = |p: &f64| BESIDE.map(|d| [p - d * p.abs().max(d), p + d * p.abs().max(d)]);
        points.extend(new.iter().flat_map(beside).flatten().chain(new.iter().copied()));
        points.sort_by(f64::total_cmp);
    }
    found.sort_by(f64::total_cmp);
    let between: Vec<f64> = found.windows(2).map(|w| w[0].midpoint(w[1])).collect();
    points.extend(between);
    Some(points)
}

/// What may change its sign, for each point: tensors, and differences of two that one node reads.
fn signals(
    g: &Graph,
    region: &Region,
    (element, points): (Element, &[f64]),
    work: &mut Work,
) -> Option<Vec<Vec<f64>>> {
    work.computed(region.nodes.len() * points.len());
    let x = ArrayD::from_shape_vec(IxDyn(&[points.len()]), points.to_vec()).ok()?;
    let values = region.run_all(g, Tensor::float(element, x), true)?;
    let list = |t: &Tensor| -> Option<Vec<f64>> {
        let one = |v: f64| if matches!(t.values, Values::Bool(_)) { v - 0.5 } else { v };
        let a = t.to_floats().ok()?;
        let scalar = a.len() == 1;
        let all: Vec<f64> = a.iter().map(|v| one(*v)).collect();
        match scalar {
            true => Some(vec![all[0]; points.len()]),
            false => (all.len() == points.len()).then_some(all),
        }
    };
    let lists: BTreeMap<&String, Vec<f64>> =
        values.iter().filter_map(|(name, t)| Some((name, list(t)?))).collect();
    let mut all: Vec<Vec<f64>> = lists.values().cloned().collect();
    for n in region.nodes.iter().map(|k| &g.nodes[*k]) {
        let constant = |i: &String| list(g.initializers.get(i)?);
        let read = n.inputs.iter().filter_map(|i| lists.get(i).cloned().or_else(|| constant(i)));
        let read: Vec<Vec<f64>> = read.collect();
        for (k, a) in read.iter().enumerate() {
            all.extend(read[k + 1..].iter().map(|b| a.iter().zip(b).map(|(a, b)| a - b).collect()));
        }
    }
    Some(all)
}

/// A signal, and two points on either side of where it changes its sign.
#[derive(Clone, Copy, Debug)]
struct Bracket {
    signal: usize,
    low: f64,
    high: f64,
    /// Whether it is negative at the lower one.
    negative: bool,
}

fn brackets(signals: &[Vec<f64>], points: &[f64]) -> Vec<Bracket> {
    let of = |(signal, values): (usize, &Vec<f64>)| {
        let pairs = values.windows(2).zip(points.windows(2));
        let changes = pairs.filter(|(v, _)| v[0] < 0.0 && v[1] > 0.0 || v[0] > 0.0 && v[1] < 0.0);
        let bracket = move |(v, p): (&[f64], &[f64])| Bracket {
            signal,
            low: p[0],
            high: p[1],
            negative: v[0] < 0.0,
        };
        changes.map(bracket).collect::<Vec<_>>()
    };
    signals.iter().enumerate().flat_map(of).collect()
}

/// The places in brackets, on both sides to the last digit.
fn halve(
    g: &Graph,
    region: &Region,
    element: Element,
    mut open: Vec<Bracket>,
    work: &mut Work,
) -> Option<Vec<f64>> {
    let mut places = vec![];
    for _ in 0..HALVINGS {
        // What has no number between its ends is found.
        let (done, rest): (Vec<Bracket>, Vec<Bracket>) = open.into_iter().partition(|b| {
            let middle = b.low.midpoint(b.high);
            middle <= b.low || middle >= b.high
        });
        places.extend(done.iter().flat_map(|b| [b.low, b.high]));
        open = rest;
        if open.is_empty() {
            break;
        }
        let middles: Vec<f64> = open.iter().map(|b| b.low.midpoint(b.high)).collect();
        let found = signals(g, region, (element, &middles), work)?;
        for (k, b) in open.iter_mut().enumerate() {
            let v = *found.get(b.signal)?.get(k)?;
            if v == 0.0 || v.is_nan() {
                places.push(middles[k]);
                (b.low, b.high) = (middles[k], middles[k]);
            } else if (v < 0.0) == b.negative {
                b.low = middles[k];
            } else {
                b.high = middles[k];
            }
        }
    }
    places.extend(open.iter().flat_map(|b| [b.low, b.high]));
    places.sort_by(f64::total_cmp);
    places.dedup();
    Some(places)
}
