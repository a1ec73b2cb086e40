//! The integers of leaves that are parts of votes, and a step that these are multiples of.

use crate::ops::classical::votes::{are_parts, part, sizes};
use crate::quantize::fixed::{to_integer, two_to};
use ndarray::ArrayD;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, Zero};
use zirc_compiler::Ratio;

/// Largest number that parts of a vote are counted in: it has those as divisors that it has room for.
const MOST: u64 = 1 << 32;

/// The integers of leaves and their step, if they are parts of votes of so many trees: at a step that is a fraction
/// of 1 / trees they are what they stand for, and so are their sums. What is no such part is rounded, the largest
/// to `bits` bits or more.
pub(super) fn exact(values: &ArrayD<f64>, trees: usize, bits: u32) -> Option<(Vec<BigInt>, Ratio)> {
    let sizes = sizes(values.iter());
    if !are_parts(&sizes, trees) {
        return None;
    }
    let mut divisors: Vec<u64> = sizes.iter().filter_map(|v| Some(part(*v, trees)?.1)).collect();
    divisors.sort_unstable();
    divisors.dedup();
    // A half of the whole, which scores are compared with, is a number of steps too.
    let mut common = 2u64;
    for m in divisors {
        let next = common.lcm(&m);
        if next <= MOST {
            common = next;
        }
    }
    let largest = sizes.last().copied().unwrap_or(1.0) * trees as f64;
    let mut more = 0;
    while largest * common as f64 * two_to(more) < two_to(bits as i32 - 1) && more < bits as i32 {
        more += 1;
    }
    let steps = BigInt::from(common) << more as u32;
    let integer = |v: &f64| {
        let raw = match part(*v, trees) {
            Some((k, m)) => nearest(&steps * k, m),
            None => to_integer(v.abs() * trees as f64 * common as f64 * two_to(more)),
        };
        if *v < 0.0 { -raw } else { raw }
    };
    let mut raw: Vec<BigInt> = values.iter().map(integer).collect();
    let shared = raw.iter().fold(BigInt::zero(), |d, v| d.gcd(v));
    if !shared.is_positive() {
        return None;
    }
    raw.iter_mut().for_each(|v| *v /= &shared);
    Some((raw, Ratio::new(shared, steps * trees)))
}

/// The integer next to v / m; of two the even one, so that k and m − k of m parts of an even number add up to it.
fn nearest(v: BigInt, m: u64) -> BigInt {
    let (q, r) = v.div_rem(&BigInt::from(m));
    let twice = r * 2u32;
    let up = twice > BigInt::from(m) || (twice == BigInt::from(m) && q.is_odd());
    q + u32::from(up)
}

#[cfg(test)]
mod tests {
    use super::exact;
    use ndarray::{ArrayD, IxDyn};
    use num_bigint::BigInt;
    use zirc_compiler::Ratio;

    fn of(values: &[f64], trees: usize) -> Option<(Vec<BigInt>, Ratio)> {
        let leaves: Vec<f64> =
            values.iter().map(|v| f64::from((v / trees as f64) as f32)).collect();
        exact(&ArrayD::from_shape_vec(IxDyn(&[leaves.len()]), leaves).unwrap(), trees, 18)
    }

    #[test]
    fn a_vote_is_one_step() {
        for trees in 1..=100 {
            let (raw, step) = of(&[0.0, 1.0, 1.0], trees).unwrap();
            assert_eq!(raw, [0, 1, 1].map(BigInt::from));
            assert_eq!(step, Ratio::new(BigInt::from(1), BigInt::from(trees)));
        }
    }

    #[test]
    fn parts_of_a_vote_add_up() {
        let (raw, step) = of(&[1.0 / 3.0, 2.0 / 3.0, 0.25, 0.75, 1.0, 0.0], 14).unwrap();
        assert_eq!(raw, [4, 8, 3, 9, 12, 0].map(BigInt::from));
        assert_eq!(step, Ratio::new(BigInt::from(1), BigInt::from(12 * 14)));
        // What there is no room for is rounded: the parts of a vote still add up to it.
        let primes = [211u32, 223, 227, 229, 233, 239, 241, 251];
        let parts = primes.map(f64::from).map(|p| [100.0 / p, (p - 100.0) / p]);
        let (raw, step) = of(parts.as_flattened(), 10).unwrap();
        let vote = Ratio::new(BigInt::from(1), BigInt::from(10));
        for (pair, p) in raw.chunks(2).zip(primes) {
            assert_eq!(Ratio::from(&pair[0] + &pair[1]) * &step, vote, "{p}");
        }
        assert!(step > Ratio::new(BigInt::from(1), BigInt::from(1u64 << 40)), "{step}");
    }

    #[test]
    fn other_leaves_have_other_steps() {
        assert_eq!(of(&[0.0, 2.0f64.sqrt(), 0.1 * 3.0f64.sqrt()], 10), None);
        assert_eq!(of(&[0.0], 10), None);
    }
}
