//! **Case distinction.** An unknown takes one of few values: a bit, a small range, the position of
//! a one-hot vector, several bits together. Every case is followed by itself. If the facts of any
//! two cases contradict each other, the unknown is determined, and with it everything that follows
//! in every case.
//!
//! Proof: let two assignments agree on the inputs, hence on all determined variables. If they were
//! in different cases, the facts of both would hold of the same values. So they are in one case,
//! and what follows in it is the same.
//!
//! Where two cases are not exclusive, what has the same value in both is determined still.
//! A variable that is determined already, or a determined factor that is 0 or not, may be split
//! too: then its cases exclude each other as they stand.

use super::case::Case;
use super::exclude::excluded;
use crate::audit::engine::{Engine, Proof};
use crate::audit::form::{Poly, Var};
use crate::audit::system::Kind;
use num_traits::{ToPrimitive, Zero};
use std::collections::BTreeSet;
use zirc_circuit::Int;

/// Cases of one distinction.
const CASES: usize = 1024;
/// Cases of a distinction over several unknowns.
const JOINT: usize = 64;
/// Distinctions over several unknowns that are tried.
const TRIED: usize = 128;
/// Values of a small range.
const SMALL: usize = 16;
/// Constraints to be followed over all cases of one distinction.
const WORK: usize = 2_000_000;

/// What a case begins with.
struct Start {
    set: Vec<(Var, Int)>,
    nonzero: Vec<Var>,
}

impl Start {
    fn values(set: Vec<(Var, Int)>) -> Start {
        Start { set, nonzero: vec![] }
    }
}

/// Distinctions over one unknown.
pub(crate) fn single(e: &Engine<'_>) -> Option<Proof> {
    for g in &e.groups {
        if g.members.iter().any(|v| !e.determined[*v as usize]) {
            let starts = positions(&g.members);
            let found = distinguish(e, starts, false, "the cases of a one-hot vector");
            if let Some(mut p) = found {
                p.constraints.push(g.constraint);
                return Some(p);
            }
        }
    }
    let near = near_unknowns(e);
    for &v in &near {
        let known = e.determined[v as usize];
        if known && !e.beside_unknown(v) {
            continue;
        }
        if let Some(starts) = few(e, v) {
            let lemma = "the cases of a value in a small range";
            let found = distinguish(e, starts, known, lemma);
            if found.is_some() {
                return found;
            }
        }
    }
    // A determined factor of an unknown is 0 or not.
    near.iter().filter(|v| e.determined[**v as usize]).find_map(|&v| {
        let starts =
            vec![Start::values(vec![(v, Int::zero())]), Start { set: vec![], nonzero: vec![v] }];
        factor_of_unknown(e, v)
            .then(|| distinguish(e, starts, true, "the cases of a factor, 0 or not"))
            .flatten()
    })
}

/// Distinctions over several unknowns that constraints tie together.
pub(crate) fn joint(e: &Engine<'_>) -> Option<Proof> {
    let near = near_unknowns(e);
    let open: Vec<Var> = near.into_iter().filter(|v| !e.determined[*v as usize]).collect();
    let mut tried: BTreeSet<Vec<Var>> = BTreeSet::new();
    for &v in &open {
        let mut set = vec![v];
        let mut starts = few(e, v).unwrap_or_default();
        if starts.is_empty() {
            continue;
        }
        for w in e.tied(v) {
            let Some(more) = few(e, w).filter(|m| m.len() * starts.len() <= JOINT) else {
                continue;
            };
            if e.determined[w as usize] {
                continue;
            }
            set.push(w);
            starts = starts
                .iter()
                .flat_map(|a| {
                    more.iter().map(|b| Start::values([a.set.as_slice(), &b.set].concat()))
                })
                .collect();
        }
        set.sort_unstable();
        if set.len() < 2 || !tried.insert(set) {
            continue;
        }
        if tried.len() > TRIED {
            return None;
        }
        let found = distinguish(e, starts, false, "the cases of several small values");
        if found.is_some() {
            return found;
        }
    }
    None
}

