//! Programs that are nearly well typed get an answer that their writer can act on: never a bug of the compiler's own, and
//! never an error without a place.
//!
//! The same without end: `cargo run --release -p zirc-fuzz --example nearly`.

mod answers;

use answers::fault;
use rand::SeedableRng;
use zirc_fuzz::{Random, nearly};

#[test]
fn nearly_well_typed_programs_are_never_a_bug() {
    let mut rng = Random::seed_from_u64(7);
    let mut found = vec![];
    for seed in 0..600 {
        let text = nearly::program(seed, &mut rng);
        found.extend(fault(&text).map(|f| format!("{f}\n{text}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

#[test]
fn the_librarys_programs_changed_are_never_a_bug() {
    let mut rng = Random::seed_from_u64(11);
    let mut found = vec![];
    for (name, text) in zirc_stdlib::MODULES.iter().filter(|m| m.1.len() < 4000) {
        for _ in 0..8 {
            let text = nearly::changed(text, &mut rng);
            found.extend(fault(&text).map(|f| format!("{name}: {f}\n{text}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}
