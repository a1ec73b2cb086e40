//! Which variables are bound by rows of their own accord, against rows that are written out.

use super::alone;
use crate::samples::{Sample, affine, conv, dot, range, with_model};
use rand::{SeedableRng, rngs::StdRng};
use zirc_circuit::rows;

/// By expanding every row and looking.
fn by_rows(circuit: &zirc_circuit::Circuit) -> Vec<bool> {
    let model = circuit.layout().model();
    let mut found = vec![false; model.len()];
    for row in rows(circuit) {
        for side in [row.a, row.b, row.c] {
            let own: Vec<usize> = side.iter().map(|x| x.0).filter(|j| model.contains(j)).collect();
            if let [j] = own.as_slice() {
                found[j - model.start] = true;
            }
        }
    }
    found
}

#[test]
fn as_the_rows_say() {
    let samples = [
        affine(5),
        with_model(dot(4), 1),
        with_model(with_model(dot(4), 1), 2),
        with_model(range(6), 1),
        with_model(range(6), 2),
        with_model(conv(5, 5), 1),
    ];
    let mut both = [0, 0];
    for Sample { name, circuit, .. } in samples {
        let wanted = by_rows(&circuit);
        wanted.iter().for_each(|b| both[usize::from(*b)] += 1);
        let found = alone(&circuit, &circuit.layout(), &mut StdRng::seed_from_u64(3));
        assert_eq!(found, wanted, "{name}");
    }
    assert!(both.iter().all(|n| *n > 3), "{both:?}");
    assert_eq!(by_rows(&affine(3).circuit), [true, true, true, false, false]);
}
