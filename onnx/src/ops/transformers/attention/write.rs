//! Attention as calls of layers.

use super::form::Form;
use super::mask::{Band, Bias, Limits, bands};
use super::scores::{Scores, distance};
use super::{MASK, PAST_KEYS, PAST_VALUES, VALID_KEYS};
use crate::context::{Converter, Expr, Operand, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;
use ndarray::{Array4, ArrayD, Axis, Slice};
use num_bigint::BigInt;
use num_traits::One;

/// What a mask is in the program.
pub(super) struct Mask {
    /// Keys that are not known to be excluded, [batch or 1, heads or 1, queries, keys].
    pub(super) keep: ArrayD<bool>,
    /// A mask of bits that is no constant.
    pub(super) bits: Option<Operand>,
    /// What is added to the scores.
    pub(super) added: Option<Added>,
}

/// A float mask.
pub(super) enum Added {
    Constant(ArrayD<f64>),
    Variable(Operand),
}

pub(crate) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let shapes = [c.shape(0)?, c.shape(1)?, c.shape(2)?];
    let past = [PAST_KEYS, PAST_VALUES].map(|k| c.has(k).then(|| c.shape(k)));
    let [past_keys, past_values] = past.map(Option::transpose);
    let f = Form::new(n, shapes, [past_keys?, past_values?])?;
    let limits = Limits::new(&f, c.constant(VALID_KEYS))?;
    let mask = mask(&f, &limits, c)?;
    let name = n.outputs.first().cloned().unwrap_or_default();
    let queries = heads(&f, c, 0, f.heads)?;
    let keys = with_past(&f, c, 1, PAST_KEYS, &format!("{name}_keys"))?;
    let values = with_past(&f, c, 2, PAST_VALUES, &format!("{name}_values"))?;
    c.alias(1, &keys)?;
    c.alias(2, &values)?;
    let scores = Scores { f: &f, mask: &mask, name: &name };
    let (queries, keys) = scores.narrow(c, queries, keys)?;
    let full = mask.keep.iter().all(|k| *k) && mask.bits.is_none();
    if f.mode == 2 && c.wants(3) && !full {
        return Err(Fault::new("its fourth output would hold −∞ where keys are excluded")
            .help("leave that output out, or set `qk_matmul_output_mode` to 0, 1 or 3"));
    }
    let given = f.mode < 3 && c.wants(3);
    let whole = Band { queries: 0..f.queries, keys: 0..f.keys(), full };
    if given {
        let out = scores.of(c, &queries, &keys, &whole, f.mode)?;
        c.alias(3, &out)?;
    }
    let all = Array4::from_shape_fn((f.batch, f.heads, f.queries, f.keys()), |(b, h, i, j)| {
        let s = mask.keep.shape();
        mask.keep[[b % s[0], h % s[1], i, j]]
    });
    // Every score is there already if they are given out.
    let rows = if given && full { vec![whole] } else { bands(&all) };
    let mut parts = vec![];
    for band in rows {
        let weights = if band.keys.is_empty() {
            None
        } else {
            let s = scores.of(c, &queries, &keys, &band, 2)?;
            Some(weights(&f, c, &mask, &s, &band, &name)?)
        };
        let y = weights.as_ref().map(|w| mix(&f, c, w, &values, &band, &name)).transpose()?;
        parts.push((band, weights, y));
    }
    if f.mode == 3 && c.wants(3) {
        let text = all_weights(&f, &parts);
        c.bind(3, &text)?;
    }
    result(&f, c, &parts, &name)
}

/// A band of queries, the weights of its keys and what they mix, unless they see no key.
type Part = (Band, Option<Operand>, Option<Operand>);

