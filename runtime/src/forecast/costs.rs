//! What the prover's and setup's steps cost: the constants of all predictions, on one core.
//!
//! ```sh
//! cargo test --release -p zirc-runtime costs -- --ignored --nocapture
//! ```
//!
//! measures each of them again, and so does [`super::measure()`] on anybody's machine. Predictions depend on them, and
//! the size of the domain on those that are built in: no key and no proof is wrong because a constant is.

use serde::{Deserialize, Serialize};

/// Nanoseconds of an addition in G1, among many that share an inversion, with its share of sorting, where the processor
/// adds points in lanes. Where it does not, these four are about 2.4, 3.1, 1.9 and 1.9 times as much.
pub(crate) const ADDITION_G1: f64 = 44.0;
/// The same in G2.
pub(crate) const ADDITION_G2: f64 = 93.0;
/// Nanoseconds of an addition in G1 where one base is multiplied many times.
pub(crate) const FIXED_ADDITION_G1: f64 = 63.0;
/// The same in G2.
pub(crate) const FIXED_ADDITION_G2: f64 = 154.0;
/// Nanoseconds of a butterfly; a transform of n points has n/2 for each factor 2. This one and the next decide with
/// `ROW` how large a domain is, and keys with it: they stay, though they measure 29 and 34 by now.
pub(crate) const BUTTERFLY: f64 = 36.0;
/// Nanoseconds for a point of the larger of two cosets, for what joins them in a transform.
pub(crate) const FOLD: f64 = 45.0;
/// Nanoseconds for a row of the domain in the quotient's sum, as far as the choice of the domain goes.
pub(crate) const ROW: f64 = 3000.0;
/// Nanoseconds for a read of a tensor's element by a term, forwards.
pub(crate) const READ: f64 = 5.2;
/// Nanoseconds for the same backwards, in the field.
pub(crate) const READ_BACKWARDS: f64 = 7.9;
/// Nanoseconds for a value of the Lagrange polynomials.
pub(crate) const LAGRANGE: f64 = 95.0;
/// Nanoseconds for a byte of a key's file: hashed twice, decoded once.
pub(crate) const BYTE: f64 = 0.66;
/// Nanoseconds of a pairing among several, without the last step that they share.
pub(crate) const PAIRING: f64 = 140_000.0;
/// Nanoseconds of that last step, and of what a verifier asks of the points of a proof.
pub(crate) const VERIFY: f64 = 520_000.0;

/// Bytes of the program itself, its threads and what it does before.
pub(crate) const PROGRAM: u64 = 8 << 20;
/// Bytes that reading an input's element takes and does not give back to the system.
pub(crate) const INPUT: u64 = 100;
/// What the allocator holds for what is in use.
pub(crate) const SLACK: f64 = 1.1;

/// What the steps of setup and proof take on some machine: nanoseconds of one core.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Costs {
    /// An addition in G1, among many that share an inversion.
    pub addition_g1: f64,
    /// The same in G2.
    pub addition_g2: f64,
    /// An addition in G1 where one base is multiplied many times.
    pub fixed_addition_g1: f64,
    /// The same in G2.
    pub fixed_addition_g2: f64,
    /// A butterfly of a transform.
    pub butterfly: f64,
    /// A point of the larger of two cosets, for what joins them.
    pub fold: f64,
    /// A read of a tensor's element by a term, forwards.
    pub read: f64,
    /// The same backwards.
    pub read_backwards: f64,
    /// A value of the Lagrange polynomials.
    pub lagrange: f64,
    /// A byte of a key's file.
    pub byte: f64,
    /// A pairing among several, without the last step that they share.
    pub pairing: f64,
    /// That last step, and what a verifier asks of the points of a proof.
    pub verify: f64,
}

impl Costs {
    /// Those of the machine that zirc is developed on.
    pub const BUILT_IN: Costs = Costs {
        addition_g1: ADDITION_G1,
        addition_g2: ADDITION_G2,
        fixed_addition_g1: FIXED_ADDITION_G1,
        fixed_addition_g2: FIXED_ADDITION_G2,
        butterfly: BUTTERFLY,
        fold: FOLD,
        read: READ,
        read_backwards: READ_BACKWARDS,
        lagrange: LAGRANGE,
        byte: BYTE,
        pairing: PAIRING,
        verify: VERIFY,
    };

    /// Each with its name.
    #[must_use]
    pub fn list(&self) -> [(&'static str, f64); 12] {
        [
            ("addition_g1", self.addition_g1),
            ("addition_g2", self.addition_g2),
            ("fixed_addition_g1", self.fixed_addition_g1),
            ("fixed_addition_g2", self.fixed_addition_g2),
            ("butterfly", self.butterfly),
            ("fold", self.fold),
            ("read", self.read),
            ("read_backwards", self.read_backwards),
            ("lagrange", self.lagrange),
            ("byte", self.byte),
            ("pairing", self.pairing),
            ("verify", self.verify),
        ]
    }

    /// The first that no machine can have: none takes no time, or a second.
    #[must_use]
    pub fn implausible(&self) -> Option<(&'static str, f64)> {
        self.list().into_iter().find(|(_, n)| !(*n > 0.0 && *n < 1e9))
    }
}
