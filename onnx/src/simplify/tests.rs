//! Each rule on a small graph: what the model computes stays, and the nodes go.

use super::simplify;
use crate::graph::{Attribute, Graph, Input, Node};
use crate::model::{Array, Files, Model};
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};
use std::collections::BTreeMap;

/// Numbers between −1 and 1 without a pattern.
fn numbers(shape: &[usize], seed: usize) -> Vec<f64> {
    let count: usize = shape.iter().product();
    (0..count).map(|k| ((k * 7919 + seed * 104_729 + 13) % 2003) as f64 / 1001.0 - 1.0).collect()
}

fn floats(shape: &[usize], seed: usize) -> Tensor {
    let a = ArrayD::from_shape_vec(IxDyn(shape), numbers(shape, seed)).unwrap();
    Tensor::float(Element::Float, a)
}

fn positive(shape: &[usize], seed: usize) -> Tensor {
    let t = floats(shape, seed);
    Tensor::float(Element::Float, t.floats().unwrap().mapv(|v| v.abs() + 0.5))
}

struct Builder {
    graph: Graph,
}

/// A graph with one input `x` of this shape.
fn graph(shape: &[usize]) -> Builder {
    let input = Input { name: "x".into(), element: Element::Float, shape: shape.to_vec() };
    let graph = Graph {
        opsets: BTreeMap::from([(String::new(), 21)]),
        inputs: vec![input],
        outputs: vec!["y".into()],
        ..Graph::default()
    };
    Builder { graph }
}

impl Builder {
    fn constant(mut self, name: &str, t: Tensor) -> Builder {
        self.graph.initializers.insert(name.into(), t);
        self
    }

    /// `out = Op(a, b, …)`, with lists of integers as attributes.
    fn node(mut self, text: &str, attributes: &[(&str, &[i64])]) -> Builder {
        let (out, call) = text.split_once(" = ").unwrap();
        let (op, inputs) = call.trim_end_matches(')').split_once('(').unwrap();
        let one = |(name, list): &(&str, &[i64])| {
            let value = match list {
                [v] if !matches!(*name, "pads" | "strides") => Attribute::Int(*v),
                list => Attribute::Ints(list.to_vec()),
            };
            ((*name).to_string(), value)
        };
        self.graph.nodes.push(Node {
            op: op.into(),
            opset: 21,
            inputs: inputs.split(", ").map(Into::into).collect(),
            outputs: vec![out.into()],
            attributes: attributes.iter().map(one).collect(),
            ..Node::default()
        });
        self
    }

    /// A batch normalization of `channels`, with constants of its own.
    fn batch_norm(self, out: &str, input: &str, channels: usize) -> Builder {
        let c = [channels];
        self.constant(&format!("{out}_g"), floats(&c, 31))
            .constant(&format!("{out}_b"), floats(&c, 32))
            .constant(&format!("{out}_m"), floats(&c, 33))
            .constant(&format!("{out}_v"), positive(&c, 34))
            .node(
                &format!("{out} = BatchNormalization({input}, {out}_g, {out}_b, {out}_m, {out}_v)"),
                &[],
            )
    }

    /// Simplifies, and compares results before and after. Gives the operators that are left.
    fn check(self) -> Vec<String> {
        let before = self.graph;
        let mut after = before.clone();
        simplify(&mut after);
        let shape = before.inputs[0].shape.clone();
        let inputs = BTreeMap::from([("x".to_string(), Array { data: numbers(&shape, 5), shape })]);
        let results = |g: &Graph| {
            let m = Model {
                graph: g.clone(),
                files: Files::new(b""),
                samples: BTreeMap::new(),
                budget: Default::default(),
                original: Default::default(),
                written: None,
                as_written: false,
                warnings: vec![],
            };
            let all = m.evaluate(&inputs).unwrap();
            g.outputs.iter().map(|o| all[o].clone()).collect::<Vec<_>>()
        };
        for (a, b) in results(&before).iter().zip(results(&after)) {
            assert_eq!(a.shape, b.shape);
            for (v, w) in a.data.iter().zip(&b.data) {
                assert!((v - w).abs() < 1e-9, "{v} became {w}");
            }
        }
        let read = |name: &String| {
            after.outputs.contains(name) || after.nodes.iter().any(|n| n.inputs.contains(name))
        };
        assert!(after.initializers.keys().all(read), "constants without a reader");
        after.nodes.into_iter().map(|n| n.op).collect()
    }
}

