//! Programs without files, as circuits named `c`.

use zirc_circuit::{Circuit, Int};
use zirc_compiler::{Mode, NoFiles, Options, Project};

/// The circuit `c` of a program that compiles.
pub(crate) fn compile(text: &str, mode: Mode, always_look_up: bool) -> Circuit {
    let p = Project::load("t.zirc", text, &mut NoFiles)
        .unwrap_or_else(|r| panic!("{text}: {:#?}", r.diagnostics));
    let options = Options { mode, always_look_up, ..Options::default() };
    p.compile_with("c", &mut NoFiles, &options)
        .unwrap_or_else(|r| panic!("{text}: {:#?}", r.diagnostics))
        .circuit
}

pub(crate) fn ints(values: &[i64]) -> Vec<Int> {
    values.iter().map(|&v| v.into()).collect()
}
