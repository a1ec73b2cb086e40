//! What is known of numbers where a condition holds.
//!
//! In `if x > 0 { … } else { … }` both branches are part of the circuit, whatever x is. What the condition says of x
//! is known of x only where its branch is chosen, so that it is no interval of a tensor: it is a *fact* about a linear
//! combination of tensors, which belongs to the branch. A fact speaks of every number that contains that combination:
//! of d = y − x in 1..=9 follows that y − x + 3 lies in 4..=12, and x − y in −9..=−1.
//!
//! *Conditions* say which facts a bit stands for. They are written down where a comparison makes the bit, and found
//! by the bit's own combination, so that `let positive = x > 0; if positive { … }` and `if !(x <= 0)` say the same.

mod equation;
mod form;
mod indexed;

pub(crate) use self::equation::Around;
use self::equation::Equation;
use self::form::{contained, split};
use self::indexed::Indexed;
use crate::combination::LTerm;
use crate::interval::{Interval, both, times};
use num_traits::{One, Zero};
use zirc_circuit::{Int, TensorId};

/// A branch of an `if`, as it is elaborated.
pub(crate) type BranchId = u32;

/// A linear combination without a constant, and where its value lies, in raw steps.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    form: Vec<LTerm>,
    interval: Interval,
}

/// Facts that one bit says at most. A bit that is made of thousands of others would say as much as all of them, and so
/// would each on the way to it.
const SAID: usize = 64;

/// What holds where a bit is 1, and where it is 0.
#[derive(Clone, Debug)]
pub(crate) struct Says {
    pub(crate) yes: Vec<Fact>,
    pub(crate) no: Vec<Fact>,
}

/// A bit, and what holds where it is 1 and where it is 0.
#[derive(Clone, Debug)]
struct Condition {
    /// The bit is the form and a constant.
    bit: (Vec<LTerm>, Int),
    yes: Vec<Fact>,
    no: Vec<Fact>,
}

/// A fact and where it holds.
#[derive(Clone, Debug)]
struct Known {
    branch: BranchId,
    /// Whether it follows from the condition of that branch by itself, and from none around it.
    alone: bool,
    fact: Fact,
}

/// Which facts are asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope<'b> {
    /// Those of all of these branches.
    Of(&'b [BranchId]),
    /// Those that follow from the condition of this one.
    Alone(BranchId),
}

/// The facts of a program, each in the branch in which it holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    conditions: Indexed<Condition>,
    known: Indexed<Known>,
    /// What the bits of branches are in them.
    bits: Indexed<Known>,
    equations: Indexed<Equation>,
}

/// A point to return to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mark {
    conditions: usize,
    known: usize,
    bits: usize,
    equations: usize,
}

impl Fact {
    /// That `terms` lie in an interval; nothing of a constant.
    pub(crate) fn new(terms: &[LTerm], (lo, hi): &Interval) -> Option<Fact> {
        let (form, constant) = split(terms);
        if form.is_empty() || lo > hi {
            return None;
        }
        Some(Fact { form, interval: (lo - &constant, hi - &constant) })
    }

    /// Facts that hold together, each once, and not more of them than are looked at.
    pub(crate) fn joined(parts: [Vec<Fact>; 2]) -> Vec<Fact> {
        let mut out: Vec<Fact> = vec![];
        for f in parts.into_iter().flatten() {
            if out.len() == SAID {
                break;
            }
            if !out.iter().any(|x| x.is(&f)) {
                out.push(f);
            }
        }
        out
    }

    fn is(&self, other: &Fact) -> bool {
        let forms = self.form.iter().zip(&other.form);
        self.interval == other.interval
            && self.form.len() == other.form.len()
            && forms.into_iter().all(|(a, b)| a.alike(b) && a.factor == b.factor)
    }
}

impl Known {
    fn holds_in(&self, scope: Scope<'_>) -> bool {
        match scope {
            Scope::Of(branches) => branches.contains(&self.branch),
            Scope::Alone(b) => self.branch == b && self.alone,
        }
    }
}

/// The tensor under which a form is found by those in which it is contained.
fn first_tensor(form: &[LTerm]) -> Vec<TensorId> {
    form.iter().map(|t| t.src).min().into_iter().collect()
}

