//! QLinearGlobalAveragePool: y = clamp(round_half_even(Σ(x − zx)·(sx / (sy·n))) + zy);
//! QLinearAveragePool: y = clamp(round_half_even(mean(sx·(x − zx)) / sy + zy)).
//!
//! Operators of `com.microsoft`, which onnxruntime makes of the poolings between DequantizeLinear and
//! QuantizeLinear; channels first.
//!
//! Layers: `conv1d_with`, `conv2d_with` with weights of 1 for the sums, and `requantize_lines`.
//! The global mean is an integer computation there and equal here. The other one is a sum of floats
//! there, whose rounding decides which side exact halves go to; here they go to even. Everything
//! that is not half way between two integers is equal.

use super::accumulate::{centred, constant, finish, interval, operand, range};
use super::doubt::said;
use super::linear::array;
use super::params::{Params, exact, requantize};
use super::rescale::{Rescale, Wanted};
use super::write::write;
use crate::context::{Args, result_name};
use crate::context::{Converter, Family, Operand, each};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::ops::linear::conv;
use crate::ops::pooling::window::{Window, kernel};
use crate::tensor::{Element, Tensor, elements};
use num_bigint::BigInt;
use zirc_compiler::Ratio;

fn params(
    n: &Node,
    get: &dyn Fn(usize) -> Import<Option<Tensor>>,
    kind: Element,
    x: &[usize],
) -> Import<[Params; 2]> {
    if n.flag("channels_last", false)? {
        return refuse("channels at the end are not supported");
    }
    if x.len() < 3 {
        return refuse(format!("x has the shape {x:?}, without spatial dimensions"));
    }
    let need = |t: Option<Tensor>| match t {
        Some(t) => Ok(t),
        None => refuse("a scale is missing"),
    };
    let zero = get(4)?;
    let out = zero.as_ref().map_or(kind, |z| z.element);
    let px = Params::read(&need(get(1)?)?, get(2)?.as_ref(), kind)?;
    let py = Params::read(&need(get(3)?)?, zero.as_ref(), out)?;
    px.whole()?;
    py.whole()?;
    Ok([px, py])
}

/// Over which elements the mean is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Area {
    Windows,
    All,
}

/// sx / (sy·n) as it is computed there.
fn multiplier(p: &[Params; 2], count: usize) -> Import<f32> {
    Ok(p[0].whole()?.0 / (p[1].whole()?.0 * count as f32))
}

fn evaluate(area: Area, n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?;
    let get = |k: usize| Ok(args.optional(k).cloned());
    let p = params(n, &get, x.element, x.shape())?;
    let ((sx, zx), (sy, zy)) = (p[0].whole()?, p[1].whole()?);
    let to = range(n, &p[1])?;
    let xs: Vec<i64> = centred(x, &[zx], 0)?.iter().copied().collect();
    let size: usize = x.shape()[2..].iter().product();
    let planes = x.shape()[0] * x.shape()[1];
    let mut shape = x.shape()[..2].to_vec();
    if area == Area::All {
        shape.extend(x.shape()[2..].iter().map(|_| 1));
        let m = multiplier(&p, size)?;
        let sum = |k: usize| xs[k * size..(k + 1) * size].iter().sum();
        let list = (0..planes).map(|k| requantize(sum(k), m, zy, to)).collect();
        return Ok(vec![Tensor::int(p[1].element, array(&shape, list)?)]);
    }
    let w = Window::read(n, &x.shape()[2..], &kernel(n)?)?;
    shape.extend(&w.out);
    elements(&shape)?;
    let (taps, counts) = (w.taps(), counts(n, &w)?);
    let (mut list, mut real) = (vec![], vec![]);
    for k in 0..planes {
        let mut sums = vec![0f32; counts.len()];
        for (at, from) in taps.iter().flatten() {
            sums[*at] += xs[k * size + from] as f32 * sx;
        }
        real.extend(sums.iter().zip(&counts).map(|(s, n)| f64::from(*s) / *n as f64));
        list.extend(sums.iter().zip(&counts).map(|(s, n)| {
            let v = s / *n as f32 / sy + zy as f32;
            v.round_ties_even().clamp(to.0 as f32, to.1 as f32) as i64
        }));
    }
    // What the means are before they are rounded, for calibration to see.
    let real = Tensor::float(Element::Float, array(&shape, real)?);
    Ok(vec![Tensor::int(p[1].element, array(&shape, list)?), real])
}

/// What each window's sum is divided by.
fn counts(n: &Node, w: &Window) -> Import<Vec<usize>> {
    let all: usize = w.kernel.iter().product();
    let places: usize = w.out.iter().product();
    if n.flag("count_include_pad", false)? {
        return Ok(vec![all; places]);
    }
    let mut counts = vec![0; places];
    w.taps().iter().flatten().for_each(|(at, _)| counts[*at] += 1);
    if counts.contains(&0) {
        return refuse("a window lies in the padding");
    }
    Ok(counts)
}

