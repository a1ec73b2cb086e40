//! Trees in the program: the tables of the library's `Forest`.
//!
//! A branch compares an integer with a cut; strict and reversed comparisons, equality and sets are
//! made of x ≤ cut with the children in other places. The input of the graph that trees read has a
//! step in which the thresholds of every feature are apart; a threshold is rounded like the input,
//! so that an x that is equal to a threshold stays so.

use super::ensemble::{Aggregate, Ensemble, Step, Test};
use crate::number::Ratio;
use crate::onnx::convert::{Converter, Operand, Visibility, each};
use crate::onnx::fault::{Fault, Import, refuse};
use crate::onnx::graph::Graph;
use crate::quantize::fixed::two_to;
use crate::quantize::{Fixed, Range};
use ndarray::{ArrayD, IxDyn};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::collections::{BTreeMap, BTreeSet};

/// Most leaves of all trees, if each had all that its depth allows.
const LEAVES: u64 = 1 << 18;
/// Least bits of what leaves hold: they are constants, which cost next to nothing.
const LEAF_BITS: u32 = 18;
/// Steps between the closest thresholds of a feature.
const APART: f64 = 8.0;
/// Most bits of an input that trees read.
const WIDEST: u32 = 40;

/// A node of a tree over integers; children come before their parent.
enum Flat {
    Branch { feature: usize, cut: i64, left: usize, right: usize },
    Leaf(Vec<(usize, f64)>),
}

/// Where the steps of x cut the line of real numbers.
struct Grid {
    step: f64,
    /// Thresholds are rounded as x was.
    rounded: bool,
    lo: i64,
    hi: i64,
}

impl Grid {
    fn new(c: &Converter<'_>, x: &Operand) -> Import<Grid> {
        match (x.scale.to_f64(), x.lo.to_i64(), x.hi.to_i64()) {
            (Some(step), Some(lo), Some(hi)) if step > 0.0 => {
                let rounded = c.graph.inputs.iter().any(|i| i.name == x.tensor);
                Ok(Grid { step, rounded, lo, hi })
            }
            _ => refuse("what the trees read has too many bits"),
        }
    }

    /// The largest integer that stands for a number up to t, and that for one below t.
    fn cuts(&self, t: f64) -> (i64, i64) {
        let v = t / self.step;
        let (most, below) = if self.rounded {
            (v.round_ties_even(), v.round_ties_even() - 1.0)
        } else {
            (v.floor(), v.ceil() - 1.0)
        };
        let cut = |v: f64| (v as i64).clamp(self.lo.saturating_sub(1), self.hi);
        (cut(most), cut(below))
    }

    /// Cuts in ascending order and, between them, whether a test holds.
    fn regions(&self, t: &Test) -> (Vec<i64>, Vec<bool>) {
        let mut cuts = vec![];
        let mut holds = vec![];
        match t {
            Test::AtMost(t) => (cuts, holds) = (vec![self.cuts(*t).0], vec![true, false]),
            Test::Below(t) => (cuts, holds) = (vec![self.cuts(*t).1], vec![true, false]),
            Test::AtLeast(t) => (cuts, holds) = (vec![self.cuts(*t).1], vec![false, true]),
            Test::Above(t) => (cuts, holds) = (vec![self.cuts(*t).0], vec![false, true]),
            _ => {
                for t in t.values() {
                    let (most, below) = self.cuts(*t);
                    cuts.extend([below, most]);
                    holds.extend([false, true]);
                }
                holds.push(false);
            }
        }
        if matches!(t, Test::Unequal(_)) {
            holds.iter_mut().for_each(|h| *h = !*h);
        }
        // An empty region has no integers.
        let mut k = 1;
        while k < cuts.len() {
            if cuts[k] <= cuts[k - 1] {
                cuts.remove(k);
                holds.remove(k);
            } else {
                k += 1;
            }
        }
        (cuts, holds)
    }
}

