//! MeanVarianceNormalization: y = (x − mean)/(√variance + 10⁻⁹) over `axes`, by default all but the
//! channels.
//! <https://onnx.ai/onnx/operators/onnx__MeanVarianceNormalization.html>, opset 9 and later.
//!
//! Layer: `layer_norm` with ε = 0, which it takes as one step of the variance: rows whose elements
//! are all equal give 0, as here.

use super::rows::Rows;
use super::rowwise::{moments, normalize, zeros};
use crate::context::Args;
use crate::context::{Converter, each};
use crate::fault::{Fault, Import};
use crate::graph::{Node, axis};
use crate::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};

fn rows(n: &Node, shape: &[usize]) -> Import<Rows> {
    let axes = n.ints("axes")?.unwrap_or(&[0, 2, 3]);
    let axes: Vec<usize> = axes.iter().map(|a| axis(*a, shape.len())).collect::<Import<_>>()?;
    Rows::new(shape, &axes)
}

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?;
    let v: Vec<f64> = x.floats()?.iter().copied().collect();
    let mut y = vec![0.0; v.len()];
    for places in rows(n, x.shape())?.places() {
        let (mean, variance) = moments(&v, &places);
        places.iter().for_each(|p| y[*p] = (v[*p] - mean) / (variance.sqrt() + 1e-9));
    }
    let y = ArrayD::from_shape_vec(IxDyn(x.shape()), y).map_err(|e| Fault::new(e.to_string()))?;
    Ok(vec![Tensor::float(x.element, y)])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let rows = rows(n, c.shape(0)?)?;
    let x = c.operand(0)?;
    let x = c.narrow(&x, c.activation_bits())?;
    let x = c.fine(&x, x.interval())?;
    let x = rows.of(c, &x)?;
    let ones = c.local("ones", &each(&[rows.size], |_| "1"))?;
    let zeros = zeros(c, rows.size)?;
    let same = |text: &str| text.to_string();
    let y = normalize(c, &n.outputs[0], &x, (&ones, &zeros), same, 0.0)?;
    rows.bind(c, 0, &y.text)
}
