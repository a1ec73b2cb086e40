//! Whether the secrets of a first phase follow from each other, so that its points are enough to forge by.
//!
//! **What a forger has.** Let a file have powers of τ for N rows. A proof's A is a sum of the file's points of G1,
//! multiples of τ^i, α·τ^i and β·τ^i, and its B one of those of G2, multiples of τ^i and β. Points of the second
//! phase add nothing: terms under 1/δ times B have to vanish, so that there are none, or B is a multiple of δ alone
//! and A·B has no αβ; what is times δ is C's to choose; and where circuits have commitments the same holds for δ₀ and
//! δₘ. So A·B is a sum of *terms* of five kinds,
//!
//! | kind | with τ^i for i up to |
//! |---|---|
//! | 1 | 3N − 3 |
//! | α, β | 2N − 2 |
//! | αβ, β² | N − 1 |
//!
//! and it must be αβ + Σⱼ zⱼ·(β·aⱼ + α·bⱼ + cⱼ) + h·(τ^n − 1), in which the kinds α and β fix what a and b are, and
//! only then does the kind 1 say that a·b = c on all rows. Where a term of one kind is a term of another, a sum
//! may be paid for by the other kind, and the equation has solutions for false statements. With αβ = τ^k, or
//! α = τ^k, \[αβ\]₁ is in the file and A = \[αβ\]₁ + Σⱼ xⱼ·\[ζⱼ\]₁, B = \[1\]₂ proves any x; with α = 1/τ
//! it is B = β + v for v = (b + τ·c)/(1 + τ·a) on every root of unity; with β² = τ^k it is A = α + a − b·w + β·w,
//! B = β + b for w = (a·b − c)/(b² − τ^k).
//!
//! **What is refused** is any two terms of different kinds that are the same up to sign. All kinds are
//! compared: αβ = ±α·τ^k says what β = ±τ^k says, and the like, so that six of ten comparisons are left. α² is
//! in no product, as α is in no point of G2. Two terms of the kind 1 that are the same make τ a root of unity,
//! which can be tried out.
//!
//! **What is not seen**: a relation with other numbers in it, as α = 2·τ + 5. Whoever knows the numbers forges by
//! it, but there is nothing to compare unless one knows them. Nor is one with powers of τ that the file does not
//! have, because it was cut out of a larger one. A first phase in which one contributor drew numbers of their own has
//! neither; these comparisons find those in which nobody did.
//!
//! **How.** Terms X·τ^a for a < m, and Y·τ^(bm) for all b, meet wherever X = Y·τ^k: with m near √(2N) that takes
//! 13·√N pairings in place of as many as there are terms. In the target group the negative of an exponent is the
//! conjugate, which has the same first half: halves are compared. Powers that a circuit does not need
//! are in the file unchecked; where they are none, they are no help to a forger either. So that they hide nothing,
//! what a circuit needs is looked at by itself too.

use super::{ALPHA_TAU_G1, BETA_TAU_G1, Ptau, TAU_G1, TAU_G2};
use crate::snarkjs::SnarkjsError;
use crate::snarkjs::sections::Named;
use ark_bn254::{Bn254, Fq6, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ec::pairing::Pairing;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::io::{Read, Seek};

/// A kind of terms.
#[derive(Clone, Copy)]
enum Kind {
    One,
    Alpha,
    Beta,
    AlphaBeta,
    BetaSquared,
}

/// The point of G2 in a product.
#[derive(Clone, Copy)]
enum Right {
    Generator,
    /// The highest power of τ.
    Last,
    Beta,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::One => "1",
            Kind::Alpha => "alpha",
            Kind::Beta => "beta",
            Kind::AlphaBeta => "alpha times beta",
            Kind::BetaSquared => "beta squared",
        }
    }

    /// The highest power of τ beside it.
    fn most(self, rows: usize) -> usize {
        match self {
            Kind::One => 3 * (rows - 1),
            Kind::Alpha | Kind::Beta => 2 * (rows - 1),
            Kind::AlphaBeta | Kind::BetaSquared => rows - 1,
        }
    }

    /// The points whose product it is with τ^`power`: section and index of that of G1, and that of G2.
    fn product(self, power: usize, rows: usize) -> (Named, usize, Right) {
        let last = rows - 1;
        match self {
            Kind::One if power > 2 * last => (TAU_G1, power - last, Right::Last),
            Kind::One => (TAU_G1, power, Right::Generator),
            Kind::Alpha if power > last => (ALPHA_TAU_G1, power - last, Right::Last),
            Kind::Alpha => (ALPHA_TAU_G1, power, Right::Generator),
            Kind::Beta => (TAU_G1, power, Right::Beta),
            Kind::AlphaBeta => (ALPHA_TAU_G1, power, Right::Beta),
            Kind::BetaSquared => (BETA_TAU_G1, power, Right::Beta),
        }
    }
}

