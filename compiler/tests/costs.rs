//! `cost(f, mode: …)` against circuits of many such calls, and against what lookups are made of.

use std::collections::BTreeMap;
use zirc_circuit::Category;
use zirc_compiler::{Mode, NoFiles, Options, Outcome, Project};

/// Calls among which the cost of one is measured.
const CALLS: usize = 1 << 14;

const TABLE: &str = "const T: i16[64] = for k { mod(k ** 5 * 91 + 17, 4001) - 2000 };\n";

/// Functions of a number, the number's type, and what a call costs without and with a commitment round,
/// tables apart.
const FUNCTIONS: [(&str, &str, usize, usize); 6] = [
    // A product; the sign and what is below it.
    ("relu", "i8", 8 + 1, 2 + 1),
    ("relu", "i20", 20 + 1, 2 + 2),
    ("is_negative", "i12", 12, 1 + 1),
    // The quotient and the remainder, whose range is no power of two.
    ("floor_div::<16>", "i12", 12, 1 + 1),
    // A multiple of the value, and an inverse.
    ("at_table", "u6", 15 + 6, 2),
    // No range, no table.
    ("cube", "i8", 2, 2),
];

const ITEMS: &str = "fn at_table(i: u6) -> _ { T[i] }\nfn cube(x: i8) -> _ { x ** 3 }\n";

fn load(text: &str) -> Project {
    Project::load("t.zirc", text, &mut NoFiles).unwrap_or_else(|r| panic!("{:#?}", r.diagnostics))
}

/// Runs the tests of a program: codes and places of what failed.
fn failures(text: &str) -> Vec<(String, String)> {
    let p = load(text);
    let mut failed = vec![];
    for t in p.test("", &mut NoFiles).0 {
        if let Outcome::Failed(why) = t.outcome {
            for d in why {
                let s = d.labels[0].span;
                let place = &p.files()[s.file as usize].text[s.start as usize..s.end as usize];
                failed.push((d.code.to_string(), place.to_string()));
            }
        }
    }
    failed
}

/// Constraints of a circuit by category.
fn counts(text: &str, mode: Mode) -> BTreeMap<Category, usize> {
    let options = Options { mode, ..Options::default() };
    let made = load(text).compile_with("c", &mut NoFiles, &options).unwrap();
    let mut by = BTreeMap::new();
    made.circuit.blocks.iter().for_each(|b| *by.entry(b.category).or_insert(0) += b.len());
    by
}

#[test]
fn one_call_costs_what_many_calls_cost_for_each() {
    for (f, ty, plain, round) in FUNCTIONS {
        // Public inputs have no ranges to be proved.
        let circuit = format!(
            "{TABLE}{ITEMS}circuit c(public x: {ty}[{CALLS}]) -> private y: _[{CALLS}] {{ {f}.(x) }}"
        );
        let by = counts(&circuit, Mode::Commit);
        let table = by.get(&Category::Table).copied().unwrap_or(0);
        let apart: usize = by.values().sum::<usize>() - table;
        assert_eq!(apart, round * CALLS, "{f}: {by:?}");
        let call = format!("{f}(0 as {ty})");
        let text = format!(
            "{TABLE}{ITEMS}test costs {{
                assert cost({call}).total == {plain};
                assert cost({call}, mode: \"groth16\").total == {plain};
                assert cost({call}, mode: \"groth16\").by(\"table\") == 0;
                let c = cost({call}, mode: \"groth16-commit\");
                assert c.total == {round};
                assert c.by(\"table\") == {table};
            }}"
        );
        assert_eq!(failures(&text), [], "{f}");
    }
}

#[test]
fn a_table_is_a_constraint_for_each_row_and_one_for_its_sum() {
    let text = format!(
        "{TABLE}{ITEMS}test costs {{
            assert cost(at_table, mode: \"groth16-commit\").by(\"table\") == 64 + 1;
            assert cost(relu::<i8>, mode: \"groth16-commit\").by(\"table\") == 128 + 1;
            assert cost(cube, mode: \"groth16-commit\").by(\"table\") == 0;
        }}"
    );
    assert_eq!(failures(&text), []);
}

#[test]
fn what_is_no_mode_is_refused() {
    for (arguments, code, place) in [
        ("relu::<i8>, mode: \"auto\"", "E0105", "\"auto\""),
        ("relu::<i8>, mode: \"plonk\"", "E0105", "\"plonk\""),
        ("relu::<i8>, mode: 3", "E0202", "3"),
        ("relu::<i8>, \"groth16\"", "E0215", "cost(relu::<i8>, \"groth16\")"),
        ("relu::<i8>, made: \"groth16\"", "E0215", "cost(relu::<i8>, made: \"groth16\")"),
        ("", "E0215", "cost()"),
    ] {
        let text = format!("test costs {{ assert cost({arguments}).total == 9; }}");
        assert_eq!(failures(&text), [(code.to_string(), place.to_string())], "{arguments}");
    }
}
