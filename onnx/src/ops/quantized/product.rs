//! Products of matrices of integers, in batches that are broadcast.

use crate::context::{Operand, each, index_name};
use crate::fault::{Import, refuse};
use crate::ops::elementwise::broadcast;
use crate::ops::shape::moves::{positions, strides};
use crate::tensor::elements;
use ndarray::{ArrayD, IxDyn};

/// How two shapes multiply.
struct Sizes {
    /// Of both, with vectors as matrices of one row or one column.
    a: Vec<usize>,
    b: Vec<usize>,
    /// Of the result before such rows and columns are taken away.
    full: Vec<usize>,
    inner: usize,
    /// Of the result.
    out: Vec<usize>,
}

fn sizes(a: &[usize], b: &[usize]) -> Import<Sizes> {
    if a.is_empty() || b.is_empty() {
        return refuse("a scalar is no matrix");
    }
    let wide_a = if a.len() == 1 { vec![1, a[0]] } else { a.to_vec() };
    let wide_b = if b.len() == 1 { vec![b[0], 1] } else { b.to_vec() };
    let (rest_a, last_a) = wide_a.split_at(wide_a.len() - 2);
    let (rest_b, last_b) = wide_b.split_at(wide_b.len() - 2);
    if last_a[1] != last_b[0] {
        return refuse(format!("{a:?} times {b:?} is no matrix product"));
    }
    let batch = broadcast::shape(&[rest_a, rest_b])?;
    let mut full = batch.clone();
    full.extend([last_a[0], last_b[1]]);
    elements(&full)?;
    let mut out = batch;
    out.extend((a.len() > 1).then_some(last_a[0]));
    out.extend((b.len() > 1).then_some(last_b[1]));
    Ok(Sizes { inner: last_a[1], full, out, a: wide_a, b: wide_b })
}

/// The product; sums are in index order.
pub(super) fn product(a: &ArrayD<i64>, b: &ArrayD<i64>) -> Import<ArrayD<i64>> {
    let s = sizes(a.shape(), b.shape())?;
    let (flat_a, flat_b): (Vec<i64>, Vec<i64>) =
        (a.iter().copied().collect(), b.iter().copied().collect());
    let (own_a, own_b) = (strides(&s.a), strides(&s.b));
    let rank = s.full.len();
    let start = |own: &[usize], shape: &[usize], index: &[usize]| -> usize {
        let skip = rank - shape.len();
        let batch = shape.len() - 2;
        (0..batch).filter(|d| shape[*d] > 1).map(|d| index[skip + d] * own[d]).sum()
    };
    let from_a =
        positions(&s.full, |index| Some(start(&own_a, &s.a, index) + index[rank - 2] * s.inner));
    let from_b = positions(&s.full, |index| Some(start(&own_b, &s.b, index) + index[rank - 1]));
    let step = own_b[s.b.len() - 2];
    let starts = from_a.into_iter().flatten().zip(from_b.into_iter().flatten());
    let one = |(i, j): (usize, usize)| -> i64 {
        (0..s.inner).map(|k| flat_a[i + k] * flat_b[j + k * step]).sum()
    };
    let all: Vec<i64> = starts.map(one).collect();
    ArrayD::from_shape_vec(IxDyn(&s.out), all).map_err(|e| crate::fault::Fault::new(e.to_string()))
}

/// The product of two variables, as an expression.
pub(super) fn text(a: &Operand, b: &Operand) -> Import<String> {
    if a.shape.len() == 2 && b.shape.len() == 2 {
        return Ok(format!("matmul({}, {})", a.text, b.text));
    }
    let s = sizes(&a.shape, &b.shape)?;
    let k = index_name(s.out.len());
    Ok(each(&s.out, |index| {
        let batch = s.full.len() - 2;
        let row = (a.shape.len() > 1).then(|| index[batch].clone());
        let column = (b.shape.len() > 1).then(|| index[index.len() - 1].clone());
        let place = |o: &Operand, ends: Vec<String>| {
            let mut all = index[..batch].to_vec();
            all.extend(ends);
            o.at(&all)
        };
        let left = place(a, row.into_iter().chain([k.clone()]).collect());
        let right = place(b, std::iter::once(k.clone()).chain(column).collect());
        format!("sum {k} < {} {{ {left} * {right} }}", s.inner)
    }))
}
