//! Columns of the matrices at a τ that nobody knows: sums of points.
//!
//! The adjoint that [`setup`](super::setup) uses takes numbers. Here every entry of the matrices is
//! a multiple of a point, so they are expanded row by row, kept by columns, and each column is one
//! sum.

use crate::curve::msm::{self, Values};
use crate::files::Group;
use crate::files::points::Coordinate;
use ark_bn254::Fr;
use ark_ec::AdditiveGroup;
use ark_ec::short_weierstrass::{Affine, Projective};
use ark_ff::{BigInteger, One, PrimeField};
use rayon::prelude::*;
use std::ops::Range;
use zirc_circuit::{Circuit, rows};

/// Entries of a column from which on buckets pay.
const MANY: usize = 64;

/// Entries of a matrix by columns.
#[derive(Default)]
pub(crate) struct Matrix {
    /// Where each column starts, and where the last one ends.
    starts: Vec<usize>,
    rows: Vec<u32>,
    weights: Vec<Fr>,
}

/// The three matrices of a circuit, with a row of its own behind the constraints for each of the
/// variables `extra`, in A alone; columns are where `column` puts a variable.
pub(crate) fn matrices(
    circuit: &Circuit,
    variables: usize,
    extra: &[usize],
    column: impl Fn(usize) -> usize,
) -> [Matrix; 3] {
    let mut entries: [Vec<(u32, u32, Fr)>; 3] = Default::default();
    let mut count = 0u32;
    for row in rows(circuit) {
        for (entries, side) in entries.iter_mut().zip([row.a, row.b, row.c]) {
            entries.extend(side.into_iter().map(|(j, x)| (column(j) as u32, count, x)));
        }
        count += 1;
    }
    entries[0].extend((count..).zip(extra).map(|(row, j)| (column(*j) as u32, row, Fr::one())));
    entries.map(|entries| Matrix::of(entries, variables))
}

impl Matrix {
    fn of(entries: Vec<(u32, u32, Fr)>, columns: usize) -> Matrix {
        let mut starts = vec![0usize; columns + 1];
        entries.iter().for_each(|(column, ..)| starts[*column as usize + 1] += 1);
        (0..columns).for_each(|j| starts[j + 1] += starts[j]);
        let mut next = starts.clone();
        let (mut rows, mut weights) = (vec![0; entries.len()], vec![Fr::default(); entries.len()]);
        for (column, row, weight) in entries {
            let at = &mut next[column as usize];
            (rows[*at], weights[*at]) = (row, weight);
            *at += 1;
        }
        Matrix { starts, rows, weights }
    }

    /// Number of entries.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Σᵢ Mᵢⱼ·pointsᵢ for every j of a range.
    pub(crate) fn combine<P: Group<BaseField: Coordinate>>(
        &self,
        points: &[Affine<P>],
        range: Range<usize>,
    ) -> Vec<Projective<P>> {
        range.into_par_iter().map(|j| self.column(j, points)).collect()
    }

    fn column<P: Group<BaseField: Coordinate>>(
        &self,
        j: usize,
        points: &[Affine<P>],
    ) -> Projective<P> {
        let range = self.starts[j]..self.starts[j + 1];
        let (rows, weights) = (&self.rows[range.clone()], &self.weights[range]);
        if rows.len() < MANY {
            return few(rows.iter().map(|i| points[*i as usize]).zip(weights));
        }
        let mut values = Values::with_capacity(rows.len());
        weights.iter().for_each(|x| values.push_field(*x));
        let chosen: Vec<Affine<P>> = rows.iter().map(|i| points[*i as usize]).collect();
        let indices: Vec<u32> = (0..rows.len() as u32).collect();
        msm::sparse(&chosen, &indices, &values)
    }
}

/// A short sum, by doubling once for all.
fn few<'w, P: Group>(terms: impl Iterator<Item = (Affine<P>, &'w Fr)>) -> Projective<P> {
    let shorter = |(point, weight): (Affine<P>, &Fr)| {
        let (plus, minus) = (weight.into_bigint(), (-*weight).into_bigint());
        if minus < plus { (-point, minus) } else { (point, plus) }
    };
    let terms: Vec<_> = terms.map(shorter).collect();
    let bits = terms.iter().map(|(_, weight)| weight.num_bits()).max().unwrap_or(0);
    let mut sum = Projective::<P>::ZERO;
    for bit in (0..bits as usize).rev() {
        sum.double_in_place();
        terms.iter().filter(|(_, w)| w.get_bit(bit)).for_each(|(point, _)| sum += point);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{G1Affine, G1Projective};
    use ark_ec::{CurveGroup, PrimeGroup};
    use ark_ff::{UniformRand, Zero};
    use rand::{Rng, SeedableRng, rngs::StdRng};

    #[test]
    fn columns_are_sums_of_multiples() {
        let mut rng = StdRng::seed_from_u64(1);
        let (columns, height) = (5, 200);
        let g = G1Projective::generator();
        let scalars: Vec<Fr> = (0..height).map(|_| Fr::rand(&mut rng)).collect();
        let points: Vec<G1Affine> = scalars.iter().map(|s| (g * s).into_affine()).collect();
        let (mut entries, mut expected) = (vec![], vec![Fr::zero(); columns]);
        // One column is long, one is empty.
        for (row, scalar) in scalars.iter().enumerate() {
            for column in [0, 1, rng.gen_range(2..columns - 1)] {
                if column == 1 && row >= MANY - 1 {
                    continue;
                }
                let small = Fr::from(rng.gen_range(0..1000u64));
                let weight = [small, -small, Fr::rand(&mut rng)][rng.gen_range(0..3)];
                entries.push((column as u32, row as u32, weight));
                expected[column] += weight * scalar;
            }
        }
        let matrix = Matrix::of(entries, columns);
        let sums = matrix.combine(&points, 0..columns);
        for (sum, expected) in sums.iter().zip(&expected) {
            assert_eq!(*sum, g * expected);
        }
        assert!(expected[4].is_zero());
    }
}
