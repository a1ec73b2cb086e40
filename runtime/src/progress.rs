//! What setup and prover are doing, how long it took, and how much memory by then.

use crate::machine::{Clock, peak_memory};

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
    /// Setup: the query of the model's commitment, in G1 (only for circuits with a model).
    KeyM,
    /// Setup: the quotient's query, in G1.
    KeyH,
    /// Prover: all values but those that depend on challenges. The caller computes them.
    Witness,
    /// Prover: the key is read from its file, by sections, between the other phases.
    ReadKey,
    /// Prover: the assignment is compared with the constraints (only if asked for).
    Check,
    /// Prover: the commitment to the model (only for circuits with one).
    QueryM,
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
            Phase::KeyM => "key M",
            Phase::KeyH => "key H",
            Phase::Witness => "witness",
            Phase::ReadKey => "reading the key",
            Phase::Check => "check",
            Phase::QueryM => "query M",
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

/// What a phase took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spent {
    /// Which.
    pub phase: Phase,
    /// Milliseconds by the clock; 0 where there is none.
    pub ms: f64,
    /// The most memory that the process had held by its end, in bytes; `None` where the system does not
    /// tell. For a phase that comes back, by its first end and by every later one by which it was more
    /// than ever before. The first with the largest value is the one to look at.
    pub peak_memory: Option<u64>,
}

/// What each phase took, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timings {
    /// Each phase once, by its first beginning.
    pub phases: Vec<Spent>,
}

impl Timings {
    /// Milliseconds altogether.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.phases.iter().map(|s| s.ms).sum()
    }

    /// Runs something and adds what it took to its phase.
    ///
    /// ```
    /// use zirc_runtime::{Phase, Timings};
    /// let mut timings = Timings::default();
    /// assert_eq!(timings.run(Phase::Witness, || 6 * 7), 42);
    /// assert_eq!(timings.phases[0].phase, Phase::Witness);
    /// ```
    pub fn run<T>(&mut self, phase: Phase, work: impl FnOnce() -> T) -> T {
        let clock = Clock::start();
        let out = work();
        let ms = clock.seconds() * 1e3;
        self.add(Spent { phase, ms, peak_memory: peak_memory() });
        out
    }

    /// These and then others.
    #[must_use]
    pub fn then(mut self, others: &Timings) -> Timings {
        others.phases.iter().for_each(|s| self.add(*s));
        self
    }

    fn add(&mut self, spent: Spent) {
        let highest = self.phases.iter().map(|s| s.peak_memory).max().flatten();
        match self.phases.iter_mut().find(|s| s.phase == spent.phase) {
            Some(s) => {
                s.ms += spent.ms;
                if spent.peak_memory > highest {
                    s.peak_memory = spent.peak_memory;
                }
            }
            None => self.phases.push(spent),
        }
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
        self.timings.run(phase, work)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_counted_for_the_phase_that_took_it() {
        let spent = |phase, bytes| Spent { phase, ms: 1.0, peak_memory: Some(bytes) };
        let mut timings = Timings::default();
        timings.add(spent(Phase::ReadKey, 5));
        timings.add(spent(Phase::QueryA, 9));
        // Not by this: it was as much before.
        timings.add(spent(Phase::ReadKey, 9));
        let peaks = |t: &Timings| -> Vec<_> { t.phases.iter().map(|s| s.peak_memory).collect() };
        assert_eq!(peaks(&timings), [Some(5), Some(9)]);
        let later = Timings { phases: vec![spent(Phase::ReadKey, 12)] };
        let timings = timings.then(&later);
        assert_eq!(peaks(&timings), [Some(12), Some(9)]);
        assert_eq!(timings.phases[0].ms, 3.0);
    }

    #[test]
    fn a_phase_that_comes_back_is_one_phase() {
        let mut seen = vec![];
        let mut progress = |p| seen.push(p);
        let mut watch = Watch::new(&mut progress);
        for phase in [Phase::Rows, Phase::QueryA, Phase::Rows] {
            watch.run(phase, || std::thread::sleep(std::time::Duration::from_millis(2)));
        }
        let timings = watch.timings;
        assert_eq!(seen, [Phase::Rows, Phase::QueryA, Phase::Rows]);
        let phases: Vec<Phase> = timings.phases.iter().map(|s| s.phase).collect();
        assert_eq!(phases, [Phase::Rows, Phase::QueryA]);
        // Sleeping takes at least as long as asked for.
        assert!(timings.phases[0].ms >= 4.0 && timings.phases[1].ms >= 2.0);
        assert_eq!(timings.total(), timings.phases[0].ms + timings.phases[1].ms);
    }
}
