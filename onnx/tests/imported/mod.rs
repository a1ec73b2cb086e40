//! A model imported, compiled and run, for tests.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]

use num_traits::ToPrimitive;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use zirc_circuit::{Circuit, Int, PortType, assign, violations};
use zirc_compiler::{Loaded, Loader, Options as CompilerOptions, Project, Rejected};
use zirc_onnx::quantize::Settings;
use zirc_onnx::{Array, Fault, Imported, Model, Options, import};
use zirc_runtime::input::{RawData, RawTensor, quantize_saturating};

/// The weights of an import, from memory.
struct Weights<'a>(&'a [u8]);

impl Loader for Weights<'_> {
    fn source(&mut self, path: &str) -> Result<String, String> {
        Err(format!("no file {path}"))
    }

    fn tensor(&mut self, _: &str, name: &str, _: &PortType) -> Result<Loaded, String> {
        let all = safetensors::SafeTensors::deserialize(self.0).map_err(|e| e.to_string())?;
        let t = all.tensor(name).map_err(|e| e.to_string())?;
        let count = t.shape().iter().product::<usize>().max(1);
        let size = t.data().len() / count;
        let data = t.data().chunks_exact(size).map(|c| {
            let mut wide = if c[size - 1] >= 128 { [255; 8] } else { [0; 8] };
            wide[..size].copy_from_slice(c);
            i64::from_le_bytes(wide)
        });
        let data = zirc_circuit::Ints::Small(data.collect());
        Ok(Loaded { shape: t.shape().to_vec(), data })
    }

    fn digest(&mut self, _: &str) -> Result<String, String> {
        Ok("0".repeat(64))
    }
}

/// A model as a program and a circuit.
pub(crate) struct Built {
    pub(crate) imported: Imported,
    pub(crate) circuit: Circuit,
}

impl Built {
    pub(crate) fn new(model: &Model, probes: bool, settings: &Settings) -> Built {
        Built::attempt(model, probes, settings).unwrap_or_else(|e| panic!("{e}"))
    }

    /// The same, or why it cannot be.
    pub(crate) fn attempt(
        model: &Model,
        probes: bool,
        settings: &Settings,
    ) -> Result<Built, String> {
        let options = Options { name: "case".into(), probes, ..Options::default() };
        let imported = import(model, settings, &options).map_err(|f| words(&f))?;
        let mut loader = Weights(&imported.weights);
        let rejected = |r: Rejected| {
            let d = &r.diagnostics[0];
            let label = d.labels.first().map_or("", |l| &l.text);
            format!("{} {}: {label}\n{}", d.code, d.title, imported.source)
        };
        let project = Project::load("case.zirc", &imported.source, &mut loader);
        let project = project.map_err(rejected)?;
        let said = project.names();
        assert!(said.is_empty(), "{said:#?}\n{}", imported.source);
        let compiled = project.compile_with("case", &mut loader, &CompilerOptions::default());
        let circuit = compiled.map_err(rejected)?.circuit;
        Ok(Built { imported, circuit })
    }

    /// All results and probes, by the names of the graph.
    pub(crate) fn run(&self, inputs: &BTreeMap<String, Array>) -> BTreeMap<String, Vec<f64>> {
        self.values(inputs).unwrap_or_else(|e| panic!("{e}"))
    }

    /// The same, or why there are none.
    pub(crate) fn values(
        &self,
        inputs: &BTreeMap<String, Array>,
    ) -> Result<BTreeMap<String, Vec<f64>>, String> {
        let signature = &self.circuit.signature;
        let mut raw: Vec<Vec<Int>> = vec![];
        for (port, from) in signature.inputs.iter().zip(&self.imported.inputs) {
            raw.push(quantized(&port.ty, &inputs[&from.tensor]));
        }
        let a = assign(&self.circuit, &raw)
            .map_err(|e| format!("no witness: {e}\n{}", self.imported.source))?;
        if !violations(&self.circuit, &a).is_empty() {
            return Err("constraints are violated".into());
        }
        let outputs = self.imported.outputs.iter().map(|o| &o.tensor);
        let probes = self.imported.probes.iter().map(|p| &p.tensor);
        let names = outputs.chain(probes);
        let ports = signature.outputs.iter().zip(names);
        let all = ports.map(|(port, name)| {
            let scale = scale(&port.ty);
            let count: usize = port.shape.iter().product();
            let one = |k| a.get_int(&self.circuit, port.tensor, k).to_f64().unwrap() * scale;
            (name.clone(), (0..count).map(one).collect())
        });
        Ok(all.collect())
    }
}

/// What faults say.
pub(crate) fn words(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Numbers of a model as its circuit takes them.
fn quantized(t: &PortType, a: &Array) -> Vec<Int> {
    let tensor = RawTensor { shape: a.shape.clone(), data: RawData::Floats(a.data.clone()) };
    let PortType::Fix { lo, hi, numerator, denominator } = t else { panic!("{t:?}") };
    quantize_saturating(&tensor, lo, hi, numerator, denominator).unwrap().0
}

fn scale(t: &PortType) -> f64 {
    match t {
        PortType::Field => 1.0,
        PortType::Fix { numerator, denominator, .. } => {
            numerator.to_f64().unwrap() / denominator.to_f64().unwrap()
        }
    }
}

/// The arrays of a `.npz` file, as doubles.
pub(crate) fn npz(bytes: &[u8]) -> BTreeMap<String, Array> {
    let mut archive = npyz::npz::NpzArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive.array_names().map(ToString::to_string).collect();
    names
        .into_iter()
        .map(|name| {
            let npy = archive.by_name(&name).unwrap().unwrap();
            let shape: Vec<usize> = npy.shape().iter().map(|d| *d as usize).collect();
            (name, Array { shape, data: numbers(npy) })
        })
        .collect()
}

fn numbers<R: Read>(npy: npyz::NpyFile<R>) -> Vec<f64> {
    let ty = match npy.dtype() {
        npyz::DType::Plain(t) => t,
        other => panic!("{other:?}"),
    };
    macro_rules! read {
        ($t:ty) => {
            npy.into_vec::<$t>().unwrap().into_iter().map(|v| v as f64).collect()
        };
    }
    use npyz::TypeChar::{Bool, Float, Int as Signed, Uint};
    match (ty.type_char(), ty.size_field()) {
        (Bool, 1) => {
            npy.into_vec::<bool>().unwrap().into_iter().map(|v| f64::from(u8::from(v))).collect()
        }
        (Float, 4) => read!(f32),
        (Float, 8) => read!(f64),
        (Signed, 1) => read!(i8),
        (Signed, 2) => read!(i16),
        (Signed, 4) => read!(i32),
        (Signed, 8) => read!(i64),
        (Uint, 1) => read!(u8),
        (Uint, 2) => read!(u16),
        (Uint, 4) => read!(u32),
        (Uint, 8) => read!(u64),
        other => panic!("{other:?}"),
    }
}
