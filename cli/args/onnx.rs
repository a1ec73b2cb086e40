//! How ONNX models are imported.

use crate::error::Error;
use std::path::PathBuf;
use zirc_onnx::quantize::Method;
use zirc_onnx::{InputVisibility, WeightVisibility};

/// What decides the quantization of a model.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "For .onnx models")]
pub(crate) struct Import {
    /// Samples of the inputs, from which ranges of activations are taken: .npz, .npy, .safetensors or
    /// .json, each array with the samples along a further first dimension [default: calibrate.npz in
    /// the model's folder, unless there is a quantization file]
    #[arg(long, value_name = "FILE")]
    pub(crate) calibrate: Option<PathBuf>,
    /// How ranges follow from the samples
    #[arg(long, value_name = "METHOD", value_enum, default_value_t)]
    pub(crate) calibration: Calibration,
    /// Bits of activations [default: 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=32))]
    pub(crate) activation_bits: Option<u32>,
    /// Bits of weights, for each output channel [default: 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=32))]
    pub(crate) weight_bits: Option<u32>,
    /// Types of tensors and bits of layers, as `zirc import` writes them; they go before calibration
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) quantization: Option<PathBuf>,
    /// Round only where something wants narrow numbers, in place of also where calibration data shows that it
    /// makes the circuit smaller and its results no worse
    #[arg(long)]
    pub(crate) no_rounding_search: bool,
    /// Fix a symbolic dimension: by its name, or as INPUT.AXIS
    #[arg(long = "dim", value_name = "NAME=N", value_parser = dimension)]
    pub(crate) dims: Vec<(String, usize)>,
    /// What comes out: who sees the results, public or private; and the name of a result, or of any tensor
    /// that a node gives, to compute that in place of all results. May be repeated [default: public, all]
    #[arg(long = "output", value_name = "WHO|NAME")]
    pub(crate) outputs: Vec<String>,
    /// Leave functions that are written out as several nodes as they are, though an operator is known for them
    #[arg(long)]
    pub(crate) as_written: bool,
    /// Where the weights are: in the circuit, or with the prover
    #[arg(long, value_name = "WHERE", value_enum)]
    pub(crate) weights: Option<Weights>,
    /// What the proof says of inputs and results beside or in place of showing them: `score in 0.8..1.0`,
    /// `argmax == 3`, `label == "benign"`, `3 in top(2)`, `score[0] > score[1] + 0.5`. May be repeated;
    /// results are then private unless --output public says otherwise
    #[arg(long = "claim", value_name = "CONDITION")]
    pub(crate) claims: Vec<String>,
    #[command(flatten)]
    pub(crate) fidelity: Fidelity,
    #[command(flatten)]
    pub(crate) independence: Independence,
}

/// What results may not depend on, of models and programs.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Claims")]
pub(crate) struct Independence {
    /// Refuse to compile where a result depends on an input, or a part of it: `x`, `x.age`, `x[3]`, `x[.., 2..5]`.
    /// Receipts say so. May be repeated
    #[arg(long = "independent-of", value_name = "INPUT")]
    pub(crate) independent_of: Vec<String>,
}

/// How near a circuit must be to its float model on the calibration data.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
#[command(next_help_heading = "For .onnx models")]
pub(crate) struct Fidelity {
    /// Warn where classes are the same on a smaller part of the calibration data
    #[arg(long, value_name = "PART", default_value_t = 0.9, value_parser = part)]
    pub(crate) min_agreement: f64,
    /// Warn where results vary by fewer decibels than their error
    #[arg(long, value_name = "DB", default_value_t = 10.0, value_parser = decibels)]
    pub(crate) min_snr: f64,
    /// Refuse where it would be warned
    #[arg(long)]
    pub(crate) strict: bool,
}

/// A number.
fn decibels(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|v| v.is_finite());
    number.ok_or_else(|| "expected a number of decibels".into())
}

/// A number between 0 and 1.
fn part(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|v| (0.0..=1.0).contains(v));
    number.ok_or_else(|| "expected a number from 0 to 1".into())
}

impl Import {
    /// Whether anything was said that a program has no use for.
    pub(crate) fn quantizes(&self) -> bool {
        self.calibrate.is_some()
            || self.activation_bits.is_some()
            || self.weight_bits.is_some()
            || self.quantization.is_some()
            || self.no_rounding_search
            || !self.dims.is_empty()
            || self.as_written
            || !self.claims.is_empty()
    }
}

/// How ranges follow from calibration data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Calibration {
    /// From the least value to the greatest
    #[default]
    MinMax,
    /// Without the outermost 0.1 % on either side
    Percentile,
    /// The range of least mean squared error
    Mse,
}

impl Calibration {
    /// As the compiler calls it.
    pub(crate) fn method(self) -> Method {
        match self {
            Calibration::MinMax => Method::MinMax,
            Calibration::Percentile => Method::Percentile,
            Calibration::Mse => Method::MeanSquaredError,
        }
    }
}

/// Where weights are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Weights {
    /// Part of the circuit, known to everybody who has it
    Const,
    /// Known to the prover alone, and nothing ties one proof's weights to the next's
    Private,
    /// Known to the prover alone, and named by a commitment that every proof shows
    Committed,
}

