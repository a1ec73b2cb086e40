//! Shrink: y = x + bias where x < −λ, x − bias where x > λ, and 0 between.
//! <https://onnx.ai/onnx/operators/onnx__Shrink.html>, opset 9 and later; of floats, integers are refused.
//!
//! Written as Less, Greater, Add, Sub and two Where, which are exact: the function jumps at ±λ.

use crate::context::{Composition, Scope};
use crate::fault::Import;
use crate::graph::Node;

pub(super) fn compose(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let (lambda, bias) = (n.float_or("lambd", 0.5)?, n.float_or("bias", 0.0)?);
    let mut c = Composition::new(n, s);
    let x = c.input(0)?;
    let element = c.float(x)?;
    let (low, high) = (c.number("low", -lambda, element), c.number("high", lambda, element));
    let zero = c.number("zero", 0.0, element);
    let (below, above) = (c.add("Less", &[x, &low]), c.add("Greater", &[x, &high]));
    let (up, down) = match bias {
        0.0 => (x.to_owned(), x.to_owned()),
        _ => {
            let bias = c.number("bias", bias, element);
            (c.add("Add", &[x, &bias]), c.add("Sub", &[x, &bias]))
        }
    };
    let y = c.add("Where", &[&above, &down, &zero]);
    let y = c.add("Where", &[&below, &up, &y]);
    c.give(&[&y])
}
