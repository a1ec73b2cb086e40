//! The examples: their constraint counts, and their numbers against the interpreter.

mod common;

use common::example;
use std::collections::BTreeMap;
use zirc_circuit::{AssignError, Category, Circuit, Int, assign, violations};
use zirc_runtime::input::RawData;

fn count(c: &Circuit, category: Category) -> usize {
    c.blocks.iter().filter(|b| b.category == category).map(|b| b.len()).sum()
}

/// The first `n` images: the circuit accepts exactly those whose label the integers give, and
/// where it refuses, both saw the same two classes.
fn evaluate(name: &str, circuit: &str, steps: i64, n: usize) -> usize {
    let mut folder = example(name);
    let compiled = folder.compile(circuit);
    let project = folder.project();
    let data = folder.values("test.npz").clone();
    let RawData::Floats(images) = &data["image"].data else { panic!("images are floats") };
    let RawData::Ints(labels) = &data["digit"].data else { panic!("labels are integers") };
    let mut accepted = 0;
    for (image, label) in images.chunks(64).zip(labels).take(n) {
        let image: Vec<Int> = image.iter().map(|v| Int::from((v * steps as f64) as i64)).collect();
        let label = vec![Int::from(*label)];
        let named = BTreeMap::from([
            ("image".to_string(), image.clone()),
            ("digit".to_string(), label.clone()),
        ]);
        let plain = project.interpret(circuit, &named, &mut folder).unwrap();
        match assign(&compiled.circuit, &[image, label]) {
            Ok(a) => {
                assert_eq!(violations(&compiled.circuit, &a), vec![]);
                assert_eq!(plain.refusals, vec![]);
                accepted += 1;
            }
            Err(AssignError::Check { left, right, .. }) => {
                let seen = &plain.refusals[0];
                assert_eq!((&*left, &*right), (&seen.left, &seen.right));
            }
            Err(e) => panic!("{e}"),
        }
    }
    accepted
}

#[test]
fn digits_has_at_most_1800_constraints() {
    let c = example("digits").compile("digits").circuit;
    assert_eq!(count(&c, Category::InputRange), 64 * 8);
    for b in &c.blocks {
        println!("{:?} {:?}", b.category, b.shape);
    }
    assert!(c.num_constraints() <= 1800, "{}", c.num_constraints());
}

#[test]
fn digits_integers_and_circuit_agree() {
    assert!(evaluate("digits", "digits", 256, 60) >= 57);
}

#[test]
fn polynomial_integers_and_circuit_agree() {
    assert!(evaluate("polynomial", "polynomial", 16, 40) >= 37);
}
