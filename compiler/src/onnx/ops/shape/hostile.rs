//! Whatever a file says, an operation of these two groups gives a result or a reason, and does not
//! panic.

use super::super::{Operation, reductions};
use super::OPERATIONS;
use crate::onnx::evaluate::Args;
use crate::onnx::graph::{Attribute, Node};
use crate::onnx::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};

const NUMBERS: &[i64] = &[0, 1, 2, -1, 3, -2, 1 << 40, i64::MIN, i64::MAX, -7];
const FLOATS: &[f64] = &[0.0, 0.5, 2.0, -1.0, 1e30, f64::NAN, f64::INFINITY, 1.0];
const SHAPES: &[&[usize]] =
    &[&[], &[0], &[1], &[2], &[3], &[2, 3], &[2, 0], &[3, 1], &[1, 4, 2, 2], &[2, 2, 2]];
const INTS: &[&str] = &[
    "axis",
    "keepdims",
    "noop_with_empty_axes",
    "k",
    "largest",
    "exclusive",
    "reverse",
    "to",
    "blocksize",
    "batch_dims",
    "upper",
    "num_outputs",
    "start",
    "end",
    "allowzero",
    "antialias",
    "exclude_outside",
    "select_last_index",
    "dtype",
    "value_int",
];
const LISTS: &[&str] = &["axes", "pads", "split", "starts", "ends", "perm", "value_ints"];
const TEXTS: &[(&str, &[&str])] = &[
    ("mode", &["constant", "reflect", "edge", "wrap", "linear", "nearest", "CRD", "nonsense"]),
    ("reduction", &["none", "add", "mul", "max", "min"]),
    ("coordinate_transformation_mode", &["align_corners", "tf_crop_and_resize", "asymmetric"]),
    ("nearest_mode", &["floor", "ceil", "round_prefer_ceil"]),
    ("keep_aspect_ratio_policy", &["stretch", "not_larger", "not_smaller"]),
];

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// Small numbers most of the time, so that some nodes are valid.
    fn number(&mut self) -> i64 {
        let far = self.below(4) == 0;
        self.of(if far { NUMBERS } else { &NUMBERS[..5] })
    }

    fn tensor(&mut self) -> Tensor {
        let shape = self.of(SHAPES);
        let count: usize = shape.iter().product();
        match self.below(5) {
            0 => Tensor::bool(ArrayD::from_elem(IxDyn(shape), self.below(2) == 0)),
            1 | 2 => {
                let list = (0..count).map(|_| self.number()).collect();
                Tensor::int(Element::Int64, ArrayD::from_shape_vec(IxDyn(shape), list).unwrap())
            }
            _ => {
                let list = (0..count).map(|_| self.of(FLOATS)).collect();
                Tensor::float(Element::Float, ArrayD::from_shape_vec(IxDyn(shape), list).unwrap())
            }
        }
    }

    fn node(&mut self, op: &Operation) -> Node {
        let mut n =
            Node { op: op.name.into(), opset: self.of(&[7, 10, 13, 18, 28]), ..Node::default() };
        n.outputs = vec!["y".into(); 1 + self.below(3)];
        for name in INTS {
            if self.below(4) == 0 {
                n.attributes.insert((*name).into(), Attribute::Int(self.number()));
            }
        }
        for name in LISTS {
            if self.below(6) == 0 {
                let list = (0..self.below(5)).map(|_| self.number()).collect();
                n.attributes.insert((*name).into(), Attribute::Ints(list));
            }
        }
        for (name, all) in TEXTS {
            if self.below(2) == 0 {
                n.attributes.insert((*name).into(), Attribute::Text(self.of(all).into()));
            }
        }
        if self.below(8) == 0 {
            n.attributes.insert("value".into(), Attribute::Tensor(self.tensor()));
        }
        n
    }
}

#[test]
fn a_result_or_a_reason() {
    let mut numbers = Numbers(1);
    for op in OPERATIONS.iter().chain(reductions::OPERATIONS) {
        let mut results = 0;
        for _ in 0..3000 {
            let n = numbers.node(op);
            let inputs: Vec<Tensor> = (0..numbers.below(5)).map(|_| numbers.tensor()).collect();
            let list = inputs.iter().map(Some).collect();
            results += usize::from((op.evaluate)(&n, &Args { list }).is_ok());
        }
        assert!(results > 0, "{} has not been tried in earnest", op.name);
    }
}

/// What an operation says of a node.
fn reason(op: &str, attributes: &[(&str, Attribute)], inputs: &[Tensor]) -> String {
    let n = Node {
        op: op.into(),
        opset: 18,
        attributes: attributes.iter().map(|(k, v)| ((*k).into(), v.clone())).collect(),
        outputs: vec!["y".into()],
        ..Node::default()
    };
    let op = super::super::find(&n).unwrap();
    let out = (op.evaluate)(&n, &Args { list: inputs.iter().map(Some).collect() });
    out.expect_err("is refused").to_string()
}

#[test]
fn reasons() {
    let x = Tensor::float(Element::Float, ArrayD::zeros(IxDyn(&[2, 3])));
    let ints = |list: &[i64]| Tensor::int64s(list);
    let axis = |v| ("axis", Attribute::Int(v));
    assert_eq!(
        reason("Gather", &[axis(1)], &[x.clone(), ints(&[3])]),
        "there is no place 3 in a dimension of 3"
    );
    assert_eq!(
        reason("ArgMax", &[axis(2)], std::slice::from_ref(&x)),
        "there is no axis 2 in 2 dimensions"
    );
    assert_eq!(reason("TopK", &[], &[x.clone(), ints(&[4])]), "k is 4, axis 1 has 3 elements");
    assert_eq!(
        reason("Slice", &[], &[x.clone(), ints(&[0]), ints(&[1]), ints(&[0]), ints(&[0])]),
        "a step is 0"
    );
    assert_eq!(
        reason("ReduceSum", &[], &[x.clone(), ints(&[1, -1])]),
        "the axes [1, -1] are not distinct"
    );
    assert_eq!(
        reason("Tile", &[], &[x.clone(), ints(&[1 << 40, 1])]),
        "a dimension of 2199023255552 elements is too large"
    );
    let cubic = ("mode", Attribute::Text("cubic".into()));
    assert_eq!(
        reason("Resize", &[cubic], &[x.clone(), ints(&[]), ints(&[1, 1])]),
        "`mode` is `cubic`: only nearest and linear are supported"
    );
    let training = [x.clone(), x, Tensor::bool(ArrayD::from_elem(IxDyn(&[]), true))];
    assert_eq!(
        reason("Dropout", &[], &[training[0].clone(), ints(&[1]), training[2].clone()]),
        "its result is random: export the model for inference"
    );
}
