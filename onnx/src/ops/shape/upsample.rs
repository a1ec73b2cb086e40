//! Upsample: nearest neighbours, or linear interpolation, by factors.
//! <https://onnx.ai/onnx/operators/onnx__Upsample.html>, opset 7 (factors as an attribute) and 9 (as an input, which
//! must be known); from opset 10 on it is Resize, and refused under this name.
//!
//! Written as Resize of opset 10, which means the same: the place k reads k divided by the factor.

use crate::context::{Composition, Scope};
use crate::fault::{Fault, Import};
use crate::graph::{Attribute, Node};
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};

/// The first version of Resize, of which Upsample is none.
const RESIZE: i64 = 10;
const HELP: &str = "write Resize in its place, as the exporter does for this opset";

pub(super) fn compose(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    if n.opset >= RESIZE {
        return Err(Fault::new(format!("it is Resize since opset {RESIZE}")).help(HELP));
    }
    let mode = n.text("mode")?.unwrap_or("nearest").to_owned();
    let mut c = Composition::new(n, s);
    let scales = match n.floats("scales")? {
        Some(list) => {
            let list = list.iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
            let a = ArrayD::from_shape_vec(IxDyn(&[list.len()]), list);
            let a = a.map_err(|e| Fault::new(e.to_string()))?;
            c.constant("scales", Tensor::float(Element::Float, a))
        }
        None => c.input(1)?.to_owned(),
    };
    let y = c.with("Resize", &[c.input(0)?, &scales], &[("mode", Attribute::Text(mode))]);
    c.of_version(RESIZE);
    c.give(&[&y])
}
