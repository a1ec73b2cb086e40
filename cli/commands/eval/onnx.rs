//! An ONNX model on a data set: the float model, the integers, the circuit, and what each layer
//! loses.

use super::score::{Judge, Score};
use crate::args::onnx::Seen;
use crate::error::Error;
use crate::load::inputs::Values;
use crate::load::integers::{layers, numbers_of, raw, reals, run};
use crate::load::onnx::{Opened, samples};
use crate::load::program::{Compiled, Program};
use crate::show::forecast::witness_room;
use crate::show::progress::Progress;
use std::collections::BTreeMap;
use zirc_circuit::{Circuit, Int, Port, assign};
use zirc_onnx::{Array, Imported};

/// What an evaluation found.
#[derive(Debug)]
pub(crate) struct Evaluated {
    /// The circuit.
    pub(crate) circuit: Circuit,
    /// Its warnings, for machines.
    pub(crate) warnings: serde_json::Value,
    /// Samples.
    pub(crate) number: usize,
    /// How good the float model is, if the data say what is right.
    pub(crate) float: Option<Score>,
    /// How good the integers are.
    pub(crate) integers: Option<Score>,
    /// How good the circuit is.
    pub(crate) circuit_score: Option<Score>,
    /// On how many samples float and circuit answer the same.
    pub(crate) same: Option<usize>,
    /// On how many samples integers and circuit are equal, number by number; of how many.
    pub(crate) agree: (usize, usize),
    /// The first differences between them.
    pub(crate) differences: Vec<String>,
    /// Numbers of the data that were cut to the type of their input.
    pub(crate) cut: usize,
    /// Largest difference between the float model here and the data's own floats.
    pub(crate) reference: Option<f64>,
    /// The raw inputs of the first sample.
    pub(crate) first: Option<Vec<Vec<Int>>>,
    /// Layer by layer.
    pub(crate) layers: Vec<Layer>,
}

/// What a layer loses.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    /// The node that gives it.
    pub(crate) node: String,
    /// The tensor.
    pub(crate) tensor: String,
    /// Its type in the circuit.
    pub(crate) written: String,
    signal: f64,
    noise: f64,
    /// Largest absolute error.
    pub(crate) worst: f64,
}

impl Layer {
    fn new(node: &str, tensor: &str, port: &Port) -> Layer {
        let (node, tensor) = (node.to_owned(), tensor.to_owned());
        Layer { node, tensor, written: port.written.clone(), signal: 0.0, noise: 0.0, worst: 0.0 }
    }

    fn add(&mut self, float: &[f64], here: &[f64]) {
        for (f, h) in float.iter().zip(here).filter(|(f, _)| f.is_finite()) {
            self.signal += f * f;
            self.noise += (f - h) * (f - h);
            self.worst = self.worst.max((f - h).abs());
        }
    }

    /// 10·log₁₀(Σ float² / Σ (float − circuit)²), in decibels; `None` without any error.
    pub(crate) fn snr(&self) -> Option<f64> {
        (self.noise > 0.0).then(|| 10.0 * libm::log10(self.signal / self.noise))
    }
}

/// What is to be evaluated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// Who sees what.
    pub(crate) seen: Seen,
    /// Most samples.
    pub(crate) limit: usize,
    /// Most samples that are interpreted as well.
    pub(crate) interpreted: usize,
    /// Whether layers are compared.
    pub(crate) layers: bool,
    /// Whether to begin even if memory is predicted not to suffice.
    pub(crate) force: bool,
}

