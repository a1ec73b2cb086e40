//! LRN: y = x/(bias + α/size·Σ x²)^β, the sum over `size` channels around that of x.
//! <https://onnx.ai/onnx/operators/onnx__LRN.html>, opset 1 and later.
//!
//! Written as Mul, a MatMul with a constant matrix of α/size, which costs nothing, Add, Pow and Mul.

use crate::context::{Composition, Scope};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::{Tensor, elements};
use ndarray::{ArrayD, IxDyn};

/// α/size where a channel reads another, 0 elsewhere.
fn neighbours(channels: usize, size: usize, alpha: f64) -> Import<ArrayD<f64>> {
    let shape = [channels, channels];
    elements(&shape)?;
    let (before, behind) = ((size - 1) / 2, size / 2);
    let near = |c: usize, k: usize| k + before >= c && k <= c.saturating_add(behind);
    let part = alpha / size as f64;
    Ok(ArrayD::from_shape_fn(IxDyn(&shape), |at| if near(at[0], at[1]) { part } else { 0.0 }))
}

pub(super) fn compose(n: &Node, s: &mut Scope<'_>) -> Import<Vec<Node>> {
    let (alpha, beta) = (n.float_or("alpha", f64::from(1e-4f32))?, n.float_or("beta", 0.75)?);
    let bias = n.float_or("bias", 1.0)?;
    let size = n.int_or("size", 0)?;
    let Some(size) = usize::try_from(size).ok().filter(|s| *s > 0) else {
        return refuse(format!("`size` is {size}: it must be at least 1"));
    };
    let mut c = Composition::new(n, s);
    let x = c.input(0)?;
    let element = c.float(x)?;
    let shape = c.scope.shape(x)?.to_vec();
    let [samples, channels, rest @ ..] = shape.as_slice() else {
        return refuse(format!("x has the shape {shape:?}, without channels"));
    };
    let area: usize = rest.iter().product();
    let matrix = neighbours(*channels, size, alpha)?;
    let matrix = c.constant("neighbours", Tensor::float(element, matrix));
    let sizes =
        |list: &[usize]| Tensor::int64s(&list.iter().map(|d| *d as i64).collect::<Vec<_>>());
    let flat = c.constant("flat", sizes(&[*samples, *channels, area]));
    let whole = c.constant("whole", sizes(&shape));
    let squares = c.add("Mul", &[x, x]);
    let squares = c.add("Reshape", &[&squares, &flat]);
    let sums = c.add("MatMul", &[&matrix, &squares]);
    let sums = c.add("Reshape", &[&sums, &whole]);
    let bias = c.number("bias", bias, element);
    let sums = c.add("Add", &[&sums, &bias]);
    let power = c.number("power", -beta, element);
    let factor = c.add("Pow", &[&sums, &power]);
    let y = c.add("Mul", &[x, &factor]);
    c.give(&[&y])
}
