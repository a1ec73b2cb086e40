//! **Ordered selection.** Rows of one-hot digits choose elements of one list; the chosen ones rise
//! strictly from row to row. With determined keys κ, the row that chooses a and the next one, which
//! chooses b, satisfy κ_b − κ_a ∈ 1..=H modulo the order. Then all rows are determined if
//! - there are as many rows as elements; or
//! - one fewer, and what is left over, Σκ_j − Σκ of the chosen, lies above the last (or below the
//!   first) in the same way: sorting by a permutation; or
//! - no two keys are the same, and for every element j the key of the first row is at least κ_j
//!   unless j is chosen (or that of the last at most): the largest (or smallest) few.
//!
//! Proof: rows that rise strictly choose different elements. Write a ≺ b for κ_b − κ_a ∈ 1..=B with
//! B the sum of all H; as 2·B < p, not both a ≺ b and b ≺ a. In a solution the chosen elements rise
//! in ≺ from row to row, being sums of steps. If all are chosen (what is left over is the element
//! that no row chooses), two solutions order all elements by ≺, hence alike. Of few, let j be chosen
//! in the first solution only and k in the second only: the first gives κ_j − κ_k ∈ 0..=B, the
//! second κ_k − κ_j ∈ 0..=B, so that the keys are the same, a contradiction. The same elements are
//! then in the same order.

use super::case::Case;
use crate::audit::engine::{Engine, Proof};
use crate::audit::form::{Form, Poly, Var};
use crate::audit::system::Kind;
use crate::number::order;
use num_traits::{One, Signed, Zero};
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::Int;

/// Digits of all rows together.
const DIGITS: usize = 1 << 14;

/// A range check, as what is determined and one part for each row that it reads.
struct Check {
    constraint: usize,
    base: Poly,
    /// For each row, what it adds when it chooses each element.
    parts: BTreeMap<usize, Vec<Poly>>,
    lo: Int,
    hi: Int,
}

/// Row `from` chooses a and row `to` chooses b: κ_b − κ_a ≥ least.
struct Step {
    from: usize,
    to: usize,
    constraint: usize,
    most: Int,
}

/// Looks for rows in order.
pub(crate) fn apply(e: &Engine<'_>) -> Option<Proof> {
    let open: Vec<usize> = (0..e.groups.len())
        .filter(|g| e.groups[*g].members.iter().all(|v| !e.determined[*v as usize]))
        .collect();
    let mut by_size: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for g in open {
        by_size.entry(e.groups[g].members.len()).or_default().push(g);
    }
    by_size.into_iter().find_map(|(n, rows)| {
        let digits = n.saturating_mul(rows.len());
        if digits > DIGITS || !e.afford(digits.saturating_mul(n)) {
            return None;
        }
        select(e, n, &rows)
    })
}

fn select(e: &Engine<'_>, n: usize, rows: &[usize]) -> Option<Proof> {
    let (values, used) = values(e, n, rows)?;
    let checks = checks(e, n, &values);
    // Keys up to a constant: those of the first check between two rows, or of one with a row alone.
    let mut candidates: Vec<Vec<Poly>> = vec![];
    for c in &checks {
        for parts in c.parts.values().filter(|_| c.parts.len() <= 2) {
            for sign in [Int::one(), -Int::one()] {
                let keys = relative(parts, &sign);
                if !candidates.contains(&keys) && candidates.len() < 8 {
                    candidates.push(keys);
                }
            }
        }
    }
    if rows.len() == 1 {
        // Each check has one part that is out of line, that of the element it is about.
        candidates.extend(in_line(&checks));
    }
    for keys in candidates {
        let steps: Vec<Step> = checks.iter().filter_map(|c| step(c, &keys)).collect();
        for start in 0..rows.len() {
            let chain = chain(start, &steps);
            let path: Vec<usize> =
                std::iter::once(start).chain(chain.iter().map(|s| s.to)).collect();
            let mut reach: Int = chain.iter().map(|s| s.most.clone()).sum();
            let mut by: Vec<usize> = chain.iter().map(|s| s.constraint).collect();
            let k = path.len();
            let complete = k == n
                || (k + 1 == n && left_over(&checks, &keys, &path, &mut reach, &mut by))
                || few(e, &checks, &keys, &path, &mut reach, &mut by);
            if !complete || reach * 2 >= order() {
                continue;
            }
            let mut used = used;
            used.extend(by);
            let members = path.iter().flat_map(|r| e.groups[rows[*r]].members.iter().copied());
            return Some(Proof {
                lemma: "rows that choose in strict order",
                variables: members.collect(),
                constraints: used.into_iter().collect(),
            });
        }
    }
    None
}

