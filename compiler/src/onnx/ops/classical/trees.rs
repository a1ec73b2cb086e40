//! TreeEnsembleRegressor, TreeEnsembleClassifier, TreeEnsemble: the sum, mean, least or greatest of
//! what the leaves say that a sample's features lead to, and a transformation of it.
//! <https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsemble.html>, `ai.onnx.ml` 1 to 5.
//!
//! Layers: `gradient_boosting`, `random_forest`, then `argmax`, `sigmoid`, `softmax_with`. As in
//! onnxruntime, a single target is transformed by PROBIT only.
//! The label is the class with the largest score, the first of several. A classifier of two classes
//! whose weights are all for one class follows onnxruntime: for class 0 they make one score s of the
//! second class, and the scores are 1 − s and s if no weight is negative (the label tells whether
//! s > ½), or −s and s (whether s > 0). Missing values do not exist in a circuit.

use super::ensemble::{Aggregate, Ensemble};
use super::forest;
use super::read::{classic, modern, numbers};
use super::scores::{Classes, Post, largest, logistic_of, transform};
use crate::onnx::convert::{Converter, Operand, each};
use crate::onnx::evaluate::Args;
use crate::onnx::fault::{Fault, Import, refuse};
use crate::onnx::graph::Node;
use crate::onnx::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};

/// How the scores of two classes follow from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pair {
    /// Every class has its own.
    No,
    /// 1 − s and s.
    Probability,
    /// −s and s.
    Margin,
    /// 0 and s; the flag says that the label asks for s > ½.
    Second(bool),
}

/// The trees of a node of any of these operators.
pub(super) fn ensemble(n: &Node) -> Import<Ensemble> {
    match n.op.as_str() {
        "TreeEnsembleRegressor" => {
            let targets = n.int_or("n_targets", 1)?;
            let targets = usize::try_from(targets).ok().filter(|t| *t > 0 && *t < 1 << 16);
            classic(n, "target", targets.ok_or_else(|| Fault::new("`n_targets` is not positive"))?)
        }
        "TreeEnsembleClassifier" => {
            classic(n, "class", Classes::read(n, "classlabels_int64s")?.labels.len())
        }
        "TreeEnsemble" => modern(n),
        _ => refuse("it is no tree ensemble"),
    }
}

fn base(n: &Node, targets: usize) -> Import<Vec<f64>> {
    let given = if n.op == "TreeEnsemble" { None } else { numbers(n, "base_values")? };
    match given {
        None => Ok(vec![0.0; targets]),
        Some(b) if b.len() == targets => Ok(b),
        Some(b) => refuse(format!("there are {} base values for {targets} scores", b.len())),
    }
}

/// What a classifier makes of its weights: the trees, base values, and how two scores follow from
/// one.
fn binary(n: &Node, mut e: Ensemble) -> Import<(Ensemble, Vec<f64>, Pair)> {
    let given = e.given();
    let only = (e.targets == 2 && given.len() == 1).then(|| given.first().copied()).flatten();
    let Some(class) = only else {
        let base = base(n, e.targets)?;
        return Ok((e, base, Pair::No));
    };
    let leaves = e.trees.iter_mut().flatten().filter_map(|s| match s {
        super::ensemble::Step::Leaf(values) => Some(values),
        super::ensemble::Step::Branch { .. } => None,
    });
    let mut positive = true;
    leaves.flatten().for_each(|(k, v)| {
        *k = 0;
        positive &= *v >= 0.0;
    });
    e.targets = 1;
    let base = numbers(n, "base_values")?.unwrap_or_default();
    if base.len() > 1 {
        return refuse("two base values for weights of one class are not supported");
    }
    Ok(match (class, positive) {
        (0, true) => (e, vec![base.first().copied().unwrap_or(0.0)], Pair::Probability),
        (0, false) => (e, vec![base.first().copied().unwrap_or(0.0)], Pair::Margin),
        // There a base value would belong to the first class, which has no score.
        (_, positive) => (e, vec![0.0], Pair::Second(positive)),
    })
}

