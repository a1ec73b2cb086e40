//! Evaluation domains: the points that stand for the rows of a circuit.
//!
//! r − 1 = 2^28·3^2·… has roots of unity of the orders 2^a, 3·2^a and 9·2^a. Any set of points would do, and
//! two cosets have transforms as fast as one (`extend` has the equations). So a domain is one coset, or a large and a
//! small one whose size divides the other's: a circuit is padded by a fourteenth at worst, and not to
//! twice its size.
//!
//! Beside the domain D lies a second one of as many *odd* points, D': those of the cosets' odd halves. A
//! polynomial of degree below 2n is told by its values on both, the *double* domain.

mod coset;
mod extend;
#[cfg(test)]
mod tests;

use crate::forecast::Costs;
use crate::forecast::costs::ROW;
use ark_bn254::Fr;
use ark_ff::{FftField, Field, One, Zero, batch_inversion};
use coset::{Coset, MAX_LOG, MAX_THREES};
use rayon::prelude::*;

/// The most points of a domain, 9·2^27.
pub const MAX_ROWS: u64 = 9 << MAX_LOG;
/// Transforms of a whole domain in a proof.
const TRANSFORMS: f64 = 4.0;

/// Which sizes a domain may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum DomainChoice {
    /// The cheapest of 2^a, 3·2^a, 9·2^a and the sums of two of these of which one divides the other.
    #[default]
    Cheapest,
    /// Powers of two only, as most other Groth16 software expects of a proving key.
    PowerOfTwo,
}

/// n points, and as many odd ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// ⟨ω⟩
    main: Coset,
    /// g·⟨ω'⟩ for a generator g of the field's units, so that no point is in ⟨ω⟩ or its odd coset.
    rest: Option<Coset>,
}

impl Domain {
    /// The domain for this many rows, `None` if there is none so large.
    #[must_use]
    pub fn for_rows(rows: usize, choice: DomainChoice) -> Option<Domain> {
        let rows = rows.max(1);
        if rows as u64 > MAX_ROWS {
            return None;
        }
        if choice == DomainChoice::PowerOfTwo {
            return Domain::new(rows.next_power_of_two(), 0);
        }
        let single = (0..=MAX_THREES).filter_map(|b| Domain::new(smooth(rows, b)?, 0));
        let mains = (0..=MAX_THREES).flat_map(|b| below(rows, b));
        let pairs = mains.flat_map(|main| {
            let rests = (0..=MAX_THREES).filter_map(move |b| smooth(rows - main, b));
            rests.filter_map(move |rest| Domain::of_size(main + rest))
        });
        let enough = single.chain(pairs).filter(|d| d.size() >= rows);
        enough.min_by(|a, b| a.cost().total_cmp(&b.cost()))
    }

    /// The domain of exactly this many points, `None` if there is none. Of two cosets the first is as large
    /// as can be.
    #[must_use]
    pub fn of_size(size: usize) -> Option<Domain> {
        if size as u64 > MAX_ROWS {
            return None;
        }
        let mains = (0..=MAX_THREES).flat_map(|b| below(size, b));
        let pairs = mains.filter(|main| main % (size - main) == 0);
        let pair = |main: usize| Domain::new(main, size - main);
        Domain::new(size, 0).or_else(|| pair(pairs.max()?))
    }

    fn new(main: usize, rest: usize) -> Option<Domain> {
        let rest = match rest {
            0 => None,
            size => Some(Coset::new(size, Fr::GENERATOR)?),
        };
        Some(Domain { main: Coset::new(main, Fr::one())?, rest })
    }

    fn cosets(&self) -> impl Iterator<Item = &Coset> {
        std::iter::once(&self.main).chain(&self.rest)
    }

    /// Number of points, n.
    #[must_use]
    pub fn size(&self) -> usize {
        self.cosets().map(Coset::size).sum()
    }

    #[cfg(test)]
    pub(crate) fn has_two_cosets(&self) -> bool {
        self.rest.is_some()
    }

    /// The points, in the order of the rows.
    #[cfg(test)]
    pub(crate) fn points(&self) -> Vec<Fr> {
        self.cosets().flat_map(|c| c.powers(1, false)).collect()
    }

