//! The samples of a data set.

use crate::error::Error;
use crate::load::folder::Folder;
use crate::load::inputs::{Values, bound};
use std::path::PathBuf;
use zirc_circuit::{Circuit, Int, Port, Visibility};
use zirc_runtime::input::{RawData, RawTensor, to_port};

/// The name of the float model's answers.
const FLOAT: &str = "float";

/// A data set that fits a circuit.
#[derive(Debug)]
pub(crate) struct Samples<'a> {
    path: PathBuf,
    /// How many there are.
    pub(crate) count: usize,
    inputs: Vec<(&'a Port, Supply<'a>)>,
    /// Public outputs that the data know.
    outputs: Vec<(usize, &'a Port, &'a RawTensor)>,
    /// The array that the float model's answers are answers to.
    label: Option<Label<'a>>,
}

#[derive(Debug)]
enum Supply<'a> {
    /// One along the first dimension for each sample.
    Each(&'a RawTensor),
    /// The same for all: from the file that the program names.
    Fixed(Vec<Int>),
}

#[derive(Debug)]
struct Label<'a> {
    port: &'a Port,
    truth: &'a RawTensor,
    float: &'a RawTensor,
    /// Among the outputs of the circuit, if it is one.
    output: Option<usize>,
}

/// One sample.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// Raw integers of each input, in order.
    pub(crate) inputs: Vec<Vec<Int>>,
    /// Raw integers that outputs must have, by the output's index.
    pub(crate) outputs: Vec<(usize, Vec<Int>)>,
    /// The truth.
    pub(crate) label: Option<Int>,
    /// What the float model says.
    pub(crate) float: Option<Int>,
    /// The output that answers, if it is one.
    pub(crate) answer: Option<usize>,
}

impl<'a> Samples<'a> {
    /// Checks that the arrays fit the circuit and each other.
    pub(crate) fn new(
        circuit: &'a Circuit,
        data: &'a Values,
        folder: &mut Folder,
    ) -> Result<Samples<'a>, Error> {
        let signature = &circuit.signature;
        let mut shapes = Shapes { file: data, count: None };
        let mut inputs = vec![];
        for port in &signature.inputs {
            inputs.push((port, supply(port, &mut shapes, folder)?));
        }
        let mut outputs = vec![];
        for (k, port) in signature.outputs.iter().enumerate() {
            if let Some(t) = data.tensors.get(&port.name)
                && port.visibility == Visibility::Public
            {
                shapes.fits(&port.name, &port.shape, t)?;
                outputs.push((k, port, t));
            }
        }
        let mut label = None;
        if let Some(float) = data.tensors.get(FLOAT)
            && !signature.inputs.iter().any(|p| p.name == FLOAT)
        {
            shapes.fits(FLOAT, &[], float)?;
            label = find_label(&inputs, &outputs, float);
        }
        let count = shapes.count.ok_or_else(|| shapes.fail("no array with samples".into()))?;
        Ok(Samples { path: data.path.clone(), count, inputs, outputs, label })
    }

    /// Whether the float model's answers can be compared.
    pub(crate) fn has_float(&self) -> bool {
        self.label.is_some()
    }

    /// One of them, in raw integers.
    pub(crate) fn get(&self, k: usize) -> Result<Sample, Error> {
        let raw = |port: &Port, tensor: &RawTensor| {
            to_port(&slice(tensor, k), port).map_err(|mut e| {
                e.name = format!("{}[{k}]", e.name);
                Error::Input { path: self.path.clone(), errors: vec![e] }
            })
        };
        let input = |(port, supply): &(&Port, Supply<'_>)| match supply {
            Supply::Each(tensor) => raw(port, tensor),
            Supply::Fixed(values) => Ok(values.clone()),
        };
        let inputs = self.inputs.iter().map(input).collect::<Result<_, _>>()?;
        let output = |(n, port, t): &(usize, &Port, &RawTensor)| Ok((*n, raw(port, t)?));
        let outputs = self.outputs.iter().map(output).collect::<Result<_, Error>>()?;
        let one = |tensor: fn(&Label<'a>) -> &'a RawTensor| {
            let l = self.label.as_ref();
            l.map(|l| raw(l.port, tensor(l)))
                .transpose()
                .map(|v| v.and_then(|v| v.first().cloned()))
        };
        Ok(Sample {
            inputs,
            outputs,
            label: one(|l| l.truth)?,
            // What the label's type cannot say is no answer that the circuit could give.
            float: self.label.as_ref().and_then(|l| raw(l.port, l.float).ok()?.first().cloned()),
            answer: self.label.as_ref().and_then(|l| l.output),
        })
    }
}