/// Who sees a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// Everybody.
    Public,
    /// The prover.
    Private,
    /// The prover, and a commitment by hash that everybody sees names it: of inputs only.
    Committed,
}

/// Who sees what of an imported model.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    /// Its inputs; private unless said.
    pub(crate) inputs: Option<Who>,
    /// Its results; public unless said.
    pub(crate) outputs: Option<Who>,
    /// Its weights; constants unless said.
    pub(crate) weights: Option<Weights>,
    /// Whether the command writes a file, which `--output` names where there is no model.
    pub(crate) file: bool,
}

impl Seen {
    /// The same with what is said of results and weights among what decides an import.
    pub(crate) fn with(self, import: &Import) -> Result<Seen, Error> {
        let outputs = match (self.outputs, import.who()?) {
            (Some(_), Some(_)) => return Err(Error::usage("--output is given twice")),
            (a, b) => a.or(b),
        };
        // What is claimed of results is claimed of what is not shown.
        let hidden = (!import.claims.is_empty()).then_some(Who::Private);
        Ok(Seen { outputs: outputs.or(hidden), weights: import.weights, ..self })
    }

    pub(crate) fn inputs(&self) -> InputVisibility {
        match self.inputs {
            None | Some(Who::Private) => InputVisibility::Private,
            Some(Who::Public) => InputVisibility::Public,
            Some(Who::Committed) => InputVisibility::Committed,
        }
    }

    pub(crate) fn public_outputs(&self) -> bool {
        self.outputs != Some(Who::Private)
    }

    pub(crate) fn weights(&self) -> WeightVisibility {
        match self.weights {
            None | Some(Weights::Const) => WeightVisibility::Const,
            Some(Weights::Private) => WeightVisibility::Private,
            Some(Weights::Committed) => WeightVisibility::Committed,
        }
    }

    /// Whether anything was said.
    pub(crate) fn any(&self) -> bool {
        self.inputs.is_some() || self.outputs.is_some() || self.weights.is_some()
    }
}

/// `public` or `private`, where nothing else is possible.
pub(crate) fn who(text: &str) -> Result<Who, String> {
    match text {
        "public" => Ok(Who::Public),
        "private" => Ok(Who::Private),
        _ => Err("expected public or private".into()),
    }
}

/// A file, or who sees something: `public` and `private` are no files here; `./public` is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FileOrWho {
    /// A file.
    File(PathBuf),
    /// Who sees it.
    Who(Who),
}

/// `public`, `private` or `committed`.
pub(crate) fn who_of_input(text: &str) -> Result<Who, String> {
    match text {
        "committed" => Ok(Who::Committed),
        _ => who(text).map_err(|_| "expected public, private or committed".into()),
    }
}

/// A file of values, or who sees the inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileOrInput(pub(crate) FileOrWho);

impl std::str::FromStr for FileOrInput {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<FileOrInput, Self::Err> {
        Ok(FileOrInput(match who_of_input(text) {
            Ok(w) => FileOrWho::Who(w),
            Err(_) => FileOrWho::File(text.into()),
        }))
    }
}

impl std::str::FromStr for FileOrWho {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<FileOrWho, Self::Err> {
        Ok(match who(text) {
            Ok(w) => FileOrWho::Who(w),
            Err(_) => FileOrWho::File(text.into()),
        })
    }
}

/// The file and the visibility among the values of one flag: each at most once.
pub(crate) fn split(
    flag: &str,
    given: &[FileOrWho],
) -> Result<(Option<PathBuf>, Option<Who>), Error> {
    let (mut file, mut seen) = (None, None);
    for g in given {
        let twice = match g {
            FileOrWho::File(p) => file.replace(p.clone()).is_some(),
            FileOrWho::Who(w) => seen.replace(*w).is_some(),
        };
        if twice {
            let message = format!("{flag} is given twice");
            return Err(Error::usage(message));
        }
    }
    Ok((file, seen))
}

pub(crate) fn dimension(text: &str) -> Result<(String, usize), String> {
    let expected = || "expected NAME=N with N at least 1".to_string();
    let (name, n) = text.rsplit_once('=').ok_or_else(expected)?;
    match n.parse() {
        Ok(n) if n >= 1 && !name.is_empty() => Ok((name.into(), n)),
        _ => Err(expected()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_holds_a_file_and_a_visibility() {
        let parse = |s: &str| s.parse::<FileOrWho>().unwrap();
        let both = [parse("model.circuit"), parse("private")];
        let (file, seen) = split("--output", &both).unwrap();
        assert_eq!((file.unwrap().to_str(), seen), (Some("model.circuit"), Some(Who::Private)));
        assert_eq!(parse("./public"), FileOrWho::File("./public".into()));
        let twice = [parse("public"), parse("private")];
        assert_eq!(split("--output", &twice).unwrap_err().to_string(), "--output is given twice");
    }

    #[test]
    fn dimensions() {
        assert_eq!(dimension("batch=1"), Ok(("batch".into(), 1)));
        assert_eq!(dimension("a=b=3"), Ok(("a=b".into(), 3)));
        for bad in ["batch", "batch=", "=1", "batch=0", "batch=-1"] {
            assert!(dimension(bad).is_err(), "{bad}");
        }
    }
}
