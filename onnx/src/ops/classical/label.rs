//! LabelEncoder: numbers become others, or numbers of strings.
//! <https://onnx.ai/onnx/operators/onnx_aionnxml_LabelEncoder.html>, `ai.onnx.ml` 1 to 4.
//!
//! What is no key becomes the default. Where values are strings, the result is the place of one among
//! them, and the default one comes behind them: a circuit proves which string it is. Keys must be
//! numbers.
//!
//! y = d + Σ (x = k)·(v − d), a comparison for each key. A float key counts as the nearest number that
//! x can be.

use crate::context::Args;
use crate::context::{Converter, Expr, Operand, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Node, show};
use crate::ops::elementwise::table::fraction;
use crate::quantize::Fixed;
use crate::quantize::fixed::to_integer;
use crate::tensor::{Element, Tensor, Values};
use num_traits::{ToPrimitive, Zero};
use std::collections::BTreeSet;
use zirc_compiler::Ratio;

/// Most keys.
const MAX_KEYS: usize = 1 << 12;

/// What keys become.
struct Labels {
    /// Ascending.
    keys: Vec<f64>,
    values: Vec<f64>,
    default: f64,
    /// Of the results.
    element: Element,
    /// What the results are places in.
    texts: Vec<String>,
}

/// The values of an attribute in any of its forms, with the element type that it gives.
fn list(n: &Node, part: &str) -> Import<Option<(Vec<f64>, Element)>> {
    if let Some(t) = n.tensor(&format!("{part}_tensor"))? {
        return Ok(Some((t.to_floats()?.iter().copied().collect(), t.element)));
    }
    if let Some(l) = n.ints(&format!("{part}_int64s"))?.filter(|l| !l.is_empty()) {
        return Ok(Some((l.iter().map(|v| *v as f64).collect(), Element::Int64)));
    }
    let floats = n.floats(&format!("{part}_floats"))?.filter(|l| !l.is_empty());
    Ok(floats.map(|l| (l.iter().map(|v| f64::from(*v)).collect(), Element::Float)))
}

impl Labels {
    fn read(n: &Node) -> Import<Labels> {
        let old = n.texts("classes_strings")?.unwrap_or(&[]);
        let texts = n.texts("values_strings")?.unwrap_or(old).to_vec();
        let (keys, values) = match list(n, "keys")? {
            Some((keys, _)) => (keys, list(n, "values")?),
            // Version 1: a list of strings by their places.
            None if !old.is_empty() => ((0..old.len()).map(|k| k as f64).collect(), None),
            None => return refuse("its keys are no numbers"),
        };
        let (values, element) = match values {
            Some(v) => v,
            None if !texts.is_empty() => {
                ((0..texts.len()).map(|k| k as f64).collect(), Element::Int64)
            }
            None => return refuse("it has no values"),
        };
        let default = match (element, n.tensor("default_tensor")?) {
            (_, Some(t)) if texts.is_empty() => t.to_floats()?.first().copied().unwrap_or_default(),
            _ if !texts.is_empty() => texts.len() as f64,
            (e, _) if e.is_float() => n.float_or("default_float", 0.0)?,
            _ => n.int_or("default_int64", -1)? as f64,
        };
        if keys.len() != values.len() || keys.len() > MAX_KEYS {
            let (k, v) = (keys.len(), values.len());
            return refuse(format!("{k} keys have {v} values; at most {MAX_KEYS} are supported"));
        }
        if keys.iter().chain(&values).chain([&default]).any(|v| !v.is_finite()) {
            return refuse("a key or value is not finite");
        }
        // −0 is 0.
        let mut pairs: Vec<(f64, f64)> = keys.iter().map(|k| k + 0.0).zip(values).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        if pairs.windows(2).any(|w| w[0].0 == w[1].0) {
            return refuse("a key is given twice");
        }
        let (keys, values) = pairs.into_iter().unzip();
        Ok(Labels { keys, values, default, element, texts })
    }

    fn of(&self, x: f64) -> f64 {
        let found = self.keys.binary_search_by(|k| k.total_cmp(&(x + 0.0)));
        found.ok().and_then(|k| self.values.get(k).copied()).unwrap_or(self.default)
    }
}

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let l = Labels::read(n)?;
    let y = args.get(0)?.to_floats()?.mapv(|v| l.of(v));
    let values =
        if l.element.is_float() { Values::Float(y) } else { Values::Int(y.mapv(|v| v as i64)) };
    Ok(vec![Tensor { element: l.element, values }])
}

/// A key as x has it: exactly, or rounded as a float x is.
fn key(x: &Operand, k: f64) -> Option<Expr> {
    let raw = to_integer(k / x.scale.to_f64()?);
    let exact = Ratio::from(raw.clone()) * &x.scale;
    let same = x.element.is_float() || exact.to_f64() == Some(k);
    (same && raw >= x.lo && raw <= x.hi).then(|| Expr::number(&exact))
}

/// Digits of values that have no step in common.
const VALUE_BITS: u32 = 24;

/// The values and, last, the default one: simple fractions if their steps are multiples of each other, and
/// otherwise rounded to one step.
fn values(l: &Labels, bits: u32) -> Import<Vec<Ratio>> {
    let all = || l.values.iter().chain([&l.default]);
    let simple = all().map(|v| fraction(*v)).collect::<Import<Vec<_>>>()?;
    let finest = simple.iter().map(Ratio::denom).max().cloned().unwrap_or_default();
    if simple.iter().all(|v| (&finest % v.denom()).is_zero()) {
        return Ok(simple);
    }
    let most = all().fold(0.0, |m: f64, v| m.max(v.abs()));
    let step = Fixed::holding(-most, most, bits.max(VALUE_BITS)).scale();
    let size = step.to_f64().unwrap_or(1.0);
    Ok(all().map(|v| Ratio::from(to_integer(v / size)) * &step).collect())
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let l = Labels::read(n)?;
    let x = c.operand(0)?;
    let mut values = values(&l, c.weight_bits())?;
    let default = values.pop().unwrap_or_default();
    let (mut parts, mut seen) = (vec![], BTreeSet::new());
    for (k, v) in l.keys.iter().zip(values) {
        let Some(key) = key(&x, *k) else { continue };
        if !seen.insert(key.to_string()) {
            return Err(Fault::new(format!("key {k} is another one at the step of x"))
                .help("more bits for activations tell keys apart"));
        }
        let more = v - &default;
        if !more.is_zero() {
            parts.push((key, Expr::number(&more)));
        }
    }
    if !l.texts.is_empty() && c.wants(0) {
        let some = l.texts.iter().take(8).enumerate();
        let some: Vec<String> = some.map(|(k, t)| format!("{k} {}", show(t))).collect();
        let more = if l.texts.len() > 8 { ", …" } else { "" };
        c.warnings.insert(format!(
            "{}: its values are strings; here a value is the number of one: {}{more}",
            n.place(),
            some.join(", ")
        ));
    }
    let text = each(&x.shape, |at| {
        let x = x.at(at);
        let one = |(key, more): &(Expr, Expr)| &x.compare("==", key) * more;
        parts.iter().map(one).fold(Expr::number(&default), |sum, e| &sum + &e)
    });
    c.bind(0, &text)
}
