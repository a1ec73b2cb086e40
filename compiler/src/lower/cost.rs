//! The cost model that strategies are chosen by: microseconds of proving on one core.
//!
//! `cargo bench --bench model` proves circuits of one shape on values of one bit, of bytes and of the
//! full field, from whose differences the constants follow; only their ratios decide anything.

use std::time::Duration;
use zirc_circuit::{Circuit, Int, Report};

/// A constraint: its share of the quotient's multi-scalar multiplication and of the transforms.
const CONSTRAINT: f64 = 10.3;
/// A variable of one bit, in all queries.
const BIT: f64 = 0.3;
/// A variable for each further byte of its values.
const BYTE: f64 = 1.0;
/// A variable that fills the field.
const FULL: f64 = 28.0;

/// Constraints and the variables that come with them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Estimate {
    pub(crate) constraints: usize,
    microseconds: f64,
}

impl Estimate {
    /// `count` constraints, each with one variable of absolute value up to `bound`.
    pub(crate) fn products(count: usize, bound: &Int) -> Estimate {
        let variable = match bound.bits() {
            0 | 1 => BIT,
            bits @ 2..=128 => BIT + BYTE * bits.div_ceil(8) as f64,
            _ => FULL,
        };
        Estimate { constraints: count, microseconds: count as f64 * (CONSTRAINT + variable) }
    }

    pub(crate) fn and(self, other: Estimate) -> Estimate {
        Estimate {
            constraints: self.constraints + other.constraints,
            microseconds: self.microseconds + other.microseconds,
        }
    }

    pub(crate) fn cheaper_than(&self, other: &Estimate) -> bool {
        self.microseconds < other.microseconds
    }
}

/// How long proving a circuit takes on one core, by the cost model: what each constraint adds, and
/// what each variable adds by the width of its values.
///
/// ```
/// # use zirc_compiler::{NoFiles, Project, proving_time};
/// let text = "circuit c(private x: u8) -> public y: _ { x * x }";
/// let circuit = Project::load("c.zirc", text, &mut NoFiles).unwrap().compile("c", &mut NoFiles);
/// assert!(proving_time(&circuit.unwrap().circuit).as_micros() > 0);
/// ```
#[must_use]
pub fn proving_time(circuit: &Circuit) -> Duration {
    let w = Report::new(circuit).widths;
    let bytes = [(w.bits8, 1), (w.bits16, 2), (w.bits32, 4), (w.bits64, 8), (w.bits128, 16)];
    let narrow = bytes.iter().map(|(n, b)| *n as f64 * (BIT + BYTE * f64::from(*b)));
    let variables = w.boolean as f64 * BIT + narrow.sum::<f64>() + w.full as f64 * FULL;
    let micros = circuit.num_constraints() as f64 * CONSTRAINT + variables;
    Duration::from_micros(micros as u64)
}