/// A tree over integers, with its root last, and the length of its longest path.
fn lower(tree: &[Step], grid: &Grid) -> (Vec<Flat>, u32) {
    let mut flat: Vec<Flat> = vec![];
    let mut depth: Vec<u32> = vec![];
    let mut at = vec![0; tree.len()];
    // Children come behind their parent, so that the last node is done first.
    for (k, step) in tree.iter().enumerate().rev() {
        match step {
            Step::Leaf(values) => {
                flat.push(Flat::Leaf(values.clone()));
                depth.push(0);
            }
            Step::Branch { feature, test, yes, no } => {
                let (cuts, holds) = grid.regions(test);
                let child = |h: &bool| if *h { at[*yes] } else { at[*no] };
                let mut parts: Vec<usize> = holds.iter().map(child).collect();
                // Neighbouring regions are joined by the cut between them, level by level.
                let mut cuts = cuts;
                while parts.len() > 1 {
                    let (mut joined, mut left) = (vec![], vec![]);
                    for (pair, cut) in parts.chunks(2).zip(0..) {
                        match pair {
                            [a, b] => {
                                let cut = cuts[2 * cut];
                                let (feature, left, right) = (*feature, *a, *b);
                                flat.push(Flat::Branch { feature, cut, left, right });
                                depth.push(1 + depth[*a].max(depth[*b]));
                                joined.push(flat.len() - 1);
                            }
                            one => joined.extend(one),
                        }
                    }
                    left.extend(cuts.iter().skip(1).step_by(2).copied());
                    (parts, cuts) = (joined, left);
                }
                at[k] = parts[0];
                continue;
            }
        }
        at[k] = flat.len() - 1;
    }
    let root = at.first().copied().unwrap_or(0);
    let longest = depth.get(root).copied().unwrap_or(0);
    if root + 1 < flat.len() {
        flat.truncate(root + 1);
    }
    (flat, longest)
}

/// The tables of trees.
struct Tables {
    cuts: BTreeMap<usize, Vec<i64>>,
    nodes: usize,
    feature: Vec<i64>,
    cut: Vec<i64>,
    left: Vec<i64>,
    right: Vec<i64>,
    value: Vec<f64>,
}

fn tables(trees: &[Vec<Flat>], targets: usize) -> Tables {
    let mut sets: BTreeMap<usize, BTreeSet<i64>> = BTreeMap::new();
    for node in trees.iter().flatten() {
        if let Flat::Branch { feature, cut, .. } = node {
            sets.entry(*feature).or_default().insert(*cut);
        }
    }
    let cuts: BTreeMap<usize, Vec<i64>> =
        sets.into_iter().map(|(f, s)| (f, s.into_iter().collect())).collect();
    let nodes = trees.iter().map(Vec::len).max().unwrap_or(1);
    let mut t = Tables {
        cuts,
        nodes,
        feature: vec![],
        cut: vec![],
        left: vec![],
        right: vec![],
        value: vec![],
    };
    for tree in trees {
        // The root is first in the library.
        let last = tree.len().saturating_sub(1);
        for k in 0..nodes {
            let own = (k as i64, k as i64);
            let node = last.checked_sub(k).and_then(|at| tree.get(at));
            let (feature, cut, (left, right)) = match node {
                Some(Flat::Branch { feature, cut, left, right }) => {
                    let place = t.cuts.get(feature).and_then(|c| c.binary_search(cut).ok());
                    let children = ((last - left) as i64, (last - right) as i64);
                    (*feature as i64, place.unwrap_or(0) as i64, children)
                }
                _ => (0, 0, own),
            };
            t.feature.push(feature);
            t.cut.push(cut);
            t.left.push(left);
            t.right.push(right);
            let mut row = vec![0.0; targets];
            if let Some(Flat::Leaf(values)) = node {
                values.iter().for_each(|(o, v)| row[*o] += v);
            }
            t.value.extend(row);
        }
    }
    t
}

