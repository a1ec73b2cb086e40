//! Whatever a file says, an operation gives a result or a reason, and does not panic: every one with
//! attributes and inputs of all kinds, of which few fit.

use super::GROUPS;
use crate::context::{Args, Scope};
use crate::evaluate;
use crate::fault::{Fault, Import};
use crate::graph::{Attribute, Fresh, Node};
use crate::numbers::Numbers;
use crate::ops::{Operation, folded};
use crate::schema::shape_of;
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

const SIZES: &[i64] = &[1, 2, 3, 0, -1, 4, 5, -2, 1 << 29, 1 << 40, i64::MIN, i64::MAX];
const FLOATS: &[f64] = &[0.5, -1.0, 2.0, 0.0, 1.0, 1e30, f64::INFINITY, f64::NAN];
const SHAPES: &[&[usize]] = &[
    &[4],
    &[1],
    &[],
    &[3, 4],
    &[4, 3],
    &[2, 4, 5],
    &[4, 4, 3],
    &[2, 4, 5, 3],
    &[4, 2, 2, 3],
    &[1, 4, 3, 3, 3],
    &[0],
    &[2, 0, 3],
    &[4, 0],
];
const ELEMENTS: &[Element] = &[Element::Int64, Element::UInt8, Element::Int8, Element::Int32];
const WORDS: &[&str] = &[
    "",
    "NOTSET",
    "VALID",
    "SAME_UPPER",
    "SAME_LOWER",
    "LEFT",
    "RIGHT",
    "CRD",
    "tanh",
    "forward",
    "reverse",
    "bidirectional",
    "Relu",
    "Tanh",
    "Sigmoid",
    "constant",
    "reflect",
    "edge",
    "wrap",
    "nearest",
    "linear",
    "none",
    "add",
    "mul",
    "max",
    "min",
    "ij,jk->ik",
    "...i,...i",
    "i",
    "->",
    "ii->",
    "é",
    "MAX",
    "L1",
    "L2",
    "RBF",
    "LINEAR",
    "SOFTMAX",
    "LOGISTIC",
    "NONE",
    "SUM",
    "BRANCH_LEQ",
    "LEAF",
    "half_pixel",
    "floor",
    "nonsense",
];

impl Numbers {
    /// Small numbers most of the time, so that some nodes are valid.
    fn size(&mut self) -> i64 {
        let far = self.below(8) == 0;
        self.of(if far { SIZES } else { &SIZES[..4] })
    }

    fn float(&mut self) -> f64 {
        let far = self.below(8) == 0;
        self.of(if far { FLOATS } else { &FLOATS[..5] })
    }

    fn list<T>(&mut self, one: fn(&mut Numbers) -> T) -> Vec<T> {
        (0..self.below(7)).map(|_| one(self)).collect()
    }

    fn tensor(&mut self, shape: &[usize]) -> Tensor {
        let count: usize = shape.iter().product();
        match self.below(6) {
            0 => Tensor::bool(ArrayD::from_elem(IxDyn(shape), self.below(2) == 0)),
            1 | 2 => {
                let e = self.of(ELEMENTS);
                let (lo, hi) = e.limits().unwrap();
                let list = (0..count).map(|_| i128::from(self.size()).clamp(lo, hi) as i64);
                Tensor::int(e, ArrayD::from_shape_vec(IxDyn(shape), list.collect()).unwrap())
            }
            _ => {
                let list = (0..count).map(|_| self.float()).collect();
                Tensor::float(Element::Float, ArrayD::from_shape_vec(IxDyn(shape), list).unwrap())
            }
        }
    }

    fn attribute(&mut self, kind: &str) -> Attribute {
        match kind {
            "float" => Attribute::Float(self.float() as f32),
            "int" => Attribute::Int(self.size()),
            "string" => Attribute::Text(self.of(WORDS).into()),
            "tensor" => {
                let shape = self.of(SHAPES);
                Attribute::Tensor(self.tensor(shape))
            }
            "floats" => Attribute::Floats(self.list(|r| r.float() as f32)),
            "ints" => Attribute::Ints(self.list(Numbers::size)),
            "strings" => Attribute::Texts(self.list(|r| r.of(WORDS).into())),
            _ => Attribute::Other,
        }
    }

    fn node(&mut self, op: &Operation, attributes: &[(&'static str, Vec<&'static str>)]) -> Node {
        let opset = self.of(&[7, 10, 13, 18, 21, 28]);
        let mut n = Node { op: op.name.into(), opset, ..Node::default() };
        n.domain = op.domain.into();
        n.outputs = vec!["y".into(); 1 + self.below(4)];
        let often = 1 + self.below(4);
        for (name, kinds) in attributes {
            if self.below(5) < often {
                let kind = self.of(kinds);
                n.attributes.insert((*name).into(), self.attribute(kind));
            }
        }
        n
    }
}

/// What a node gives. One that is written as others is, and they are computed.
fn computed(op: &Operation, n: &Node, all: &[Tensor]) -> Import<Vec<Tensor>> {
    let Some(compose) = op.composed() else {
        return op.evaluate(n, &Args { list: all.iter().map(Some).collect() });
    };
    let inputs: Vec<String> = (0..all.len()).map(|k| format!("x{k}")).collect();
    let outputs = (0..n.outputs.len()).map(|k| format!("y{k}")).collect();
    let n = Node { inputs: inputs.clone(), outputs, ..n.clone() };
    let mut constants: BTreeMap<_, _> = inputs.into_iter().zip(all.iter().cloned()).collect();
    let (samples, mut fresh, mut left) = (BTreeMap::new(), Fresh::default(), 1 << 10);
    let scope = &mut Scope {
        constants: &mut constants,
        samples: &samples,
        fresh: &mut fresh,
        left: &mut left,
    };
    let nodes = compose(&n, scope)?;
    let mut values = BTreeMap::new();
    evaluate::nodes(&nodes, &|name| constants.get(name), &mut values)?;
    n.outputs
        .iter()
        .map(|o| values.remove(o).ok_or_else(|| Fault::new("it is not there")))
        .collect()
}

#[test]
fn a_result_or_a_reason() {
    let mut r = Numbers(11);
    let mut wrong = vec![];
    let (mut all, mut tried) = (0, 0);
    for op in GROUPS.iter().flat_map(|(_, ops)| *ops).chain(folded::OPERATIONS) {
        let (least, most, attributes) =
            shape_of(op.domain, op.name).unwrap_or((0, 9, vec![("function", vec!["string"])]));
        let (mut good, mut bad) = (0, 0);
        for _ in 0..4000 {
            let n = r.node(op, &attributes);
            let count = least + r.below(most.min(9) - least + 1);
            // Often one shape for all that follow a place, so that some of them fit.
            let (first, shape) = (r.below(4), r.of(SHAPES));
            let shapes = (0..count).map(|k| if k >= first { shape } else { r.of(SHAPES) });
            let shapes: Vec<_> = shapes.collect();
            let all: Vec<Tensor> = shapes.iter().map(|s| r.tensor(s)).collect();
            match catch_unwind(AssertUnwindSafe(|| computed(op, &n, &all))) {
                Ok(Ok(_)) => good += 1,
                Ok(Err(f)) => {
                    bad += 1;
                    assert!(!f.message.is_empty(), "{} says nothing", op.name);
                }
                Err(_) => {
                    wrong.push(format!("{n:?} {shapes:?}"));
                    break;
                }
            }
        }
        all += 1;
        tried += usize::from(good > 0 && bad > 0);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The others ask for shapes that fit in more than one way; see `mutated`.
    assert!(tried * 4 > all * 3, "{tried} of {all} operations gave results and reasons");
}
