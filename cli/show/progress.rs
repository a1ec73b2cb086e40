//! Signs of life during long work; only on a terminal, and gone afterwards.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::{Duration, Instant};
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

/// Inputs that a promise is tried on, once that takes a while.
#[derive(Debug, Default)]
pub(crate) struct Trials {
    /// The instance, when it was begun, and its line.
    under_way: Option<(String, Instant, Option<Progress>)>,
}

/// Work that is done sooner shows no line.
const A_WHILE: Duration = Duration::from_millis(500);

impl Trials {
    /// So many inputs were tried of so many.
    pub(crate) fn show(&mut self, name: &str, tried: u64, of: u64) {
        if tried == 0 {
            self.under_way = Some((name.to_owned(), Instant::now(), None));
        }
        let Some((name, begun, line)) = &mut self.under_way else { return };
        if line.is_none() && begun.elapsed() >= A_WHILE {
            let made = Progress::steps("ensures", usize::try_from(of).unwrap_or(usize::MAX));
            made.0.set_message(super::clean(name));
            *line = Some(made);
        }
        if let Some(line) = line {
            line.0.set_position(tried);
        }
        if tried + 1 >= of {
            self.under_way = None;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
