//! Random programs by fixed seeds: what is proved of them is what they say.
//!
//! The same without end: `cargo run --release -p zirc-fuzz --example campaign`. A program that fails is
//! kept in `campaign/`, shrunk, and judged here for ever.

mod subject;

use subject::Compiler;
use zirc_fuzz::{Campaign, Program, Subject, hints, judge};

#[test]
fn random_programs_mean_what_is_proved() {
    let campaign = Campaign { seed: 1_000_000, programs: 150, most: 3 };
    let tally = campaign.run(&Compiler, &mut |_, _| ());
    for f in &tally.findings {
        println!("seed {}: {}\n{}", f.seed, f.fault, f.program.text());
    }
    assert!(tally.findings.is_empty(), "{} findings", tally.findings.len());
    // A campaign that compiles little or tries no lies finds nothing.
    assert!(tally.acceptance() > 0.9, "{:?}", tally.refused);
    assert!(tally.dishonest as u64 > 50 * tally.accepted && tally.honest as u64 > tally.accepted);
}

#[test]
fn hints_that_the_audit_accepts_have_one_solution() {
    let (mut counted, mut refused) = (0, 0);
    for seed in 0..400 {
        let (p, types) = hints::program(seed);
        let Ok(case) = Compiler.load(&p.text()) else {
            refused += 1;
            continue;
        };
        match hints::solutions(&case, &p, &types) {
            Ok(Some(n)) => {
                assert!(n <= 1, "seed {seed}: {n} solutions\n{}", p.text());
                counted += 1;
            }
            Ok(None) => {}
            Err(e) => panic!("seed {seed}: {e}\n{}", p.text()),
        }
    }
    // Near misses are among them, or nothing would be shown.
    assert!(counted > 100 && refused > 50, "{counted} counted, {refused} refused");
}

#[test]
fn kept_programs_are_judged_for_ever() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/campaign");
    let mut judged = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let program = Program::parse(&text).unwrap_or_else(|| panic!("{}", path.display()));
        let case = Compiler.load(&text).unwrap_or_else(|r| panic!("{}: {r:?}", path.display()));
        for seed in 0..20 {
            let found = judge::judge(&case, &program, seed);
            assert_eq!(found.fault, None, "{}", path.display());
        }
        judged += 1;
    }
    assert!(judged > 0);
}
