//! Programs that are nearly well typed get an answer that their writer can act on: never a bug of the compiler's own, and
//! never an error without a place.
//!
//! The same without end: `cargo run --release -p zirc-fuzz --example nearly`.

mod answers;

use answers::{Reached, answer};
use rand::SeedableRng;
use zirc_fuzz::{Random, nearly};

/// Asks about programs; at least so many of a hundred must be read, and be right.
fn asked(programs: impl Iterator<Item = String>, [read, right]: [usize; 2]) {
    let (mut all, mut reached, mut found) = (0, [0; 2], vec![]);
    for text in programs {
        let a = answer(&text);
        all += 1;
        reached[0] += usize::from(a.reached >= Reached::Types);
        reached[1] += usize::from(a.reached == Reached::Circuit);
        found.extend(a.fault.map(|f| format!("{f}\n{text}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n\n"));
    // Else it is the parser that is tried.
    let enough = 100 * reached[0] >= read * all && 100 * reached[1] >= right * all;
    assert!(enough, "of {all} programs {} are read, {} are right", reached[0], reached[1]);
}

#[test]
fn nearly_well_typed_programs_are_never_a_bug() {
    let mut rng = Random::seed_from_u64(7);
    asked((0..600).map(|seed| nearly::program(seed, &mut rng)), [33, 5]);
}

#[test]
fn the_librarys_programs_changed_are_never_a_bug() {
    let mut rng = Random::seed_from_u64(11);
    let small = zirc_stdlib::MODULES.iter().filter(|m| m.1.len() < 4000);
    let texts = small.flat_map(|m| std::iter::repeat_n(m.1, 8));
    asked(texts.map(|t| nearly::changed(t, &mut rng)), [20, 10]);
}