/// What follows when a row chooses an element: for each row and element, values of variables.
type Values = Vec<Vec<BTreeMap<Var, Poly>>>;

fn values(e: &Engine<'_>, n: usize, rows: &[usize]) -> Option<(Values, BTreeSet<usize>)> {
    let mut used = BTreeSet::new();
    let mut all = vec![];
    for &g in rows {
        used.insert(e.groups[g].constraint);
        let members = &e.groups[g].members;
        let mut row = vec![];
        for at in 0..n {
            let mut case = Case::of_values(e);
            for (k, v) in members.iter().enumerate() {
                case.set(*v, Poly::constant(Int::from(u8::from(k == at))));
            }
            case.run();
            if case.impossible {
                return None;
            }
            row.push(case.values);
        }
        all.push(row);
    }
    Some((all, used))
}

/// The row that a variable follows from, and for which elements it is not 0: of digits, for one.
type Owner<'v> = (usize, Vec<(usize, &'v Poly)>);

/// The range checks whose unknowns all follow from one row each.
fn checks(e: &Engine<'_>, n: usize, values: &Values) -> Vec<Check> {
    let mut owner: BTreeMap<Var, Owner<'_>> = BTreeMap::new();
    for (r, row) in values.iter().enumerate() {
        for v in row[0].keys().filter(|v| row.iter().all(|m| m.contains_key(v))) {
            let own = row.iter().enumerate().map(|(a, m)| (a, &m[v]));
            owner.insert(*v, (r, own.filter(|(_, p)| !p.terms.is_empty()).collect()));
        }
    }
    let mut all = vec![];
    for (k, c) in e.system.constraints.iter().enumerate() {
        let Kind::Range(f, lo, hi) = &c.kind else { continue };
        let open = e.open(f);
        if open.len() < 2 || !open.iter().all(|t| owner.contains_key(&t.0)) {
            continue;
        }
        let known: Vec<(Var, Int)> =
            f.terms.iter().filter(|t| e.determined[t.0 as usize]).cloned().collect();
        let base = Poly::from(&Form::new(known, f.constant.clone()));
        let mut parts: BTreeMap<usize, Vec<Poly>> = BTreeMap::new();
        for (v, c) in open {
            let (r, own) = &owner[v];
            let part = parts.entry(*r).or_insert_with(|| vec![Poly::default(); n]);
            for (a, p) in own {
                part[*a] = part[*a].add(p, c);
            }
        }
        all.push(Check { constraint: k, base, parts, lo: lo.clone(), hi: hi.clone() });
    }
    all
}

/// Keys of a single row: for every element what two of three checks agree on.
fn in_line(checks: &[Check]) -> Vec<Vec<Poly>> {
    let all: Vec<&Vec<Poly>> = checks.iter().filter_map(|c| c.parts.values().next()).collect();
    let [x, y, z, ..] = all[..] else { return vec![] };
    let agreed = |a: usize| if x[a] == y[a] || x[a] == z[a] { &x[a] } else { &y[a] };
    let parts: Vec<Poly> = (0..x.len()).map(|a| agreed(a).clone()).collect();
    [1, -1].map(|sign| relative(&parts, &Int::from(sign))).to_vec()
}

/// sign·(p_a − p_0)
fn relative(parts: &[Poly], sign: &Int) -> Vec<Poly> {
    parts.iter().map(|p| p.add(&parts[0], &-Int::one()).times(sign)).collect()
}

/// Whether p_a = factor·κ_a plus a constant; the constant.
fn shifted(parts: &[Poly], keys: &[Poly], factor: i64) -> Option<Poly> {
    let factor = Int::from(-factor);
    let rest = parts[0].add(&keys[0], &factor);
    parts.iter().zip(keys).all(|(p, k)| p.add(k, &factor) == rest).then_some(rest)
}

