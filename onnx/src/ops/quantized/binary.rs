//! QLinearAdd: c = clamp(round_half_even(a·(sa/sc) + b·(sb/sc) + o)), where o stands for the zero
//! points; QLinearMul: c = clamp(round_half_even((a − za)·(b − zb)·(sa·sb/sc) + zc)).
//!
//! A difference, and a sum of different types, for which onnxruntime has no such operator:
//! c = Q(D(a) ± D(b)) in floats of 32 bits, each rounded.
//!
//! Operators of `com.microsoft`, which onnxruntime makes of Add and Mul between DequantizeLinear and
//! QuantizeLinear; with broadcasting, 8-bit integers, one scale for each tensor. The arithmetic is
//! its own, in floats of 32 bits with fused multiply-add.
//!
//! Layers: `requantize_sum`, `requantize_lines`; where too many sums lie half way between two integers
//! also `by_table` and `at_most` (see `ties`).

use super::accumulate::{constant, interval, operand, range};
use super::doubt::said;
use super::params::{Params, exact, quantize};
use super::plane::{Plane, find};
use super::rescale::{Rescale, Wanted};
use super::ties::Ties;
use super::write::write;
use crate::context::{Args, result_name};
use crate::context::{Converter, Expr, Family, Operand};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::ops::elementwise::broadcast;
use crate::tensor::{Element, Tensor};
use num_bigint::BigInt;
use zirc_compiler::Ratio;

/// What becomes of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    /// A sum of integers, as onnxruntime has it.
    Add,
    /// A product of integers.
    Mul,
    /// A sum of floats.
    FloatSum,
    /// A difference of floats.
    FloatDifference,
}

/// The parameters of both operands and of the result.
fn params(get: &dyn Fn(usize) -> Import<Tensor>, kinds: [Element; 2]) -> Import<[Params; 3]> {
    let out = get(7)?;
    let all = [
        Params::read(&get(1)?, Some(&get(2)?), kinds[0])?,
        Params::read(&get(4)?, Some(&get(5)?), kinds[1])?,
        Params::read(&get(6)?, Some(&out), out.element)?,
    ];
    for p in &all {
        p.whole()?;
        if p.element.integer().is_none_or(|(bits, _)| bits != 8) {
            return refuse("it takes integers of 8 bits");
        }
    }
    Ok(all)
}

/// The sum as it is computed there.
struct Sum {
    a: f32,
    b: f32,
    rest: f32,
    /// Scales and zero points of both operands and of the result.
    operands: [(f32, i64); 3],
    /// It is added as floats and quantized afterwards.
    floats: bool,
}

impl Sum {
    fn new(own: Binary, p: &[Params; 3]) -> Import<Sum> {
        let [(sa, za), (sb, zb), (sc, zc)] = [p[0].whole()?, p[1].whole()?, p[2].whole()?];
        // What is subtracted is added with a negative scale.
        let sb = if own == Binary::FloatDifference { -sb } else { sb };
        let (a, b) = (sa / sc, sb / sc);
        let zeros = a.mul_add(za as f32, b * zb as f32);
        let operands = [(sa, za), (sb, zb), (sc, zc)];
        let floats = own != Binary::Add;
        Ok(Sum { a, b, rest: zc as f32 - zeros, operands, floats })
    }

    /// The real number before it is rounded, for calibration to see.
    fn real(&self, a: i64, b: i64) -> f64 {
        let [(sa, za), (sb, zb), _] = self.operands;
        let one = |q: i64, z: i64, s: f32| (q - z) as f64 * f64::from(s);
        one(a, za, sa) + one(b, zb, sb)
    }

    /// What stands for a in the sum that is rounded, exactly.
    fn first(&self, a: i64) -> f64 {
        let (scale, zero) = self.operands[0];
        if self.floats {
            f64::from((a - zero) as f32 * scale)
        } else {
            a as f64 * f64::from(self.a)
        }
    }

    /// What stands for b.
    fn second(&self, b: i64) -> f64 {
        let (scale, zero) = self.operands[1];
        f64::from(if self.floats {
            (b - zero) as f32 * scale
        } else {
            self.b.mul_add(b as f32, self.rest)
        })
    }

    fn at(&self, a: i64, b: i64, to: (i64, i64)) -> i64 {
        if self.floats {
            let [(sa, za), (sb, zb), (sc, zc)] = self.operands;
            return quantize((a - za) as f32 * sa + (b - zb) as f32 * sb, sc, zc, to);
        }
        let v = self.a.mul_add(a as f32, self.b.mul_add(b as f32, self.rest));
        v.round_ties_even().clamp(to.0 as f32, to.1 as f32) as i64
    }
}

/// The product as it is computed there.
fn scaled(product: i64, m: f32, zero: i64, to: (i64, i64)) -> i64 {
    let v = product as f32 * m + zero as f32;
    v.round_ties_even().clamp(to.0 as f32, to.1 as f32) as i64
}

fn multiplier(p: &[Params; 3]) -> Import<f32> {
    Ok(p[0].whole()?.0 * p[1].whole()?.0 / p[2].whole()?.0)
}

