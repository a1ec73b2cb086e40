//! Einsum: the sum of products of elements, over all labels that the result has not.
//! <https://onnx.ai/onnx/operators/onnx__Einsum.html>, opset 12 and later; any number of inputs,
//! ellipses, labels that occur twice in a term, and sizes of 1 that are repeated.
//!
//! A sum of products of the language: nothing is free of constraints but what has at most one factor
//! that is not constant. A sum over more than 2³⁰ terms in all is refused.

use super::equation::Equation;
use crate::context::Args;
use crate::context::{Converter, Operand, index_name};
use crate::fault::{Fault, Import, leaves, refuse};
use crate::graph::Node;
use crate::ops::shape::moves::strides;
use crate::tensor::{Tensor, elements};
use ndarray::{ArrayD, IxDyn};

/// Most products in all.
const MAX_TERMS: usize = 1 << 30;

fn equation(n: &Node, shapes: &[&[usize]]) -> Import<Equation> {
    let Some(text) = n.text("equation")? else { return refuse("`equation` is missing") };
    let e = Equation::read(text, shapes)?;
    elements(&e.sizes[..e.kept])?;
    let terms = e.sizes.iter().try_fold(1usize, |n, d| n.checked_mul(*d));
    if terms.is_none_or(|t| t > MAX_TERMS) {
        return refuse(format!("it sums more than {MAX_TERMS} products"));
    }
    Ok(e)
}

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let all = args.all()?;
    let Some(first) = all.first() else { return refuse("it has no inputs") };
    let shapes: Vec<&[usize]> = all.iter().map(|t| t.shape()).collect();
    let e = equation(n, &shapes)?;
    let lists: Vec<Vec<f64>> =
        all.iter().map(|t| Ok(t.to_floats()?.iter().copied().collect())).collect::<Import<_>>()?;
    // For each operand, by how many places each label moves.
    let mut steps = vec![vec![0; e.sizes.len()]; all.len()];
    for ((own, labels), shape) in steps.iter_mut().zip(&e.operands).zip(&shapes) {
        for (l, s) in labels.iter().zip(strides(shape)) {
            if let Some(l) = l {
                own[*l] += s;
            }
        }
    }
    let shape = &e.sizes[..e.kept];
    let (kept, rest): (usize, usize) = (shape.iter().product(), e.sizes[e.kept..].iter().product());
    let weights = strides(&e.sizes);
    let place = |own: &[usize], z: usize| -> usize {
        (0..own.len()).map(|l| z / weights[l] % e.sizes[l] * own[l]).sum()
    };
    let mut y = Vec::with_capacity(kept);
    for o in 0..kept {
        let mut total = 0.0;
        for r in 0..rest {
            let z = o * rest + r;
            total += steps.iter().zip(&lists).fold(1.0, |p, (own, x)| p * x[place(own, z)]);
        }
        y.push(total);
    }
    let y = ArrayD::from_shape_vec(IxDyn(shape), y).map_err(|e| Fault::new(e.to_string()))?;
    if first.element.is_float() {
        return Ok(vec![Tensor::float(first.element, y)]);
    }
    let (lo, hi) = first.element.limits().unwrap_or((0, 0));
    // Doubles are exact up to here.
    let exact = (1i128 << 53) as f64;
    let (lo, hi) = ((lo as f64).max(-exact), (hi as f64).min(exact));
    if y.iter().any(|v| *v < lo || *v > hi) {
        return Err(leaves(first.element.name()));
    }
    Ok(vec![Tensor::int(first.element, y.mapv(|v| v as i64))])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let shapes: Vec<&[usize]> = (0..c.inputs()).map(|k| c.shape(k)).collect::<Import<_>>()?;
    let e = equation(n, &shapes)?;
    let mut factors = vec![];
    for (k, labels) in e.operands.iter().enumerate() {
        factors.push(element(&operand(c, k, labels, e.kept)?, labels));
    }
    let loops = |range: std::ops::Range<usize>| {
        let binders = range.map(|l| format!("{} < {}", index_name(l), e.sizes[l]));
        binders.collect::<Vec<_>>().join(", ")
    };
    let mut text = factors.join(" * ");
    if e.kept < e.sizes.len() {
        text = format!("sum {} {{ {text} }}", loops(e.kept..e.sizes.len()));
    }
    if e.kept > 0 {
        text = format!("for {} {{ {text} }}", loops(0..e.kept));
    }
    c.bind(0, &text)
}

/// A constant is quantized along a label of the result, if it has one.
fn operand(
    c: &mut Converter<'_>,
    k: usize,
    labels: &[Option<usize>],
    kept: usize,
) -> Import<Operand> {
    let name = c.input_name(k).to_string();
    match c.constant(k) {
        Some(t) if t.element.is_float() && t.len() > 1 => {
            let axis = labels.iter().rposition(|l| l.is_some_and(|l| l < kept));
            c.weight(&name, t.floats()?, axis)
        }
        _ => c.operand(k),
    }
}

fn element(x: &Operand, labels: &[Option<usize>]) -> String {
    if x.literal || x.shape.is_empty() {
        return x.text.clone();
    }
    let index = |l: &Option<usize>| l.map_or("0".into(), index_name);
    let index: Vec<String> = labels.iter().map(index).collect();
    format!("{}[{}]", x.text, index.join(", "))
}
