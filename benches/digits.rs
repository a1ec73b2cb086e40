//! The digits circuit: every phase, next to ark-groth16 on the same matrices.

mod common;

use ark_bn254::Bn254;
use ark_groth16::Groth16;
use ark_snark::SNARK;
use criterion::{Criterion, criterion_group, criterion_main};
use rand::SeedableRng;
use rand::rngs::StdRng;
use zirc_circuit::assign;
use zirc_runtime::ark::Synthesizer;
use zirc_runtime::{ProveOptions, SetupOptions, prove, setup, silent, verify};

fn digits(c: &mut Criterion) {
    let (circuit, inputs) = common::digits();
    let mut rng = StdRng::seed_from_u64(1);
    let (key, _) =
        setup(&circuit, SetupOptions::default(), &mut rng, &mut silent).expect("setup works");
    let assignment = assign(&circuit, &inputs).expect("the input is accepted");
    let proven = prove(&key, &circuit, &assignment, ProveOptions::default(), &mut rng, &mut silent)
        .expect("proving works");
    let vk = key.verifying_key();
    let (theirs, _) =
        Groth16::<Bn254>::circuit_specific_setup(Synthesizer::new(&circuit), &mut rng)
            .expect("ark-groth16 accepts the matrices");

    let mut g = c.benchmark_group("digits");
    g.sample_size(20);
    g.bench_function("compile", |b| b.iter(common::compile_digits));
    g.bench_function("setup", |b| {
        b.iter(|| setup(&circuit, SetupOptions::default(), &mut rng, &mut silent));
    });
    g.bench_function("witness", |b| b.iter(|| assign(&circuit, &inputs)));
    g.bench_function("prove", |b| {
        b.iter(|| {
            prove(&key, &circuit, &assignment, ProveOptions::default(), &mut rng, &mut silent)
        });
    });
    g.bench_function("prove with ark-groth16", |b| {
        b.iter(|| {
            let circuit = Synthesizer::with_assignment(&circuit, &assignment);
            Groth16::<Bn254>::prove(&theirs, circuit, &mut rng)
        });
    });
    g.bench_function("verify", |b| b.iter(|| verify(vk, &proven.public, &proven.proof)));
    g.finish();
}

criterion_group!(benches, digits);
criterion_main!(benches);
