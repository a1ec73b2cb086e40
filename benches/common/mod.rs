//! Circuits and inputs that the benchmarks share.

#![allow(dead_code, reason = "each benchmark uses a part")]

#[path = "../../tests/common/mod.rs"]
mod folder;

use zirc_circuit::{Circuit, Int, Ints, PortType};
use zirc_compiler::{Loaded, Loader, Project};
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

/// A 3×3 convolution from 64 to 64 channels on 56×56, squared and summed: 115 million
/// multiply-accumulates with constant weights.
pub(crate) const SCALE: &str = "
circuit scale(const k: i8[64, 64, 3, 3] = file(\"kernel\"), private x: u4[64, 56, 56]) -> public out: _ {
    let y = for o < 64, r < 54, c < 54 { sum ch, i, j { k[o, ch, i, j] * x[ch, r + i, c + j] } };
    sum o, r, c { y[o, r, c] * y[o, r, c] }
}";

/// Weights from a formula.
pub(crate) struct Kernel;

impl Loader for Kernel {
    fn source(&mut self, path: &str) -> Result<String, String> {
        Err(format!("there is no file `{path}`"))
    }

    fn tensor(&mut self, _: &str, _: &str, _: &PortType) -> Result<Loaded, String> {
        let data = (0..64 * 64 * 9i64).map(|i| (i * 7919 + 13) % 201 - 100).collect();
        Ok(Loaded { shape: vec![64, 64, 3, 3], data: Ints::Small(data) })
    }

    fn digest(&mut self, _: &str) -> Result<String, String> {
        Ok("00".repeat(32))
    }
}

pub(crate) fn compile_scale() -> Circuit {
    let project = Project::load("scale.zirc", SCALE, &mut Kernel).expect("the program is valid");
    project.compile("scale", &mut Kernel).expect("the program compiles").circuit
}

pub(crate) fn scale_input() -> Vec<Vec<Int>> {
    vec![(0..64 * 56 * 56i64).map(|i| Int::from((i * 31 + 7) % 16)).collect()]
}
