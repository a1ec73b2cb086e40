//! Which variable is tried next, with which values.

use super::{Rule, Search};
use crate::audit::form::Var;
use crate::audit::modulus::Modulus;
use crate::audit::system::Role;
use num_traits::{One, Signed, ToPrimitive, Zero};
use zirc_circuit::Int;

impl<M: Modulus> Search<'_, M> {
    /// The open variable with the fewest candidates.
    pub(super) fn choose(&self) -> Option<(Var, Vec<M::E>, bool)> {
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
    pub(super) fn candidates(&self, k: usize) -> Option<(Var, Vec<M::E>)> {
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
    pub(super) fn domain(&self, v: Var) -> (Vec<M::E>, bool) {
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
}
