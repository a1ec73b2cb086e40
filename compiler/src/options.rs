//! What can be chosen without changing what a circuit says.

mod round;
mod strategy;

pub(crate) use round::Round;
pub use strategy::{Products, Public, Strategy};

use std::fmt;
use std::time::Duration;

/// How to compile.
#[derive(Clone, Debug)]
pub struct Options {
    /// Make the circuit as small as the passes can; without, every hint stays a variable, so that
    /// tests can forge each.
    pub optimize: bool,
    /// The strategy of every lookup that it applies to, in place of the cheapest.
    pub lookup: Option<Strategy>,
    /// The strategy of every sum of products of two unknowns that it applies to, in place of the cheapest.
    pub products: Option<Products>,
    /// How the verifier is told public values, with a commitment round; by default they are carried where
    /// that adds little to a proof.
    pub public: Option<Public>,
    /// The proof system that the circuit is for.
    pub mode: Mode,
    /// With a commitment round, take lookups wherever they can be, in small tables, whatever they cost:
    /// for tests, whose circuits are too small for any to pay.
    pub always_look_up: bool,
    /// Further parts of inputs that no output may depend on, as `--independent-of` names them: `x`, `x[3]`,
    /// `x[.., 2..5]`; dimensions of one element may be left out.
    pub independent_of: Vec<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            optimize: true,
            lookup: None,
            products: None,
            public: None,
            mode: Mode::default(),
            always_look_up: false,
            independent_of: vec![],
        }
    }
}

/// The proof system that a circuit is for. It changes no value and no port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Groth16: proofs of 128 bytes, for every tool that knows it.
    #[default]
    Groth16,
    /// Groth16 with a commitment round: proofs of 160 bytes, lookups in place of digits. A circuit that
    /// has no use for a round is one for plain Groth16.
    Commit,
    /// The one of them that is predicted to prove faster.
    Auto,
}

impl Mode {
    /// As command lines say it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Mode::Groth16 => "groth16",
            Mode::Commit => "groth16-commit",
            Mode::Auto => "auto",
        }
    }
}

/// How the range checks and lookups of a function are enforced in a circuit with a commitment round, by
/// `#[checks(…)]`. Without a round there is one way, whatever is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checks {
    /// By digits and polynomials, as without a round.
    Digits,
    /// By lookups, whatever rows they take.
    Lookups,
}

impl Checks {
    pub(crate) const ALL: [Checks; 2] = [Checks::Digits, Checks::Lookups];

    /// As the attribute says it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Checks::Digits => "digits",
            Checks::Lookups => "lookups",
        }
    }
}

/// What [`Mode::Auto`] took, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Never [`Mode::Auto`].
    pub mode: Mode,
    /// Predicted time of a proof by plain Groth16, on one core.
    pub groth16: Duration,
    /// The same with a commitment round.
    pub commit: Duration,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |d: Duration| d.as_secs_f64() * 1000.0;
        let (one, two) = (ms(self.groth16), ms(self.commit));
        let name = self.mode.name();
        write!(f, "mode {name}: a proof is predicted to take {one:.0} ms with groth16 ")?;
        write!(f, "and {two:.0} ms with groth16-commit, on one core")
    }
}
