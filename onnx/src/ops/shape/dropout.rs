//! Dropout as it is in inference: the tensor itself, and a mask that keeps everything.
//! <https://onnx.ai/onnx/operators/onnx__Dropout.html>, opset 7 and later; from 12 on with
//! `training_mode` as an input, which must be known: training is refused, unless its ratio is 0.

use crate::context::Args;
use crate::context::{Converter, each};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};

pub(super) fn evaluate(_: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let training = a.optional(2).map(Tensor::bools).transpose()?;
    let ratio = a.optional(1).map(Tensor::to_floats).transpose()?;
    let none = ratio.is_some_and(|r| r.iter().all(|v| *v == 0.0));
    if training.is_some_and(|t| t.iter().any(|t| *t)) && !none {
        return refuse("its result is random: export the model for inference");
    }
    let mask = ArrayD::from_elem(IxDyn(x.shape()), true);
    Ok(vec![x.clone(), Tensor::bool(mask)])
}

pub(super) fn convert(_: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = c.operand(0)?;
    c.alias(0, &x)?;
    if !c.wants(1) {
        return Ok(());
    }
    let text = each(c.result(1)?.shape(), |_| "true");
    c.bind(1, &text)
}