/// Writes the sum of the trees' values for every row of x, with base values; the average divides by
/// the number of trees.
pub(super) fn write(
    c: &mut Converter<'_>,
    hint: &str,
    e: &Ensemble,
    base: &[f64],
    x: &Operand,
) -> Import<Operand> {
    let [rows, features] = x.shape[..] else {
        return refuse(format!("x has the shape {:?}, it must be a matrix", x.shape));
    };
    e.check_features(features)?;
    if c.visibility == Visibility::Private {
        return Err(Fault::new("trees cannot be private: the circuit follows their branches")
            .help("import it with constant weights"));
    }
    let grid = Grid::new(c, x)?;
    let (trees, depths): (Vec<_>, Vec<_>) = e.trees.iter().map(|t| lower(t, &grid)).unzip();
    let depth = depths.into_iter().max().unwrap_or(0).max(1);
    let all = 1u64.checked_shl(depth).and_then(|n| n.checked_mul(trees.len() as u64));
    if depth > 24 || all.is_none_or(|n| n > LEAVES) {
        let fault =
            Fault::new(format!("{} trees with paths of {depth} steps are too many", trees.len()));
        return Err(fault.help("limit the depth of the trees when they are trained"));
    }
    let t = tables(&trees, e.targets);
    let most = t.cuts.values().map(Vec::len).max().unwrap_or(1).max(1);
    let mut cuts = vec![];
    for f in 0..features {
        let own = t.cuts.get(&f).map_or(&[][..], Vec::as_slice);
        cuts.extend(own.iter().copied().chain(std::iter::repeat(grid.hi)).take(most));
    }
    let one = Ratio::from_integer(BigInt::from(1));
    let shape = [trees.len(), t.nodes];
    let mut name = |part: &str, shape: &[usize], list: &[i64], scale: &Ratio| {
        let raw = list.iter().map(|v| BigInt::from(*v)).collect();
        Ok(c.raw_constant(&format!("{hint}_{part}"), shape, raw, scale)?.text)
    };
    let list = [
        name("cuts", &[features, most], &cuts, &x.scale)?,
        name("feature", &shape, &t.feature, &one)?,
        name("cut", &shape, &t.cut, &one)?,
        name("left", &shape, &t.left, &one)?,
        name("right", &shape, &t.right, &one)?,
    ];
    let count = if e.aggregate == Aggregate::Average { trees.len() as f64 } else { 1.0 };
    let values = ArrayD::from_shape_vec(IxDyn(&[shape[0], shape[1], e.targets]), t.value);
    let values = values.map_err(|e| Fault::new(e.to_string()))?;
    let bits = c.weight_bits().max(LEAF_BITS);
    let value = c.weight_of(&format!("{hint}_value"), &values, None, bits)?;
    let forest = format!("Forest({}, {})", list.join(", "), value.text);
    let row = each(&[rows], |i| {
        let x = format!("{}[{}]", x.text, i[0]);
        if base.iter().all(|b| *b == 0.0) && count != 1.0 {
            return format!("random_forest::<{depth}>({forest}, {x})");
        }
        let base: Vec<String> = base.iter().map(|b| base_text(b * count, &value.scale)).collect();
        let call = format!("gradient_boosting::<{depth}>({forest}, [{}], {x})", base.join(", "));
        if count == 1.0 { call } else { format!("({call}) / {count}") }
    });
    c.local(hint, &row)
}

/// A base value in the steps of the leaves.
fn base_text(v: f64, scale: &Ratio) -> String {
    let raw = crate::quantize::fixed::to_integer(v / scale.to_f64().unwrap_or(1.0));
    let v = Ratio::from(raw) * scale;
    if v.is_integer() {
        format!("({})", v.numer())
    } else {
        format!("({} / {})", v.numer(), v.denom())
    }
}

/// The type of an input of the graph that only trees read: its step keeps the thresholds of each
/// feature apart.
pub(crate) fn given(g: &Graph, name: &str, seen: Option<&Range>) -> Option<Fixed> {
    let mut thresholds: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for n in g.nodes.iter().filter(|n| n.inputs.iter().any(|i| i == name)) {
        let e = super::trees::ensemble(n).ok()?;
        for (f, t) in e.branches() {
            thresholds.entry(f).or_default().extend(t.values());
        }
    }
    let mut gap = f64::INFINITY;
    let (mut lo, mut hi) = seen.map_or((0.0, 0.0), |r| (r.lo, r.hi));
    for list in thresholds.values_mut() {
        list.sort_by(f64::total_cmp);
        list.dedup();
        let pairs = list.windows(2).map(|p| p[1] - p[0]);
        // A threshold alone is apart from 0.
        let alone = list.iter().filter(|t| **t != 0.0).map(|t| t.abs() / 256.0);
        gap = pairs.chain(alone).fold(gap, f64::min);
        let (first, last) = (list.first()?, list.last()?);
        if seen.is_none() {
            // As far again on both sides.
            (lo, hi) = (lo.min(-2.0 * last.abs().max(first.abs())), hi.max(2.0 * last.abs()));
        }
        (lo, hi) = (lo.min(*first), hi.max(*last));
    }
    if seen.is_some() {
        // Room for what calibration did not see.
        (lo, hi) = (2.0 * lo, 2.0 * hi);
    }
    if !gap.is_finite() || thresholds.is_empty() {
        return None;
    }
    let mut frac = 0;
    while two_to(-frac) > gap / APART && frac < WIDEST as i32 {
        frac += 1;
    }
    while frac > -64 && two_to(-(frac - 1)) <= gap / APART {
        frac -= 1;
    }
    let widest = Fixed::holding(lo, hi, WIDEST);
    let bits = WIDEST as i32 - (widest.frac - frac);
    let bits = u32::try_from(bits).ok()?.clamp(2, WIDEST);
    Some(Fixed { signed: widest.signed, bits, frac: frac.min(widest.frac) })
}
