//! inspect: the same costs by layers, calls and lines, as tables and as stacks.

use crate::room::{Room, example};
use serde_json::Value;

/// Two named layers, and a function of the program's own that calls the library.
const NAMED: &str = r#"fn shifted(x: i8[4]) -> _ { relu.(x - 3) }
circuit two(private x: i8[4]) -> public y: _ {
    #[layer("block/0")]
    let a = shifted(x);
    #[layer("block/1")]
    let b = relu.(a - 1);
    b
}
"#;

fn number(v: &Value, key: &str) -> u64 {
    v[key]["constraints"].as_u64().unwrap()
}

/// What is in a branch and what its branches have is what it has.
fn adds_up(branch: &Value) {
    let inner = branch["branches"].as_array().unwrap();
    let sum: u64 = inner.iter().map(|b| number(b, "all")).sum();
    assert_eq!(number(branch, "own") + sum, number(branch, "all"), "{branch}");
    inner.iter().for_each(adds_up);
}

#[test]
fn every_grouping_adds_up_to_the_circuit() {
    let room = Room::new();
    let models = ["onnx/mlp/mlp.onnx", "onnx/logistic/logistic.onnx", "relu", "digits", "lstm"];
    for model in models {
        let json = room.json(&format!("inspect {}", example(model).display()));
        let all = json["report"]["constraints"].as_u64().unwrap();
        for by in ["layer", "function", "line", "category"] {
            let groups = json["by"][by].as_array().unwrap();
            let sum: u64 = groups.iter().map(|g| g["constraints"].as_u64().unwrap()).sum();
            assert_eq!(sum, all, "{model} by {by}");
        }
        assert_eq!(number(&json["tree"], "all"), all, "{model}");
        adds_up(&json["tree"]);
        let lines = json["lines"].as_array().unwrap();
        assert_eq!(lines.iter().map(|l| number(l, "own")).sum::<u64>(), all, "{model}");
        // Stacks are what branches cost themselves.
        let folded = room.accept(&format!("inspect {} --folded", example(model).display()));
        let counts = folded.lines().map(|l| l.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap());
        assert_eq!(counts.sum::<u64>(), all, "{model}");
    }
}

#[test]
fn layers_and_calls_have_their_own_names() {
    let room = Room::with(NAMED, "{}");
    // Both arguments have 9 bits, and a product: -131..=124, and 0..=255 less 1.
    let tree = room.accept("inspect . --by call");
    let rows: Vec<Vec<&str>> = tree.lines().map(|l| l.split_whitespace().collect()).collect();
    let row = |name: &str| rows.iter().find(|r| r[0] == name).unwrap_or_else(|| panic!("{tree}"));
    assert_eq!(row("block")[1], "80");
    assert_eq!(row("shifted")[1..4], ["at", "model.zirc:4", "40"]);
    assert!(
        rows.iter().any(|r| r[0] == "relu<int<-131..=124>>" && r[2] == "model.zirc:1"),
        "{tree}"
    );
    let shallow = room.accept("inspect . --by call --depth 1");
    assert_eq!(shallow.lines().count(), 3, "{shallow}");
    let top = room.accept("inspect . --by layer --top 1");
    assert!(top.contains("block/0") && !top.contains("block/1"), "{top}");
    let sorted = room.accept("inspect . --by layer --sort cost");
    let at = |name: &str| sorted.find(name).unwrap();
    assert!(at("block/0") < at("block/1"), "{sorted}");
    // A line is charged with what it calls, the library's included.
    let lines = room.json("inspect . --by line")["lines"].clone();
    let line = |n: u64| {
        lines.as_array().unwrap().iter().find(|l| l["line"] == format!("model.zirc:{n}")).unwrap()
    };
    assert_eq!((number(line(4), "own"), number(line(4), "all")), (0, 40));
    let text = room.accept("inspect . --annotate");
    assert!(text.contains("          40 ▌     let a = shifted(x);"), "{text}");
    assert!(text.contains("             │ }") && !text.contains("std/"), "{text}");
    let stacks = room.accept("inspect . --folded");
    assert!(
        stacks.contains(
            "two;block;0;shifted at model.zirc:4;relu<int<-131..=124>> at model.zirc:1 40\n"
        ),
        "{stacks}"
    );
}

#[test]
fn a_flame_graph_is_a_page_of_its_own() {
    let room = Room::with(NAMED, "{}");
    let text = room.accept("inspect . --by layer --flamegraph cost.svg");
    assert!(text.contains("written  cost.svg"), "{text}");
    let svg = String::from_utf8(room.read("cost.svg")).unwrap();
    // Frames with their constraints, in the order of the circuit.
    let at = |words: &str| svg.find(words).unwrap_or_else(|| panic!("{words}: {svg}"));
    at("two (112 constraints, 100.00%)");
    at("block (80 constraints, 71.43%)");
    assert!(at("0 (40 constraints, 35.71%)") < at("1 (40 constraints, 35.71%)"));
    // Nothing is fetched.
    assert!(!svg.contains("src=") && !svg.contains("href=\"http"));
    assert_eq!(room.accept("inspect . --by layer --flamegraph cost.svg"), text);
    assert_eq!(String::from_utf8(room.read("cost.svg")).unwrap(), svg, "drawn twice");
    room.fail(2, "inspect . --flamegraph model.zirc", &["model.zirc"]);
    room.write("none.zirc", "circuit none(public x: field) {}");
    room.fail(2, "inspect none.zirc --flamegraph none.svg", &["nothing to draw"]);
}

#[test]
fn tables_for_machines_and_papers() {
    let room = Room::with(NAMED, "{}");
    let csv = room.accept("inspect . --by layer --format csv");
    assert!(csv.starts_with("layer,constraints,variables,in A,in B,in C\n"), "{csv}");
    assert!(csv.contains("\nblock/0,40,"), "{csv}");
    let markdown = room.accept("inspect . --by category --format markdown");
    assert!(markdown.starts_with("| category | constraints |"), "{markdown}");
    assert!(markdown.lines().nth(1).unwrap().starts_with("| --- | ---: |"), "{markdown}");
    for (line, words) in [
        ("inspect . --by layer --annotate", "cannot be used with"),
        ("inspect . --by nothing", "possible values: layer, call, function, line, category"),
    ] {
        let ended = room.zirc(line);
        assert!(ended.code == 2 && ended.err.contains(words), "{ended:#?}");
    }
}