/// The check as a step from one row to another.
fn step(c: &Check, keys: &[Poly]) -> Option<Step> {
    let mut rows = c.parts.iter();
    let (Some((&i, x)), Some((&j, y)), None) = (rows.next(), rows.next(), rows.next()) else {
        return None;
    };
    [(i, x, j, y), (j, y, i, x)].into_iter().find_map(|(from, x, to, y)| {
        let rest = shifted(x, keys, -1)?.add(&shifted(y, keys, 1)?, &Int::one());
        let offset = rest.add(&c.base, &Int::one()).as_constant()?;
        // κ_b − κ_a + offset in lo..=hi
        let (least, most) = (&c.lo - &offset, &c.hi - &offset);
        least.is_positive().then_some(Step { from, to, constraint: c.constraint, most })
    })
}

/// Steps from a row as far as they lead.
fn chain(start: usize, steps: &[Step]) -> Vec<&Step> {
    let mut at = start;
    let mut seen = BTreeSet::from([start]);
    let mut all = vec![];
    while let Some(next) = steps.iter().find(|s| s.from == at && !seen.contains(&s.to)) {
        seen.insert(next.to);
        at = next.to;
        all.push(next);
    }
    all
}

/// One element is left over, and its key lies beyond an end of the path.
fn left_over(
    checks: &[Check],
    keys: &[Poly],
    path: &[usize],
    reach: &mut Int,
    by: &mut Vec<usize>,
) -> bool {
    let (Some(&first), Some(&last)) = (path.first(), path.last()) else { return false };
    let total = keys.iter().fold(Poly::default(), |s, k| s.add(k, &Int::one()));
    checks.iter().any(|c| {
        if c.parts.len() != path.len() || !path.iter().all(|r| c.parts.contains_key(r)) {
            return false;
        }
        // ±(Σκ − Σκ_chosen − κ_end) + offset
        [(1, last), (-1, first)].into_iter().any(|(sign, end)| {
            let rest = c.parts.iter().try_fold(c.base.clone(), |sum, (r, p)| {
                let factor = if *r == end { -2 * sign } else { -sign };
                Some(sum.add(&shifted(p, keys, factor)?, &Int::one()))
            });
            let offset = rest.and_then(|r| r.add(&total, &Int::from(-sign)).as_constant());
            let Some(offset) = offset.filter(|o| (&c.lo - o).is_positive()) else { return false };
            *reach += &c.hi - offset;
            by.push(c.constraint);
            true
        })
    })
}

/// What no row chooses lies beyond an end of the path, and no two keys are the same.
fn few(
    e: &Engine<'_>,
    checks: &[Check],
    keys: &[Poly],
    path: &[usize],
    reach: &mut Int,
    by: &mut Vec<usize>,
) -> bool {
    let (Some(&first), Some(&last)) = (path.first(), path.last()) else { return false };
    [(1, first), (-1, last)].into_iter().any(|(sign, end)| {
        let mut used = vec![];
        let mut most = Int::zero();
        // Checks mostly stand in the order of elements: each is looked for behind the one before.
        let mut next = 0;
        for j in 0..keys.len() {
            let (before, behind) = checks.split_at(next);
            let found = behind.iter().chain(before).enumerate().find_map(|(k, c)| {
                let offset = beyond(c, keys, path, j, sign, end)?;
                (&c.lo - &offset >= Int::zero()).then(|| (k, c.constraint, &c.hi - offset))
            });
            let Some((k, constraint, hi)) = found else { return false };
            next = (next + k + 1) % checks.len();
            used.push(constraint);
            most = most.max(hi);
        }
        let distinct = (0..keys.len())
            .all(|a| (0..a).all(|b| e.poly_never_zero(&keys[a].add(&keys[b], &-Int::one()))));
        if distinct {
            *reach += most;
            by.extend(used);
        }
        distinct
    })
}

