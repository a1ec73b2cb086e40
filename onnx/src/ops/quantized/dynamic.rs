//! DynamicQuantizeLinear: scale = (max(x, 0) − min(x, 0)) / 255 over all of x,
//! zero = round(−min(x, 0) / scale), y = clamp(round(x / scale) + zero).
//! <https://onnx.ai/onnx/operators/onnx__DynamicQuantizeLinear.html>, opset 11 and later; bytes.
//!
//! The scale is a result like any other: the difference, with a step 255 times as fine. Where x is 0
//! everywhere, it is 0 here and 1 in ONNX, which makes no difference to what it is multiplied by.
//! Halves go up here, and to even in ONNX.
//!
//! Layers: `max_of`, `min_of`, `div_round`, `clip`.

use super::params::quantize;
use crate::context::Args;
use crate::context::{Converter, each, tensor_type};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};

/// Bits of what is quantized: a wider number is narrowed first.
const WIDEST: u64 = 40;

pub(super) fn evaluate(_: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?.floats()?;
    let lo = x.iter().fold(0.0, |m: f32, v| m.min(*v as f32));
    let hi = x.iter().fold(0.0, |m: f32, v| m.max(*v as f32));
    let scale = if hi > lo { (hi - lo) / 255.0 } else { 1.0 };
    let zero = (-lo / scale).round_ties_even().clamp(0.0, 255.0) as i64;
    let y = x.mapv(|v| quantize(v as f32, scale, zero, (0, 255)));
    let one = IxDyn(&[]);
    Ok(vec![
        Tensor::int(Element::UInt8, y),
        Tensor::float(Element::Float, ArrayD::from_elem(one.clone(), f64::from(scale))),
        Tensor::int(Element::UInt8, ArrayD::from_elem(one, zero)),
    ])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let mut x = c.operand(0)?;
    if x.bits() > WIDEST {
        x = c.narrow(&x, WIDEST as u32)?;
    }
    if x.literal || x.shape.contains(&0) {
        return refuse("its input is no tensor of numbers");
    }
    let name = n.outputs[0].clone();
    let count: usize = x.shape.iter().product();
    let list =
        if x.shape.is_empty() { format!("[{}]", x.text) } else { format!("reshape({})", x.text) };
    let list = c.local_as(&format!("{name}_all"), &tensor_type("_", &[count]), &list)?;
    let top = c.local(&format!("{name}_top"), &format!("max(max_of({}), 0)", list.text))?;
    let bottom = c.local(&format!("{name}_bottom"), &format!("min(min_of({}), 0)", list.text))?;
    let spread = format!("{} - {}", top.text, bottom.text);
    let spread = c.local(&format!("{name}_spread"), &spread)?;
    let by = format!("raw({0}) + is_zero(raw({0}))", spread.text);
    let by = c.local(&format!("{name}_divisor"), &by)?;
    let zero = format!("div_round::<u8>(-255 * raw({}), {})", bottom.text, by.text);
    let zero = c.local(&format!("{name}_zero"), &zero)?;
    let text = each(&x.shape, |i| {
        let q = format!("div_round::<int<-255..=255>>(255 * raw({}), {})", x.at(i), by.text);
        format!("clip({q} + {}, 0, 255)", zero.text)
    });
    c.bind(0, &text)?;
    c.bind(1, &format!("{} / 255", spread.text))?;
    c.bind(2, &zero.text)
}
