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
    // As `zirc fmt` lays them out: no two of these numbers fit in a line.
    for row in rows {
        writeln!(out, "    [").unwrap();
        row.iter().for_each(|n| writeln!(out, "        0x{n:064x},").unwrap());
        writeln!(out, "    ],").unwrap();
    }
    writeln!(out, "];").unwrap();
}
