//! Parameters as text of a module.

use super::grain::{Parameters, parameters};
use num_bigint::BigUint;
use std::fmt::Write;

/// The module for width `t`.
pub(crate) fn text(t: usize) -> String {
    let Parameters { constants, matrix } = parameters(t);
    let mut out = String::new();
    let title = format!("Round constants of Poseidon at width {t}, from the Grain LFSR.");
    tensor(&mut out, &title, &format!("POSEIDON_T{t}_CONSTANTS"), &constants);
    out.push('\n');
    let title = format!("The Cauchy matrix of Poseidon at width {t}, from the Grain LFSR.");
    tensor(&mut out, &title, &format!("POSEIDON_T{t}_MATRIX"), &matrix);
    out
}

fn tensor(out: &mut String, title: &str, name: &str, rows: &[Vec<BigUint>]) {
    let (height, width) = (rows.len(), rows[0].len());
    writeln!(out, "/// {title}\npub const {name}: field[{height}, {width}] = [").unwrap();
    for row in rows {
        let last = row.len() - 1;
        for (i, n) in row.iter().enumerate() {
            let open = if i == 0 { "[" } else { " " };
            let close = if i == last { "]," } else { "," };
            writeln!(out, "    {open}0x{n:064x}{close}").unwrap();
        }
    }
    writeln!(out, "];").unwrap();
}
