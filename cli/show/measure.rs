//! Time.

use serde_json::{Value, json};
use std::time::Instant;
use zirc_runtime::{Spent, Timings};

/// Runs something; gives its result and how many milliseconds it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let out = work();
    (out, start.elapsed().as_secs_f64() * 1e3)
}

/// The phases of setup or prover, for machines.
pub(crate) fn phases(timings: &Timings) -> Value {
    let phase = |s: &Spent| json!({ "phase": s.phase.name(), "ms": s.ms, "peak_memory_bytes": s.peak_memory });
    timings.phases.iter().map(phase).collect()
}
