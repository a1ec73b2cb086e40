//! From a circuit to its keys: Groth16's setup (eprint 2016/260), by the adjoint.
//!
//! The matrices are never expanded. Column j of A at τ is aⱼ = Σᵢ Aᵢⱼ·Lᵢ(τ): the transposed matrix
//! applied to the Lagrange polynomials' values, one backward pass over the circuit. As arkworks
//! does, one extra row for each public variable, with that variable in A and zero in B and C, keeps
//! the public columns independent.
//!
//! **This is a setup by a single party**: whoever runs it could keep the trapdoors and forge
//! proofs. The trapdoors and the vectors that depend on them are wiped as soon as they have been used;
//! what the arithmetic in between left on the stack or in freed memory is not.

mod waste;

#[cfg(test)]
mod textbook;

use crate::curve::fixed::FixedBase;
use crate::domain::{Domain, DomainChoice};
use crate::keys::{Interface, ProvingKey, Query, VerifyingKey};
use crate::progress::{Phase, Timings, Watch};
use ark_bn254::{Fr, G1Projective, G2Projective};
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::{AdditiveGroup, Field, One};
use rand::{CryptoRng, RngCore};
use rayon::prelude::*;
use thiserror::Error;
use waste::Waste;
pub(crate) use waste::invertible;
use zeroize::Zeroizing;
use zirc_circuit::{Circuit, CircuitError, Side, adjoint};

/// Most variables of a circuit, `ONE` included: 2³¹ − 1.
pub const MAX_VARIABLES: u32 = u32::MAX >> 1;

/// Choices to be made before setup.
#[derive(Clone, Copy, Debug, Default)]
pub struct SetupOptions {
    /// Which sizes of domain are allowed.
    pub domain: DomainChoice,
}

/// Why there are no keys.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The circuit is not well-formed.
    #[error("circuit is not valid")]
    Circuit(#[from] CircuitError),
    /// More constraints and public inputs than the field has roots of unity for.
    #[error("circuit needs {rows} rows, the largest domain has {}", 9u64 << 27)]
    TooManyRows {
        /// Constraints, public values and one.
        rows: usize,
    },
    /// More than [`MAX_VARIABLES`] variables.
    #[error("circuit has {variables} variables, at most {MAX_VARIABLES} are supported")]
    TooManyVariables {
        /// How many.
        variables: usize,
    },
}

/// The columns of the three matrices at τ, for every variable. As secret as τ.
struct Columns {
    a: Zeroizing<Vec<Fr>>,
    b: Zeroizing<Vec<Fr>>,
    c: Zeroizing<Vec<Fr>>,
}

/// Makes the keys for a circuit. `progress` is told each phase as it begins.
///
/// Memory: four field elements for each variable and row, and the key itself. Time is nearly all
/// spent in one fixed-base multiplication for each point of the key.
///
/// This is a single-party setup: the caller must trust `rng`, and everyone who verifies must trust
/// the caller.
///
/// # Errors
/// A [`SetupError`] if the circuit is not valid or too large.
pub fn setup(
    circuit: &Circuit,
    options: SetupOptions,
    rng: &mut (impl RngCore + CryptoRng),
    progress: &mut dyn FnMut(Phase),
) -> Result<(ProvingKey, Timings), SetupError> {
    circuit.validate()?;
    let layout = circuit.layout();
    let variables = layout.num_variables();
    if variables > MAX_VARIABLES as usize {
        return Err(SetupError::TooManyVariables { variables });
    }
    let rows = circuit.num_constraints() + 1 + layout.num_public;
    let domain = Domain::for_rows(rows, options.domain).ok_or(SetupError::TooManyRows { rows })?;
    let waste = Waste::sample(&domain, rng);
    let mut watch = Watch::new(progress);
    let key = keys(circuit, domain, layout.num_public, &waste, &mut watch);
    Ok((key, watch.timings))
}

