//! Models of one node, for tests: read, written as a program, and run as its circuit.

use crate::compare::{ModelCircuit, Sample};
use crate::context::Converter;
use crate::fault::Fault;
use crate::model::{Array, Model};
use crate::program::{Imported, Options, write_and};
use crate::proto::{
    AttributeProto, DimensionProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto,
    TensorProto, TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto,
};
use crate::quantize::Settings;
use prost::Message;
use std::collections::{BTreeMap, BTreeSet};

/// An attribute that is an integer.
pub(crate) fn int(name: &str, i: i64) -> AttributeProto {
    AttributeProto { name: name.into(), kind: 2, i, ..AttributeProto::default() }
}

/// A model of version 18 whose node reads inputs of 32-bit floats, with these sizes, and gives `y`.
pub(crate) fn model(
    op: &str,
    attributes: Vec<AttributeProto>,
    inputs: &[(&str, &[i64])],
) -> Result<Model, Vec<Fault>> {
    versioned(op, 18, attributes, inputs)
}

/// The same of another version.
pub(crate) fn versioned(
    op: &str,
    version: i64,
    attributes: Vec<AttributeProto>,
    inputs: &[(&str, &[i64])],
) -> Result<Model, Vec<Fault>> {
    with_constants(op, version, attributes, inputs, &[])
}

/// The same with constants behind the inputs: sizes and numbers.
pub(crate) fn with_constants(
    op: &str,
    version: i64,
    attribute: Vec<AttributeProto>,
    inputs: &[(&str, &[i64])],
    constants: &[(&str, &[i64], Vec<f32>)],
) -> Result<Model, Vec<Fault>> {
    let constant = |(name, sizes, numbers): &(&str, &[i64], Vec<f32>)| TensorProto {
        name: (*name).into(),
        dims: sizes.to_vec(),
        data_type: 1,
        float_data: numbers.clone(),
        ..TensorProto::default()
    };
    let names =
        inputs.iter().map(|(name, _)| *name).chain(constants.iter().map(|(name, ..)| *name));
    let node = NodeProto {
        input: names.map(ToString::to_string).collect(),
        output: vec!["y".into()],
        op_type: op.into(),
        attribute,
        ..NodeProto::default()
    };
    let graph = GraphProto {
        node: vec![node],
        input: inputs.iter().map(|(name, sizes)| value(name, sizes)).collect(),
        initializer: constants.iter().map(constant).collect(),
        output: vec![ValueInfoProto { name: "y".into(), r#type: None }],
        ..GraphProto::default()
    };
    read(graph, version)
}

/// An input of 32-bit floats with these sizes.
pub(crate) fn value(name: &str, sizes: &[i64]) -> ValueInfoProto {
    let dim = |n: &i64| DimensionProto { dim_value: Some(*n), dim_param: None };
    let shape = Some(TensorShapeProto { dim: sizes.iter().map(dim).collect() });
    let tensor_type = Some(TensorTypeProto { elem_type: 1, shape });
    ValueInfoProto { name: name.into(), r#type: Some(TypeProto { tensor_type }) }
}

/// The model of a graph.
pub(crate) fn read(graph: GraphProto, version: i64) -> Result<Model, Vec<Fault>> {
    let opset = OperatorSetIdProto { domain: String::new(), version };
    let file = ModelProto {
        ir_version: 8,
        graph: Some(graph),
        opset_import: vec![opset],
        ..ModelProto::default()
    };
    Model::decode(&file.encode_to_vec(), &BTreeMap::new(), &mut |_| Err("there is none".into()))
}

/// The program of a model, and what its circuit gives as `y` for a sample.
pub(crate) fn run(
    model: &Model,
    settings: &Settings,
    sample: &Sample,
) -> Result<(Imported, Array), String> {
    let options = Options { name: "case".into(), ..Options::default() };
    let read = |c: &mut Converter<'_>, results: &[String], made: &Imported| {
        let results: Vec<&str> = results.iter().map(String::as_str).collect();
        let mut circuit = c.session.circuit(&results).map_err(|r| r.message)?;
        for port in &mut circuit.signature.inputs {
            if let Some(i) = made.inputs.iter().find(|i| i.variable == port.name) {
                port.name.clone_from(&i.port);
            }
        }
        Ok::<_, String>(circuit)
    };
    let made = write_and(model, settings, &options, &BTreeSet::new(), read);
    let (made, _, circuit) = made.map_err(|f| format!("{f:?}"))?;
    let circuit = circuit?;
    let words = |f: Fault| f.to_string();
    let here = ModelCircuit::new(&circuit, &made, &mut |_, _| Err("no file".into()));
    let here = here.map_err(words)?;
    let raw = here.raw(sample, &mut 0).map_err(words)?;
    let y = here.real(&here.run(&raw)?).remove("y").ok_or("there is no y")?;
    Ok((made, y))
}
