//! Circuits and inputs that the benchmarks share.

#![allow(dead_code, reason = "each benchmark uses a part")]

#[path = "../../tests/common/mod.rs"]
mod folder;

pub(crate) use folder::scale::{compile_scale, scale_input};

use zirc_circuit::{Circuit, Int};
use zirc_runtime::input::{self, Format};

/// The digits circuit, and its input as the example has it.
pub(crate) fn digits() -> (Circuit, Vec<Vec<Int>>) {
    let circuit = folder::example("digits").compile("digits").circuit;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/digits/input.json");
    let bytes = std::fs::read(path).expect("the example's input is there");
    let values = input::read_values(&bytes, Format::Json).expect("the example's input is valid");
    let inputs = input::bind(&circuit.signature, &values).expect("the input fits the circuit");
    (circuit, inputs)
}

pub(crate) fn compile_digits() -> Circuit {
    folder::example("digits").compile("digits").circuit
}
