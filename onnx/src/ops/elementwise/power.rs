//! Pow: y = a^b, with broadcasting; the result has the type of a.
//! <https://onnx.ai/onnx/operators/onnx__Pow.html>, opset 7 and later; from 12 on a and b may be of
//! different types, and integers.
//!
//! A small whole number as a constant exponent: products, exact. Layers otherwise: for a constant
//! exponent `sqrt`, `divide` or `power_table`; for a constant base `exp_of_base`; for two integers
//! `power`, which has no proof where b is negative or the result leaves its type; for two float
//! variables `exp_split` of b times `log_saturating` of a, where a ≤ 0 counts as 0 unless the type of
//! b is an integer one. An integer a with a float b: `power` behind `exact_to`, which has no proof where b is no whole
//! number.

use super::table::{self, Range, fraction_text};
use super::{broadcast, division, root};
use crate::context::Args;
use crate::context::{Converter, Expr, Operand, each};
use crate::fault::{Import, leaves, refuse};
use crate::graph::Node;
use crate::quantize::Fixed;
use crate::tensor::{Tensor, Values};
use num_bigint::BigInt;
use num_traits::{One, Signed};
use zirc_compiler::session::type_text;

/// What is said of integers with powers that are floats.
const WHOLE: &str =
    "the power of an integer is an integer for whole exponents from 0 to 63; others have no proof";

/// Largest exponent that is written as products of floats.
const PRODUCTS: f64 = 8.0;

pub(super) fn evaluate(_: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (a, b) = (args.get(0)?, args.get(1)?);
    let Values::Int(x) = &a.values else {
        let y = broadcast::zip(a.floats()?, &b.to_floats()?, |x, y| libm::pow(*x, *y))?;
        return Ok(vec![Tensor::float(a.element, y)]);
    };
    let (lo, hi) = a.element.limits().unwrap_or((0, 0));
    let fits = |v: i128| i64::try_from(v).ok().filter(|_| (lo..=hi).contains(&v));
    let all = match &b.values {
        Values::Int(y) => broadcast::zip(x, y, |x, y| whole_power(*x, *y).and_then(fits))?,
        _ => broadcast::zip(x, b.floats()?, |x, y| {
            let v = libm::pow(*x as f64, *y);
            if v.abs() < 1e18 { fits(v as i128) } else { None }
        })?,
    };
    if all.iter().any(Option::is_none) {
        return Err(leaves(a.element.name()));
    }
    Ok(vec![Tensor::int(a.element, all.mapv(Option::unwrap_or_default))])
}

fn whole_power(x: i64, y: i64) -> Option<i128> {
    match (x, y) {
        (1, _) => Some(1),
        (-1, y) => Some(if y % 2 == 0 { 1 } else { -1 }),
        (0, y) => (y >= 0).then_some(i128::from(y == 0)),
        (x, y) => i128::from(x).checked_pow(u32::try_from(y).ok()?),
    }
}

/// The one number that all elements of a constant are.
fn uniform(c: &Converter<'_>, k: usize) -> Import<Option<f64>> {
    let Some(t) = c.constant(k) else { return Ok(None) };
    let a = t.to_floats()?;
    let first = a.first().copied();
    Ok(first.filter(|f| f.is_finite() && a.iter().all(|v| v == f)))
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let float = c.sample(0)?.element.is_float();
    let shape = c.result(0)?.shape();
    if let Some(p) = uniform(c, 1)? {
        let whole = p.fract() == 0.0 && p >= 0.0;
        if whole && p <= PRODUCTS {
            let a = c.operand(0)?;
            let text = broadcast::text(&[a], shape, false, |e| e[0].power(p));
            return c.bind(0, &text);
        }
        if float {
            let y = of_constant(n, c, p)?;
            return spread(c, &y, shape);
        }
        if !whole || p > 63.0 {
            return refuse(format!("integers have no power {p} that is an integer"));
        }
    }
    if !float {
        return of_integers(n, c, shape);
    }
    match uniform(c, 0)? {
        Some(base) if base > 0.0 => {
            let b = exponent(c)?;
            let b = c.narrow(&b, c.activation_bits().min(table::ARGUMENT_BITS))?;
            let y = table::entries(n, c, &b, Range::Calibrated, |v| libm::pow(base, v));
            let call = b.map_with(&format!("exp_of_base::<{y}>"), &fraction_text(base)?);
            let y = c.local("power", &call)?;
            spread(c, &y, shape)
        }
        _ => of_variables(n, c, shape),
    }
}

/// a^b of integers a, for a b that is whole.
fn of_integers(n: &Node, c: &mut Converter<'_>, shape: &[usize]) -> Import<()> {
    let element = c.sample(0)?.element;
    let (lo, hi) = element.limits().unwrap_or((0, 0));
    let t = type_text(&BigInt::from(lo), &BigInt::from(hi), &num_traits::One::one());
    let known = uniform(c, 1)?;
    let all = match known {
        Some(p) => vec![c.operand(0)?, c.number(p)?],
        None => broadcast::operands(c)?,
    };
    let inexact = known.is_none() && c.sample(1)?.element.is_float();
    if inexact {
        c.warnings.insert(format!("{}: {WHOLE}", n.place()));
    }
    let text = broadcast::text(&all, shape, false, |e| {
        let b = if inexact { format!("exact_to::<u6>({})", e[1]) } else { e[1].to_string() };
        format!("power::<{t}>({}, {b})", e[0])
    });
    c.bind(0, &text)
}

