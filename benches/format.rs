//! Formatting 10,000 lines: the standard library, as often as it takes.

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

/// How many lines are formatted.
const LINES: usize = 10_000;

/// Whole modules of the standard library one behind the other, and then again from the first.
fn text() -> String {
    let modules = zirc_stdlib::MODULES.iter().cycle().map(|(_, text)| *text);
    let mut out = String::new();
    for module in modules {
        // Tables of constants are quicker, line by line, than what people write.
        if !module.contains("POSEIDON_T") {
            out.push_str(module);
        }
        if out.lines().count() >= LINES {
            break;
        }
    }
    out
}

fn formatting(c: &mut Criterion) {
    let text = text();
    let mut group = c.benchmark_group("format");
    group.sample_size(20);
    let name = format!("{} lines", text.lines().count());
    group.bench_function(name, |b| b.iter(|| zirc_grammar::format(black_box(&text))));
    group.finish();
}

criterion_group!(benches, formatting);
criterion_main!(benches);
