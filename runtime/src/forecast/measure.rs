//! Measures the constants of [`costs`](super::costs), on one core.

use crate::curve::fixed::{self, FixedBase};
use crate::curve::msm::{self, FULL};
use crate::domain::Domain;
use crate::files::points::Coordinate;
use crate::keys::{KeyFile, Validation};
use crate::machine::core_seconds;
use crate::progress::silent;
use crate::samples;
use crate::setup::{SetupOptions, setup};
use ark_bn254::{Fr, G1Projective, G2Projective, g1};
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_std::UniformRand;
use rand::{SeedableRng, rngs::StdRng};
use std::hint::black_box;
use std::io::Cursor;
use zirc_circuit::{Side, adjoint, assign, reads, side_values};

/// Median of five, in nanoseconds of one core.
fn time<T>(mut f: impl FnMut() -> T) -> f64 {
    let mut times = [0; 5].map(|_| {
        let start = core_seconds();
        black_box(f());
        (core_seconds() - start) * 1e9
    });
    times.sort_by(f64::total_cmp);
    times[2]
}

fn show(name: &str, nanoseconds: f64) {
    println!("{name:>18} {nanoseconds:8.2}");
}

/// Additions of a group: many bases once, and one base many times.
fn additions<P: SWCurveConfig<ScalarField = Fr, BaseField: Coordinate>>(
    group: &str,
    generator: Projective<P>,
    rng: &mut StdRng,
) {
    let n = 1 << 16;
    let scalars: Vec<Fr> = (0..n).map(|_| Fr::rand(rng)).collect();
    let bases: Vec<Affine<P>> = FixedBase::new(generator, n).multiply(&scalars);
    let sum = time(|| msm::full(&bases, &scalars));
    show(&format!("ADDITION_{group}"), sum / msm::additions(n, FULL));
    let multiples = time(|| FixedBase::new(generator, n).multiply(&scalars));
    show(&format!("FIXED_ADDITION_{group}"), multiples / fixed::additions(n).0);
}

fn transforms(rng: &mut StdRng) {
    let domain = Domain::of_size(1 << 18).unwrap();
    let values: Vec<Fr> = (0..domain.size()).map(|_| Fr::rand(rng)).collect();
    let odd = |domain: &Domain| {
        time(|| {
            let mut values = values.clone();
            domain.to_odd(&mut values);
            values
        })
    };
    let one = odd(&domain);
    let butterfly = one / (2.0 * domain.size() as f64 / 2.0 * 18.0);
    show("BUTTERFLY", butterfly);
    // A small coset more: its own transforms, and what joins it.
    let both = Domain::of_size((1 << 18) + (1 << 14)).unwrap();
    let own = 2.0 * f64::from(1 << 14) / 2.0 * 14.0 * butterfly;
    show("FOLD", (odd(&both) - one - own) / domain.size() as f64 / 2.0);
    show("LAGRANGE", time(|| domain.lagrange(values[0])) / domain.size() as f64);
}

fn circuit(rng: &mut StdRng) {
    let sample = samples::conv(200, 200);
    let circuit = sample.circuit;
    let reads = reads(&circuit) as f64;
    let assignment = assign(&circuit, &sample.inputs).unwrap();
    let forwards = time(|| [Side::A, Side::B].map(|s| side_values(&circuit, &assignment, s)));
    show("READ", forwards / reads);
    let rows: Vec<Fr> = (0..circuit.num_constraints()).map(|_| Fr::rand(rng)).collect();
    let backwards = time(|| Side::ALL.map(|s| adjoint(&circuit, s, &rows)));
    show("READ_BACKWARDS", backwards / reads);
    let key = setup(&circuit, SetupOptions::default(), rng, &mut silent).unwrap().0;
    let mut bytes = Vec::new();
    key.write(&mut bytes).unwrap();
    let reading = time(|| {
        let mut file = KeyFile::new(Cursor::new(&bytes), Validation::Canonical).unwrap();
        let (_, mut sections) = file.split().unwrap();
        let mut points = Vec::<Affine<g1::Config>>::new();
        let mut reader = sections.points("quotient query");
        reader.read(&mut sections.payload, key.h.len(), &mut points).unwrap();
        points
    });
    // One pass over all of it and a second one over the quotient's query.
    let read = (bytes.len() + 64 * key.h.len()) as f64;
    show("BYTE", 2.0 * reading / read);
}

#[test]
#[ignore = "a measurement"]
fn costs() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| {
        let rng = &mut StdRng::seed_from_u64(1);
        println!("{:>18} nanoseconds on one core", "");
        additions("G1", G1Projective::rand(rng), rng);
        additions("G2", G2Projective::rand(rng), rng);
        transforms(rng);
        circuit(rng);
    });
}
