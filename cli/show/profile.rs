//! Where time and memory went, for people.

use super::number::{bytes, millis};
use super::table::Table;
use zirc_runtime::Timings;

/// A row for each phase: milliseconds, share of the time, and the most memory held by its end.
pub(crate) fn profile(what: &str, timings: &Timings) -> String {
    let total = timings.total();
    let share = |ms: f64| if total > 0.0 { 100.0 * ms / total } else { 0.0 };
    let mut table = Table::new(1, [what, "time", "share", "peak memory"]);
    for s in &timings.phases {
        table.row([
            format!("  {}", s.phase.name()),
            format!("{:.1} ms", s.ms),
            format!("{:.1} %", share(s.ms)),
            s.peak_memory.map_or("–".into(), bytes),
        ]);
    }
    table.row([String::from("  total"), millis(total)]);
    table.render(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use zirc_runtime::{Phase, Spent};

    #[test]
    fn shares_add_up_and_memory_may_be_unknown() {
        let spent = |phase, ms, peak_memory| Spent { phase, ms, peak_memory };
        let phases = vec![
            spent(Phase::Witness, 250.0, None),
            spent(Phase::Quotient, 750.0, Some(12_345_678)),
        ];
        let text = profile("prove", &Timings { phases });
        assert_eq!(
            text,
            "prove           time   share  peak memory\n\
             \x20 witness   250.0 ms  25.0 %            –\n\
             \x20 quotient  750.0 ms  75.0 %      12.3 MB\n\
             \x20 total       1.00 s\n"
        );
        assert!(profile("prove", &Timings::default()).contains("total"));
    }
}
