//! Signs of life during long work; only on a terminal, and gone afterwards.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;
use zirc_runtime::Phase;

/// A line on standard error that moves.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// For work of unknown length.
    pub(crate) fn spinner(what: &'static str) -> Progress {
        let bar = ProgressBar::new_spinner().with_prefix(what);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Progress(bar)
    }

    /// For a number of equal steps.
    pub(crate) fn steps(what: &'static str, count: usize) -> Progress {
        let bar = ProgressBar::new(count as u64).with_prefix(what);
        if let Ok(style) =
            ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} {msg} {eta}")
        {
            bar.set_style(style);
        }
        Progress(bar)
    }

    /// One step is done.
    pub(crate) fn step(&self) {
        self.0.inc(1);
    }

    /// The runtime has begun a phase.
    pub(crate) fn phase(&self, phase: Phase) {
        self.0.set_message(phase.name());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