/// The arrays of a file, of which all have as many samples.
struct Shapes<'a> {
    file: &'a Values,
    count: Option<usize>,
}

impl Shapes<'_> {
    fn fail(&self, message: String) -> Error {
        Error::file(&self.file.path, message)
    }

    /// That an array has samples of this shape, and as many as others.
    fn fits(&mut self, name: &str, shape: &[usize], tensor: &RawTensor) -> Result<(), Error> {
        let n = match tensor.shape.split_first() {
            Some((n, rest)) if rest == shape => *n,
            _ => {
                let mut expected = vec!["samples".to_owned()];
                expected.extend(shape.iter().map(usize::to_string));
                let (expected, got) = (expected.join(", "), &tensor.shape);
                let shapes = format!("expected shape [{expected}], got {got:?}");
                return Err(self.fail(format!("array `{name}`: {shapes}")));
            }
        };
        match self.count {
            Some(m) if m != n => {
                Err(self.fail(format!("array `{name}` has {n} samples, others have {m}")))
            }
            _ => {
                self.count = Some(n);
                Ok(())
            }
        }
    }
}

/// What an input is supplied with.
fn supply<'a>(
    port: &Port,
    shapes: &mut Shapes<'a>,
    folder: &mut Folder,
) -> Result<Supply<'a>, Error> {
    let file: &'a Values = shapes.file;
    let tensors = &file.tensors;
    match (tensors.get(&port.name), &port.file) {
        (Some(t), _) => {
            shapes.fits(&port.name, &port.shape, t)?;
            Ok(Supply::Each(t))
        }
        (None, Some(file)) => {
            let tensor = bound(port, file, folder)?;
            let path = folder.root().join(file);
            let values = to_port(&tensor, port);
            Ok(Supply::Fixed(values.map_err(|e| Error::Input { path, errors: vec![e] })?))
        }
        (None, None) => {
            let names: Vec<&str> = tensors.keys().map(String::as_str).collect();
            let has = names.join(", ");
            Err(shapes.fail(format!("no array `{}`; the file has {has}", port.name)))
        }
    }
}

/// The only public number for each sample, if there is only one.
fn find_label<'a>(
    inputs: &[(&'a Port, Supply<'a>)],
    outputs: &[(usize, &'a Port, &'a RawTensor)],
    float: &'a RawTensor,
) -> Option<Label<'a>> {
    let mut all = vec![];
    for (port, supply) in inputs {
        if let Supply::Each(truth) = supply
            && port.shape.is_empty()
            && port.visibility == Visibility::Public
        {
            all.push(Label { port, truth, float, output: None });
        }
    }
    for (k, port, truth) in outputs.iter().filter(|(_, p, _)| p.shape.is_empty()) {
        all.push(Label { port, truth, float, output: Some(*k) });
    }
    if all.len() == 1 { all.pop() } else { None }
}

/// One along the first dimension.
fn slice(tensor: &RawTensor, k: usize) -> RawTensor {
    let shape = tensor.shape.get(1..).unwrap_or_default().to_vec();
    let size: usize = shape.iter().product();
    let range = k * size..(k + 1) * size;
    let data = match &tensor.data {
        RawData::Ints(v) => RawData::Ints(v[range].to_vec()),
        RawData::Big(v) => RawData::Big(v[range].to_vec()),
        RawData::Floats(v) => RawData::Floats(v[range].to_vec()),
        RawData::Decimals(v) => RawData::Decimals(v[range].to_vec()),
    };
    RawTensor { shape, data }
}
