//! OneHotEncoder: y[…, k] = 1 where x is the k-th category, else 0.
//! <https://onnx.ai/onnx/operators/onnx_aionnxml_OneHotEncoder.html>, `ai.onnx.ml` 1; a float x without what is behind
//! its point, as onnxruntime has it.
//!
//! With `zeros` = 1, an x of no category is a row of zeros. With 0, ONNX calls it an error, and no proof can be made
//! of it. Categories that are strings are known by their places in the list that x is looked up in; where x is no
//! such place they are refused, and so are categories that are given twice.
//!
//! Layers: `one_hot_among`, or a comparison for each category; `trunc_to` of floats.

use crate::context::{Args, Converter, Expr, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::ops::shape::cast;
use crate::ops::shape::moves::{positions, strides};
use crate::tensor::{Element, Tensor, elements};
use ndarray::{ArrayD, IxDyn};
use num_bigint::BigInt;
use std::collections::BTreeSet;

/// Most categories.
const MOST: usize = 1 << 12;

fn categories(n: &Node) -> Import<&[i64]> {
    if n.texts("cats_strings")?.is_some_and(|l| !l.is_empty()) {
        return Err(Fault::new(
            "its categories are strings, and its input is not one of a known list",
        )
        .help("number the strings before the model, and give it the numbers"));
    }
    let list = n.ints("cats_int64s")?.unwrap_or(&[]);
    if list.is_empty() || list.len() > MOST {
        return refuse(format!("it has {} categories, not 1 to {MOST}", list.len()));
    }
    let mut seen = BTreeSet::new();
    match list.iter().find(|k| !seen.insert(**k)) {
        Some(k) => refuse(format!("category {k} is given twice")),
        None => Ok(list),
    }
}

pub(super) fn evaluate(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let (x, categories) = (args.get(0)?, categories(n)?);
    let shape = [x.shape(), &[categories.len()]].concat();
    elements(&shape)?;
    let (list, own) = (x.to_floats()?, strides(x.shape()));
    let list: Vec<f64> = list.iter().map(|v| v.trunc()).collect();
    let hot = positions(&shape, |at| {
        let (k, rest) = at.split_last()?;
        let v = list.get(rest.iter().zip(&own).map(|(i, s)| i * s).sum::<usize>())?;
        Some(usize::from(*v == *categories.get(*k)? as f64))
    });
    let hot = hot.into_iter().map(|v| v.unwrap_or(0) as f64).collect();
    let y = ArrayD::from_shape_vec(IxDyn(&shape), hot).map_err(|e| Fault::new(e.to_string()))?;
    Ok(vec![Tensor::float(Element::Float, y)])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let categories = categories(n)?;
    let mut x = c.operand(0)?;
    if x.element.is_float() {
        x = cast::whole(c, &x)?;
    }
    // What x cannot be is no category of it.
    let can = |k: &&i64| (&x.lo..=&x.hi).contains(&&BigInt::from(**k));
    let keys: Vec<Expr> = categories.iter().filter(can).map(|k| Expr::int(*k)).collect();
    if n.flag("zeros", true)? {
        let text = each(&x.shape, |i| {
            let x = x.at(i);
            let is = |k: &i64| if can(&k) { x.compare("==", &Expr::int(*k)) } else { Expr::int(0) };
            Expr::list(&categories.iter().map(is).collect::<Vec<_>>())
        });
        return c.bind(0, &text);
    }
    if keys.is_empty() {
        return refuse("its input can be none of its categories");
    }
    let text = each(&x.shape, |i| Expr::call("one_hot_among", [&x.at(i), &Expr::list(&keys)]));
    if keys.len() == categories.len() {
        return c.bind(0, &text);
    }
    let hot = c.local(&format!("{}_hot", n.outputs[0]), &text)?;
    let text = each(&x.shape, |i| {
        let mut next = 0..;
        let at = |k: usize| hot.expr().at(&[i, &[k.to_string()]].concat());
        let one = |k: &i64| if can(&k) { next.next().map(at) } else { None };
        let list: Vec<Expr> =
            categories.iter().map(one).map(|e| e.unwrap_or(Expr::int(0))).collect();
        Expr::list(&list)
    });
    c.bind(0, &text)
}
