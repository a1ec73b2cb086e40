//! From a circuit to its keys: Groth16's setup (eprint 2016/260), by the adjoint.
//!
//! The matrices are never expanded. Column j of A at τ is aⱼ = Σᵢ Aᵢⱼ·Lᵢ(τ): the transposed matrix
//! applied to the Lagrange polynomials' values, one backward pass over the circuit. As arkworks
//! does, one extra row for each public variable and challenge, with that variable in A and zero in B and
//! C, keeps their columns independent.
//!
//! A model that is committed to once is under a trapdoor of its own, δₘ, with rows of their own for the
//! variables that its commitment would not bind otherwise.
//!
//! A circuit with challenges has three kinds of witness columns under three trapdoors: what is committed
//! to before the challenges under δ₀, what follows from them under δ, with the quotient, and what the
//! verifier knows under γ. (Mirage, eprint 2020/278.)
//!
//! **This is a setup by a single party**: whoever runs it could keep the trapdoors and forge
//! proofs. The trapdoors and the vectors that depend on them are wiped as soon as they have been used;
//! what the arithmetic in between left on the stack or in freed memory is not.

pub(crate) mod alone;
mod by_phase1;
mod columns;
mod exponent;
mod phase1;
mod roles;
mod waste;

#[cfg(test)]
mod known;
#[cfg(test)]
mod textbook;

use crate::curve::fixed::FixedBase;
use crate::domain::{Domain, DomainChoice, MAX_ROWS};
use crate::keys::{
    Blinders, CommitmentPoints, CommitmentQuery, Interface, ProvingKey, Query, VerifyingKey,
};
use crate::progress::{Phase, Timings, Watch};
use ark_bn254::{Fr, G1Affine, G1Projective, G2Projective};
use ark_ec::{CurveGroup, PrimeGroup};
use ark_ff::AdditiveGroup;
pub(crate) use by_phase1::beginning;
pub use by_phase1::{phase1_log_rows, setup_by_phase1};
use columns::Columns;
pub(crate) use exponent::{Matrix, matrices};
pub use phase1::Phase1;
use rand::{CryptoRng, RngCore};
use rayon::prelude::*;
use roles::Roles;
use std::ops::Range;
use thiserror::Error;
use waste::Waste;
pub(crate) use waste::invertible;
use zeroize::Zeroizing;
use zirc_circuit::{Circuit, CircuitError};

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
    /// What the circuit says that nothing depends on, something does.
    #[error("the circuit claims that nothing depends on `{part}`, and something does")]
    Dependence {
        /// The part of an input.
        part: String,
    },
    /// More constraints and public inputs than the field has roots of unity for.
    #[error("circuit needs {rows} rows, the largest domain has {MAX_ROWS}")]
    TooManyRows {
        /// Constraints, public values and one.
        rows: usize,
    },
    /// A committed variable whose column vanishes at τ, so that the commitment would not bind it. As
    /// likely as a guessed trapdoor.
    #[error("variable {variable} would not be bound by the commitment: run setup again")]
    Unbound {
        /// Its number.
        variable: usize,
    },
    /// Two trapdoors came out equal, or one known: the source of randomness does not give any.
    #[error("source of randomness gives the same or known values")]
    Randomness,
    /// A first phase for another number of rows.
    #[error("first phase is for {got} rows, the circuit is padded to {expected}")]
    Phase1 {
        /// As the circuit needs.
        expected: usize,
        /// As the first phase has.
        got: usize,
    },
    /// α or β of a first phase are known, or one is the other.
    #[error("the first phase is forgeable: alpha or beta is known, or they are the same")]
    KnownSecrets,
    /// More than [`MAX_VARIABLES`] variables.
    #[error("circuit has {variables} variables, at most {MAX_VARIABLES} are supported")]
    TooManyVariables {
        /// How many.
        variables: usize,
    },
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
    accept(circuit)?;
    let layout = circuit.layout();
    let variables = layout.num_variables();
    if variables > MAX_VARIABLES as usize {
        return Err(SetupError::TooManyVariables { variables });
    }
    let mut watch = Watch::new(progress);
    let roles = Roles::of(circuit, &layout, rng);
    let rows = circuit.num_constraints() + roles.extra().count();
    let domain = Domain::for_rows(rows, options.domain).ok_or(SetupError::TooManyRows { rows })?;
    let waste = Waste::sample(&domain, rng);
    let key = keys(circuit, domain, &roles, &waste, &mut watch)?;
    // Cannot be unless the source of randomness is broken, and then nothing must come of it.
    key.verifying.check_trapdoors().map_err(|_| SetupError::Randomness)?;
    Ok((key, watch.timings))
}

