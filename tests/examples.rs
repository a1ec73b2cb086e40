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
fn evaluate(name: &str, circuit: &str, steps: i64, n: usize) {
    let mut folder = example(name);
    let compiled = folder.compile(circuit);
    let project = folder.project();
    let data = folder.values("test.npz").clone();
    let RawData::Floats(images) = &data["image"].data else { panic!("images are floats") };
    let RawData::Ints(labels) = &data["digit"].data else { panic!("labels are integers") };
    let RawData::Ints(float) = &data["float"].data else { panic!("classes are integers") };
    let right = labels.iter().zip(float).take(n).filter(|(a, b)| a == b).count();
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
    // Quantization costs nothing on these images: report.json says so for all of them.
    assert_eq!(accepted, right);
}

#[test]
fn digits_has_at_most_1800_constraints() {
    let c = example("digits").compile("digits").circuit;
    assert_eq!(count(&c, Category::InputRange), 64 * 8);
    assert!(c.num_constraints() <= 1800, "{}", c.num_constraints());
}

/// Constraints by category.
fn counts(c: &Circuit) -> Vec<(Category, usize)> {
    let mut all: BTreeMap<Category, usize> = BTreeMap::new();
    for b in &c.blocks {
        *all.entry(b.category).or_default() += b.len();
    }
    all.into_iter().collect()
}

#[test]
fn the_teaching_examples_cost_what_their_pages_say() {
    let dot = example("dot_product").compile("dot3").circuit;
    assert_eq!(counts(&dot), [(Category::Product, 3), (Category::InputRange, 24)]);
    let dot = example("dot_product").compile("field_dot3").circuit;
    assert_eq!(counts(&dot), [(Category::Product, 3)]);
    let relu = example("relu").compile("relu_of").circuit;
    // The digits that the input's type needs are those that the sign is read from.
    let expected = [(Category::Product, 1), (Category::InputRange, 8)];
    assert_eq!(counts(&relu), expected);
    let polynomial = example("polynomial").compile("polynomial").circuit;
    // 16 squares; the rest is the image's range and the comparisons of the scores.
    let squares =
        polynomial.blocks.iter().find(|b| b.category == Category::Product && b.shape == [16]);
    assert!(squares.is_some());
    assert_eq!(count(&polynomial, Category::InputRange), 64 * 4);
    assert_eq!(polynomial.num_constraints(), 556);
}

/// A commitment binds: it is the same for the same model and salt, whatever else is proved, and
/// another one for any other weight or salt.
#[test]
fn commitments_follow_the_model() {
    let mut folder = example("score");
    let c = folder.compile("score_in_range").circuit;
    let weights = |bump: usize| -> Vec<Int> {
        (0..16).map(|k| Int::from(if k == bump { 33 } else { 32 })).collect()
    };
    let prove = |lo: i64, w: Vec<Int>, salt: i64, x: i64| {
        let x = vec![Int::from(x); 16];
        let inputs =
            [vec![lo.into()], vec![Int::from(2000)], w, vec![0.into()], vec![salt.into()], x];
        let names: Vec<&str> = c.signature.inputs.iter().map(|p| p.name.as_str()).collect();
        assert_eq!(names, ["lo", "hi", "m.l.w", "m.l.b", "m.salt", "x"]);
        let a = assign(&c, &inputs).unwrap();
        assert_eq!(violations(&c, &a), vec![]);
        assert_eq!(c.signature.outputs[0].name, "m.commitment");
        a.values[c.signature.outputs[0].tensor.0 as usize].get_int(0)
    };
    let first = prove(0, weights(99), 5, 100);
    assert_eq!(first, prove(-7, weights(99), 5, 101));
    assert_ne!(first, prove(0, weights(99), 6, 100));
    for k in 0..16 {
        assert_ne!(first, prove(0, weights(k), 5, 100), "weight {k}");
    }
}

#[test]
fn digits_integers_and_circuit_agree() {
    evaluate("digits", "digits", 256, 60);
}

#[test]
fn polynomial_integers_and_circuit_agree() {
    evaluate("polynomial", "polynomial", 16, 40);
}

/// Keys belong to a digest. A change here goes under "Breaking circuit changes" in CHANGELOG.md.
#[test]
fn digests_are_the_same_on_every_machine() {
    let circuits = [
        ("dot_product", "dot3"),
        ("dot_product", "field_dot3"),
        ("relu", "relu_of"),
        ("polynomial", "polynomial"),
        ("digits", "digits"),
        ("score", "score_in_range"),
        ("softmax", "probabilities"),
        ("attention", "head"),
        ("lstm", "step"),
        ("embedding", "topic"),
        ("forest", "diagnosis"),
    ];
    let lines = circuits
        .map(|(folder, name)| format!("{name} {}", example(folder).compile(name).circuit.digest()));
    insta::assert_snapshot!(lines.join("\n"));
}
