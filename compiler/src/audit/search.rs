//! Two assignments with the same inputs and different hints, looked for by trial with propagation.

use super::form::{Form, Var};
use super::modulus::Modulus;
use super::system::{Kind, Role, System};
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::collections::VecDeque;
use zirc_circuit::Int;

/// Two assignments that agree on the inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counterexample {
    /// The order of the field they are over; `None` for the real one.
    pub(crate) prime: Option<u64>,
    pub(crate) first: Vec<Int>,
    pub(crate) second: Vec<Int>,
}

/// What a search has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Not unique.
    Two(Counterexample),
    /// Every input was tried, every one has at most one assignment of the targets.
    Unique,
    /// Neither.
    Nothing,
}

/// Values of a range that are tried one by one.
const RANGE: u64 = 4096;
/// Inputs tried when not all can be.
const SAMPLES: usize = 160;

/// A form with coefficients in the field searched.
struct Line<E> {
    terms: Vec<(Var, E)>,
    constant: E,
}

enum Rule<E> {
    Zero(Line<E>),
    Product(Line<E>, Line<E>, Line<E>),
    Range(Line<E>, E, Int),
    Lookup(Line<E>, Line<E>, Vec<(E, E)>),
}

struct Search<'s, M: Modulus> {
    m: M,
    system: &'s System,
    rules: Vec<Rule<M::E>>,
    value: Vec<Option<M::E>>,
    trail: Vec<Var>,
    /// Search nodes left.
    fuel: u64,
    /// Whether every value that could matter was tried.
    complete: bool,
    targets: Vec<Var>,
    first: Option<Vec<M::E>>,
    second: Option<Vec<M::E>>,
    /// The values of a range, or a few of them.
    limit: u64,
}

/// Searches with every input, or with samples.
pub(crate) fn search<M: Modulus>(system: &System, m: M, targets: &[Var], fuel: u64) -> Found {
    let prime = m.order();
    let line = |f: &Form| Line {
        terms: f.terms.iter().map(|(v, c)| (*v, m.from(c))).collect(),
        constant: m.from(&f.constant),
    };
    let rules = system.constraints.iter().map(|c| match &c.kind {
        Kind::Zero(f) => Rule::Zero(line(f)),
        Kind::Product(a, b, c) => Rule::Product(line(a), line(b), line(c)),
        Kind::Range(f, lo, hi) => Rule::Range(line(f), m.from(lo), hi - lo),
        Kind::Lookup(index, out, table) => {
            let pair = |(i, x): (usize, &Int)| (m.from(&Int::from(i)), m.from(x));
            Rule::Lookup(line(index), line(out), table.iter().enumerate().map(pair).collect())
        }
    });
    let rules = rules.collect();
    let mut s = Search {
        system,
        rules,
        value: vec![None; system.variables.len()],
        trail: vec![],
        fuel,
        complete: true,
        targets: targets.to_vec(),
        first: None,
        second: None,
        limit: RANGE,
        m,
    };
    let inputs: Vec<Var> = (0..system.variables.len() as Var)
        .filter(|v| system.variables[*v as usize].role == Role::Given)
        .filter(|v| !system.mentions[*v as usize].is_empty())
        .collect();
    let sizes: Vec<Option<u64>> = inputs
        .iter()
        .map(|v| match system.bounds(*v) {
            Some((lo, hi)) => (hi - lo + Int::one()).to_u64(),
            None => prime,
        })
        .collect();
    let all = sizes.iter().try_fold(1u64, |n, s| n.checked_mul((*s)?)).filter(|n| *n <= 4096);
    let count = all.unwrap_or(SAMPLES as u64);
    let mut exhausted = all.is_some();
    for k in 0..count {
        let values = match all {
            Some(_) => s.nth(&inputs, &sizes, k),
            None => s.sample(&inputs, k),
        };
        let ok = inputs.iter().zip(values).all(|(v, x)| s.assign(*v, x));
        s.first = None;
        if ok {
            s.descend();
        }
        if let (Some(a), Some(b)) = (&s.first, &s.second) {
            let show = |v: &Vec<M::E>| v.iter().map(|x| s.m.show(x)).collect();
            return Found::Two(Counterexample { prime, first: show(a), second: show(b) });
        }
        s.undo(0);
        if s.fuel == 0 {
            exhausted = false;
            break;
        }
    }
    if exhausted && s.complete { Found::Unique } else { Found::Nothing }
}

