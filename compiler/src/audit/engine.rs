//! What is determined, and why: a set that grows by lemmas until none has more to say.

use super::form::{Form, Poly, Var};
use super::fuel::Fuel;
use super::lemma;
use super::system::{Kind, Role, System};
use crate::number::order;
use num_integer::Integer;
use num_traits::Zero;
use std::cell::Cell;
use std::collections::{BTreeSet, VecDeque};
use zirc_circuit::Int;

/// A step of the proof: these variables are determined, by this lemma and these constraints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proof {
    pub(crate) lemma: &'static str,
    pub(crate) variables: Vec<Var>,
    pub(crate) constraints: Vec<usize>,
}

/// The state of an audit.
pub(crate) struct Engine<'s> {
    pub(crate) system: &'s System,
    pub(crate) determined: Vec<bool>,
    /// Variables of each constraint that are not determined.
    pub(crate) unknown: Vec<usize>,
    pub(crate) proofs: Vec<Proof>,
    /// The step that determined each variable.
    pub(crate) because: Vec<Option<usize>>,
    /// Forms that are not 0, up to a factor.
    nonzero: BTreeSet<Poly>,
    /// One-hot groups, and the group of each variable.
    pub(crate) groups: Vec<lemma::one_hot::Group>,
    pub(crate) group_of: Vec<Option<usize>>,
    queue: VecDeque<usize>,
    queued: Vec<bool>,
    /// Constraints left for case distinctions.
    cases: Cell<usize>,
    /// Work left for everything.
    pub(crate) fuel: &'s Fuel,
}

/// Constraints that case distinctions may follow in one audit.
const CASES: usize = 40_000_000;
/// Unknowns beside one that are looked at.
const TIED: usize = 64;