/// The samples of x, at the precision that it has.
pub(super) fn samples(x: &Tensor) -> Import<Vec<Vec<f64>>> {
    let [rows, features] = *x.shape() else {
        return refuse(format!("x has the shape {:?}, it must be a matrix", x.shape()));
    };
    if x.len() == 0 {
        return refuse(format!("x has the shape {:?}, without elements", x.shape()));
    }
    let single = x.element == Element::Float;
    let flat: Vec<f64> =
        x.to_floats()?.iter().map(|v| if single { f64::from(*v as f32) } else { *v }).collect();
    Ok((0..rows).map(|r| flat[r * features..(r + 1) * features].to_vec()).collect())
}

/// Rows as a tensor.
pub(super) fn matrix(rows: &[Vec<f64>], columns: usize) -> Import<Tensor> {
    matrix_of(Element::Float, rows, columns)
}

fn matrix_of(e: Element, rows: &[Vec<f64>], columns: usize) -> Import<Tensor> {
    let flat: Vec<f64> = rows.iter().flatten().copied().collect();
    let a = ArrayD::from_shape_vec(IxDyn(&[rows.len(), columns]), flat);
    Ok(Tensor::float(e, a.map_err(|e| Fault::new(e.to_string()))?))
}

/// Labels as a tensor.
pub(super) fn labels(list: &[i64]) -> Tensor {
    Tensor::int64s(list)
}

pub(super) fn regress(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let e = ensemble(n)?;
    let post = super::linear::regression(Post::read(n)?, e.targets);
    let base = base(n, e.targets)?;
    let x = args.get(0)?;
    let rows = samples(x)?;
    e.check_features(x.shape()[1])?;
    let one = |x: &Vec<f64>| {
        let scores: Vec<f64> = e.scores(x).iter().zip(&base).map(|(s, b)| s + b).collect();
        post.apply(&scores)
    };
    let y: Vec<Vec<f64>> = rows.iter().map(one).collect();
    let modern = n.op == "TreeEnsemble" && x.element.is_float();
    let element = if modern { x.element } else { Element::Float };
    Ok(vec![matrix_of(element, &y, e.targets)?])
}

pub(super) fn classify(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let classes = Classes::read(n, "classlabels_int64s")?;
    let post = Post::read(n)?;
    let (e, base, pair) = binary(n, ensemble(n)?)?;
    let x = args.get(0)?;
    let rows = samples(x)?;
    e.check_features(x.shape()[1])?;
    let given = e.given();
    let (mut places, mut out) = (vec![], vec![]);
    for x in &rows {
        let scores: Vec<f64> = e.scores(x).iter().zip(&base).map(|(s, b)| s + b).collect();
        let s = scores.first().copied().unwrap_or(0.0);
        let (place, y) = match pair {
            Pair::No => (largest(&scores, &|k| given.contains(&k)), post.apply(&scores)),
            Pair::Probability if post == Post::Logistic => {
                (usize::from(s > 0.5), post.apply(&[-s, s]))
            }
            Pair::Probability => (usize::from(s > 0.5), vec![1.0 - s, s]),
            Pair::Margin if post == Post::Logistic => (usize::from(s > 0.0), post.apply(&[-s, s])),
            Pair::Margin => (usize::from(s > 0.0), vec![-s, s]),
            Pair::Second(half) => {
                (usize::from(s > if half { 0.5 } else { 0.0 }), post.apply(&[0.0, s]))
            }
        };
        places.push(classes.labels.get(place).copied().unwrap_or(0));
        out.push(y);
    }
    refuse_probit(pair, post)?;
    Ok(vec![labels(&places), matrix(&out, classes.labels.len())?])
}

fn refuse_probit(pair: Pair, post: Post) -> Import<()> {
    if post == Post::Probit && pair != Pair::No {
        return refuse("PROBIT of two classes with weights of one is not supported");
    }
    Ok(())
}

