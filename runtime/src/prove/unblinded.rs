//! The elements of a proof before they are rerandomised.

use super::sums::Sums;
use super::variables::variables;
use crate::domain::Domain;
use crate::files::FileError;
use crate::keys::Head;
use crate::progress::{Phase, Watch};
use crate::proof::Proof;
use crate::setup::invertible;
use ark_bn254::{Fr, G1Projective};
use ark_ec::CurveGroup;
use ark_ff::UniformRand;
use rand::{CryptoRng, RngCore};
use rayon::prelude::*;
use zirc_circuit::{Assignment, Circuit, Side, side_values};

/// The elements of a proof with r = s = 0. They satisfy the equation but reveal something about
/// the witness.
pub(super) struct Unblinded {
    a: G1Projective,
    b: ark_bn254::G2Projective,
    pub(super) c: G1Projective,
}

impl Unblinded {
    pub(super) fn new(
        head: Head<'_>,
        sums: &mut impl Sums,
        circuit: &Circuit,
        assignment: &Assignment,
        extra: Vec<Fr>,
        watch: &mut Watch<'_>,
    ) -> Result<Unblinded, FileError> {
        let points = head.verifying.points();
        let quotient = quotient(head, sums, circuit, assignment, extra, watch)?;
        let values = variables(circuit, assignment);
        let a = sums.a(&values, watch)? + points.alpha_g1;
        let b = sums.b(&values, watch)? + points.beta_g2;
        let c = sums.c(&values, watch)? + quotient;
        Ok(Unblinded { a, b, c })
    }

    /// A = r₁⁻¹·A₀, B = r₁·(B₀ + r₂·\[δ\]₂), C = C₀ + r₂·A₀
    pub(super) fn rerandomise(self, head: Head<'_>, rng: &mut (impl RngCore + CryptoRng)) -> Proof {
        let ((r1, r1_inverse), r2) = (invertible(rng), Fr::rand(rng));
        Proof {
            a: (self.a * r1_inverse).into_affine(),
            b: ((self.b + head.verifying.points().delta_g2 * r2) * r1).into_affine(),
            c: (self.c + self.a * r2).into_affine(),
            model: None,
            commitment: None,
        }
    }
}

/// Σᵢ (a·b)(pᵢ)·\[Oᵢ(τ)/δ\]₁ over the odd points pᵢ; (a·b − c)(pᵢ) by a textbook's key, whose C query has all of c
/// in it.
fn quotient(
    head: Head<'_>,
    sums: &mut impl Sums,
    circuit: &Circuit,
    assignment: &Assignment,
    extra: Vec<Fr>,
    watch: &mut Watch<'_>,
) -> Result<G1Projective, FileError> {
    let (mut a, mut b) = watch.run(Phase::Rows, || {
        let mut a = side_values(circuit, assignment, Side::A);
        // The extra rows: z_j · 0 = 0.
        a.extend(extra);
        (a, side_values(circuit, assignment, Side::B))
    });
    watch.run(Phase::Transforms, || odd_products(head.domain, &mut a, &mut b));
    drop(b);
    if head.textbook.is_some() {
        let mut c = watch.run(Phase::Rows, || side_values(circuit, assignment, Side::C));
        watch.run(Phase::Transforms, || {
            head.domain.to_odd(&mut c);
            a.par_iter_mut().zip(&c).for_each(|(x, c)| *x -= c);
        });
    }
    sums.quotient(&a, watch)
}

/// From the values of a and b on the domain to those of a·b on the odd points, left in `a`.
pub(crate) fn odd_products(domain: &Domain, a: &mut Vec<Fr>, b: &mut Vec<Fr>) {
    domain.to_odd(a);
    domain.to_odd(b);
    a.par_iter_mut().zip(b.par_iter()).for_each(|(x, y)| *x *= y);
}
