//! A model's circuit on samples of the model's inputs: from real numbers to integers and back.

use super::folder::Folder;
use super::inputs::bound;
use crate::error::Error;
use crate::show::values::values_of;
use num_traits::ToPrimitive;
use std::collections::BTreeMap;
use zirc_circuit::{Assignment, Circuit, Int, Port, PortType, assign, violations_up_to};
use zirc_onnx::{Array, Imported};
use zirc_runtime::input::{RawData, RawTensor, quantize_saturating, to_port};

/// Every tensor that a circuit with probes gives out, in the order of the graph: node, tensor, port.
pub(crate) fn layers<'a>(made: &'a Imported, c: &'a Circuit) -> Vec<(&'a str, &'a str, &'a Port)> {
    let outputs = &c.signature.outputs;
    let port = |name: &str| outputs.iter().find(|p| p.name == name);
    let probes = made.probes.iter();
    let probes = probes.filter_map(|p| Some((p.node.as_str(), p.tensor.as_str(), port(&p.port)?)));
    let last = made.outputs.iter();
    let last = last.filter_map(|p| Some(("output", p.tensor.as_str(), port(&p.port)?)));
    probes.chain(last).filter(|(_, _, p)| matches!(p.ty, PortType::Fix { .. })).collect()
}

/// The raw integers of all inputs; weights that are inputs come from the import.
pub(crate) fn raw(
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
            // The salt of a commitment: nothing that is compared depends on it.
            (None, _) if port.ty == PortType::Field => {
                all.push(vec![Int::from(0); port.shape.iter().product()]);
            }
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
pub(crate) fn run(circuit: &Circuit, raw: &[Vec<Int>]) -> Result<Vec<Vec<Int>>, String> {
    let a = assign(circuit, raw).map_err(|e| e.to_string())?;
    match violations_up_to(circuit, &a, 1).first() {
        Some(v) => Err(format!("constraint {:?} is violated", v.index)),
        None => Ok(circuit.signature.outputs.iter().map(|p| values_of(circuit, &a, p)).collect()),
    }
}

/// Outputs in real numbers, by the names of the graph.
pub(crate) fn reals(
    circuit: &Circuit,
    made: &Imported,
    outputs: &[Vec<Int>],
) -> BTreeMap<String, Array> {
    let ports = circuit.signature.outputs.iter().zip(outputs).zip(&made.outputs);
    ports
        .map(|((port, values), to)| {
            let scale = step(&port.ty);
            let data = values.iter().map(|v| real(v) * scale).collect();
            (to.tensor.clone(), Array { shape: port.shape.clone(), data })
        })
        .collect()
}

/// A port's values in real numbers.
pub(crate) fn numbers_of(circuit: &Circuit, a: &Assignment, port: &Port) -> Vec<f64> {
    let scale = step(&port.ty);
    values_of(circuit, a, port).iter().map(|v| real(v) * scale).collect()
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
