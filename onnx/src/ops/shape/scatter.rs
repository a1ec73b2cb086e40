//! ScatterElements and ScatterND: a tensor with some elements replaced, or combined with others.
//! <https://onnx.ai/onnx/operators/onnx__ScatterElements.html>,
//! <https://onnx.ai/onnx/operators/onnx__ScatterND.html>, opset 11 and later.
//!
//! Reductions: none, add, mul, max, min. Of two updates of one place without a reduction the later
//! one wins (ONNX wants none). Known places only move elements. Places that are not known are
//! asserted to be in range, and each costs as many digits as there are places (`one_hot`), and for
//! each element that it might reach one choice.

mod unknown;

use super::gather::place;
use super::moves::{flatten, positions, reshape, solid, solid_of, strides, value};
use crate::context::Args;
use crate::context::{Converter, Expr, Family, Operand, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Node, show};
use crate::tensor::{Tensor, Values};
use ndarray::{ArrayD, IxDyn};

/// What becomes of an element and its update.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reduction {
    None,
    Add,
    Mul,
    Max,
    Min,
}

impl Reduction {
    fn read(n: &Node) -> Import<Reduction> {
        Ok(match n.text("reduction")?.unwrap_or("none") {
            "none" => Reduction::None,
            "add" => Reduction::Add,
            "mul" => Reduction::Mul,
            "max" => Reduction::Max,
            "min" => Reduction::Min,
            other => return refuse(format!("`reduction` is `{}`", show(other))),
        })
    }

    fn of(self, y: &Expr, u: &Expr) -> Expr {
        match self {
            Reduction::None => u.clone(),
            Reduction::Add => y + u,
            Reduction::Mul => y * u,
            Reduction::Max => Expr::call("max", [y, u]),
            Reduction::Min => Expr::call("min", [y, u]),
        }
    }
}

/// How places are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Places {
    /// An index along one axis for each update.
    Elements,
    /// The first indices of a slice.
    Tuples,
}

/// For each update the row-major place that it goes to; `updates` says how many there are.
fn targets(own: Places, n: &Node, x: &[usize], i: &Tensor, updates: usize) -> Import<Vec<usize>> {
    let steps = strides(x);
    let list = i.int_list()?;
    if own == Places::Elements {
        let k = n.axis("axis", 0, x.len())?;
        check_elements(x, i.shape(), k)?;
        let mut left = list.iter();
        let found =
            positions(i.shape(), |at| Some(at.iter().zip(&steps).map(|(v, s)| v * s).sum()));
        let along = positions(i.shape(), |at| Some(at[k] * steps[k]));
        let pairs = found.iter().flatten().zip(along.iter().flatten());
        return pairs
            .map(|(all, part)| {
                let v = left.next().copied().unwrap_or(0);
                Ok(all - part + place(v, x[k])? * steps[k])
            })
            .collect();
    }
    let depth = check_nd(x, i.shape())?;
    let width: usize = x[depth..].iter().product();
    if (i.len() / depth).checked_mul(width) != Some(updates) {
        return refuse(format!("{updates} updates do not fit the places"));
    }
    let mut all = vec![];
    for tuple in list.chunks_exact(depth) {
        let parts = tuple.iter().enumerate();
        let start = parts.map(|(d, v)| Ok(place(*v, x[d])? * steps[d])).sum::<Import<usize>>()?;
        all.extend(start..start + width);
    }
    Ok(all)
}

fn check_elements(x: &[usize], i: &[usize], k: usize) -> Import<()> {
    let fits = |d: usize| d == k || i[d] <= x[d];
    if i.len() != x.len() || !(0..x.len()).all(fits) {
        return refuse(format!("places of shape {i:?} in {x:?}"));
    }
    Ok(())
}

/// How many dimensions a tuple of places fixes.
fn check_nd(x: &[usize], i: &[usize]) -> Import<usize> {
    match i.last() {
        Some(&depth) if depth > 0 && depth <= x.len() => Ok(depth),
        _ => refuse(format!("places of shape {i:?} in {x:?}")),
    }
}

fn combine<T: Copy>(
    x: &ArrayD<T>,
    u: &ArrayD<T>,
    targets: &[usize],
    f: impl Fn(T, T) -> Option<T>,
) -> Import<ArrayD<T>> {
    let mut y: Vec<T> = x.iter().copied().collect();
    for (to, v) in targets.iter().zip(u) {
        if let Some(at) = y.get_mut(*to) {
            *at = f(*at, *v).ok_or_else(|| Fault::new("its result leaves its type"))?;
        }
    }
    ArrayD::from_shape_vec(IxDyn(x.shape()), y).map_err(|e| Fault::new(e.to_string()))
}

