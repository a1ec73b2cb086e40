//! A model over widths of its numbers.

use super::lines::{Line, Way};
use super::values::Across;
use crate::args::Source;
use crate::args::onnx::Seen;
use crate::error::Error;
use crate::load::costs::costs;
use crate::load::onnx;
use crate::load::program::Program;
use std::path::Path;
use zirc_circuit::{Category, Circuit};
use zirc_compiler::Mode;
use zirc_runtime::Forecast;

/// The fewest and the most bits.
const BITS: std::ops::RangeInclusive<u32> = 2..=32;

/// A line for every combination.
pub(super) fn lines(path: &Path, source: &Source, across: &[Across]) -> Result<Vec<Line>, Error> {
    let settings = across.iter().map(setting).collect::<Result<Vec<_>, _>>()?;
    if let Some(name) = &source.circuit {
        return Err(Error::usage(format!("a model has no circuit `{name}` to choose")));
    }
    let mut all: Vec<Vec<u32>> = vec![vec![]];
    for (_, list) in &settings {
        let with = |before: &Vec<u32>| {
            let before = before.clone();
            list.iter().map(move |n| [&before[..], &[*n]].concat())
        };
        all = all.iter().flat_map(with).collect();
    }
    all.iter().map(|bits| line(path, source, across, &settings, bits)).collect()
}

/// Which bits a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Activations,
    Weights,
}

fn setting(a: &Across) -> Result<(Which, Vec<u32>), Error> {
    let which = match a.name.as_str() {
        "bits" | "activation_bits" => Which::Activations,
        "weight_bits" => Which::Weights,
        name => {
            return Err(Error::Usage {
                message: format!("a model has no `{name}` to go across"),
                help: Some("it has bits, those of its activations, and weight_bits".into()),
            });
        }
    };
    let bits = |v: &String| {
        let n = v.parse::<u32>().ok().filter(|n| BITS.contains(n));
        n.ok_or_else(|| {
            let message = format!("--across {}: expected bits from 2 to 32, got `{v}`", a.name);
            Error::usage(message)
        })
    };
    Ok((which, a.values.iter().map(bits).collect::<Result<_, _>>()?))
}

fn line(
    path: &Path,
    source: &Source,
    across: &[Across],
    settings: &[(Which, Vec<u32>)],
    bits: &[u32],
) -> Result<Line, Error> {
    let mut import = source.import.clone();
    for ((which, _), n) in settings.iter().zip(bits) {
        match which {
            Which::Activations => import.activation_bits = Some(*n),
            Which::Weights => import.weight_bits = Some(*n),
        }
    }
    let seen = Seen::default().with(&import)?;
    let made = onnx::open(path, &import)?.import(&seen)?;
    let name = made.name.clone();
    let mut program = Program::imported(path, made)?;
    let mut ways = vec![];
    for mode in [Mode::Groth16, Mode::Commit] {
        program.lowering.mode = Some(mode);
        ways.push(way(mode, &program.compile_quietly(&name)?.circuit)?);
    }
    let values = across.iter().zip(bits).map(|(a, n)| (a.name.clone(), Some(n.to_string())));
    Ok(Line { values: values.collect(), ways })
}

/// A circuit, whole.
pub(super) fn way(mode: Mode, circuit: &Circuit) -> Result<Way, Error> {
    let tables = circuit.blocks.iter().filter(|b| b.category == Category::Table);
    let forecast = Forecast::with(circuit, &costs()?.costs);
    Ok(Way {
        name: mode.name(),
        mode,
        constraints: circuit.num_constraints(),
        tables: tables.map(|b| b.len()).sum(),
        variables: circuit.num_variables(),
        elements: None,
        prove_ms: forecast.map(|f| f.proof.ms),
    })
}
