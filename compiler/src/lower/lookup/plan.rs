//! Which strategy a lookup is lowered by.

use super::basis;
use crate::estimate::Estimate;
use crate::options::Strategy;
use num_traits::{Signed, Zero};
use zirc_circuit::Int;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    Interpolate,
    /// `low` digits in the lower half.
    Digits {
        low: usize,
    },
}

/// Digits of the indices of a table.
pub(super) fn bits(rows: usize) -> usize {
    (rows.max(1) - 1).checked_ilog2().map_or(0, |b| b as usize + 1)
}

/// The cheapest plan; `shared` says that the digits of the index are there already.
pub(super) fn choose(
    table: &[Vec<Int>],
    rows: usize,
    shared: bool,
    field: bool,
    forced: Option<Strategy>,
) -> Plan {
    let k = bits(rows);
    let wanted = |p: &Plan| match (forced, p) {
        (None, _) | (Some(Strategy::Interpolation), Plan::Interpolate) => true,
        (Some(Strategy::Monomials), Plan::Digits { low }) => *low == k,
        (Some(Strategy::TwoLevel), Plan::Digits { low }) => *low < k || k < 2,
        _ => false,
    };
    let all = plans(table, rows, shared, field);
    let best =
        |a: (Plan, Estimate), b: (Plan, Estimate)| if b.1.cheaper_than(&a.1) { b } else { a };
    let free = rows == 1 || table.iter().flatten().all(Zero::is_zero);
    // A forced strategy that does not apply (a polynomial of high degree) gives way.
    let chosen = all.iter().copied().filter(|(p, _)| wanted(p)).reduce(best);
    match chosen.or_else(|| all.into_iter().reduce(best)) {
        Some((p, _)) if !free => p,
        _ => Plan::Interpolate,
    }
}

/// What one lookup costs by the cheapest plan; `shared` says that the digits of the index are there already.
pub(super) fn cost(table: &[Vec<Int>], rows: usize, shared: bool, field: bool) -> Estimate {
    let costs = plans(table, rows, shared, field).into_iter().map(|(_, e)| e);
    costs.reduce(|a, b| if b.cheaper_than(&a) { b } else { a }).unwrap_or_default()
}

/// Every plan with what one lookup costs by it.
fn plans(table: &[Vec<Int>], rows: usize, shared: bool, field: bool) -> Vec<(Plan, Estimate)> {
    let k = bits(rows);
    let largest = table.iter().flatten().map(Signed::abs).max().unwrap_or_default();
    let full = Int::from(1) << 253;
    let entry = if field { &full } else { &largest };
    let digits = |low: usize| {
        let bit = Int::from(1);
        let own = if shared { 0 } else { k };
        let high = k - low;
        let monomials = ((1usize << low) - 1 - low) + ((1usize << high) - 1 - high);
        let products = table.len() * ((1usize << high) - 1);
        Estimate::products(own + monomials, &bit).and(Estimate::products(products, entry))
    };
    let by_digits = (0..=k).map(|low| (Plan::Digits { low }, digits(low)));
    let degrees: Option<Vec<usize>> = table.iter().map(|c| basis::degree(c)).collect();
    let interpolation = degrees.map(|all| {
        let degree = all.into_iter().max().unwrap_or(0).min(rows - 1);
        let size = num_traits::pow(Int::from(rows), degree);
        (Plan::Interpolate, Estimate::products(degree.saturating_sub(1), &size))
    });
    by_digits.chain(interpolation).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(rows: usize, columns: usize) -> Vec<Vec<Int>> {
        let column = |c: usize| (0..rows).map(|k| Int::from((k + c) * 7919 % 101)).collect();
        (0..columns).map(column).collect()
    }

    #[test]
    fn small_tables_are_polynomials_and_large_ones_have_two_levels() {
        assert_eq!(choose(&noise(2, 1), 2, false, false, None), Plan::Interpolate);
        assert_eq!(choose(&noise(4, 1), 4, false, false, None), Plan::Interpolate);
        // With its digits at hand one product is enough.
        assert_eq!(choose(&noise(4, 1), 4, true, false, None), Plan::Digits { low: 2 });
        let Plan::Digits { low } = choose(&noise(256, 1), 256, false, false, None) else {
            panic!()
        };
        assert!((4..=5).contains(&low));
    }

    #[test]
    fn many_columns_want_all_monomials() {
        assert_eq!(choose(&noise(16, 64), 16, false, false, None), Plan::Digits { low: 4 });
    }

    #[test]
    fn forced() {
        let t = noise(256, 1);
        let all = Some(Strategy::Monomials);
        assert_eq!(choose(&t, 256, false, false, all), Plan::Digits { low: 8 });
        let squares = vec![(0..256).map(|k: i64| Int::from(k * k)).collect::<Vec<_>>()];
        assert_eq!(choose(&squares, 256, false, false, None), Plan::Interpolate);
        let two = Some(Strategy::TwoLevel);
        assert!(matches!(choose(&squares, 256, false, false, two), Plan::Digits { .. }));
    }
}