/// The result, repeated to the shape of the output.
fn spread(c: &mut Converter<'_>, y: &Operand, shape: &[usize]) -> Import<()> {
    if y.shape == shape {
        return c.alias(0, y);
    }
    c.bind(0, &each(shape, |index| y.at(index)))
}

/// x^p of floats, as a variable.
fn of_constant(n: &Node, c: &mut Converter<'_>, p: f64) -> Import<Operand> {
    if p == 0.5 {
        let x = c.operand(0)?;
        return root::root(n, c, x);
    }
    if p == -1.0 {
        let (one, x) = (c.number(1.0)?, c.operand(0)?);
        let shape = x.shape.clone();
        let text = division::quotient(n, c, one, x, &shape)?;
        return c.local("power", &text);
    }
    if let Some(text) = super::interpolate::text(c, &|v| libm::pow(v, p))? {
        return c.local("power", &text);
    }
    let range = if (0.0..=1.0).contains(&p) { Range::Image } else { Range::Calibrated };
    if let Some(text) = super::interpolate::steep(n, c, range, &|v| libm::pow(v, p))? {
        return c.local("power", &text);
    }
    let x = c.operand(0)?;
    let x = table::of_rows(n, c, &x, range, &|v| libm::pow(v, p))?;
    let y = table::entries(n, c, &x, range, |v| libm::pow(v, p));
    let text = x.map_with(&format!("power_table::<{y}>"), &fraction_text(p)?);
    c.local("power", &text)
}

/// The exponent with few bits: an integer one as an integer.
fn exponent(c: &mut Converter<'_>) -> Import<Operand> {
    let b = c.operand(1)?;
    let bits = c.activation_bits();
    if b.element.is_float() || b.literal || b.bits() <= u64::from(bits) {
        return c.narrow(&b, bits);
    }
    let seen = c.activation(&b.tensor, b.interval(), bits);
    // On steps of 1 or more; what calibration saw lies in it.
    let whole = Fixed { frac: seen.frac.min(0), bits: seen.bits, ..seen };
    let whole = match seen.frac {
        f if f > 0 => Fixed { bits: seen.bits.saturating_sub(f as u32).max(2), ..whole },
        _ => whole,
    };
    c.clamp(&b, whole)
}

/// a^b = e^(b·ln a) of two variables.
fn of_variables(n: &Node, c: &mut Converter<'_>, shape: &[usize]) -> Import<()> {
    let bits = c.activation_bits();
    let a = c.operand(0)?;
    let a = c.narrow(&a, bits.min(table::ARGUMENT_BITS))?;
    let b = exponent(c)?;
    let signed = a.lo.is_negative() && !b.element.is_float();
    let size =
        if signed { c.local(&format!("{}_size", a.text), &a.map("abs"))? } else { a.clone() };
    // ln 0 = −64 is far enough below all others to give 0.
    let log = Fixed { signed: true, bits: 27, frac: 20 };
    let log =
        c.local(&format!("{}_log", a.text), &size.map(&format!("log_saturating::<{log}>")))?;
    let output = n.outputs.first().map_or("", String::as_str);
    let seen = c.activation(output, (0.0, 1.0), bits).real_range();
    let most = seen.0.abs().max(seen.1.abs());
    let y = Fixed::holding(0.0, most, bits);
    // 20 bits: ±16, ±32, … as the largest result needs.
    let reach = (libm::log(most).max(1.0) / 16.0).max(1.0);
    let z = Fixed::holding(-16.0 * reach, 15.9 * reach, 20);
    let odd = if signed {
        let t = type_text(&b.lo, &b.hi, &BigInt::one().into());
        let two = Expr::int(2);
        let half = b.map_expr(&format!("floor_to::<{t}>"), &(&b.expr() / &two));
        let half = c.local("half", &half)?;
        let odd = &b.expr() - &(&two * &half.expr());
        Some(c.local("odd", &odd.to_string())?)
    } else {
        None
    };
    let power = |a: &Expr, b: &Expr| {
        let exponent = Expr::call(&format!("clamp_to::<{z}>"), [&(b * a)]);
        Expr::call(&format!("exp_split::<{y}>"), [&exponent])
    };
    let text = match odd {
        None => broadcast::text(&[log, b], shape, false, |e| power(&e[0], &e[1])),
        Some(odd) => broadcast::text(&[log, b, a, odd], shape, false, |e| {
            let turns = &e[2].compare("<", &Expr::int(0)) * &e[3];
            let sign = &Expr::int(1) - &(&Expr::int(2) * &turns);
            &sign * &power(&e[0], &e[1])
        }),
    };
    c.bind(0, &text)
}
