//! From a file's bytes to a graph: nothing in the file is believed.

mod attribute;
mod data;
mod external;

pub(crate) use data::tensor;

use super::fault::{Fault, Import};
use super::graph::{Declared, Graph, Input, Node, show, sort};
use super::model::dummy;
use super::proto::{GraphProto, ModelProto, NodeProto, ValueInfoProto};
use super::tensor::{Element, Tensor, held};
use prost::Message;
use prost::bytes::Bytes;
use std::collections::BTreeMap;

/// Newest version of the file format that is read.
pub(crate) const MAX_IR: i64 = 14;
/// Oldest version of the operators that is read.
pub(crate) const MIN_OPSET: i64 = 7;
/// Newest version of the operators that is read.
pub(crate) const MAX_OPSET: i64 = 28;
/// Newest version of the classical operators, `ai.onnx.ml`, that is read.
pub(crate) const MAX_ML_OPSET: i64 = 5;
/// Domain of the classical operators.
pub(crate) const ML: &str = "ai.onnx.ml";
/// Most nodes of a graph.
const MAX_NODES: usize = 1 << 20;

/// Supplies external data: the bytes of a file in the model's folder, or why not.
pub(crate) type External<'a> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'a;

/// Decodes a model.
///
/// `dims` fixes symbolic dimensions: by name, or as `input.axis`.
///
/// # Errors
/// All that is wrong with the file, where one thing does not hide another.
pub(crate) fn decode(
    bytes: &[u8],
    dims: &BTreeMap<String, usize>,
    external: &mut External<'_>,
) -> Result<Graph, Vec<Fault>> {
    let one = |f: Fault| vec![f];
    if bytes.is_empty() {
        return Err(one(Fault::new("the file is empty")));
    }
    let model = ModelProto::decode(Bytes::copy_from_slice(bytes))
        .map_err(|e| one(Fault::new(format!("no ONNX model, or cut off: {e}"))))?;
    let opsets = versions(&model).map_err(one)?;
    let graph = model.graph.ok_or_else(|| one(Fault::new("no ONNX model: it has no graph")))?;
    let mut faults = vec![];
    if let Some(f) = model.functions.first() {
        faults.push(
            Fault::new("functions of the model's own are not supported")
                .at(format!("function `{}`", show(&f.name)))
                .help("inline them first: `onnx.inliner.inline_local_functions(model)`"),
        );
    }
    if graph.node.len() > MAX_NODES {
        faults.push(Fault::new(format!("more than {MAX_NODES} nodes")));
        return Err(faults);
    }
    let mut initializers = initializers(&graph, external, &mut faults);
    let mut inputs: Vec<Input> = vec![];
    let mut empty: Vec<Input> = vec![];
    for i in graph.input.iter().filter(|i| !initializers.contains_key(&i.name)) {
        match input(i, dims) {
            Ok(_) if inputs.iter().chain(&empty).any(|j| j.name == i.name) => {
                faults.push(Fault::new("given twice").at(format!("input `{}`", show(&i.name))));
            }
            Ok(i) if i.shape.contains(&0) => empty.push(i),
            Ok(i) => inputs.push(i),
            Err(f) => faults.push(f.at(format!("input `{}`", show(&i.name)))),
        }
    }
    let mut nodes = vec![];
    for (k, n) in graph.node.into_iter().enumerate() {
        match node(n, k, &opsets) {
            Ok(n) => nodes.push(n),
            Err(f) => faults.push(f),
        }
    }
    let declared = graph.output.iter().map(|o| (o.name.clone(), declared(o))).collect();
    let outputs: Vec<String> = graph.output.into_iter().map(|o| o.name).collect();
    if outputs.is_empty() {
        faults.push(Fault::new("the graph has no output"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    // There is nothing to supply where an input has no elements.
    initializers.extend(empty.iter().map(|i| (i.name.clone(), dummy(i))));
    let known = |n: &str| initializers.contains_key(n) || inputs.iter().any(|i| i.name == n);
    let nodes = sort(nodes, &known, &outputs)?;
    let producer = [show(&model.producer_name), show(&model.producer_version)].join(" ");
    let producer = producer.trim().to_string();
    Ok(Graph {
        producer,
        opsets,
        nodes,
        initializers,
        inputs,
        empty,
        outputs,
        declared,
        grids: BTreeMap::new(),
    })
}

fn versions(model: &ModelProto) -> Import<BTreeMap<String, i64>> {
    if model.ir_version > MAX_IR {
        let t = format!("IR version {} is newer than {MAX_IR}", model.ir_version);
        return Err(Fault::new(t).help("save the model in an older format"));
    }
    if model.ir_version < 1 {
        return Err(Fault::new("no ONNX model: it has no IR version"));
    }
    let mut all = BTreeMap::new();
    for o in &model.opset_import {
        let domain = if o.domain == "ai.onnx" { "" } else { o.domain.as_str() };
        let (low, high) = match domain {
            "" => (MIN_OPSET, MAX_OPSET),
            ML => (1, MAX_ML_OPSET),
            // Operators of other domains are refused one by one, by name.
            _ => (i64::MIN, i64::MAX),
        };
        if o.version > high || o.version < low {
            let name = if domain.is_empty() { "ai.onnx" } else { domain };
            let how = if o.version > high { "newer than" } else { "older than" };
            let limit = if o.version > high { high } else { low };
            return Err(Fault::new(format!(
                "opset {} of `{}` is {how} {limit}",
                o.version,
                show(name)
            ))
            .help("convert it: `onnx.version_converter.convert_version(model, 21)`"));
        }
        all.insert(domain.to_string(), o.version);
    }
    if all.is_empty() {
        return Err(Fault::new("no ONNX model: it imports no opset"));
    }
    Ok(all)
}

fn initializers(
    graph: &GraphProto,
    external: &mut External<'_>,
    faults: &mut Vec<Fault>,
) -> BTreeMap<String, Tensor> {
    let mut all = BTreeMap::new();
    for t in &graph.initializer {
        let reader = graph.node.iter().find(|n| n.input.contains(&t.name));
        let reader = reader.map_or(String::new(), |n| format!(" of {}", node_place(n)));
        let place = format!("initializer `{}`{reader}", show(&t.name));
        match tensor(t, external) {
            Ok(v) if v.element == Element::Text => {
                faults.push(Fault::new("holds strings: only numbers can be proved").at(place));
            }
            Ok(v) => {
                if all.insert(t.name.clone(), v).is_some() {
                    faults.push(Fault::new("given twice").at(place));
                }
            }
            Err(f) => faults.push(f.at(place)),
        }
    }
    for t in graph.sparse_initializer.iter().filter_map(|s| s.values.as_ref()) {
        let place = format!("initializer `{}`", show(&t.name));
        faults.push(Fault::new("sparse tensors are not supported").at(place));
    }
    all
}

fn input(i: &ValueInfoProto, dims: &BTreeMap<String, usize>) -> Import<Input> {
    let Some(t) = i.r#type.as_ref().and_then(|t| t.tensor_type.as_ref()) else {
        return Err(Fault::new("is no tensor"));
    };
    let element = Element::from_code(t.elem_type)?;
    if element == Element::Text {
        return Err(Fault::new("is a string tensor: only numbers can be proved"));
    }
    let Some(shape) = &t.shape else { return Err(Fault::new("has no shape")) };
    let mut sizes = vec![];
    for (k, d) in shape.dim.iter().enumerate() {
        let place = format!("{}.{k}", i.name);
        let fixed = d.dim_param.as_ref().and_then(|p| dims.get(p)).or_else(|| dims.get(&place));
        let size = match (fixed, d.dim_value, &d.dim_param) {
            (Some(&n), _, _) => n,
            (None, Some(n), _) => match usize::try_from(n) {
                Ok(n) => n,
                _ => return Err(Fault::new(format!("dimension {k} is {n}"))),
            },
            (None, None, Some(p)) if !p.is_empty() => {
                return Err(Fault::new(format!("dimension {k} is symbolic: `{}`", show(p)))
                    .help(format!("fix it: --dim {}=1", show(p))));
            }
            (None, None, _) => {
                return Err(Fault::new(format!("dimension {k} is unknown"))
                    .help(format!("fix it: --dim {}=1", show(&place))));
            }
        };
        sizes.push(size);
    }
    held(&sizes)?;
    Ok(Input { name: i.name.clone(), element, shape: sizes })
}

/// What errors call a node before it is decoded.
fn node_place(n: &NodeProto) -> String {
    let plain = Node {
        name: n.name.clone(),
        op: n.op_type.clone(),
        outputs: n.output.clone(),
        ..Node::default()
    };
    plain.place()
}

/// What the file says of a result.
fn declared(o: &ValueInfoProto) -> Declared {
    let t = o.r#type.as_ref().and_then(|t| t.tensor_type.as_ref());
    let shape = t.and_then(|t| t.shape.as_ref());
    Declared {
        element: t.and_then(|t| Element::from_code(t.elem_type).ok()),
        shape: shape.map(|s| {
            let size = |n: i64| usize::try_from(n).ok();
            s.dim.iter().map(|d| d.dim_value.and_then(size)).collect()
        }),
    }
}

fn node(n: NodeProto, k: usize, opsets: &BTreeMap<String, i64>) -> Import<Node> {
    let domain = if n.domain == "ai.onnx" { String::new() } else { n.domain };
    let mut node = Node {
        name: n.name,
        op: n.op_type,
        opset: 0,
        domain,
        inputs: n.input,
        outputs: n.output,
        attributes: BTreeMap::new(),
    };
    let Some(&opset) = opsets.get(&node.domain) else {
        let t = format!("the model imports no opset of domain `{}`", show(&node.domain));
        return Err(Fault::new(t).at(node.place()));
    };
    node.opset = opset;
    if node.op.is_empty() {
        return Err(Fault::new("names no operator").at(format!("node {k}")));
    }
    for a in n.attribute {
        let place = node.place();
        let (name, value) = attribute::read(a).map_err(|f| f.at(place.clone()))?;
        if node.attributes.insert(name.clone(), value).is_some() {
            return Err(Fault::new(format!("attribute `{}` is given twice", show(&name))).at(place));
        }
    }
    Ok(node)
}