/// Refuses circuits that are not well-formed, or claim an independence that there is not: a key repeats the
/// claim to those who never see the circuit.
pub(crate) fn accept(circuit: &Circuit) -> Result<(), SetupError> {
    circuit.validate()?;
    let shown = zirc_circuit::independence(circuit);
    shown.map_err(|found| SetupError::Dependence { part: found.part.to_string() })
}

/// The keys, given the trapdoors.
fn keys(
    circuit: &Circuit,
    domain: Domain,
    roles: &Roles,
    waste: &Waste,
    watch: &mut Watch<'_>,
) -> Result<ProvingKey, SetupError> {
    let columns = watch.run(Phase::Columns, || Columns::new(circuit, &domain, roles, waste));
    columns.check_bound(roles, waste)?;
    let num_variables = columns.a.len();
    let (g1, g2) = (G1Projective::generator(), G2Projective::generator());
    let base_g1 = FixedBase::new(g1, 2 * num_variables + domain.size());
    let a = watch.run(Phase::KeyA, || Query::new(&base_g1, &columns.a));
    let b = watch.run(Phase::KeyB, || {
        let present = columns.b.iter().filter(|x| **x != Fr::ZERO).count();
        Query::new(&FixedBase::new(g2, present), &columns.b)
    });
    let (c, gamma_abc_g1) = watch.run(Phase::KeyC, || {
        let instance = columns.scaled(roles.instance(), waste, waste.gamma_inverse);
        let combined = columns.combine(circuit, &domain, roles, waste);
        (Query::new(&base_g1, &combined), base_g1.multiply(&instance))
    });
    let committed = Committed { columns: &columns, base: &base_g1, waste };
    let model = roles.has_model().then(|| {
        let trapdoor = (waste.model_delta, waste.model_delta_inverse);
        let (range, pinned) = (roles.model.clone(), roles.model_pinned());
        watch.run(Phase::KeyM, || committed.query(range, trapdoor, pinned))
    });
    let commitment = roles.has_commitment().then(|| {
        let trapdoor = (waste.own_delta, waste.own_delta_inverse);
        let (range, pinned) = (roles.committed.clone(), roles.pinned());
        watch.run(Phase::KeyD, || committed.query(range, trapdoor, pinned))
    });
    drop(columns);
    let h = watch.run(Phase::KeyH, || {
        // [Oᵢ(τ)/δ]₁ for the Lagrange polynomials of the odd points
        let mut odd = Zeroizing::new(domain.odd_lagrange(waste.tau));
        odd.par_iter_mut().for_each(|x| *x *= waste.delta_inverse);
        base_g1.multiply(&odd)
    });
    let verifying = verifying(circuit, roles, waste, gamma_abc_g1);
    let num_constraints = circuit.num_constraints();
    Ok(ProvingKey {
        verifying,
        domain,
        num_constraints,
        num_variables,
        a,
        b,
        c,
        h,
        model,
        commitment,
    })
}

/// What queries of commitments are made of.
struct Committed<'a> {
    columns: &'a Columns,
    base: &'a FixedBase<ark_bn254::g1::Config>,
    waste: &'a Waste,
}

impl Committed<'_> {
    /// Of the variables in a range, under a trapdoor with its inverse.
    fn query(
        &self,
        range: Range<usize>,
        (delta, inverse): (Fr, Fr),
        pinned: Vec<u32>,
    ) -> CommitmentQuery {
        let g1 = G1Projective::generator();
        let mut own = Zeroizing::new(vec![Fr::ZERO; self.columns.a.len()]);
        own[range.clone()].copy_from_slice(&self.columns.scaled(range, self.waste, inverse));
        let blinders = Blinders {
            delta_g1: (g1 * self.waste.delta).into_affine(),
            own_delta_g1: (g1 * delta).into_affine(),
            pinned,
        };
        CommitmentQuery { query: Query::new(self.base, &own), blinders }
    }
}

/// The verifying key, given its points for public values.
fn verifying(
    circuit: &Circuit,
    roles: &Roles,
    waste: &Waste,
    gamma_abc_g1: Vec<G1Affine>,
) -> VerifyingKey {
    let (g1, g2) = (G1Projective::generator(), G2Projective::generator());
    let points = ark_groth16::VerifyingKey {
        alpha_g1: (g1 * waste.alpha).into_affine(),
        beta_g2: (g2 * waste.beta).into_affine(),
        gamma_g2: (g2 * waste.gamma).into_affine(),
        delta_g2: (g2 * waste.delta).into_affine(),
        gamma_abc_g1,
    };
    let own = roles.has_commitment().then(|| CommitmentPoints {
        delta_g2: (g2 * waste.own_delta).into_affine(),
        challenges: roles.challenges,
    });
    let of_model = roles.has_model().then(|| (g2 * waste.model_delta).into_affine());
    VerifyingKey::new(circuit.digest(), Interface::of(circuit), points, own, of_model)
}
