//! The same files, read by `onnx-protobuf`: whatever is read here is read there, and the same.
//!
//! Every model of the tests and examples is compared, message by message: nodes with their attributes and the
//! graphs inside of them, the bytes and sizes of tensors, inputs, outputs, versions and functions.

use super::{
    AttributeProto, DimensionProto, FunctionProto, GraphProto, ModelProto, NodeProto,
    OperatorSetIdProto, SegmentProto, SparseTensorProto, StringStringEntryProto, TensorProto,
    TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto,
};
use flate2::read::GzDecoder;
use onnx_protobuf as theirs;
use onnx_protobuf::Message as _;
use onnx_protobuf::tensor_shape_proto::dimension;
use onnx_protobuf::type_proto;
use prost::Message as _;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

fn all<A, B>(list: &[A], f: impl Fn(&A) -> B) -> Vec<B> {
    list.iter().map(f).collect()
}

fn bytes(b: &[u8]) -> prost::bytes::Bytes {
    prost::bytes::Bytes::copy_from_slice(b)
}

fn opset(o: &theirs::OperatorSetIdProto) -> OperatorSetIdProto {
    OperatorSetIdProto { domain: o.domain.clone(), version: o.version }
}

fn tensor(t: &theirs::TensorProto) -> TensorProto {
    let entry = |e: &theirs::StringStringEntryProto| StringStringEntryProto {
        key: e.key.clone(),
        value: e.value.clone(),
    };
    TensorProto {
        dims: t.dims.clone(),
        data_type: t.data_type,
        segment: t.segment.as_ref().map(|s| SegmentProto { begin: s.begin }),
        float_data: t.float_data.clone(),
        int32_data: t.int32_data.clone(),
        string_data: all(&t.string_data, |s| bytes(s)),
        int64_data: t.int64_data.clone(),
        name: t.name.clone(),
        raw_data: (!t.raw_data.is_empty()).then(|| bytes(&t.raw_data)),
        double_data: t.double_data.clone(),
        uint64_data: t.uint64_data.clone(),
        external_data: all(&t.external_data, entry),
        data_location: t.data_location.value(),
    }
}

fn attribute(a: &theirs::AttributeProto) -> AttributeProto {
    AttributeProto {
        name: a.name.clone(),
        f: a.f,
        i: a.i,
        s: bytes(&a.s),
        t: a.t.as_ref().map(tensor),
        g: a.g.as_ref().map(|g| Box::new(graph(g))),
        floats: a.floats.clone(),
        ints: a.ints.clone(),
        strings: all(&a.strings, |s| bytes(s)),
        kind: a.type_.value(),
        ref_attr_name: a.ref_attr_name.clone(),
    }
}

fn node(n: &theirs::NodeProto) -> NodeProto {
    NodeProto {
        input: n.input.clone(),
        output: n.output.clone(),
        name: n.name.clone(),
        op_type: n.op_type.clone(),
        attribute: all(&n.attribute, attribute),
        domain: n.domain.clone(),
        overload: n.overload.clone(),
    }
}

