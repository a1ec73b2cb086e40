//! Random programs, and a judge of what is proved of them.
//!
//! The judge asks one thing of a circuit: whatever assignment satisfies it, honest or not, the program
//! accepts the inputs in it and gives the outputs in it. Programs are made so that a constraint that
//! is lost lets a false statement pass: values are taken apart and put together again in several ways,
//! asserted to be equal to inputs that are free, and read by everything that the passes rewrite.
//!
//! This crate does not know the compiler: [`Subject`] compiles, so that the compiler's own tests can run
//! the campaign on a pass that is broken.

#![forbid(unsafe_code)]

pub mod campaign;
pub mod generate;
pub mod hints;
pub mod input;
pub mod judge;
pub mod nearly;
pub mod program;
pub mod shrink;

pub use campaign::{Campaign, Finding, Tally};
pub use input::{Input, Role};
pub use judge::{Case, Judged, Refused, Subject};
pub use program::Program;

/// The random numbers of all generators: the same from one seed on every machine.
pub type Random = rand_chacha::ChaCha8Rng;