/// Scores with base values, for every row.
fn scores(c: &mut Converter<'_>, e: &Ensemble, base: &[f64], hint: &str) -> Import<Operand> {
    let x = c.operand(0)?;
    if matches!(e.aggregate, Aggregate::Sum | Aggregate::Average) {
        return forest::write(c, hint, e, base, &x);
    }
    // Tree by tree.
    let whole = |t: &Vec<super::ensemble::Step>| {
        let one = Ensemble { trees: vec![t.clone()], targets: e.targets, ..e.clone() };
        let leaves = one.trees[0].iter().filter_map(|s| match s {
            super::ensemble::Step::Leaf(v) => Some(v),
            super::ensemble::Step::Branch { .. } => None,
        });
        let all = leaves.clone().all(|l| (0..e.targets).all(|k| l.iter().any(|(t, _)| *t == k)));
        if all {
            return Ok(one);
        }
        refuse(
            "the least or greatest of leaves that have no value for some output is not supported",
        )
    };
    let f = if e.aggregate == Aggregate::Min { "min" } else { "max" };
    let mut best: Option<Operand> = None;
    for tree in &e.trees {
        let mut one = whole(tree)?;
        one.aggregate = Aggregate::Sum;
        let y = forest::write(c, hint, &one, base, &x)?;
        best = Some(match best {
            None => y,
            Some(b) => {
                let text = each(&b.shape, |i| format!("{f}({}, {})", b.at(i), y.at(i)));
                c.local(hint, &text)?
            }
        });
    }
    best.ok_or_else(|| Fault::new("there is no tree"))
}

pub(super) fn convert_regress(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let e = ensemble(n)?;
    let post = super::linear::regression(Post::read(n)?, e.targets);
    let base = base(n, e.targets)?;
    let sums = scores(c, &e, &base, &format!("{}_scores", n.outputs[0]))?;
    let y = transform(c, post, &sums)?;
    c.alias(0, &y)
}

pub(super) fn convert_classify(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let classes = Classes::read(n, "classlabels_int64s")?;
    let post = Post::read(n)?;
    let (e, base, pair) = binary(n, ensemble(n)?)?;
    refuse_probit(pair, post)?;
    classes.warn(n, c);
    let hint = n.outputs.iter().find(|o| !o.is_empty()).map_or("scores", String::as_str);
    let s = scores(c, &e, &base, &format!("{hint}_scores"))?;
    let rows = s.shape[0];
    if pair == Pair::No {
        return general(c, &classes, post, &s, &|k| e.given().contains(&k));
    }
    let half = matches!(pair, Pair::Probability | Pair::Second(true));
    let border = if half { "(1 / 2)" } else { "0" };
    let label = each(&[rows], |i| classes.label(&format!("({}[{}, 0] > {border})", s.text, i[0])));
    c.bind(0, &label)?;
    if !c.wants(1) {
        return Ok(());
    }
    let first = |pair: Pair, s: &str| match pair {
        Pair::Probability => format!("1 - {s}"),
        Pair::Margin => format!("-{s}"),
        _ => "0".into(),
    };
    if post == Post::Logistic && !matches!(pair, Pair::Second(_)) {
        let p = logistic_of(c, &s)?;
        let text = each(&[rows], |i| {
            let p = format!("{}[{}, 0]", p.text, i[0]);
            format!("[1 - {p}, {p}]")
        });
        return c.bind(1, &text);
    }
    let text = each(&[rows], |i| {
        let s = format!("{}[{}, 0]", s.text, i[0]);
        format!("[{}, {s}]", first(pair, &s))
    });
    if !matches!(pair, Pair::Second(_)) {
        return c.bind(1, &text);
    }
    let both = c.local(&format!("{hint}_both"), &text)?;
    let y = transform(c, post, &both)?;
    c.alias(1, &y)
}

/// Labels and transformed scores where every class has its own score.
pub(super) fn general(
    c: &mut Converter<'_>,
    classes: &Classes,
    post: Post,
    s: &Operand,
    of: &dyn Fn(usize) -> bool,
) -> Import<()> {
    let rows = s.shape[0];
    let all: Vec<usize> = (0..classes.labels.len()).filter(|k| of(*k)).collect();
    if c.wants(0) {
        let own = Classes {
            labels: all.iter().map(|k| classes.labels[*k]).collect(),
            text: classes.text,
        };
        let text = each(&[rows], |i| match all.as_slice() {
            [] | [_] => format!("{}", own.labels.first().copied().unwrap_or(0)),
            // The first of equal scores wins.
            [a, b] => own.label(&format!("({0}[{1}, {b}] > {0}[{1}, {a}])", s.text, i[0])),
            all => {
                let list: Vec<String> =
                    all.iter().map(|k| format!("{}[{}, {k}]", s.text, i[0])).collect();
                own.label(&format!("argmax([{}])", list.join(", ")))
            }
        });
        c.bind(0, &text)?;
    }
    if c.wants(1) {
        let y = transform(c, post, s)?;
        c.alias(1, &y)?;
    }
    Ok(())
}
