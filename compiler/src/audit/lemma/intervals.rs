//! **Intervals.** Bits s_k of which exactly one is 1, and range checks D + Σ a_k·s_k ∈ lo..=hi, all
//! with the same determined D up to its sign. Then the position k says that D, modulo the order p,
//! lies in lo − a_k ..= hi − a_k for each of the checks. If all of these intervals together span
//! fewer than p numbers, and those of two positions never meet, every s_k is determined.
//!
//! Proof: among numbers that span less than p there is one D modulo p. Two assignments that agree on
//! what is determined have the same D. In each it lies in the intersection of the intervals of the
//! chosen position, and it lies in the intersection of one position at most. A position whose
//! intersection is empty cannot be chosen.
//!
//! The case distinction shows the same, in a time that grows with the square of the digits.

use super::one_hot::Group;
use crate::audit::engine::{Engine, Proof};
use crate::audit::form::{Form, Var};
use crate::audit::system::Kind;
use crate::number::order;
use num_traits::Signed;
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::Int;

/// D, as terms without a constant, with a positive first coefficient.
type Key = Vec<(Var, Int)>;

/// What the checks on one D say of it at each position.
struct Intervals {
    at: Vec<(Int, Int)>,
    /// The span of all of them, before they were cut with each other.
    lo: Int,
    hi: Int,
    constraints: Vec<usize>,
}

/// Looks for a position that intervals determine.
pub(crate) fn apply(e: &Engine<'_>) -> Option<Proof> {
    e.groups.iter().find_map(|g| position(e, g))
}

fn position(e: &Engine<'_>, g: &Group) -> Option<Proof> {
    if g.members.iter().any(|v| e.determined[*v as usize]) {
        return None;
    }
    let mentions = |v: &Var| &e.system.mentions[*v as usize];
    if !e.afford(g.members.iter().map(|v| mentions(v).len()).sum()) {
        return None;
    }
    let around: BTreeSet<usize> = g.members.iter().flat_map(mentions).copied().collect();
    let places: BTreeMap<Var, usize> = g.members.iter().copied().zip(0..).collect();
    let mut all: BTreeMap<Key, Intervals> = BTreeMap::new();
    for k in around {
        let Kind::Range(f, lo, hi) = &e.system.constraints[k].kind else { continue };
        let Some((key, at)) = read(e, &places, f, lo, hi) else { continue };
        add(&mut all, key, at, k);
    }
    let found = all.into_values().find(Intervals::tell_positions)?;
    Some(Proof {
        lemma: "one-hot digits that say in which interval a determined number lies",
        variables: g.members.clone(),
        constraints: [vec![g.constraint], found.constraints].concat(),
    })
}

/// D, and the interval of it at each position.
fn read(
    e: &Engine<'_>,
    places: &BTreeMap<Var, usize>,
    f: &Form,
    lo: &Int,
    hi: &Int,
) -> Option<(Key, Vec<(Int, Int)>)> {
    let mut weights = vec![Int::from(0); places.len()];
    let mut rest = vec![];
    for (v, c) in &f.terms {
        match places.get(v) {
            Some(k) => weights[*k].clone_from(c),
            None if e.determined[*v as usize] => rest.push((*v, c.clone())),
            None => return None,
        }
    }
    let negative = rest.first()?.1.is_negative();
    let at = weights.iter().map(|a| {
        let (lo, hi) = (lo - &f.constant - a, hi - &f.constant - a);
        if negative { (-hi, -lo) } else { (lo, hi) }
    });
    let at = at.collect();
    if negative {
        rest.iter_mut().for_each(|t| t.1 = -&t.1);
    }
    Some((rest, at))
}

fn add(all: &mut BTreeMap<Key, Intervals>, key: Key, at: Vec<(Int, Int)>, constraint: usize) {
    let lo = at.iter().map(|i| &i.0).min().cloned().unwrap_or_default();
    let hi = at.iter().map(|i| &i.1).max().cloned().unwrap_or_default();
    match all.get_mut(&key) {
        None => {
            all.insert(key, Intervals { at, lo, hi, constraints: vec![constraint] });
        }
        Some(old) => {
            for (a, b) in old.at.iter_mut().zip(at) {
                *a = (a.0.clone().max(b.0), a.1.clone().min(b.1));
            }
            old.lo = old.lo.clone().min(lo);
            old.hi = old.hi.clone().max(hi);
            old.constraints.push(constraint);
        }
    }
}

