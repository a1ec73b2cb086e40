//! From scores to labels and probabilities, as the classical operators do it.

use crate::context::{Converter, Expr, Operand, SCORE, each};
use crate::fault::{Import, refuse};
use crate::graph::{Node, show};
use crate::ops::elementwise::table::argument;
use crate::quantize::Fixed;
use num_traits::ToPrimitive;

/// What is done to scores at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Post {
    None,
    Softmax,
    Logistic,
    /// Softmax over scores that are not 0.
    SoftmaxZero,
    Probit,
}

impl Post {
    /// As version 5 of the domain writes it: by a number.
    pub(super) fn numbered(n: &Node) -> Import<Post> {
        Ok(match n.int_or("post_transform", 0)? {
            0 => Post::None,
            1 => Post::Softmax,
            2 => Post::Logistic,
            3 => Post::SoftmaxZero,
            4 => Post::Probit,
            k => return refuse(format!("there is no post transform {k}")),
        })
    }

    /// As every other operator has it: by a name.
    pub(super) fn read(n: &Node) -> Import<Post> {
        Ok(match n.text("post_transform")?.unwrap_or("NONE") {
            "NONE" => Post::None,
            "SOFTMAX" => Post::Softmax,
            "LOGISTIC" => Post::Logistic,
            "SOFTMAX_ZERO" => Post::SoftmaxZero,
            "PROBIT" => Post::Probit,
            other => return refuse(format!("there is no post transform `{}`", show(other))),
        })
    }

    /// The error of a score that shows in what becomes of it.
    pub(super) fn score_error(self) -> Option<f64> {
        (self != Post::None && self != Post::Probit).then_some(SCORE)
    }

    /// One sample's scores, transformed.
    pub(super) fn apply(self, scores: &[f64]) -> Vec<f64> {
        match self {
            Post::None => scores.to_vec(),
            Post::Logistic => scores.iter().map(|v| logistic(*v)).collect(),
            Post::Probit => scores.iter().map(|v| probit(*v)).collect(),
            Post::Softmax => softmax(scores, |_| true),
            Post::SoftmaxZero => softmax(scores, |v| v != 0.0),
        }
    }
}

pub(super) fn logistic(v: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-v))
}

fn softmax(scores: &[f64], keep: impl Fn(f64) -> bool) -> Vec<f64> {
    let most = scores.iter().copied().filter(|v| keep(*v)).fold(f64::NEG_INFINITY, f64::max);
    let e: Vec<f64> =
        scores.iter().map(|v| if keep(*v) { libm::exp(v - most) } else { 0.0 }).collect();
    let sum: f64 = e.iter().sum();
    e.into_iter().map(|v| if sum > 0.0 { v / sum } else { 0.0 }).collect()
}

/// √2·erf⁻¹(2p − 1), by the approximation that onnxruntime uses too.
fn probit(p: f64) -> f64 {
    let x = 2.0 * p - 1.0;
    let (l, a) = (libm::log((1.0 - x) * (1.0 + x)), 0.147);
    let v = 2.0 / (std::f64::consts::PI * a) + l / 2.0;
    let size = libm::sqrt(libm::sqrt(v * v - l / a) - v);
    std::f64::consts::SQRT_2 * if x < 0.0 { -size } else { size }
}

/// The names of the classes: integers, or as many as there are strings.
pub(super) struct Classes {
    pub(super) labels: Vec<i64>,
    /// They are strings; labels are their numbers.
    pub(super) text: bool,
}

impl Classes {
    pub(super) fn read(n: &Node, ints: &str) -> Import<Classes> {
        let (numbers, texts) = (n.ints(ints)?, n.texts("classlabels_strings")?);
        match (numbers.filter(|l| !l.is_empty()), texts.filter(|l| !l.is_empty())) {
            (Some(_), Some(_)) => refuse("it has labels of two kinds"),
            (Some(l), None) => Ok(Classes { labels: l.to_vec(), text: false }),
            (None, Some(l)) => Ok(Classes { labels: (0..l.len() as i64).collect(), text: true }),
            (None, None) => refuse("it has no labels"),
        }
    }

    /// Tells the user that a label is the number of a string.
    pub(super) fn warn(&self, n: &Node, c: &mut Converter<'_>) {
        if self.text && c.wants(0) {
            let texts = n.texts("classlabels_strings").ok().flatten().unwrap_or(&[]);
            let list: Vec<String> =
                texts.iter().take(8).enumerate().map(|(k, t)| format!("{k} {}", show(t))).collect();
            let more = if texts.len() > 8 { ", …" } else { "" };
            c.warnings.insert(format!(
                "{}: its labels are strings; here a label is the number of one: {}{more}",
                n.place(),
                list.join(", ")
            ));
        }
    }

    /// The expression of a label, given that of its place.
    pub(super) fn label(&self, place: &Expr) -> Expr {
        if self.labels.iter().copied().eq(0..self.labels.len() as i64) {
            return place.clone();
        }
        match self.labels.as_slice() {
            [a, b] => {
                let apart = Expr::int(i128::from(*b) - i128::from(*a));
                &Expr::int(*a) + &(&apart * place)
            }
            all => {
                let all: Vec<Expr> = all.iter().map(|v| Expr::int(*v)).collect();
                Expr::call("by_table", [place, &Expr::list(&all)])
            }
        }
    }
}

