//! A model's circuit on samples of the model's inputs: from real numbers to integers and back.

use super::Sample;
use crate::fault::{Fault, Import, refuse};
use crate::graph::show;
use crate::model::Array;
use crate::program::Imported;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive};
use std::collections::BTreeMap;
use zirc_circuit::{Assignment, Circuit, Int, Port, PortType, assign, violations_up_to};

/// A tensor that a circuit gives out.
#[derive(Clone, Copy, Debug)]
pub struct LayerPort<'a> {
    /// The node that gives it, as errors call it; `output` for a result of the model.
    pub node: &'a str,
    /// Its name in the graph.
    pub tensor: &'a str,
    /// Where the circuit has it.
    pub port: &'a Port,
}

/// Gives the raw integers of an input that is in a file, by that file's name, or says why there are none.
pub type Weights<'w> = &'w mut dyn FnMut(&Port, &str) -> Result<Vec<Int>, String>;

/// The circuit that was compiled of an imported model, with the values of weights that are inputs of it.
#[derive(Debug)]
pub struct ModelCircuit<'a> {
    circuit: &'a Circuit,
    imported: &'a Imported,
    /// Raw integers of inputs that samples do not have.
    fixed: BTreeMap<&'a str, Vec<Int>>,
}

impl<'a> ModelCircuit<'a> {
    /// `weights` is asked for inputs that are not the model's. The salt of a commitment is 0: nothing that is
    /// compared depends on it.
    ///
    /// # Errors
    /// What `weights` says, and an input that is neither the model's nor in a file.
    pub fn new(
        circuit: &'a Circuit,
        imported: &'a Imported,
        weights: Weights<'_>,
    ) -> Result<ModelCircuit<'a>, Fault> {
        let mut fixed = BTreeMap::new();
        for port in &circuit.signature.inputs {
            if imported.inputs.iter().any(|p| p.port == port.name) {
                continue;
            }
            let place = || format!("input `{}` of the circuit", show(&port.name));
            let values = match &port.file {
                _ if port.ty == PortType::Field => vec![Int::from(0); size(port)],
                Some(file) => weights(port, file).map_err(|t| Fault::new(t).at(place()))?,
                None => return Err(Fault::new("is no input of the model").at(place())),
            };
            fixed.insert(port.name.as_str(), values);
        }
        Ok(ModelCircuit { circuit, imported, fixed })
    }

    /// The circuit itself.
    #[must_use]
    pub fn circuit(&self) -> &'a Circuit {
        self.circuit
    }

    /// What it was imported as.
    #[must_use]
    pub fn imported(&self) -> &'a Imported {
        self.imported
    }

    /// The raw integers of all inputs, in the circuit's order: numbers of the sample are rounded to the nearest
    /// step, halves to even, and cut to the ends of their type. `cut` grows by how many were.
    ///
    /// # Errors
    /// An input that the sample does not have, one of another size, and NaN.
    pub fn raw(&self, sample: &Sample, cut: &mut usize) -> Result<Vec<Vec<Int>>, Fault> {
        let one = |port: &Port| {
            if let Some(values) = self.fixed.get(port.name.as_str()) {
                return Ok(values.clone());
            }
            let from = self.imported.inputs.iter().find(|p| p.port == port.name);
            let name = from.map_or(port.name.as_str(), |p| &p.tensor);
            let place = format!("input `{}`", show(name));
            match sample.get(name) {
                Some(a) => integers(a, port, cut).map_err(|f| f.at(place)),
                None => Err(Fault::new("the sample has no values for it").at(place)),
            }
        };
        self.circuit.signature.inputs.iter().map(one).collect()
    }

    /// The raw integers of the results for raw inputs.
    ///
    /// # Errors
    /// Why there is no proof of them, in words.
    pub fn run(&self, raw: &[Vec<Int>]) -> Result<Vec<Vec<Int>>, String> {
        let a = assign(self.circuit, raw).map_err(|e| e.to_string())?;
        match violations_up_to(self.circuit, &a, 1).first() {
            Some(v) => Err(format!("constraint {:?} is violated", v.index)),
            None => Ok(self.results(&a)),
        }
    }

    /// The raw integers of the results in an assignment.
    #[must_use]
    pub fn results(&self, a: &Assignment) -> Vec<Vec<Int>> {
        let ports = self.circuit.signature.outputs.iter();
        ports.map(|p| values(self.circuit, a, p)).collect()
    }

    /// Results in real numbers, by the names of the graph.
    #[must_use]
    pub fn real(&self, outputs: &[Vec<Int>]) -> Sample {
        let ports = self.circuit.signature.outputs.iter().zip(outputs).zip(&self.imported.outputs);
        ports
            .map(|((port, values), to)| {
                let data = values.iter().map(|v| float(v) * step(port)).collect();
                (to.tensor.clone(), Array { shape: port.shape.clone(), data })
            })
            .collect()
    }

    /// Every tensor that the circuit gives out, in the order of the graph: with probes, all of them.
    #[must_use]
    pub fn layers(&self) -> Vec<LayerPort<'a>> {
        let outputs = &self.circuit.signature.outputs;
        let found = |node: &'a str, tensor: &'a str, name: &str| {
            let port = outputs.iter().find(|p| p.name == name)?;
            matches!(port.ty, PortType::Fix { .. }).then_some(LayerPort { node, tensor, port })
        };
        let probes = self.imported.probes.iter();
        let probes = probes.filter_map(|p| found(&p.node, &p.tensor, &p.port));
        let last = self.imported.outputs.iter();
        probes.chain(last.filter_map(|p| found("output", &p.tensor, &p.port))).collect()
    }

    /// Real numbers of every layer for raw inputs; `None` where the circuit has none.
    pub(super) fn layer_values(&self, raw: &[Vec<Int>]) -> Option<Vec<Vec<f64>>> {
        let a = assign(self.circuit, raw).ok()?;
        let one = |l: &LayerPort<'_>| {
            let values = values(self.circuit, &a, l.port);
            values.iter().map(|v| float(v) * step(l.port)).collect()
        };
        Some(self.layers().iter().map(one).collect())
    }
}