/// The keys, given the trapdoors.
fn keys(
    circuit: &Circuit,
    domain: Domain,
    num_public: usize,
    waste: &Waste,
    watch: &mut Watch<'_>,
) -> ProvingKey {
    let columns = watch.run(Phase::Columns, || columns(circuit, &domain, num_public, waste));
    let num_variables = columns.a.len();
    let (g1, g2) = (G1Projective::generator(), G2Projective::generator());
    let base_g1 = FixedBase::new(g1, 2 * num_variables + domain.size());
    let a = watch.run(Phase::KeyA, || Query::new(&base_g1, &columns.a));
    let b = watch.run(Phase::KeyB, || {
        let present = columns.b.iter().filter(|x| **x != Fr::ZERO).count();
        Query::new(&FixedBase::new(g2, present), &columns.b)
    });
    let (c, gamma_abc_g1) = watch.run(Phase::KeyC, || {
        let (public, combined) = combine(&columns, &domain, num_public, waste);
        (Query::new(&base_g1, &combined), base_g1.multiply(&public))
    });
    drop(columns);
    let h = watch.run(Phase::KeyH, || {
        // [L^2n_(2i+1)(τ)/δ]₁
        let mut odd = Zeroizing::new(domain.odd_lagrange(waste.tau));
        odd.par_iter_mut().for_each(|x| *x *= waste.delta_inverse);
        base_g1.multiply(&odd)
    });
    let points = ark_groth16::VerifyingKey {
        alpha_g1: (g1 * waste.alpha).into_affine(),
        beta_g2: (g2 * waste.beta).into_affine(),
        gamma_g2: (g2 * waste.gamma).into_affine(),
        delta_g2: (g2 * waste.delta).into_affine(),
        gamma_abc_g1,
    };
    let verifying = VerifyingKey::new(circuit.digest(), Interface::of(circuit), points);
    let num_constraints = circuit.num_constraints();
    ProvingKey { verifying, domain, num_constraints, num_variables, a, b, c, h }
}

/// aⱼ(τ), bⱼ(τ), cⱼ(τ) for every variable j.
fn columns(circuit: &Circuit, domain: &Domain, num_public: usize, waste: &Waste) -> Columns {
    let lagrange = Zeroizing::new(domain.lagrange(waste.tau));
    let (rows, extra) = lagrange.split_at(circuit.num_constraints());
    let column = |side| Zeroizing::new(adjoint(circuit, side, rows));
    let (mut a, b, c) = (column(Side::A), column(Side::B), column(Side::C));
    // The extra row of public variable j: z_j · 0 = 0.
    for (a, l) in a.iter_mut().zip(&extra[..=num_public]) {
        *a += l;
    }
    Columns { a, b, c }
}

/// The scalars of the public values' points, and those of the C query. With ζⱼ = β·aⱼ + α·bⱼ + cⱼ:
///
/// - public: ζⱼ/γ, and in the C query cⱼ·(τⁿ − 1)/2δ
/// - witness: (β·aⱼ + α·bⱼ + cⱼ·(τⁿ + 1)/2)/δ in the C query
///
/// because L^2n_2i(τ) = Lᵢ(τ)·(τⁿ + 1)/2 turns Σᵢ Cᵢⱼ·L^2n_2i(τ) into a multiple of cⱼ.
fn combine(
    columns: &Columns,
    domain: &Domain,
    num_public: usize,
    waste: &Waste,
) -> (Zeroizing<Vec<Fr>>, Zeroizing<Vec<Fr>>) {
    let half = Fr::from(2u64).inverse().unwrap_or(Fr::ONE);
    let odd = domain.vanishing(waste.tau) * half;
    let even = odd + Fr::one();
    let mixed = |j: usize| waste.beta * columns.a[j] + waste.alpha * columns.b[j];
    let public: Vec<Fr> =
        (0..=num_public).map(|j| (mixed(j) + columns.c[j]) * waste.gamma_inverse).collect();
    let combined: Vec<Fr> = (0..columns.a.len())
        .into_par_iter()
        .map(|j| {
            let numerator =
                if j <= num_public { columns.c[j] * odd } else { mixed(j) + columns.c[j] * even };
            numerator * waste.delta_inverse
        })
        .collect();
    (Zeroizing::new(public), Zeroizing::new(combined))
}
