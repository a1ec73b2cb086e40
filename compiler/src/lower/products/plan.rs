//! Which strategy is predicted to prove sums of products fastest.

use super::ROOM;
use super::bounds::Interval;
use super::column::{self, Column};
use super::random;
use super::shape::{Role, Shape};
use crate::draft::Draft;
use crate::estimate::{self, Estimate};
use crate::options::{Products, Round};
use num_traits::One;
use zirc_circuit::Int;

/// Bits of a looked up piece, where a range is looked up: what the cost of a range is predicted by before the
/// width of tables is known.
const PIECE: usize = 12;

/// How one sum is proved.
#[derive(Clone, Debug)]
pub(super) enum Plan {
    Packed(Packing),
    /// At a random point, rows one by one or several in a number.
    Random(Box<Column>, Option<Packing>),
}

/// Rows in one number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Packing {
    /// The least that a sum is held to.
    pub(super) lo: Int,
    /// Whether other constraints hold sums to lo..lo + 2^bits.
    pub(super) held: bool,
    /// Bits for each sum.
    pub(super) bits: usize,
    /// Rows in each number.
    pub(super) rows: usize,
}

impl Plan {
    /// How many powers of the challenge it needs, if it needs any.
    pub(super) fn powers(&self) -> Option<usize> {
        match self {
            Plan::Packed(_) => None,
            Plan::Random(column, _) => Some(column.powers()),
        }
    }
}

/// The cheapest plan, in the direction it is for; `None` to leave every product as it is.
pub(super) fn choose(
    d: &Draft,
    shape: &Shape,
    held: Option<Interval>,
    round: Round,
    wanted: Option<Products>,
) -> Option<(Shape, Plan)> {
    let turned = shape.transposed();
    let mut plans: Vec<(Estimate, &Shape, Plan)> = vec![];
    for s in [shape, &turned] {
        let packings: Vec<Packing> =
            [None, held.as_ref()].into_iter().filter_map(|held| packing(d, s, held)).collect();
        for p in &packings {
            plans.push((packed(s, round, p), s, Plan::Packed(p.clone())));
        }
        let column = column::column(d, s).filter(|_| round != Round::None);
        for p in packings.into_iter().map(Some).chain([None]) {
            let Some(column) = &column else { break };
            let cost = random::estimate(s, column, p.as_ref());
            let cost = cost.and(p.as_ref().map_or_else(Estimate::default, |p| range(s, round, p)));
            plans.push((cost, s, Plan::Random(Box::new(column.clone()), p)));
        }
    }
    let kind = |p: &Plan| match p {
        Plan::Packed(_) => Products::Packed,
        Plan::Random(..) => Products::Random,
    };
    match (wanted, round) {
        (Some(wanted), _) => plans.retain(|(_, _, p)| kind(p) == wanted),
        // Tests see what has no other way to be seen in small circuits.
        (None, Round::Everywhere) => plans.retain(|(_, _, p)| kind(p) == Products::Random),
        (None, Round::None | Round::WhereCheaper | Round::Shared) => {
            let single = single(d, shape);
            plans.retain(|(e, ..)| e.cheaper_than(&single));
        }
    }
    let best = plans.into_iter().reduce(|a, b| if b.0.cheaper_than(&a.0) { b } else { a });
    best.map(|(_, s, plan)| (s.clone(), plan))
}

/// A constraint for each product.
fn single(d: &Draft, s: &Shape) -> Estimate {
    let product = d.tensor(s.product);
    let bound = product.interval.as_ref().map_or_else(field, |(lo, hi)| hi.clone().max(-lo));
    Estimate::products(product.len(), &bound)
}

/// More than fits anything but the field.
fn field() -> Int {
    Int::one() << 253
}

/// As many rows in a number as have room in it; `None` for fewer than two, or sums that have no interval.
/// `held` is an interval that sums lie in by other constraints.
fn packing(d: &Draft, s: &Shape, held: Option<&Interval>) -> Option<Packing> {
    let [_, m, _, k] = s.sizes();
    let (lo, hi) = d.tensor(s.product).interval.as_ref()?;
    let (mut lo, mut hi) = (lo * k, hi * k);
    if let Some((least, most)) = held {
        (lo, hi) = (lo.min(least.clone()), hi.max(most.clone()));
    }
    // Two at least, so that a range is digits.
    let bits = (hi - &lo).bits().max(2);
    let bits = usize::try_from(bits).ok()?;
    let most = (ROOM / bits).min(m);
    // As few numbers as before, filled evenly.
    let numbers = m.checked_div(most)? + usize::from(m % most > 0);
    let rows = m.div_ceil(numbers.max(1));
    (rows > 1).then_some(Packing { lo, held: held.is_some(), bits, rows })
}

/// The ranges of sums, where nothing else holds them.
fn range(s: &Shape, round: Round, p: &Packing) -> Estimate {
    let [z, m, n, _] = s.sizes();
    let one = match round {
        Round::None => estimate::boolean().times(p.bits),
        Round::WhereCheaper | Round::Everywhere | Round::Shared => {
            estimate::query().times(p.bits.div_ceil(PIECE))
        }
    };
    one.times(if p.held { 0 } else { z * m * n })
}

fn packed(s: &Shape, round: Round, p: &Packing) -> Estimate {
    let [z, m, n, k] = s.sizes();
    let numbers = z * m.div_ceil(p.rows) * n;
    let bound = Int::one() << (p.bits * p.rows);
    let products = Estimate::products(numbers * k, &bound);
    products.and(estimate::equality().times(numbers)).and(range(s, round, p))
}

impl Shape {
    /// Whether some role has no index at all, so that there is nothing to prove.
    pub(super) fn is_empty(&self) -> bool {
        [Role::Batch, Role::Row, Role::Column, Role::Summed].iter().any(|r| self.count(*r) == 0)
    }
}
