//! An ONNX model on a data set: the float model, the integers, the circuit, and what each layer
//! loses.

use super::score::{Judge, Score};
use crate::args::onnx::Seen;
use crate::error::Error;
use crate::load::folder::Folder;
use crate::load::inputs::{Values, bound};
use crate::load::onnx::{Opened, samples};
use crate::load::program::{Compiled, Program};
use crate::show::forecast::witness_room;
use crate::show::progress::Progress;
use crate::show::values::values_of;
use num_traits::ToPrimitive;
use std::collections::BTreeMap;
use zirc_circuit::{Circuit, Int, Port, PortType, assign, violations_up_to};
use zirc_compiler::onnx::{Array, Imported};
use zirc_runtime::input::{RawData, RawTensor, quantize_saturating, to_port};

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
                let scale = step(&port.ty);
                let values = values_of(c, &a, port);
                let values: Vec<f64> = values.iter().map(|v| real(v) * scale).collect();
                if let Some(f) = float.get(tensor) {
                    layer.add(&f.data, &values);
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

/// Every tensor that a circuit with probes gives out, in the order of the graph: node, tensor, port.
fn layers<'a>(made: &'a Imported, c: &'a Circuit) -> Vec<(&'a str, &'a str, &'a Port)> {
    let outputs = &c.signature.outputs;
    let port = |name: &str| outputs.iter().find(|p| p.name == name);
    let probes = made.probes.iter();
    let probes = probes.filter_map(|p| Some((p.node.as_str(), p.tensor.as_str(), port(&p.port)?)));
    let last = made.outputs.iter();
    let last = last.filter_map(|p| Some(("output", p.tensor.as_str(), port(&p.port)?)));
    probes.chain(last).filter(|(_, _, p)| matches!(p.ty, PortType::Fix { .. })).collect()
}

/// The raw integers of all inputs; weights that are inputs come from the import.
fn raw(
    circuit: &Circuit,
    made: &Imported,
    sample: &BTreeMap<String, Array>,
    folder: &mut Folder,
    cut: &mut usize,
) -> Result<Vec<Vec<Int>>, Error> {
    let mut all = vec![];
    for port in &circuit.signature.inputs {
        let from = made.inputs.iter().find(|p| p.port == port.name);
        match (from.and_then(|p| sample.get(&p.tensor)), &port.file) {
            (Some(a), _) => all.push(numbers(a, port, cut)?),
            (None, Some(file)) => {
                let tensor = bound(port, file, folder)?;
                let path = folder.root().join(file);
                let values = to_port(&tensor, port);
                all.push(values.map_err(|e| Error::Input { path, errors: vec![e] })?);
            }
            (None, None) => {
                return Err(Error::usage(format!("no values for `{}`", port.name)));
            }
        }
    }
    Ok(all)
}

/// The raw integers of a model's input, cut to the ends of their type; counts how many were.
fn numbers(a: &Array, port: &Port, cut: &mut usize) -> Result<Vec<Int>, Error> {
    let PortType::Fix { lo, hi, numerator, denominator } = &port.ty else {
        return Err(Error::usage(format!("`{}` is no number of a model", port.name)));
    };
    let tensor = RawTensor { shape: a.shape.clone(), data: RawData::Floats(a.data.clone()) };
    let (raw, outside) = quantize_saturating(&tensor, lo, hi, numerator, denominator)
        .map_err(|e| Error::usage(e.named(&port.name).to_string()))?;
    *cut += outside;
    Ok(raw)
}

/// The outputs of a circuit, or why there are none.
fn run(circuit: &Circuit, raw: &[Vec<Int>]) -> Result<Vec<Vec<Int>>, String> {
    let a = assign(circuit, raw).map_err(|e| e.to_string())?;
    match violations_up_to(circuit, &a, 1).first() {
        Some(v) => Err(format!("constraint {:?} is violated", v.index)),
        None => Ok(circuit.signature.outputs.iter().map(|p| values_of(circuit, &a, p)).collect()),
    }
}

/// Outputs in real numbers, by the names of the graph.
fn reals(circuit: &Circuit, made: &Imported, outputs: &[Vec<Int>]) -> BTreeMap<String, Array> {
    let ports = circuit.signature.outputs.iter().zip(outputs).zip(&made.outputs);
    ports
        .map(|((port, values), to)| {
            let scale = step(&port.ty);
            let data = values.iter().map(|v| real(v) * scale).collect();
            (to.tensor.clone(), Array { shape: port.shape.clone(), data })
        })
        .collect()
}

fn real(v: &Int) -> f64 {
    v.to_f64().unwrap_or(f64::NAN)
}

fn step(t: &PortType) -> f64 {
    match t {
        PortType::Field => 1.0,
        PortType::Fix { numerator, denominator, .. } => real(numerator) / real(denominator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_model() {
        let int = |v: i64| Int::from(v);
        let port = Port {
            name: "mask".into(),
            shape: vec![5],
            ty: PortType::Fix {
                lo: int(-128),
                hi: int(127),
                numerator: int(1),
                denominator: int(2),
            },
            written: "q7.1".into(),
            visibility: zirc_circuit::Visibility::Private,
            tensor: zirc_circuit::TensorId(0),
            file: None,
        };
        let of = |data: &[f64], cut: &mut usize| {
            numbers(&Array { shape: vec![data.len()], data: data.to_vec() }, &port, cut)
        };
        // A mask's −∞ is its least value, not 0.
        let mut cut = 1;
        let raw = of(&[f64::NEG_INFINITY, 0.0, 1.3, 64.0, f64::INFINITY], &mut cut).unwrap();
        assert_eq!(raw, [-128, 0, 3, 127, 127].map(int));
        assert_eq!(cut, 4);
        let error = of(&[f64::NAN], &mut cut).unwrap_err().to_string();
        assert!(error.contains("mask") && error.contains("NaN"), "{error}");
    }
}
