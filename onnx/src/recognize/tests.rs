//! Written-out forms of operators, and forms that are nearly one.

use super::work::Work;
use super::{counted, recognize};
use crate::evaluate;
use crate::graph::{Graph, Input, Node, dummy};
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};
use std::collections::BTreeMap;

/// A graph from lines such as `t = Tanh u`; a number stands for a constant of 32 bits, `@k` for the
/// constant `[k]` of 64-bit integers, `row` for a parameter with the sizes of rows, and `deep` for one of three
/// dimensions.
fn graph(shape: &[usize], lines: &[&str]) -> Graph {
    let mut initializers = BTreeMap::new();
    let mut nodes = vec![];
    for line in lines {
        let (out, call) = line.split_once(" = ").unwrap();
        let mut words = call.split(' ');
        let op = words.next().unwrap().to_string();
        let input = |w: &str| {
            let scalar = |v: f64| Tensor::float(Element::Float, ArrayD::from_elem(IxDyn(&[]), v));
            let t = if let Ok(v) = w.parse::<f32>() {
                Some(scalar(f64::from(v)))
            } else if w == "row" || w == "deep" {
                let size = shape[shape.len() - 1];
                let row = ArrayD::from_shape_fn(IxDyn(&[size]), |i| 0.5 + i[0] as f64);
                let row = Tensor::float(Element::Float, row);
                Some(if w == "row" { row } else { row.reshaped(&[1, 1, size]).unwrap() })
            } else {
                w.strip_prefix('@').map(|k| Tensor::int64s(&[k.parse().unwrap()]))
            };
            initializers.extend(t.map(|t| (w.to_string(), t)));
            w.to_string()
        };
        let inputs = words.map(input).collect();
        let outputs = vec![out.to_string()];
        nodes.push(Node { op, opset: 18, inputs, outputs, ..Node::default() });
    }
    let input = Input { name: "x".into(), element: Element::Float, shape: shape.to_vec() };
    Graph {
        opsets: BTreeMap::from([(String::new(), 18)]),
        nodes,
        initializers,
        inputs: vec![input],
        outputs: vec!["y".into()],
        ..Graph::default()
    }
}

/// The operators that are left, with what the last one reads.
fn left(shape: &[usize], lines: &[&str]) -> String {
    let mut g = graph(shape, lines);
    let mut samples = BTreeMap::from([("x".to_string(), dummy(&g.inputs[0]))]);
    evaluate::graph(&g, &mut samples).unwrap();
    let x = ArrayD::from_shape_fn(IxDyn(shape), |i| {
        (0..shape.len()).fold(-2.0, |s, d| s * 1.1 + i[d] as f64 * 0.7)
    });
    let run = |g: &Graph| {
        let x = Tensor::float(Element::Float, x.clone());
        let mut values = BTreeMap::from([("x".to_string(), x)]);
        evaluate::graph(g, &mut values).unwrap();
        values["y"].floats().unwrap().clone()
    };
    let before = run(&g);
    recognize(&mut g, &samples);
    let after = run(&g);
    let same = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-5 * (1.0 + b.abs());
    assert!(before.iter().zip(after.iter()).all(same), "{lines:?}: {before} {after}");
    g.nodes.iter().map(|n| n.op.clone()).collect::<Vec<_>>().join(" ")
}

#[test]
fn functions_of_each_element() {
    for (op, lines) in [
        (
            "Gelu",
            &["a = Div x 1.4142135", "e = Erf a", "b = Add e 1", "c = Mul x b", "y = Mul c 0.5"][..],
        ),
        (
            "Gelu",
            &["h = Mul 0.5 x", "a = Mul x 0.70710677", "e = Erf a", "b = Add 1 e", "y = Mul h b"],
        ),
        (
            "Gelu",
            &[
                "p = Pow x 3",
                "k = Mul p 0.044715",
                "s = Add x k",
                "q = Mul s 0.7978846",
                "t = Tanh q",
                "b = Add t 1",
                "h = Mul x 0.5",
                "y = Mul h b",
            ],
        ),
        ("Swish", &["s = Sigmoid x", "y = Mul x s"]),
        ("Swish", &["n = Neg x", "e = Exp n", "d = Add e 1", "y = Div x d"]),
        ("Swish", &["a = Mul x 1.702", "s = Sigmoid a", "y = Mul s x"]),
        ("HardSwish", &["a = Add x 3", "c = Clip a 0 6", "m = Mul x c", "y = Div m 6"]),
        ("HardSwish", &["a = Add x 3", "r = Relu a", "c = Min r 6", "m = Div c 6", "y = Mul m x"]),
        ("Mish", &["s = Softplus x", "t = Tanh s", "y = Mul x t"]),
        ("Mish", &["e = Exp x", "a = Add 1 e", "s = Log a", "t = Tanh s", "y = Mul x t"]),
        ("LeakyRelu", &["a = Mul x 0.1", "y = Max x a"]),
        ("Softsign", &["a = Abs x", "b = Add a 1", "y = Div x b"]),
        ("Sigmoid", &["n = Neg x", "e = Exp n", "d = Add 1 e", "y = Reciprocal d"]),
        ("Sigmoid", &["n = Mul x -1", "e = Exp n", "d = Add e 1", "y = Div 1 d"]),
        ("Sigmoid", &["e = Exp x", "d = Add e 1", "y = Div e d"]),
    ] {
        assert_eq!(left(&[2, 5], lines), op, "{lines:?}");
    }
}

