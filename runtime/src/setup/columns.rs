//! The columns of the matrices at τ.

use super::{Roles, SetupError, Waste};
use crate::domain::Domain;
use ark_bn254::Fr;
use ark_ff::Zero;
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

    /// The scalars of the C query, with c'ⱼ = Σᵢ Cᵢⱼ·Eᵢ(τ) for the double domain's Lagrange polynomials Eᵢ of
    /// the domain's points:
    ///
    /// - (β·aⱼ + α·bⱼ + c'ⱼ)/δ for a variable whose ζ is under δ,
    /// - (c'ⱼ − cⱼ)/δ for one whose ζ the verifier has elsewhere.
    pub(super) fn combine(
        &self,
        circuit: &Circuit,
        domain: &Domain,
        roles: &Roles,
        waste: &Waste,
    ) -> Zeroizing<Vec<Fr>> {
        let even = Zeroizing::new(domain.even_lagrange(waste.tau));
        let rows = &even[..circuit.num_constraints()];
        let mut combined = Zeroizing::new(adjoint(circuit, Side::C, rows));
        combined.par_iter_mut().enumerate().for_each(|(j, c)| {
            *c += if j < roles.first_free() { -self.c[j] } else { self.mixed(j, waste) };
            *c *= waste.delta_inverse;
        });
        combined
    }
}
