//! **Maximum.** If m − x_i lies in 0..=H_i for every i, the x_i determined, and a product of
//! factors m − x_i is 0 in the field, then m is determined; likewise with x_i − m (minimum).
//!
//! Proof: a field has no zero divisors, so that m = x_i for a factor i. Let m = x_i and m' = x_j be
//! two solutions. Then m − m' = m − x_j is congruent to a t in 0..=H_j and m' − m to a t' in
//! 0..=H_i, with t + t' ≡ 0. As H_i + H_j < p, both are 0.
//!
//! m − x_i lies there by a range check, or as it is a sum of parts c·v with c > 0 and every v
//! enforced to lie in 0..=h: then H_i = Σ c·h.

use crate::audit::engine::{Engine, Proof};
use crate::audit::form::{Form, Var, reduce};
use crate::audit::system::Kind;
use crate::number::order;
use num_traits::{One, Signed, Zero};
use std::collections::BTreeMap;
use zirc_circuit::Int;

/// Factors of one product.
const FACTORS: usize = 1 << 16;

/// Looks for a product that is 0.
pub(crate) fn apply(e: &Engine<'_>) -> Option<Proof> {
    let definitions = definitions(e);
    for (k, c) in e.system.constraints.iter().enumerate() {
        if e.unknown[k] == 0 {
            continue;
        }
        let (factors, mut used) = match &c.kind {
            Kind::Product(a, b, c) if c == &Form::default() => (vec![a, b], vec![k]),
            Kind::Zero(f) if f.terms.len() == 1 && f.constant.is_zero() => (vec![f], vec![k]),
            _ => continue,
        };
        let Some(all) = flatten(factors, &definitions, &mut used) else { continue };
        let Some((m, _)) = all.first().and_then(|f| e.open(f).first().copied().cloned()) else {
            continue;
        };
        if let Some(ranges) = compared(e, m, &all) {
            used.extend(ranges);
            used.sort_unstable();
            used.dedup();
            let lemma = "a maximum or minimum: one of the values, and none beyond it";
            return Some(Proof { lemma, variables: vec![m], constraints: used });
        }
    }
    None
}

/// The factors of each variable that is a product.
fn definitions<'e>(e: &'e Engine<'_>) -> BTreeMap<Var, (&'e Form, &'e Form, usize)> {
    let mut all = BTreeMap::new();
    for (k, c) in e.system.constraints.iter().enumerate() {
        if let Kind::Product(a, b, c) = &c.kind
            && let [(v, _)] = c.terms[..]
            && c.constant.is_zero()
        {
            all.entry(v).or_insert((a, b, k));
        }
    }
    all
}

/// The factors of factors.
fn flatten<'e>(
    mut stack: Vec<&'e Form>,
    definitions: &BTreeMap<Var, (&'e Form, &'e Form, usize)>,
    used: &mut Vec<usize>,
) -> Option<Vec<&'e Form>> {
    let mut all = vec![];
    while let Some(f) = stack.pop() {
        if all.len() + stack.len() > FACTORS {
            return None;
        }
        match f.terms[..] {
            [(v, _)] if f.constant.is_zero() && definitions.contains_key(&v) => {
                let (a, b, k) = definitions[&v];
                used.push(k);
                if used.len() > FACTORS {
                    return None;
                }
                stack.extend([a, b]);
            }
            _ => all.push(f),
        }
    }
    Some(all)
}

/// The range checks that compare `m` with every factor, all in the same direction.
fn compared(e: &Engine<'_>, m: Var, factors: &[&Form]) -> Option<Vec<usize>> {
    let mut checks: BTreeMap<Form, (Int, usize)> = BTreeMap::new();
    for &k in &e.system.mentions[m as usize] {
        let (f, hi) = match &e.system.constraints[k].kind {
            // f − lo in 0..=hi − lo; a check that starts above 0 is one at 0 as well.
            Kind::Range(f, lo, hi) if !lo.is_negative() => (f.clone(), hi.clone()),
            Kind::Zero(f) => match parts(e, m, f) {
                Some(sum) => sum,
                None => continue,
            },
            _ => continue,
        };
        if f.coefficient(m).abs().is_one() {
            checks.entry(f).or_insert((hi, k));
        }
    }
    let sides = [Int::one(), -Int::one()];
    sides.iter().find_map(|side| {
        let mut used = vec![];
        let mut reach = Int::zero();
        for f in factors {
            let open = e.open(f);
            let [(v, c)] = open[..] else { return None };
            if *v != m || !c.abs().is_one() {
                return None;
            }
            // ±(m − x), with the sign that the checks have
            let f = f.combine(&(c * side), &Form::default(), &Int::zero());
            let (hi, k) = checks.get(&f)?;
            reach = reach.max(hi.clone());
            used.push(*k);
        }
        (!reduce(reach.clone()).is_negative() && reach * 2 < order()).then_some(used)
    })
}

