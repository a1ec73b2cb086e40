//! The parameters of Poseidon over BN254, from the Grain LFSR: appendix E of the paper "Poseidon: A
//! New Hash Function for Zero-Knowledge Proof Systems" (Grassi, Khovratovich, Rechberger, Roy,
//! Schofnegger, 2021).
//!
//! The paper also tests each matrix for subspaces that partial rounds leave invariant and draws
//! another if it fails. The first draw passes at every width used here: the known results of
//! circomlib, whose generator has those tests, come out with it.

use num_bigint::BigUint;
use std::collections::VecDeque;

/// Bits of the field's order.
const BITS: u32 = 254;
/// Full rounds: half of them before and half after the partial ones.
pub(crate) const FULL: usize = 8;

/// Partial rounds at widths 2, 3, …, 17, as circomlib has them.
const PARTIAL: [usize; 16] = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68];

/// Partial rounds at width `t`.
pub(crate) fn partial(t: usize) -> usize {
    PARTIAL[t - 2]
}

/// The order of the scalar field of BN254.
pub(crate) fn order() -> BigUint {
    let digits = b"21888242871839275222246405745257275088548364400416034343698204186575808495617";
    BigUint::parse_bytes(digits, 10).unwrap()
}

/// Round constants, one row for each round, and the matrix that mixes the state.
pub(crate) struct Parameters {
    pub(crate) constants: Vec<Vec<BigUint>>,
    pub(crate) matrix: Vec<Vec<BigUint>>,
}

/// The parameters at width `t`.
pub(crate) fn parameters(t: usize) -> Parameters {
    let p = order();
    let mut bits = Grain::new(t, FULL, partial(t));
    // Constants of p or above are drawn again; the matrix takes its draws modulo p.
    let constants = (0..FULL + partial(t))
        .map(|_| {
            let below = |bits: &mut Grain| {
                std::iter::repeat_with(|| bits.number()).find(|n| *n < p).unwrap_or_default()
            };
            (0..t).map(|_| below(&mut bits)).collect()
        })
        .collect();
    Parameters { constants, matrix: cauchy(t, &p, &mut bits) }
}

/// M[i, j] = 1 / (x[i] + y[j]), with x and y drawn until all are distinct and no sum is zero.
fn cauchy(t: usize, p: &BigUint, bits: &mut Grain) -> Vec<Vec<BigUint>> {
    let zero = BigUint::ZERO;
    loop {
        let draws: Vec<BigUint> = (0..2 * t).map(|_| bits.number() % p).collect();
        let distinct = (0..2 * t).all(|i| !draws[..i].contains(&draws[i]));
        let (x, y) = draws.split_at(t);
        let sums = || x.iter().map(|a| y.iter().map(move |b| (a + b) % p));
        if distinct && sums().flatten().all(|s| s != zero) {
            return sums().map(|row| row.map(|s| s.modpow(&(p - 2u32), p)).collect()).collect();
        }
    }
}

/// The self-shrinking 80-bit LFSR.
struct Grain(VecDeque<bool>);

impl Grain {
    /// State: the kind of field and of S-box, its bits, t, the two numbers of rounds, then ones.
    fn new(t: usize, full: usize, partial: usize) -> Grain {
        let (prime_field, power_map) = (1, 0);
        let fields = [
            (prime_field, 2),
            (power_map, 4),
            (BITS as usize, 12),
            (t, 12),
            (full, 10),
            (partial, 10),
            ((1 << 30) - 1, 30),
        ];
        let state = fields.iter().flat_map(|&(n, width)| (0..width).rev().map(move |k| n >> k & 1));
        let mut grain = Grain(state.map(|b| b == 1).collect());
        (0..160).for_each(|_| {
            grain.step();
        });
        grain
    }

    fn step(&mut self) -> bool {
        let bit = [62, 51, 38, 23, 13, 0].iter().fold(false, |b, &k| b ^ self.0[k]);
        self.0.pop_front();
        self.0.push_back(bit);
        bit
    }

    /// Bits come in pairs; the second counts where the first is 1.
    fn bit(&mut self) -> bool {
        loop {
            let (keep, bit) = (self.step(), self.step());
            if keep {
                return bit;
            }
        }
    }

    /// The next number, highest bit first.
    fn number(&mut self) -> BigUint {
        (0..BITS).fold(BigUint::ZERO, |n, _| n * 2u32 + u32::from(self.bit()))
    }
}
