//! ReduceSum, ReduceMean, ReduceProd, ReduceSumSquare, ReduceL1, ReduceL2, ReduceMax, ReduceMin;
//! in the clear ReduceLogSum and ReduceLogSumExp as well.
//! <https://onnx.ai/onnx/operators/onnx__ReduceSum.html> and so on.
//!
//! The axes are an attribute before opset 18 (13 for ReduceSum), and an input since, which must be
//! known. Floats, and integers as far as results stay in their type; truth values for the maximum
//! and the minimum (opset 20). The mean and the norm of integers are rounded toward zero.
//!
//! Layers: `sum_of`, `mean_of`, `product_of`, `sum_squares_of`, `abs`, `sqrt`, `max_of`, `min_of`.
//! Sums and means are exact; what reads bits gets activations. A root has two bits more than
//! activations have, for the largest that its input's type allows.

use super::layout::Layout;
use super::logarithm;
use crate::context::Args;
use crate::context::{Converter, Family, whole_type};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::quantize::Fixed;
use crate::tensor::{Tensor, Values};
use ndarray::{ArrayD, IxDyn};
use num_bigint::BigInt;
use num_traits::One;
use zirc_compiler::session::type_text;

/// So few elements have a maximum that is one of them to the last bit: what is subtracted from them, as the
/// largest score before exponentials, must not be another number.
const FEW: usize = 64;

/// What a line is reduced to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reduction {
    Sum,
    Mean,
    Product,
    SumSquare,
    L1,
    L2,
    Max,
    Min,
    LogSum,
    LogSumExp,
}

use Reduction::{L1, L2, LogSum, LogSumExp, Max, Mean, Min, Product, Sum, SumSquare};

/// A reduction of floats.
fn float(r: Reduction, x: &[f64]) -> f64 {
    let sum = |f: &dyn Fn(f64) -> f64| x.iter().fold(0.0, |s, v| s + f(*v));
    let max = || x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    match r {
        Sum => sum(&|v| v),
        Mean => sum(&|v| v) / x.len() as f64,
        Product => x.iter().product(),
        SumSquare => sum(&|v| v * v),
        L1 => sum(&f64::abs),
        L2 => sum(&|v| v * v).sqrt(),
        Max => max(),
        Min => x.iter().copied().fold(f64::INFINITY, f64::min),
        LogSum => libm::log(sum(&|v| v)),
        LogSumExp if max().is_infinite() => max(),
        LogSumExp => max() + libm::log(sum(&|v| libm::exp(v - max()))),
    }
}

/// A reduction of integers, if they can hold it.
fn int(r: Reduction, x: &[i128]) -> Option<i128> {
    let sum =
        |f: &dyn Fn(i128) -> Option<i128>| x.iter().try_fold(0i128, |s, v| s.checked_add(f(*v)?));
    let square = |v: i128| v.checked_mul(v);
    match r {
        Sum => sum(&Some),
        Mean => sum(&Some)?.checked_div(x.len() as i128),
        Product => x.iter().try_fold(1i128, |p, v| p.checked_mul(*v)),
        SumSquare => sum(&square),
        L1 => sum(&i128::checked_abs),
        L2 => sum(&square)?.checked_isqrt(),
        Max => x.iter().copied().max(),
        Min => x.iter().copied().min(),
        LogSum | LogSumExp => None,
    }
}

fn evaluate(r: Reduction, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let layout = Layout::read(n, a, x.shape())?;
    let lines = layout.lines(x)?;
    let (shape, count) = (layout.result(), layout.count());
    let total: usize = shape.iter().product();
    fn pack<T>(shape: &[usize], list: Vec<T>) -> Import<ArrayD<T>> {
        ArrayD::from_shape_vec(IxDyn(shape), list).map_err(|e| Fault::new(e.to_string()))
    }
    fn line<T>(all: &[T], k: usize, count: usize) -> &[T] {
        all.get(k * count..(k + 1) * count).unwrap_or(&[])
    }
    let values = match &lines.values {
        Values::Float(a) => {
            let all: Vec<f64> = a.iter().copied().collect();
            let list = (0..total).map(|k| float(r, line(&all, k, count))).collect();
            Values::Float(pack(&shape, list)?)
        }
        Values::Int(a) => {
            let all: Vec<i128> = a.iter().map(|v| i128::from(*v)).collect();
            let (lo, hi) = x.element.limits().unwrap_or((0, 0));
            let one = |k| {
                let v = int(r, line(&all, k, count)).filter(|v| *v >= lo && *v <= hi);
                let v = v.and_then(|v| i64::try_from(v).ok());
                let leaves = || format!("its result is no {}", x.element.name());
                v.ok_or_else(|| Fault::new(leaves()))
            };
            Values::Int(pack(&shape, (0..total).map(one).collect::<Import<_>>()?)?)
        }
        Values::Bool(a) if matches!(r, Max | Min) => {
            let all: Vec<bool> = a.iter().copied().collect();
            let most = r == Max;
            let one = |k| line(&all, k, count).contains(&most) == most;
            Values::Bool(pack(&shape, (0..total).map(one).collect())?)
        }
        _ => return refuse(format!("it does not take {}", x.element.name())),
    };
    Ok(vec![Tensor { element: x.element, values }])
}

/// The layout of a node that is converted.
pub(super) fn layout(n: &Node, c: &Converter<'_>) -> Import<Layout> {
    let layout = Layout::read(n, &Args { list: vec![None, c.constant(1)] }, c.shape(0)?)?;
    if layout.count() == 0 {
        return refuse("it reduces no elements at all");
    }
    Ok(layout)
}

fn convert(r: Reduction, n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let layout = layout(n, c)?;
    let bits = c.activation_bits();
    let reads_bits = matches!(r, L1 | L2 | Max | Min);
    let few = matches!(r, Max | Min) && c.sample(0)?.len() <= FEW;
    let x = layout.operand(c, (reads_bits && !few).then_some(bits))?;
    if r == L2 {
        let text = layout.text(&x, |line| format!("sum_squares_of({line})"));
        let sum = c.local(&format!("{}_squares", n.outputs[0]), &text)?;
        let top = sum.interval().1.max(0.0).sqrt();
        let root = if x.element.is_float() {
            let extra = layout.count().ilog2() / 2;
            Fixed::holding(0.0, top, bits + 2 + extra).to_string()
        } else {
            type_text(&BigInt::ZERO, &sum.hi.sqrt(), &num_rational::Ratio::one())
        };
        return c.bind(0, &sum.map(&format!("sqrt::<{root}>")));
    }
    let count = BigInt::from(layout.count());
    let mean = num_rational::Ratio::new(BigInt::one(), count.clone());
    let whole = whole_type(&(&x.lo * &count), &(&x.hi * &count), &mean);
    let text = layout.text(&x, |line| match r {
        Sum => format!("sum_of({line})"),
        Mean if x.element.is_float() => format!("mean_of({line})"),
        Mean => format!("trunc_to::<{whole}>(mean_of({line}))"),
        Product => format!("product_of({line})"),
        SumSquare => format!("sum_squares_of({line})"),
        L1 => format!("sum_of(abs.({line}))"),
        Max => format!("max_of({line})"),
        _ => format!("min_of({line})"),
    });
    c.bind(0, &text)
}

impl Family for Reduction {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        evaluate(*self, n, a)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        match self {
            LogSum => logarithm::of_sum(n, c),
            LogSumExp => logarithm::of_exponentials(n, c),
            r => convert(*r, n, c),
        }
    }
}
