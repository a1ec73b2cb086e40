//! One case of a case distinction: some unknowns take given values, what follows is solved, and
//! what must hold of the determined variables is collected as facts.

use crate::audit::engine::{Engine, excludes_zero};
use crate::audit::form::{Form, Poly, Sum, Var};
use crate::audit::system::Kind;
use crate::number::inverse;
use num_traits::{One, Zero};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use zirc_circuit::Int;

/// Something that holds in a case, about determined variables alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    /// The polynomial, modulo the order, lies in `lo..=hi`; it is 0 where both are.
    Within(Poly, Int, Int),
    /// The polynomial is not 0.
    NonZero(Poly),
}

/// A case under way.
pub(crate) struct Case<'e, 's> {
    e: &'e Engine<'s>,
    /// Variables that follow, as polynomials in determined ones (and in symbols).
    pub(crate) values: BTreeMap<Var, Poly>,
    /// Variables that follow in some other way.
    pub(crate) opaque: BTreeSet<Var>,
    /// Unknowns that stand for themselves.
    symbols: BTreeSet<Var>,
    pub(crate) facts: Vec<(Fact, usize)>,
    /// No assignment is in this case.
    pub(crate) impossible: bool,
    /// Constraints that had a say.
    pub(crate) used: BTreeSet<usize>,
    nonzero: BTreeSet<Poly>,
    queue: VecDeque<usize>,
    queued: BTreeSet<usize>,
    stuck: BTreeSet<usize>,
    /// Whether range checks are left alone.
    only_values: bool,
}

/// Constraints looked at in one case before it is given up.
const STEPS: usize = 20_000;
/// Work of one of them beside that of its terms.
const STEP: usize = 100;
/// Terms of a polynomial before it is left alone.
const TERMS: usize = 600;

impl<'e, 's> Case<'e, 's> {
    pub(crate) fn new(e: &'e Engine<'s>) -> Case<'e, 's> {
        Case {
            e,
            values: BTreeMap::new(),
            opaque: BTreeSet::new(),
            symbols: BTreeSet::new(),
            facts: vec![],
            impossible: false,
            used: BTreeSet::new(),
            nonzero: BTreeSet::new(),
            queue: VecDeque::new(),
            queued: BTreeSet::new(),
            stuck: BTreeSet::new(),
            only_values: false,
        }
    }

    /// For the values that follow alone: range checks, which give facts and no values, are not looked at. They
    /// may be as long as there are unknowns.
    pub(crate) fn of_values(e: &'e Engine<'s>) -> Case<'e, 's> {
        Case { only_values: true, ..Case::new(e) }
    }

    /// Lets an unknown stand for itself.
    pub(crate) fn symbol(&mut self, v: Var) {
        self.symbols.insert(v);
        self.wake(v);
    }

    /// Sets a variable.
    pub(crate) fn set(&mut self, v: Var, value: Poly) {
        self.values.insert(v, value);
        self.wake(v);
    }

    /// Assumes that a polynomial in determined variables is not 0.
    pub(crate) fn assume_nonzero(&mut self, p: &Poly) {
        self.nonzero.insert(p.monic());
    }

    /// Starts at everything that mentions a variable.
    pub(crate) fn wake(&mut self, v: Var) {
        for &k in &self.e.system.mentions[v as usize] {
            let range = matches!(self.e.system.constraints[k].kind, Kind::Range(..));
            if !(self.only_values && range) && self.queued.insert(k) {
                self.queue.push_back(k);
            }
        }
    }

    /// Follows what was set to its end.
    pub(crate) fn run(&mut self) {
        let mut steps = 0;
        loop {
            let nonzero = self.nonzero.len();
            while let Some(k) = self.queue.pop_front() {
                self.queued.remove(&k);
                steps += 1;
                if self.impossible || steps > STEPS || !self.e.fuel.take(STEP) {
                    return;
                }
                self.step(k);
            }
            if self.nonzero.len() == nonzero || self.stuck.is_empty() {
                return;
            }
            // What is not 0 may divide.
            let stuck = std::mem::take(&mut self.stuck);
            self.queue.extend(&stuck);
            self.queued.extend(stuck);
        }
    }

    fn poly(&self, f: &Form) -> Poly {
        let mut sum = Sum::new(f.constant.clone());
        for (v, c) in &f.terms {
            match self.values.get(v) {
                Some(p) => sum.add(p, c),
                None => sum.add_term(vec![*v], c),
            }
        }
        self.e.fuel.take(sum.work);
        sum.finish()
    }

    fn base(&self, v: Var) -> bool {
        self.e.determined[v as usize] || self.symbols.contains(&v)
    }

    fn unknowns(&self, p: &Poly) -> Vec<Var> {
        let all = p.variables().into_iter();
        all.filter(|v| !self.base(*v) && !self.opaque.contains(v)).collect()
    }

    /// Whether the polynomial is over determined variables and symbols alone.
    fn clear(&self, p: &Poly) -> bool {
        p.terms.keys().flatten().all(|v| self.base(*v))
    }

