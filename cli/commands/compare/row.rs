//! The rows of a comparison as a table.

use super::cost::Cost;
use super::setting::{Quantized, name};
use crate::args::onnx::Weights;
use crate::show::sheet::{Cell, Reader, Sheet};
use zirc_compiler::Mode;

/// How good the circuit's answers are on a data set.
#[derive(Clone, Debug, Default)]
pub(super) struct Quality {
    pub(super) samples: usize,
    /// Right answers, as a part of all: of the float model, and of the circuit.
    pub(super) accuracy: (Option<f64>, Option<f64>),
    /// Root of the mean squared error: of the float model against the data's numbers, and of the circuit.
    pub(super) rmse: (Option<f64>, Option<f64>),
    /// What the circuit's error is measured against.
    pub(super) against: Option<&'static str>,
    /// On how many samples float model and circuit say the same.
    pub(super) same: Option<usize>,
    /// Whether integers and circuit agreed wherever both were computed.
    pub(super) agree: bool,
    pub(super) data: String,
}

/// One circuit.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) model: String,
    /// Which circuit of a program.
    pub(super) circuit: Option<String>,
    /// The mode asked for, and whether a commitment round was taken.
    pub(super) mode: (Mode, bool),
    /// Of models: what decided the integers, with the bits that hold, and where weights are.
    pub(super) import: Option<(Quantized, Weights)>,
    pub(super) quality: Option<Quality>,
    pub(super) cost: Cost,
}

impl Row {
    /// As asked for, and what was taken of `auto`.
    pub(super) fn mode(&self) -> String {
        let taken = if self.mode.1 { Mode::Commit } else { Mode::Groth16 };
        match self.mode.0 {
            Mode::Auto => format!("auto: {}", taken.name()),
            mode => mode.name().to_owned(),
        }
    }

    fn quantization(&self) -> Option<String> {
        let (q, _) = self.import.as_ref()?;
        q.quantization.as_ref().map(|f| f.display().to_string())
    }
}

/// All rows.
pub(super) fn sheet(rows: &[Row]) -> Sheet {
    let mut s = Sheet::default();
    settings(&mut s, rows);
    qualities(&mut s, rows);
    costs(&mut s, rows);
    s
}

/// What tells rows apart.
fn settings(s: &mut Sheet, rows: &[Row]) {
    let mut words = |key: &str, title: &str, reader, of: &dyn Fn(&Row) -> Option<String>| {
        s.column((key, title), true, reader, rows.iter().map(|r| Cell::words(of(r))));
    };
    let only = Reader::IfDifferent;
    words("model", "model", Reader::All, &|r| Some(r.model.clone()));
    words("circuit", "circuit", only, &|r| r.circuit.clone());
    words("mode", "mode", only, &|r| Some(r.mode()));
    words("calibration", "calibration", only, &|r| Some(name(&r.import.as_ref()?.0.calibration)));
    words("quantization", "quantization", only, &Row::quantization);
    words("weights", "weights", only, &|r| Some(name(&r.import.as_ref()?.1)));
    let mut bits = |key: &str, title: &str, of: &dyn Fn(&Quantized) -> Option<u32>| {
        let bits = |r: &Row| r.import.as_ref().and_then(|(q, _)| of(q));
        let cell = |n: Option<u32>| n.map_or(Cell::None, |n| Cell::Count(n as usize));
        s.column((key, title), false, only, rows.iter().map(|r| cell(bits(r))));
    };
    bits("activation_bits", "act bits", &|q| q.activation_bits);
    bits("weight_bits", "weight bits", &|q| q.weight_bits);
}

fn qualities(s: &mut Sheet, rows: &[Row]) {
    let mut column = |key: &str, title: &str, reader, of: &dyn Fn(&Quality) -> Cell| {
        let cells = rows.iter().map(|r| r.quality.as_ref().map_or(Cell::None, of));
        s.column((key, title), false, reader, cells);
    };
    let share = |v: Option<f64>| v.map_or(Cell::None, Cell::Share);
    let real = |v: Option<f64>| v.map_or(Cell::None, Cell::Real);
    column("float_accuracy", "float accuracy", Reader::All, &|q| share(q.accuracy.0));
    column("accuracy", "accuracy", Reader::All, &|q| share(q.accuracy.1));
    column("float_rmse", "float RMSE", Reader::All, &|q| real(q.rmse.0));
    column("rmse", "RMSE", Reader::All, &|q| real(q.rmse.1));
    column("same", "same", Reader::All, &|q| {
        let part = |n: usize| n as f64 / q.samples.max(1) as f64;
        q.same.map_or(Cell::None, |n| Cell::Share(part(n)))
    });
    column("samples", "samples", Reader::Machine, &|q| Cell::Count(q.samples));
    column("rmse_against", "RMSE against", Reader::Machine, &|q| Cell::words(q.against));
    column("integers_agree", "integers agree", Reader::Machine, &|q| Cell::Flag(q.agree));
    column("data", "data", Reader::Machine, &|q| Cell::words(Some(q.data.as_str())));
}

fn costs(s: &mut Sheet, rows: &[Row]) {
    let mut column = |key: &str, title: &str, reader, of: &dyn Fn(&Cost) -> Cell| {
        s.column((key, title), false, reader, rows.iter().map(|r| of(&r.cost)));
    };
    column("constraints", "constraints", Reader::All, &|c| Cell::Count(c.constraints));
    column("variables", "variables", Reader::Machine, &|c| Cell::Count(c.variables));
    for (k, key, title) in
        [(0, "setup_ms", "setup"), (1, "prove_ms", "proof"), (2, "verify_ms", "verify")]
    {
        let time = |c: &Cost| c.times.map_or(Cell::None, |t| Cell::Millis(t[k]));
        column(key, title, Reader::All, &|c| time(c).predicted(!c.measured));
    }
    let times = |c: &Cost| Cell::words(Some(if c.measured { "measured" } else { "predicted" }));
    column("times", "times", Reader::Machine, &times);
    column("predicted_ms", "predicted proof", Reader::Machine, &|c| {
        c.predicted_ms.map_or(Cell::None, Cell::Millis)
    });
    let bytes = |n: Option<u64>| n.map_or(Cell::None, Cell::Bytes);
    column("proving_key_bytes", "proving key", Reader::All, &|c| bytes(c.proving_key));
    column("verifying_key_bytes", "verifying key", Reader::All, &|c| bytes(c.verifying_key));
    column("proof_bytes", "proof size", Reader::All, &|c| bytes(c.proof_size.map(|n| n as u64)));
    column("peak_memory_bytes", "memory", Reader::All, &|c| bytes(c.memory).predicted(true));
}
