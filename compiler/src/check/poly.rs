//! Polynomials in size generics, in a normal form: `2 * N + 1` and `N + 1 + N` are equal.

use std::collections::BTreeMap;
use std::fmt;

/// A polynomial with integer coefficients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Poly {
    /// Coefficients by monomial: the sorted names of its factors. No zero coefficient.
    terms: BTreeMap<Vec<String>, i64>,
}

/// Products beyond this many terms are not followed.
const MAX_TERMS: usize = 64;

impl Poly {
    pub(crate) fn constant(n: i64) -> Poly {
        let mut terms = BTreeMap::new();
        if n != 0 {
            terms.insert(vec![], n);
        }
        Poly { terms }
    }

    pub(crate) fn variable(name: &str) -> Poly {
        Poly { terms: BTreeMap::from([(vec![name.into()], 1)]) }
    }

    /// self + m·other; `None` on overflow.
    pub(crate) fn add(&self, other: &Poly, m: i64) -> Option<Poly> {
        let mut terms = self.terms.clone();
        for (k, v) in &other.terms {
            let e = terms.entry(k.clone()).or_insert(0);
            *e = e.checked_add(v.checked_mul(m)?)?;
        }
        terms.retain(|_, v| *v != 0);
        Some(Poly { terms })
    }

    /// self · other; `None` on overflow or when it grows too long.
    pub(crate) fn mul(&self, other: &Poly) -> Option<Poly> {
        if self.terms.len() * other.terms.len() > MAX_TERMS {
            return None;
        }
        let mut terms: BTreeMap<Vec<String>, i64> = BTreeMap::new();
        for (a, x) in &self.terms {
            for (b, y) in &other.terms {
                let mut names: Vec<String> = a.iter().chain(b).cloned().collect();
                names.sort();
                let e = terms.entry(names).or_insert(0);
                *e = e.checked_add(x.checked_mul(*y)?)?;
            }
        }
        terms.retain(|_, v| *v != 0);
        Some(Poly { terms })
    }
}

impl fmt::Display for Poly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.terms.is_empty() {
            return f.write_str("0");
        }
        // Names first, the constant last, as people write it.
        let order =
            self.terms.iter().filter(|t| !t.0.is_empty()).chain(self.terms.get_key_value(&vec![]));
        for (k, (names, c)) in order.enumerate() {
            let sign = match (k, *c < 0) {
                (0, true) => "-",
                (0, false) => "",
                (_, true) => " - ",
                (_, false) => " + ",
            };
            f.write_str(sign)?;
            let c = c.unsigned_abs();
            match (names.is_empty(), c) {
                (true, _) => write!(f, "{c}")?,
                (false, 1) => f.write_str(&names.join(" * "))?,
                (false, _) => write!(f, "{c} * {}", names.join(" * "))?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_form() {
        let n = Poly::variable("N");
        let one = Poly::constant(1);
        let a = Poly::constant(2).mul(&n).unwrap().add(&one, 1).unwrap();
        let b = n.add(&one, 1).unwrap().add(&n, 1).unwrap();
        assert_eq!(a, b);
        assert_eq!(a.to_string(), "2 * N + 1");
        assert_ne!(a, n);
        assert_eq!(n.add(&n, -1).unwrap(), Poly::constant(0));
    }
}
