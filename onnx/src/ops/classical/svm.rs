//! SVMRegressor: y = Σ cᵢ·K(sᵢ, x) + ρ; SVMClassifier: for each pair of classes a decision of the same
//! kind, whose sign is a vote.
//! <https://onnx.ai/onnx/operators/onnx_aionnxml_SVMClassifier.html>, `ai.onnx.ml` 1. Kernels:
//! LINEAR s·x, RBF e^(−γ·|s − x|²), POLY (γ·s·x + r)^d for a whole d up to 8; SIGMOID is refused.
//!
//! Layers: `exp` over the distance in steps of 1/256 up to 16, behind which the kernel is 0; `argmax`
//! over votes. The scores of a classifier are its decisions d, −d and d of two classes. With `prob_a`
//! and `prob_b` of two classes they are σ(−a·d − b) and 1 minus that, by `sigmoid`; onnxruntime
//! finds the same by an iteration that stops within 0.0025. Probabilities of more classes solve
//! equations and are refused.

use super::machine::{classifier, floats, regressor};
use super::scores::{Classes, Post, logistic, logistic_of, transform};
use super::trees::{labels, matrix, samples};
use crate::context::{Args, result_name};
use crate::context::{Converter, Expr, Operand, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;

pub(super) fn regress(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = samples(args.get(0)?)?;
    let m = regressor(n, args.get(0)?.shape()[1])?;
    let post = super::linear::regression(Post::read(n)?, 1);
    let one = n.flag("one_class", false)?;
    let sums: Vec<Vec<f64>> = x.iter().map(|x| m.decide(x)).collect();
    let y = sums.iter().map(|sums| {
        let y = post.apply(sums);
        if one { y.iter().map(|v| if *v > 0.0 { 1.0 } else { -1.0 }).collect() } else { y }
    });
    Ok(vec![matrix(&y.collect::<Vec<_>>(), 1)?, matrix(&sums, 1)?])
}

pub(super) fn convert_regress(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let m = regressor(n, c.shape(0)?[1])?;
    let y = m.write(n, c, 1)?;
    let y = transform(c, super::linear::regression(Post::read(n)?, 1), &y)?;
    if n.flag("one_class", false)? {
        return c.bind(0, &each(&y.shape, |i| format!("2 * ({} > 0) - 1", y.at(i))));
    }
    c.alias(0, &y)
}

/// The constants of the probability of the first of two classes.
fn platt(n: &Node, classes: usize) -> Import<Option<(f64, f64)>> {
    let (a, b) = (floats(n, "prob_a")?, floats(n, "prob_b")?);
    match (a.as_slice(), b.as_slice()) {
        ([], []) => Ok(None),
        ([a], [b]) if classes == 2 => Ok(Some((*a, *b))),
        _ if classes > 2 => Err(Fault::new(
            "probabilities of more than two classes are not supported: they solve equations that a runtime iterates \
             for, and stops before the end",
        )
        .help("train it without probabilities, or calibrate it with CalibratedClassifierCV")),
        _ => refuse("`prob_a` and `prob_b` must have one number each"),
    }
}

/// What may be done to the scores.
fn check(post: Post, two: bool, p: Option<(f64, f64)>) -> Import<()> {
    if two && !matches!(post, Post::None | Post::Logistic) && p.is_none() {
        return refuse("the scores of two classes can be left as they are or made LOGISTIC");
    }
    Ok(())
}

pub(super) fn classify(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let classes = Classes::read(n, "classlabels_ints")?;
    let count = classes.labels.len();
    let (post, p) = (Post::read(n)?, platt(n, count)?);
    let x = samples(args.get(0)?)?;
    let m = classifier(n, count, args.get(0)?.shape()[1])?;
    check(post, count == 2, p)?;
    let (mut places, mut out) = (vec![], vec![]);
    let (mut decisions, mut turned) = (vec![], vec![]);
    for x in &x {
        let d = m.decide(x);
        decisions.push(d.clone());
        turned.push(p.map_or(vec![-d[0]], |(a, b)| vec![-(a * d[0] + b)]));
        let mut votes = vec![0.0; count];
        let pairs = (0..count).flat_map(|i| (i + 1..count).map(move |j| (i, j)));
        pairs.zip(&d).for_each(|((i, j), d)| votes[if *d > 0.0 { i } else { j }] += 1.0);
        let mut place = super::scores::largest(&votes, &|_| true);
        let y = match (count, p) {
            (2, Some((a, b))) => {
                let first = logistic(-(a * d[0] + b));
                place = usize::from(first < 0.5);
                vec![first, 1.0 - first]
            }
            (2, None) => vec![-d[0], d[0]],
            _ => d,
        };
        places.push(classes.labels[place]);
        out.push(post.apply(&y));
    }
    let columns = if count == 2 { 2 } else { m.len() };
    let inner = [matrix(&decisions, m.len())?, matrix(&turned, 1)?];
    Ok([labels(&places), matrix(&out, columns)?].into_iter().chain(inner).collect())
}

/// Places of what is found on the way, behind the results that ONNX has.
const DECISIONS: usize = 2;
const TURNED: usize = 3;

pub(super) fn convert_classify(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let classes = Classes::read(n, "classlabels_ints")?;
    let count = classes.labels.len();
    let (post, p) = (Post::read(n)?, platt(n, count)?);
    let m = classifier(n, count, c.shape(0)?[1])?;
    check(post, count == 2, p)?;
    classes.warn(n, c);
    let d = m.write(n, c, DECISIONS)?;
    let rows = d.shape[0];
    // a·d + b, or −d.
    let turned = match p {
        Some((a, b)) => {
            let (a, b) = (c.number(a)?, c.number(b)?);
            let text = each(&d.shape, |i| -&(&(&d.at(i) * &a.expr()) + &b.expr()));
            Some(Operand { tensor: result_name(n, TURNED), ..c.local("platt", &text)? })
        }
        None => None,
    };
    let zero = Expr::int(0);
    let label = each(&[rows], |i| {
        let of = |x: &Operand| x.expr().at(&[&*i[0], "0"]);
        let place = match (&turned, count) {
            // The first class if its probability is not below 1/2.
            (Some(t), 2) => of(t).compare(">=", &zero).not(),
            (None, 2) => of(&d).compare(">", &zero).not(),
            _ => Expr::call("argmax", [&Expr::list(&votes(count, &d, &i[0]))]),
        };
        classes.label(&place)
    });
    c.bind(0, &label)?;
    if !c.wants(1) {
        return Ok(());
    }
    let scores = match (&turned, count) {
        (Some(t), _) => {
            let p = logistic_of(c, t)?;
            c.local("probabilities", &both(rows, &p, |p| Expr::list([p, &p.not()])))?
        }
        (None, 2) => c.local("decisions", &both(rows, &d, |d| Expr::list([&-d, d])))?,
        _ => d,
    };
    let y = transform(c, post, &scores)?;
    c.alias(1, &y)
}

/// Scores of two classes for each row, from the one number that it has.
fn both(rows: usize, x: &Operand, f: impl Fn(&Expr) -> Expr) -> String {
    each(&[rows], |i| f(&x.expr().at(&[&*i[0], "0"])))
}

/// For each class how many decisions of row `i` are for it, as sums of truth values.
fn votes(count: usize, decisions: &Operand, i: &str) -> Vec<Expr> {
    let pairs = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b)));
    let mut votes: Vec<Vec<Expr>> = vec![vec![]; count];
    for (k, (a, b)) in pairs.enumerate() {
        let first = decisions.expr().at(&[i, &k.to_string()]).compare(">", &Expr::int(0));
        votes[b].push(first.not());
        votes[a].push(first);
    }
    votes.iter().map(Expr::sum).collect()
}
