//! `.zkey`: a proving key of snarkjs, which is the textbook's, with all that went into its second phase.
//!
//! | section | content, for m wires, p public ones and n rows |
//! |---|---|
//! | 1 | 1, for Groth16 |
//! | 2 | both moduli, m, p, n; \[α\]₁, \[β\]₁, \[β\]₂, \[γ\]₂, \[δ\]₁, \[δ\]₂ |
//! | 3 | IC: \[ζ_j/γ\]₁ for wire 0 and the public ones |
//! | 4 | the entries of A and B: matrix, row, wire, coefficient |
//! | 5, 6, 7 | A, B1, B2: \[a_j\]₁, \[b_j\]₁, \[b_j\]₂ of every wire; all zeros for none |
//! | 8 | C: \[ζ_j/δ\]₁ of every wire behind the public ones |
//! | 9 | H: \[O_i(τ)/δ\]₁ for the n odd points of the double domain |
//! | 10 | BLAKE2b of the first phase's part in it, and the contributions |
//!
//! n is a power of two, the rows behind the constraints belong to wires 0 … p, and γ is 1. H is that of
//! ours ([`ProvingKey`](crate::ProvingKey)); ζ_j is not taken apart here, so that a proof also subtracts the
//! values of c on the odd points, and takes six transforms in place of four.
//!
//! The matrix C is in the file only within the ζ_j. Whether that is the circuit's, and whether the
//! points come of a first phase that others took part in, [`ZKey::verify_with`] tells, given the first
//! phase; what [`ZKey::read`] compares with the circuit are its sizes and all of A and B.

mod check;
mod columns;
mod contribute;
mod make;
mod prove;
mod read;
mod write;

pub use contribute::OpenZKey;
pub use make::FirstZKey;
pub use prove::prove_with_zkey;

use super::contribution::{self, Contribution, Hash};
use super::sections::Named;
use super::{SnarkjsError, SnarkjsKey, signals};
use crate::ceremony::Contributor;
use crate::domain::Domain;
use crate::export::Wires;
use crate::keys::{Interface, MadeIn, VerifyingKey};
use ark_bn254::{Bn254, G1Affine, G2Affine};
use zirc_circuit::Circuit;

const SYSTEM: Named = (1, "proof system");
const HEADER: Named = (2, "header");
const IC: Named = (3, "IC");
const COEFFICIENTS: Named = (4, "coefficients");
const A: Named = (5, "A points");
const B1: Named = (6, "B1 points");
const B2: Named = (7, "B2 points");
const C: Named = (8, "C points");
const H: Named = (9, "H points");
const CONTRIBUTIONS: Named = (10, "contributions");

/// Groth16 among the systems of snarkjs.
const GROTH16: u32 = 1;
/// Bytes of a header: two moduli, three numbers, three points in each group.
const HEADER_SIZE: u64 = 2 * 36 + 3 * 4 + 3 * 64 + 3 * 128;
/// Bytes of a coefficient with where it stands.
const ENTRY: usize = 3 * 4 + 32;

/// A proving key of snarkjs for a circuit, by wires.
#[derive(Clone, Debug, PartialEq)]
pub struct ZKey {
    verifying: VerifyingKey,
    header: Header,
    shape: Shape,
    /// Entries of A and B.
    coefficients: u64,
    a: Vec<G1Affine>,
    b1: Vec<G1Affine>,
    b2: Vec<G2Affine>,
    c: Vec<G1Affine>,
    pub(super) h: Vec<G1Affine>,
    circuit_hash: Hash,
    contributions: Vec<Contribution>,
}

/// Points of section 2, with those of section 3.
#[derive(Clone, Debug, PartialEq)]
struct Header {
    alpha_g1: G1Affine,
    beta_g1: G1Affine,
    beta_g2: G2Affine,
    gamma_g2: G2Affine,
    delta_g1: G1Affine,
    delta_g2: G2Affine,
    ic: Vec<G1Affine>,
}

