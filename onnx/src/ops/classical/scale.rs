//! Scaler: y = (x − offset)·scale; Normalizer: a row divided by its greatest element, by the sum of
//! its absolute values or by the root of the sum of its squares; Imputer: a value that stands for a
//! missing one is replaced.
//! <https://onnx.ai/onnx/operators/onnx_aionnxml_Scaler.html> and so on, `ai.onnx.ml` 1.
//!
//! Layers: `l1_norm`, `l2_norm`, `div_round`. A row of zeros stays one. MAX divides by the greatest
//! element, as onnxruntime does, not by the greatest absolute value; it needs an x that cannot be
//! negative. NaN does not exist in a circuit: an Imputer that replaces it does nothing there.

use super::trees::samples;
use crate::context::Args;
use crate::context::{Converter, Expr, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Node, show};
use crate::quantize::Fixed;
use crate::quantize::fixed::exponent;
use crate::tensor::{Element, Tensor, Values};
use ndarray::{ArrayD, IxDyn};
use num_traits::{Signed, ToPrimitive};

/// Bits of constants that features are scaled by.
const BITS: u32 = 24;
/// Binary digits that the least of them has at least, and those that it gets where it would have fewer.
const FEWEST: u32 = 5;
const DIGITS: u32 = 8;
/// The most bits that the weights' file has.
const LENGTH: u32 = 62;

/// A list with one number for all features or one for each.
fn list(n: &Node, name: &str, features: usize, otherwise: f64) -> Import<Vec<f64>> {
    let l: Vec<f64> = n.floats(name)?.unwrap_or(&[]).iter().map(|v| f64::from(*v)).collect();
    if let Some(v) = l.iter().find(|v| !v.is_finite()) {
        return refuse(format!("`{name}` holds {v}"));
    }
    match l.len() {
        0 => Ok(vec![otherwise; features]),
        1 => Ok(vec![l[0]; features]),
        len if len == features => Ok(l),
        len => refuse(format!("`{name}` has {len} numbers for {features} features")),
    }
}

fn features(x: &[usize]) -> Import<usize> {
    x.last().copied().ok_or_else(|| Fault::new("x is a scalar"))
}

pub(super) fn scaler(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?;
    let count = features(x.shape())?;
    let (offset, scale) = (list(n, "offset", count, 0.0)?, list(n, "scale", count, 1.0)?);
    let flat = x.to_floats()?;
    let flat = flat.iter().enumerate().map(|(k, v)| (v - offset[k % count]) * scale[k % count]);
    let y = ArrayD::from_shape_vec(IxDyn(x.shape()), flat.collect());
    Ok(vec![Tensor::float(Element::Float, y.map_err(|e| Fault::new(e.to_string()))?)])
}

/// Bits of constants whose greatest is so many times what must have digits: the usual ones, and more where these
/// would leave it too few.
fn bits(spread: f64) -> u32 {
    let more = if spread.is_finite() { exponent(spread.max(1.0)).max(0) as u32 } else { 0 };
    if more + FEWEST > BITS { (more + DIGITS).min(LENGTH) } else { BITS }
}

/// The least number that is not 0, and the greatest.
fn sizes(list: &[f64]) -> (f64, f64) {
    let sizes = list.iter().map(|v| v.abs()).filter(|v| *v > 0.0);
    sizes.fold((f64::INFINITY, 0.0), |(l, m), v| (l.min(v), m.max(v)))
}

pub(super) fn convert_scaler(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = c.operand(0)?;
    let count = features(&x.shape)?;
    let (offset, scale) = (list(n, "offset", count, 0.0)?, list(n, "scale", count, 1.0)?);
    // A small scale is that of a large column; a step of the offset is one of the result, by the largest scale.
    let ((least, most), (_, farthest)) = (sizes(&scale), sizes(&offset));
    let digits = [bits(farthest * most), bits(most / least)];
    let mut constant = |name: &str, l: Vec<f64>, bits: u32| {
        let same = l.windows(2).all(|p| p[0] == p[1]);
        if same {
            return c.number(l.first().copied().unwrap_or_default());
        }
        let a = ArrayD::from_shape_vec(IxDyn(&[count]), l);
        let a = a.map_err(|e| Fault::new(e.to_string()))?;
        c.weight_of(&format!("{}_{name}", n.outputs[0]), &a, None, bits)
    };
    let offset = constant("offset", offset, digits[0])?;
    let scale = constant("scale", scale, digits[1])?;
    let text = each(&x.shape, |i| {
        let last = &i[i.len() - 1..];
        &(&x.at(i) - &offset.at(last)) * &scale.at(last)
    });
    c.bind(0, &text)
}

pub(super) fn normalizer(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?;
    let norm = norm(n)?;
    let one = |row: &Vec<f64>| -> Vec<f64> {
        let size = match norm {
            "MAX" => row.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            "L1" => row.iter().map(|v| v.abs()).sum(),
            _ => row.iter().map(|v| v * v).sum::<f64>().sqrt(),
        };
        row.iter().map(|v| if size == 0.0 { *v } else { v / size }).collect()
    };
    let rows: Vec<Vec<f64>> = samples(x)?.iter().map(one).collect();
    Ok(vec![super::trees::matrix(&rows, x.shape()[1])?])
}

