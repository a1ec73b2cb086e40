//! Measures what the steps of setup and proof take, on one core of the machine that it runs on.

use super::Costs;
use crate::curve::fixed::{self, FixedBase};
use crate::curve::msm::{self, FULL};
use crate::domain::Domain;
use crate::files::FileError;
use crate::files::points::{Coordinate, validate};
use crate::keys::{KeyFile, Validation};
use crate::machine::core_seconds;
use crate::progress::silent;
use crate::setup::{SetupError, SetupOptions, setup};
use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine, G2Projective, g1};
use ark_ec::pairing::Pairing;
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_std::UniformRand;
use rand::{SeedableRng, rngs::StdRng};
use std::hint::black_box;
use std::io::Cursor;
use zirc_circuit::{AssignError, Circuit, Int, Side, adjoint, assign, reads, side_values};

/// Points whose sums are timed.
const POINTS: usize = 1 << 15;
/// Points of the domain that is transformed, and of the smaller coset beside it.
const DOMAIN: [usize; 2] = [1 << 17, 1 << 13];

/// Seconds that something is repeated for, and repetitions at most.
const LEAST: f64 = 0.05;
const MOST: usize = 1 << 12;

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// There is no pool of one thread.
    #[error("no thread to measure in: {0}")]
    Thread(#[from] rayon::ThreadPoolBuildError),
    /// The inputs are none of the circuit's.
    #[error("the circuit to measure with: {0}")]
    Assign(#[from] AssignError),
    /// The circuit has no key.
    #[error("the circuit to measure with: {0}")]
    Setup(#[from] SetupError),
    /// The key was not written.
    #[error("the key to measure with: {0}")]
    Io(#[from] std::io::Error),
    /// The key was not read again.
    #[error("the key to measure with: {0}")]
    File(#[from] FileError),
    /// The system has no domain of that size.
    #[error("no domain of {0} points")]
    Domain(usize),
}

/// What steps take here. Reading terms and keys is timed with a circuit and inputs of it: one of some ten thousand
/// constraints takes seconds in all. Medians of five.
///
/// # Errors
/// A [`MeasureError`].
pub fn measure(circuit: &Circuit, inputs: &[Vec<Int>]) -> Result<Costs, MeasureError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    pool.install(|| {
        // Of no use to anybody but for its time.
        let rng = &mut StdRng::seed_from_u64(1);
        let (addition_g1, fixed_addition_g1) = additions(G1Projective::rand(rng), rng);
        let (addition_g2, fixed_addition_g2) = additions(G2Projective::rand(rng), rng);
        let [butterfly, fold, lagrange] = transforms(rng)?;
        let [read, read_backwards, byte] = reading(circuit, inputs, rng)?;
        let (pairing, verify) = pairings(rng);
        Ok(Costs {
            addition_g1,
            addition_g2,
            fixed_addition_g1,
            fixed_addition_g2,
            butterfly,
            fold,
            read,
            read_backwards,
            lagrange,
            byte,
            pairing,
            verify,
        })
    })
}

/// Median of five, in nanoseconds of one core, of as many repetitions as the system's clock of a core needs.
fn time<T>(mut f: impl FnMut() -> T) -> f64 {
    let mut seconds = |count: usize| {
        let start = core_seconds();
        (0..count).for_each(|_| drop(black_box(f())));
        core_seconds() - start
    };
    let mut count = 1;
    while seconds(count) < LEAST && count < MOST {
        count *= 2;
    }
    let mut times = [0; 5].map(|_| seconds(count) * 1e9 / count as f64);
    times.sort_by(f64::total_cmp);
    times[2]
}

/// Of a group: many bases once, and one base many times.
fn additions<P: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate>>(
    generator: Projective<P>,
    rng: &mut StdRng,
) -> (f64, f64) {
    let scalars: Vec<Fr> = (0..POINTS).map(|_| Fr::rand(rng)).collect();
    let bases: Vec<Affine<P>> = FixedBase::new(generator, POINTS).multiply(&scalars);
    let sum = time(|| msm::full(&bases, &scalars));
    let multiples = time(|| FixedBase::new(generator, POINTS).multiply(&scalars));
    (sum / msm::additions(POINTS, FULL), multiples / fixed::additions(POINTS as u64).0)
}

/// A butterfly, what joins two cosets, a Lagrange polynomial's value.
fn transforms(rng: &mut StdRng) -> Result<[f64; 3], MeasureError> {
    let [size, rest] = DOMAIN;
    let of = |n: usize| Domain::of_size(n).ok_or(MeasureError::Domain(n));
    let (domain, both) = (of(size)?, of(size + rest)?);
    let values: Vec<Fr> = (0..size).map(|_| Fr::rand(rng)).collect();
    let odd = |domain: &Domain| {
        time(|| {
            let mut values = values.clone();
            domain.to_odd(&mut values);
            values
        })
    };
    let butterflies = |n: usize| n as f64 * f64::from(n.trailing_zeros());
    let one = odd(&domain);
    let butterfly = one / butterflies(size);
    // A small coset more: its own transforms, and what joins it.
    let fold = (odd(&both) - one - butterflies(rest) * butterfly) / size as f64 / 2.0;
    let lagrange = time(|| domain.lagrange(values[0])) / size as f64;
    Ok([butterfly, fold, lagrange])
}

/// A pairing among others, and what a verifier does once.
fn pairings(rng: &mut StdRng) -> (f64, f64) {
    let (p, q) = (G1Affine::rand(rng), G2Affine::rand(rng));
    let of = |n: usize| time(|| Bn254::multi_pairing(vec![p; n], vec![q; n]));
    let (four, eight) = (of(4), of(8));
    let each = (eight - four) / 4.0;
    let checks = time(|| (validate(&p), validate(&p), validate(&q)));
    (each, four - 4.0 * each + checks)
}

/// A read forwards, one backwards, a byte of a key.
fn reading(
    circuit: &Circuit,
    inputs: &[Vec<Int>],
    rng: &mut StdRng,
) -> Result<[f64; 3], MeasureError> {
    let terms = reads(circuit) as f64;
    let assignment = assign(circuit, inputs)?;
    let forwards = time(|| [Side::A, Side::B].map(|s| side_values(circuit, &assignment, s)));
    let rows: Vec<Fr> = (0..circuit.num_constraints()).map(|_| Fr::rand(rng)).collect();
    let backwards = time(|| Side::ALL.map(|s| adjoint(circuit, s, &rows)));
    let key = setup(circuit, SetupOptions::default(), rng, &mut silent)?.0;
    let mut bytes = Vec::new();
    key.write(&mut bytes)?;
    let mut failed = None;
    let reading = time(|| {
        let read = read_points(&bytes, key.h.len());
        failed = failed.take().or(read.err());
    });
    if let Some(e) = failed {
        return Err(e.into());
    }
    // One pass over all of it and a second one over the quotient's query.
    let read = (bytes.len() + size_of::<Affine<g1::Config>>() * key.h.len()) as f64;
    Ok([forwards / terms, backwards / terms, 2.0 * reading / read])
}

/// Reads the points of the quotient's query, as a proof does.
fn read_points(bytes: &[u8], count: usize) -> Result<(), FileError> {
    let mut file = KeyFile::new(Cursor::new(bytes), Validation::Canonical)?;
    let (_, mut sections) = file.split()?;
    let mut points = Vec::<Affine<g1::Config>>::new();
    let mut reader = sections.points("quotient query");
    reader.read(&mut sections.payload, count, &mut points)?;
    black_box(points);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[ignore = "a measurement"]
    fn costs() {
        let sample = crate::samples::conv(200, 200);
        println!("{:>18} nanoseconds on one core, {:>8} built in", "", "");
        let here = measure(&sample.circuit, &sample.inputs).unwrap();
        for ((name, here), (_, built_in)) in here.list().into_iter().zip(Costs::BUILT_IN.list()) {
            println!("{name:>18} {here:8.2} {built_in:8.2}");
        }
    }
}