/// The weights of all keys: those of each band, and 0 for the keys that it does not see.
fn all_weights(f: &Form, parts: &[Part]) -> String {
    let rows = |(band, w, _): &Part| {
        let zeros = |n: usize| format!("for l < {n} {{ 0 }}");
        let Some(w) = w else {
            return format!("for k < {}, l < {} {{ 0 }}", band.queries.len(), f.keys());
        };
        let mut list = vec![format!("{}[i, j, k]", w.text)];
        if band.keys.start > 0 {
            list.insert(0, zeros(band.keys.start));
        }
        if band.keys.end < f.keys() {
            list.push(zeros(f.keys() - band.keys.end));
        }
        format!("for k < {} {{ {} }}", band.queries.len(), joined(list))
    };
    let list = parts.iter().map(rows).collect();
    format!("for i < {}, j < {} {{ {} }}", f.batch, f.heads, joined(list))
}

/// A list joined along its first axis.
fn joined(mut list: Vec<String>) -> String {
    if list.len() == 1 { list.remove(0) } else { format!("concat({})", list.join(", ")) }
}

/// What excludes keys and what is added.
fn mask(f: &Form, limits: &Limits, c: &mut Converter<'_>) -> Import<Mask> {
    let mut known = None;
    let mut mask = Mask { keep: ArrayD::default(ndarray::IxDyn(&[0])), bits: None, added: None };
    let mut columns = f.keys();
    if c.has(MASK) {
        let given = c.constant(MASK);
        let sample: &Tensor = c.sample(MASK)?;
        let bias = Bias::new(f, sample)?;
        columns = bias.columns(f);
        if given.is_some() {
            if bias.added.iter().any(|v| *v != 0.0) {
                mask.added = Some(Added::Constant(bias.added));
            }
            known = Some(bias.keep);
        } else if sample.element.is_float() {
            mask.added = Some(Added::Variable(solid(c, MASK)?));
        } else {
            mask.bits = Some(solid(c, MASK)?);
        }
    }
    let own = known.as_ref().map_or(&[][..], |k| k.shape());
    let batch = if limits.varies() || (own.len() == 4 && own[0] > 1) { f.batch } else { 1 };
    let heads = if own.len() >= 3 && own[own.len() - 3] > 1 { f.heads } else { 1 };
    let shape = [batch, heads, f.queries, f.keys()];
    let spread = match known {
        Some(k) => {
            let shape = [batch, heads, f.queries, columns];
            Some(crate::ops::elementwise::broadcast::spread(&k, &shape)?)
        }
        None => None,
    };
    mask.keep = ArrayD::from_shape_fn(ndarray::IxDyn(&shape), |x| {
        limits.sees(x[0], x[2], x[3])
            && x[3] < columns
            && spread.as_ref().is_none_or(|s| s[x.clone()])
    });
    Ok(mask)
}

/// An input as a tensor that can be indexed.
fn solid(c: &mut Converter<'_>, k: usize) -> Import<Operand> {
    let x = c.operand(k)?;
    if !x.literal {
        return Ok(x);
    }
    let text = each(c.shape(k)?, |_| x.text.clone());
    let name = c.input_name(k).to_string();
    c.local(&name, &text)
}

/// An input as [batch, heads, length, size].
fn heads(f: &Form, c: &mut Converter<'_>, k: usize, heads: usize) -> Import<Operand> {
    let x = solid(c, k)?;
    let [batch, length, columns] = *x.shape.as_slice() else { return Ok(x) };
    let size = columns / heads.max(1);
    debug_assert_eq!(batch, f.batch);
    let text = format!(
        "for i < {batch}, j < {heads}, k < {length}, l < {size} {{ {}[i, k, {size} * j + l] }}",
        x.text
    );
    let y = c.local(&format!("{}_heads", x.text), &text)?;
    Ok(Operand { tensor: x.tensor, element: x.element, ..y })
}

fn with_past(
    f: &Form,
    c: &mut Converter<'_>,
    k: usize,
    past: usize,
    name: &str,
) -> Import<Operand> {
    let fresh = heads(f, c, k, f.groups)?;
    if f.past == 0 {
        return Ok(fresh);
    }
    let before = solid(c, past)?;
    if f.fresh == 0 {
        return Ok(before);
    }
    let text = format!(
        "for i < {}, j < {} {{ concat({}[i, j], {}[i, j]) }}",
        f.batch, f.groups, before.text, fresh.text
    );
    c.local(name, &text)
}

