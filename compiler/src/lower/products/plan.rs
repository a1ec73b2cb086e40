//! Which strategy is predicted to prove sums of products fastest.

use super::ROOM;
use super::random::{self, Column};
use super::shape::{Role, Shape};
use crate::draft::Draft;
use crate::lower::Round;
use crate::lower::cost::{self, Estimate};
use num_traits::One;
use std::fmt;
use std::str::FromStr;
use zirc_circuit::Int;

/// Bits of a looked up piece, where a range is looked up: what the cost of a range is predicted by before the
/// width of tables is known.
const PIECE: usize = 12;

/// How sums of products of two unknowns are proved; it changes no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Products {
    /// A constraint for each product.
    Single,
    /// Several sums in one number, where they fit.
    Packed,
    /// At a random point, where there is a commitment round.
    Random,
}

impl Products {
    /// All of them.
    pub const ALL: [Products; 3] = [Products::Single, Products::Packed, Products::Random];
}

impl fmt::Display for Products {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Products::Single => "single",
            Products::Packed => "packed",
            Products::Random => "random",
        })
    }
}

impl FromStr for Products {
    type Err = String;

    fn from_str(s: &str) -> Result<Products, String> {
        let found = Products::ALL.into_iter().find(|p| p.to_string() == s);
        found.ok_or_else(|| "expected single, packed or random".into())
    }
}

/// How one sum is proved.
#[derive(Clone, Debug)]
pub(super) enum Plan {
    Packed(Packing),
    Random(Column),
}

/// Rows in one number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packing {
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
            Plan::Random(column) => Some(column.powers()),
        }
    }
}

/// The cheapest plan, in the direction it is for; `None` to leave every product as it is.
pub(super) fn choose(
    d: &Draft,
    shape: &Shape,
    round: Round,
    wanted: Option<Products>,
) -> Option<(Shape, Plan)> {
    let turned = shape.transposed();
    let mut plans: Vec<(Estimate, &Shape, Plan)> = vec![];
    for s in [shape, &turned] {
        let packed = packing(d, s).map(|p| (packed(d, s, round, p), s, Plan::Packed(p)));
        let random = Some(round).filter(|r| *r != Round::None).and_then(|_| {
            let column = random::column(d, s)?;
            Some((random::estimate(s, &column), s, Plan::Random(column)))
        });
        plans.extend(packed.into_iter().chain(random));
    }
    let kind = |p: &Plan| match p {
        Plan::Packed(_) => Products::Packed,
        Plan::Random(_) => Products::Random,
    };
    match (wanted, round) {
        (Some(wanted), _) => plans.retain(|(_, _, p)| kind(p) == wanted),
        // Tests see what has no other way to be seen in small circuits.
        (None, Round::Everywhere) => plans.retain(|(_, _, p)| kind(p) == Products::Random),
        (None, Round::None | Round::WhereCheaper) => {
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
fn packing(d: &Draft, s: &Shape) -> Option<Packing> {
    let [_, m, _, k] = s.sizes();
    let (lo, hi) = d.tensor(s.product).interval.as_ref()?;
    // Two at least, so that a range is digits.
    let bits = ((hi - lo) * k).bits().max(2);
    let bits = usize::try_from(bits).ok()?;
    let most = (ROOM / bits).min(m);
    // As few numbers as before, filled evenly.
    let numbers = m.checked_div(most)? + usize::from(m % most > 0);
    let rows = m.div_ceil(numbers.max(1));
    (rows > 1).then_some(Packing { bits, rows })
}

fn packed(d: &Draft, s: &Shape, round: Round, p: Packing) -> Estimate {
    let [z, m, n, k] = s.sizes();
    let numbers = z * m.div_ceil(p.rows) * n;
    let bound = Int::one() << (p.bits * p.rows);
    let range = match round {
        Round::None => cost::boolean().times(p.bits),
        Round::WhereCheaper | Round::Everywhere => cost::query().times(p.bits.div_ceil(PIECE)),
    };
    let ranged = if d.tensor(s.product).interval.is_some() { z * m * n } else { 0 };
    let products = Estimate::products(numbers * k, &bound);
    products.and(cost::equality().times(numbers)).and(range.times(ranged))
}

impl Shape {
    /// Whether some role has no index at all, so that there is nothing to prove.
    pub(super) fn is_empty(&self) -> bool {
        [Role::Batch, Role::Row, Role::Column, Role::Summed].iter().any(|r| self.count(*r) == 0)
    }
}
