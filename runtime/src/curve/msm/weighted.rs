//! The sum over all buckets, each times its number.

use super::buckets::group_size;
use crate::curve::arithmetic::Arithmetic;
use crate::curve::batch::Batch;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ff::AdditiveGroup;
use rayon::prelude::*;
use std::ops::Range;

/// Buckets from which on lines and columns pay.
const FEW: usize = 512;

/// `Σ_b b·sums[b − 1]`.
///
/// As a sum of suffix sums that is two projective additions a bucket, one after the other. Instead
/// the buckets b = 2^k·i + j are summed along the rows i and along the columns j, in batches, and
/// only those few sums are weighted: 2^k·Σ i·row(i) + Σ j·column(j).
pub(super) fn weighted_sum<P: SWCurveConfig<BaseField: Arithmetic>>(
    sums: &[Affine<P>],
) -> Projective<P> {
    if sums.len() < FEW {
        return suffix_sums(sums);
    }
    let k = sums.len().ilog2().div_ceil(2);
    let width = 1 << k;
    let last = sums.len();
    // Bucket 0 has weight 0 and is not there.
    let rows =
        lines(1..last / width + 1, |i| (i * width..((i + 1) * width).min(last + 1), 1), sums);
    let columns = lines(1..width, |j| (j..last + 1, width), sums);
    let mut total = suffix_sums(&rows);
    for _ in 0..k {
        total.double_in_place();
    }
    total + suffix_sums(&columns)
}

/// The sum of every line: the buckets of a range, at a step.
fn lines<P: SWCurveConfig<BaseField: Arithmetic>>(
    which: Range<usize>,
    line: impl Fn(usize) -> (Range<usize>, usize) + Sync,
    sums: &[Affine<P>],
) -> Vec<Affine<P>> {
    let lengths = which.clone().map(&line).map(|(r, step)| r.len().div_ceil(step));
    let together = (group_size::<P>() / lengths.max().unwrap_or(1).max(1)).max(1);
    let which: Vec<usize> = which.collect();
    let blocks: Vec<Vec<Affine<P>>> = which
        .par_chunks(together)
        .map(|block| {
            let (mut points, mut lens) = (Vec::with_capacity(group_size::<P>()), Vec::new());
            for &l in block {
                let (buckets, step) = line(l);
                let before = points.len();
                points.extend(buckets.step_by(step).map(|b| sums[b - 1]));
                lens.push((points.len() - before) as u32);
            }
            Batch::new().sum_segments(&mut points, &mut lens);
            points
        })
        .collect();
    blocks.concat()
}

/// The same, one bucket after the other.
fn suffix_sums<P: SWCurveConfig<BaseField: Arithmetic>>(sums: &[Affine<P>]) -> Projective<P> {
    let (mut running, mut total) = (Projective::<P>::ZERO, Projective::<P>::ZERO);
    for s in sums.iter().rev() {
        running += s;
        total += running;
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{G1Affine, G1Projective};
    use ark_std::UniformRand;
    use rand::{Rng, SeedableRng, rngs::StdRng};

    #[test]
    fn lines_and_columns_give_the_suffix_sums() {
        let mut rng = StdRng::seed_from_u64(1);
        let points: Vec<G1Affine> = (0..20).map(|_| G1Affine::rand(&mut rng)).collect();
        for n in [FEW, FEW + 1, 700, 1023, 1024, 1025, 2047, 2048, 2049, 5000] {
            let sums: Vec<G1Affine> = (0..n)
                .map(|_| match rng.gen_range(0..4) {
                    0 => G1Affine::identity(),
                    1 => -points[rng.gen_range(0..points.len())],
                    _ => points[rng.gen_range(0..points.len())],
                })
                .collect();
            let expected: G1Projective = suffix_sums(&sums);
            assert_eq!(weighted_sum(&sums), expected, "{n}");
        }
    }
}