/// Evaluates a model.
pub(crate) fn evaluate(
    opened: &Opened,
    data: &Values,
    wanted: &Wanted,
) -> Result<Evaluated, Error> {
    let all = samples(&opened.model, data)?;
    let number = all.len().min(wanted.limit);
    let judge = Judge::new(&opened.model, data, all.len())?;
    let made = opened.import(&wanted.seen, false)?;
    let (mut program, compiled) = compile(opened, made.clone())?;
    let circuit = compiled.circuit;
    witness_room(&circuit, &opened.path, 0, wanted.force)?;
    let probe = if wanted.layers {
        let made = opened.import(&wanted.seen, true)?;
        let mut program = Program::imported_quietly(&opened.path, made.clone())?;
        let circuit = program.compile_quietly(&made.name)?.circuit;
        witness_room(&circuit, &opened.path, 0, wanted.force)?;
        Some((made, circuit))
    } else {
        None
    };
    let mut out = Evaluated {
        warnings: compiled.warnings,
        number,
        float: judge.start(),
        integers: judge.start(),
        circuit_score: judge.start(),
        same: judge.answers().then_some(0),
        agree: (0, 0),
        differences: vec![],
        cut: 0,
        reference: None,
        first: None,
        layers: vec![],
        circuit,
    };
    if let Some((made, c)) = &probe {
        out.layers = layers(made, c).iter().map(|(node, t, p)| Layer::new(node, t, p)).collect();
    }
    let progress = Progress::steps("eval", number);
    for (k, sample) in all.iter().take(number).enumerate() {
        let fault = |f| Error::Model { path: opened.path.clone(), faults: vec![f] };
        let float = opened.model.evaluate(sample).map_err(fault)?;
        out.reference = judge.reference(&float, k, out.reference);
        let raw = raw(&out.circuit, &made, sample, &mut program.folder, &mut out.cut)?;
        out.first.get_or_insert_with(|| raw.clone());
        let here = run(&out.circuit, &raw);
        if k < wanted.interpreted {
            out.agree.1 += 1;
            let names = out.circuit.signature.inputs.iter().map(|p| p.name.clone());
            let named: BTreeMap<String, Vec<Int>> = names.zip(raw.iter().cloned()).collect();
            let plain = program.project.interpret(&made.name, &named, &mut program.folder);
            let plain = plain
                .map(|p| p.outputs)
                .map_err(|r| r.diagnostics.first().map_or(String::new(), |d| d.title.clone()));
            if plain == here {
                out.agree.0 += 1;
            } else if out.differences.len() < 10 {
                let words = |r: &Result<Vec<Vec<Int>>, String>| match r {
                    Ok(v) => format!("{v:?}").chars().take(200).collect(),
                    Err(e) => e.clone(),
                };
                let (a, b) = (words(&plain), words(&here));
                out.differences.push(format!("sample {k}: integers {a}, circuit {b}"));
            }
            if let (Some(score), Ok(outputs)) = (&mut out.integers, &plain) {
                let values = reals(&out.circuit, &made, outputs);
                judge.add(score, &values, k);
            }
        }
        if let Ok(outputs) = &here {
            let values = reals(&out.circuit, &made, outputs);
            if let Some(score) = &mut out.circuit_score {
                judge.add(score, &values, k);
            }
            let answer = |v: &BTreeMap<String, Array>| judge.answer(v);
            if let (Some(same), Some(a)) = (&mut out.same, answer(&float)) {
                *same += usize::from(answer(&values) == Some(a));
            }
        }
        if let Some(score) = &mut out.float {
            judge.add(score, &float, k);
        }
        if let Some((made, c)) = &probe
            && let Ok(a) = assign(c, &raw)
        {
            let ports = layers(made, c);
            for (layer, (_, tensor, port)) in out.layers.iter_mut().zip(ports) {
                if let Some(f) = float.get(tensor) {
                    layer.add(&f.data, &numbers_of(c, &a, port));
                }
            }
        }
        progress.step();
    }
    drop(progress);
    Ok(out)
}

fn compile(opened: &Opened, made: Imported) -> Result<(Program, Compiled), Error> {
    let name = made.name.clone();
    let mut program = Program::imported(&opened.path, made)?;
    let compiled = program.compile(&name)?;
    Ok((program, compiled))
}
