//! What is known of numbers where a condition holds.
//!
//! In `if x > 0 { … } else { … }` both branches are part of the circuit, whatever x is. What the condition says of x
//! is known of x only where its branch is chosen, so that it is no interval of a tensor: it is a *fact* about a linear
//! combination of tensors, which belongs to the branch. A fact speaks of every number that contains that combination:
//! of d = y − x in 1..=9 follows that y − x + 3 lies in 4..=12, and x − y in −9..=−1.
//!
//! *Conditions* say which facts a bit stands for. They are written down where a comparison makes the bit, and found
//! by the bit's own combination, so that `let positive = x > 0; if positive { … }` and `if !(x <= 0)` say the same.

use crate::number::Ratio;
use crate::range::Interval;
use crate::value::{LTerm, Num};
use num_traits::{One, Zero};
use zirc_circuit::{Int, TensorId};

/// A branch of an `if`, as it is elaborated.
pub(crate) type BranchId = u32;

/// A linear combination and where its value lies, in raw steps.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    terms: Vec<LTerm>,
    interval: Interval,
}

/// A bit, and what holds where it is 1 and where it is 0.
#[derive(Clone, Debug)]
struct Condition {
    bit: Vec<LTerm>,
    yes: Vec<Fact>,
    no: Vec<Fact>,
}

/// The facts of a program, each in the branch in which it holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    conditions: Vec<Condition>,
    known: Vec<(BranchId, Fact)>,
}

/// A branch, and whether it is seen from a hint, whose values no constraint may read.
pub(crate) type Seen = (BranchId, bool);

/// Values that were made for a branch, and need not be made again in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chosen {
    /// 1 where the branch and all around it are chosen.
    guards: Vec<(Seen, Num)>,
    /// Numbers, and what stands for them where the branch is not chosen.
    settled: Vec<(Seen, Num, Num)>,
}

impl Chosen {
    pub(crate) fn mark(&self) -> (usize, usize) {
        (self.guards.len(), self.settled.len())
    }

    pub(crate) fn roll_back(&mut self, to: (usize, usize)) {
        self.guards.truncate(to.0);
        self.settled.truncate(to.1);
    }

    pub(crate) fn guard(&self, of: Seen) -> Option<&Num> {
        self.guards.iter().find(|g| g.0 == of).map(|g| &g.1)
    }

    pub(crate) fn note_guard(&mut self, of: Seen, guard: Num) {
        self.guards.push((of, guard));
    }

    pub(crate) fn settled(&self, of: Seen, same: impl Fn(&Num) -> bool) -> Option<&Num> {
        self.settled.iter().rev().find(|s| s.0 == of && same(&s.1)).map(|s| &s.2)
    }

    pub(crate) fn note_settled(&mut self, of: Seen, number: Num, stands_for_it: Num) {
        self.settled.push((of, number, stands_for_it));
    }
}

/// A point to return to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mark {
    conditions: usize,
    known: usize,
}

/// How many facts are put together for one number.
const TOGETHER: usize = 3;
/// Conditions that are looked at: the last ones.
const REMEMBERED: usize = 1 << 8;

impl Fact {
    /// That `terms` lie in an interval; nothing of a constant.
    pub(crate) fn new(terms: &[LTerm], (lo, hi): &Interval) -> Option<Fact> {
        let (terms, constant) = split(terms);
        if terms.is_empty() || lo > hi {
            return None;
        }
        Some(Fact { terms, interval: (lo - &constant, hi - &constant) })
    }
}

impl Facts {
    pub(crate) fn mark(&self) -> Mark {
        Mark { conditions: self.conditions.len(), known: self.known.len() }
    }

    /// Forgets what was written down since a mark.
    pub(crate) fn forget(&mut self, since: Mark) {
        self.roll_back(since);
    }

    pub(crate) fn roll_back(&mut self, to: Mark) {
        self.conditions.truncate(to.conditions);
        self.known.truncate(to.known);
    }

    /// Writes down what a bit says.
    pub(crate) fn says(&mut self, bit: &[LTerm], yes: Vec<Fact>, no: Vec<Fact>) {
        if !(yes.is_empty() && no.is_empty()) {
            self.conditions.push(Condition { bit: bit.to_vec(), yes, no });
        }
    }