    /// Predicted nanoseconds that a proof spends on this domain, on one core.
    fn cost(&self) -> f64 {
        // Those that are built in: a circuit's domain is the same on every machine.
        self.size() as f64 * ROW + self.transforms(&Costs::BUILT_IN)
    }

    /// Nanoseconds of a proof's transforms, on one core.
    pub(crate) fn transforms(&self, costs: &Costs) -> f64 {
        let butterflies: f64 = self.cosets().map(Coset::butterflies).sum();
        let folds = self.rest.as_ref().map_or(0.0, |_| self.main.size() as f64);
        TRANSFORMS * (butterflies * costs.butterfly + folds * costs.fold)
    }

    /// Whether a point is in the double domain.
    #[must_use]
    pub fn doubled_has(&self, x: Fr) -> bool {
        self.vanishing(x, 2).is_zero()
    }

    /// Π (x − p) over the points of the domain (`times` 1) or of the double one (2).
    fn vanishing(&self, x: Fr, times: u64) -> Fr {
        let each =
            self.cosets().map(|c| power_of(x, c, times) - power_of(c.first(false), c, times));
        each.product()
    }

    /// The domain's Lagrange polynomials at an x outside of it.
    #[must_use]
    pub fn lagrange(&self, x: Fr) -> Vec<Fr> {
        self.basis(x, 1, false)
    }

    /// Those of the double domain for the domain's own points, at an x outside of both.
    #[must_use]
    pub fn even_lagrange(&self, x: Fr) -> Vec<Fr> {
        self.basis(x, 2, false)
    }

    /// Those of the double domain for the odd points.
    #[must_use]
    pub fn odd_lagrange(&self, x: Fr) -> Vec<Fr> {
        self.basis(x, 2, true)
    }

    /// L_p(x) = Z(x)/(Z'(p)·(x − p)) for the Z that vanishes on all points. Where p^m = u is one of its
    /// factors, of the coset that p lies in, and f the other, Z'(p) = m·u·f(p)/p.
    fn basis(&self, x: Fr, times: u64, odd: bool) -> Vec<Fr> {
        let z = self.vanishing(x, times);
        let mut out = Vec::with_capacity(self.size());
        for coset in self.cosets() {
            let mut all = coset.powers(1, odd);
            let mut divisors: Vec<Fr> = all.par_iter().map(|p| x - p).collect();
            for other in self.cosets().filter(|c| *c != coset) {
                let u = power_of(other.first(false), other, times);
                let powers = coset.powers(times * other.size() as u64, odd);
                divisors.par_iter_mut().zip(powers).for_each(|(d, p)| *d *= p - u);
            }
            batch_inversion(&mut divisors);
            let mu = power_of(coset.first(false), coset, times) * order(coset, times);
            let factor = z * mu.inverse().unwrap_or(Fr::ONE);
            all.par_iter_mut().zip(divisors).for_each(|(p, d)| *p *= d * factor);
            out.append(&mut all);
        }
        out
    }

    /// From the values of a polynomial of degree below n on the domain to those on the odd points.
    /// Short input is read as padded with zeros.
    pub fn to_odd(&self, values: &mut Vec<Fr>) {
        values.resize(self.size(), Fr::zero());
        match &self.rest {
            Some(rest) => extend::extend(&self.main, rest, values),
            None => {
                self.main.inverse_transform(values);
                let scale = self.main.excess().inverse().unwrap_or(Fr::one());
                self.main.transform(values, scale, true);
            }
        }
    }
}

/// x^(times·n) for a coset of n points.
fn power_of(x: Fr, coset: &Coset, times: u64) -> Fr {
    x.pow([times * coset.size() as u64])
}

fn order(coset: &Coset, times: u64) -> Fr {
    Fr::from(times * coset.size() as u64)
}

/// The least 3^b·2^a that is enough.
fn smooth(rows: usize, threes: u32) -> Option<usize> {
    let three = 3usize.pow(threes);
    rows.div_ceil(three).checked_next_power_of_two()?.checked_mul(three)
}

/// The largest 3^b·2^a below a size.
fn below(size: usize, threes: u32) -> Option<usize> {
    let three = 3usize.pow(threes);
    let log = size.saturating_sub(1).checked_div(three)?.checked_ilog2()?;
    Some(three << log)
}
