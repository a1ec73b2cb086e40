//! Polynomials through a table.

use crate::number::{centred, inverse};
use num_traits::{One, Zero};
use zirc_circuit::Int;

/// Largest degree that a polynomial in the index is looked for.
pub(super) const MAX_DEGREE: usize = 8;

/// The degree of the polynomial through the points (k, table[k]), if it is at most `MAX_DEGREE`:
/// the number of times that differences have to be taken until all are zero, less one.
pub(super) fn degree(table: &[Int]) -> Option<usize> {
    let mut row = table.to_vec();
    for d in 0..=MAX_DEGREE {
        row = row.windows(2).map(|w| &w[1] - &w[0]).collect();
        if row.iter().all(Zero::is_zero) {
            return Some(d);
        }
    }
    None
}

/// Coefficients, lowest first, modulo the order of the field, of the polynomial through
/// (k, values[k]) for all k: Newton's form Σ_j Δ^j/j!·x(x − 1)…(x − j + 1), multiplied out.
pub(super) fn interpolate(values: &[Int]) -> Vec<Int> {
    let n = values.len();
    let mut sum = vec![Int::zero(); n];
    // x(x − 1)…(x − j + 1)/j!
    let mut falling = vec![Int::one()];
    let mut row = values.to_vec();
    for j in 0..n {
        for (s, f) in sum.iter_mut().zip(&falling) {
            *s = centred(&(&*s + &row[0] * f));
        }
        row = row.windows(2).map(|w| &w[1] - &w[0]).collect();
        let by = inverse(&Int::from(j + 1));
        let mut next = vec![Int::zero(); falling.len() + 1];
        for (i, f) in falling.iter().enumerate() {
            let f = centred(&(f * &by));
            next[i] -= &f * Int::from(j);
            next[i + 1] += f;
        }
        falling = next;
    }
    sum
}

/// Coefficients c of the multilinear polynomial Σ_S c[S]·Π_{i ∈ S} b_i through the table: for every
/// k below its length, at the binary digits of k, its value is table[k]. `size` is a power of two,
/// and coefficients from the table's length on are 0: those of k only depend on the values at
/// subsets of k's digits, which are no larger than k.
pub(super) fn multilinear(table: &[Int], size: usize) -> Vec<Int> {
    let mut c = table.to_vec();
    c.resize(size, Int::zero());
    let mut step = 1;
    while step < size {
        for k in 0..size {
            if k & step != 0 {
                let below = c[k ^ step].clone();
                c[k] -= below;
            }
        }
        step *= 2;
    }
    for v in &mut c[table.len()..] {
        v.set_zero();
    }
    // Values beyond the field's order stand for elements of the field.
    c.iter().map(|v| if v.bits() > 250 { centred(v) } else { v.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::order;

    fn ints(v: &[i64]) -> Vec<Int> {
        v.iter().map(|&x| Int::from(x)).collect()
    }

    #[test]
    fn interpolation_meets_every_point() {
        for table in [ints(&[5]), ints(&[1, -3]), ints(&[7, 0, 9, -200, 4, 4]), ints(&[0, 1, 4])] {
            let c = interpolate(&table);
            for (k, v) in table.iter().enumerate() {
                let at = c.iter().rev().fold(Int::zero(), |y, c| y * Int::from(k) + c);
                assert!(((at - v) % order()).is_zero(), "{table:?} at {k}");
            }
        }
    }

    #[test]
    fn degrees() {
        assert_eq!(degree(&ints(&[3, 3, 3])), Some(0));
        assert_eq!(degree(&ints(&[3])), Some(0));
        let squares: Vec<Int> = (0..300).map(|k| Int::from(k * k - 7)).collect();
        assert_eq!(degree(&squares), Some(2));
        let noise: Vec<Int> = (0..300).map(|k| Int::from(k * 7919 % 101)).collect();
        assert_eq!(degree(&noise), None);
    }

    #[test]
    fn multilinear_meets_every_row() {
        for rows in [1usize, 2, 3, 5, 8, 13, 16] {
            let table: Vec<Int> = (0..rows).map(|k| Int::from(k * 7919 % 101)).collect();
            let size = rows.next_power_of_two();
            let c = multilinear(&table, size);
            for (k, v) in table.iter().enumerate() {
                let at: Int = (0..size).filter(|s| s & k == *s).map(|s| c[s].clone()).sum();
                assert_eq!(at, *v, "{rows} rows, row {k}");
            }
            assert!(c[rows..].iter().all(Zero::is_zero));
        }
    }
}
