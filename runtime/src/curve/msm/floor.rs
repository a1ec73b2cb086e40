//! How far the sums are from what their multiplications alone would cost, in time of the cores.
//!
//! ```sh
//! cargo test --release -p zirc-runtime floor -- --ignored --nocapture
//! ```

use super::{Values, full, sparse};
use crate::curve::arithmetic::Arithmetic;
use crate::curve::fixed::FixedBase;
use crate::machine::core_seconds;
use ark_bn254::{Fq, Fr, G1Projective, G2Projective};
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_std::UniformRand;
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::hint::black_box;

/// Median of five, in seconds of all cores together.
fn time<T>(mut f: impl FnMut() -> T) -> f64 {
    let mut times = [0; 5].map(|_| {
        let start = core_seconds();
        black_box(f());
        core_seconds() - start
    });
    times.sort_by(f64::total_cmp);
    times[2]
}

/// Seconds for a multiplication in the field of G1's coordinates, by arkworks.
fn multiplication(rng: &mut StdRng) -> f64 {
    let factors: Vec<Fq> = (0..1024).map(|_| Fq::rand(rng)).collect();
    let mut products = factors.clone();
    // Long enough for a clock that ticks every few milliseconds.
    let rounds = 20_000;
    let seconds = time(|| {
        for _ in 0..rounds {
            products.iter_mut().zip(&factors).for_each(|(p, f)| *p *= f);
        }
        black_box(&products);
    });
    seconds / (rounds * factors.len()) as f64
}

/// Additions for n scalars of so many bits, and the buckets, with the best window.
fn additions(n: usize, bits: u32) -> f64 {
    let cost = |c: u32| {
        let buckets = if c >= bits { 1 << bits } else { 1 << (c - 1) };
        bits.div_ceil(c) as usize * (n + buckets)
    };
    (1..=20).map(cost).min().unwrap_or(0) as f64
}

fn measure<P: SWCurveConfig<ScalarField = Fr, BaseField: Arithmetic>>(
    generator: Projective<P>,
    addition: f64,
    rng: &mut StdRng,
) {
    let n = 1 << 18;
    let scalars: Vec<Fr> = (0..n).map(|_| Fr::rand(rng)).collect();
    let bases: Vec<Affine<P>> = FixedBase::new(generator, n).multiply(&scalars);
    let show = |what: &str, n: usize, bits: u32, seconds: f64| {
        let floor = additions(n, bits) * addition;
        let (ms, floor_ms) = (seconds * 1e3, floor * 1e3);
        println!("{what:>22} {ms:8.1} ms, floor {floor_ms:8.1} ms, {:.2}", seconds / floor);
    };
    for n in [1 << 16, 1 << 18] {
        let seconds = time(|| full(&bases[..n], &scalars[..n]));
        show(&format!("{n} full-width"), n, 254, seconds);
    }
    let indices: Vec<u32> = (0..n as u32).collect();
    for (what, bits, nonzero) in [("bits", 1, n / 2), ("bytes", 8, n), ("16 bits, signed", 15, n)] {
        let mut values = Values::with_capacity(n);
        for _ in 0..n {
            let magnitude = rng.gen_range(0..1i64 << bits);
            values.push_i64(if bits == 15 && rng.r#gen() { -magnitude } else { magnitude });
        }
        let seconds = time(|| sparse(&bases, &indices, &values));
        show(&format!("{n} {what}"), nonzero, bits, seconds);
    }
    let mut values = Values::with_capacity(n);
    scalars.iter().for_each(|s| values.push_field(*s));
    let seconds = time(|| sparse(&bases, &indices, &values));
    show(&format!("{n} wide, sparse"), n, 254, seconds);
}

#[test]
#[ignore = "a measurement"]
fn floor() {
    let mut rng = StdRng::seed_from_u64(1);
    let multiplication = multiplication(&mut rng);
    println!("a multiplication takes {:.1} ns", multiplication * 1e9);
    println!("G1");
    measure(G1Projective::rand(&mut rng), 6.0 * multiplication, &mut rng);
    println!("G2");
    measure(G2Projective::rand(&mut rng), 20.0 * multiplication, &mut rng);
}
