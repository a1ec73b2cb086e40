//! Equations that hold everywhere, and what follows from them of sums that share elements with them.
//!
//! In a branch in which v ≥ 0 is said by the highest digit of v + 2^(n−1) = Σ 2^i·b[i], the digits from k on are no
//! more than ⌊hi / 2^k⌋ for v ≤ hi, although k to n − 2 of them could stand for more: their sum is what is left of the
//! equation, (v + 2^(n−1) − 2^(n−1)·b[n−1] − Σ_(i<k) 2^i·b[i]) / 2^k. Any multiple of the equation may be added to a
//! sum, as it is 0; tried are those that take away an element of it.
//!
//! Equations are about elements, and sums of a tensor's elements are written out for them.
//!
//! What is asked is a sum of hints alone. A hint means nothing but what is enforced of it; a product is what it is by a
//! rule which lowering may enforce in another way, that takes the interval of the product from its factors.

use super::form::{contained, split};
use super::indexed::tensors;
use super::{Facts, Mark, Scope, each};
use crate::combination::{Array, LTerm, LoopId, View};
use crate::interval::Interval;
use crate::number::Ratio;
use crate::range::walk;
use zirc_circuit::{Int, TensorId};

/// Sums of more elements are not written out: more digits than a number of the field has.
const ELEMENTS: usize = 256;
/// Multiples of an equation that are tried.
const MULTIPLES: usize = 4;
/// Equations that are tried, the last ones.
const EQUATIONS: usize = 4;

/// What is asked of the program around a sum.
pub(crate) struct Around<'a> {
    /// The interval of terms by themselves.
    pub(crate) plain: &'a dyn Fn(&[LTerm]) -> Interval,
    /// How far a loop runs.
    pub(crate) extent: &'a dyn Fn(LoopId) -> usize,
    /// Whether a tensor is a hint.
    pub(crate) hint: &'a dyn Fn(TensorId) -> bool,
}

/// Σ form + constant = 0, for integers.
#[derive(Clone, Debug)]
pub(super) struct Equation {
    form: Vec<LTerm>,
    constant: Int,
}

impl Facts {
    /// Writes down that a sum of terms is 0 as an integer, wherever it is read.
    pub(crate) fn vanishes(&mut self, terms: &[LTerm], extent: &dyn Fn(LoopId) -> usize) {
        let Some(terms) = elements(terms, extent) else { return };
        let (form, constant) = split(&terms);
        if !form.is_empty() {
            self.equations.push(tensors(&form), Equation { form, constant });
        }
    }

    /// Whether equations were written down since a mark.
    pub(crate) fn has_equations(&self, since: Mark) -> bool {
        self.equations.len() > since.equations
    }

    /// The interval of a sum of terms by equations written down since a mark and the facts of a scope.
    pub(crate) fn by_equations(
        &self,
        terms: &[LTerm],
        scope: Scope<'_>,
        since: Mark,
        around: &Around<'_>,
    ) -> Option<Interval> {
        let hint = |t: &LTerm| t.src == TensorId::ONE || (around.hint)(t.src);
        if self.equations.len() == since.equations || !terms.iter().all(hint) {
            return None;
        }
        let (form, constant) = split(&elements(terms, around.extent)?);
        let mut out: Option<Interval> = None;
        for e in self.equations.about(&form, since.equations).take(EQUATIONS) {
            for k in multiples(&form, e) {
                let here = self.beside((&form, &constant), (e, &k), scope, since, around.plain);
                out = Some(match out {
                    None => here,
                    Some(o) => (o.0.max(here.0), o.1.min(here.1)),
                });
            }
        }
        out
    }

    /// The interval of form + constant + k·0, the 0 being an equation.
    fn beside(
        &self,
        (form, constant): (&[LTerm], &Int),
        (e, k): (&Equation, &Ratio),
        scope: Scope<'_>,
        since: Mark,
        plain: &dyn Fn(&[LTerm]) -> Interval,
    ) -> Interval {
        let times = |t: &LTerm, k: &Int| LTerm { factor: &t.factor * k, ..t.clone() };
        let whole = form.iter().map(|t| times(t, k.denom()));
        let sum: Vec<LTerm> = whole.chain(e.form.iter().map(|t| times(t, k.numer()))).collect();
        let (rest, _) = split(&sum);
        let known = self.known.about(&rest, since.known);
        let known = known.chain(self.bits.about(&rest, since.bits)).filter(|k| k.holds_in(scope));
        let single: Vec<_> = known.map(|k| &k.fact).filter(|f| f.form.len() == 1).collect();
        let (lo, hi) = each(&rest, &single, plain);
        let start = constant * k.denom() + &e.constant * k.numer();
        let part = |n: Int| Ratio::new(n + &start, k.denom().clone());
        (part(lo).ceil().to_integer(), part(hi).floor().to_integer())
    }
}

/// The k for which form + k·equation lacks an element of the form.
fn multiples(form: &[LTerm], e: &Equation) -> Vec<Ratio> {
    let mut out: Vec<Ratio> = vec![];
    for t in &e.form {
        let Some((k, _)) = contained(form, std::slice::from_ref(t)) else { continue };
        if !out.contains(&-k.clone()) && out.len() < MULTIPLES {
            out.push(-k);
        }
    }
    out
}

/// The terms with all sums written out; nothing if there are too many.
fn elements(terms: &[LTerm], extent: &dyn Fn(LoopId) -> usize) -> Option<Vec<LTerm>> {
    let mut out = vec![];
    for t in terms {
        let times = t.bound.iter().try_fold(1usize, |n, &l| n.checked_mul(extent(l)))?;
        if out.len().checked_add(times)? > ELEMENTS {
            return None;
        }
        let weight = t.weight.as_ref().map(|w| &w.view);
        let step = |v: Option<&View>, l: LoopId| v.map_or(0, |v| v.stride(l));
        let dims: Vec<(usize, i64, i64)> =
            t.bound.iter().map(|&l| (extent(l), step(Some(&t.view), l), step(weight, l))).collect();
        walk(&dims, 0, &mut |at, weighed| out.push(element(t, at, weighed)));
    }
    Some(out)
}

/// The term at one place of its sum.
fn element(t: &LTerm, at: i64, weighed: i64) -> LTerm {
    let place = |v: &View, by: i64| {
        let mut v = v.clone();
        v.offset += by;
        v.loops.retain(|(l, _)| !t.bound.contains(l));
        v
    };
    let mut factor = t.factor.clone();
    let mut weight =
        t.weight.as_ref().map(|w| Array { data: w.data.clone(), view: place(&w.view, weighed) });
    if let Some(w) = &weight
        && w.view.loops.is_empty()
        && w.view.own.iter().all(|s| *s == 0)
        && let Ok(at) = usize::try_from(w.view.offset)
    {
        factor *= w.data.get(at);
        weight = None;
    }
    LTerm { src: t.src, view: place(&t.view, at), bound: vec![], factor, weight }
}