#[test]
fn batch_norm_and_affine_after_conv() {
    let left = graph(&[2, 4, 5, 6])
        .constant("w", floats(&[6, 2, 3, 2], 1))
        .constant("c", floats(&[6, 1, 1], 2))
        .constant("d", floats(&[1, 6, 1, 1], 3))
        .constant("e", positive(&[], 4))
        .node("a = Conv(x, w)", &[("group", &[2]), ("pads", &[1, 0, 1, 0])])
        .batch_norm("n", "a", 6)
        .node("m = Mul(c, n)", &[])
        .node("p = Sub(d, m)", &[])
        .node("y = Mul(p, e)", &[])
        .check();
    assert_eq!(left, ["Conv"]);
}

#[test]
fn batch_norm_after_a_transposed_conv_with_groups() {
    let left = graph(&[2, 4, 5])
        .constant("w", floats(&[4, 3, 2], 1))
        .constant("b", floats(&[6], 2))
        .node("a = ConvTranspose(x, w, b)", &[("group", &[2]), ("strides", &[2])])
        .batch_norm("y", "a", 6)
        .check();
    assert_eq!(left, ["ConvTranspose"]);
}

#[test]
fn affine_after_gemm() {
    for flip in [0, 1] {
        let shape = if flip == 1 { [5, 4] } else { [4, 5] };
        let left = graph(&[3, 4])
            .constant("w", floats(&shape, 1))
            .constant("b", floats(&[1, 5], 2))
            .constant("c", floats(&[5], 3))
            .node("a = Gemm(x, w, b)", &[("transB", &[flip])])
            .batch_norm("n", "a", 5)
            .node("y = Add(n, c)", &[])
            .check();
        assert_eq!(left, ["Gemm"]);
    }
}

#[test]
fn chains_of_constants() {
    let made = || {
        graph(&[2, 3])
            .constant("c", floats(&[3], 1))
            .constant("d", positive(&[], 2))
            .constant("e", positive(&[1, 1], 3))
    };
    let left = made()
        .node("a = Mul(x, c)", &[])
        .node("b = Div(a, d)", &[])
        .node("f = Mul(e, b)", &[])
        .node("g = Add(f, c)", &[])
        .node("h = Sub(g, d)", &[])
        .node("y = Mul(h, d)", &[])
        .check();
    // e has more dimensions than c: what it is multiplied with stays.
    assert_eq!(left, ["Mul", "Mul", "Add", "Mul"]);
    let left = made().node("a = Div(c, x)", &[]).node("y = Div(a, d)", &[]).check();
    assert_eq!(left, ["Div", "Div"], "what divides by x stays");
    let left = made().node("a = Sub(c, x)", &[]).node("y = Add(a, d)", &[]).check();
    assert_eq!(left, ["Sub", "Add"]);
}

#[test]
fn a_matrix_product_has_no_bias() {
    let made = |shape: &[usize]| {
        graph(shape).constant("w", floats(&[4, 5], 1)).constant("c", floats(&[5], 3))
    };
    let left = made(&[3, 4]).node("a = MatMul(x, w)", &[]).batch_norm("y", "a", 5).check();
    assert_eq!(left, ["MatMul", "Add"]);
    let left = made(&[2, 3, 4])
        .node("a = MatMul(x, w)", &[])
        .node("m = Mul(a, c)", &[])
        .node("y = Add(m, c)", &[])
        .check();
    assert_eq!(left, ["MatMul", "Add"]);
    // Here the channels are not the columns.
    let left = made(&[2, 3, 4]).node("a = MatMul(x, w)", &[]).batch_norm("y", "a", 3).check();
    assert_eq!(left, ["MatMul", "BatchNormalization"]);
}

