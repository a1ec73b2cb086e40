//! The dimensions of a comparison, and their combinations.

use crate::args::mode;
use crate::args::onnx::{Calibration, Import, Weights};
use crate::error::Error;
use clap::ValueEnum;
use std::path::PathBuf;
use zirc_compiler::Mode;

/// The most rows of a comparison.
const MOST_ROWS: usize = 1000;

/// What varies. Each takes several values, with commas or again; every combination is a row.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Dimensions: every combination is a row")]
pub(crate) struct Dimensions {
    /// The proof system: groth16, groth16-commit, or auto for the one predicted to prove faster
    /// [default: groth16]
    #[arg(long, value_name = "MODE,…", value_delimiter = ',', value_parser = mode)]
    mode: Vec<Mode>,
    /// Of models: bits of activations [default: 8]
    #[arg(long, value_name = "N,…", value_delimiter = ',',
          value_parser = clap::value_parser!(u32).range(2..=32))]
    activation_bits: Vec<u32>,
    /// Of models: bits of weights [default: 8]
    #[arg(long, value_name = "N,…", value_delimiter = ',',
          value_parser = clap::value_parser!(u32).range(2..=32))]
    weight_bits: Vec<u32>,
    /// Of models: how ranges follow from samples [default: min-max]
    #[arg(long, value_name = "METHOD,…", value_delimiter = ',', value_enum)]
    calibration: Vec<Calibration>,
    /// Of models: files of types and bits, as `zirc import` writes them; `none` for none
    #[arg(long, value_name = "FILE.toml,…", value_delimiter = ',', value_parser = file)]
    quantization: Vec<PathBuf>,
    /// Of models: where weights are [default: const]
    #[arg(long, value_name = "WHERE,…", value_delimiter = ',', value_enum)]
    weights: Vec<Weights>,
}

fn file(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("expected a file or none".into()) } else { Ok(text.into()) }
}

/// What decides the integers of a model.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quantized {
    pub(super) activation_bits: Option<u32>,
    pub(super) weight_bits: Option<u32>,
    pub(super) calibration: Calibration,
    pub(super) quantization: Option<PathBuf>,
}

impl Quantized {
    /// As arguments of an import.
    pub(super) fn import(&self, from: &Import) -> Import {
        Import {
            activation_bits: self.activation_bits,
            weight_bits: self.weight_bits,
            calibration: self.calibration,
            quantization: self.quantization.clone(),
            ..from.clone()
        }
    }
}

impl Dimensions {
    /// Ways to quantize a model.
    pub(super) fn quantized(&self) -> Vec<Quantized> {
        let quantization: Vec<Option<PathBuf>> = match &self.quantization[..] {
            [] => vec![None],
            files => {
                each(files).map(|f| Some(f.clone()).filter(|f| f.as_os_str() != "none")).collect()
            }
        };
        let mut all = vec![];
        for activation_bits in optional(&self.activation_bits) {
            for weight_bits in optional(&self.weight_bits) {
                for calibration in or_default(&self.calibration) {
                    for quantization in quantization.iter().cloned() {
                        all.push(Quantized {
                            activation_bits,
                            weight_bits,
                            calibration,
                            quantization,
                        });
                    }
                }
            }
        }
        all
    }

    /// Modes.
    pub(super) fn modes(&self) -> Vec<Mode> {
        or_default(&self.mode)
    }

    /// Where weights are.
    pub(super) fn weights(&self) -> Vec<Weights> {
        if self.weights.is_empty() {
            vec![Weights::Const]
        } else {
            each(&self.weights).copied().collect()
        }
    }

    /// Refuses more rows than anybody reads, and dimensions that no target has.
    pub(super) fn check(&self, models: usize, programs: usize) -> Result<(), Error> {
        let counts = [
            self.activation_bits.len(),
            self.weight_bits.len(),
            self.calibration.len(),
            self.quantization.len(),
            self.weights.len(),
        ];
        let of = |all: &[usize]| all.iter().fold(1usize, |n, k| n.saturating_mul((*k).max(1)));
        let modes = self.mode.len().max(1);
        let rows =
            models.saturating_mul(of(&counts)).saturating_add(programs).saturating_mul(modes);
        if rows > MOST_ROWS {
            return Err(Error::usage(format!(
                "the dimensions have {rows} combinations, a comparison at most {MOST_ROWS}"
            )));
        }
        let names =
            ["--activation-bits", "--weight-bits", "--calibration", "--quantization", "--weights"];
        let idle = names.iter().zip(counts).find(|(_, n)| *n > 0 && models == 0);
        match idle {
            None => Ok(()),
            Some((name, _)) => Err(Error::Usage {
                message: format!("{name} is a dimension of .onnx models, and none is compared"),
                help: Some("a program has --mode; what it quantizes is written in it".into()),
            }),
        }
    }
}

/// Each value once, in the order given.
fn each<T: PartialEq>(list: &[T]) -> impl Iterator<Item = &T> {
    list.iter().enumerate().filter(|(k, v)| !list[..*k].contains(v)).map(|(_, v)| v)
}

fn optional<T: PartialEq + Copy>(list: &[T]) -> Vec<Option<T>> {
    if list.is_empty() { vec![None] } else { each(list).map(|v| Some(*v)).collect() }
}

fn or_default<T: PartialEq + Copy + Default>(list: &[T]) -> Vec<T> {
    if list.is_empty() { vec![T::default()] } else { each(list).copied().collect() }
}

/// As the command line says it.
pub(super) fn name(value: &impl ValueEnum) -> String {
    value.to_possible_value().map_or(String::new(), |v| v.get_name().to_owned())
}
