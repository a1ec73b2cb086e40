//! The digits circuit: every phase, next to ark-groth16 on the same matrices.

#[path = "../tests/common/mod.rs"]
mod common;

use ark_bn254::Bn254;
use ark_groth16::Groth16;
use ark_snark::SNARK;
use criterion::{Criterion, criterion_group, criterion_main};
use rand::SeedableRng;
use rand::rngs::StdRng;
use zirc_circuit::{Circuit, Int, assign};
use zirc_runtime::ark::Synthesizer;
use zirc_runtime::input::{self, Format};
use zirc_runtime::{ProveOptions, SetupOptions, prove, setup, silent, verify};

/// The digits circuit, and its input as the example has it.
fn digits() -> (Circuit, Vec<Vec<Int>>) {
    let circuit = common::example("digits").compile("digits").circuit;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/digits/input.json");
    let bytes = std::fs::read(path).expect("the example's input is there");
    let values = input::read_values(&bytes, Format::Json).expect("the example's input is valid");
    let inputs = input::bind(&circuit.signature, &values).expect("the input fits the circuit");
    (circuit, inputs)
}

fn compile_digits() -> Circuit {
    common::example("digits").compile("digits").circuit
}

fn bench(c: &mut Criterion) {
    let (circuit, inputs) = digits();
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
    g.bench_function("compile", |b| b.iter(compile_digits));
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

criterion_group!(benches, bench);
criterion_main!(benches);
