//! From a file's bytes to a graph: nothing in the file is believed.

mod attribute;
mod body;
mod data;
mod dims;
mod external;
mod functions;
mod outputs;
mod strings;
mod versions;

pub(crate) use data::tensor;

use super::fault::{Fault, Import};
use super::graph::{Attribute, Declared, Graph, Input, Node, dummy, show, sort};
use super::proto::{GraphProto, ModelProto, NodeProto, ValueInfoProto};
use super::tensor::{Element, Tensor};
use dims::Read;
use functions::Functions;
use prost::Message;
use prost::bytes::Bytes;
use std::collections::BTreeMap;
use std::rc::Rc;
use versions::versions;

/// Newest version of the file format that is read.
pub(crate) const MAX_IR: i64 = 14;
/// Oldest version of the operators that is read, but for those that have not changed since.
pub(crate) const MIN_OPSET: i64 = 7;
/// Newest version of the operators that is read.
pub(crate) const MAX_OPSET: i64 = 28;
/// Newest version of the classical operators, `ai.onnx.ml`, that is read.
pub(crate) const MAX_ML_OPSET: i64 = 5;
/// What to do about another version.
pub(crate) const CONVERT: &str = "convert it: `onnx.version_converter.convert_version(model, 21)`";
/// Most nodes of a graph.
const MAX_NODES: usize = 1 << 20;

/// Supplies external data: the bytes of a file in the model's folder, or why not.
pub(crate) type External<'a> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'a;

/// Sizes of dimensions: by name, or as `input.axis`.
pub(crate) type Dims = BTreeMap<String, usize>;

/// The version of each operator domain.
type Opsets = BTreeMap<String, i64>;