    /// What comparisons written down since a mark say where a bit is 1, and where it is 0.
    pub(crate) fn of_bit(&self, bit: &[LTerm], since: Mark) -> (Vec<Fact>, Vec<Fact>) {
        let conditions = &self.conditions[since.conditions.min(self.conditions.len())..];
        for c in conditions.iter().rev().take(REMEMBERED) {
            let (named, start) = split(&c.bit);
            let Some((k, rest)) = contained(bit, &named) else { continue };
            let (rest, constant) = split(&rest);
            // bit = k·(b − start) + constant, for the bit b that is written down.
            let offset = Ratio::from(constant) - &k * Ratio::from(start);
            if !rest.is_empty() {
                continue;
            }
            if k.is_one() && offset.is_zero() {
                return (c.yes.clone(), c.no.clone());
            }
            if (-&k).is_one() && offset.is_one() {
                return (c.no.clone(), c.yes.clone());
            }
        }
        (vec![], vec![])
    }

    /// Lets facts hold in a branch.
    pub(crate) fn hold(&mut self, branch: BranchId, facts: impl IntoIterator<Item = Fact>) {
        self.known.extend(facts.into_iter().map(|f| (branch, f)));
    }

    /// The interval of a sum of terms by the facts of some branches written down since a mark; nothing if none speaks of
    /// it. `plain` is the interval without them.
    pub(crate) fn interval(
        &self,
        terms: &[LTerm],
        (branches, since): (&[BranchId], Mark),
        plain: &dyn Fn(&[LTerm]) -> Interval,
    ) -> Option<Interval> {
        let known = self.known[since.known.min(self.known.len())..].iter();
        let facts: Vec<&Fact> =
            known.filter(|(b, _)| branches.contains(b)).map(|(_, f)| f).collect();
        refined(terms, &facts, plain, TOGETHER)
    }
}

/// The interval of a sum of terms by facts, so many of them together.
fn refined(
    terms: &[LTerm],
    facts: &[&Fact],
    plain: &dyn Fn(&[LTerm]) -> Interval,
    left: usize,
) -> Option<Interval> {
    if left == 0 {
        return None;
    }
    let mut out: Option<Interval> = None;
    for fact in facts {
        let Some((k, rest)) = contained(terms, &fact.terms) else { continue };
        let beside = refined(&rest, facts, plain, left - 1).unwrap_or_else(|| plain(&rest));
        let (a, b) = (&k * Ratio::from(fact.interval.0.clone()), &k * &fact.interval.1);
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        // The sum is a whole number of steps.
        let here = (a.ceil().to_integer() + beside.0, b.floor().to_integer() + beside.1);
        out = Some(match out {
            None => here,
            Some((lo, hi)) => (lo.max(here.0), hi.min(here.1)),
        });
    }
    out.filter(|(lo, hi)| lo <= hi)
}

/// The terms that depend on something, and the sum of the others.
fn split(terms: &[LTerm]) -> (Vec<LTerm>, Int) {
    let known = |t: &&LTerm| t.src == TensorId::ONE && t.weight.is_none() && t.bound.is_empty();
    let constant = terms.iter().filter(known).map(|t| &t.factor).sum();
    (terms.iter().filter(|t| !known(t)).cloned().collect(), constant)
}

/// The k with `terms = k·part + rest`, and the rest, if `part` is in them.
fn contained(terms: &[LTerm], part: &[LTerm]) -> Option<(Ratio, Vec<LTerm>)> {
    let mut factor: Option<Ratio> = None;
    let mut taken = vec![false; terms.len()];
    for p in part {
        let at = terms.iter().position(|t| t.alike(p))?;
        let k = Ratio::new(terms[at].factor.clone(), p.factor.clone());
        if k.is_zero() || factor.as_ref().is_some_and(|f| *f != k) {
            return None;
        }
        factor = Some(k);
        taken[at] = true;
    }
    let rest = terms.iter().zip(&taken).filter(|(_, t)| !**t).map(|(t, _)| t.clone()).collect();
    Some((factor?, rest))
}