fn size(port: &Port) -> usize {
    port.shape.iter().product()
}

/// The raw integers of a port.
fn values(circuit: &Circuit, a: &Assignment, port: &Port) -> Vec<Int> {
    (0..size(port)).map(|k| a.get_int(circuit, port.tensor, k)).collect()
}

fn float(v: &Int) -> f64 {
    v.to_f64().unwrap_or(f64::NAN)
}

/// What one integer of a port is worth.
fn step(port: &Port) -> f64 {
    match &port.ty {
        PortType::Field => 1.0,
        PortType::Fix { numerator, denominator, .. } => float(numerator) / float(denominator),
    }
}

/// The raw integers of a model's input, cut to the ends of their type; counts how many were.
fn integers(a: &Array, port: &Port, cut: &mut usize) -> Import<Vec<Int>> {
    let PortType::Fix { lo, hi, numerator, denominator } = &port.ty else {
        return refuse("is an element of the field, and no number of a model");
    };
    if a.data.len() != size(port) {
        return refuse(format!("has {} numbers, not {}", a.data.len(), size(port)));
    }
    let scale = BigRational::new(numerator.clone(), denominator.clone());
    let mut one = |v: &f64| {
        let raw = match v {
            v if v.is_nan() => return refuse("holds NaN"),
            v if v.is_infinite() => {
                if *v > 0.0 {
                    hi + 1
                } else {
                    lo - 1
                }
            }
            v => nearest(&(BigRational::from_float(*v).unwrap_or_default() / &scale)),
        };
        let inside = raw.clone().clamp(lo.clone(), hi.clone());
        *cut += usize::from(inside != raw);
        Ok(inside)
    };
    a.data.iter().map(&mut one).collect()
}

/// The nearest whole number, halves to even.
fn nearest(v: &BigRational) -> Int {
    let floor = v.floor().to_integer();
    let twice = (v - BigRational::from_integer(floor.clone())) * Int::from(2) - Int::from(1);
    let odd = (&floor % 2) != Int::from(0);
    if twice.is_positive() || twice.numer() == &Int::from(0) && odd { floor + 1 } else { floor }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(numerator: i64, denominator: i64) -> Port {
        let int = |v: i64| Int::from(v);
        let (numerator, denominator) = (int(numerator), int(denominator));
        Port {
            name: "mask".into(),
            shape: vec![5],
            ty: PortType::Fix { lo: int(-128), hi: int(127), numerator, denominator },
            written: "a type".into(),
            visibility: zirc_circuit::Visibility::Private,
            tensor: zirc_circuit::TensorId(0),
            file: None,
        }
    }

    fn raw(data: [f64; 5], port: &Port, cut: &mut usize) -> Import<Vec<Int>> {
        integers(&Array { shape: vec![5], data: data.to_vec() }, port, cut)
    }

    #[test]
    fn numbers_of_a_model() {
        // A mask's −∞ is its least value, not 0.
        let mut cut = 1;
        let mask = [f64::NEG_INFINITY, 0.0, 1.3, 64.0, f64::INFINITY];
        let halves = raw(mask, &port(1, 2), &mut cut).unwrap();
        assert_eq!(halves, [-128, 0, 3, 127, 127].map(Int::from));
        assert_eq!(cut, 4);
        let ties = raw([0.75, 1.25, -0.75, -1.25, 0.74], &port(1, 2), &mut cut).unwrap();
        assert_eq!(ties, [2, 2, -2, -2, 1].map(Int::from));
        // Of thirds: 0.5 is 1.5 of them, as exactly as a half can be.
        let thirds = raw([0.5, -0.5, 1.0, 0.16, 0.17], &port(1, 3), &mut cut).unwrap();
        assert_eq!(thirds, [2, -2, 3, 0, 1].map(Int::from));
        assert_eq!(cut, 4);
        let nan = raw([f64::NAN; 5], &port(1, 2), &mut cut).unwrap_err();
        assert_eq!(nan.message, "holds NaN");
        let short = Array { shape: vec![1], data: vec![0.0] };
        let short = integers(&short, &port(1, 2), &mut cut).unwrap_err();
        assert_eq!(short.message, "has 1 numbers, not 5");
    }
}