/// The place of the largest score, the first of several, among those in `of`.
pub(super) fn largest(scores: &[f64], of: &dyn Fn(usize) -> bool) -> usize {
    largest_by(scores, of, |a, b| a > b)
}

/// The same where something else tells whether one score is more than another.
pub(super) fn largest_by(
    scores: &[f64],
    of: &dyn Fn(usize) -> bool,
    more: fn(f64, f64) -> bool,
) -> usize {
    let mut best: Option<usize> = None;
    for k in (0..scores.len()).filter(|k| of(*k)) {
        if best.is_none_or(|b| more(scores[k], scores[b])) {
            best = Some(k);
        }
    }
    best.unwrap_or(0)
}

/// Scores that differ by more have exponentials of which the lower is nothing.
const FAR: f64 = 16.0;

/// Bits of what tables of functions read.
fn narrow_bits(c: &Converter<'_>) -> u32 {
    c.activation_bits().clamp(2, 12)
}

/// σ of every element, or another function of it, by a table.
pub(super) fn logistic_of(c: &mut Converter<'_>, x: &Operand) -> Import<Operand> {
    let bits = narrow_bits(c);
    let x = argument(c, x, bits, logistic)?;
    let y = x.image(bits, logistic);
    c.local("logistic", &x.map(&format!("sigmoid::<{y}>")))
}

/// The type of how far each score is below the largest, where scores lie so far apart that a type of theirs
/// would leave nothing of those near it.
fn distances(c: &mut Converter<'_>, post: Post, x: &Operand, bits: u32) -> Option<Fixed> {
    const WHAT: &str = "distances";
    if post != Post::Softmax || x.bits() <= u64::from(bits) {
        return None;
    }
    if let Some(t) = c.decided_inside(WHAT) {
        return Some(t);
    }
    let (lo, hi) = c.reach(x)?;
    let t = Fixed { signed: false, bits: 12, frac: 8 };
    (hi - lo > FAR).then(|| c.choose_inside(WHAT, t)).map(|()| t)
}

/// Rows of scores, transformed.
pub(super) fn transform(c: &mut Converter<'_>, post: Post, x: &Operand) -> Import<Operand> {
    let bits = narrow_bits(c);
    match post {
        Post::None => Ok(x.clone()),
        Post::Logistic => logistic_of(c, x),
        Post::Softmax | Post::SoftmaxZero => {
            let [rows, classes] = x.shape[..] else {
                return refuse(format!("its scores have the shape {:?}", x.shape));
            };
            let e = format!("fix<0..=32768, 1 / {}>", 1 << 15);
            let y = format!("fix<0..={0}, 1 / {0}>", 1u64 << bits);
            if let Some(d) = distances(c, post, x, bits) {
                // How far each is below the largest is exact first: what is much lower does no harm.
                let text = each(&[rows], |i| {
                    format!("softmax_wide::<{d}, {e}, {y}>({}[{}])", x.text, i[0])
                });
                return c.local("softmax_scores", &text);
            }
            let narrow = c.narrow(x, bits)?;
            let text = each(&[rows], |i| {
                let row = format!("{}[{}]", narrow.text, i[0]);
                if post == Post::Softmax {
                    return format!("softmax_with::<{e}, {y}>({row})");
                }
                let keep = format!("for k < {classes} {{ 1 - is_zero({}[{}, k]) }}", x.text, i[0]);
                format!("softmax_masked::<{e}, {y}>({row}, {keep})")
            });
            c.local("softmax_scores", &text)
        }
        Post::Probit => {
            let x = c.narrow(x, bits)?;
            let inside = |v: f64| v > 0.0 && v < 1.0;
            let y = x.image(bits, |v| if inside(v) { probit(v) } else { f64::NAN });
            let rows: Vec<String> = x
                .points()
                .into_iter()
                .map(|v| {
                    // Beyond 0 and 1 there is none: the ends stand for it.
                    let step = x.scale.to_f64().unwrap_or(0.5).min(0.5);
                    let v = v.clamp(step, 1.0 - step);
                    y.nearest(probit(v)).to_string()
                })
                .collect();
            let table = c.local("probit_table", &format!("[{}]", rows.join(", ")))?;
            let scale = y.scale();
            let text = each(&x.shape, |i| {
                format!(
                    "by_table({}, {}) / ({} / {})",
                    x.at(i),
                    table.text,
                    scale.denom(),
                    scale.numer()
                )
            });
            c.local("probit", &text)
        }
    }
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
        let text = each(&[rows], |i| {
            let score = |k: &usize| s.expr().at(&[&i[0], &k.to_string()]);
            match all.as_slice() {
                [] | [_] => Expr::int(own.labels.first().copied().unwrap_or(0)),
                // The first of equal scores wins.
                [a, b] => own.label(&score(b).compare(">", &score(a))),
                all => {
                    let scores: Vec<Expr> = all.iter().map(score).collect();
                    own.label(&Expr::call("argmax", [&Expr::list(&scores)]))
                }
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
