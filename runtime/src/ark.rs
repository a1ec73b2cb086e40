//! Circuits inside arkworks' constraint systems.
//!
//! [`Synthesizer`] is a whole circuit as a `ConstraintSynthesizer`, for everything that takes one
//! (ark-groth16's own setup and prover, other proof systems, cross-checks). [`splice`] puts a
//! circuit into a larger one, between variables that are already there.
//!
//! Both expand the circuit row by row into arkworks' matrices, which [`setup`](crate::setup()) and
//! [`prove`](crate::prove()) never do.

mod range;
mod splice;
mod synthesizer;

pub use splice::{SpliceError, splice};
pub use synthesizer::Synthesizer;
