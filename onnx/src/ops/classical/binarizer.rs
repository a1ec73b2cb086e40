//! Binarizer: y = 1 where x > threshold, else 0, in the type of x.
//! <https://onnx.ai/onnx/operators/onnx_aionnxml_Binarizer.html>, `ai.onnx.ml` 1.
//!
//! Written as Greater and CastLike. Beside integers the threshold t is a whole number: x > t is x ≥ ⌊t⌋ + 1.

use crate::context::{Composition, Scope};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};

pub(super) fn compose(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let threshold = n.float_or("threshold", 0.0)?;
    let mut c = Composition::new(n, s);
    let x = c.input(0)?;
    let element = c.scope.value(x)?.element;
    let is = match element.limits() {
        Some((lo, hi)) => {
            let least = threshold.floor() as i128 + 1;
            let Ok(end) = i64::try_from(least.max(lo)) else {
                return refuse("its threshold is beyond all integers that are read");
            };
            if least > hi {
                return refuse(format!("no {} is above its threshold", element.name()));
            }
            let end = Tensor::int(element, ArrayD::from_elem(IxDyn(&[]), end));
            let end = c.constant("least", end);
            c.add("GreaterOrEqual", &[x, &end])
        }
        None => {
            c.float(x)?;
            let end = c.number("threshold", threshold, element);
            c.add("Greater", &[x, &end])
        }
    };
    let y = c.add("CastLike", &[&is, x]);
    c.give(&[&y])
}