fn positions(members: &[Var]) -> Vec<Start> {
    let at = |k: usize| {
        let value = move |(i, v): (usize, &Var)| (*v, Int::from(u8::from(i == k)));
        Start::values(members.iter().enumerate().map(value).collect())
    };
    (0..members.len()).map(at).collect()
}

/// The values of a variable in a small range.
fn few(e: &Engine<'_>, v: Var) -> Option<Vec<Start>> {
    let (lo, hi) = e.system.bounds(v)?;
    let n = (hi - lo).to_usize().filter(|n| *n < SMALL)?;
    Some((0..=n).map(|k| Start::values(vec![(v, lo + k)])).collect())
}

/// Unknowns, then determined variables beside them, in products or range checks.
fn near_unknowns(e: &Engine<'_>) -> Vec<Var> {
    let (mut open, mut beside) = (BTreeSet::new(), BTreeSet::new());
    for (k, c) in e.system.constraints.iter().enumerate() {
        if e.unknown[k] == 0 {
            continue;
        }
        for &v in &c.variables {
            if !e.determined[v as usize] {
                open.insert(v);
            } else if matches!(c.kind, Kind::Product(..)) {
                beside.insert(v);
            }
        }
    }
    open.into_iter().chain(beside).collect()
}

fn factor_of_unknown(e: &Engine<'_>, v: Var) -> bool {
    e.system.mentions[v as usize].iter().any(|&k| {
        let Kind::Product(a, b, _) = &e.system.constraints[k].kind else { return false };
        let alone = |f: &crate::audit::form::Form| matches!(f.terms[..], [(w, _)] if w == v);
        e.unknown[k] > 0 && (alone(a) || alone(b))
    })
}

fn distinguish(
    e: &Engine<'_>,
    starts: Vec<Start>,
    exclusive: bool,
    lemma: &'static str,
) -> Option<Proof> {
    let seeds: BTreeSet<Var> = starts.iter().flat_map(|s| s.set.iter().map(|x| x.0)).collect();
    let cases = followed(e, starts)?;
    // Every fact of a case is held against every one of another.
    let facts: usize = cases.iter().map(|c| c.facts.len() + 1).sum();
    if !exclusive && !e.fuel.take(facts.saturating_mul(facts)) {
        return None;
    }
    let meeting = if exclusive { vec![] } else { meeting(&cases) };
    let mut candidates: BTreeSet<Var> = match cases.first() {
        // No assignment satisfies the constraints: whatever is said of all of them holds.
        None => seeds,
        Some(c) => c.values.keys().chain(&c.opaque).copied().collect(),
    };
    candidates.retain(|v| !e.determined[*v as usize] && follows(&cases, &meeting, *v));
    if candidates.is_empty() {
        return None;
    }
    let used: BTreeSet<usize> = cases.iter().flat_map(|c| c.used.iter().copied()).collect();
    Some(Proof {
        lemma,
        variables: candidates.into_iter().collect(),
        constraints: used.into_iter().collect(),
    })
}

/// The possible ones of these cases, each followed to its end; nothing if that is too much work.
fn followed<'e, 's>(e: &'e Engine<'s>, starts: Vec<Start>) -> Option<Vec<Case<'e, 's>>> {
    let cost: usize = starts
        .iter()
        .flat_map(|s| s.set.iter().map(|(v, _)| *v).chain(s.nonzero.iter().copied()))
        .map(|v| e.system.mentions[v as usize].len())
        .sum();
    if starts.len() > CASES || cost > WORK || !e.afford(cost) {
        return None;
    }
    let mut cases = vec![];
    for s in starts {
        let mut c = Case::new(e);
        for (v, n) in s.set {
            c.set(v, Poly::constant(n));
        }
        for v in s.nonzero {
            c.assume_nonzero(&Poly::var(v));
            c.wake(v);
        }
        c.run();
        if !c.impossible {
            cases.push(c);
        }
    }
    Some(cases)
}

