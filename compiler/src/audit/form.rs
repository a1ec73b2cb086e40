//! Linear forms and polynomials over scalar variables, modulo the order of the field.

use crate::number::{centred, inverse};
use num_traits::{One, Signed, Zero};
use std::collections::BTreeMap;
use zirc_circuit::Int;

/// A scalar variable of a [`super::system::System`].
pub(crate) type Var = u32;

/// Coefficients below this many bits are reduced already.
const SMALL_BITS: u64 = 250;

/// The representative with the smallest absolute value.
pub(crate) fn reduce(n: Int) -> Int {
    if n.bits() < SMALL_BITS { n } else { centred(&n) }
}

/// `Σ c·v + constant`: sorted by variable, no zero coefficient.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Form {
    pub(crate) terms: Vec<(Var, Int)>,
    pub(crate) constant: Int,
}

impl Form {
    /// Sorts and adds up.
    pub(crate) fn new(mut terms: Vec<(Var, Int)>, constant: Int) -> Form {
        terms.sort_by_key(|t| t.0);
        let mut out: Vec<(Var, Int)> = Vec::with_capacity(terms.len());
        for (v, c) in terms {
            match out.last_mut() {
                Some(last) if last.0 == v => last.1 += c,
                _ => out.push((v, c)),
            }
        }
        out.iter_mut().for_each(|t| t.1 = reduce(std::mem::take(&mut t.1)));
        out.retain(|t| !t.1.is_zero());
        Form { terms: out, constant: reduce(constant) }
    }

    pub(crate) fn is_constant(&self) -> bool {
        self.terms.is_empty()
    }

    /// Coefficient of a variable, 0 if it is not there.
    pub(crate) fn coefficient(&self, v: Var) -> Int {
        match self.terms.binary_search_by_key(&v, |t| t.0) {
            Ok(k) => self.terms[k].1.clone(),
            Err(_) => Int::zero(),
        }
    }

    /// `self·k + other·m`
    pub(crate) fn combine(&self, k: &Int, other: &Form, m: &Int) -> Form {
        let mine = self.terms.iter().map(|(v, c)| (*v, c * k));
        let theirs = other.terms.iter().map(|(v, c)| (*v, c * m));
        Form::new(mine.chain(theirs).collect(), &self.constant * k + &other.constant * m)
    }

    /// Puts a form in the place of a variable.
    pub(crate) fn substitute(&self, v: Var, by: &Form) -> Form {
        let c = self.coefficient(v);
        if c.is_zero() {
            return self.clone();
        }
        let mut rest = self.clone();
        rest.terms.retain(|t| t.0 != v);
        rest.combine(&Int::one(), by, &c)
    }
}

/// A product of variables, sorted; the empty one is 1.
pub(crate) type Monomial = Vec<Var>;

/// A polynomial under way.
#[derive(Debug)]
pub(crate) struct Sum {
    out: Poly,
    /// Terms added.
    pub(crate) work: usize,
}

impl Sum {
    pub(crate) fn new(constant: Int) -> Sum {
        Sum { out: Poly::constant(constant), work: 0 }
    }

    /// Adds `k·p`.
    pub(crate) fn add(&mut self, p: &Poly, k: &Int) {
        p.terms.iter().for_each(|(m, c)| self.add_term(m.clone(), &(c * k)));
    }

    /// Adds a term.
    pub(crate) fn add_term(&mut self, m: Monomial, c: &Int) {
        self.work += 1;
        self.out.add_term(m, c.clone());
    }

    pub(crate) fn finish(self) -> Poly {
        self.out
    }
}

/// A polynomial; no zero coefficient.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Poly {
    pub(crate) terms: BTreeMap<Monomial, Int>,
}

impl Poly {
    pub(crate) fn constant(n: Int) -> Poly {
        let mut p = Poly::default();
        p.add_term(vec![], n);
        p
    }