impl<M: Modulus> Search<'_, M> {
    /// The k-th of all inputs, those near 0 first.
    fn nth(&self, inputs: &[Var], sizes: &[Option<u64>], mut k: u64) -> Vec<M::E> {
        let mut out = vec![];
        for (v, n) in inputs.iter().zip(sizes) {
            let n = n.unwrap_or(1).max(1);
            out.push(self.near_zero(*v, k % n, n));
            k /= n;
        }
        out
    }

    /// The i-th of a variable's n values: 0 first where it is one, then up, then down.
    fn near_zero(&self, v: Var, i: u64, n: u64) -> M::E {
        let (lo, hi) = match self.system.bounds(v) {
            Some(b) => b.clone(),
            None => (Int::zero(), Int::from(n) - 1),
        };
        let start = Int::zero().max(lo.clone()).min(hi.clone());
        let up = &hi - &start;
        let i = Int::from(i);
        let x = if i <= up { start + i } else { start - (i - up) };
        self.m.from(&x.max(lo))
    }

    /// Inputs to try when there are too many: ends, small values, then scattered ones.
    fn sample(&self, inputs: &[Var], k: u64) -> Vec<M::E> {
        let mut state = k.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x2545_f491_4f6c_dd1d);
        let mut draw = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut out = vec![];
        for v in inputs {
            let (lo, hi) = match self.system.bounds(*v) {
                Some(b) => b.clone(),
                None => (Int::zero(), Int::from(self.m.order().unwrap_or(1 << 40)) - 1),
            };
            let size = &hi - &lo + 1;
            let clamp = |x: Int| x.max(lo.clone()).min(hi.clone());
            let x = match k {
                0 => clamp(Int::zero()),
                1 => clamp(Int::one()),
                2 => lo.clone(),
                3 => hi.clone(),
                4 => clamp(-Int::one()),
                // Half of the rest stays close to 0, where coincidences are.
                _ if k % 2 == 1 => clamp(Int::from(draw() % 5) - 2),
                _ => &lo + Int::from(draw()) % size,
            };
            out.push(self.m.from(&x));
        }
        out
    }

    /// Sets a value and what follows; false if something is violated.
    fn assign(&mut self, v: Var, x: M::E) -> bool {
        match &self.value[v as usize] {
            Some(y) => return *y == x,
            None => {
                if !self.in_bounds(v, &x) {
                    return false;
                }
            }
        }
        self.value[v as usize] = Some(x);
        self.trail.push(v);
        let mut queue = VecDeque::from([v]);
        while let Some(v) = queue.pop_front() {
            for i in 0..self.system.mentions[v as usize].len() {
                let k = self.system.mentions[v as usize][i];
                match self.consequence(k) {
                    Err(()) => return false,
                    Ok(Some((w, x))) => {
                        if !self.in_bounds(w, &x) {
                            return false;
                        }
                        self.value[w as usize] = Some(x);
                        self.trail.push(w);
                        queue.push_back(w);
                    }
                    Ok(None) => {}
                }
            }
        }
        true
    }

    fn in_bounds(&self, v: Var, x: &M::E) -> bool {
        self.system.bounds(v).is_none_or(|(lo, hi)| self.m.within(x, &self.m.from(lo), &(hi - lo)))
    }

    fn undo(&mut self, to: usize) {
        for v in self.trail.drain(to..) {
            self.value[v as usize] = None;
        }
    }

    /// Known part, and the open terms (up to two of them).
    fn reduce(&self, l: &Line<M::E>) -> (M::E, Vec<(Var, M::E)>) {
        let mut sum = l.constant.clone();
        let mut open: Vec<(Var, M::E)> = vec![];
        for (v, c) in &l.terms {
            match &self.value[*v as usize] {
                Some(x) => sum = self.m.add(&sum, &self.m.mul(c, x)),
                None if open.len() < 2 => open.push((*v, c.clone())),
                None => {}
            }
        }
        (sum, open)
    }

    /// What one constraint says of its only open variable; an error if it is violated.
    fn consequence(&self, k: usize) -> Result<Option<(Var, M::E)>, ()> {
        let nil = self.m.from(&Int::zero());
        match &self.rules[k] {
            Rule::Zero(l) => {
                let (rest, open) = self.reduce(l);
                match &open[..] {
                    [] if rest == nil => Ok(None),
                    [] => Err(()),
                    [(v, c)] => Ok(Some((*v, self.m.neg(&self.m.div(&rest, c))))),
                    _ => Ok(None),
                }
            }
            Rule::Range(l, lo, width) => {
                let (rest, open) = self.reduce(l);
                if !open.is_empty() || self.m.within(&rest, lo, width) {
                    return Ok(None);
                }
                Err(())
            }
            Rule::Lookup(index, out, table) => {
                let ((i, open), (y, other)) = (self.reduce(index), self.reduce(out));
                if !open.is_empty() {
                    return Ok(None);
                }
                let Some((_, x)) = table.iter().find(|(k, _)| *k == i) else { return Err(()) };
                match &other[..] {
                    [] if y == *x => Ok(None),
                    [] => Err(()),
                    [(v, c)] => Ok(Some((*v, self.m.div(&self.m.sub(x, &y), c)))),
                    _ => Ok(None),
                }
            }
            Rule::Product(a, b, c) => {
                let Some((x, square, slope, rest)) = self.product(a, b, c)? else {
                    return Ok(None);
                };
                let Some(x) = x else { return if rest == nil { Ok(None) } else { Err(()) } };
                if square != nil {
                    return Ok(None);
                }
                if slope == nil {
                    return if rest == nil { Ok(None) } else { Err(()) };
                }
                Ok(Some((x, self.m.neg(&self.m.div(&rest, &slope)))))
            }
        }
    }

    /// a·b − c as a polynomial in its only open variable.
    #[allow(clippy::type_complexity)]
    fn product(
        &self,
        a: &Line<M::E>,
        b: &Line<M::E>,
        c: &Line<M::E>,
    ) -> Result<Option<(Option<Var>, M::E, M::E, M::E)>, ()> {
        let m = &self.m;
        let nil = m.from(&Int::zero());
        let ((a0, oa), (b0, ob), (c0, oc)) = (self.reduce(a), self.reduce(b), self.reduce(c));
        // A factor that is 0 makes the other one irrelevant.
        let (oa, ob) = if oa.is_empty() && a0 == nil {
            (oa, vec![])
        } else if ob.is_empty() && b0 == nil {
            (vec![], ob)
        } else {
            (oa, ob)
        };
        let mut open: Vec<Var> = [&oa, &ob, &oc].into_iter().flatten().map(|t| t.0).collect();
        open.dedup();
        open.sort_unstable();
        open.dedup();
        if open.len() > 1 || oa.len() > 1 || ob.len() > 1 || oc.len() > 1 {
            return Ok(None);
        }
        let of = |o: &[(Var, M::E)]| o.first().map_or(nil.clone(), |t| t.1.clone());
        let (a1, b1, c1) = (of(&oa), of(&ob), of(&oc));
        let square = m.mul(&a1, &b1);
        let slope = m.sub(&m.add(&m.mul(&a0, &b1), &m.mul(&a1, &b0)), &c1);
        let rest = m.sub(&m.mul(&a0, &b0), &c0);
        Ok(Some((open.first().copied(), square, slope, rest)))
    }

    /// The open variable with the fewest candidates.
    fn choose(&self) -> Option<(Var, Vec<M::E>, bool)> {
        let mut best: Option<(u64, Var)> = None;
        for v in 0..self.value.len() as Var {
            let target = self.system.variables[v as usize].role == Role::Target;
            let idle = self.system.mentions[v as usize].is_empty() && !target;
            if idle || self.value[v as usize].is_some() {
                continue;
            }
            let n = match self.system.bounds(v) {
                Some((lo, hi)) => (hi - lo).to_u64().unwrap_or(u64::MAX - 1),
                None => u64::MAX,
            };
            // Products follow from their factors; guessing them is the last resort.
            let n = if self.system.variables[v as usize].role == Role::Other {
                n.saturating_add(1 << 20)
            } else {
                n
            };
            if best.is_none_or(|b| n < b.0) {
                best = Some((n, v));
            }
        }
        // A constraint with one open variable may leave it fewer values still.
        let mut narrow: Option<(Var, Vec<M::E>)> = None;
        for k in 0..self.rules.len() {
            if let Some((v, c)) = self.candidates(k)
                && narrow.as_ref().is_none_or(|n| c.len() < n.1.len())
                && best.is_none_or(|b| (c.len() as u64) <= b.0.saturating_add(1))
            {
                narrow = Some((v, c));
            }
        }
        if let Some((v, c)) = narrow {
            return Some((v, c, true));
        }
        let (_, v) = best?;
        let (list, complete) = self.domain(v);
        Some((v, list, complete))
    }

    /// The few values that a constraint leaves its only open variable.
    fn candidates(&self, k: usize) -> Option<(Var, Vec<M::E>)> {
        let m = &self.m;
        let nil = m.from(&Int::zero());
        match &self.rules[k] {
            Rule::Zero(_) => None,
            Rule::Lookup(index, _, table) => {
                let (rest, open) = self.reduce(index);
                let [(v, c)] = &open[..] else { return None };
                let at = |i: &M::E| m.div(&m.sub(i, &rest), c);
                Some((*v, table.iter().map(|(i, _)| at(i)).collect()))
            }
            Rule::Range(l, lo, width) => {
                let width = width.to_u64().filter(|w| *w < 64)?;
                let (rest, open) = self.reduce(l);
                let [(v, c)] = &open[..] else { return None };
                let at = |t: u64| m.div(&m.sub(&m.add(lo, &m.from(&Int::from(t))), &rest), c);
                Some((*v, (0..=width).map(at).collect()))
            }
            Rule::Product(a, b, c) => {
                let (Some(v), square, _, _) = self.product(a, b, c).ok()?? else { return None };
                let (c0, oc) = self.reduce(c);
                if square == nil || c0 != nil || !oc.is_empty() {
                    return None;
                }
                let ((a0, oa), (b0, ob)) = (self.reduce(a), self.reduce(b));
                let root = |k: M::E, o: &[(Var, M::E)]| Some(m.neg(&m.div(&k, &o.first()?.1)));
                Some((v, vec![root(a0, &oa)?, root(b0, &ob)?]))
            }
        }
    }

    /// All values of a variable, or some.
    fn domain(&self, v: Var) -> (Vec<M::E>, bool) {
        let (lo, size) = match self.system.bounds(v) {
            Some((lo, hi)) => (lo.clone(), (hi - lo + Int::one()).to_u64()),
            None => (Int::zero(), self.m.order()),
        };
        if let Some(n) = size.filter(|n| *n <= self.limit) {
            return ((0..n).map(|i| self.near_zero(v, i, n)).collect(), true);
        }
        let mut some: Vec<Int> = [0, 1, -1, 2, -2, 3].map(Int::from).to_vec();
        if let Some((lo, hi)) = self.system.bounds(v) {
            some.retain(|x| x >= lo && x <= hi);
            some.extend([lo.clone(), hi.clone(), lo + 1, hi - 1]);
        } else {
            some.push(lo + 7);
        }
        some.sort_by_key(|x| (x.abs(), x.is_negative()));
        some.dedup();
        (some.iter().map(|x| self.m.from(x)).collect(), false)
    }

    /// Goes on until a second assignment of the targets is found; false to stop.
    fn descend(&mut self) -> bool {
        if self.fuel == 0 {
            self.complete = false;
            return false;
        }
        self.fuel -= 1;
        let Some((v, list, complete)) = self.choose() else {
            let found = self.found();
            return match &self.first {
                None => {
                    self.first = Some(found);
                    true
                }
                Some(one) => {
                    let differs =
                        self.targets.iter().any(|t| one[*t as usize] != found[*t as usize]);
                    if differs {
                        self.second = Some(found);
                    }
                    !differs
                }
            };
        };
        if let (Some(one), true) = (&self.first, self.settled()) {
            // The rest decides nothing that has not been seen.
            if self.targets.iter().all(|t| self.value[*t as usize].as_ref() == one.get(*t as usize))
            {
                return true;
            }
        }
        self.complete &= complete;
        let at = self.trail.len();
        for x in list {
            let go_on = if self.assign(v, x) { self.descend() } else { true };
            if !go_on {
                return false;
            }
            self.undo(at);
        }
        true
    }

    /// All values; what nothing mentions is anything in its interval.
    fn found(&self) -> Vec<M::E> {
        let value = |(v, x): (usize, &Option<M::E>)| match x {
            Some(x) => x.clone(),
            None => self.near_zero(v as Var, 0, 1),
        };
        self.value.iter().enumerate().map(value).collect()
    }

    fn settled(&self) -> bool {
        self.targets.iter().all(|t| self.value[*t as usize].is_some())
    }
}

