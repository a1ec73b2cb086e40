//! The scale case: 115 million multiply-accumulates that are never expanded into rows.
//!
//! ark-groth16 has no part here: its matrices would hold over two hundred million entries.

#[path = "../tests/common/mod.rs"]
mod common;

use common::scale::{compile_scale, scale_input};
use criterion::{Criterion, criterion_group, criterion_main};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::time::Duration;
use zirc_circuit::assign;
use zirc_runtime::{ProveOptions, SetupOptions, prove, setup, silent, verify};

fn scale(c: &mut Criterion) {
    let circuit = compile_scale();
    let inputs = scale_input();
    let mut rng = StdRng::seed_from_u64(1);
    let (key, _) =
        setup(&circuit, SetupOptions::default(), &mut rng, &mut silent).expect("setup works");
    let assignment = assign(&circuit, &inputs).expect("the input is accepted");
    let proven = prove(&key, &circuit, &assignment, ProveOptions::default(), &mut rng, &mut silent)
        .expect("proving works");
    let vk = key.verifying_key();

    let mut g = c.benchmark_group("scale");
    g.sample_size(10).measurement_time(Duration::from_secs(20));
    g.bench_function("compile", |b| b.iter(compile_scale));
    g.bench_function("witness", |b| b.iter(|| assign(&circuit, &inputs)));
    g.bench_function("prove", |b| {
        b.iter(|| {
            prove(&key, &circuit, &assignment, ProveOptions::default(), &mut rng, &mut silent)
        });
    });
    g.bench_function("setup", |b| {
        b.iter(|| setup(&circuit, SetupOptions::default(), &mut rng, &mut silent));
    });
    g.bench_function("verify", |b| b.iter(|| verify(vk, &proven.public, &proven.proof)));
    g.finish();
}

criterion_group!(benches, scale);
criterion_main!(benches);