    fn step(&mut self, k: usize) {
        match &self.e.system.constraints[k].kind {
            Kind::Zero(f) => {
                let p = self.poly(f);
                self.equation(k, p);
            }
            Kind::Product(a, b, c) => {
                let (a, b, c) = (self.poly(a), self.poly(b), self.poly(c));
                if a.terms.len().saturating_mul(b.terms.len()) > TERMS {
                    return;
                }
                if self.never_zero(&c) {
                    self.note_nonzero(k, &a);
                    self.note_nonzero(k, &b);
                }
                if c.is_zero() && self.never_zero(&a) {
                    return self.equation(k, b);
                }
                if c.is_zero() && self.never_zero(&b) {
                    return self.equation(k, a);
                }
                self.equation(k, a.mul(&b).add(&c, &-Int::one()));
            }
            Kind::Lookup(index, out, table) => {
                let (index, out) = (self.poly(index), self.poly(out));
                if let Some(i) = index.as_constant() {
                    match usize::try_from(&i).ok().and_then(|i| table.get(i)) {
                        Some(x) => {
                            self.equation(k, out.add(&Poly::constant(x.clone()), &-Int::one()))
                        }
                        None => self.impossible = true,
                    }
                } else if self.unknowns(&index).is_empty()
                    && let [x] = self.unknowns(&out)[..]
                    && out.terms.len() == 1
                {
                    self.solve(k, x, None);
                }
            }
            Kind::Range(f, lo, hi) => {
                let p = self.poly(f);
                if self.unknowns(&p).is_empty() {
                    self.used.insert(k);
                    self.fact(Fact::Within(p, lo.clone(), hi.clone()), k);
                }
            }
        }
    }

    fn note_nonzero(&mut self, k: usize, p: &Poly) {
        if p.as_constant().is_none() && self.clear(p) && self.nonzero.insert(p.monic()) {
            self.used.insert(k);
            self.facts.push((Fact::NonZero(p.clone()), k));
        }
        if p.is_zero() {
            self.impossible = true;
        }
    }

    fn never_zero(&self, p: &Poly) -> bool {
        self.nonzero.contains(&p.monic()) || self.clear(p) && self.e.poly_never_zero(p)
    }

    /// p = 0
    fn equation(&mut self, k: usize, p: Poly) {
        let unknowns = self.unknowns(&p);
        if unknowns.is_empty() {
            if !p.is_zero() {
                self.used.insert(k);
                self.fact(Fact::Within(p, Int::zero(), Int::zero()), k);
            }
            return;
        }
        let [x] = unknowns[..] else { return self.digits(k, &p, &unknowns) };
        let Some((slope, rest)) = p.linear_in(x) else {
            if p.terms.len() == 1 && p.variables() == [x] {
                self.solve(k, x, Some(Poly::default()));
            }
            return;
        };
        if let Some(c) = slope.as_constant() {
            let value = rest.times(&-inverse(&c));
            let clear = self.clear(&value);
            return self.solve(k, x, clear.then_some(value));
        }
        if self.never_zero(&slope) {
            self.solve(k, x, None);
        } else if self.never_zero(&rest) {
            // slope·x = −rest ≠ 0
            self.note_nonzero(k, &slope);
            self.solve(k, x, None);
        } else {
            self.stuck.insert(k);
        }
    }

    /// Several unknowns at once, where their weights do not overlap.
    fn digits(&mut self, k: usize, p: &Poly, unknowns: &[Var]) {
        let mut terms: BTreeMap<Var, Int> = BTreeMap::new();
        for (m, c) in &p.terms {
            let linear = matches!(m[..], [v] if terms.insert(v, c.clone()).is_none());
            if !linear && m.iter().any(|v| unknowns.binary_search(v).is_ok()) {
                return;
            }
        }
        let terms: Vec<(Var, Int)> =
            unknowns.iter().filter_map(|v| Some((*v, terms.remove(v)?))).collect();
        let refs: Vec<&(Var, Int)> = terms.iter().collect();
        if super::radix::gap(self.e, &refs).is_none() {
            unknowns.iter().for_each(|v| self.solve(k, *v, None));
        }
    }

    fn solve(&mut self, k: usize, x: Var, value: Option<Poly>) {
        self.used.insert(k);
        match value {
            Some(p) if p.terms.len() <= TERMS => {
                self.values.insert(x, p);
            }
            _ => {
                self.opaque.insert(x);
            }
        }
        self.wake(x);
    }

    fn fact(&mut self, f: Fact, k: usize) {
        let Fact::Within(p, lo, hi) = &f else { return };
        if !self.clear(p) {
            return;
        }
        // An integer that is the polynomial's value modulo the order: p − t is a multiple of it.
        if let Some((a, b)) = self.e.system.poly_bounds(p)
            && excludes_zero(&(a - hi, b - lo))
        {
            self.impossible = true;
        }
        if lo.is_zero() && hi.is_zero() && self.never_zero(p) {
            self.impossible = true;
        }
        // What is said of a number alone has been looked at, and tells no two cases apart.
        if p.terms.keys().any(|m| !m.is_empty()) {
            self.facts.push((f, k));
        }
    }
}