impl Facts {
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            conditions: self.conditions.len(),
            known: self.known.len(),
            bits: self.bits.len(),
            equations: self.equations.len(),
        }
    }

    pub(crate) fn roll_back(&mut self, to: Mark) {
        self.conditions.truncate(to.conditions);
        self.known.truncate(to.known);
        self.bits.truncate(to.bits);
        self.equations.truncate(to.equations);
    }

    /// Writes down what a bit says.
    pub(crate) fn says(&mut self, bit: &[LTerm], yes: Vec<Fact>, no: Vec<Fact>) {
        if !(yes.is_empty() && no.is_empty()) {
            let bit = split(bit);
            let form = bit.0.clone();
            self.conditions.push(first_tensor(&form), Condition { bit, yes, no });
        }
    }

    /// What comparisons written down since a mark say where a bit is 1, and where it is 0: all that made the same bit.
    pub(crate) fn of_bit(&self, bit: &[LTerm], since: Mark) -> (Vec<Fact>, Vec<Fact>) {
        let (form, constant) = split(bit);
        let (mut yes, mut no) = (vec![], vec![]);
        for c in self.conditions.about(&form, since.conditions) {
            let (named, start) = &c.bit;
            let Some((k, rest)) = contained(&form, named) else { continue };
            // bit = k·(b − start) + constant, for the bit b that is written down.
            if !rest.is_empty() {
                continue;
            }
            if k.is_one() && constant == *start {
                yes = Fact::joined([yes, c.yes.clone()]);
                no = Fact::joined([no, c.no.clone()]);
            }
            if (-k).is_one() && &constant + start == Int::one() {
                yes = Fact::joined([yes, c.no.clone()]);
                no = Fact::joined([no, c.yes.clone()]);
            }
        }
        (yes, no)
    }

    /// Lets facts hold in a branch.
    pub(crate) fn hold(
        &mut self,
        branch: BranchId,
        alone: bool,
        facts: impl IntoIterator<Item = Fact>,
    ) {
        for fact in facts {
            let of = first_tensor(&fact.form);
            self.known.push(of, Known { branch, alone, fact });
        }
    }

    /// Writes down which value the bit of a branch has in it. It is asked with equations alone: a bit that is read in
    /// its own branch stays one that may be 0 or 1.
    pub(crate) fn bit_of(&mut self, branch: BranchId, bit: &[LTerm]) {
        if let Some(fact) = Fact::new(bit, &(Int::one(), Int::one())) {
            self.bits.push(first_tensor(&fact.form), Known { branch, alone: true, fact });
        }
    }

    /// The interval of a sum of terms by facts written down since a mark; nothing if none speaks of it. `plain` is the
    /// interval without them.
    ///
    /// A fact about several terms is taken by itself, with what is known of each of the others; the cost is that of the
    /// facts about these tensors, times the terms.
    pub(crate) fn interval(
        &self,
        terms: &[LTerm],
        scope: Scope<'_>,
        since: Mark,
        plain: &dyn Fn(&[LTerm]) -> Interval,
    ) -> Option<Interval> {
        let (form, constant) = split(terms);
        let about = self.known.about(&form, since.known).filter(|k| k.holds_in(scope));
        let about = about.map(|k| &k.fact);
        let (single, joint): (Vec<&Fact>, Vec<&Fact>) = about.partition(|f| f.form.len() == 1);
        if single.is_empty() && joint.is_empty() {
            return None;
        }
        let mut out = each(&form, &single, plain);
        for f in joint {
            let Some((k, rest)) = contained(&form, &f.form) else { continue };
            let (lo, hi) = times(&k, &f.interval);
            let beside = each(&rest, &single, plain);
            out = both(out, &(lo + beside.0, hi + beside.1));
        }
        Some((out.0 + &constant, out.1 + constant))
    }
}

/// The interval of a form by what is known of its terms, one by one.
fn each(form: &[LTerm], single: &[&Fact], plain: &dyn Fn(&[LTerm]) -> Interval) -> Interval {
    let (mut lo, mut hi) = (Int::zero(), Int::zero());
    let mut rest = vec![];
    for t in form {
        let of = std::slice::from_ref(t);
        let known = single.iter().filter_map(|f| {
            let (k, _) = contained(of, &f.form)?;
            Some(times(&k, &f.interval))
        });
        match known.reduce(|a, b| both(a, &b)) {
            None => rest.push(t.clone()),
            Some(known) => {
                let here = both(plain(of), &known);
                lo += here.0;
                hi += here.1;
            }
        }
    }
    if !rest.is_empty() {
        let beside = plain(&rest);
        lo += beside.0;
        hi += beside.1;
    }
    (lo, hi)
}
