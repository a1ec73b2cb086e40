//! Functions of numbers at the same place of several tensors, which are broadcast to one shape.

mod arithmetic;
pub(crate) mod broadcast;

use super::{Operation, plain};

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    plain("Add", arithmetic::add, arithmetic::convert),
    plain("Sub", arithmetic::sub, arithmetic::convert),
    plain("Mul", arithmetic::mul, arithmetic::convert),
];
