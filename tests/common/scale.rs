//! The scale case: a layer whose rows would never fit in memory.

use zirc_circuit::{Circuit, Int, Ints};
use zirc_compiler::{InMemory, Loaded, Project};

/// A 3×3 convolution from 64 to 64 channels on 56×56, squared and summed: 115 million
/// multiply-accumulates with constant weights.
pub const SCALE: &str = "
circuit scale(const k: i8[64, 64, 3, 3] = file(\"kernel\"), private x: u4[64, 56, 56]) -> public out: _ {
    let y = for o < 64, r < 54, c < 54 { sum ch, i, j { k[o, ch, i, j] * x[ch, r + i, c + j] } };
    sum o, r, c { y[o, r, c] * y[o, r, c] }
}";

/// Weights from a formula.
fn kernel() -> InMemory {
    let data = (0..64 * 64 * 9i64).map(|i| (i * 7919 + 13) % 201 - 100).collect();
    let k = Loaded { shape: vec![64, 64, 3, 3], data: Ints::Small(data) };
    InMemory::default().file("kernel", "00".repeat(32), [("k".into(), k)])
}

pub fn compile_scale() -> Circuit {
    let mut loader = kernel();
    let project = Project::load("scale.zirc", SCALE, &mut loader).expect("the program is valid");
    project.compile("scale", &mut loader).expect("the program compiles").circuit
}

pub fn scale_input() -> Vec<Vec<Int>> {
    vec![(0..64 * 56 * 56i64).map(|i| Int::from((i * 31 + 7) % 16)).collect()]
}
