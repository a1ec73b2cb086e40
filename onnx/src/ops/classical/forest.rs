//! Trees in the program: the tables of the library's `Forest`.
//!
//! A branch compares an integer with a cut; strict and reversed comparisons, equality and sets are
//! made of x ≤ cut with the children in other places. The input of the graph that trees read has the
//! steps of 32-bit floats around its thresholds, so that a float stays on its side of each.

mod input;
mod leaves;
mod lower;
mod order;
mod tables;
mod thresholds;

pub(crate) use input::given;

use super::ensemble::{Aggregate, Ensemble};
use crate::context::{Converter, Expr, Operand, Visibility, each};
use crate::fault::{Fault, Import, refuse};
use crate::quantize::Fixed;
use crate::quantize::fixed::{exponent, power_of_two, to_integer, two_to};
use lower::{Grid, lower};
use ndarray::{ArrayD, IxDyn};
use num_bigint::BigInt;
use order::Row;
use zirc_compiler::Ratio;

/// Most nodes of all trees together, each with as many as the largest has.
const NODES: usize = 1 << 20;
/// Most nodes of one tree: the library's tables number them by 16 bits.
const OWN_NODES: usize = 1 << 16;
/// Most values of all nodes together, one for each output: files may name more outputs than leaves.
const VALUES: usize = 1 << 24;
/// Most bits of what leaves hold: files have them as machine words.
const WIDEST: u32 = 62;
/// Most bits that are added where outputs differ in size.
const APART: u32 = 64;
/// Bits of a base value.
const BASE_BITS: i32 = 24;
/// Least bits of what leaves hold: they are constants, which cost next to nothing.
const LEAF_BITS: u32 = 18;

/// Writes the sum of the trees' values for every row of x, with base values; the average divides by
/// the number of trees. Where leaves may be votes, those that are tied stay so.
pub(super) fn write(
    c: &mut Converter<'_>,
    hint: &str,
    (e, base): (&Ensemble, &[f64]),
    x: &Operand,
    votes: bool,
) -> Import<Operand> {
    let [rows, features] = x.shape[..] else {
        return refuse(format!("x has the shape {:?}, it must be a matrix", x.shape));
    };
    e.check_features(features)?;
    if c.visibility != Visibility::Const {
        return Err(Fault::new("trees cannot be private: the circuit follows their branches")
            .help("import it with constant weights"));
    }
    let grid = Grid::new(c, x)?;
    let (trees, depths): (Vec<_>, Vec<_>) = e.trees.iter().map(|t| lower(t, &grid)).unzip();
    let depth = depths.into_iter().max().unwrap_or(0).max(1);
    let ordered: Vec<Vec<Row>> = trees.iter().map(|t| order::rows(t)).collect();
    check_size(&ordered, e.targets)?;
    let t = tables::tables(&trees, &ordered, e.targets);
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
        Ok(c.raw_constant(&format!("{hint}_{part}"), shape, raw, scale)?.expr())
    };
    let list = [
        name("cuts", &[features, most], &cuts, &x.scale)?,
        name("feature", &shape, &t.feature, &one)?,
        name("cut", &shape, &t.cut, &one)?,
        name("left", &shape, &t.left, &one)?,
        name("right", &shape, &t.right, &one)?,
    ];
    let trees_of = if e.aggregate == Aggregate::Average { trees.len() } else { 1 };
    let values = ArrayD::from_shape_vec(IxDyn(&[shape[0], shape[1], e.targets]), t.value);
    let values = values.map_err(|e| Fault::new(e.to_string()))?;
    let value = leaves_of(c, &format!("{hint}_value"), &values, (trees.len(), votes))?;
    let forest = Expr::call("Forest", list.iter().chain([&value.expr()]));
    let largest = values.iter().fold(0.0, |m: f64, v| m.max(v.abs())) * trees.len() as f64;
    let row = each(&[rows], |i| {
        let x = x.expr().at(&[&i[0]]);
        if base.iter().all(|b| *b == 0.0) && trees_of != 1 {
            return Expr::call(&format!("random_forest::<{depth}>"), [&forest, &x]);
        }
        let base: Vec<Expr> = base.iter().map(|b| own_steps(*b, trees_of, largest)).collect();
        let call = format!("gradient_boosting::<{depth}>");
        let sum = Expr::call(&call, [&forest, &Expr::list(&base), &x]);
        if trees_of == 1 { sum } else { &sum / &Expr::int(trees_of as i64) }
    });
    c.local(hint, &row)
}

