//! What setup and prover are doing, and how long it took.

use std::time::Instant;

/// A phase of setup or proving, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Setup: Lagrange polynomials at τ and the columns of the matrices, by the adjoint.
    Columns,
    /// Setup: the A query, in G1.
    KeyA,
    /// Setup: the B query, in G2.
    KeyB,
    /// Setup: the C query and the public inputs' points, in G1.
    KeyC,
    /// Setup: the query of the commitment, in G1 (only for circuits with challenges).
    KeyD,
    /// Setup: the quotient's query, in G1.
    KeyH,
    /// Prover: the assignment is compared with the constraints (only if asked for).
    Check,
    /// Prover: the commitment to what precedes the challenges (only for circuits with challenges).
    QueryD,
    /// Prover: the values that depend on challenges (only for circuits with challenges).
    Responses,
    /// Prover: A·z and B·z.
    Rows,
    /// Prover: four transforms.
    Transforms,
    /// Prover: the quotient, a multi-scalar multiplication of full width.
    Quotient,
    /// Prover: Σ zⱼ·\[aⱼ\]₁
    QueryA,
    /// Prover: Σ zⱼ·\[bⱼ\]₂
    QueryB,
    /// Prover: Σ zⱼ·\[l'ⱼ\]₁
    QueryC,
}

impl Phase {
    /// A short name, for progress bars and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Phase::Columns => "columns",
            Phase::KeyA => "key A",
            Phase::KeyB => "key B",
            Phase::KeyC => "key C",
            Phase::KeyD => "key D",
            Phase::KeyH => "key H",
            Phase::Check => "check",
            Phase::QueryD => "query D",
            Phase::Responses => "responses",
            Phase::Rows => "rows",
            Phase::Transforms => "transforms",
            Phase::Quotient => "quotient",
            Phase::QueryA => "query A",
            Phase::QueryB => "query B",
            Phase::QueryC => "query C",
        }
    }
}

/// Progress that nobody watches: [`setup`](crate::setup()) and [`prove`](crate::prove()) call a
/// `FnMut(Phase)` as each phase begins.
pub fn silent(_: Phase) {}

/// Wall-clock milliseconds of each phase, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timings {
    /// Phase and milliseconds.
    pub phases: Vec<(Phase, f64)>,
}

impl Timings {
    /// Milliseconds altogether.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.phases.iter().map(|(_, ms)| ms).sum()
    }
}

/// Runs phases, tells the watcher and keeps time.
pub(crate) struct Watch<'p> {
    progress: &'p mut dyn FnMut(Phase),
    pub(crate) timings: Timings,
}

impl<'p> Watch<'p> {
    pub(crate) fn new(progress: &'p mut dyn FnMut(Phase)) -> Self {
        Watch { progress, timings: Timings::default() }
    }

    pub(crate) fn run<T>(&mut self, phase: Phase, work: impl FnOnce() -> T) -> T {
        (self.progress)(phase);
        let start = Instant::now();
        let out = work();
        self.timings.phases.push((phase, start.elapsed().as_secs_f64() * 1e3));
        out
    }
}
