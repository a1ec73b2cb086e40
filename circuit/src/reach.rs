//! Which variables stand on a side of the constraints: the columns that are not zero, without a single
//! product in the field.
//!
//! The same backward pass as the adjoint's ([`crate::adjoint()`]), on bits. What it cannot see is that
//! the entries of a column cancel: such a column counts as one that is not zero.

use crate::nest::{Dim, Nest};
use crate::{Circuit, Ints, Kind, Lin, Side, Term, Weight};
use num_traits::Zero;

/// The variables of one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// For each variable, in the order of [`Circuit::layout`], whether its column has an entry.
    pub variables: Vec<bool>,
    /// Whether every weight was looked at; otherwise weights that would have taken too long count as
    /// not zero, and `variables` may say more than there are.
    pub complete: bool,
}

/// The variables that one side of the constraints reads, in at most about `limit` steps (billionths of
/// a second each) for weights that may be zero.
///
/// Memory: a byte for each variable, and one for each element of those derived tensors that are yet to
/// be passed on.
#[must_use]
pub fn reach(circuit: &Circuit, side: Side, limit: u64) -> Reach {
    let layout = circuit.layout();
    let mut walk = Walk { circuit, left: limit, complete: true };
    let mut variables = vec![false; layout.num_variables()];
    let mut derived: Vec<Option<Vec<bool>>> = vec![None; circuit.tensors.len()];
    let mut spread = |lin: &Lin, from: Option<&[bool]>, derived: &mut [Option<Vec<bool>>]| {
        for term in &lin.terms {
            let source = term.src.0 as usize;
            let len = circuit.tensors[source].len();
            let to = match layout.offset[source] {
                Some(first) => &mut variables[first..first + len],
                None => derived[source].get_or_insert_with(|| vec![false; len]),
            };
            walk.term(term, from, to);
        }
    };
    for block in &circuit.blocks {
        spread(side.of(block), None, &mut derived);
    }
    for (i, tensor) in circuit.tensors.iter().enumerate().rev() {
        if let (Kind::Linear(lin), Some(from)) = (&tensor.kind, derived[i].take()) {
            // Where all of it is read, nothing needs to be asked of its elements.
            let some = from.contains(&false).then_some(&from[..]);
            spread(lin, some, &mut derived);
        }
    }
    Reach { variables, complete: walk.complete }
}

/// Reads of a source by all terms of derived tensors and of the constraints: the steps that evaluating
/// a circuit takes, forwards or backwards.
#[must_use]
pub fn reads(circuit: &Circuit) -> u64 {
    let derived = circuit.tensors.iter().filter_map(|t| match &t.kind {
        Kind::Linear(lin) => Some(lin),
        _ => None,
    });
    let sides = circuit.blocks.iter().flat_map(|b| [&b.a, &b.b, &b.c]);
    let terms = derived.chain(sides).flat_map(|lin| &lin.terms);
    let points =
        |t: &Term| t.free.iter().chain(&t.bound).fold(1u64, |n, &d| n.saturating_mul(d as u64));
    terms.map(points).fold(0, u64::saturating_add)
}

/// A backward pass under way.
struct Walk<'c> {
    circuit: &'c Circuit,
    left: u64,
    complete: bool,
}

impl Walk<'_> {
    /// Marks what a term reads for the elements `from` of its destination, `None` for all of them.
    fn term(&mut self, term: &Term, from: Option<&[bool]>, to: &mut [bool]) {
        let Some(mut nest) = Nest::backward(term) else { return };
        let data = match &term.weight {
            Weight::Scalar(w) if w.is_zero() => return,
            Weight::Tensor { factor, .. } if factor.is_zero() => return,
            Weight::Scalar(_) => None,
            Weight::Tensor { constant, .. } => {
                Some(&self.circuit.constants[constant.0 as usize].data)
            }
        };
        let mut data = data.filter(|d| has_zero(d));
        let points = nest.points() as u64;
        if data.is_some() && points > self.left {
            (data, self.complete) = (None, false);
        }
        if data.is_some() {
            self.left -= points;
        }
        if data.is_none() && from.is_none() {
            // The other loops come back to the same elements.
            nest.dims.retain(|d| d.dst != 0);
        }
        let element = |row: isize, weight: isize| {
            from.is_none_or(|f| f[row as usize])
                && data.is_none_or(|d| match d {
                    Ints::Small(v) => v[weight as usize] != 0,
                    Ints::Big(v) => !v[weight as usize].is_zero(),
                })
        };
        mark(&nest.dims, [nest.dst, nest.src, nest.weight], &element, to);
    }
}

/// Walks a nest from these offsets on and marks the elements for which `element` holds.
fn mark(
    dims: &[Dim],
    [to_at, row, weight]: [isize; 3],
    element: &impl Fn(isize, isize) -> bool,
    to: &mut [bool],
) {
    let Some((d, inner)) = dims.split_first() else {
        to[to_at as usize] |= element(row, weight);
        return;
    };
    let step = |k: usize| {
        let k = k as isize;
        [to_at + k * d.dst, row + k * d.src, weight + k * d.weight]
    };
    if inner.is_empty() {
        for k in 0..d.extent {
            let [t, r, w] = step(k);
            to[t as usize] |= element(r, w);
        }
    } else {
        (0..d.extent).for_each(|k| mark(inner, step(k), element, to));
    }
}

fn has_zero(data: &Ints) -> bool {
    match data {
        Ints::Small(v) => v.contains(&0),
        Ints::Big(v) => v.iter().any(Zero::is_zero),
    }
}
