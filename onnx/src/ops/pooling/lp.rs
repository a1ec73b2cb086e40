//! LpPool: (Σ|x|ᵖ)^(1/p) over each window; padding counts as zeros.
//! <https://onnx.ai/onnx/operators/onnx__LpPool.html>, opset 2 and later (dilations and `ceil_mode` from
//! 18 on); one to three spatial dimensions, p from 1 to 8.
//!
//! Layers: `abs`, `sum_pool1d_with` to `sum_pool3d_with`, then `sqrt` or `power_root`. The root is
//! rounded down to a step of the result's activation type, and is as wide as the sum can make it, so
//! that every input has one.

use super::average::sums;
use super::window::pooling;
use crate::context::Args;
use crate::context::{Converter, Operand};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::quantize::Fixed;
use crate::quantize::fixed::{exponent, two_to};
use crate::tensor::Tensor;

/// p.
pub(super) fn power(n: &Node) -> Import<i32> {
    match n.int_or("p", 2)? {
        p @ 1..=8 => Ok(p as i32),
        p => refuse(format!("p is {p}, it must be 1 to 8")),
    }
}

/// |v|ᵖ.
pub(super) fn raise(v: f64, p: i32) -> f64 {
    (0..p).fold(1.0, |y, _| y * v.abs())
}

/// v^(1/p).
pub(super) fn unraise(v: f64, p: i32) -> f64 {
    match p {
        1 => v,
        2 => v.sqrt(),
        _ => libm::pow(v, 1.0 / f64::from(p)),
    }
}

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?;
    let p = power(n)?;
    let y = sums(&pooling(n, x.shape())?, x.floats()?, |v| raise(v, p))?;
    Ok(vec![Tensor::float(x.element, y.mapv(|v| unraise(v, p)))])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let w = pooling(n, c.shape(0)?)?;
    let p = power(n)?;
    let x = powers(c, p)?;
    let rank = w.rank();
    if rank > 3 {
        return refuse(format!("{rank} spatial dimensions are not supported, at most 3 are"));
    }
    let f = format!("sum_pool{rank}d_with{}", w.pooling());
    let sums = format!("for i < {} {{ {f}({}[i]) }}", x.shape[0], x.text);
    if p == 1 {
        return c.bind(0, &sums);
    }
    let sums = c.local("sums", &sums)?;
    let text = root(c, &n.outputs[0], &sums, p);
    c.bind(0, &text)
}

/// |x|ᵖ of the node's input.
pub(super) fn powers(c: &mut Converter<'_>, p: i32) -> Import<Operand> {
    let x = c.operand(0)?;
    let x = c.narrow(&x, c.activation_bits())?;
    let size = if p % 2 == 1 && x.interval().0 < 0.0 {
        let text = x.map("abs");
        c.local("sizes", &text)?
    } else {
        x
    };
    if p == 1 {
        return Ok(size);
    }
    let text = crate::context::each(&size.shape, |at| format!("{} ** {p}", size.at(at)));
    c.local("powers", &text)
}

/// The p-th root of sums.
pub(super) fn root(c: &mut Converter<'_>, name: &str, sums: &Operand, p: i32) -> String {
    let most = unraise(sums.interval().1, p);
    let t = c.activation(name, (0.0, most), c.activation_bits());
    // Room for the largest root at the step of the activation.
    let bits = exponent(most * two_to(t.frac) + 1.0).clamp(1, 253);
    let y = Fixed { signed: false, bits: bits.unsigned_abs(), frac: t.frac };
    match p {
        2 => sums.map(&format!("sqrt::<{y}>")),
        _ => sums.map(&format!("power_root::<{p}, {y}>")),
    }
}
