//! MatMul: y[…, i, j] = Σ_k a[…, i, k]·b[…, k, j], as numpy's `matmul`: dimensions before the last
//! two are broadcast, a vector on the left is a row and one on the right a column.
//! <https://onnx.ai/onnx/operators/onnx__MatMul.html>, every opset; floats and integers.
//!
//! Layer: `matmul`. A constant b is quantized for each of its columns, a constant a for each row.

use crate::context::Args;
use crate::context::{Converter, Operand, each, index_name};
use crate::fault::{Fault, Import, leaves, refuse};
use crate::graph::Node;
use crate::ops::elementwise::broadcast;
use crate::ops::shape::moves::strides;
use crate::tensor::{Tensor, Values, elements};
use ndarray::{ArrayD, IxDyn};

/// Sizes of a product.
struct Sizes {
    /// The common dimensions before the matrices.
    batch: Vec<usize>,
    rows: usize,
    inner: usize,
    columns: usize,
    /// The shape of the result.
    out: Vec<usize>,
}

fn sizes(a: &[usize], b: &[usize]) -> Import<Sizes> {
    let wrong = || Fault::new(format!("{a:?} times {b:?} is no matrix product"));
    let (batch_a, rows, inner) = match a {
        [] => return Err(wrong()),
        [k] => (&[][..], 1, *k),
        [batch @ .., m, k] => (batch, *m, *k),
    };
    let (batch_b, inner_b, columns) = match b {
        [] => return Err(wrong()),
        [k] => (&[][..], *k, 1),
        [batch @ .., k, n] => (batch, *k, *n),
    };
    if inner != inner_b || a.contains(&0) || b.contains(&0) {
        return Err(wrong());
    }
    let batch = broadcast::shape(&[batch_a, batch_b])?;
    let mut out = batch.clone();
    out.extend((a.len() > 1).then_some(rows));
    out.extend((b.len() > 1).then_some(columns));
    elements(&out)?;
    Ok(Sizes { batch, rows, inner, columns, out })
}

/// For each matrix of the result, where its factor begins in a tensor of `size` elements a matrix.
fn starts(batch: &[usize], own: &[usize], size: usize) -> Vec<usize> {
    let own = own.get(..own.len().saturating_sub(2)).unwrap_or(&[]);
    let (all, steps) = (strides(batch), strides(own));
    let skip = batch.len() - own.len();
    let count: usize = batch.iter().product();
    let place = |z: usize| -> usize {
        let one = |d: usize| if own[d] == 1 { 0 } else { z / all[skip + d] % batch[skip + d] };
        (0..own.len()).map(|d| one(d) * steps[d]).sum()
    };
    (0..count).map(|z| place(z) * size).collect()
}

fn product<T: Copy + Default>(
    s: &Sizes,
    a: &ArrayD<T>,
    b: &ArrayD<T>,
    add: impl Fn(T, T, T) -> T,
) -> Vec<T> {
    let left = starts(&s.batch, a.shape(), s.rows * s.inner);
    let right = starts(&s.batch, b.shape(), s.inner * s.columns);
    let (a, b): (Vec<T>, Vec<T>) = (a.iter().copied().collect(), b.iter().copied().collect());
    let mut y = vec![];
    for (l, r) in left.into_iter().zip(right) {
        for i in 0..s.rows {
            let mut line = vec![T::default(); s.columns];
            for k in 0..s.inner {
                let x = a[l + i * s.inner + k];
                let row = &b[r + k * s.columns..][..s.columns];
                line.iter_mut().zip(row).for_each(|(y, v)| *y = add(*y, x, *v));
            }
            y.extend(line);
        }
    }
    y
}