/// Terms of one kind, up to sign.
struct Terms {
    kind: Kind,
    /// With τ^a for all a < m.
    near: BTreeSet<Fq6>,
    /// With every m-th power, and the highest.
    far: Vec<Fq6>,
}

impl<R: Read + Seek + Send> Ptau<R> {
    /// Refuses a first phase of which two terms are the same up to sign: among those that 2^`log` rows need, and
    /// among all.
    pub(in crate::snarkjs) fn refuse_related(&mut self, log: u32) -> Result<(), SnarkjsError> {
        self.refuse_related_within(1 << log)?;
        if self.power > log { self.refuse_related_within(1 << self.power) } else { Ok(()) }
    }

    fn refuse_related_within(&mut self, rows: usize) -> Result<(), SnarkjsError> {
        let last = self.points(TAU_G2, rows - 1, 1)?[0];
        let right = [G2Affine::generator(), last, self.beta_g2()?];
        let mut terms = |kind| self.terms(kind, rows, &right);
        let one = terms(Kind::One)?;
        // The first of them is 1 in both lists.
        if one.far[1..].iter().any(|term| one.near.contains(term)) {
            return Err(SnarkjsError::KnownTau);
        }
        let (alpha, beta) = (terms(Kind::Alpha)?, terms(Kind::Beta)?);
        let (product, square) = (terms(Kind::AlphaBeta)?, terms(Kind::BetaSquared)?);
        for (x, y) in [
            (&alpha, &one),
            (&beta, &one),
            (&alpha, &beta),
            (&product, &one),
            (&square, &one),
            (&square, &alpha),
        ] {
            let meet = |x: &Terms, y: &Terms| y.far.iter().any(|term| x.near.contains(term));
            if meet(x, y) || meet(y, x) {
                let (one, other) = (x.kind.name(), y.kind.name());
                return Err(SnarkjsError::Related { one, other });
            }
        }
        Ok(())
    }

    fn terms(
        &mut self,
        kind: Kind,
        rows: usize,
        right: &[G2Affine; 3],
    ) -> Result<Terms, SnarkjsError> {
        let step = (2 * rows).isqrt().min(rows);
        let most = kind.most(rows);
        let far = (0..most).step_by(step).chain([most]);
        let mut pairs = vec![];
        for power in (0..step).chain(far) {
            let (section, at, of) = kind.product(power, rows);
            pairs.extend(self.points(section, at, 1)?.into_iter().map(|point| (point, of)));
        }
        let right = right.map(<Bn254 as Pairing>::G2Prepared::from);
        let term = |(point, of): &(G1Affine, Right)| {
            Bn254::pairing(*point, right[*of as usize].clone()).0.c0
        };
        let mut near: Vec<Fq6> = pairs.par_iter().map(term).collect();
        let far = near.split_off(step);
        Ok(Terms { kind, near: near.into_iter().collect(), far })
    }
}
