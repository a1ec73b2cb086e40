//! What a constraint and a variable cost to prove, by the width of the values: the constants of the
//! compiler's cost model (`compiler/src/estimate.rs`).
//!
//! One circuit, x_i·x_i = y_i for 2^14 pairs, is proved on values of one bit, of bytes and of the
//! full field. Criterion's throughput gives the time of one constraint with its two variables; the
//! differences between the lines are what the width of a variable costs.
//!
//! Two circuits with a commitment round give what a lookup costs and what a row of a table does: many
//! bytes looked up in one small table, and a few indices looked up in a large one.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use zirc_circuit::{Circuit, Int, assign};
use zirc_compiler::{Mode, NoFiles, Options, Project};
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

/// Bytes that are looked up, and rows of the large table.
const LOOKUPS: usize = 1 << 15;
const ROWS: usize = 1 << 14;

fn lookups(c: &mut Criterion) {
    let bytes =
        format!("circuit c(private x: u8[{LOOKUPS}]) -> private y: _ {{ sum i {{ x[i] }} }}");
    let table = format!(
        "const T: u32[{ROWS}] = for k {{ k * k }};
         circuit c(private x: u14[8]) -> private y: _ {{ sum i {{ T[x[i]] }} }}"
    );
    let mut g = c.benchmark_group("model");
    g.sample_size(10);
    for (name, text, mode, inputs, count) in
        [("lookup", bytes, false, LOOKUPS, LOOKUPS), ("row", table, true, 8, ROWS)]
    {
        let project = Project::load("model.zirc", &text, &mut NoFiles).expect("it parses");
        let options = Options { mode: Mode::Commit, always_look_up: mode, ..Options::default() };
        let made = project.compile_with("c", &mut NoFiles, &options).expect("it compiles");
        assert!(made.circuit.has_challenges());
        let mut rng = StdRng::seed_from_u64(1);
        let (key, _) = setup(&made.circuit, SetupOptions::default(), &mut rng, &mut silent)
            .expect("setup works");
        let values = (0..inputs).map(|_| Int::from(rng.gen_range(0..256))).collect();
        let assignment = assign(&made.circuit, &[values]).expect("bytes are bytes");
        g.throughput(Throughput::Elements(count as u64));
        g.bench_function(name, |b| {
            b.iter(|| {
                let options = ProveOptions::default();
                prove(&key, &made.circuit, &assignment, options, &mut rng, &mut silent)
            });
        });
    }
    g.finish();
}

criterion_group!(benches, bench, lookups);
criterion_main!(benches);
