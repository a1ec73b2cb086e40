//! What follows from the values that are set.

use super::{Line, Rule, Search};
use crate::audit::form::Var;
use crate::audit::modulus::Modulus;
use num_traits::Zero;
use std::collections::VecDeque;
use zirc_circuit::Int;

impl<M: Modulus> Search<'_, M> {
    /// Sets a value and what follows; false if something is violated.
    pub(super) fn assign(&mut self, v: Var, x: M::E) -> bool {
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

    pub(super) fn in_bounds(&self, v: Var, x: &M::E) -> bool {
        self.system.bounds(v).is_none_or(|(lo, hi)| self.m.within(x, &self.m.from(lo), &(hi - lo)))
    }

    pub(super) fn undo(&mut self, to: usize) {
        for v in self.trail.drain(to..) {
            self.value[v as usize] = None;
        }
    }

    /// Known part, and the open terms (up to two of them).
    pub(super) fn reduce(&self, l: &Line<M::E>) -> (M::E, Vec<(Var, M::E)>) {
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
    pub(super) fn consequence(&self, k: usize) -> Result<Option<(Var, M::E)>, ()> {
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
    pub(super) fn product(
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
}