/// Whether an assignment satisfies every constraint: the second look at what a search claims.
pub(crate) fn holds<M: Modulus>(system: &System, m: &M, values: &[Int]) -> bool {
    let at = |f: &Form| {
        f.terms.iter().fold(m.from(&f.constant), |sum, (v, c)| {
            m.add(&sum, &m.mul(&m.from(c), &m.from(&values[*v as usize])))
        })
    };
    let nil = m.from(&Int::zero());
    let inside = |v: &super::system::Variable, x: &Int| {
        v.role != Role::Given
            || v.bounds
                .as_ref()
                .is_none_or(|(lo, hi)| m.within(&m.from(x), &m.from(lo), &(hi - lo)))
    };
    system.variables.iter().zip(values).all(|(v, x)| inside(v, x))
        && system.constraints.iter().all(|c| match &c.kind {
            Kind::Zero(f) => at(f) == nil,
            Kind::Product(a, b, c) => m.mul(&at(a), &at(b)) == at(c),
            Kind::Range(f, lo, hi) => m.within(&at(f), &m.from(lo), &(hi - lo)),
            Kind::Lookup(index, out, table) => {
                let (i, y) = (at(index), at(out));
                let mut rows = table.iter().enumerate();
                rows.any(|(k, x)| m.from(&Int::from(k)) == i && m.from(x) == y)
            }
        })
}
