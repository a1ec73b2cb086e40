//! The cost model that strategies are chosen by: microseconds of proving on one core.
//!
//! `cargo bench --bench model` proves circuits of one shape on values of one bit, of bytes and of the
//! full field, from whose differences the constants follow; only their ratios decide anything.

use std::collections::BTreeSet;
use std::time::Duration;
use zirc_circuit::{Circuit, Int, Kind, Report, Tensor, TensorId};

/// A constraint: its share of the quotient's multi-scalar multiplication and of the transforms.
const CONSTRAINT: f64 = 10.3;
/// A variable of one bit, in all queries.
const BIT: f64 = 0.3;
/// A variable for each further byte of its values.
const BYTE: f64 = 1.0;
/// A variable that fills the field.
const FULL: f64 = 28.0;
/// One that stands in A and C only, so that nothing is done for it in G2.
const FULL_G1: f64 = 14.0;

/// A number held to 0 or 1 by a constraint of its own.
pub(crate) fn boolean() -> Estimate {
    Estimate::products(1, &Int::from(1))
}

/// A constraint without a variable of its own.
pub(crate) fn equality() -> Estimate {
    Estimate { constraints: 1, microseconds: CONSTRAINT }
}

/// A product that fills the field and stands in A and C only.
pub(crate) fn response() -> Estimate {
    Estimate { constraints: 1, microseconds: CONSTRAINT + FULL_G1 }
}

/// A product that fills the field and stands in B as well.
pub(crate) fn wide() -> Estimate {
    Estimate { constraints: 1, microseconds: CONSTRAINT + FULL }
}

/// A lookup in a table that is there: (ρ − x)·v = 1, and a variable of up to two bytes for x.
pub(crate) fn query() -> Estimate {
    Estimate { constraints: 1, microseconds: CONSTRAINT + FULL_G1 + BIT + 2.0 * BYTE }
}

/// A lookup of an index and a value: the value's multiple by β as well.
pub(crate) fn function_query() -> Estimate {
    query().and(Estimate { constraints: 1, microseconds: CONSTRAINT + FULL })
}

/// What is saved by looking up a saturated quotient in place of telling by pieces of it on which side of
/// its type it lies: two bits, two pieces, a product and a choice less, for one lookup of a function.
pub(crate) fn tabled() -> Estimate {
    let pieces = boolean().times(2).and(query().times(2)).and(boolean().times(2));
    let microseconds = pieces.microseconds - function_query().microseconds;
    Estimate { constraints: pieces.constraints - function_query().constraints, microseconds }
}

/// A row of a table: (ρ − t)·q = m, and a variable for how often it is looked up.
pub(crate) fn row() -> Estimate {
    query()
}

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

    /// That many times.
    pub(crate) fn times(self, count: usize) -> Estimate {
        let microseconds = self.microseconds * count as f64;
        Estimate { constraints: self.constraints * count, microseconds }
    }

    /// By how many microseconds it is more than another.
    pub(crate) fn less(&self, other: &Estimate) -> f64 {
        self.microseconds - other.microseconds
    }

    pub(crate) fn cheaper_than(&self, other: &Estimate) -> bool {
        self.microseconds < other.microseconds
    }
}

impl std::iter::Sum for Estimate {
    fn sum<I: Iterator<Item = Estimate>>(all: I) -> Estimate {
        all.fold(Estimate::default(), Estimate::and)
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
    let in_b: BTreeSet<TensorId> =
        circuit.blocks.iter().flat_map(|b| &b.b.terms).map(|t| t.src).collect();
    // Responses are read as they are, not through derived tensors.
    let outside_b = |(k, t): &(usize, &Tensor)| {
        t.kind == Kind::Response && !in_b.contains(&TensorId(*k as u32))
    };
    let cheap: usize =
        circuit.tensors.iter().enumerate().filter(outside_b).map(|x| x.1.len()).sum();
    let full = (w.full - cheap) as f64 * FULL + cheap as f64 * FULL_G1;
    let variables = w.boolean as f64 * BIT + narrow.sum::<f64>() + full;
    let micros = circuit.num_constraints() as f64 * CONSTRAINT + variables;
    Duration::from_micros(micros as u64)
}