fn value(v: &theirs::ValueInfoProto) -> ValueInfoProto {
    let dim = |d: &theirs::tensor_shape_proto::Dimension| match &d.value {
        Some(dimension::Value::DimValue(v)) => {
            DimensionProto { dim_value: Some(*v), dim_param: None }
        }
        Some(dimension::Value::DimParam(p)) => {
            DimensionProto { dim_value: None, dim_param: Some(p.clone()) }
        }
        _ => DimensionProto::default(),
    };
    let shape = |s: &theirs::TensorShapeProto| TensorShapeProto { dim: all(&s.dim, dim) };
    let own = |t: &theirs::TypeProto| TypeProto {
        tensor_type: match &t.value {
            Some(type_proto::Value::TensorType(t)) => {
                Some(TensorTypeProto { elem_type: t.elem_type, shape: t.shape.as_ref().map(shape) })
            }
            _ => None,
        },
    };
    ValueInfoProto { name: v.name.clone(), r#type: v.type_.as_ref().map(own) }
}

fn graph(g: &theirs::GraphProto) -> GraphProto {
    let sparse =
        |t: &theirs::SparseTensorProto| SparseTensorProto { values: t.values.as_ref().map(tensor) };
    GraphProto {
        node: all(&g.node, node),
        name: g.name.clone(),
        initializer: all(&g.initializer, tensor),
        input: all(&g.input, value),
        output: all(&g.output, value),
        sparse_initializer: all(&g.sparse_initializer, sparse),
    }
}

fn function(f: &theirs::FunctionProto) -> FunctionProto {
    FunctionProto {
        name: f.name.clone(),
        input: f.input.clone(),
        output: f.output.clone(),
        node: all(&f.node, node),
        opset_import: all(&f.opset_import, opset),
        domain: f.domain.clone(),
        attribute_proto: all(&f.attribute_proto, attribute),
        overload: f.overload.clone(),
    }
}

fn model(m: &theirs::ModelProto) -> ModelProto {
    ModelProto {
        ir_version: m.ir_version,
        producer_name: m.producer_name.clone(),
        producer_version: m.producer_version.clone(),
        graph: m.graph.as_ref().map(graph),
        opset_import: all(&m.opset_import, opset),
        functions: all(&m.functions, function),
    }
}

/// Data that are written and empty are none: there they cannot be told from data that are not written.
fn plain_tensor(t: &mut TensorProto) {
    t.raw_data = t.raw_data.take().filter(|b| !b.is_empty());
}

fn plain_nodes(nodes: &mut [NodeProto]) {
    for a in nodes.iter_mut().flat_map(|n| &mut n.attribute) {
        a.t.iter_mut().for_each(plain_tensor);
        a.g.iter_mut().for_each(|g| plain_graph(g));
    }
}

fn plain_graph(g: &mut GraphProto) {
    g.initializer.iter_mut().for_each(plain_tensor);
    plain_nodes(&mut g.node);
}

fn plain(mut m: ModelProto) -> ModelProto {
    m.graph.iter_mut().for_each(plain_graph);
    m.functions.iter_mut().for_each(|f| plain_nodes(&mut f.node));
    m
}

/// Whether both read a file, and then the same: as bytes, in which NaN is itself. Of a file that is cut off,
/// the other one may read what is there.
fn same(file: &[u8]) -> Result<(), String> {
    let own = ModelProto::decode(bytes(file)).map_err(|e| e.to_string());
    let other = theirs::ModelProto::parse_from_bytes(file).map_err(|e| e.to_string());
    match (own, other) {
        (Ok(a), Ok(b)) if plain(a.clone()).encode_to_vec() == model(&b).encode_to_vec() => Ok(()),
        (Err(e), Ok(_)) if e.contains("underflow") => Ok(()),
        (Ok(_), Ok(_)) => Err("is read as something else".into()),
        (Err(_), Err(_)) => Ok(()),
        (Ok(_), Err(e)) => Err(format!("is read here, and not there: {e}")),
        (Err(e), Ok(_)) => Err(format!("is read there, and not here: {e}")),
    }
}

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for e in std::fs::read_dir(folder).unwrap() {
        let path = e.unwrap().path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
}

/// Every model of the tests and examples, by name.
fn models() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut all = vec![];
    let mut add = |name: String, file: Vec<u8>| all.push((name, file));
    let (mut plain, mut archives) = (vec![], vec![]);
    for folder in ["tests", "examples"] {
        files(&root.join(folder), "onnx", &mut plain);
    }
    files(&root.join("tests/onnx"), "npz", &mut archives);
    for path in plain {
        add(path.display().to_string(), std::fs::read(&path).unwrap());
    }
    for path in archives {
        let file = std::fs::read(&path).unwrap();
        let mut archive = npyz::npz::NpzArchive::new(Cursor::new(file)).unwrap();
        let names: Vec<String> = archive.array_names().map(ToString::to_string).collect();
        for name in names.iter().filter(|n| n.ends_with(".model")) {
            let array = archive.by_name(name).unwrap().unwrap();
            add(format!("{}: {name}", path.display()), array.into_vec::<u8>().unwrap());
        }
    }
    let nodes = std::fs::read(root.join("tests/onnx/node.tar.gz")).unwrap();
    let mut archive = tar::Archive::new(GzDecoder::new(nodes.as_slice()));
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        if name.ends_with(".onnx") {
            let mut file = vec![];
            entry.read_to_end(&mut file).unwrap();
            add(name, file);
        }
    }
    all
}

#[test]
fn another_reader_reads_the_same() {
    let all = models();
    let wrong = all.iter().filter_map(|(name, file)| Some(format!("{name} {}", same(file).err()?)));
    assert_eq!(wrong.collect::<Vec<_>>(), [""; 0]);
    // One for each kind of place that models come from, at the least.
    for part in ["test_", ".model", "examples", "bad"] {
        assert!(all.iter().any(|(name, _)| name.contains(part)), "no model has {part} in its name");
    }
}

/// A difference would be seen: each message that is read is compared.
#[test]
fn a_difference_is_seen() {
    let (_, file) = models().into_iter().find(|(name, _)| name.contains("lstm.onnx")).unwrap();
    let own = plain(ModelProto::decode(bytes(&file)).unwrap());
    let graph = |change: &dyn Fn(&mut GraphProto)| {
        let mut m = own.clone();
        change(m.graph.as_mut().unwrap());
        m.encode_to_vec()
    };
    let changed = [
        graph(&|g| g.node[0].op_type.push('x')),
        graph(&|g| g.node[0].attribute[0].i += 1),
        graph(&|g| g.initializer[0].dims[0] += 1),
        graph(&|g| g.input[0].name.push('x')),
        graph(&|g| g.output[0].name.push('x')),
        ModelProto { ir_version: own.ir_version + 1, ..own.clone() }.encode_to_vec(),
        ModelProto { opset_import: vec![], ..own.clone() }.encode_to_vec(),
    ];
    let there = model(&theirs::ModelProto::parse_from_bytes(&file).unwrap()).encode_to_vec();
    assert_eq!(own.encode_to_vec(), there);
    for c in changed {
        assert_ne!(c, there);
        assert_eq!(c, model(&theirs::ModelProto::parse_from_bytes(&c).unwrap()).encode_to_vec());
    }
}
