//! What a constraint and a variable cost to prove, by the width of the values: the constants of the
//! compiler's cost model (`compiler/src/lower/cost.rs`).
//!
//! One circuit, x_i·x_i = y_i for 2^14 pairs, is proved on values of one bit, of bytes and of the
//! full field. Criterion's throughput gives the time of one constraint with its two variables; the
//! differences between the lines are what the width of a variable costs.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use zirc_circuit::{Circuit, Int, assign};
use zirc_compiler::{NoFiles, Project};
use zirc_runtime::{ProveOptions, SetupOptions, prove, setup, silent};

const PAIRS: usize = 1 << 14;

fn squares() -> Circuit {
    let text = format!(
        "circuit c(private x: field[{PAIRS}], private y: field[{PAIRS}]) {{
             for i {{ assert x[i] * x[i] == y[i]; }}
         }}"
    );
    let project = Project::load("model.zirc", &text, &mut NoFiles).expect("the program parses");
    project.compile("c", &mut NoFiles).expect("the program compiles").circuit
}

fn bench(c: &mut Criterion) {
    let circuit = squares();
    let mut rng = StdRng::seed_from_u64(1);
    let (key, _) =
        setup(&circuit, SetupOptions::default(), &mut rng, &mut silent).expect("setup works");
    let mut g = c.benchmark_group("model");
    g.sample_size(10);
    g.throughput(Throughput::Elements(circuit.num_constraints() as u64));
    for (name, bytes) in [("bit", 0), ("byte", 1), ("full", 31)] {
        let mut value = || match bytes {
            0 => Int::from(u8::from(rng.gen_bool(0.5))),
            n => {
                let digits: Vec<u8> = (0..n).map(|_| rng.gen_range(0..=255)).collect();
                Int::from_bytes_le(num_bigint::Sign::Plus, &digits)
            }
        };
        let x: Vec<Int> = (0..PAIRS).map(|_| value()).collect();
        let order = Int::from(<ark_bn254::Fr as ark_ff::PrimeField>::MODULUS);
        let y: Vec<Int> = x.iter().map(|x| x * x % &order).collect();
        let assignment = assign(&circuit, &[x, y]).expect("squares are squares");
        let mut random = StdRng::seed_from_u64(2);
        g.bench_function(name, |b| {
            b.iter(|| {
                let options = ProveOptions::default();
                prove(&key, &circuit, &assignment, options, &mut random, &mut silent)
            });
        });
    }
    g.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
