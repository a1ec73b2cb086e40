//! `.ptau`: the powers of τ of a first phase, as snarkjs's ceremonies leave them.
//!
//! | section | content, for powers up to 2^p |
//! |---|---|
//! | 1 | modulus of the coordinates, p, and p of the ceremony |
//! | 2 | \[τ^i\]₁, 2^(p+1) − 1 of them |
//! | 3 | \[τ^i\]₂, 2^p |
//! | 4, 5 | \[α·τ^i\]₁, \[β·τ^i\]₁, 2^p each |
//! | 6 | \[β\]₂ |
//! | 7 | contributions |
//! | 12 … 15 | if it is prepared: the Lagrange polynomials of 1, 2, 4, …, 2^p roots of unity at τ, of sections 2 to 5; in 12 also those of 2^(p+1), without the power 2^(p+1) − 1 |
//!
//! A file that was cut out of a larger one may have that power in 12 all the same, though it is not in 2.
//!
//! Only what a circuit needs is read, and all that is read is checked: that the points are powers of one τ
//! times 1, α and β, in both groups, and that the Lagrange polynomials are of those powers. Of what is behind
//! that, single points are looked at, for secrets that follow from each other as the whole file shows them
//! (`ptau/related.rs`). Who contributed is not looked at: `snarkjs powersoftau verify` says that.

mod check;
mod lagrange;
mod related;