#[test]
fn functions_of_rows() {
    let softmax =
        ["m = ReduceMax x @-1", "d = Sub x m", "e = Exp d", "s = ReduceSum e @-1", "y = Div e s"];
    assert_eq!(left(&[3, 4, 5], &softmax), "Softmax");
    let plain = ["e = Exp x", "s = ReduceSum e @-1", "y = Div e s"];
    assert_eq!(left(&[2, 5], &plain), "Softmax");
    let across = ["e = Exp x", "s = ReduceSum e @1", "y = Div e s"];
    assert_eq!(left(&[2, 3, 5], &across), "Softmax");
    let log = ["e = Exp x", "s = ReduceSum e @-1", "l = Log s", "y = Sub x l"];
    assert_eq!(left(&[2, 5], &log), "LogSoftmax");
    let layer = [
        "m = ReduceMean x @-1",
        "d = Sub x m",
        "p = Pow d 2",
        "v = ReduceMean p @-1",
        "a = Add v 0.00001",
        "r = Sqrt a",
        "n = Div d r",
        "g = Mul n row",
        "y = Add g row",
    ];
    assert_eq!(left(&[3, 4, 8], &layer), "LayerNormalization");
    let two = [
        "m = ReduceMean x @-1",
        "d = Sub x m",
        "c = Sub x m",
        "p = Mul c c",
        "v = ReduceMean p @-1",
        "a = Add v 0.001",
        "r = Sqrt a",
        "y = Div d r",
    ];
    assert_eq!(left(&[4, 8], &two), "LayerNormalization");
    let rms = [
        "p = Mul x x",
        "v = ReduceMean p @-1",
        "a = Add v 0.00001",
        "r = Sqrt a",
        "i = Reciprocal r",
        "n = Mul x i",
        "y = Mul row n",
    ];
    assert_eq!(left(&[4, 8], &rms), "RMSNormalization");
}

/// What is a softmax of two is none of five.
#[test]
fn the_size_of_an_axis_counts() {
    let mean = ["e = Exp x", "m = ReduceMean e @0", "s = Mul m 2", "y = Div e s"];
    assert_eq!(left(&[5, 3], &mean), "Exp ReduceMean Mul Div");
    assert_eq!(left(&[2, 3], &mean), "Softmax");
    let sum = ["e = Exp x", "s = ReduceSum e @0", "y = Div e s"];
    assert_eq!(left(&[5, 3], &sum), "Softmax");
}

/// A parameter of more dimensions makes more of the result.
#[test]
fn a_parameter_gives_no_dimension() {
    let layer = |parameter: &str| {
        let lines = [
            "m = ReduceMean x @-1",
            "d = Sub x m",
            "p = Mul d d",
            "v = ReduceMean p @-1",
            "a = Add v 0.001",
            "r = Sqrt a",
            "n = Div d r",
            &format!("y = Mul n {parameter}"),
        ];
        (left(&[4, 8], &lines), left(&[2, 4, 8], &lines))
    };
    let (one, all) = ("LayerNormalization".to_string(), "LayerNormalization Mul".to_string());
    assert_eq!(layer("deep"), (all, one.clone()));
    assert_eq!(layer("row"), (one.clone(), one));
}

#[test]
fn what_is_nearly_one_is_left() {
    for lines in [
        // Another constant, another axis, something else that reads what is between.
        &["a = Div x 1.41", "e = Erf a", "b = Add e 1", "c = Mul x b", "y = Mul c 0.5"][..],
        &["a = Add x 3", "c = Clip a 0 5.9", "m = Mul x c", "y = Div m 6"],
        &["e = Exp x", "s = ReduceSum e @-1", "f = Add s 0.001", "y = Div e f"],
        &[
            "m = ReduceMean x @0",
            "d = Sub x m",
            "p = Mul d d",
            "v = ReduceMean p @-1",
            "y = Div d v",
        ],
        &["s = Sigmoid x", "m = Mul x row", "y = Mul m s"],
    ] {
        let ops: Vec<&str> = lines.iter().filter_map(|l| l.split(' ').nth(2)).collect();
        assert_eq!(left(&[2, 5], lines), ops.join(" "), "{lines:?}");
    }
    let read_twice = ["s = Sigmoid x", "m = Mul x s", "y = Add m s"];
    assert_eq!(left(&[2, 5], &read_twice), "Sigmoid Mul Add");
}