/// `f` is 0: what it says of `m` and known numbers, if the rest of it are parts of one sign, with
/// the most that they can amount to.
fn parts(e: &Engine<'_>, m: Var, f: &Form) -> Option<(Form, Int)> {
    let mut rest = vec![];
    let mut most = Int::zero();
    let mut sign: Option<Int> = None;
    for (v, c) in &f.terms {
        if *v == m || e.determined[*v as usize] {
            rest.push((*v, c.clone()));
            continue;
        }
        let (lo, hi) = e.system.bounds(*v)?;
        if lo.is_negative() || sign.get_or_insert_with(|| c.signum()) != &c.signum() {
            return None;
        }
        most += c.abs() * hi;
    }
    // rest = −Σ c·v
    let side = -sign?;
    Some((Form::new(rest, f.constant.clone()).combine(&side, &Form::default(), &Int::zero()), most))
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::Build;

    fn maximum(checked: usize, factors: usize, member: bool, side: i64) -> usize {
        let mut b = Build::default();
        let x: Vec<_> = (0..3).map(|_| b.given(-8, 7)).collect();
        let m = b.hint();
        b.range(&[(m, 1)], 0, -8, 7);
        for v in &x[..checked] {
            b.range(&[(m, side), (*v, -side)], 0, 0, 15);
        }
        if member {
            let mut last = None;
            for v in &x[..factors] {
                let f = [(m, 1), (*v, -1)];
                last = Some(match last {
                    None => f.to_vec(),
                    Some(p) => {
                        let z = b.other();
                        let p: Vec<(u32, i64)> = p;
                        b.product((&p, 0), (&f, 0), (&[(z, 1)], 0));
                        vec![(z, 1)]
                    }
                });
            }
            b.zero(&last.unwrap(), 0);
        }
        b.open().len()
    }

    #[test]
    fn every_value_is_compared_and_one_is_met() {
        assert_eq!(maximum(3, 3, true, 1), 0);
        assert_eq!(maximum(3, 3, true, -1), 0);
        assert_eq!(maximum(3, 2, true, 1), 0);
        assert_eq!(maximum(0, 3, true, 1), 1);
        assert_eq!(maximum(2, 3, true, 1), 1);
        assert_eq!(maximum(3, 3, false, 1), 1);
    }

    /// m = the larger of two given numbers, as 16·h + r above each: `weight` is that of h.
    fn by_parts(least: i64, weight: i64) -> usize {
        let mut b = Build::default();
        let x: Vec<_> = (0..2).map(|_| b.given(-8, 7)).collect();
        let m = b.hint();
        b.range(&[(m, 1)], 0, -8, 7);
        for v in &x {
            let (h, r) = (b.hint(), b.hint());
            b.range(&[(h, 1)], 0, 0, 1);
            b.range(&[(r, 1)], 0, least, 7);
            b.zero(&[(m, 1), (*v, -1), (h, -weight), (r, -1)], 0);
        }
        b.product((&[(m, 1), (x[0], -1)], 0), (&[(m, 1), (x[1], -1)], 0), (&[], 0));
        b.open().len()
    }

    #[test]
    fn a_sum_of_parts_compares() {
        assert_eq!(by_parts(0, 8), 0);
        // Parts that may be negative, or that are taken away, show nothing.
        assert_eq!(by_parts(-1, 8), 5);
        assert_eq!(by_parts(0, -8), 5);
    }
}