fn evaluate(own: Binary, n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (a, b) = (args.get(0)?, args.get(3)?);
    let get = |k: usize| args.get(k).cloned();
    let p = params(&get, [a.element, b.element])?;
    let to = range(n, &p[2])?;
    let (a, b) = (a.ints()?, b.ints()?);
    let mut results = vec![];
    let out = if own != Binary::Mul {
        let sum = Sum::new(own, &p)?;
        let real = broadcast::zip(a, b, |a, b| sum.real(*a, *b))?;
        results.push(Tensor::float(Element::Float, real));
        broadcast::zip(a, b, |a, b| sum.at(*a, *b, to))?
    } else {
        let m = multiplier(&p)?;
        let [(_, za), (_, zb), (_, zc)] = [p[0].whole()?, p[1].whole()?, p[2].whole()?];
        broadcast::zip(a, b, |a, b| scaled((a - za) * (b - zb), m, zc, to))?
    };
    results.insert(0, Tensor::int(p[2].element, out));
    Ok(results)
}

fn convert(own: Binary, n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let get = |k: usize| constant(c, k).cloned();
    let p = params(&get, [c.sample(0)?.element, c.sample(3)?.element])?;
    let to = range(n, &p[2])?;
    let shape = c.result(0)?.shape();
    if own == Binary::Mul {
        let a = operand(c, 0, &p[0].zero, 0)?;
        let b = operand(c, 3, &p[1].zero, 0)?;
        let text = broadcast::text(&[a, b], shape, true, |e| format!("{} * {}", e[0], e[1]));
        let product = c.local(&format!("{}_product", n.outputs[0]), &text)?;
        let (m, (_, zero)) = (multiplier(&p)?, p[2].whole()?);
        let f = |v: i64| scaled(v, m, zero, to);
        let from = interval(&product)?;
        let row = Rescale::find(&Wanted { from, f: &f, to, ratio: &exact(m)?, zero })?;
        return write(c, 0, &product, None, &[row], to);
    }
    let a = operand(c, 0, &[0], 0)?;
    let b = operand(c, 3, &[0], 0)?;
    let sum = Sum::new(own, &p)?;
    let f = |a: i64, b: i64| sum.at(a, b, to);
    let from = (interval(&a)?, interval(&b)?);
    let (plane, wrong) = find(from, (sum.a, sum.b, sum.rest), to, &f)?;
    if wrong > 0 {
        let near = (f64::from(sum.a), f64::from(sum.b), f64::from(sum.rest));
        let (first, second) = (|a: i64| sum.first(a), |b: i64| sum.second(b));
        if let Some(ties) = Ties::find(from, near, to, (&first, &second), &f) {
            return ties_text(&ties, n, c, (&a, &b), to);
        }
        said(n, c, &result_name(n, 1), &p[2], true)?;
    }
    let text = text(&plane, &a, &b, shape, to);
    c.bind(0, &text)
}

/// The lower neighbour of each sum, and one more where the sum reaches the next.
fn ties_text(
    t: &Ties,
    n: &Node,
    c: &mut Converter<'_>,
    (a, b): (&Operand, &Operand),
    to: (i64, i64),
) -> Import<()> {
    let one = Ratio::from_integer(BigInt::from(1));
    let mut table = |part: &str, list: &[i64]| {
        let raw = list.iter().map(|v| BigInt::from(*v)).collect();
        c.raw_constant(&format!("{}_{part}", n.outputs[0]), &[list.len()], raw, &one)
    };
    let (left, right, next) =
        (table("left", &t.a)?, table("right", &t.b)?, table("next", &t.next)?);
    let shape = c.result(0)?.shape().to_vec();
    let low = text(&t.plane, a, b, &shape, to);
    let low = c.local(&format!("{}_low", n.outputs[0]), &low)?;
    let all = [a.clone(), b.clone(), low];
    let ty = format!("int<{}..={}>", to.0, to.1);
    let text = broadcast::text(&all, &shape, false, |e| {
        let look = |x: &Expr, table: &Operand| Expr::call("by_table", [x, &table.expr()]);
        let sum = &look(&e[0], &left) + &look(&e[1], &right);
        let more = Expr::call("at_most", [&look(&e[2], &next), &sum]);
        Expr::call(&format!("narrow::<{ty}>"), [&(&e[2] + &more)])
    });
    c.bind(0, &text)
}

fn text(p: &Plane, a: &Operand, b: &Operand, shape: &[usize], to: (i64, i64)) -> String {
    let ty = format!("int<{}..={}>", to.0, to.1);
    broadcast::text(&[a.clone(), b.clone()], shape, false, |e| {
        let (a, b) = (&e[0], &e[1]);
        let raw = |x: &Expr| Expr::call("raw", [x]);
        let is = |x: &Expr, v: i64| Expr::call("is_zero", [&(&raw(x) - &Expr::int(v))]);
        let mend = |(x, y, by): &(i64, i64, i64)| {
            &(&Expr::int(i128::from(*by) * p.d) * &is(a, *x)) * &is(b, *y)
        };
        let offset = p.mends.iter().map(mend).fold(Expr::int(p.o), |sum, e| &sum + &e);
        let (m, n) = (Expr::int(p.m), Expr::int(p.n));
        if p.even {
            let u = &(&(&m * &raw(a)) + &(&n * &raw(b))) + &offset;
            let call = format!("round_even_and_saturate::<{ty}, {}>", p.d);
            Expr::call(&call, [&u, &Expr::int(0)])
        } else {
            Expr::call(&format!("requantize_sum::<{ty}, {}>", p.d), [a, b, &m, &n, &offset])
        }
    })
}

impl Family for Binary {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        evaluate(*self, n, a)
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        convert(*self, n, c)
    }
}
