//! Files of data, and models of integers.

use crate::one_node::value;
use crate::proto::{
    GraphProto, ModelProto, NodeProto, OperatorSetIdProto, StringStringEntryProto, TensorProto,
};
use crate::quantize::{FileDigest, Settings};
use crate::{Imported, Model, Options, import};
use prost::Message;
use std::collections::BTreeMap;

/// A constant of one float in a file.
fn kept(name: &str, file: &str) -> TensorProto {
    let entry =
        |key: &str, value: &str| StringStringEntryProto { key: key.into(), value: value.into() };
    TensorProto {
        name: name.into(),
        dims: vec![2],
        data_type: 1,
        data_location: 1,
        external_data: vec![entry("location", file)],
        ..TensorProto::default()
    }
}

fn content(file: &str) -> Vec<u8> {
    let k = file.bytes().map(f32::from).sum::<f32>();
    [k, k + 0.5].iter().flat_map(|v| v.to_le_bytes()).collect()
}

/// The sum of an input and constants, each in its file.
fn made(files: &[&str]) -> Imported {
    let names: Vec<String> = (0..files.len()).map(|k| format!("w{k}")).collect();
    let node = |k: usize| NodeProto {
        input: vec![if k == 0 { "x".into() } else { format!("y{}", k - 1) }, names[k].clone()],
        output: vec![format!("y{k}")],
        op_type: "Add".into(),
        ..NodeProto::default()
    };
    let graph = GraphProto {
        node: (0..files.len()).map(node).collect(),
        input: vec![value("x", &[2])],
        initializer: names.iter().zip(files).map(|(n, f)| kept(n, f)).collect(),
        output: vec![value(&format!("y{}", files.len() - 1), &[2])],
        ..GraphProto::default()
    };
    let opset_import = vec![OperatorSetIdProto { domain: String::new(), version: 18 }];
    let graph = Some(graph);
    let file = ModelProto { ir_version: 8, graph, opset_import, ..ModelProto::default() };
    let bytes = file.encode_to_vec();
    let model = Model::decode(&bytes, &BTreeMap::new(), &mut |f| Ok(content(f))).unwrap();
    let made = import(&model, &Settings::default(), &Options::default()).unwrap();
    let own = format!("the model is an ONNX file with SHA-256 {}", FileDigest::of(&bytes));
    assert_eq!(made.assumptions[0], own);
    made
}

#[test]
fn files_of_data() {
    let one = |f: &str| {
        format!("the model has data in a file with SHA-256 {}", FileDigest::of(&content(f)))
    };
    // In the order of their names, each once, and no name among them.
    let few = made(&["b.bin", "folder/a.bin", "a.bin", "b.bin"]);
    assert_eq!(few.assumptions[1..4], [one("a.bin"), one("b.bin"), one("folder/a.bin")]);
    assert!(!few.source.contains(".bin") && !few.assumptions[4].contains("data in"));
    let names: Vec<String> = (10..19).map(|k| format!("{k}")).collect();
    let many = made(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let list: String = names.iter().map(|n| format!("{}\n", FileDigest::of(&content(n)))).collect();
    let text = format!(
        "the model has data in 9 files, and the list of theirs has SHA-256 {}",
        FileDigest::of(list.as_bytes())
    );
    assert_eq!(many.assumptions[1], text);
    assert!(!many.assumptions[2].contains("data in"), "{:?}", many.assumptions);
}

#[test]
fn a_model_of_integers_is_not_quantized() {
    let mut x = value("x", &[3]);
    let mut y = value("y", &[3]);
    for v in [&mut x, &mut y] {
        let t = v.r#type.as_mut().and_then(|t| t.tensor_type.as_mut()).unwrap();
        // int32
        t.elem_type = 6;
    }
    let node = NodeProto {
        input: vec!["x".into(), "x".into()],
        output: vec!["y".into()],
        op_type: "Add".into(),
        ..NodeProto::default()
    };
    let graph =
        GraphProto { node: vec![node], input: vec![x], output: vec![y], ..GraphProto::default() };
    let model = crate::one_node::read(graph, 18).unwrap();
    let made = import(&model, &Settings::default(), &Options::default()).unwrap();
    assert_eq!(made.assumptions, [""; 0]);
    assert!(!made.source.contains("assumes"), "{}", made.source);
}