/// softmax of the scores of a band.
fn weights(
    f: &Form,
    c: &mut Converter<'_>,
    mask: &Mask,
    scores: &Operand,
    band: &Band,
    name: &str,
) -> Import<Operand> {
    let bits = c.activation_bits().min(12);
    let width = band.keys.len();
    let known = if band.full { None } else { Some(kept(c, mask, band, name)?) };
    let keep = |index: &[String]| {
        let mut list = vec![];
        if let Some(k) = &known {
            list.push(k.at(index));
        }
        if let Some(b) = &mask.bits {
            list.push(b.at(&shifted(index, band)));
        }
        list.into_iter().reduce(|a, b| &a * &b).unwrap_or_else(|| Expr::int(1))
    };
    let row = |index: &str| index.to_string();
    let index = ["i", "j", "k", "l"].map(row);
    let d = distance(scores, bits);
    let (e, r) = (bits + 4, bits + 3 + usize::BITS - width.leading_zeros());
    let text = format!(
        "for i < {}, j < {}, k < {} {{ softmax_shares::<{d}, uq1.{e}, uq1.{r}>({}[i, j, k], \
         for l < {width} {{ {} }}) }}",
        f.batch,
        f.heads,
        band.queries.len(),
        scores.text,
        keep(&index)
    );
    c.local(&format!("{name}_weights"), &text)
}

/// An index of a band as one of the whole.
pub(super) fn shifted(index: &[String], band: &Band) -> Vec<String> {
    let by = |i: &String, by: usize| if by == 0 { i.clone() } else { format!("{by} + {i}") };
    match index {
        [b, h, i, j] => {
            vec![b.clone(), h.clone(), by(i, band.queries.start), by(j, band.keys.start)]
        }
        other => other.to_vec(),
    }
}

/// The part of a mask that is known, for a band.
fn kept(c: &mut Converter<'_>, mask: &Mask, band: &Band, name: &str) -> Import<Operand> {
    let rows = mask.keep.slice_axis(Axis(2), Slice::from(band.queries.clone()));
    let part = rows.slice_axis(Axis(3), Slice::from(band.keys.clone()));
    let raw = part.iter().map(|k| BigInt::from(u8::from(*k))).collect();
    c.raw_constant(&format!("{name}_seen"), part.shape(), raw, &One::one())
}

/// The values of a band by their weights.
fn mix(
    f: &Form,
    c: &mut Converter<'_>,
    weights: &Operand,
    values: &Operand,
    band: &Band,
    name: &str,
) -> Import<Operand> {
    let part = if band.keys == (0..f.keys()) {
        format!("{}[i]", values.text)
    } else {
        format!("{}[i, 0..{}, {}..{}]", values.text, f.groups, band.keys.start, band.keys.end)
    };
    let text = format!("for i < {} {{ grouped_mix({}[i], {part}) }}", f.batch, weights.text);
    c.local(&format!("{name}_heads"), &text)
}

/// All bands as the node's result.
fn result(
    f: &Form,
    c: &mut Converter<'_>,
    parts: &[(Band, Option<Operand>, Option<Operand>)],
    name: &str,
) -> Import<()> {
    let one = |(band, _, y): &(Band, Option<Operand>, Option<Operand>)| match y {
        Some(y) => format!("{}[i, j]", y.text),
        None => format!("for k < {}, l < {} {{ 0 }}", band.queries.len(), f.width),
    };
    let y = match parts {
        [] => return refuse("it has no queries"),
        [(_, _, Some(y))] => y.clone(),
        _ => {
            let list = parts.iter().map(one).collect();
            let text = format!("for i < {}, j < {} {{ {} }}", f.batch, f.heads, joined(list));
            c.local(&format!("{name}_all"), &text)?
        }
    };
    if !f.flat {
        return c.alias(0, &y);
    }
    let (t, h, w) = (f.queries, f.heads, f.width);
    let text = format!(
        "reshape(for i < {}, j < {t}, k < {h}, l < {w} {{ {}[i, k, j, l] }})",
        f.batch, y.text
    );
    c.bind_as(0, &format!("_[{}, {t}, {}]", f.batch, h * w), &text)
}
