//! What can be chosen without changing what a circuit says.

use crate::lower::lookup::Strategy;

/// How to compile.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Make the circuit as small as the passes can; without, every hint stays a variable, so that
    /// tests can forge each.
    pub optimize: bool,
    /// The strategy of every lookup that it applies to, in place of the cheapest.
    pub lookup: Option<Strategy>,
}

impl Default for Options {
    fn default() -> Options {
        Options { optimize: true, lookup: None }
    }
}