/// What differs from an operator only beyond a constant of its own, far from 0 or close to it.
#[test]
fn near_misses_at_their_own_sizes() {
    for (ops, lines) in [
        ("Relu Min", &["r = Relu x", "y = Min r 2000"][..]),
        ("Abs Min", &["a = Abs x", "y = Min a 1500"]),
        ("Relu Add Log", &["r = Relu x", "a = Add r 0.000001", "y = Log a"]),
        (
            "Mul Relu Add Mul",
            &["a = Mul x 0.000001", "r = Relu a", "b = Add r 0.000002", "y = Mul b 1000000"],
        ),
        ("Greater Where", &["g = Greater x 0.01", "y = Where g x 0"]),
        ("Mul Relu Min Mul", &["a = Mul x 0.25", "r = Relu a", "c = Min r 900", "y = Mul c 4"]),
    ] {
        assert_eq!(left(&[2, 5], lines), ops, "{lines:?}");
    }
    let softmax =
        ["m = ReduceMax c @-1", "d = Sub c m", "e = Exp d", "s = ReduceSum e @-1", "y = Div e s"];
    for bound in ["c = Clip x -50 50", "c = Min x 3000"] {
        let lines: Vec<&str> = [bound].into_iter().chain(softmax).collect();
        let op = bound.split(' ').nth(2).unwrap();
        assert_eq!(left(&[2, 5], &lines), format!("{op} Softmax"), "{bound}");
    }
    // ε beside the root, and not beneath it.
    let norm = [
        "m = ReduceMean x @-1",
        "d = Sub x m",
        "q = Mul d d",
        "v = ReduceMean q @-1",
        "r = Sqrt v",
        "e = Add r 0.00000001",
        "y = Div d e",
    ];
    assert!(!left(&[2, 5], &norm).contains("Normalization"));
}

/// Peaks and steps of a width that no grid has, at places that follow from several constants, are seen: each of
/// these is an operator but there.
#[test]
fn what_differs_in_one_place() {
    let peak = ["s = Sub x 5.1", "a = Abs s", "b = Mul a 2000", "c = Sub 1 b", "d = Relu c"];
    for (base, end) in [
        (&["r = Relu x"][..], "y = Add r d"),
        (&["s1 = Sigmoid x", "r = Mul x s1"], "y = Sub r d"),
        (&["r = Tanh x"], "y = Max r d"),
    ] {
        let lines: Vec<&str> = base.iter().chain(&peak).copied().chain([end]).collect();
        let ops: Vec<&str> = lines.iter().filter_map(|l| l.split(' ').nth(2)).collect();
        let found = left(&[2, 5], &lines);
        // What is written out before it may become an operator of its own.
        assert!(found.ends_with(&ops[base.len()..].join(" ")), "{lines:?}: {found}");
    }
    for lines in [
        // One number, and a narrow bell around one that is the quotient of a sum.
        &["e = Equal x 0.7", "r = Relu x", "y = Where e 9 r"][..],
        &[
            "m = Mul x 3.7",
            "a = Add m 1.9",
            "b = Sub a 4.3",
            "s = Mul b 50000",
            "q = Mul s s",
            "n = Neg q",
            "e = Exp n",
            "r = Relu x",
            "y = Add r e",
        ],
        &[
            "f = Mul x 0.125",
            "c = Greater f 0.7501",
            "d = Less f 0.7502",
            "b = And c d",
            "r = Relu x",
            "y = Where b 0 r",
        ],
    ] {
        let ops: Vec<&str> = lines.iter().filter_map(|l| l.split(' ').nth(2)).collect();
        assert_eq!(left(&[2, 5], lines), ops.join(" "), "{lines:?}");
    }
}

/// A chain of nodes that are no operator: what it takes to see that grows as the chain does, and is no more for each
/// node than the few numbers for every region that ends in it, for the operators, and for its constants once.
#[test]
fn long_chains() {
    let computed = |length: usize| {
        let mut lines = vec!["t0 = Add x 0.001".to_string()];
        for k in 1..length {
            let op = ["Add", "Mul", "Max", "Sub"][k % 4];
            lines.push(format!("t{k} = {op} t{} {}", k - 1, 1.0 + k as f32 / 1000.0));
        }
        lines.push(format!("y = Tanh t{}", length - 1));
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let mut g = graph(&[2, 5], &lines);
        let mut samples = BTreeMap::from([("x".to_string(), dummy(&g.inputs[0]))]);
        evaluate::graph(&g, &mut samples).unwrap();
        let mut work = Work::new();
        counted(&mut g, &samples, &mut work);
        assert_eq!(g.nodes.len(), length + 1);
        work.numbers
    };
    let (short, long) = (computed(200), computed(400));
    assert!(long <= 2 * short + short / 10, "{short}, {long}");
    // 24 · 25 / 2 nodes in the regions of a node; 16 numbers, and as many for 4 operators with 4 numbers.
    assert!(long <= 401 * 16 * (300 + 16) + 16 * 64, "{long}");
}