impl Intervals {
    /// Whether no number lies in the intervals of two positions.
    fn tell_positions(&self) -> bool {
        let mut some: Vec<&(Int, Int)> = self.at.iter().filter(|i| i.0 <= i.1).collect();
        some.sort();
        &self.hi - &self.lo < order() && some.windows(2).all(|w| w[0].1 < w[1].0)
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::form::Form;
    use crate::audit::system::Kind;
    use crate::audit::testing::Build;
    use crate::number::order;
    use zirc_circuit::{Int, OriginId};

    /// x − Σ low·s ∈ 0..=longest and Σ high·s − x ∈ 0..=longest, each if wanted.
    fn bucket(low: &[i64], high: &[i64], longest: i64, wanted: (bool, bool), bits: bool) -> usize {
        let mut b = Build::default();
        let x = b.given(-8, 5000);
        let s: Vec<_> = low.iter().map(|_| b.hint()).collect();
        for &v in s.iter().filter(|_| bits) {
            b.range(&[(v, 1)], 0, 0, 1);
        }
        b.zero(&s.iter().map(|v| (*v, 1)).collect::<Vec<_>>(), -1);
        let part = |w: &[i64], sign: i64| -> Vec<_> {
            let digits = s.iter().copied().zip(w.iter().map(move |w| sign * w));
            std::iter::once((x, -sign)).chain(digits).collect()
        };
        if wanted.0 {
            b.range(&part(low, -1), 0, 0, longest);
        }
        if wanted.1 {
            b.range(&part(high, 1), 0, 0, longest);
        }
        b.open().len()
    }

    #[test]
    fn disjoint_intervals() {
        let both = (true, true);
        assert_eq!(bucket(&[-8, 11, 201], &[10, 200, 5000], 5000, both, true), 0);
        // 200 lies in two, neither of which is the first; and digits that are no bits.
        assert_eq!(bucket(&[-8, 11, 200], &[10, 200, 5000], 5000, both, true), 2);
        assert_eq!(bucket(&[-8, 11, 201], &[10, 200, 5000], 5000, both, false), 3);
        // An end each is missing.
        assert_eq!(bucket(&[-8, 11, 201], &[10, 200, 5000], 5000, (true, false), true), 3);
        assert_eq!(bucket(&[-8, 11, 201], &[10, 200, 5000], 5000, (false, true), true), 3);
        // Of one length, one end says it.
        assert_eq!(bucket(&[0, 10, 20], &[9, 19, 29], 9, (true, false), true), 0);
        assert_eq!(bucket(&[0, 10, 20], &[9, 19, 29], 10, (true, false), true), 3);
    }

    #[test]
    fn an_empty_interval_is_never_chosen() {
        // Between equal cuts: 11..=10.
        let both = (true, true);
        assert_eq!(bucket(&[-8, 11, 11, 201], &[10, 10, 200, 5000], 5000, both, true), 0);
        // 10 lies in two, and so does 11.
        assert_eq!(bucket(&[-8, 11, 10, 201], &[10, 11, 200, 5000], 5000, both, true), 3);
    }

    /// More digits than a case distinction takes.
    #[test]
    fn two_thousand_intervals() {
        let low: Vec<i64> = (0..2000).map(|k| 2 * k).collect();
        let high: Vec<i64> = low.iter().map(|l| l + 1).collect();
        assert_eq!(bucket(&low, &high, 5000, (true, true), true), 0);
    }

    /// Intervals that are disjoint as integers and the same modulo the order.
    #[test]
    fn a_span_of_the_order() {
        for (far, open) in [(Int::from(1000), 0), (order(), 2), (order() - 5, 2)] {
            let mut b = Build::default();
            let x = b.given(0, 2000);
            let s = [b.hint(), b.hint()];
            for v in s {
                b.range(&[(v, 1)], 0, 0, 1);
            }
            b.zero(&[(s[0], 1), (s[1], 1)], -1);
            let terms = vec![(x, Int::from(1)), (s[1], -far)];
            b.system.add(Kind::Range(Form::new(terms, 0.into()), 0.into(), 9.into()), OriginId(0));
            assert_eq!(b.open().len(), open);
        }
    }
}
