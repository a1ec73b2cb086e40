//! Each gadget of the library on its own, in both modes: how long it takes to compile, to assign, to set
//! up, to prove and to verify.
//!
//! An ID is phase, gadget and mode, as `prove/softmax/groth16-commit`; criterion's filter takes any part of
//! it. Sizes are such that a circuit has some thousand constraints and a lookup pays where it can: of how a
//! gadget compares with another, `stdlib/costs.csv` says more than times do.

mod case;
mod programs;

use case::Case;
use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, SamplingMode, criterion_group, criterion_main,
};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::time::Duration;
use zirc_circuit::assign;
use zirc_runtime::{SetupOptions, prove, setup, silent, verify};

fn gadgets(c: &mut Criterion) {
    let cases = Case::all();
    phase(c, "compile", &cases, |case| {
        case.gadget.compile(case.mode);
    });
    phase(c, "witness", &cases, |case| {
        assign(&case.circuit, &case.inputs).expect("the inputs are accepted");
    });
    phase(c, "setup", &cases, |case| {
        let mut rng = StdRng::seed_from_u64(1);
        setup(&case.circuit, SetupOptions::default(), &mut rng, &mut silent).expect("setup works");
    });
    phase(c, "prove", &cases, |case| {
        let (made, mut rng) = (case.made(), StdRng::seed_from_u64(1));
        let (key, assignment, options) = (&made.key, &made.assignment, made.options());
        prove(key, &case.circuit, assignment, options, &mut rng, &mut silent).expect("it proves");
    });
    phase(c, "verify", &cases, |case| {
        let made = case.made();
        let (key, proven) = (made.key.verifying_key(), &made.proven);
        verify(key, &proven.public, &proven.proof).expect("the proof verifies");
    });
}

/// One phase of every case. What it starts from is made when criterion's filter lets the first of its
/// phases through, and not before: a filtered run is a short one.
fn phase(c: &mut Criterion, name: &str, cases: &[Case], work: fn(&Case)) {
    let mut g: BenchmarkGroup<'_, WallTime> = c.benchmark_group(name);
    // Ten samples in half a second, or as long as ten runs take: with all IDs some minutes.
    g.sample_size(10).sampling_mode(SamplingMode::Flat);
    g.warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_millis(500));
    for case in cases {
        g.bench_function(BenchmarkId::new(case.gadget.name, case.mode.name()), |b| {
            if matches!(name, "prove" | "verify") {
                case.made();
            }
            b.iter(|| work(case));
        });
    }
    g.finish();
}

criterion_group! {
    name = benches;
    // Plots would take most of the time.
    config = Criterion::default().without_plots();
    targets = gadgets
}
criterion_main!(benches);
