//! What a proof takes for each part of a circuit, as a prover predicts it.

/// Of one block or one tensor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Price {
    /// Nanoseconds by the clock.
    pub nanoseconds: u64,
    /// Bytes that it has held where most are.
    pub bytes: u64,
}

/// Of all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prices {
    /// One for each of [`crate::Circuit::blocks`].
    pub blocks: Vec<Price>,
    /// One for each of [`crate::Circuit::tensors`].
    pub tensors: Vec<Price>,
}