/// sign·(κ_end − κ_j) + offset where no row chooses j; the offset.
fn beyond(
    c: &Check,
    keys: &[Poly],
    path: &[usize],
    j: usize,
    sign: i64,
    end: usize,
) -> Option<Int> {
    let mut sum = c.base.add(&keys[j], &Int::from(sign));
    for r in path {
        let factor = if *r == end { sign } else { 0 };
        let Some(parts) = c.parts.get(r) else {
            if *r == end {
                return None;
            }
            continue;
        };
        // Element j aside, whose choice may add anything.
        let without = |all: &[Poly]| -> Vec<Poly> {
            all.iter().enumerate().filter(|(a, _)| *a != j).map(|x| x.1.clone()).collect()
        };
        sum = sum.add(&shifted(&without(parts), &without(keys), factor)?, &Int::one());
    }
    c.parts.keys().all(|r| path.contains(r)).then(|| sum.as_constant())?
}

#[cfg(test)]
mod tests {
    use crate::audit::form::Var;
    use crate::audit::testing::Build;

    struct Rows {
        b: Build,
        x: Vec<Var>,
        p: Vec<Vec<Var>>,
        y: Vec<Vec<Var>>,
    }

    /// p[i, ·] one-hot, y[i, j] = p[i, j]·x[j].
    fn rows(n: usize, k: usize) -> Rows {
        let mut b = Build::default();
        let x: Vec<Var> = (0..n).map(|_| b.given(-8, 7)).collect();
        let mut r = Rows { b, x, p: vec![], y: vec![] };
        for _ in 0..k {
            let p: Vec<Var> = (0..n).map(|_| r.b.hint()).collect();
            let y: Vec<Var> = (0..n).map(|_| r.b.other()).collect();
            for j in 0..n {
                r.b.range(&[(p[j], 1)], 0, 0, 1);
                r.b.product((&[(p[j], 1)], 0), (&[(r.x[j], 1)], 0), (&[(y[j], 1)], 0));
            }
            let sum: Vec<_> = p.iter().map(|v| (*v, 1)).collect();
            r.b.zero(&sum, -1);
            r.p.push(p);
            r.y.push(y);
        }
        r
    }

    impl Rows {
        /// factor·(n·y[i] + place·j) over row i.
        fn key(&self, i: usize, factor: i64, tie: bool) -> Vec<(Var, i64)> {
            let n = self.x.len() as i64;
            let values = self.y[i].iter().map(|v| (*v, factor * n));
            let places = self.p[i].iter().enumerate();
            let places = places.map(|(j, v)| (*v, factor * j as i64 * i64::from(tie)));
            values.chain(places).collect()
        }
    }

    fn sorting(n: usize, rows_in_order: usize, last: bool, least: i64, tie: bool) -> usize {
        let mut r = rows(n, n - 1);
        let m = n as i64;
        for i in 0..rows_in_order {
            let f = [r.key(i + 1, 1, tie), r.key(i, -1, tie)].concat();
            r.b.range(&f, -least, 0, 1000);
        }
        if last {
            let mut f: Vec<(Var, i64)> = r.x.iter().map(|v| (*v, m)).collect();
            for i in 0..n - 1 {
                f.extend(r.key(i, if i == n - 2 { -2 } else { -1 }, tie));
            }
            let places = if tie { m * (m - 1) / 2 } else { 0 };
            r.b.range(&f, places - least, 0, 1000);
        }
        r.b.open().len()
    }

    #[test]
    fn a_permutation_in_strict_order() {
        assert_eq!(sorting(5, 3, true, 1, true), 0);
        assert!(sorting(5, 3, false, 1, true) > 0);
        assert!(sorting(5, 2, true, 1, true) > 0);
        assert!(sorting(5, 3, true, 0, true) > 0);
    }

    fn few(k: usize, n: usize, tie: bool, left_out: usize) -> usize {
        let mut r = rows(n, k);
        for i in 0..k - 1 {
            let f = [r.key(i, 1, tie), r.key(i + 1, -1, tie)].concat();
            r.b.range(&f, -1, 0, 1000);
        }
        for j in left_out..n {
            let mut f = r.key(k - 1, 1, tie);
            f.push((r.x[j], -(n as i64)));
            f.extend((0..k).map(|i| (r.p[i][j], 1000)));
            r.b.range(&f, if tie { -(j as i64) } else { 0 }, 0, 1000);
        }
        r.b.open().len()
    }

    #[test]
    fn the_largest_few() {
        assert_eq!(few(2, 5, true, 0), 0);
        assert_eq!(few(1, 5, true, 0), 0);
        assert!(few(2, 5, false, 0) > 0);
        assert!(few(2, 5, true, 1) > 0);
    }
}
