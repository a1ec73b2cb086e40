//! Constraints, evaluated forward: which hold, and the vectors that the prover transforms.

use crate::evaluate::{Engine, Precision};
use crate::{Assignment, Block, Buffer, Category, Circuit, Fr, Kind, Lin, OriginId};
use ark_ff::AdditiveGroup;
use rayon::prelude::*;

/// A side of the constraint `A·B = C`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Left factor.
    A,
    /// Right factor.
    B,
    /// Product.
    C,
}

impl Side {
    /// All three.
    pub const ALL: [Side; 3] = [Side::A, Side::B, Side::C];

    /// That side of a block.
    #[must_use]
    pub fn of(self, block: &Block) -> &Lin {
        match self {
            Side::A => &block.a,
            Side::B => &block.b,
            Side::C => &block.c,
        }
    }
}

/// A constraint that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Index into [`Circuit::blocks`].
    pub block: usize,
    /// Index of the element in the block's shape.
    pub index: Vec<usize>,
    /// What asked for the block.
    pub origin: OriginId,
    /// What the block is for.
    pub category: Category,
    /// Left factor.
    pub a: Fr,
    /// Right factor.
    pub b: Fr,
    /// What the product should be.
    pub c: Fr,
}

/// Every constraint that an assignment violates.
///
/// Only the values of variables count: derived tensors are computed from them again, in arithmetic
/// that is exact whatever the values are, and `ONE` is 1.
#[must_use]
pub fn violations(circuit: &Circuit, assignment: &Assignment) -> Vec<Violation> {
    violations_up_to(circuit, assignment, usize::MAX)
}

/// The first `limit` violations.
#[must_use]
pub fn violations_up_to(
    circuit: &Circuit,
    assignment: &Assignment,
    limit: usize,
) -> Vec<Violation> {
    let engine = Engine::new(&circuit.constants);
    let (values, magnitudes) = rederived(circuit, &engine, assignment);
    let mut found = Vec::new();
    for (number, block) in circuit.blocks.iter().enumerate() {
        let side = |side: Side| {
            engine.eval(side.of(block), block.len(), &values, Precision::Exact(&magnitudes))
        };
        let (a, (b, c)) = both(
            block.len(),
            || side(Side::A),
            || both(block.len(), || side(Side::B), || side(Side::C)),
        );
        for i in failing(&a, &b, &c) {
            if found.len() >= limit {
                return found;
            }
            found.push(Violation {
                block: number,
                index: unflatten(i, &block.shape),
                origin: block.origin,
                category: block.category,
                a: a.get_fr(i),
                b: b.get_fr(i),
                c: c.get_fr(i),
            });
        }
    }
    found
}

/// Values of all tensors that constraints read, and their largest absolute values, from the values
/// of the variables alone.
pub(crate) fn rederived(
    circuit: &Circuit,
    engine: &Engine<'_>,
    assignment: &Assignment,
) -> (Vec<Buffer>, Vec<u128>) {
    assert_eq!(assignment.values.len(), circuit.tensors.len(), "number of tensors assigned");
    let mut values = vec![Buffer::I64(Vec::new()); circuit.tensors.len()];
    let mut magnitudes = vec![0; circuit.tensors.len()];
    for (i, tensor) in circuit.tensors.iter().enumerate() {
        values[i] = match &tensor.kind {
            Kind::Aux => continue,
            Kind::One => Buffer::I64(vec![1]),
            Kind::Public
            | Kind::Carried
            | Kind::Witness
            | Kind::Model
            | Kind::Challenge
            | Kind::Evaluation
            | Kind::Response => {
                let given = &assignment.values[i];
                assert_eq!(given.len(), tensor.len(), "number of values of tensor {i}");
                given.clone().narrow()
            }
            Kind::Linear(lin) => {
                engine.eval(lin, tensor.len(), &values, Precision::Exact(&magnitudes)).narrow()
            }
        };
        magnitudes[i] = values[i].magnitude();
    }
    (values, magnitudes)
}

