//! Tensors and constants of a circuit.

use crate::{Int, Lin, OriginId, Width};
use num_traits::Signed;

/// Index of a tensor in [`crate::Circuit::tensors`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TensorId(pub u32);

impl TensorId {
    /// The scalar tensor that holds 1, always the first.
    pub const ONE: TensorId = TensorId(0);
}

/// Index of a constant in [`crate::Circuit::constants`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConstId(pub u32);

/// A tensor of values that setup or witness computes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Sizes; empty for a scalar.
    pub shape: Vec<usize>,
    /// What it is to the constraints.
    pub kind: Kind,
    /// Interval of every element on honest inputs; `None` for elements of the field.
    pub interval: Option<(Int, Int)>,
    /// Native type that holds it, as the interval implies.
    pub width: Width,
    /// Name in the source, if it has one.
    pub name: Option<String>,
    /// What asked for it.
    pub origin: OriginId,
}

/// What a tensor is to the constraints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The constant 1 (tensor 0 only).
    One,
    /// Instance variables: the verifier supplies them.
    Public,
    /// Public values that are committed to as `Witness` variables are, in place of one instance variable for each:
    /// the verifier binds them all by one `Evaluation`, and checks each against its type.
    Carried,
    /// Witness variables. In a circuit with challenges they are committed to before those are drawn.
    Witness,
    /// Witness variables of a model that is committed to once: they are inputs, and a commitment of their
    /// own, which stays the same from proof to proof, fixes them before everything else.
    Model,
    /// Instance variables that prover and verifier derive from a commitment to all `Witness` and `Carried`
    /// variables and from the public values: as random as a hash is, and unknown before those are fixed.
    Challenge,
    /// The instance variable that binds `Carried` values x₀, x₁, …, in the order of the signature: Σ ρ^k·(x_k − lo_k)
    /// for the first challenge ρ and the least values lo_k of their types, 0 for elements of the field. Prover
    /// and verifier compute it, and [`crate::Circuit::validate`] shows that constraints say the same.
    Evaluation,
    /// Witness variables that are functions of the challenges and of what was committed to, which
    /// [`crate::Circuit::validate`] shows from the constraints.
    Response,
    /// No variables of its own: linear in earlier tensors that are not `Aux`.
    Linear(Lin),
    /// Known to the witness program only; no constraint and no `Linear` tensor reads it.
    Aux,
}

/// A constant tensor: weights, tables, coefficients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    /// Sizes.
    pub shape: Vec<usize>,
    /// Elements in row-major order.
    pub data: Ints,
}

/// Integers, narrow where they can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ints {
    /// All fit an `i64`.
    Small(Vec<i64>),
    /// At least one does not; absolute values are below the field's order.
    Big(Vec<Int>),
}

impl Kind {
    /// Whether these are variables whose values follow from challenges, or challenges themselves.
    #[must_use]
    pub fn is_late(&self) -> bool {
        matches!(self, Kind::Challenge | Kind::Evaluation | Kind::Response)
    }

    /// Whether these are public values.
    #[must_use]
    pub fn is_public(&self) -> bool {
        matches!(self, Kind::Public | Kind::Carried)
    }
}

impl Tensor {
    /// Number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether there is no element.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Tensor {
    /// Whether an element past half of the field's order stands for a negative integer.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.interval.as_ref().is_some_and(|(lo, _)| self.width != Width::Field || lo.is_negative())
    }
}

impl Ints {
    /// Number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Ints::Small(v) => v.len(),
            Ints::Big(v) => v.len(),
        }
    }

    /// Whether there is no element.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One element; panics if out of bounds, as indexing does.
    #[must_use]
    pub fn get(&self, i: usize) -> Int {
        match self {
            Ints::Small(v) => v[i].into(),
            Ints::Big(v) => v[i].clone(),
        }
    }
}
