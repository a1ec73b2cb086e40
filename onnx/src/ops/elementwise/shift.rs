//! BitShift: x·2^y or ⌊x / 2^y⌋, by `direction`, with broadcasting; digits that leave the type are
//! lost. <https://onnx.ai/onnx/operators/onnx__BitShift.html>, opset 11 and later; unsigned integers,
//! later signed ones too, whose sign fills the places that a shift to the right leaves. A shift by a
//! negative number, or by as many digits as there are or more, leaves none of them.
//!
//! Layers: `shift_left`, `shift_right`. `uint64` numbers of more than 63 bits cannot be computed in
//! the clear, and are refused there.

use super::broadcast;
use crate::context::Args;
use crate::context::{Converter, Expr};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;

fn left(n: &Node) -> Import<bool> {
    match n.text("direction")? {
        Some("LEFT") => Ok(true),
        Some("RIGHT") => Ok(false),
        _ => refuse("attribute `direction` must be LEFT or RIGHT"),
    }
}

pub(super) fn evaluate(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let left = left(n)?;
    let Some((width, signed)) = a.get(0)?.element.integer() else {
        return refuse("its inputs must be integers");
    };
    let none = |x: f64, _: f64| x;
    let shift = |x: i128, y: i128| {
        let inside = (0..i128::from(width)).contains(&y);
        if !left {
            let by = if inside { y as u32 } else { width };
            return Some(x >> by);
        }
        let size = 1i128 << width;
        let y = if inside { (x << y as u32).rem_euclid(size) } else { 0 };
        Some(if signed && y >= size / 2 { y - size } else { y })
    };
    Ok(vec![broadcast::arithmetic(a.get(0)?, a.get(1)?, none, shift)?])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let Some((width, signed)) = c.sample(0)?.element.integer() else {
        return refuse("its inputs must be integers");
    };
    let call = if left(n)? {
        format!("shift_left::<{width}, {}>", u8::from(signed))
    } else {
        format!("shift_right::<{width}>")
    };
    let all = broadcast::operands(c)?;
    let shape = c.result(0)?.shape();
    let text = broadcast::text(&all, shape, false, |e| Expr::call(&call, e));
    c.bind(0, &text)
}