pub(super) fn evaluate(_: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (a, b) = (args.get(0)?, args.get(1)?);
    if a.element != b.element {
        return refuse(format!("its inputs are {} and {}", a.element.name(), b.element.name()));
    }
    let s = sizes(a.shape(), b.shape())?;
    let wrong = |e: ndarray::ShapeError| Fault::new(e.to_string());
    let values = match (&a.values, &b.values) {
        (Values::Int(x), Values::Int(y)) => {
            let most = |a: &ArrayD<i64>| a.iter().map(|v| v.unsigned_abs()).max().unwrap_or(0);
            let bound = u128::from(most(x)) * u128::from(most(y));
            let leaves = || leaves(a.element.name());
            if bound.checked_mul(s.inner as u128).is_none_or(|v| v > i128::MAX as u128) {
                return Err(leaves());
            }
            let y = product(&s, &x.mapv(i128::from), &y.mapv(i128::from), |sum, a, b| sum + a * b);
            let (lo, hi) = a.element.limits().unwrap_or((0, 0));
            let inside = |v: i128| i64::try_from(v).ok().filter(|_| v >= lo && v <= hi);
            let y: Option<Vec<i64>> = y.into_iter().map(inside).collect();
            let y = y.ok_or_else(leaves)?;
            Values::Int(ArrayD::from_shape_vec(IxDyn(&s.out), y).map_err(wrong)?)
        }
        _ => {
            let y = product(&s, a.floats()?, b.floats()?, |sum, a, b| sum + a * b);
            Values::Float(ArrayD::from_shape_vec(IxDyn(&s.out), y).map_err(wrong)?)
        }
    };
    Ok(vec![Tensor { element: a.element, values }])
}

pub(super) fn convert(_: &Node, c: &mut Converter<'_>) -> Import<()> {
    let (left, right) = (c.shape(0)?, c.shape(1)?);
    let s = sizes(left, right)?;
    let a = side(c, 0, (left.len() > 1).then(|| left.len() - 2))?;
    let b = side(c, 1, (right.len() > 1).then(|| right.len() - 1))?;
    if left.len() > 1 && right.len() > 1 {
        let text = each(&s.batch, |at| format!("matmul({}, {})", part(&a, at), part(&b, at)));
        return c.bind(0, &text);
    }
    let text = each(&s.out, |at| {
        let k = index_name(at.len());
        // The result has no row of a vector on the left, and no column of one on the right.
        let (batch, own) = at.split_at(s.batch.len());
        let mut x: Vec<String> = batch.to_vec();
        let mut y: Vec<String> = batch.to_vec();
        x.extend((left.len() > 1).then(|| own[0].clone()));
        x.push(k.clone());
        y.push(k.clone());
        y.extend((right.len() > 1).then(|| own[own.len() - 1].clone()));
        format!("sum {k} < {} {{ {} * {} }}", s.inner, a.at(&x), b.at(&y))
    });
    c.bind(0, &text)
}

fn side(c: &mut Converter<'_>, k: usize, axis: Option<usize>) -> Import<Operand> {
    let name = c.input_name(k).to_string();
    let x = match c.constant(k) {
        Some(t) if t.element.is_float() => {
            let w = t.floats()?;
            let finer = match k {
                1 => c.finer_weights((c.input_name(0), c.output_name(0)), w, None),
                _ => 0,
            };
            let bits = c.finer_bits(finer);
            let summands = w.shape().get(w.ndim().saturating_sub(2)).copied().unwrap_or(1);
            let useful = c.useful_step(c.input_name(1 - k), c.output_name(0), summands);
            c.weight_from(&name, w, axis, bits, useful)?
        }
        _ => c.operand(k)?,
    };
    if !x.literal {
        return Ok(x);
    }
    // One number, which as a matrix needs its dimensions.
    let text = each(&x.shape, |_| x.text.clone());
    c.local(&name, &text)
}

/// The matrix of a factor that belongs to one of the result.
fn part(x: &Operand, batch: &[String]) -> String {
    let own = &x.shape[..x.shape.len() - 2];
    if own.is_empty() {
        return x.text.clone();
    }
    let index = own.iter().zip(&batch[batch.len() - own.len()..]);
    let index: Vec<&str> = index.map(|(d, i)| if *d == 1 { "0" } else { i.as_str() }).collect();
    format!("{}[{}]", x.text, index.join(", "))
}