/// Decodes a model. `dims` fixes symbolic dimensions; of `wanted` tensors, if there are any, results are made.
///
/// # Errors
/// All that is wrong with the file, where one thing does not hide another.
pub(crate) fn decode(
    bytes: &[u8],
    dims: &Dims,
    wanted: &[String],
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
    let functions = Functions::new(model.functions, &graph, &opsets).map_err(one)?;
    let mut faults = vec![];
    let mut initializers = tensors(&graph, external, true, &mut faults);
    faults.extend(sparse(&graph));
    let (inputs, empty) = inputs(&graph, &initializers, dims, &mut faults);
    let mut reader = Reader { functions, external, left: MAX_NODES };
    let opsets = Rc::new(opsets);
    let nodes = reader.nodes(graph.node, &opsets, &mut faults);
    let declared = graph.output.iter().map(|o| (o.name.clone(), declared(o))).collect();
    let outputs: Vec<String> = graph.output.into_iter().map(|o| o.name).collect();
    if outputs.is_empty() {
        faults.push(Fault::new("the graph has no output"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let outputs = outputs::chosen(outputs, wanted, &nodes)?;
    // There is nothing to supply where an input has no elements.
    initializers.extend(empty.iter().map(|i| (i.name.clone(), dummy(i))));
    let known = |n: &str| initializers.contains_key(n) || inputs.iter().any(|i| i.name == n);
    let nodes = sort(nodes, &known, &outputs)?;
    let producer = [show(&model.producer_name), show(&model.producer_version)].join(" ");
    let producer = producer.trim().to_string();
    let opsets = opsets.as_ref().clone();
    let mut graph = Graph {
        producer,
        opsets,
        nodes,
        initializers,
        inputs,
        empty,
        outputs,
        declared,
        grids: BTreeMap::new(),
        texts: BTreeMap::new(),
    };
    strings::settle(&mut graph)?;
    Ok(graph)
}

/// The inputs with elements, and those without.
fn inputs(
    graph: &GraphProto,
    initializers: &BTreeMap<String, Tensor>,
    dims: &Dims,
    faults: &mut Vec<Fault>,
) -> (Vec<Input>, Vec<Input>) {
    let (mut inputs, mut empty): (Vec<Input>, Vec<Input>) = (vec![], vec![]);
    let (mut unknown, mut open) = (vec![], vec![]);
    let supplied = || graph.input.iter().filter(|i| !initializers.contains_key(&i.name));
    for i in supplied() {
        let place = format!("input `{}`", show(&i.name));
        match dims::input(i, dims) {
            Ok(Read::Known(_)) if inputs.iter().chain(&empty).any(|j| j.name == i.name) => {
                faults.push(Fault::new("given twice").at(place));
            }
            Ok(Read::Known(i)) if i.shape.contains(&0) => empty.push(i),
            Ok(Read::Known(i)) => inputs.push(i),
            Ok(Read::Open(list)) => {
                unknown.push(dims::open(&list).at(place));
                open.extend(list);
            }
            Err(f) => faults.push(f.at(place)),
        }
    }
    if let Some(last) = unknown.last_mut() {
        last.help = Some(dims::fix(&open));
    }
    faults.extend(unknown);
    faults.extend(dims::unknown(supplied(), dims));
    (inputs, empty)
}

/// What reading nodes takes.
struct Reader<'r, 'e> {
    functions: Functions,
    external: &'r mut External<'e>,
    /// Nodes that may still come.
    left: usize,
}

impl Reader<'_, '_> {
    /// Nodes that are written in these versions of the operators.
    fn nodes(
        &mut self,
        nodes: Vec<NodeProto>,
        opsets: &Rc<Opsets>,
        faults: &mut Vec<Fault>,
    ) -> Vec<Node> {
        let too_many = || Fault::new(format!("more than {MAX_NODES} nodes"));
        if nodes.len() > self.left {
            faults.push(too_many());
            return vec![];
        }
        let all = match self.functions.inline(nodes, opsets) {
            Ok(all) => all,
            Err(f) => {
                faults.push(f);
                return vec![];
            }
        };
        match self.left.checked_sub(all.len()) {
            Some(left) => self.left = left,
            None => {
                faults.push(too_many());
                return vec![];
            }
        }
        let mut out = vec![];
        for (k, (n, opsets)) in all.into_iter().enumerate() {
            match self.node(n, k, &opsets) {
                Ok(n) => out.push(n),
                Err(f) => faults.push(f),
            }
        }
        out
    }

    fn node(&mut self, n: NodeProto, k: usize, opsets: &Rc<Opsets>) -> Import<Node> {
        let domain = if n.domain == "ai.onnx" { String::new() } else { n.domain };
        let mut node = Node {
            name: n.name,
            op: n.op_type,
            opset: 0,
            domain,
            inputs: n.input,
            captured: 0,
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
            let body = &mut |g| body::read(g, opsets, self);
            let (name, value) = attribute::read(a, body).map_err(|f| f.at(place.clone()))?;
            if let Attribute::Body(b) = &value {
                node.capture(&b.reads);
            }
            // Names under which attributes are noted here.
            if name.starts_with("zirc.") {
                return Err(Fault::new(format!("has no attribute `{}`", show(&name))).at(place));
            }
            if node.attributes.insert(name.clone(), value).is_some() {
                return Err(
                    Fault::new(format!("attribute `{}` is given twice", show(&name))).at(place)
                );
            }
        }
        Ok(node)
    }
}

/// The constants of a graph, with `strings` those too that hold strings.
fn tensors(
    graph: &GraphProto,
    external: &mut External<'_>,
    strings: bool,
    faults: &mut Vec<Fault>,
) -> BTreeMap<String, Tensor> {
    let mut all = BTreeMap::new();
    for t in &graph.initializer {
        let reader = graph.node.iter().find(|n| n.input.contains(&t.name));
        let reader = reader.map_or(String::new(), |n| format!(" of {}", node_place(n)));
        let place = format!("initializer `{}`{reader}", show(&t.name));
        match tensor(t, external) {
            Ok(v) if v.element == Element::Text && !strings => {
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
    all
}

/// Constants that are stored by what is not 0 in them.
fn sparse(graph: &GraphProto) -> Vec<Fault> {
    let all = graph.sparse_initializer.iter().filter_map(|s| s.values.as_ref());
    let place = |name: &str| format!("initializer `{}`", show(name));
    all.map(|t| Fault::new("sparse tensors are not supported").at(place(&t.name))).collect()
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
