//! LinearRegressor and LinearClassifier: scores x·Wᵀ + b and a transformation of them.
//! <https://onnx.ai/onnx/operators/onnx_aionnxml_LinearClassifier.html>, `ai.onnx.ml` 1.
//!
//! Layers: `matmul`, then as the trees. As in onnxruntime, one row of coefficients for two classes
//! makes the score s of the second: the scores are 1 − s and s, σ(−s) and σ(s) with LOGISTIC, and the
//! label tells whether s > 0; and a regressor of one target is transformed by PROBIT only.

use super::scores::{Classes, Post, general, largest, logistic_of, transform};
use super::trees::{labels, matrix, samples};
use crate::context::{Args, result_name};
use crate::context::{Converter, Expr, Operand, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};

/// Coefficients, row by row, and an intercept for each row.
struct Rows {
    rows: usize,
    features: usize,
    weights: Vec<f64>,
    bias: Vec<f64>,
}

impl Rows {
    fn read(n: &Node, rows: usize, features: usize) -> Import<Rows> {
        let floats = |name: &str| -> Import<Vec<f64>> {
            let l = n.floats(name)?.unwrap_or(&[]);
            match l.iter().find(|v| !v.is_finite()) {
                Some(v) => refuse(format!("`{name}` holds {v}")),
                None => Ok(l.iter().map(|v| f64::from(*v)).collect()),
            }
        };
        let (weights, bias) = (floats("coefficients")?, floats("intercepts")?);
        if rows.checked_mul(features) != Some(weights.len()) {
            return refuse(format!(
                "it has {} coefficients for {rows} scores of {features} features",
                weights.len()
            ));
        }
        let bias = match bias.len() {
            0 => vec![0.0; rows],
            len if len == rows => bias,
            len => return refuse(format!("it has {len} intercepts for {rows} scores")),
        };
        Ok(Rows { rows, features, weights, bias })
    }

    fn scores(&self, x: &[f64]) -> Vec<f64> {
        let one = |(row, b): (&[f64], &f64)| row.iter().zip(x).map(|(w, v)| w * v).sum::<f64>() + b;
        self.weights.chunks(self.features.max(1)).zip(&self.bias).map(one).collect()
    }

    /// The scores, which are result `place` of the node's evaluation.
    fn write(&self, n: &Node, c: &mut Converter<'_>, post: Post, place: usize) -> Import<Operand> {
        let x = c.operand(0)?;
        let w = ArrayD::from_shape_fn(IxDyn(&[self.features, self.rows]), |i| {
            self.weights.get(i[1] * self.features + i[0]).copied().unwrap_or(0.0)
        });
        let hint = n.outputs.iter().find(|o| !o.is_empty()).map_or("scores", String::as_str);
        // What the operator computes inside has a name for what calibration saw of it.
        let inner = result_name(n, place);
        // A classifier's scores stand behind its labels.
        let own = post.score_error().or_else(|| c.takes(c.output_name(place - 1)));
        let finer = c.finer_weights((c.input_name(0), &inner), &w, own);
        let bits = c.finer_bits(finer);
        let w = c.weight_of(&format!("{hint}_coefficients"), &w, Some(1), bits)?;
        let sums = c.local(&format!("{hint}_sums"), &format!("matmul({}, {})", x.text, w.text))?;
        let b = ArrayD::from_shape_fn(IxDyn(&[self.rows]), |i| self.bias[i[0]]);
        let b = c.weight_at(&format!("{hint}_intercepts"), &b, &sums.scale)?;
        let text = each(&sums.shape, |i| format!("{} + {}", sums.at(i), b.at(i)));
        let scores = c.local(&format!("{hint}_scores"), &text)?;
        Ok(Operand { tensor: inner, ..scores })
    }
}

/// Scores stand behind the results that ONNX has.
const REGRESSOR: usize = 1;
const CLASSIFIER: usize = 2;

