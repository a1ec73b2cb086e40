//! What operations of these two groups say of attributes and inputs that do not fit.

use crate::context::Args;
use crate::graph::{Attribute, Node};
use crate::table::find;
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};

fn reason(op: &str, attributes: &[(&str, Attribute)], inputs: &[Tensor]) -> String {
    let n = Node {
        op: op.into(),
        opset: 18,
        attributes: attributes.iter().map(|(k, v)| ((*k).into(), v.clone())).collect(),
        outputs: vec!["y".into()],
        ..Node::default()
    };
    let op = find(&n).unwrap();
    let out = op.evaluate(&n, &Args { list: inputs.iter().map(Some).collect() });
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
    let spline = ("mode", Attribute::Text("spline".into()));
    assert_eq!(
        reason("Resize", &[spline], &[x.clone(), ints(&[]), ints(&[1, 1])]),
        "`mode` is `spline`: nearest, linear and cubic are supported"
    );
    let training = [x.clone(), x, Tensor::bool(ArrayD::from_elem(IxDyn(&[]), true))];
    assert_eq!(
        reason("Dropout", &[], &[training[0].clone(), ints(&[1]), training[2].clone()]),
        "its result is random: export the model for inference"
    );
}