fn norm(n: &Node) -> Import<&'static str> {
    match n.text("norm")?.unwrap_or("MAX") {
        "MAX" => Ok("MAX"),
        "L1" => Ok("L1"),
        "L2" => Ok("L2"),
        other => refuse(format!("there is no norm `{}`", show(other))),
    }
}

pub(super) fn convert_normalizer(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = c.operand(0)?;
    let bits = c.activation_bits();
    let x = c.narrow(&x, bits)?;
    let rows = x.shape[0];
    let signed = x.lo.is_negative();
    let ends = if signed { -1.0 } else { 0.0 };
    let y = Fixed::holding(ends, 1.0, bits);
    let f = match norm(n)? {
        "L1" => format!("l1_norm::<{y}>"),
        "L2" => {
            // The root's reciprocal reaches 1/step.
            let step = x.scale.to_f64().unwrap_or(1.0);
            let whole = exponent(1.0 / step) + 1;
            let r = Fixed {
                signed: false,
                bits: bits + whole.max(0) as u32 + 4,
                frac: bits as i32 + 4,
            };
            format!("l2_norm::<{r}, {}>", Fixed::holding(-1.0, 1.0, bits))
        }
        _ if signed => {
            return refuse(
                "MAX of an x that may be negative is not supported: its greatest element \
                           may be too",
            );
        }
        _ => {
            let text = each(&[rows], |i| {
                let row = format!("{}[{}]", x.text, i[0]);
                let most =
                    format!("(fold m = {row}[0], k < {} {{ max(m, {row}[k]) }})", x.shape[1]);
                format!("[{most}]")
            });
            let most = c.local("greatest", &text)?;
            let text = each(&x.shape, |i| {
                let most = most.expr().at(&[&*i[0], "0"]);
                let least = &Expr::call("is_zero", [&most]) * &Expr::number(&x.scale);
                Expr::call(&format!("div_round::<{y}>"), [&x.at(i), &(&most + &least)])
            });
            return c.bind(0, &text);
        }
    };
    c.bind(0, &each(&[rows], |i| format!("{f}({}[{}])", x.text, i[0])))
}

/// Replaces a value; `None` if it is NaN that is replaced.
fn replaced(n: &Node) -> Import<Option<f64>> {
    if let Some(v) = n.int("replaced_value_int64")? {
        return Ok(Some(v as f64));
    }
    match n.attributes.get("replaced_value_float") {
        Some(crate::graph::Attribute::Float(v)) if !v.is_nan() => Ok(Some(f64::from(*v))),
        _ => Ok(None),
    }
}

/// What is put in, one for each feature.
fn imputed(n: &Node, features: usize) -> Import<Vec<f64>> {
    if let Some(l) = n.ints("imputed_value_int64s")?.filter(|l| !l.is_empty()) {
        let l: Vec<f64> = l.iter().map(|v| *v as f64).collect();
        return match l.len() {
            1 => Ok(vec![l[0]; features]),
            len if len == features => Ok(l),
            len => refuse(format!("there are {len} values for {features} features")),
        };
    }
    if n.floats("imputed_value_floats")?.is_none_or(<[f32]>::is_empty) {
        return refuse("it has no values to put in");
    }
    list(n, "imputed_value_floats", features, 0.0)
}

pub(super) fn imputer(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = args.get(0)?;
    let count = features(x.shape())?;
    let (old, new) = (replaced(n)?, imputed(n, count)?);
    let at = |k: usize, v: f64| {
        let missing = old.map_or(v.is_nan(), |o| v == o);
        if missing { new[k % count] } else { v }
    };
    let flat: Vec<f64> = x.to_floats()?.iter().enumerate().map(|(k, v)| at(k, *v)).collect();
    let y =
        ArrayD::from_shape_vec(IxDyn(x.shape()), flat).map_err(|e| Fault::new(e.to_string()))?;
    let values = match x.values {
        Values::Int(_) => Values::Int(y.mapv(|v| v as i64)),
        _ => Values::Float(y),
    };
    Ok(vec![Tensor { element: x.element, values }])
}

pub(super) fn convert_imputer(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = c.operand(0)?;
    let new = imputed(n, features(&x.shape)?)?;
    let Some(old) = replaced(n)? else { return c.alias(0, &x) };
    // Both in the steps of x, as x was rounded to them.
    let raw = |v: f64| crate::quantize::fixed::to_integer(v / x.scale.to_f64().unwrap_or(1.0));
    let a = new.iter().map(|v| raw(*v)).collect();
    let new = c.raw_weight(&format!("{}_values", n.outputs[0]), &[new.len()], a, &x.scale)?;
    let old = raw(old);
    let text = each(&x.shape, |i| {
        let new = new.at(&i[i.len() - 1..]);
        format!("if raw({0}) == ({old}) {{ {new} }} else {{ {0} }}", x.at(i))
    });
    c.bind(0, &text)
}