fn evaluate(own: Places, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let (x, i, u) = (a.get(0)?, a.get(1)?, a.get(2)?);
    let targets = targets(own, n, x.shape(), i, u.len())?;
    if u.element != x.element || u.len() != targets.len() {
        return refuse(format!("updates of shape {:?} do not fit the places", u.shape()));
    }
    let r = Reduction::read(n)?;
    let values = match &x.values {
        Values::Float(a) => Values::Float(combine(a, u.floats()?, &targets, |y, u| {
            Some(match r {
                Reduction::None => u,
                Reduction::Add => y + u,
                Reduction::Mul => y * u,
                Reduction::Max => y.max(u),
                Reduction::Min => y.min(u),
            })
        })?),
        Values::Int(a) => {
            let (lo, hi) = x.element.limits().unwrap_or((0, 0));
            let inside = |v: &i64| i128::from(*v) >= lo && i128::from(*v) <= hi;
            Values::Int(combine(a, u.ints()?, &targets, |y, u| {
                let v = match r {
                    Reduction::None => Some(u),
                    Reduction::Add => y.checked_add(u),
                    Reduction::Mul => y.checked_mul(u),
                    Reduction::Max => Some(y.max(u)),
                    Reduction::Min => Some(y.min(u)),
                };
                v.filter(inside)
            })?)
        }
        _ if r == Reduction::None => {
            Values::Bool(combine(x.bools()?, u.bools()?, &targets, |_, u| Some(u))?)
        }
        _ => return refuse("truth values have no such reduction"),
    };
    Ok(vec![Tensor { element: x.element, values }])
}

fn convert(own: Places, n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let r = Reduction::read(n)?;
    let (mut x, mut u) = match r {
        Reduction::Add | Reduction::Mul => (c.operand(0)?, c.operand(2)?),
        // −∞ stands where nothing is, of which something remains.
        Reduction::None | Reduction::Max | Reduction::Min => {
            let mut all = c.masked(&[0, 2])?;
            match (all.pop(), all.pop()) {
                (Some(u), Some(x)) => (x, u),
                _ => return refuse("input 2 is missing"),
            }
        }
    };
    (x, u) = (solid_of(c, 0, x)?, solid_of(c, 2, u)?);
    if matches!(r, Reduction::Max | Reduction::Min) && x.element.is_float() {
        let bits = c.activation_bits();
        (x, u) = (c.narrow(&x, bits)?, c.narrow(&u, bits)?);
    }
    if let Some(i) = c.constant(1) {
        let targets = targets(own, n, &x.shape, i, u.shape.iter().product())?;
        return known(c, &x, &u, r, &targets);
    }
    let i = solid(c, 1)?;
    if own == Places::Tuples {
        return unknown::tuples(c, &x, &i, &u, r);
    }
    let k = n.axis("axis", 0, x.shape.len())?;
    unknown::elements(c, k, [&x, &i, &u], r)
}

/// Gives the output the elements of two lists, one behind the other, at places.
fn finish(c: &mut Converter<'_>, a: &Operand, b: &Operand, source: &[usize]) -> Import<()> {
    let hint = c.output_name(0).to_string();
    let shape = c.result(0)?.shape();
    let outside = a.shape[0];
    let y = if source.iter().all(|v| *v >= outside) {
        let source: Vec<usize> = source.iter().map(|v| v - outside).collect();
        value(c, &hint, b, shape, &source)?
    } else {
        let both = c.local(&format!("{hint}_both"), &format!("concat({}, {})", a.text, b.text))?;
        let flat = value(c, &hint, &both, &[source.len()], source)?;
        reshape(c, &hint, &flat, shape)?
    };
    c.alias(0, &y)
}

/// Updates of known places, in rounds without a place that comes twice.
fn known(
    c: &mut Converter<'_>,
    x: &Operand,
    u: &Operand,
    r: Reduction,
    targets: &[usize],
) -> Import<()> {
    let hint = c.output_name(0).to_string();
    let count: usize = x.shape.iter().product();
    let mut all = flatten(c, x)?;
    let updates = flatten(c, u)?;
    let mut left: Vec<(usize, usize)> = targets.iter().copied().enumerate().collect();
    while !left.is_empty() {
        let mut at: Vec<Option<usize>> = vec![None; count];
        let mut later = vec![];
        for (from, to) in left {
            match at.get(to) {
                Some(Some(_)) if r != Reduction::None => later.push((from, to)),
                _ => at[to] = Some(from),
            }
        }
        left = later;
        let pairs: Vec<(usize, usize)> =
            at.iter().enumerate().filter_map(|(to, from)| Some((to, (*from)?))).collect();
        let (to, from): (Vec<usize>, Vec<usize>) = pairs.iter().copied().unzip();
        let mut new = value(c, &format!("{hint}_new"), &updates, &[from.len()], &from)?;
        if r != Reduction::None {
            let old = value(c, &format!("{hint}_old"), &all, &[to.len()], &to)?;
            let text = each(&[to.len()], |i| r.of(&old.at(i), &new.at(i)));
            new = c.local(&format!("{hint}_new"), &text)?;
        }
        let mut source: Vec<usize> = (0..count).collect();
        to.iter().enumerate().for_each(|(k, to)| source[*to] = count + k);
        if left.is_empty() {
            return finish(c, &all, &new, &source);
        }
        let both =
            c.local(&format!("{hint}_both"), &format!("concat({}, {})", all.text, new.text))?;
        all = value(c, &format!("{hint}_so_far"), &both, &[count], &source)?;
    }
    let shape = c.result(0)?.shape();
    let y = reshape(c, &hint, &all, shape)?;
    c.alias(0, &y)
}

impl Family for Places {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        evaluate(*self, n, a)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        convert(*self, n, c)
    }
}