/// Elements below which handing out takes longer than it saves.
pub(crate) const SHARED: usize = 1 << 13;

/// Both results, side by side where they are of so many elements that it pays.
fn both<A: Send, B: Send>(
    len: usize,
    a: impl FnOnce() -> A + Send,
    b: impl FnOnce() -> B + Send,
) -> (A, B) {
    if len < SHARED { (a(), b()) } else { rayon::join(a, b) }
}

/// Indices where a·b ≠ c, ascending.
fn failing(a: &Buffer, b: &Buffer, c: &Buffer) -> Vec<usize> {
    match (a, b, c) {
        (Buffer::I64(a), Buffer::I64(b), Buffer::I64(c)) => {
            filtered(a.len(), |i| i128::from(a[i]) * i128::from(b[i]) != i128::from(c[i]))
        }
        (Buffer::I64(a), Buffer::I64(b), Buffer::I128(c)) => {
            filtered(a.len(), |i| i128::from(a[i]) * i128::from(b[i]) != c[i])
        }
        _ => filtered(a.len(), |i| a.get_fr(i) * b.get_fr(i) != c.get_fr(i)),
    }
}

/// The numbers below n that something holds of, ascending.
pub(crate) fn filtered(n: usize, holds: impl Fn(usize) -> bool + Sync) -> Vec<usize> {
    if n < SHARED {
        return (0..n).filter(|i| holds(*i)).collect();
    }
    (0..n).into_par_iter().with_min_len(SHARED / 2).filter(|i| holds(*i)).collect()
}

/// The index of the `i`-th element of a shape.
pub(crate) fn unflatten(i: usize, shape: &[usize]) -> Vec<usize> {
    let mut rest = i;
    let mut index = vec![0; shape.len()];
    for (at, &extent) in index.iter_mut().zip(shape).rev() {
        *at = rest % extent.max(1);
        rest /= extent.max(1);
    }
    index
}

/// One side of every constraint in the field: the vector `M·z` for the side's matrix M.
///
/// The values of derived tensors are believed. The sums are exact whatever they are; with the values
/// of an honest assignment that means native arithmetic.
#[must_use]
pub fn side_values(circuit: &Circuit, assignment: &Assignment, side: Side) -> Vec<Fr> {
    let mut out = vec![Fr::ZERO; circuit.num_constraints()];
    let mut rest = out.as_mut_slice();
    for buffer in SideBuffers::new(circuit, assignment, side) {
        let (here, after) = rest.split_at_mut(buffer.len());
        buffer.write_field(here);
        rest = after;
    }
    out
}

/// The same, one buffer for each block: native integers where they hold every sum, so that the prover
/// knows which scalars are small.
#[must_use]
pub fn side_buffers(circuit: &Circuit, assignment: &Assignment, side: Side) -> Vec<Buffer> {
    SideBuffers::new(circuit, assignment, side).collect()
}

/// One side, a block at a time, so that only one block's native values are held.
struct SideBuffers<'c, 'a> {
    circuit: &'c Circuit,
    engine: Engine<'c>,
    values: &'a [Buffer],
    magnitudes: Vec<u128>,
    side: Side,
    next: usize,
}

impl<'c, 'a> SideBuffers<'c, 'a> {
    fn new(circuit: &'c Circuit, assignment: &'a Assignment, side: Side) -> SideBuffers<'c, 'a> {
        let values = assignment.values.as_slice();
        let magnitudes = values.iter().map(Buffer::magnitude).collect();
        let engine = Engine::new(&circuit.constants);
        SideBuffers { circuit, engine, values, magnitudes, side, next: 0 }
    }
}

impl Iterator for SideBuffers<'_, '_> {
    type Item = Buffer;

    fn next(&mut self) -> Option<Buffer> {
        let block = self.circuit.blocks.get(self.next)?;
        self.next += 1;
        let lin = self.side.of(block);
        Some(self.engine.eval(lin, block.len(), self.values, Precision::Exact(&self.magnitudes)))
    }
}
