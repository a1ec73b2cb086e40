//! Entries of the constraint matrices that are not zero: counted row by row where that is little work, or else bounded
//! tensor by tensor.

use crate::nest::{Dim, Nest};
use crate::{Block, Circuit, Ints, Kind, Lin, TensorId, Term, Weight, reads, rows};
use num_traits::Zero;
use serde::Serialize;

/// Non-zero entries of the constraint matrices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NonZeros {
    /// Of A.
    pub a: usize,
    /// Of B.
    pub b: usize,
    /// Of C.
    pub c: usize,
}

impl std::ops::Add for NonZeros {
    type Output = NonZeros;

    fn add(self, other: NonZeros) -> NonZeros {
        // Bounds may be as large as numbers are.
        let sum = usize::saturating_add;
        NonZeros { a: sum(self.a, other.a), b: sum(self.b, other.b), c: sum(self.c, other.c) }
    }
}

impl std::iter::Sum for NonZeros {
    fn sum<I: Iterator<Item = NonZeros>>(all: I) -> NonZeros {
        all.fold(NonZeros::default(), |sum, x| sum + x)
    }
}

/// Reads of a tensor that take as long as one of an expanded row.
const EXPANDED: f64 = 8.0;

/// Non-zeros of each block, unless it takes too much work.
pub(super) fn count(circuit: &Circuit, limit: u64) -> Option<Vec<NonZeros>> {
    // Not to begin what will be given up.
    if reads_when_expanded(circuit) * EXPANDED > limit as f64 {
        return None;
    }
    let mut rows = rows(circuit);
    let mut blocks = Vec::with_capacity(circuit.blocks.len());
    for block in &circuit.blocks {
        let mut sum = NonZeros::default();
        for _ in 0..block.len() {
            let row = rows.next()?;
            sum = sum + NonZeros { a: row.a.len(), b: row.b.len(), c: row.c.len() };
            if rows.work > limit {
                return None;
            }
        }
        blocks.push(sum);
    }
    Some(blocks)
}

/// How many source elements all rows together read, derived ones replaced by what they are derived from.
fn reads_when_expanded(circuit: &Circuit) -> f64 {
    // Of one element, on average.
    let mut each: Vec<f64> = Vec::with_capacity(circuit.tensors.len());
    let of = |each: &[f64], lin: &Lin| -> f64 {
        let of_term = |t: &Term| {
            let points: f64 = t.free.iter().chain(&t.bound).map(|n| *n as f64).product();
            points * each.get(t.src.0 as usize).copied().unwrap_or(1.0)
        };
        lin.terms.iter().map(of_term).sum()
    };
    for tensor in &circuit.tensors {
        let reads = match &tensor.kind {
            Kind::Linear(lin) => of(&each, lin) / tensor.len().max(1) as f64,
            _ => 1.0,
        };
        each.push(reads);
    }
    let of_block = |b: &Block| [&b.a, &b.b, &b.c].iter().map(|lin| of(&each, lin)).sum::<f64>();
    circuit.blocks.iter().map(of_block).sum()
}

/// A bound for each block, unless it takes too much work: derived elements have as many entries as what they read has
/// together. That is their number, unless they read a variable in several ways.
pub(super) fn at_most(circuit: &Circuit, limit: u64) -> Option<Vec<NonZeros>> {
    if reads(circuit) > limit {
        return None;
    }
    let mut bounds = Bounds { circuit, derived: vec![] };
    for tensor in &circuit.tensors {
        let entries = match &tensor.kind {
            Kind::Linear(lin) => Some(bounds.of(lin, tensor.len())),
            _ => None,
        };
        bounds.derived.push(entries);
    }
    let side = |b: &Block, lin: &Lin| -> usize {
        let entries = bounds.of(lin, b.len());
        entries.into_iter().map(Entries::total).fold(0, usize::saturating_add)
    };
    let block = |b: &Block| NonZeros { a: side(b, &b.a), b: side(b, &b.b), c: side(b, &b.c) };
    Some(circuit.blocks.iter().map(block).collect())
}

/// Entries of one sum: of variables, and whether it has a constant part, which is one entry however often it is read.
#[derive(Clone, Copy, Default)]
struct Entries {
    variables: u32,
    one: bool,
}

impl Entries {
    fn total(self) -> usize {
        self.variables as usize + usize::from(self.one)
    }

    fn add(&mut self, other: Entries) {
        self.variables = self.variables.saturating_add(other.variables);
        self.one |= other.one;
    }
}

/// Bounds under way: those of derived tensors so far.
struct Bounds<'c> {
    circuit: &'c Circuit,
    derived: Vec<Option<Vec<Entries>>>,
}

impl Bounds<'_> {
    /// Of each element of a combination of so many.
    fn of(&self, lin: &Lin, len: usize) -> Vec<Entries> {
        let mut to = vec![Entries::default(); len];
        for term in &lin.terms {
            let Some(nest) = Nest::forward(term) else { continue };
            let is_zero = self.zeros(term);
            let source = self.derived.get(term.src.0 as usize).and_then(Option::as_ref);
            let own = match term.src {
                TensorId::ONE => Entries { variables: 0, one: true },
                _ => Entries { variables: 1, one: false },
            };
            let mut read = |dst: isize, src: isize, weight: isize| {
                if !is_zero(weight) {
                    to[dst as usize].add(source.map_or(own, |s| s[src as usize]));
                }
            };
            walk(&nest.dims, [nest.dst, nest.src, nest.weight], &mut read);
        }
        to
    }

    /// Which of a term's weights are zero.
    fn zeros<'t>(&'t self, term: &'t Term) -> impl Fn(isize) -> bool + 't {
        let (all, data) = match &term.weight {
            Weight::Scalar(w) => (w.is_zero(), None),
            Weight::Tensor { factor, constant, .. } => {
                (factor.is_zero(), Some(&self.circuit.constants[constant.0 as usize].data))
            }
        };
        move |at| {
            all || match data {
                None => false,
                Some(Ints::Small(v)) => v[at as usize] == 0,
                Some(Ints::Big(v)) => v[at as usize].is_zero(),
            }
        }
    }
}

/// Walks a nest from these offsets on.
fn walk(dims: &[Dim], [dst, src, weight]: [isize; 3], read: &mut impl FnMut(isize, isize, isize)) {
    let Some((d, inner)) = dims.split_first() else { return read(dst, src, weight) };
    for k in 0..d.extent as isize {
        let at = [dst + k * d.dst, src + k * d.src, weight + k * d.weight];
        match inner {
            [] => read(at[0], at[1], at[2]),
            _ => walk(inner, at, read),
        }
    }
}
