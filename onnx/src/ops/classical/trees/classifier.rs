//! TreeEnsembleClassifier: labels, and scores of classes.

use super::super::ensemble::{Ensemble, Step};
use super::super::read::numbers;
use super::super::scores::{Classes, Post, general, largest, logistic_of, transform};
use super::ties::Ballot;
use super::{base, ensemble, labels, matrix, samples, scores, single, told};
use crate::context::Args;
use crate::context::{Converter, Expr, Operand, Trees, each};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;

/// How the scores of two classes follow from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair {
    /// Every class has its own.
    No,
    /// 1 − s and s.
    Probability,
    /// −s and s.
    Margin,
    /// 0 and s; the flag says that the label asks for s > ½.
    Second(bool),
}

/// What a classifier makes of its weights: the trees, base values, and how two scores follow from
/// one.
pub(super) fn binary(n: &Node, mut e: Ensemble) -> Import<(Ensemble, Vec<f64>, Pair)> {
    let given = e.given();
    let only = (e.targets == 2 && given.len() == 1).then(|| given.first().copied()).flatten();
    let Some(class) = only else {
        let base = base(Trees::Classes, n, e.targets)?;
        return Ok((e, base, Pair::No));
    };
    let leaves = e.trees.iter_mut().flatten().filter_map(|s| match s {
        Step::Leaf(values) => Some(values),
        Step::Branch { .. } => None,
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

/// The classes that a label may be: a class without leaves has a score where there are base values.
pub(super) fn candidates(n: &Node, e: &Ensemble) -> Import<Vec<usize>> {
    let (given, based) = (e.given(), numbers(n, "base_values")?.is_some());
    Ok((0..e.targets).filter(|k| based || given.contains(k)).collect())
}

pub(super) fn classify(n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let classes = Classes::read(n, "classlabels_int64s")?;
    let post = Post::read(n)?;
    let (e, base, pair) = binary(n, ensemble(Trees::Classes, n)?)?;
    let x = args.get(0)?;
    let rows = samples(x)?;
    e.check_features(x.shape()[1])?;
    let (candidates, single) = (candidates(n, &e)?, single(x));
    let (mut places, mut out) = (vec![], vec![]);
    for x in &rows {
        let scores = e.scores(x, &base, single);
        let s = scores.first().copied().unwrap_or(0.0);
        let (place, y) = match pair {
            Pair::No => (largest(&scores, &|k| candidates.contains(&k)), post.apply(&scores)),
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

pub(super) fn convert_classify(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let classes = Classes::read(n, "classlabels_int64s")?;
    let post = Post::read(n)?;
    let (e, base, pair) = binary(n, ensemble(Trees::Classes, n)?)?;
    refuse_probit(pair, post)?;
    classes.warn(n, c);
    told::of_trees(n, c, (&e, &[]))?;
    if pair == Pair::No {
        told::of_label(n, c, &e, numbers(n, "base_values")?.is_some());
    }
    if Ballot::of(n).is_some_and(|b| b.halves_round_up()) {
        c.warnings.insert(format!(
            "{}: half of its trees' votes are no majority here, as the votes are counted; onnxruntime takes the second \
             class there, as its sum of 32-bit floats is a little above a half",
            n.place()
        ));
    }
    let hint = n.outputs.iter().find(|o| !o.is_empty()).map_or("scores", String::as_str);
    let s = scores(c, (&e, &base), &format!("{hint}_scores"), true)?;
    let rows = s.shape[0];
    if pair == Pair::No {
        let candidates = candidates(n, &e)?;
        return general(c, &classes, post, &s, &|k| candidates.contains(&k));
    }
    let half = matches!(pair, Pair::Probability | Pair::Second(true));
    let border = if half { Expr::atom("(1 / 2)") } else { Expr::int(0) };
    let of = |x: &Operand, i: &str| x.expr().at(&[i, "0"]);
    let label = each(&[rows], |i| classes.label(&of(&s, &i[0]).compare(">", &border)));
    c.bind(0, &label)?;
    if !c.wants(1) {
        return Ok(());
    }
    if post == Post::Logistic && !matches!(pair, Pair::Second(_)) {
        let p = logistic_of(c, &s)?;
        let text = each(&[rows], |i| {
            let p = of(&p, &i[0]);
            Expr::list([&p.not(), &p])
        });
        return c.bind(1, &text);
    }
    let text = each(&[rows], |i| {
        let s = of(&s, &i[0]);
        let first = match pair {
            Pair::Probability => s.not(),
            Pair::Margin => -&s,
            Pair::No | Pair::Second(_) => Expr::int(0),
        };
        Expr::list([&first, &s])
    });
    if !matches!(pair, Pair::Second(_)) {
        return c.bind(1, &text);
    }
    let both = c.local(&format!("{hint}_both"), &text)?;
    let y = transform(c, post, &both)?;
    c.alias(1, &y)
}
