//! The columns of the matrices at τ.

use super::{Roles, SetupError, Waste};
use crate::domain::Domain;
use ark_bn254::Fr;
use ark_ff::{Field, One, Zero};
use rayon::prelude::*;
use std::ops::Range;
use zeroize::Zeroizing;
use zirc_circuit::{Circuit, Side, adjoint};

/// The columns of the three matrices at τ, for every variable. As secret as τ.
pub(super) struct Columns {
    pub(super) a: Zeroizing<Vec<Fr>>,
    pub(super) b: Zeroizing<Vec<Fr>>,
    pub(super) c: Zeroizing<Vec<Fr>>,
}

impl Columns {
    /// aⱼ(τ), bⱼ(τ), cⱼ(τ) for every variable j.
    pub(super) fn new(circuit: &Circuit, domain: &Domain, roles: &Roles, waste: &Waste) -> Columns {
        let lagrange = Zeroizing::new(domain.lagrange(waste.tau));
        let (rows, extra) = lagrange.split_at(circuit.num_constraints());
        let column = |side| Zeroizing::new(adjoint(circuit, side, rows));
        let (mut a, b, c) = (column(Side::A), column(Side::B), column(Side::C));
        // The extra row of variable j: z_j · 0 = 0.
        for (j, l) in roles.extra().zip(extra) {
            a[j] += l;
        }
        Columns { a, b, c }
    }

    /// β·aⱼ + α·bⱼ
    fn mixed(&self, j: usize, waste: &Waste) -> Fr {
        waste.beta * self.a[j] + waste.alpha * self.b[j]
    }

    /// ζⱼ = β·aⱼ + α·bⱼ + cⱼ
    pub(super) fn zeta(&self, j: usize, waste: &Waste) -> Fr {
        self.mixed(j, waste) + self.c[j]
    }

    /// ζⱼ·factor for a range of variables.
    pub(super) fn scaled(
        &self,
        range: Range<usize>,
        waste: &Waste,
        factor: Fr,
    ) -> Zeroizing<Vec<Fr>> {
        Zeroizing::new(range.into_par_iter().map(|j| self.zeta(j, waste) * factor).collect())
    }

    /// Refuses a committed variable with ζⱼ = 0.
    pub(super) fn check_bound(&self, roles: &Roles, waste: &Waste) -> Result<(), SetupError> {
        let vanishes = |j: &usize| self.zeta(*j, waste).is_zero();
        let all = roles.model.start..roles.committed.end;
        match all.into_par_iter().find_any(vanishes) {
            Some(variable) => Err(SetupError::Unbound { variable }),
            None => Ok(()),
        }
    }

    /// The scalars of the C query:
    ///
    /// - (β·aⱼ + α·bⱼ + cⱼ·(τⁿ + 1)/2)/δ for a variable whose ζ is under δ,
    /// - cⱼ·(τⁿ − 1)/2δ for one whose ζ the verifier has elsewhere,
    ///
    /// because L^2n_2i(τ) = Lᵢ(τ)·(τⁿ + 1)/2 turns Σᵢ Cᵢⱼ·L^2n_2i(τ) into a multiple of cⱼ.
    pub(super) fn combine(
        &self,
        domain: &Domain,
        roles: &Roles,
        waste: &Waste,
    ) -> Zeroizing<Vec<Fr>> {
        let half = Fr::from(2u64).inverse().unwrap_or(Fr::ONE);
        let odd = domain.vanishing(waste.tau) * half;
        let even = odd + Fr::one();
        let combined = (0..self.a.len()).into_par_iter().map(|j| {
            let numerator = if j < roles.first_free() {
                self.c[j] * odd
            } else {
                self.mixed(j, waste) + self.c[j] * even
            };
            numerator * waste.delta_inverse
        });
        Zeroizing::new(combined.collect())
    }
}
