//! What is said of a model's quantization in front of its circuit: how numbers were rounded, and from which files.
//!
//! The proof is about the integers. That they are those of a certain model, rounded in a certain way, is for whoever
//! has the files to see: they are named by their SHA-256, over their bytes and nothing else. Each line says what is
//! certain here and the same everywhere. Where weights are hidden, their model's file is not named: its digest
//! would tell whoever guesses the weights that they are right, which a commitment does not.

use crate::context::{Converter, Rounded, Visibility};
use crate::model::{Files, Model};
use crate::quantize::{FileDigest, Method, Ranges};
use std::fmt::Write;

/// Files of data that are named one by one.
const FEW: usize = 8;

/// Sentences, none for a model of integers; and of them what goes with the choices.
pub(super) fn assumed(model: &Model, c: &Converter<'_>) -> (Vec<String>, Vec<String>) {
    let float = model.graph.inputs.iter().any(|i| i.element.is_float())
        || model.samples.values().any(|t| t.element.is_float());
    if !float {
        return (vec![], vec![]);
    }
    let mut out = vec![];
    if c.visibility == Visibility::Const {
        out.extend(files(&model.files));
    }
    out.extend(activations(model, c));
    out.extend(weights(c));
    if !c.groups.quantized.is_empty() {
        out.push("quantized operators have the scales and zero points that the model says".into());
    }
    let from = origins(model, c);
    out.extend(from.iter().cloned());
    (out, from)
}

/// The model's own files.
fn files(files: &Files) -> Vec<String> {
    let mut out = vec![format!("the model is an ONNX file with SHA-256 {}", files.model)];
    if files.data.len() <= FEW {
        let one = |d: &FileDigest| format!("the model has data in a file with SHA-256 {d}");
        out.extend(files.data.values().map(one));
    } else {
        let mut list = String::new();
        files.data.values().for_each(|d| {
            let _ = writeln!(list, "{d}");
        });
        out.push(format!(
            "the model has data in {} files, and the list of theirs has SHA-256 {}",
            files.data.len(),
            FileDigest::of(list.as_bytes())
        ));
    }
    // Copies of a file are said once.
    let mut said = vec![];
    for line in out {
        if !said.contains(&line) {
            said.push(line);
        }
    }
    said
}

/// How tensors are rounded that depend on inputs.
fn activations(model: &Model, c: &Converter<'_>) -> Option<String> {
    let own = c.chosen.tensors.iter().filter(|(name, _)| model.samples.contains_key(*name));
    let bits = range(own.map(|(_, t)| t.bits))?;
    Some(format!("activations are rounded per tensor, {STEPS}, to types of {bits}"))
}

/// How constants are.
fn weights(c: &Converter<'_>) -> Option<String> {
    let all = || c.weights.iter().filter_map(|w| w.rounded);
    let bits = range(all().map(|r: Rounded| r.bits))?;
    let per = match (all().any(|r| r.channels), all().all(|r| r.channels)) {
        (true, true) => "channel",
        (true, false) => "channel or tensor",
        (false, _) => "tensor",
    };
    Some(format!("weights are rounded per {per}, {STEPS}, to at most {bits}"))
}

const STEPS: &str = "without zero points and to steps that are powers of two";

/// `8 bits`, `8 to 12 bits`; nothing of nothing.
fn range(bits: impl Iterator<Item = u32> + Clone) -> Option<String> {
    let (least, most) = (bits.clone().min()?, bits.max()?);
    Some(if least == most { format!("{most} bits") } else { format!("{least} to {most} bits") })
}

/// Where types come from.
fn origins(model: &Model, c: &Converter<'_>) -> Vec<String> {
    let (settings, mut out) = (c.settings, vec![]);
    let chosen = &settings.choices;
    // The very choices of an earlier import are from where it had them.
    if let (None, Some(said)) = (&settings.ranges, chosen.known()) {
        return said.to_vec();
    }
    let by_hand =
        |name: &String| chosen.tensors.contains_key(name) && !settings.rounded.contains(name);
    // Types that were all chosen are from no data.
    let seen = c.chosen.tensors.keys().any(|n| model.samples.contains_key(n) && !by_hand(n));
    match &settings.ranges {
        _ if !seen => {}
        Some(ranges) => out.push(calibrated(ranges)),
        None => out.push(
            "ranges of activations follow from the types of inputs: there is no calibration data"
                .into(),
        ),
    }
    let some = chosen.tensors.keys().any(by_hand) || !chosen.layers.is_empty();
    match settings.choices_file {
        // A file that says nothing decides nothing.
        Some(_) if chosen.is_empty() => {}
        Some(d) => out.push(format!("choices of a quantization file with SHA-256 {d} are obeyed")),
        None if some => out.push("types of tensors or bits of layers are chosen by hand".into()),
        None => {}
    }
    out
}

/// What ranges come from, and how.
fn calibrated(ranges: &Ranges) -> String {
    let how = match ranges.method {
        Method::MinMax => "from the least value to the greatest",
        Method::Percentile => "without the outermost 0.1 %",
        Method::MeanSquaredError => "those of least mean squared error",
    };
    let samples = if ranges.samples == 1 { "sample" } else { "samples" };
    let file = ranges.file.map_or(String::new(), |d| format!(" in a file with SHA-256 {d}"));
    format!(
        "ranges of activations follow from {} {samples} of calibration data{file}, {how}",
        ranges.samples
    )
}

#[cfg(test)]
mod tests;
