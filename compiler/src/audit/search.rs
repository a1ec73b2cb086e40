//! Two assignments with the same inputs and different hints, looked for by trial with propagation.

mod choose;
mod inputs;
mod propagate;

use super::form::{Form, Var};
use super::modulus::Modulus;
use super::system::{Kind, Role, System};
use inputs::Inputs;
use num_traits::Zero;
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
const SAMPLES: u64 = 160;

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
    let inputs = Inputs::of(system, prime);
    let mut s = Search::new(system, m, targets, fuel);
    let mut exhausted = inputs.all.is_some();
    for k in 0..inputs.all.unwrap_or(SAMPLES) {
        let values = match inputs.all {
            Some(_) => s.nth(&inputs, k),
            None => s.sample(&inputs, k),
        };
        let ok = inputs.variables.iter().zip(values).all(|(v, x)| s.assign(*v, x));
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

/// The constraints of a system in the field searched.
fn rules<M: Modulus>(system: &System, m: &M) -> Vec<Rule<M::E>> {
    let line = |f: &Form| Line {
        terms: f.terms.iter().map(|(v, c)| (*v, m.from(c))).collect(),
        constant: m.from(&f.constant),
    };
    let rule = |kind: &Kind| match kind {
        Kind::Zero(f) => Rule::Zero(line(f)),
        Kind::Product(a, b, c) => Rule::Product(line(a), line(b), line(c)),
        Kind::Range(f, lo, hi) => Rule::Range(line(f), m.from(lo), hi - lo),
        Kind::Lookup(index, out, table) => {
            let pair = |(i, x): (usize, &Int)| (m.from(&Int::from(i)), m.from(x));
            Rule::Lookup(line(index), line(out), table.iter().enumerate().map(pair).collect())
        }
    };
    system.constraints.iter().map(|c| rule(&c.kind)).collect()
}

impl<'s, M: Modulus> Search<'s, M> {
    fn new(system: &'s System, m: M, targets: &[Var], fuel: u64) -> Search<'s, M> {
        Search {
            system,
            rules: rules(system, &m),
            value: vec![None; system.variables.len()],
            trail: vec![],
            fuel,
            complete: true,
            targets: targets.to_vec(),
            first: None,
            second: None,
            limit: RANGE,
            m,
        }
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