/// The pairs of cases that do not exclude each other.
fn meeting(cases: &[Case<'_, '_>]) -> Vec<(usize, usize)> {
    let apart = excluded(cases);
    let n = cases.len();
    let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
    pairs.filter(|&(i, j)| !apart[i][j]).collect()
}

/// Whether a variable follows in all cases, and is the same in those that meet.
fn follows(cases: &[Case<'_, '_>], meeting: &[(usize, usize)], v: Var) -> bool {
    cases.iter().all(|c| c.values.contains_key(&v) || c.opaque.contains(&v))
        && meeting.iter().all(|&(i, j)| {
            let pair = (cases[i].values.get(&v), cases[j].values.get(&v));
            matches!(pair, (Some(a), Some(b)) if a == b)
        })
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::Build;

    /// d·v = 1 − z and z·(d + v) = 0, each if wanted.
    fn is_zero(first: bool, second: bool, bit: bool) -> usize {
        let mut b = Build::default();
        let (d, z, v) = (b.given(-8, 7), b.hint(), b.hint());
        if bit {
            b.range(&[(z, 1)], 0, 0, 1);
        }
        if first {
            b.product((&[(d, 1)], 0), (&[(v, 1)], 0), (&[(z, -1)], 1));
        }
        if second {
            b.product((&[(z, 1)], 0), (&[(d, 1), (v, 1)], 0), (&[], 0));
        }
        b.open().len()
    }

    #[test]
    fn is_zero_needs_both_equations() {
        assert_eq!(is_zero(true, true, true), 0);
        assert_eq!(is_zero(true, false, true), 2);
        assert_eq!(is_zero(false, true, true), 2);
        assert_eq!(is_zero(true, true, false), 2);
    }

    /// argmax of three: m − x[k] − [k before the chosen] ≥ 0.
    fn argmax(before: i64, all: bool) -> usize {
        let mut b = Build::default();
        let x: Vec<_> = (0..3).map(|_| b.given(-8, 7)).collect();
        let s: Vec<_> = (0..3).map(|_| b.hint()).collect();
        let y: Vec<_> = (0..3).map(|_| b.other()).collect();
        for k in 0..3 {
            b.range(&[(s[k], 1)], 0, 0, 1);
            b.product((&[(s[k], 1)], 0), (&[(x[k], 1)], 0), (&[(y[k], 1)], 0));
        }
        b.zero(&[(s[0], 1), (s[1], 1), (s[2], 1)], -1);
        for (k, x) in x.iter().enumerate().take(if all { 3 } else { 2 }) {
            let mut f = vec![(y[0], 1), (y[1], 1), (y[2], 1), (*x, -1)];
            f.extend((0..=k).map(|j| (s[j], before)));
            b.range(&f, -before, 0, 15);
        }
        b.open().len()
    }

    #[test]
    fn argmax_needs_the_ties_broken_and_every_comparison() {
        assert_eq!(argmax(1, true), 0);
        assert!(argmax(0, true) > 0);
        assert!(argmax(1, false) > 0);
    }

    #[test]
    fn a_comparison_bit() {
        for (gap, open) in [(1, 0), (0, 1)] {
            // z·(b − a − gap − (a − b)) + (a − b) ≥ 0
            let mut t = Build::default();
            let (a, b, z, y) = (t.given(0, 255), t.given(0, 255), t.hint(), t.other());
            t.range(&[(z, 1)], 0, 0, 1);
            t.product((&[(z, 1)], 0), (&[(b, 2), (a, -2)], -gap), (&[(y, 1)], 0));
            t.range(&[(y, 1), (a, 1), (b, -1)], 0, 0, 255);
            assert_eq!(t.open().len(), open, "gap {gap}");
        }
    }
}