    pub(crate) fn var(v: Var) -> Poly {
        Poly { terms: BTreeMap::from([(vec![v], Int::one())]) }
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// Its value, if no variable is in it.
    pub(crate) fn as_constant(&self) -> Option<Int> {
        match self.terms.len() {
            0 => Some(Int::zero()),
            1 => self.terms.get(&vec![]).cloned(),
            _ => None,
        }
    }

    /// The constant term.
    pub(crate) fn offset(&self) -> Int {
        self.terms.get(&vec![]).cloned().unwrap_or_default()
    }

    pub(crate) fn add_term(&mut self, m: Monomial, c: Int) {
        use std::collections::btree_map::Entry;
        match self.terms.entry(m) {
            Entry::Vacant(slot) => {
                let c = reduce(c);
                if !c.is_zero() {
                    slot.insert(c);
                }
            }
            Entry::Occupied(mut slot) => {
                let sum = reduce(std::mem::take(slot.get_mut()) + c);
                if sum.is_zero() {
                    slot.remove();
                } else {
                    *slot.get_mut() = sum;
                }
            }
        }
    }

    pub(crate) fn add(&self, other: &Poly, k: &Int) -> Poly {
        let mut out = self.clone();
        for (m, c) in &other.terms {
            let e = out.terms.entry(m.clone()).or_default();
            *e = reduce(std::mem::take(e) + c * k);
        }
        out.terms.retain(|_, c| !c.is_zero());
        out
    }

    pub(crate) fn times(&self, k: &Int) -> Poly {
        Poly::default().add(self, k)
    }

    pub(crate) fn mul(&self, other: &Poly) -> Poly {
        let mut out = Poly::default();
        for (m, c) in &self.terms {
            for (n, d) in &other.terms {
                let mut both = [m.as_slice(), n].concat();
                both.sort_unstable();
                let e = out.terms.entry(both).or_default();
                *e = reduce(std::mem::take(e) + c * d);
            }
        }
        out.terms.retain(|_, c| !c.is_zero());
        out
    }

    /// Puts a polynomial in the place of a variable.
    pub(crate) fn substitute(&self, v: Var, by: &Poly) -> Poly {
        let mut out = Poly::default();
        for (m, c) in &self.terms {
            let rest: Monomial = m.iter().copied().filter(|x| *x != v).collect();
            let mut part = Poly { terms: BTreeMap::from([(rest, c.clone())]) };
            for _ in m.iter().filter(|x| **x == v) {
                part = part.mul(by);
            }
            out = out.add(&part, &Int::one());
        }
        out
    }

    pub(crate) fn has(&self, v: Var) -> bool {
        self.terms.keys().any(|m| m.contains(&v))
    }

    /// The variables in it.
    pub(crate) fn variables(&self) -> Vec<Var> {
        let mut all: Vec<Var> = self.terms.keys().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// `slope·v + rest` where neither has `v`; `None` if v enters with a higher power.
    pub(crate) fn linear_in(&self, v: Var) -> Option<(Poly, Poly)> {
        let (mut slope, mut rest) = (Poly::default(), Poly::default());
        for (m, c) in &self.terms {
            match m.iter().filter(|x| **x == v).count() {
                0 => rest.terms.insert(m.clone(), c.clone()),
                1 => {
                    let m = m.iter().copied().filter(|x| *x != v).collect();
                    slope.terms.insert(m, c.clone())
                }
                _ => return None,
            };
        }
        Some((slope, rest))
    }

    /// An interval of its value as an integer, with each variable in its own; `None` if one has
    /// none.
    pub(crate) fn bounds(&self, of: &dyn Fn(Var) -> Option<(Int, Int)>) -> Option<(Int, Int)> {
        let (mut lo, mut hi) = (Int::zero(), Int::zero());
        for (m, c) in &self.terms {
            let (mut a, mut b) = (Int::one(), Int::one());
            let mut k = 0;
            while k < m.len() {
                let same = m[k..].iter().take_while(|x| **x == m[k]).count();
                let (x, y) = power(&of(m[k])?, same as u32);
                let all = [&a * &x, &a * &y, &b * &x, &b * &y];
                a = all.iter().min().cloned()?;
                b = all.into_iter().max()?;
                k += same;
            }
            if c.is_negative() {
                lo += c * b;
                hi += c * a;
            } else {
                lo += c * a;
                hi += c * b;
            }
        }
        Some((lo, hi))
    }

    /// The same up to a non-zero factor: the leading coefficient is 1.
    pub(crate) fn monic(&self) -> Poly {
        match self.terms.iter().next_back() {
            None => Poly::default(),
            Some((_, c)) if c.is_one() => self.clone(),
            Some((_, c)) => self.times(&inverse(c)),
        }
    }
}

/// The interval of xⁿ.
fn power((lo, hi): &(Int, Int), n: u32) -> (Int, Int) {
    let (a, b) = (lo.pow(n), hi.pow(n));
    if n % 2 == 1 {
        return (a, b);
    }
    let least =
        if lo.is_negative() && hi.is_positive() { Int::zero() } else { a.clone().min(b.clone()) };
    (least, a.max(b))
}

impl From<&Form> for Poly {
    fn from(f: &Form) -> Poly {
        let mut terms: BTreeMap<Monomial, Int> =
            f.terms.iter().map(|(v, c)| (vec![*v], c.clone())).collect();
        if !f.constant.is_zero() {
            terms.insert(vec![], f.constant.clone());
        }
        Poly { terms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_multiply_and_substitute() {
        let (x, y) = (Poly::var(1), Poly::var(2));
        let p = x.add(&y, &Int::from(-1)).mul(&x.add(&y, &Int::one()));
        assert_eq!(p, x.mul(&x).add(&y.mul(&y), &Int::from(-1)));
        let q = p.substitute(1, &y.add(&Poly::constant(Int::one()), &Int::one()));
        assert_eq!(q, y.times(&Int::from(2)).add(&Poly::constant(Int::one()), &Int::one()));
        let bounds = |v: Var| (v < 3).then(|| (Int::from(-2), Int::from(3)));
        assert_eq!(x.mul(&x).bounds(&bounds), Some((Int::zero(), Int::from(9))));
        assert_eq!(x.mul(&y).bounds(&bounds), Some((Int::from(-6), Int::from(9))));
        assert_eq!(Poly::var(3).bounds(&bounds), None);
    }

    #[test]
    fn forms_are_reduced() {
        let p = crate::number::order();
        let f = Form::new(vec![(1, p.clone() + 2), (0, Int::from(3)), (0, Int::from(-3))], p - 1);
        assert_eq!(f, Form { terms: vec![(1, Int::from(2))], constant: Int::from(-1) });
        let g = f.substitute(1, &Form::new(vec![(4, Int::from(5))], Int::from(7)));
        assert_eq!(g, Form { terms: vec![(4, Int::from(10))], constant: Int::from(13) });
    }
}