/// What the leaves of so many trees hold, as a weight: exact where they are votes and nobody has said otherwise.
fn leaves_of(
    c: &mut Converter<'_>,
    hint: &str,
    values: &ArrayD<f64>,
    (trees, votes): (usize, bool),
) -> Import<Operand> {
    let bits = (c.weight_bits().max(LEAF_BITS) + columns_apart(values)).min(WIDEST);
    let exact = (votes && !c.weights_decided()).then(|| leaves::exact(values, trees, bits));
    match exact.flatten() {
        Some((raw, step)) => c.raw_weight(hint, values.shape(), raw, &step),
        None => {
            let bits = c.own_weight_bits().unwrap_or(bits);
            c.weight_of(hint, values, None, bits)
        }
    }
}

/// Refuses trees whose tables would be too large.
fn check_size(trees: &[Vec<Row>], targets: usize) -> Import<()> {
    let most = trees.iter().map(Vec::len).max().unwrap_or(0);
    let all = most.saturating_mul(trees.len());
    let trees = trees.len();
    let fault = if most > OWN_NODES || all > NODES {
        Fault::new(format!("{trees} trees of up to {most} nodes are too many"))
    } else if all.saturating_mul(targets) > VALUES {
        let what = format!("{trees} trees of up to {most} nodes for {targets} outputs");
        Fault::new(format!("{what} have too many values: at most {VALUES} are possible"))
    } else {
        return Ok(());
    };
    Err(fault.help("limit the number of trees or their depth when they are trained"))
}

/// Bits by which the largest of all leaves is above the largest of any output: one step serves them all.
fn columns_apart(values: &ArrayD<f64>) -> u32 {
    let targets = values.shape().last().copied().unwrap_or(1);
    let mut largest = vec![0.0f64; targets];
    values.iter().enumerate().for_each(|(k, v)| {
        let own = &mut largest[k % targets];
        *own = own.max(v.abs());
    });
    let most = largest.iter().copied().fold(0.0, f64::max);
    let mut least = largest.iter().copied().filter(|m| *m > 0.0).fold(most, f64::min);
    let mut bits = 0;
    // A constant costs its bits once, in the sum's range.
    while least < most && bits < APART {
        least *= 2.0;
        bits += 1;
    }
    bits
}

/// A base value, as often as it is added, with the digits of a 32-bit float: leaves' steps may be too coarse for it.
/// What is nothing beside the largest sum of leaves is left out.
fn own_steps(v: f64, times: usize, largest: f64) -> Expr {
    let own = BASE_BITS - exponent(v.abs());
    let finest = WIDEST as i32 - 1 - exponent(largest + v.abs());
    let frac = own.min(finest).clamp(-Fixed::FARTHEST, Fixed::FARTHEST);
    let raw = to_integer(v * two_to(frac)) * times;
    Expr::number(&(Ratio::from(raw) * power_of_two(-frac)))
}

#[cfg(test)]
mod tests {
    use super::{Row, check_size, columns_apart};
    use ndarray::{ArrayD, IxDyn};

    #[test]
    fn outputs_count_too() {
        let trees = vec![vec![Row { node: 0, left: 0, right: 0 }; 6001]];
        assert!(check_size(&trees, 2000).is_ok());
        let e = check_size(&trees, 65535).unwrap_err();
        assert_eq!(
            e.message,
            "1 trees of up to 6001 nodes for 65535 outputs have too many values: at most 16777216 are possible"
        );
        let trees = vec![trees[0].clone(); 175];
        let e = check_size(&trees, 1).unwrap_err();
        assert_eq!(e.message, "175 trees of up to 6001 nodes are too many");
    }

    #[test]
    fn outputs_of_different_sizes() {
        let of = |values: Vec<f64>, targets: usize| {
            columns_apart(
                &ArrayD::from_shape_vec(IxDyn(&[1, values.len() / targets, targets]), values)
                    .unwrap(),
            )
        };
        // 10^10 is a little more than 2^33.
        assert_eq!(of(vec![1e6, 1.0, -1e-4, -5e5, 0.5, 0.0], 3), 34);
        assert_eq!(of(vec![3.0, -1.0, 2.0], 1), 0);
        // What is 0 everywhere needs no step.
        assert_eq!(of(vec![4.0, 0.0, 1.0, 0.0], 2), 0);
        assert_eq!(of(vec![0.0, 0.0], 2), 0);
        assert_eq!(of(vec![1e300, 1e-300], 2), 64);
    }
}
