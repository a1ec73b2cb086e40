//! What a circuit's commitment round is for.

use super::Mode;

/// What a commitment round is used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Round {
    /// There is none.
    #[default]
    None,
    /// For what it makes cheaper.
    WhereCheaper,
    /// For whatever it can be, so that tests see it at work in small circuits.
    Everywhere,
    /// For what it makes cheaper in a circuit of many calls such as the one that is measured: they share its
    /// tables, which none of them would pay for alone.
    Shared,
}

/// Among how many calls of its kind the cost of one is measured with a commitment round.
const CALLS: usize = 1 << 14;

impl Round {
    /// What one call is measured with for a proof system, which [`Mode::Auto`] leaves open.
    pub(crate) fn of_a_call(mode: Mode) -> Round {
        match mode {
            Mode::Groth16 => Round::None,
            Mode::Commit | Mode::Auto => Round::Shared,
        }
    }

    /// Over how many copies of what is lowered the rows of tables are spread.
    pub(crate) fn calls(self) -> usize {
        match self {
            Round::Shared => CALLS,
            Round::None | Round::WhereCheaper | Round::Everywhere => 1,
        }
    }
}