use super::SnarkjsError;
use super::montgomery::{Identity, Montgomery, read_modulus, read_point, read_points};
use super::sections::{Named, Sections};
use crate::files::Group;
use crate::files::points::point_size;
use crate::setup::Phase1;
use ark_bn254::{Fq, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::Affine;
use check::Powers;
use rand::{CryptoRng, RngCore};
use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

const HEADER: Named = (1, "header");
const TAU_G1: Named = (2, "powers of tau in G1");
const TAU_G2: Named = (3, "powers of tau in G2");
const ALPHA_TAU_G1: Named = (4, "powers of tau times alpha");
const BETA_TAU_G1: Named = (5, "powers of tau times beta");
const BETA_G2: Named = (6, "beta in G2");
const LAGRANGE_G1: Named = (12, "Lagrange polynomials in G1");
const LAGRANGE_G2: Named = (13, "Lagrange polynomials in G2");
const LAGRANGE_ALPHA: Named = (14, "Lagrange polynomials times alpha");
const LAGRANGE_BETA: Named = (15, "Lagrange polynomials times beta");

/// The largest p: the field has 2^28 roots of unity, and a circuit's domain is doubled.
const MAX_POWER: u32 = 27;
/// The largest that a file may be for: as many roots of unity as there are.
const MOST: u32 = 28;

/// A `.ptau` file that is open.
pub struct Ptau<R = BufReader<File>> {
    file: Sections<R>,
    power: u32,
}

impl Ptau {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// A [`SnarkjsError`] for what is no such file, or is of another curve.
    pub fn open(path: &Path) -> Result<Ptau, SnarkjsError> {
        Ptau::new(BufReader::new(File::open(path)?))
    }
}

impl<R: Read + Seek + Send> Ptau<R> {
    /// Takes anything that holds such a file.
    ///
    /// # Errors
    /// As [`Ptau::open`].
    pub fn new(source: R) -> Result<Ptau<R>, SnarkjsError> {
        let mut file = Sections::open(source, "ptau")?;
        let mut header = file.whole(HEADER)?;
        read_modulus::<Fq, _>(&mut header, "modulus of the header")?;
        let power = u32::from_le_bytes(header.array("power")?);
        if power > MOST {
            let (expected, got) = (MOST.into(), power.into());
            return Err(SnarkjsError::Differs { what: "power", expected, got });
        }
        let _of_the_ceremony = header.array::<4>("power of the ceremony")?;
        header.finish()?;
        Ok(Ptau { file, power })
    }

    /// log₂ of the rows that it has powers for.
    #[must_use]
    pub fn power(&self) -> u32 {
        self.power
    }

    /// Whether Lagrange polynomials are in it; without, they are computed, which takes minutes for
    /// large circuits.
    #[must_use]
    pub fn is_prepared(&self) -> bool {
        let all = [LAGRANGE_G1, LAGRANGE_G2, LAGRANGE_ALPHA, LAGRANGE_BETA];
        all.iter().all(|(section, _)| self.file.has(*section))
    }

    /// Reads and checks what 2^`log` rows need; random numbers find what does not fit.
    ///
    /// # Errors
    /// [`SnarkjsError::TooSmall`], and all that can be wrong with the file.
    pub fn phase1(
        &mut self,
        log: u32,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Phase1, SnarkjsError> {
        if log > self.power.min(MAX_POWER) {
            return Err(SnarkjsError::TooSmall { needed: log, got: self.power });
        }
        let rows = 1usize << log;
        // One power more than the products of a circuit need, where it is there.
        let powers = 2 * rows - usize::from(log == self.power);
        let mut powers = Powers {
            tau_g1: self.points(TAU_G1, 0, powers)?,
            tau_g2: self.points(TAU_G2, 0, rows)?,
            alpha_tau_g1: self.points(ALPHA_TAU_G1, 0, rows)?,
            beta_tau_g1: self.points(BETA_TAU_G1, 0, rows)?,
            beta_g2: self.beta_g2()?,
        };
        powers.check(rng)?;
        self.refuse_related(log)?;
        let prepared = self.is_prepared();
        let doubled_g1 = self.doubled(prepared, &mut powers, rng)?;
        let Powers { alpha_tau_g1: alpha, beta_tau_g1: beta, .. } = &powers;
        Ok(Phase1 {
            alpha_g1: alpha[0],
            beta_g1: beta[0],
            beta_g2: powers.beta_g2,
            tau_g1: self.lagrange(prepared, LAGRANGE_G1, &powers.tau_g1[..rows], rows, rng)?,
            tau_g2: self.lagrange(prepared, LAGRANGE_G2, &powers.tau_g2, rows, rng)?,
            alpha_tau_g1: self.lagrange(prepared, LAGRANGE_ALPHA, alpha, rows, rng)?,
            beta_tau_g1: self.lagrange(prepared, LAGRANGE_BETA, beta, rows, rng)?,
            doubled_g1,
            powers_g1: powers.tau_g1,
        })
    }

    fn beta_g2(&mut self) -> Result<G2Affine, SnarkjsError> {
        let mut section = self.file.exactly(BETA_G2, point_size::<ark_bn254::g2::Config>())?;
        Ok(read_point(&mut section, BETA_G2.1)?)
    }

    /// `count` points of a section, from one on.
    fn points<P: Group<BaseField: Montgomery>>(
        &mut self,
        named: Named,
        first: usize,
        count: usize,
    ) -> Result<Vec<Affine<P>>, SnarkjsError> {
        let size = point_size::<P>();
        let mut part = self.file.part(named, first as u64 * size, count as u64 * size)?;
        Ok(read_points(&mut part, count, Identity::Refused, named.1)?)
    }

    /// The Lagrange polynomials of `count` roots of unity at τ, given its powers: from the file, if
    /// they are there, and compared with the powers.
    fn lagrange<P: Group<BaseField: Montgomery>>(
        &mut self,
        prepared: bool,
        named: Named,
        powers: &[Affine<P>],
        count: usize,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Vec<Affine<P>>, SnarkjsError> {
        if !prepared {
            return lagrange::of_powers(powers, count);
        }
        // Those of 1, 2, 4, … roots lie before.
        let points = self.points(named, count - 1, count)?;
        lagrange::check(&points, powers, named.1, rng)?;
        Ok(points)
    }

    /// Those of the double domain. Where section 2 ends before the power 2n − 1 and they have it, it is put
    /// behind the others.
    fn doubled(
        &mut self,
        prepared: bool,
        powers: &mut Powers,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Vec<G1Affine>, SnarkjsError> {
        let count = 2 * powers.tau_g2.len();
        if !prepared {
            return lagrange::of_powers(&powers.tau_g1, count);
        }
        let points = self.points(LAGRANGE_G1, count - 1, count)?;
        if powers.tau_g1.len() < count {
            let last = lagrange::last_power(&points)?;
            if !last.is_zero() {
                powers.push(last, LAGRANGE_G1.1)?;
            }
        }
        lagrange::check(&points, &powers.tau_g1, LAGRANGE_G1.1, rng)?;
        Ok(points)
    }
}

impl<R> std::fmt::Debug for Ptau<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ptau for 2^{} rows", self.power)
    }
}
