//! The tables of Poseidon are what the paper's generator gives.
//!
//! After a change of the generator, `cargo test -p zirc-stdlib --test poseidon -- --ignored` writes
//! the tables anew.

#[path = "poseidon/grain.rs"]
mod grain;
#[path = "poseidon/permutation.rs"]
mod permutation;
#[path = "poseidon/table.rs"]
mod table;

use num_bigint::BigUint;
use std::path::PathBuf;

/// Widths that the library offers.
const WIDTHS: [usize; 7] = [2, 3, 4, 5, 6, 7, 17];

fn path(t: usize) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("crypto/poseidon/t{t}.zirc"))
}

#[test]
fn the_committed_tables_are_the_generated_ones() {
    for t in WIDTHS {
        let committed = std::fs::read_to_string(path(t)).unwrap();
        assert!(committed == table::text(t), "{} differs", path(t).display());
    }
}

/// Results of circomlib on the inputs 1, 2, …, n.
#[test]
fn the_parameters_are_those_of_circomlib() {
    let known = [
        (1, "18586133768512220936620570745912940619677854269274689475585506675881198879027"),
        (2, "7853200120776062878684798364095072458815029376092732009249414926327459813530"),
        (3, "6542985608222806190361240322586112750744169038454362455181422643027100751666"),
        (4, "18821383157269793795438455681495246036402687001665670618754263018637548127333"),
        (5, "6183221330272524995739186171720101788151706631170188140075976616310159254464"),
        (6, "20400040500897583745843009878988256314335038853985262692600694741116813247201"),
        (16, "9989051620750914585850546081941653841776809718687451684622678807385399211877"),
    ];
    for (n, hash) in known {
        let inputs: Vec<BigUint> = (1..=n).map(|k: u32| k.into()).collect();
        assert_eq!(permutation::hash(&inputs).to_string(), hash, "of {n} inputs");
    }
}

#[test]
#[ignore = "writes the tables"]
fn write_the_tables() {
    for t in WIDTHS {
        std::fs::write(path(t), table::text(t)).unwrap();
    }
}
