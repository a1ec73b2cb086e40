//! The witness program: from inputs to every tensor's values, on native integers.

use crate::{ConstId, Int, Lin, OriginId, TensorId};

/// One step; steps run in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Computes a tensor. Every tensor except `ONE` is assigned exactly once.
    Assign {
        /// Which.
        tensor: TensorId,
        /// How.
        op: Op,
    },
    /// Holds on honest inputs, or the witness is refused with the source line and the values.
    Check {
        /// Shape of both sides.
        shape: Vec<usize>,
        /// Left side.
        left: Lin,
        /// What must hold between them.
        relation: Relation,
        /// Right side.
        right: Lin,
        /// What one raw step of either side is worth, numerator and denominator; `None` for field
        /// elements. Messages show real values with it.
        scale: Option<(Int, Int)>,
        /// The author's words.
        message: Option<String>,
        /// The assertion.
        origin: OriginId,
    },
}

/// A relation that a check asserts elementwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// left = right
    Eq,
    /// left ≠ right
    Ne,
    /// left < right
    Lt,
    /// left ≤ right
    Le,
}

/// How a tensor is computed. Arguments are evaluated over the tensor's shape (for `Reduce*` and
/// `Arg*`, over that shape with one more trailing dimension of the given length).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// The values of input port `n` of the signature, row-major.
    Input(u32),
    /// Its own `Kind::Linear`.
    Derive,
    /// A linear combination.
    Linear(Lin),
    /// a · b
    Mul(Lin, Lin),
    /// ⌊a / b⌋; b = 0 is an error that names the line.
    FloorDiv(Lin, Lin),
    /// a − b·⌊a / b⌋
    Mod(Lin, Lin),
    /// 1 where a < b, else 0; integers are compared as signed.
    Lt(Lin, Lin),
    /// 1 where a ≤ b
    Le(Lin, Lin),
    /// 1 where a = b
    Eq(Lin, Lin),
    /// a where c ≠ 0, else b
    Select(Lin, Lin, Lin),
    /// min(a, b)
    Min(Lin, Lin),
    /// max(a, b)
    Max(Lin, Lin),
    /// Bit i of a ≥ 0, where i is the last index; a is evaluated over the shape without it.
    Bits(Lin),
    /// Digits d_i ∈ {0, 1} over the last index with a = Σ w_i·d_i, where the n weights are
    /// 1, 2, …, 2^(n−2) and `last`, and 0 ≤ a ≤ 2^(n−1) − 1 + last; a is evaluated over the shape
    /// without the last index.
    CappedBits {
        /// The number.
        value: Lin,
        /// The weight of the last digit.
        last: Int,
    },
    /// Largest along the last dimension of `a`, of length `n`.
    ReduceMax(Lin, usize),
    /// Smallest.
    ReduceMin(Lin, usize),
    /// Product.
    ReduceProd(Lin, usize),
    /// Lowest index of the largest.
    ArgMax(Lin, usize),
    /// Lowest index of the smallest.
    ArgMin(Lin, usize),
    /// `constant[index]`, flat; an index out of range is an error that names the line.
    Table(ConstId, Lin),
    /// 1/a in the field, 0 for a = 0.
    Inverse(Lin),
    /// ⌊√a⌋ for a ≥ 0
    Sqrt(Lin),
    /// What the transcript says, for a `Challenge` tensor.
    Challenge,
    /// How often each element of a constant of distinct integers is among `len` keys, which are
    /// evaluated over one dimension; a key that is not there is an error that names the line.
    Count {
        /// What is counted.
        keys: Lin,
        /// The constant.
        table: ConstId,
        /// Number of keys.
        len: usize,
    },
}

impl Op {
    /// The linear arguments, in order.
    #[must_use]
    pub fn args(&self) -> Vec<&Lin> {
        match self {
            Op::Input(_) | Op::Derive | Op::Challenge => vec![],
            Op::Linear(a)
            | Op::Bits(a)
            | Op::CappedBits { value: a, .. }
            | Op::ReduceMax(a, _)
            | Op::ReduceMin(a, _)
            | Op::ReduceProd(a, _)
            | Op::ArgMax(a, _)
            | Op::ArgMin(a, _)
            | Op::Table(_, a)
            | Op::Inverse(a)
            | Op::Sqrt(a)
            | Op::Count { keys: a, .. } => vec![a],
            Op::Mul(a, b)
            | Op::FloorDiv(a, b)
            | Op::Mod(a, b)
            | Op::Lt(a, b)
            | Op::Le(a, b)
            | Op::Eq(a, b)
            | Op::Min(a, b)
            | Op::Max(a, b) => vec![a, b],
            Op::Select(c, a, b) => vec![c, a, b],
        }
    }

    /// The linear arguments, to rewrite them.
    pub fn args_mut(&mut self) -> Vec<&mut Lin> {
        match self {
            Op::Input(_) | Op::Derive | Op::Challenge => vec![],
            Op::Linear(a)
            | Op::Bits(a)
            | Op::CappedBits { value: a, .. }
            | Op::ReduceMax(a, _)
            | Op::ReduceMin(a, _)
            | Op::ReduceProd(a, _)
            | Op::ArgMax(a, _)
            | Op::ArgMin(a, _)
            | Op::Table(_, a)
            | Op::Inverse(a)
            | Op::Sqrt(a)
            | Op::Count { keys: a, .. } => vec![a],
            Op::Mul(a, b)
            | Op::FloorDiv(a, b)
            | Op::Mod(a, b)
            | Op::Lt(a, b)
            | Op::Le(a, b)
            | Op::Eq(a, b)
            | Op::Min(a, b)
            | Op::Max(a, b) => vec![a, b],
            Op::Select(c, a, b) => vec![c, a, b],
        }
    }
}

impl std::fmt::Display for Relation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Relation::Eq => "=",
            Relation::Ne => "≠",
            Relation::Lt => "<",
            Relation::Le => "≤",
        })
    }
}

impl Op {
    /// Number of elements that each argument is evaluated over, for a result of this shape.
    #[must_use]
    pub fn argument_len(&self, shape: &[usize]) -> usize {
        let outer = || shape.split_last().map_or(1, |(_, outer)| outer.iter().product());
        match self {
            Op::Bits(_) | Op::CappedBits { .. } => outer(),
            Op::ReduceMax(_, n)
            | Op::ReduceMin(_, n)
            | Op::ReduceProd(_, n)
            | Op::ArgMax(_, n)
            | Op::ArgMin(_, n) => shape.iter().product::<usize>() * n,
            Op::Count { len, .. } => *len,
            _ => shape.iter().product(),
        }
    }
}