fn convert(area: Area, n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let shape = c.shape(0)?.to_vec();
    let get = |k: usize| if c.has(k) { constant(c, k).cloned().map(Some) } else { Ok(None) };
    let p = params(n, &get, c.sample(0)?.element, &shape)?;
    let x = operand(c, 0, &p[0].zero, 0)?;
    match area {
        Area::All => all(n, c, &p, &x),
        Area::Windows => windows(n, c, &p, &x),
    }
}

fn all(n: &Node, c: &mut Converter<'_>, p: &[Params; 2], x: &Operand) -> Import<()> {
    let spatial = c.shape(0)?[2..].to_vec();
    let out = c.result(0)?.shape().to_vec();
    let names: Vec<String> = (0..spatial.len()).map(|k| format!("s{k}")).collect();
    let loops: Vec<String> =
        names.iter().zip(&spatial).map(|(i, d)| format!("{i} < {d}")).collect();
    let text = each(&out, |index| {
        let own: Vec<String> = index[..2].iter().chain(&names).cloned().collect();
        format!("sum {} {{ {}[{}] }}", loops.join(", "), x.text, own.join(", "))
    });
    let acc = c.local(&format!("{}_sums", n.outputs[0]), &text)?;
    let m = multiplier(p, spatial.iter().product())?;
    finish(n, c, &acc, 0, (&[m], &[interval(&acc)?]), &p[1])
}

fn windows(n: &Node, c: &mut Converter<'_>, p: &[Params; 2], x: &Operand) -> Import<()> {
    let shape = c.shape(0)?.to_vec();
    let w = Window::read(n, &shape[2..], &kernel(n)?)?;
    let counts = counts(n, &w)?;
    let mut ones = vec![shape[1], 1];
    ones.extend(&w.kernel);
    let ones = c.local("ones", &each(&ones, |_| "1"))?;
    let zeros = c.local("no_bias", &each(&shape[1..2], |_| "0"))?;
    let text = conv::call(&w, shape[1], &ones, &zeros.text, x)?;
    let acc = c.local(&format!("{}_sums", n.outputs[0]), &text)?;
    let (from, to) = (interval(&acc)?, range(n, &p[1])?);
    if c.settings.ranges.is_some() {
        said(n, c, &result_name(n, 1), &p[1], false)?;
    } else {
        c.warnings.insert(format!(
            "{}: means that lie exactly half way between two integers are rounded to even; \
             onnxruntime adds floats, whose errors decide",
            n.place()
        ));
    }
    if counts.windows(2).all(|p| p[0] == p[1]) {
        let row = mean(p, counts.first().copied().unwrap_or(1), from, to)?;
        return write(c, 0, &acc, None, &[row], to);
    }
    let rows = counts.iter().map(|n| mean(p, *n, from, to)).collect::<Import<Vec<_>>>()?;
    one_by_one(c, &acc, &rows, to)
}

/// How a sum of so many elements becomes the integer of their mean.
fn mean(p: &[Params; 2], count: usize, from: (i64, i64), to: (i64, i64)) -> Import<Rescale> {
    let ((sx, _), (sy, zero)) = (p[0].whole()?, p[1].whole()?);
    let (m, d) = (f64::from(sx), count as f64 * f64::from(sy));
    let f = |v: i64| {
        let y = (v as f64 * m / d + zero as f64).round_ties_even();
        y.clamp(to.0 as f64, to.1 as f64) as i64
    };
    let ratio = exact(sx)? / (exact(sy)? * Ratio::from_integer(BigInt::from(count)));
    Rescale::find(&Wanted { from, f: &f, to, ratio: &ratio, zero })
}

/// Rescales the sums of each place in its own way.
fn one_by_one(
    c: &mut Converter<'_>,
    acc: &Operand,
    rows: &[Rescale],
    to: (i64, i64),
) -> Import<()> {
    let out = acc.shape.clone();
    let flat = [out[0] * out[1], rows.len()];
    let ty = format!("_[{}, {}]", flat[0], flat[1]);
    let text = format!("reshape({})", acc.text);
    let acc = c.local_as(&format!("{}_flat", acc.text), &ty, &text)?;
    let text = each(&[flat[1], flat[0]], |i| format!("{}[{}, {}]", acc.text, i[1], i[0]));
    let acc = c.local(&format!("{}_turned", acc.text), &text)?;
    let done = super::write::local(c, &acc, rows, to)?;
    let text = each(&flat, |i| format!("{}[{}, {}]", done.text, i[1], i[0]));
    let done = c.local(&format!("{}_back", done.text), &text)?;
    let ty = crate::context::tensor_type("_", &out);
    c.bind_as(0, &ty, &format!("reshape({})", done.text))
}

impl Family for Area {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        evaluate(*self, n, a)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        convert(*self, n, c)
    }
}