fn targets(n: &Node) -> Import<usize> {
    let t = n.int_or("targets", 1)?;
    usize::try_from(t)
        .ok()
        .filter(|t| *t > 0)
        .ok_or_else(|| Fault::new(format!("`targets` is {t}")))
}

/// What is done to the scores of a regressor.
pub(super) fn regression(post: Post, targets: usize) -> Post {
    if targets == 1 && post != Post::Probit { Post::None } else { post }
}

pub(super) fn regress(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = samples(args.get(0)?)?;
    let rows = Rows::read(n, targets(n)?, args.get(0)?.shape()[1])?;
    let post = regression(Post::read(n)?, rows.rows);
    let scores: Vec<Vec<f64>> = x.iter().map(|x| rows.scores(x)).collect();
    let y: Vec<Vec<f64>> = scores.iter().map(|s| post.apply(s)).collect();
    let scores = matrix(&scores, rows.rows)?;
    let y = matrix(&y, rows.rows)?;
    Ok(vec![y, scores])
}

pub(super) fn convert_regress(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let rows = Rows::read(n, targets(n)?, c.shape(0)?[1])?;
    let post = regression(Post::read(n)?, rows.rows);
    let s = rows.write(n, c, post, REGRESSOR)?;
    let y = transform(c, post, &s)?;
    c.alias(0, &y)
}

/// Rows of coefficients: one for each class, or one for two.
fn classifier(n: &Node, classes: &Classes, features: usize) -> Import<Rows> {
    let given = n.floats("coefficients")?.map_or(0, <[f32]>::len);
    let one = classes.labels.len() == 2 && given == features;
    Rows::read(n, if one { 1 } else { classes.labels.len() }, features)
}

pub(super) fn classify(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let classes = Classes::read(n, "classlabels_ints")?;
    let post = Post::read(n)?;
    let x = samples(args.get(0)?)?;
    let rows = classifier(n, &classes, args.get(0)?.shape()[1])?;
    refuse_probit(&rows, post)?;
    let (mut places, mut out, mut all) = (vec![], vec![], vec![]);
    for x in &x {
        let scores = rows.scores(x);
        let s = scores[0];
        let (place, y) = match (rows.rows, post) {
            (1, Post::Logistic) => (usize::from(s > 0.0), post.apply(&[-s, s])),
            (1, _) => (usize::from(s > 0.0), vec![1.0 - s, s]),
            _ => (largest(&scores, &|_| true), post.apply(&scores)),
        };
        places.push(classes.labels[place.min(classes.labels.len() - 1)]);
        out.push(y);
        all.push(scores);
    }
    Ok(vec![labels(&places), matrix(&out, classes.labels.len())?, matrix(&all, rows.rows)?])
}

fn refuse_probit(rows: &Rows, post: Post) -> Import<()> {
    if rows.rows == 1 && post == Post::Probit {
        return refuse("PROBIT of two classes with one row of coefficients is not supported");
    }
    Ok(())
}

pub(super) fn convert_classify(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let classes = Classes::read(n, "classlabels_ints")?;
    let post = Post::read(n)?;
    let rows = classifier(n, &classes, c.shape(0)?[1])?;
    refuse_probit(&rows, post)?;
    classes.warn(n, c);
    let s = rows.write(n, c, post, CLASSIFIER)?;
    if rows.rows > 1 || classes.labels.len() == 1 {
        return general(c, &classes, post, &s, &|_| true);
    }
    let batch = s.shape[0];
    let label =
        each(&[batch], |i| classes.label(&s.expr().at(&[&*i[0], "0"]).compare(">", &Expr::int(0))));
    c.bind(0, &label)?;
    if !c.wants(1) {
        return Ok(());
    }
    let p = if post == Post::Logistic { logistic_of(c, &s)? } else { s };
    let text = each(&[batch], |i| {
        let p = p.expr().at(&[&*i[0], "0"]);
        Expr::list([&p.not(), &p])
    });
    c.bind(1, &text)
}
