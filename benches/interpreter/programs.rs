//! Layers of a size that models have, with weights that are computed in the program.

use std::collections::BTreeMap;
use zirc_circuit::{Circuit, Int, PortType};
use zirc_compiler::{NoFiles, Project};

/// A layer as a program whose circuit is `c`.
pub(crate) struct Layer {
    pub(crate) name: &'static str,
    pub(crate) project: Project,
    pub(crate) circuit: Circuit,
    pub(crate) inputs: Vec<Vec<Int>>,
}

/// What is measured.
const LAYERS: [(&str, &str); 5] = [
    ("conv", CONV),
    ("conv_transpose", CONV_TRANSPOSE),
    ("rnn", RNN),
    ("lstm", LSTM),
    ("gru", GRU),
];

/// 16 channels of 14 × 14, a kernel of 3 × 3, padding, and ReLU.
const CONV: &str = "
const K: q0.7[16, 8, 3, 3] =
    for o, c, i, j { (mod(37 * o + 11 * c + 5 * i + 3 * j, 255) - 127) / 128 };
const B: q0.7[16] = for o { (mod(29 * o, 255) - 127) / 128 };
circuit c(private x: q3.4[8, 14, 14]) -> private y: _ {
    relu_of_clamp::<q3.4>.(conv2d_with::<pad: 1>(K, B, x))
}";

/// Twice the size in both directions.
const CONV_TRANSPOSE: &str = "
const K: q0.7[8, 8, 3, 3] =
    for c, o, i, j { (mod(37 * o + 11 * c + 5 * i + 3 * j, 255) - 127) / 128 };
const B: q0.7[8] = for o { (mod(29 * o, 255) - 127) / 128 };
circuit c(private x: q3.4[8, 10, 10]) -> private y: _ {
    relu_of_clamp::<q3.4>.(conv_transpose2d_with::<stride: 2, pad: 1, output_pad: 1>(K, B, x))
}";

/// 16 steps of 32 states, from 16 inputs each.
const RNN: &str = "
const W: q0.7[32, 16] = for k, j { (mod(37 * k + 11 * j, 255) - 127) / 128 };
const R: q0.7[32, 32] = for k, j { (mod(23 * k + 7 * j, 255) - 127) / 128 };
const B: q0.7[32] = for k { (mod(29 * k, 255) - 127) / 128 };
circuit c(private x: q3.4[16, 16], private h: q0.7[32]) -> private y: _ {
    rnn::<q3.4>(Rnn(W, R, B, B), x, h)
}";

/// The same of an LSTM.
const LSTM: &str = "
const W: q0.7[128, 16] = for k, j { (mod(37 * k + 11 * j, 255) - 127) / 128 };
const R: q0.7[128, 32] = for k, j { (mod(23 * k + 7 * j, 255) - 127) / 128 };
const B: q0.7[128] = for k { (mod(29 * k, 255) - 127) / 128 };
circuit c(private x: q3.4[16, 16], private h: q0.7[32], private s: q3.8[32]) -> private y: _ {
    let (all, last) = lstm::<q3.4, uq0.8, q0.7>(Lstm(W, R, B, B), x, h, s);
    all
}";

/// The same of a GRU.
const GRU: &str = "
const W: q0.7[96, 16] = for k, j { (mod(37 * k + 11 * j, 255) - 127) / 128 };
const R: q0.7[96, 32] = for k, j { (mod(23 * k + 7 * j, 255) - 127) / 128 };
const B: q0.7[96] = for k { (mod(29 * k, 255) - 127) / 128 };
circuit c(private x: q3.4[16, 16], private h: q0.7[32]) -> private y: _ {
    gru::<1, q3.4, uq0.8, q0.7>(Gru(W, R, B, B), x, h)
}";

impl Layer {
    pub(crate) fn all() -> Vec<Layer> {
        LAYERS.iter().map(|(name, text)| Layer::new(name, text)).collect()
    }

    fn new(name: &'static str, text: &str) -> Layer {
        let project = Project::load("model.zirc", text, &mut NoFiles)
            .unwrap_or_else(|r| panic!("{name}: {:#?}", r.diagnostics));
        let circuit = project
            .compile("c", &mut NoFiles)
            .unwrap_or_else(|r| panic!("{name}: {:#?}", r.diagnostics))
            .circuit;
        let mut state = 1u64;
        let mut next = |lo: &Int, hi: &Int| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            lo + Int::from(state >> 33) % (hi - lo + 1)
        };
        let mut inputs = vec![];
        for p in &circuit.signature.inputs {
            let PortType::Fix { lo, hi, .. } = &p.ty else { panic!("{name}: an integer") };
            inputs.push((0..p.shape.iter().product()).map(|_| next(lo, hi)).collect());
        }
        Layer { name, project, circuit, inputs }
    }

    pub(crate) fn named(&self) -> BTreeMap<String, Vec<Int>> {
        let names = self.circuit.signature.inputs.iter().map(|p| p.name.clone());
        names.zip(self.inputs.iter().cloned()).collect()
    }
}
