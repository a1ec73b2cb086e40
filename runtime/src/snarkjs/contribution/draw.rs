//! Numbers and points as snarkjs draws them from a hash.

use super::Hash;
use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine, G2Projective, g2};
use ark_ec::{AffineRepr, CurveConfig};
use ark_ff::{BigInt, PrimeField};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;

/// A point of G2 whose logarithm nobody knows: ChaCha20 with the first bytes of a hash as its key
/// draws x until some point of the curve has it, and one of the two with it; times the cofactor.
pub(super) fn hash_to_g2(hash: &Hash) -> G2Projective {
    let mut rng = seeded(hash);
    loop {
        let (c0, c1) = (draw(&mut rng), draw(&mut rng));
        let large = rng.next_u32() & 1 == 1;
        let x = Fq2::new(c0, c1);
        if let Some((low, high)) = G2Affine::get_ys_from_x_unchecked(x) {
            let point = G2Affine::new_unchecked(x, if large { high } else { low });
            return point.mul_bigint(g2::Config::COFACTOR);
        }
    }
}

/// The number of a beacon and the P beside it, which snarkjs draws in this order.
pub(super) fn of_beacon(seed: &[u8; 32]) -> (Fr, G1Affine) {
    let mut rng = seeded(seed);
    let s = Fr::new_unchecked(words(&mut rng, Fr::MODULUS));
    loop {
        let x = draw(&mut rng);
        let large = rng.next_u32() & 1 == 1;
        if let Some((low, high)) = G1Affine::get_ys_from_x_unchecked(x) {
            return (s, G1Affine::new_unchecked(x, if large { high } else { low }));
        }
    }
}

/// ChaCha20 with the first bytes of a hash as its key, each four of them turned around.
fn seeded(hash: &[u8]) -> ChaCha20Rng {
    let mut seed = [0; 32];
    for (to, from) in seed.chunks_exact_mut(4).zip(hash.chunks_exact(4)) {
        to.copy_from_slice(from);
        to.reverse();
    }
    ChaCha20Rng::from_seed(seed)
}

/// A coordinate: what is drawn is how it lies in the machine, not its value.
fn draw(rng: &mut impl RngCore) -> Fq {
    Fq::new_unchecked(words(rng, Fq::MODULUS))
}

/// A number of 254 bits below a modulus.
fn words(rng: &mut impl RngCore, modulus: BigInt<4>) -> BigInt<4> {
    loop {
        let mut next = || {
            let (high, low) = (rng.next_u32(), rng.next_u32());
            u64::from(high) << 32 | u64::from(low)
        };
        let mut limbs = [(); 4].map(|()| next());
        limbs[3] &= u64::MAX >> 2;
        let number = BigInt(limbs);
        if number < modulus {
            return number;
        }
    }
}