impl<'s> Engine<'s> {
    pub(crate) fn new(system: &'s System, fuel: &'s Fuel) -> Engine<'s> {
        let n = system.variables.len();
        let determined: Vec<bool> =
            system.variables.iter().map(|v| v.role == Role::Given).collect();
        let open = |v: &&Var| !determined[**v as usize];
        let unknown: Vec<usize> =
            system.constraints.iter().map(|c| c.variables.iter().filter(open).count()).collect();
        let mut e = Engine {
            system,
            determined,
            unknown,
            proofs: vec![],
            because: vec![None; n],
            nonzero: BTreeSet::new(),
            groups: vec![],
            group_of: vec![None; n],
            queue: (0..system.constraints.len()).collect(),
            queued: vec![true; system.constraints.len()],
            cases: Cell::new(CASES),
            fuel,
        };
        e.groups = lemma::one_hot::groups(system);
        for (k, g) in e.groups.iter().enumerate() {
            g.members.iter().for_each(|v| e.group_of[*v as usize] = Some(k));
        }
        e
    }

    /// Runs until every target is determined or no lemma applies.
    pub(crate) fn run(&mut self) {
        self.local();
        while !self.done() && self.fuel.take(self.determined.len()) {
            let found = lemma::GLOBAL.iter().find_map(|l| l(self));
            match found {
                Some(p) => self.learn(p),
                None => return,
            }
            self.local();
        }
    }

    /// Whether every target is determined.
    pub(crate) fn done(&self) -> bool {
        self.open_targets().is_empty()
    }

    /// Targets that are not determined.
    pub(crate) fn open_targets(&self) -> Vec<Var> {
        let targets = self.system.variables.iter().enumerate();
        targets
            .filter(|(k, v)| v.role == Role::Target && !self.determined[*k])
            .map(|(k, _)| k as Var)
            .collect()
    }

    /// Lemmas about one constraint, wherever something changed.
    fn local(&mut self) {
        while let Some(k) = self.queue.pop_front() {
            self.queued[k] = false;
            if !self.fuel.take(self.system.constraints[k].variables.len()) {
                return;
            }
            self.note_nonzero(k);
            if self.unknown[k] == 0 {
                continue;
            }
            if let Some(p) = lemma::local(self, k) {
                self.learn(p);
            }
        }
    }

    /// Adds what a lemma has shown.
    pub(crate) fn learn(&mut self, p: Proof) {
        let step = self.proofs.len();
        for &v in &p.variables {
            if std::mem::replace(&mut self.determined[v as usize], true) {
                continue;
            }
            self.because[v as usize] = Some(step);
            for &c in &self.system.mentions[v as usize] {
                self.unknown[c] -= 1;
                if !std::mem::replace(&mut self.queued[c], true) {
                    self.queue.push_back(c);
                }
            }
        }
        self.proofs.push(p);
    }

    /// Whether there is fuel for this much work; it is spent.
    pub(crate) fn afford(&self, work: usize) -> bool {
        let left = self.cases.get().checked_sub(work + 1);
        self.cases.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Unknowns that share a constraint with a variable.
    pub(crate) fn tied(&self, v: Var) -> Vec<Var> {
        let mut all = BTreeSet::new();
        for &k in &self.system.mentions[v as usize] {
            for &w in &self.system.constraints[k].variables {
                if w != v && !self.determined[w as usize] && all.len() < TIED {
                    all.insert(w);
                }
            }
        }
        all.into_iter().collect()
    }

    /// Whether a constraint on a variable has an unknown.
    pub(crate) fn beside_unknown(&self, v: Var) -> bool {
        self.system.mentions[v as usize].iter().any(|&k| self.unknown[k] > 0)
    }

    pub(crate) fn known(&self, f: &Form) -> bool {
        f.terms.iter().all(|(v, _)| self.determined[*v as usize])
    }

    /// The terms of a form that are not determined.
    pub(crate) fn open<'f>(&self, f: &'f Form) -> Vec<&'f (Var, Int)> {
        f.terms.iter().filter(|(v, _)| !self.determined[*v as usize]).collect()
    }

    /// a·b = c with c never 0: then neither factor is.
    fn note_nonzero(&mut self, k: usize) {
        if let Kind::Product(a, b, c) = &self.system.constraints[k].kind
            && self.never_zero(c)
        {
            for f in [a, b] {
                self.nonzero.insert(Poly::from(f).monic());
            }
        }
    }

    /// Whether a form is not 0 in any satisfying assignment.
    pub(crate) fn never_zero(&self, f: &Form) -> bool {
        if f.is_constant() {
            return !f.constant.is_zero();
        }
        if self.system.form_bounds(f).is_some_and(|r| excludes_zero(&r)) {
            return true;
        }
        !self.nonzero.is_empty() && self.nonzero.contains(&Poly::from(f).monic())
            || self.ranged_off_zero(f)
    }

    /// Whether a polynomial is not 0 in any satisfying assignment.
    pub(crate) fn poly_never_zero(&self, p: &Poly) -> bool {
        if let Some(c) = p.as_constant() {
            return !c.is_zero();
        }
        self.system
            .poly_bounds(p)
            .is_some_and(|r| excludes_zero(&r) || -order() < r.0 && r.1 < order() && indivisible(p))
            || (!self.nonzero.is_empty() && self.nonzero.contains(&p.monic()))
            || Form::of_poly(p).is_some_and(|f| self.ranged_off_zero(&f))
    }

    /// A range check on the form, or on its negative, shifted by a constant, that leaves out 0.
    fn ranged_off_zero(&self, f: &Form) -> bool {
        let Some((v, _)) = f.terms.first() else { return false };
        self.system.mentions[*v as usize].iter().take(64).any(|&k| {
            let Kind::Range(g, lo, hi) = &self.system.constraints[k].kind else { return false };
            if g.terms.len() != f.terms.len() {
                return false;
            }
            [1, -1].iter().any(|&s| {
                let s = Int::from(s);
                let d = f.combine(&s, g, &Int::from(-1));
                // ±f = g + d lies in lo + d ..= hi + d
                d.is_constant() && excludes_zero(&(lo + &d.constant, hi + &d.constant))
            })
        })
    }
}

impl Form {
    /// A polynomial of degree 1 as a form.
    pub(crate) fn of_poly(p: &Poly) -> Option<Form> {
        let mut terms = vec![];
        for (m, c) in &p.terms {
            match m.as_slice() {
                [] => {}
                [v] => terms.push((*v, c.clone())),
                _ => return None,
            }
        }
        Some(Form::new(terms, p.offset()))
    }
}

/// Whether all coefficients have a common divisor that the constant term lacks: then the value is
/// no 0 among the integers.
fn indivisible(p: &Poly) -> bool {
    let offset = p.offset();
    let rest = p.terms.iter().filter(|(m, _)| !m.is_empty());
    let divisor = rest.fold(Int::zero(), |d, (_, c)| d.gcd(c));
    !divisor.is_zero() && !offset.is_multiple_of(&divisor)
}

/// Whether no multiple of the order lies in an interval.
pub(crate) fn excludes_zero((lo, hi): &(Int, Int)) -> bool {
    let p = order();
    lo.div_ceil(&p) * &p > *hi
}
