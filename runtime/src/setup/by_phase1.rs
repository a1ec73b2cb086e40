//! Keys of ours by a first phase, in both modes: all of [`setup`](super::setup) is linear in what
//! it gives.

mod trapdoor;

use super::roles::Roles;
use super::{MAX_VARIABLES, Matrix, Phase1, SetupError, accept, matrices};
use crate::domain::{Domain, DomainChoice};
use crate::files::Group;
use crate::files::points::Coordinate;
use crate::keys::{
    Blinders, CommitmentPoints, CommitmentQuery, Interface, ProvingKey, Query, VerifyingKey,
};
use crate::progress::{Phase, Timings, Watch};
use ark_bn254::{G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::short_weierstrass::Affine;
use ark_ec::{AffineRepr, CurveGroup};
use rand::{CryptoRng, RngCore};
use rayon::prelude::*;
use std::ops::Range;
use trapdoor::Trapdoor;
use zirc_circuit::Circuit;

/// log₂ of the rows that a key for a circuit takes a first phase for. Random numbers tell, as in
/// setup, which variables of a commitment need a row of their own.
///
/// # Errors A [`SetupError`] if the circuit is not valid or too large.
pub fn phase1_log_rows(
    circuit: &Circuit,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<u32, SetupError> {
    accept(circuit)?;
    let roles = Roles::of(circuit, &circuit.layout(), rng);
    Ok(domain(circuit, &roles)?.size().ilog2())
}

/// Makes the keys for a circuit by a first phase for [`phase1_log_rows`]. `progress` is told each
/// phase as it begins.
///
/// γ is 1; δ, and δ₀ and δₘ where the circuit has commitments, are drawn here: whoever calls this
/// could keep them and forge proofs.
///
/// # Errors A [`SetupError`] if the circuit is not valid or too large, the first phase is for
/// another number of rows, or its secrets are seen to be known.
pub fn setup_by_phase1(
    circuit: &Circuit,
    phase1: &Phase1,
    rng: &mut (impl RngCore + CryptoRng),
    progress: &mut dyn FnMut(Phase),
) -> Result<(ProvingKey, Timings), SetupError> {
    let trapdoors = [(); 3].map(|()| Trapdoor::draw(rng));
    let (key, timings) = keys(circuit, phase1, &trapdoors, rng, progress)?;
    key.verifying.check_trapdoors().map_err(|_| SetupError::KnownSecrets)?;
    Ok((key, timings))
}

/// The keys with δ = δ₀ = δₘ = 1, which everybody can forge proofs under until others have contributed to the
/// second phase. The same for everybody who has the circuit and the first phase.
///
/// # Errors As [`setup_by_phase1`].
pub(crate) fn beginning(
    circuit: &Circuit,
    phase1: &Phase1,
    rng: &mut (impl RngCore + CryptoRng),
    progress: &mut dyn FnMut(Phase),
) -> Result<(ProvingKey, Timings), SetupError> {
    let (key, timings) = keys(circuit, phase1, &[(); 3].map(|()| Trapdoor::one()), rng, progress)?;
    // α and β are looked at as they will be when somebody has contributed.
    let verifying = &key.verifying;
    let mut draw = || Trapdoor::draw(rng).g2();
    let points = ark_groth16::VerifyingKey { delta_g2: draw(), ..verifying.points().clone() };
    let own = verifying.commitment().map(|c| CommitmentPoints { delta_g2: draw(), ..c.clone() });
    let model = verifying.model().map(|_| draw());
    let (circuit, interface) = (verifying.circuit(), verifying.interface().clone());
    let later = VerifyingKey::new(circuit, interface, points, own, model);
    later.check_trapdoors().map_err(|_| SetupError::KnownSecrets)?;
    Ok((key, timings))
}

/// The keys by these δ, δ₀ and δₘ.
fn keys(
    circuit: &Circuit,
    phase1: &Phase1,
    [delta, own, model]: &[Trapdoor; 3],
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
    let domain = domain(circuit, &roles)?;
    if domain.size() != phase1.rows() {
        let (expected, got) = (domain.size(), phase1.rows());
        return Err(SetupError::Phase1 { expected, got });
    }
    // The keys of everybody who has these secrets are the same, whatever the size of their file.
    let columns = watch.run(Phase::Columns, || {
        let doubled = phase1.doubled_below_last()?;
        let sums = Sums::new(circuit, variables, &roles, phase1, &doubled);
        Some((doubled, sums))
    });
    let (doubled, sums) = columns.ok_or(SetupError::TooManyRows { rows: domain.size() })?;
    sums.check_bound(&roles)?;
    let parts = Parts { circuit, phase1, doubled: &doubled, roles: &roles, sums: &sums, delta };
    let model = roles.has_model().then(|| {
        let query = watch
            .run(Phase::KeyM, || parts.query(roles.model.clone(), model, roles.model_pinned()));
        (query, model.g2())
    });
    let commitment = roles.has_commitment().then(|| {
        let query =
            watch.run(Phase::KeyD, || parts.query(roles.committed.clone(), own, roles.pinned()));
        let points = CommitmentPoints { delta_g2: own.g2(), challenges: roles.challenges };
        (query, points)
    });
    let key = parts.assemble(domain, model, commitment, &mut watch);
    Ok((key, watch.timings))
}

fn domain(circuit: &Circuit, roles: &Roles) -> Result<Domain, SetupError> {
    // Never a single row: there would be no power of τ in it.
    let rows = (circuit.num_constraints() + roles.extra().count()).max(2);
    Domain::for_rows(rows, DomainChoice::PowerOfTwo).ok_or(SetupError::TooManyRows { rows })
}

/// Columns at τ, as points.
struct Sums {
    a: Vec<G1Affine>,
    b: Vec<G2Affine>,
    /// ζ_j
    zeta: Vec<G1Projective>,
    /// Σᵢ Cᵢⱼ·(Eᵢ(τ) − Lᵢ(τ)), for the double domain's polynomials Eᵢ of the domain's points.
    doubled: Vec<G1Projective>,
}

impl Sums {
    fn new(
        circuit: &Circuit,
        variables: usize,
        roles: &Roles,
        phase1: &Phase1,
        doubled: &[G1Affine],
    ) -> Sums {
        let extra: Vec<usize> = roles.extra().collect();
        let [a, b, c]: [Matrix; 3] = matrices(circuit, variables, &extra, |j| j);
        let all = || 0..variables;
        let mut zeta = a.combine(&phase1.beta_tau_g1, all());
        for more in [b.combine(&phase1.alpha_tau_g1, all()), c.combine(&phase1.tau_g1, all())] {
            zeta.par_iter_mut().zip(more).for_each(|(z, x)| *z += x);
        }
        let even = doubled.par_iter().step_by(2).zip(&phase1.tau_g1);
        let apart: Vec<G1Projective> = even.map(|(e, l)| G1Projective::from(*e) - l).collect();
        let doubled = c.combine(&G1Projective::normalize_batch(&apart), all());
        let a = G1Projective::normalize_batch(&a.combine(&phase1.tau_g1, all()));
        let b = G2Projective::normalize_batch(&b.combine(&phase1.tau_g2, all()));
        Sums { a, b, zeta, doubled }
    }

    /// Refuses a committed variable with ζⱼ = 0.
    fn check_bound(&self, roles: &Roles) -> Result<(), SetupError> {
        let mut all = roles.model.start..roles.committed.end;
        match all.find(|j| self.zeta[*j] == G1Projective::default()) {
            Some(variable) => Err(SetupError::Unbound { variable }),
            None => Ok(()),
        }
    }
}

/// What a key is put together of.
struct Parts<'p> {
    circuit: &'p Circuit,
    phase1: &'p Phase1,
    /// The double domain's polynomials.
    doubled: &'p [G1Affine],
    roles: &'p Roles,
    sums: &'p Sums,
    delta: &'p Trapdoor,
}

impl Parts<'_> {
    /// What commits to a range of variables under a trapdoor of its own.
    fn query(&self, range: Range<usize>, own: &Trapdoor, pinned: Vec<u32>) -> CommitmentQuery {
        let points = own.divide(self.sums.zeta[range.clone()].par_iter().copied());
        let blinders = Blinders { delta_g1: self.delta.g1(), own_delta_g1: own.g1(), pinned };
        CommitmentQuery { query: query(range.start, points), blinders }
    }

    fn assemble(
        &self,
        domain: Domain,
        model: Option<(CommitmentQuery, G2Affine)>,
        commitment: Option<(CommitmentQuery, CommitmentPoints)>,
        watch: &mut Watch<'_>,
    ) -> ProvingKey {
        let (sums, phase1, free) = (self.sums, self.phase1, self.roles.first_free());
        let c = watch.run(Phase::KeyC, || {
            let both = sums.doubled.par_iter().zip(&sums.zeta).enumerate();
            self.delta.divide(both.map(|(j, (d, zeta))| if j < free { *d } else { *d + zeta }))
        });
        let h = watch.run(Phase::KeyH, || {
            let odd = self.doubled.par_iter().skip(1).step_by(2);
            self.delta.divide(odd.map(|p| G1Projective::from(*p)))
        });
        let points = ark_groth16::VerifyingKey {
            alpha_g1: phase1.alpha_g1,
            beta_g2: phase1.beta_g2,
            gamma_g2: G2Affine::generator(),
            delta_g2: self.delta.g2(),
            gamma_abc_g1: G1Projective::normalize_batch(&sums.zeta[self.roles.instance()]),
        };
        let (model, of_model) = model.unzip();
        let (commitment, own) = commitment.unzip();
        let circuit = self.circuit;
        let interface = Interface::of(circuit);
        let verifying = VerifyingKey::new(circuit.digest(), interface, points, own, of_model);
        ProvingKey {
            verifying,
            domain,
            num_constraints: circuit.num_constraints(),
            num_variables: sums.a.len(),
            a: query(0, sums.a.clone()),
            b: query(0, sums.b.clone()),
            c: query(0, c),
            h,
            model,
            commitment,
        }
    }
}

/// Points of the variables from one on, without those that have none.
fn query<P: Group<BaseField: Coordinate>>(first: usize, points: Vec<Affine<P>>) -> Query<P> {
    let all = (first as u32..).zip(points).filter(|(_, point)| !point.is_zero());
    let (indices, points) = all.unzip();
    Query { indices, points }
}

#[cfg(test)]
mod tests;
