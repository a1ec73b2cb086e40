//! QLinearMatMul: y = clamp(round_half_even(acc·(sa·sb / sy)) + zy) with acc = (A − za)·(B − zb);
//! MatMulInteger: y = acc; QGemm: as Gemm, acc = A′·B′ + c and sa·sb times α.
//! <https://onnx.ai/onnx/operators/onnx__QLinearMatMul.html>,
//! <https://onnx.ai/onnx/operators/onnx__MatMulInteger.html>, opset 10 and later; batches are
//! broadcast. B may have a scale and a zero point for each column. QGemm is of `com.microsoft`, and
//! what onnxruntime makes of a Gemm between DequantizeLinear and QuantizeLinear.
//!
//! Layers: `matmul`, `requantize_lines`; the float arithmetic is that of onnxruntime.

use super::accumulate::{
    bias, centred, channels, constant, finish, interval, operand, range, unrounded, weight, without,
};
use super::linear::array;
use super::params::{Params, requantize};
use super::product::{product, text};
use crate::context::Args;
use crate::context::{Converter, Family, each};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::{Element, Tensor};
use ndarray::ArrayD;

/// Where a node has what: A, B, their parameters, those of y, and a bias.
pub(super) struct Places {
    a: [usize; 3],
    b: [usize; 3],
    y: [usize; 2],
    bias: Option<usize>,
    /// Its matrices may be transposed.
    turns: bool,
}

pub(super) const MATMUL: Places =
    Places { a: [0, 1, 2], b: [3, 4, 5], y: [6, 7], bias: None, turns: false };
pub(super) const GEMM: Places =
    Places { a: [0, 1, 2], b: [3, 4, 5], y: [7, 8], bias: Some(6), turns: true };

impl Places {
    /// Whether a node transposes what a flag speaks of.
    fn turns(&self, n: &Node, flag: &str) -> Import<bool> {
        Ok(self.turns && n.flag(flag, false)?)
    }

    /// The same, transposed if a flag says so.
    fn turned(&self, n: &Node, flag: &str, a: ArrayD<i64>) -> Import<ArrayD<i64>> {
        if !self.turns(n, flag)? {
            return Ok(a);
        }
        if a.ndim() == 2 { Ok(a.reversed_axes()) } else { refuse("a matrix is expected") }
    }

    /// The axis of B's columns.
    fn columns(&self, n: &Node, b: &[usize]) -> Import<usize> {
        Ok(if self.turns(n, "transB")? { 0 } else { b.len().saturating_sub(1) })
    }
}

/// The parameters of A, B and y, and the multipliers.
fn params(
    p: &Places,
    n: &Node,
    get: &dyn Fn(usize) -> Import<Tensor>,
    kinds: (Element, Element),
) -> Import<([Params; 3], Vec<f32>)> {
    let y = get(p.y[1])?;
    let a = Params::read(&get(p.a[1])?, Some(&get(p.a[2])?), kinds.0)?;
    let b = Params::read(&get(p.b[1])?, Some(&get(p.b[2])?), kinds.1)?;
    let y = Params::read(&get(p.y[0])?, Some(&y), y.element)?;
    let ((sa, _), (sy, _)) = (a.whole()?, y.whole()?);
    let alpha = n.float_or("alpha", 1.0)? as f32;
    if alpha <= 0.0 {
        return refuse(format!("alpha is {alpha}, it must be positive"));
    }
    // In this order there.
    let m = b.scale.iter().map(|sb| alpha * sa * sb / sy).collect();
    Ok(([a, b, y], m))
}

fn evaluate(p: &Places, n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (a, b) = (args.get(p.a[0])?, args.get(p.b[0])?);
    let get = |k: usize| args.get(k).cloned();
    let ([pa, pb, py], m) = params(p, n, &get, (a.element, b.element))?;
    let (to, (_, zero)) = (range(n, &py)?, py.whole()?);
    let left = p.turned(n, "transA", centred(a, &pa.zero, 0)?)?;
    let right = p.turned(n, "transB", centred(b, &pb.zero, p.columns(n, b.shape())?)?)?;
    let mut acc = product(&left, &right)?;
    if let Some(bias) = p.bias.and_then(|k| args.optional(k)) {
        let shape = acc.shape().to_vec();
        acc += &crate::ops::elementwise::broadcast::spread(self::bias(bias)?, &shape)?;
    }
    let last = acc.ndim().saturating_sub(1);
    pb.check(acc.shape().last().copied().unwrap_or(1))?;
    let of = |k: usize| m.get(k).or(m.first()).copied().unwrap_or(1.0);
    let slice = |i: &ndarray::IxDyn| if acc.ndim() == 0 { 0 } else { i[last] };
    let list = acc.indexed_iter().map(|(i, v)| requantize(*v, of(slice(&i)), zero, to)).collect();
    let out = Tensor::int(py.element, array(acc.shape(), list)?);
    Ok(std::iter::once(out).chain(unrounded(&acc, &py, &|i| of(slice(i)))?).collect())
}

