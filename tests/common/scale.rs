//! The scale case: a layer whose rows would never fit in memory.

use zirc_circuit::{Circuit, Int, Ints, PortType};
use zirc_compiler::{Loaded, Loader, Project};

/// A 3×3 convolution from 64 to 64 channels on 56×56, squared and summed: 115 million
/// multiply-accumulates with constant weights.
pub const SCALE: &str = "
circuit scale(const k: i8[64, 64, 3, 3] = file(\"kernel\"), private x: u4[64, 56, 56]) -> public out: _ {
    let y = for o < 64, r < 54, c < 54 { sum ch, i, j { k[o, ch, i, j] * x[ch, r + i, c + j] } };
    sum o, r, c { y[o, r, c] * y[o, r, c] }
}";

/// Weights from a formula.
pub struct Kernel;

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

pub fn compile_scale() -> Circuit {
    let project = Project::load("scale.zirc", SCALE, &mut Kernel).expect("the program is valid");
    project.compile("scale", &mut Kernel).expect("the program compiles").circuit
}

pub fn scale_input() -> Vec<Vec<Int>> {
    vec![(0..64 * 56 * 56i64).map(|i| Int::from((i * 31 + 7) % 16)).collect()]
}
