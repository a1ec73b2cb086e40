//! The rows of an ONNX model.

use super::cost::{Cost, How};
use super::row::{Quality, Row};
use super::setting::Quantized;
use crate::args::Lowering;
use crate::args::onnx::{Import, Seen, Weights};
use crate::commands::eval::onnx::{Wanted, compile, evaluate};
use crate::error::Error;
use crate::load::inputs::Values;
use crate::load::onnx::{self, Opened};
use std::path::Path;
use zirc_circuit::{Circuit, Int};
use zirc_compiler::Mode;
use zirc_onnx::compare::{Evaluation, Score};

/// What a model is compared with, and how.
#[derive(Debug)]
pub(super) struct Compared<'a> {
    pub(super) import: &'a Import,
    pub(super) data: Option<&'a Values>,
    pub(super) limit: usize,
    pub(super) how: How<'a>,
}

/// A row for each place of the weights and each mode; the model is read and calibrated once.
pub(super) fn rows(
    path: &Path,
    name: &str,
    quantized: &Quantized,
    enforced: (&[Weights], &[Mode]),
    with: &Compared<'_>,
) -> Result<Vec<Row>, Error> {
    let opened = onnx::open(path, &quantized.import(with.import))?;
    let mut rows = vec![];
    for weights in enforced.0 {
        for mode in enforced.1 {
            let seen = Seen { weights: Some(*weights), ..Seen::default() };
            let lowering = Lowering { mode: Some(*mode), ..Lowering::default() };
            let (circuit, found, samples) = made(&opened, seen, lowering, with)?;
            let first = found.as_ref().and_then(|f| f.first.as_deref());
            let cost = Cost::of(&circuit, path, first, &with.how)?;
            rows.push(Row {
                model: name.to_owned(),
                circuit: None,
                mode: (*mode, circuit.has_challenges()),
                import: Some((in_force(quantized, &opened), *weights)),
                quality: found.as_ref().map(|f| quality(f, samples, with.data)),
                cost,
            });
        }
    }
    Ok(rows)
}

/// The circuit, evaluated if there are data.
fn made(
    opened: &Opened,
    seen: Seen,
    lowering: Lowering,
    with: &Compared<'_>,
) -> Result<(Circuit, Option<Evaluation>, usize), Error> {
    let Some(data) = with.data else {
        let imported = opened.unclaimed(&seen, false)?;
        let circuit = compile(opened, imported, lowering)?.1.circuit;
        return Ok((circuit, None, 0));
    };
    let (limit, force) = (with.limit, with.how.memory.force);
    let wanted = Wanted { seen, lowering, limit, interpreted: 1, layers: false, force };
    let e = evaluate(opened, data, &wanted)?;
    Ok((e.circuit, Some(e.found), e.number))
}

/// The bits that hold: those asked for, or of the file of types, or the usual ones.
fn in_force(quantized: &Quantized, opened: &Opened) -> Quantized {
    let s = &opened.settings;
    Quantized {
        activation_bits: Some(s.choices.activation_bits.unwrap_or(s.activation_bits)),
        weight_bits: Some(s.choices.weight_bits.unwrap_or(s.weight_bits)),
        ..quantized.clone()
    }
}

fn quality(found: &Evaluation, samples: usize, data: Option<&Values>) -> Quality {
    let accuracy = |s: &Option<Score>| match s {
        Some(s @ Score::Accuracy(..)) => Some(s.value()),
        _ => None,
    };
    let error = |s: &Option<Score>| match s {
        Some(s @ Score::Error(..)) => Some(s.value()),
        _ => None,
    };
    // Where the data have no numbers, the float model's results are what the circuit stands for.
    let (rmse, against) = match error(&found.circuit) {
        Some(e) => (Some(e), Some("target")),
        None => (found.agreement.floats.rmse(), Some("float model")),
    };
    Quality {
        samples,
        accuracy: (accuracy(&found.float), accuracy(&found.circuit)),
        rmse: (error(&found.float), rmse),
        against: against.filter(|_| rmse.is_some()),
        same: found.same,
        agree: found.agree.0 == found.agree.1,
        data: data.map_or(String::new(), |d| d.path.display().to_string()),
    }
}

/// The inputs of a sample.
pub(super) type Raw = Vec<Vec<Int>>;
