//! What the node tests of the ONNX project leave out: attributes and shapes that must be refused, and
//! integers at the ends of their types.

use crate::context::Args;
use crate::fault::Import;
use crate::graph::{Attribute, Node};
use crate::table::find;
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};

fn ints(element: Element, list: &[i64]) -> Tensor {
    Tensor::int(element, ArrayD::from_shape_fn(IxDyn(&[list.len()]), |i| list[i[0]]))
}

fn floats(shape: &[usize]) -> Tensor {
    Tensor::float(Element::Float, ArrayD::from_elem(IxDyn(shape), 0.5))
}

fn run(
    op: &str,
    opset: i64,
    attributes: &[(&str, Attribute)],
    inputs: &[&Tensor],
) -> Import<Vec<Tensor>> {
    let attributes = attributes.iter().map(|(n, a)| ((*n).into(), a.clone())).collect();
    let n = Node { op: op.into(), opset, attributes, ..Node::default() };
    let list = inputs.iter().map(|t| Some(*t)).collect();
    find(&n).unwrap().evaluate(&n, &Args { list })
}

fn refused(op: &str, opset: i64, attributes: &[(&str, Attribute)], inputs: &[&Tensor]) -> String {
    run(op, opset, attributes, inputs).unwrap_err().to_string()
}

#[test]
fn wrong_attributes_are_refused() {
    let x = floats(&[2, 3]);
    let i = ints(Element::UInt8, &[1]);
    let text = |t: &str| Attribute::Text(t.into());
    let cases = [
        refused("BitShift", 11, &[], &[&i, &i]),
        refused("BitShift", 11, &[("direction", text("UP"))], &[&i, &i]),
        refused("Mod", 10, &[("fmod", Attribute::Int(2))], &[&i, &i]),
        refused("Gelu", 20, &[("approximate", text("fast"))], &[&x]),
        refused("Celu", 12, &[("alpha", Attribute::Float(0.0))], &[&x]),
        refused("Elu", 6, &[("alpha", Attribute::Float(f32::NAN))], &[&x]),
        refused("Softmax", 13, &[("axis", Attribute::Int(2))], &[&x]),
        refused("Softmax", 11, &[("axis", Attribute::Int(-3))], &[&x]),
        refused("Hardmax", 13, &[("axis", Attribute::Int(i64::MIN))], &[&x]),
    ];
    let words = [
        "`direction`",
        "`direction`",
        "`fmod`",
        "`approximate`",
        "`alpha`",
        "`alpha`",
        "axis 2",
        "axis -3",
        "axis -9223372036854775808",
    ];
    for (said, word) in cases.iter().zip(words) {
        assert!(said.contains(word), "{said} does not name {word}");
    }
}

#[test]
fn what_does_not_go_together_is_refused() {
    let (x, y) = (floats(&[2, 3]), floats(&[4]));
    let i = ints(Element::Int8, &[1, 2, 3]);
    for op in ["Add", "Div", "Mod", "Pow", "Max", "Mean", "Less", "Equal", "PRelu"] {
        assert!(refused(op, 18, &[], &[&x, &y]).contains("do not go together"), "{op}");
    }
    for op in ["Sub", "Div", "Mod", "Min", "Sum", "Greater", "Equal"] {
        assert!(refused(op, 18, &[], &[&x, &i]).contains("its inputs are float and int8"), "{op}");
    }
    for op in ["And", "Or", "Xor", "Not"] {
        assert!(refused(op, 18, &[], &[&x, &x]).contains("bool"), "{op}");
    }
    for op in ["Exp", "Softmax", "Sigmoid", "Floor", "HardSwish", "Sqrt"] {
        assert!(refused(op, 18, &[], &[&i]).contains("float"), "{op}");
    }
    assert!(refused("Max", 18, &[], &[]).contains("at least one"));
    assert!(refused("Add", 18, &[], &[&x]).contains("input 1 is missing"));
    assert!(refused("Clip", 13, &[], &[&x, &floats(&[4, 2, 3])]).contains("single numbers"));
}

#[test]
fn integers_at_the_ends_of_their_types() {
    let low = ints(Element::Int64, &[i64::MIN]);
    let one = ints(Element::Int64, &[-1]);
    for op in ["Abs", "Neg"] {
        assert!(refused(op, 13, &[], &[&low]).contains("leaves int64"), "{op}");
    }
    for op in ["Div", "Mul", "Add"] {
        assert!(refused(op, 14, &[], &[&low, &one]).contains("leaves int64"), "{op}");
    }
    let value = |op: &str, a: &[(&str, Attribute)], x: &Tensor, y: &Tensor| {
        run(op, 28, a, &[x, y]).unwrap()[0].int_list().unwrap()
    };
    assert_eq!(value("Mod", &[], &low, &one), [0]);
    assert_eq!(value("Pow", &[], &one, &low), [1]);
    assert!(refused("Pow", 15, &[], &[&low, &one]).contains("leaves int64"));
    assert!(refused("Pow", 15, &[], &[&ints(Element::Int64, &[0]), &one]).contains("leaves int64"));
    let way = |d: &str| [("direction", Attribute::Text(d.into()))];
    let most = ints(Element::Int64, &[i64::MAX]);
    assert_eq!(value("BitShift", &way("LEFT"), &low, &most), [0]);
    assert_eq!(value("BitShift", &way("LEFT"), &most, &ints(Element::Int64, &[63])), [i64::MIN]);
    assert_eq!(value("BitShift", &way("RIGHT"), &low, &low), [-1]);
    assert_eq!(value("BitShift", &way("RIGHT"), &most, &one), [0]);
}

#[test]
fn flattened_rows_before_opset_13() {
    let x =
        Tensor::float(Element::Float, ArrayD::from_shape_fn(IxDyn(&[2, 2, 2]), |i| i[2] as f64));
    let ones = |opset: i64, axis: i64| {
        let y = run("Hardmax", opset, &[("axis", Attribute::Int(axis))], &[&x]).unwrap();
        y[0].floats().unwrap().iter().sum::<f64>()
    };
    assert_eq!(ones(13, 1), 4.0);
    assert_eq!(ones(11, 1), 2.0);
    assert_eq!(ones(11, 0), 1.0);
    assert_eq!(ones(11, -1), 4.0);
}
