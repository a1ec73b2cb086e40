//! What the prover's and setup's steps cost: the constants of all predictions, on one core.
//!
//! ```sh
//! cargo test --release -p zirc-runtime costs -- --ignored --nocapture
//! ```
//!
//! measures each of them again. Nothing but predictions and the size of the domain depends on them: no
//! key and no proof is wrong because a constant is.

/// Nanoseconds of an addition in G1, among many that share an inversion, with its share of sorting.
pub(crate) const ADDITION_G1: f64 = 165.0;
/// The same in G2.
pub(crate) const ADDITION_G2: f64 = 440.0;
/// Nanoseconds of an addition in G1 where one base is multiplied many times.
pub(crate) const FIXED_ADDITION_G1: f64 = 175.0;
/// The same in G2.
pub(crate) const FIXED_ADDITION_G2: f64 = 475.0;
/// Nanoseconds of a butterfly; a transform of n points has n/2 for each factor 2.
pub(crate) const BUTTERFLY: f64 = 36.0;
/// Nanoseconds for a point of the larger of two cosets, for what joins them in a transform.
pub(crate) const FOLD: f64 = 45.0;
/// Nanoseconds for a row of the domain in the quotient's sum, as far as the choice of the domain goes.
pub(crate) const ROW: f64 = 3000.0;
/// Nanoseconds for a read of a tensor's element by a term, forwards.
pub(crate) const READ: f64 = 8.0;
/// Nanoseconds for the same backwards, in the field.
pub(crate) const READ_BACKWARDS: f64 = 12.5;
/// Nanoseconds for a value of the Lagrange polynomials.
pub(crate) const LAGRANGE: f64 = 175.0;
/// Nanoseconds for a byte of a key's file: hashed twice, decoded once.
pub(crate) const BYTE: f64 = 1.0;

/// Bytes of the program itself, its threads and what it does before.
pub(crate) const PROGRAM: u64 = 8 << 20;
/// Bytes that reading an input's element takes and does not give back to the system.
pub(crate) const INPUT: u64 = 100;
/// What the allocator holds for what is in use.
pub(crate) const SLACK: f64 = 1.1;
