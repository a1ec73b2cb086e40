//! What is done in lanes against arithmetic of whole numbers, at the ends of what it takes.

use super::limbs::{
    canonical, minus, multiple, plus, product, reduced, select, settled, sum_of_products,
};
use super::words::{LANES, Rows, load, store};
use super::{Lanes, available};
use ark_bn254::Fq;
use ark_ff::PrimeField;
use bytemuck::cast;
use num_bigint::BigUint;
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::array::from_fn;

#[test]
#[allow(unsafe_code)]
fn numbers_in_lanes_are_numbers() {
    if available() {
        // SAFETY: the processor has all features that are named.
        unsafe {
            products_are_products();
            reduced_numbers_are_the_same_modulo_p();
            words_and_limbs_are_the_same_numbers();
        }
    }
}

fn modulus() -> BigUint {
    Fq::MODULUS.into()
}

fn power(exponent: u32) -> BigUint {
    BigUint::from(1u32) << exponent
}

/// Below a multiple of p: its ends and those of the multiples before, limbs of ones, and random numbers.
fn numbers(times: u32, rng: &mut StdRng) -> Vec<BigUint> {
    let (p, bound) = (modulus(), modulus() * times);
    let mut out = vec![BigUint::from(0u32), BigUint::from(2u32)];
    let steps = [(52, 1u32), (104, 1), (156, 1), (208, 5), (253, 14), (256, 1)];
    let powers = steps.iter().flat_map(|&(e, most)| (1..=most).map(move |k| power(e) * k));
    let corners = (1..=times).map(|k| &p * k).chain(powers).chain([power(253) - power(208)]);
    out.extend(corners.flat_map(|c| [&c - 1u32, c.clone(), c + 1u32]));
    let bytes: [[u8; 33]; 40] = from_fn(|_| from_fn(|_| rng.r#gen()));
    out.extend(bytes.map(|b| BigUint::from_bytes_le(&b) % &bound));
    out.retain(|a| *a < bound);
    out
}

fn lanes(numbers: &[BigUint; LANES]) -> Lanes {
    from_fn(|k| {
        let limb = |a: &BigUint| a >> (52 * k) & (power(52) - 1u32);
        cast(numbers.each_ref().map(|a| u64::try_from(limb(a)).unwrap()))
    })
}

/// The numbers of settled lanes.
fn values(lanes: &Lanes) -> [BigUint; LANES] {
    let limbs: [[u64; LANES]; 5] = lanes.map(cast);
    assert!(
        limbs.iter().flatten().all(|l| l >> 52 == 0),
        "a limb has more than 52 bits: {limbs:x?}"
    );
    from_fn(|l| limbs.iter().rev().fold(BigUint::from(0u32), |a, limb| (a << 52) + limb[l]))
}

/// Every one of some numbers, in lanes beside others.
fn eights(numbers: &[BigUint], rng: &mut StdRng) -> Vec<[BigUint; LANES]> {
    let mut next = |k: usize| {
        let other = || numbers[rng.gen_range(0..numbers.len())].clone();
        numbers.get(k).cloned().unwrap_or_else(other)
    };
    (0..numbers.len()).step_by(LANES).map(|k| from_fn(|l| next(k + l))).collect()
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn products_are_products() {
    let rng = &mut StdRng::seed_from_u64(1);
    let (p, all) = (modulus(), numbers(16, rng));
    let eights = eights(&all, rng);
    // a·b/2^260 + p at most, where a·b is a sum of two products in the second case
    let right = |out: &BigUint, ab: &BigUint| {
        assert_eq!((out << 260) % &p, ab % &p);
        assert!((out << 260) < ab + (&p << 260));
    };
    for a in &eights {
        for b in &eights {
            let (c, d) = (&eights[rng.gen_range(0..eights.len())], a);
            let (one, other) = (lanes(a), lanes(b));
            let single = values(&product(&one, &other));
            let double = values(&sum_of_products(&one, &other, &lanes(c), &lanes(d)));
            for l in 0..LANES {
                right(&single[l], &(&a[l] * &b[l]));
                right(&double[l], &(&a[l] * &b[l] + &c[l] * &d[l]));
            }
        }
    }
}

#[target_feature(enable = "avx512f")]
fn reduced_numbers_are_the_same_modulo_p() {
    let rng = &mut StdRng::seed_from_u64(2);
    let (p, all) = (modulus(), numbers(9, rng));
    for a in eights(&all, rng) {
        // The same numbers with carries and borrows that did not run yet.
        let mut limbs: [[u64; LANES]; 5] = lanes(&a).map(cast);
        for k in 0..4 {
            let (low, high) = limbs.split_at_mut(k + 1);
            for (low, high) in low[k].iter_mut().zip(&mut high[0]) {
                let carry = rng.gen_range(-7i64..=7);
                *low = low.wrapping_add_signed(carry << 52);
                *high = high.wrapping_add_signed(-carry);
            }
        }
        let raw: Lanes = limbs.map(cast);
        assert_eq!(values(&settled(raw)), a);
        let least = reduced(raw);
        for (out, a) in values(&least).iter().zip(&a) {
            assert_eq!(out % &p, a % &p);
            assert!(out < &(&p * 2u32), "{a} became {out}");
        }
        assert_eq!(values(&canonical(&least)), a.each_ref().map(|a| a % &p));
        let two = lanes(&from_fn(|_| &p * 2u32));
        let back = settled(minus(&plus(&raw, &two), &two));
        assert_eq!(values(&back), a);
        let mixed = values(&select(0b1010_0101, &two, &back));
        let expected =
            from_fn(|l| if 0b1010_0101 >> l & 1 == 1 { &p * 2u32 } else { a[l].clone() });
        assert_eq!(mixed, expected);
    }
    for k in 0..32 {
        let number: BigUint =
            multiple(k).iter().rev().fold(0u32.into(), |a: BigUint, l| (a << 52) + l);
        assert_eq!(number, &p * k);
    }
}

#[target_feature(enable = "avx512f,avx512vbmi2")]
fn words_and_limbs_are_the_same_numbers() {
    let rng = &mut StdRng::seed_from_u64(3);
    for round in 0..20 {
        let rows: Rows = from_fn(|_| from_fn(|_| if round == 0 { u64::MAX } else { rng.r#gen() }));
        let [a, b] = load(&rows);
        let number =
            |words: &[u64]| words.iter().rev().fold(BigUint::from(0u32), |a, w| (a << 64) + *w);
        assert_eq!(values(&a), rows.each_ref().map(|r| number(&r[..4])));
        assert_eq!(values(&b), rows.each_ref().map(|r| number(&r[4..])));
        assert_eq!(store(&a, &b), rows);
    }
}
