//! The interpreter beside the witness: what a sample of `zirc eval` costs on plain integers, and as a circuit.
//!
//! A group has a layer in it and three lines: *type* is done once for a circuit, *run* and *witness* for each
//! sample. `run` should take at most 20 times as long as `witness`.

mod programs;

use criterion::{Criterion, criterion_group, criterion_main};
use programs::Layer;
use zirc_circuit::assign;
use zirc_compiler::NoFiles;

fn interpreter(c: &mut Criterion) {
    for layer in Layer::all() {
        let mut g = c.benchmark_group(format!("interpreter/{}", layer.name));
        g.sample_size(10);
        let typed = || layer.project.interpreter("c", &mut NoFiles).expect("it compiles");
        g.bench_function("type", |b| b.iter(typed));
        let (mut ready, inputs) = (typed(), layer.named());
        g.bench_function("run", |b| b.iter(|| ready.run(&inputs, &mut NoFiles)));
        g.bench_function("witness", |b| b.iter(|| assign(&layer.circuit, &layer.inputs)));
        g.finish();
    }
}

criterion_group!(benches, interpreter);
criterion_main!(benches);