fn convert(p: &Places, n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let get = |k: usize| constant(c, k).cloned();
    let kinds = (c.sample(p.a[0])?.element, c.sample(p.b[0])?.element);
    let ([pa, pb, py], m) = params(p, n, &get, kinds)?;
    let mut a = operand(c, p.a[0], &pa.zero, 0)?;
    if p.turns(n, "transA")? {
        a = c.local(&format!("{}_t", a.text), &format!("transpose({})", a.text))?;
    }
    let axis = p.columns(n, c.shape(p.b[0])?)?;
    let known = c.constant(p.b[0]).map(|b| centred(b, &pb.zero, axis)).transpose()?;
    let known = known.map(|b| p.turned(n, "transB", b)).transpose()?;
    let b = match &known {
        Some(b) => {
            let name = c.input_name(p.b[0]).to_string();
            weight(c, &name, b)?
        }
        None => {
            let b = operand(c, p.b[0], &pb.zero, axis)?;
            let turn = p.turns(n, "transB")?;
            let text = format!("transpose({})", b.text);
            if turn { c.local(&format!("{}_t", b.text), &text)? } else { b }
        }
    };
    let mut acc = c.local(&format!("{}_sums", n.outputs[0]), &text(&a, &b)?)?;
    let bias = match p.bias.filter(|k| c.has(*k)) {
        Some(k) => Some(bias(constant(c, k)?)?),
        None => None,
    };
    if let Some(bias) = bias {
        let b = weight(c, &format!("{}_bias", n.outputs[0]), bias)?;
        let text = each(&acc.shape, |i| format!("{} + {}", acc.at(i), b.at(i)));
        acc = c.local(&format!("{}_biased", n.outputs[0]), &text)?;
    }
    pb.check(acc.shape.last().copied().unwrap_or(1))?;
    let last = acc.shape.len().saturating_sub(1);
    let simple = bias.is_none_or(|b| b.len() == 1 || b.shape() == &acc.shape[last..]);
    let intervals = match &known {
        // Each column has its own interval.
        Some(b) if b.ndim() == 2 && acc.shape.len() > 1 && simple => {
            let wide = bias.map(|v| {
                let n = b.shape()[1];
                ArrayD::from_shape_fn(ndarray::IxDyn(&[n]), |i| {
                    v.iter().nth(if v.len() == 1 { 0 } else { i[0] }).copied().unwrap_or(0)
                })
            });
            channels(b, 1, wide.as_ref(), interval(&a)?)
        }
        _ => vec![interval(&acc)?],
    };
    finish(n, c, &acc, last, (&m, &intervals), &py)
}

/// The zero point of MatMulInteger's A, as it is subtracted from A, and that of B.
fn zeros(args: [Option<&Tensor>; 2]) -> Import<[Vec<i64>; 2]> {
    let read = |t: Option<&Tensor>| t.map_or(Ok(vec![0]), Tensor::int_list);
    Ok([read(args[0])?, read(args[1])?])
}

/// Rows of A, columns of B.
fn axes(a: &[usize], b: &[usize]) -> (usize, usize) {
    (a.len().saturating_sub(2), b.len().saturating_sub(1))
}

pub(super) fn evaluate_integer(_: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (a, b) = (args.get(0)?, args.get(1)?);
    let [za, zb] = zeros([args.optional(2), args.optional(3)])?;
    let (rows, columns) = axes(a.shape(), b.shape());
    let acc = product(&centred(a, &za, rows)?, &centred(b, &zb, columns)?)?;
    Ok(vec![Tensor::int(Element::Int32, acc)])
}

pub(super) fn convert_integer(_: &Node, c: &mut Converter<'_>) -> Import<()> {
    let (rows, columns) = axes(c.shape(0)?, c.shape(1)?);
    let a = without(c, 0, 2, rows)?;
    let b = without(c, 1, 3, columns)?;
    let text = text(&a, &b)?;
    c.bind(0, &text)
}

impl Family for Places {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        evaluate(self, n, a)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        convert(self, n, c)
    }
}
