//! The forest: its cost, and its scores against those of scikit-learn and of whole numbers.

mod common;

use common::example;
use std::collections::BTreeMap;
use zirc_circuit::{AssignError, Category, Int, assign, violations};
use zirc_compiler::Project;
use zirc_runtime::input::RawData;

const SAMPLES: usize = 12;

/// The same forest with its score, a multiple of 1/2560, as the output.
const SCORED: &str = r#"
circuit scored(
    const   m: Forest<20, 31, 1, 30, 16, u8, q0.7> = file("forest.safetensors"),
    private x: u8[30],
) -> public score: _ {
    random_forest::<4>(m, x)
}
"#;

#[test]
fn forest_costs_little_more_than_one_constraint_a_condition() {
    let c = example("forest").compile("diagnosis").circuit;
    let count = |category: Category| -> usize {
        c.blocks.iter().filter(|b| b.category == category).map(|b| b.len()).sum()
    };
    assert_eq!(count(Category::InputRange), 30 * 8);
    // One for an inner node that has an inner child with leaves of different values.
    assert_eq!(count(Category::Product), 112);
    assert!(c.num_constraints() <= 1000, "{}", c.num_constraints());
}

#[test]
fn forest_scores_are_those_of_the_reference() {
    let mut folder = example("forest");
    let data = folder.values("test.npz").clone();
    let ints = |name: &str| match &data[name].data {
        RawData::Ints(v) => v.clone(),
        other => panic!("{name}: {other:?}"),
    };
    let RawData::Floats(probability) = &data["probability"].data else {
        panic!("probabilities are floats")
    };
    let (x, benign, float, score) = (ints("x"), ints("benign"), ints("float"), ints("score"));
    let diagnosis = folder.compile("diagnosis").circuit;
    let project = Project::load("scored.zirc", SCORED, &mut folder)
        .unwrap_or_else(|r| panic!("{:#?}", r.diagnostics));
    let scored = project.compile("scored", &mut folder).unwrap().circuit;
    let output = scored.signature.outputs[0].tensor.0 as usize;
    for k in 0..benign.len() {
        let row: Vec<Int> = x[30 * k..30 * (k + 1)].iter().map(|&v| Int::from(v)).collect();
        let a = assign(&scored, std::slice::from_ref(&row)).unwrap();
        assert_eq!(violations(&scored, &a), vec![]);
        assert_eq!(a.values[output].get_int(0), Int::from(score[k]), "sample {k}");
        // What leaves and measurements lose by rounding; report.json says how much at most.
        let rounded = score[k] as f64 / 2560.0 + 0.5;
        assert!((rounded - probability[k]).abs() < 0.086, "sample {k}");
        assert_eq!(i64::from(score[k] > 0), float[k], "sample {k}");

        // The circuit accepts the diagnosis of the forest, and no other.
        for claim in 0..=1 {
            match assign(&diagnosis, &[row.clone(), vec![Int::from(claim)]]) {
                Ok(a) => {
                    assert_eq!(violations(&diagnosis, &a), vec![]);
                    assert_eq!(i64::from(claim), float[k], "sample {k}");
                }
                Err(AssignError::Check { left, right, .. }) => {
                    assert_eq!((*left, *right), (Int::from(1 - claim), Int::from(claim)));
                    assert_ne!(i64::from(claim), float[k], "sample {k}");
                }
                Err(e) => panic!("{e}"),
            }
        }
        if k < SAMPLES {
            let named = BTreeMap::from([("x".to_string(), row)]);
            let plain = project.interpret("scored", &named, &mut folder).unwrap();
            assert_eq!(plain.refusals, vec![]);
            assert_eq!(plain.outputs, [[Int::from(score[k])]], "sample {k}");
        }
    }
}
