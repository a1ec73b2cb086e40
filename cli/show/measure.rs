//! Time and memory.

use serde_json::{Value, json};
use std::time::Instant;
use zirc_runtime::Timings;

/// Runs something; gives its result and how many milliseconds it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let out = work();
    (out, start.elapsed().as_secs_f64() * 1e3)
}

/// The most memory that this process has used so far, in bytes, where the system tells.
pub(crate) fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// The phases of setup or prover, for machines.
pub(crate) fn phases(timings: &Timings) -> Value {
    let phase = |(p, ms): &(zirc_runtime::Phase, f64)| json!({ "phase": p.name(), "ms": ms });
    timings.phases.iter().map(phase).collect()
}
