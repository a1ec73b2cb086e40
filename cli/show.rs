//! How things look on a terminal.

pub(crate) mod chart;
pub(crate) mod columns;
pub(crate) mod cost;
pub(crate) mod diagnostic;
pub(crate) mod equation;
pub(crate) mod forecast;
pub(crate) mod instance;
pub(crate) mod measure;
pub(crate) mod number;
pub(crate) mod profile;
pub(crate) mod progress;
pub(crate) mod sheet;
pub(crate) mod shown;
pub(crate) mod table;
pub(crate) mod values;

use std::io::Write;
use std::sync::Mutex;
pub(crate) use zirc_runtime::words::{clean, line};

/// Warnings so far, for machines.
static WARNINGS: Mutex<Vec<String>> = Mutex::new(vec![]);

/// A warning, made safe to show; machines find it among the answer's.
pub(crate) fn warning(text: &str) {
    let text = clean(text);
    stderr(&format!("warning: {text}"));
    remember(text);
}

/// The same of one that the answer's text has.
pub(crate) fn remember(text: String) {
    if let Ok(mut all) = WARNINGS.lock() {
        all.push(text);
    }
}

/// The warnings that were not told of a place in a program.
pub(crate) fn warnings() -> Vec<String> {
    WARNINGS.lock().map(|all| all.clone()).unwrap_or_default()
}

/// A line on standard error; if nobody can read it there is nobody to tell.
pub(crate) fn stderr(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Words as in "a, b and c".
pub(crate) fn listed(words: &[&str]) -> String {
    match words {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        words => words.concat(),
    }
}

/// Seconds since 1970 by this machine's clock.
pub(crate) fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |d| d.as_secs())
}
