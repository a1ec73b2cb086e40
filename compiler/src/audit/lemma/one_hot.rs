//! **One-hot.** Bits s_k with Σ s_k = 1, and Σ c_k·s_k determined, the c_k distinct modulo p (0 for
//! those that are not in the sum): every s_k is determined.
//!
//! Proof: there are fewer bits than p, so that the sum is 1 as an integer and exactly one s_k is 1.
//! The other sum is c_k for this k, and no other has the same.

use crate::audit::engine::{Engine, Proof};
use crate::audit::form::{Form, Var, reduce};
use crate::audit::system::{Kind, System};
use num_traits::Zero;
use std::collections::BTreeSet;
use zirc_circuit::Int;

/// Bits of which exactly one is 1.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) members: Vec<Var>,
    /// The constraint that says so.
    pub(crate) constraint: usize,
}

/// All groups of a system.
pub(crate) fn groups(system: &System) -> Vec<Group> {
    let mut all = vec![];
    for (k, c) in system.constraints.iter().enumerate() {
        let Kind::Zero(f) = &c.kind else { continue };
        let [(_, first), rest @ ..] = f.terms.as_slice() else { continue };
        let uniform = !rest.is_empty() && rest.iter().all(|t| t.1 == *first);
        if uniform
            && reduce(first + &f.constant).is_zero()
            && f.terms.iter().all(|t| system.is_bit(t.0))
        {
            all.push(Group { members: f.terms.iter().map(|t| t.0).collect(), constraint: k });
        }
    }
    all
}

/// `f`'s value is determined by constraint `k`.
pub(crate) fn apply(e: &Engine<'_>, f: &Form, k: usize) -> Option<Proof> {
    let open = e.open(f);
    let g = &e.groups[e.group_of[open.first()?.0 as usize]?];
    let members: BTreeSet<Var> = g.members.iter().copied().collect();
    if open.iter().any(|t| !members.contains(&t.0)) || k == g.constraint {
        return None;
    }
    let unknown: Vec<Var> =
        g.members.iter().copied().filter(|v| !e.determined[*v as usize]).collect();
    let distinct: BTreeSet<Int> = unknown.iter().map(|v| f.coefficient(*v)).collect();
    // A member that is determined and 1 makes the others 0; if all determined ones are 0, the
    // argument above is about the others. Either way they are determined.
    (distinct.len() == unknown.len()).then(|| Proof {
        lemma: "one-hot digits with a determined position",
        variables: unknown,
        constraints: vec![g.constraint, k],
    })
}

#[cfg(test)]
mod tests {
    use crate::audit::testing::Build;

    fn open(weights: &[i64], total: i64, ranged: bool) -> usize {
        let mut b = Build::default();
        let u = b.given(0, 99);
        let s: Vec<_> = weights.iter().map(|_| b.hint()).collect();
        for &x in s.iter().filter(|_| ranged) {
            b.range(&[(x, 1)], 0, 0, 1);
        }
        let sum: Vec<_> = s.iter().map(|&x| (x, 1)).collect();
        b.zero(&sum, -total);
        let mut at: Vec<_> = s.iter().copied().zip(weights.iter().copied()).collect();
        at.push((u, -1));
        b.zero(&at, 0);
        b.open().len()
    }

    #[test]
    fn positions() {
        assert_eq!(open(&[0, 1, 2, 3], 1, true), 0);
        assert_eq!(open(&[5, -1, 2, 3], 1, true), 0);
        // Two with one weight, two digits set, digits that are no bits.
        assert_eq!(open(&[0, 1, 1, 3], 1, true), 2);
        assert_eq!(open(&[0, 1, 2, 3], 2, true), 4);
        assert_eq!(open(&[0, 1, 2, 3], 1, false), 4);
    }
}
