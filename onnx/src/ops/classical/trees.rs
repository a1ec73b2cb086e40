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

mod classifier;
mod ties;
mod told;

pub(crate) use ties::Ballot;

use super::ensemble::{Aggregate, Ensemble};
use super::forest;
use super::read::{classic, modern, numbers, targets};
use super::scores::{Classes, Post, transform};
use crate::context::Args;
use crate::context::{Converter, Family, Operand, Trees, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::tensor::{Element, Tensor};
use ndarray::{ArrayD, IxDyn};

/// The trees of a node of any of these operators.
pub(super) fn ensemble(own: Trees, n: &Node) -> Import<Ensemble> {
    match own {
        Trees::Targets => classic(n, "target", targets(n)?),
        Trees::Classes => classic(n, "class", Classes::read(n, "classlabels_int64s")?.labels.len()),
        Trees::Leaves => modern(n),
    }
}

/// The base values of a node, where its operator has them.
fn base(own: Trees, n: &Node, targets: usize) -> Import<Vec<f64>> {
    let given = if own == Trees::Leaves { None } else { numbers(n, "base_values")? };
    match given {
        None => Ok(vec![0.0; targets]),
        Some(b) if b.len() == targets => Ok(b),
        Some(b) => refuse(format!("there are {} base values for {targets} scores", b.len())),
    }
}

fn post(own: Trees, n: &Node) -> Import<Post> {
    if own == Trees::Leaves { Post::numbered(n) } else { Post::read(n) }
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

/// Whether sums are 32-bit floats where a node reads x.
fn single(x: &Tensor) -> bool {
    x.element != Element::Double
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

fn regress(own: Trees, n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let e = ensemble(own, n)?;
    let post = super::linear::regression(post(own, n)?, e.targets);
    let base = base(own, n, e.targets)?;
    let x = args.get(0)?;
    let rows = samples(x)?;
    e.check_features(x.shape()[1])?;
    e.check_values()?;
    let single = single(x);
    let one = |x: &Vec<f64>| post.apply(&e.scores(x, &base, single));
    let y: Vec<Vec<f64>> = rows.iter().map(one).collect();
    let modern = own == Trees::Leaves && x.element.is_float();
    let element = if modern { x.element } else { Element::Float };
    Ok(vec![matrix_of(element, &y, e.targets)?])
}

/// Scores with base values, for every row; of a classifier if `votes`.
fn scores(
    c: &mut Converter<'_>,
    (e, base): (&Ensemble, &[f64]),
    hint: &str,
    votes: bool,
) -> Import<Operand> {
    let x = c.operand(0)?;
    if matches!(e.aggregate, Aggregate::Sum | Aggregate::Average) {
        return forest::write(c, hint, (e, base), &x, votes);
    }
    // Tree by tree.
    let f = if e.aggregate == Aggregate::Min { "min" } else { "max" };
    let mut best: Option<Operand> = None;
    for tree in &e.trees {
        let one =
            Ensemble { trees: vec![tree.clone()], aggregate: Aggregate::Sum, targets: e.targets };
        let y = forest::write(c, hint, (&one, base), &x, votes)?;
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

fn convert_regress(own: Trees, n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let e = ensemble(own, n)?;
    let post = super::linear::regression(post(own, n)?, e.targets);
    let base = base(own, n, e.targets)?;
    told::of_trees(n, c, (&e, &base))?;
    told::of_post(own, n, c, post);
    let sums = scores(c, (&e, &base), &format!("{}_scores", n.outputs[0]), false)?;
    let y = transform(c, post, &sums)?;
    c.alias(0, &y)
}

impl Family for Trees {
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        match self {
            Trees::Classes => classifier::classify(n, a),
            own => regress(*own, n, a),
        }
    }

    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        match self {
            Trees::Classes => classifier::convert_classify(n, c),
            own => convert_regress(*own, n, c),
        }
    }
}