/// How the variables and rows of a circuit lie in its key.
#[derive(Clone, Debug, PartialEq)]
struct Shape {
    constraints: usize,
    /// Wire 0 counted.
    wires: usize,
    /// Wire 0 not counted.
    public: usize,
    domain: Domain,
    /// Variables with a row behind the constraints, in the order of rows: wires 0 … p.
    extra: Vec<usize>,
    /// The wire of each variable.
    wire: Vec<u32>,
}

impl Shape {
    fn of(circuit: &Circuit) -> Result<Shape, SnarkjsError> {
        let wires = Wires::new(circuit)?;
        let constraints = circuit.num_constraints();
        let public = circuit.layout().num_public;
        // Never a single row, as in snarkjs.
        let rows = (constraints + 1 + public).max(2);
        let domain = Domain::for_rows(rows, crate::DomainChoice::PowerOfTwo);
        let domain = domain.ok_or(crate::SetupError::TooManyRows { rows })?;
        let wire: Vec<u32> = (0..wires.count).map(|j| wires.of_variable(j) as u32).collect();
        let mut extra = vec![0; public + 1];
        for (j, wire) in wire.iter().enumerate().take(public + 1) {
            extra[*wire as usize] = j;
        }
        Ok(Shape { constraints, wires: wires.count, public, domain, extra, wire })
    }

    fn log_rows(&self) -> u32 {
        self.domain.size().ilog2()
    }
}

impl Header {
    fn points(&self, ic: Vec<G1Affine>) -> ark_groth16::VerifyingKey<Bn254> {
        ark_groth16::VerifyingKey {
            alpha_g1: self.alpha_g1,
            beta_g2: self.beta_g2,
            gamma_g2: self.gamma_g2,
            delta_g2: self.delta_g2,
            gamma_abc_g1: ic,
        }
    }

    /// The verifying key of a circuit with these points and contributions, which is refused if
    /// anything can be proved by it.
    fn verifying(
        &self,
        circuit: &Circuit,
        circuit_hash: &Hash,
        contributions: &[Contribution],
    ) -> Result<VerifyingKey, SnarkjsError> {
        let key = self.unchecked(circuit);
        key.check_trapdoors()?;
        contribution::has_secret(contributions)?;
        // One of a single phase has nothing to say of a second.
        let made_in = key.has_two_phases().then(|| made_in(circuit_hash, contributions));
        Ok(key.made_in(made_in))
    }

    fn unchecked(&self, circuit: &Circuit) -> VerifyingKey {
        let interface = Interface::of(circuit);
        let mut ic = self.ic.clone();
        for (wire, k) in signals(&interface).into_iter().enumerate() {
            ic[k + 1] = self.ic[wire + 1];
        }
        VerifyingKey::new(circuit.digest(), interface, self.points(ic), None, None)
    }

    fn foreign(&self) -> Result<SnarkjsKey, SnarkjsError> {
        Ok(SnarkjsKey::of_points(self.points(self.ic.clone()))?)
    }
}

/// What a verifying key says of contributions: their number and the digest of their section.
fn made_in(circuit_hash: &Hash, contributions: &[Contribution]) -> MadeIn {
    let mut hasher = blake3::Hasher::new();
    // Hashing does not fail.
    let _ = contribution::write_all(&mut hasher, circuit_hash, contributions);
    let secret = contributions.iter().filter(|c| !c.is_public()).count();
    MadeIn {
        contributions: u32::try_from(secret).unwrap_or(u32::MAX),
        beacon: contributions.last().is_some_and(Contribution::is_public),
        transcript: zirc_circuit::Digest(*hasher.finalize().as_bytes()),
    }
}

impl ZKey {
    /// The verifying key, which names the circuit that this was made or read for.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// Points of the domain.
    #[must_use]
    pub fn domain_size(&self) -> usize {
        self.shape.domain.size()
    }

    /// Contributions to the second phase.
    #[must_use]
    pub fn contributions(&self) -> &[Contribution] {
        &self.contributions
    }

    /// Digest of what the first phase gives the circuit, which contributions are bound to.
    #[must_use]
    pub fn circuit_hash(&self) -> [u8; 64] {
        self.circuit_hash
    }

    /// Whoever made them, in order.
    #[must_use]
    pub fn contributors(&self) -> Vec<Contributor> {
        self.contributions.iter().map(Contribution::contributor).collect()
    }
}