#[test]
fn what_is_read_twice_stays() {
    let made = |outputs: &[&str]| {
        let mut b = graph(&[1, 2, 4, 4])
            .constant("w", floats(&[3, 2, 3, 3], 1))
            .constant("c", floats(&[3, 1, 1], 2))
            .node("a = Conv(x, w)", &[])
            .node("y = Mul(a, c)", &[]);
        b.graph.outputs = outputs.iter().map(|o| (*o).into()).collect();
        b
    };
    assert_eq!(made(&["y"]).check(), ["Conv"]);
    assert_eq!(made(&["y", "a"]).check(), ["Conv", "Mul"]);
    let left = made(&["z"]).node("z = Add(y, a)", &[]).check();
    assert_eq!(left, ["Conv", "Mul", "Add"]);
    // A constant that is not one number for each channel.
    let left = graph(&[1, 2, 4, 4])
        .constant("w", floats(&[3, 2, 3, 3], 1))
        .constant("c", floats(&[2], 2))
        .node("a = Conv(x, w)", &[])
        .node("y = Mul(a, c)", &[])
        .check();
    assert_eq!(left, ["Conv", "Mul"]);
}

#[test]
fn weights_that_two_nodes_read() {
    let left = graph(&[1, 3, 4, 4])
        .constant("w", floats(&[3, 3, 1, 1], 1))
        .constant("b", floats(&[3], 2))
        .node("a = Conv(x, w, b)", &[])
        .batch_norm("n", "a", 3)
        .node("c = Conv(n, w, b)", &[])
        .node("y = Mul(c, k)", &[])
        .constant("k", floats(&[1], 3))
        .check();
    assert_eq!(left, ["Conv", "Conv"]);
}

#[test]
fn transposes() {
    let perm: &[i64] = &[1, 2, 0];
    let left = graph(&[2, 3, 4])
        .node("a = Transpose(x)", &[("perm", perm)])
        .node("b = Transpose(a)", &[("perm", perm)])
        .node("y = Transpose(b)", &[("perm", perm)])
        .check();
    assert_eq!(left, ["Identity"]);
    let left = graph(&[2, 3, 4])
        .node("a = Transpose(x)", &[("perm", perm)])
        .node("y = Transpose(a)", &[])
        .check();
    assert_eq!(left, ["Transpose"]);
    let left = graph(&[2, 3, 4])
        .node("a = Transpose(x)", &[])
        .node("b = Transpose(a)", &[])
        .node("y = Mul(b, b)", &[])
        .check();
    assert_eq!(left, ["Mul"]);
}

#[test]
fn identities_and_padding() {
    let made = |pads: &[i64]| {
        graph(&[1, 2, 4, 4])
            .constant("w", floats(&[3, 2, 3, 3], 1))
            .constant("p", Tensor::int64s(pads))
            .node("i = Identity(x)", &[])
            .node("a = Pad(i, p)", &[])
            .node("b = Conv(a, w)", &[("pads", &[1, 0, 0, 1])])
            .node("y = Identity(b)", &[])
    };
    assert_eq!(made(&[0, 0, 1, 2, 0, 0, 0, 1]).check(), ["Conv", "Identity"]);
    // A channel more, and a row less, are no padding of windows.
    let left = made(&[0, 0, -1, 2, 0, 0, 0, 1]).check();
    assert_eq!(left, ["Pad", "Conv", "Identity"]);
}

#[test]
fn one_divided_by_one_and_an_exponential_is_a_sigmoid() {
    let one = || Tensor::float(Element::Float, ArrayD::from_elem(IxDyn(&[1]), 1.0));
    let exponential = || graph(&[2, 3]).constant("one", one()).node("e = Exp(x)", &[]);
    let left = exponential().node("s = Add(e, one)", &[]).node("y = Reciprocal(s)", &[]).check();
    assert_eq!(left, ["Neg", "Sigmoid"]);
    let left = exponential().node("s = Add(one, e)", &[]).node("y = Div(one, s)", &[]).check();
    assert_eq!(left, ["Neg", "Sigmoid"]);
    // Something else is added or divided, or the exponential is read twice.
    let two = || Tensor::float(Element::Float, ArrayD::from_elem(IxDyn(&[1]), 2.0));
    let other = || exponential().constant("two", two());
    let left = other().node("s = Add(e, two)", &[]).node("y = Reciprocal(s)", &[]).check();
    assert_eq!(left, ["Exp", "Add", "Reciprocal"]);
    let left = exponential().node("s = Add(e, one)", &[]).node("y = Div(e, s)", &[]).check();
    assert_eq!(left, ["Exp", "Add", "Div"]);
}
