//! inspect: the same costs by layers, calls and lines, as tables and as stacks.

use crate::room::{Room, example};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Two named layers, and a function of the program's own that calls the library.
const NAMED: &str = r#"fn shifted(x: i8[4]) -> _ { relu.(x - 3) }
circuit two(private x: i8[4]) -> public y: _ {
    #[layer("block/0")]
    let a = shifted(x);
    #[layer("block/1")]
    let b = relu.(2 * a - 131);
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

/// Every circuit of every example: folders with a program or a model, and of several circuits which.
fn examples() -> Vec<String> {
    let folders = |name: &str| {
        let all = std::fs::read_dir(example(name)).unwrap();
        all.map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect::<Vec<_>>()
    };
    let is_one = |folder: &PathBuf| {
        let model = |e: &std::fs::DirEntry| e.path().extension().is_some_and(|x| x == "onnx");
        let models = std::fs::read_dir(folder).unwrap().filter(|e| model(e.as_ref().unwrap()));
        folder.join("model.zirc").exists() || models.count() == 1
    };
    let mut all = [folders(""), folders("onnx")].concat();
    all.retain(is_one);
    all.sort();
    all.iter().flat_map(|folder| circuits(folder)).collect()
}

fn circuits(folder: &Path) -> Vec<String> {
    let target = folder.display().to_string();
    let text = std::fs::read_to_string(folder.join("model.zirc")).unwrap_or_default();
    let name = |line: &'_ str| -> Option<String> {
        let rest = line.strip_prefix("circuit ")?;
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
        // One with sizes of its own is none that can be asked for.
        (!rest[end..].starts_with('<')).then(|| rest[..end].to_owned())
    };
    let names: Vec<String> = text.lines().filter_map(name).collect();
    match names.as_slice() {
        [] | [_] => vec![target],
        all => all.iter().map(|name| format!("{target} --circuit {name}")).collect(),
    }
}

#[test]
fn every_grouping_adds_up_to_the_circuit() {
    let room = Room::new();
    let models = examples();
    assert!(models.len() > 20, "{models:?}");
    for model in models {
        let json = room.json(&format!("inspect {model}"));
        let all = json["report"]["constraints"].as_u64().unwrap();
        assert_eq!(json["schema"], 1);
        for by in ["layer", "function", "line", "category", "strategy"] {
            let groups = json["by"][by].as_array().unwrap();
            let sum: u64 = groups.iter().map(|g| g["constraints"].as_u64().unwrap()).sum();
            assert_eq!(sum, all, "{model} by {by}");
        }
        assert_eq!(number(&json["tree"], "all"), all, "{model}");
        adds_up(&json["tree"]);
        let shared = json["report"]["shared"].as_array().unwrap();
        for s in shared {
            let users = s["users"].as_array().unwrap();
            assert_eq!(users.iter().map(|u| number(u, "cost")).sum::<u64>(), number(s, "cost"));
        }
        let shared: u64 = shared.iter().map(|s| number(s, "cost")).sum();
        assert_eq!(json["tree"]["all"]["shared"].as_u64(), Some(shared), "{model}");
        let operations = json["layers"].as_array().unwrap();
        let sum: u64 = operations.iter().map(|l| l["constraints"].as_u64().unwrap()).sum();
        assert_eq!(sum, all, "{model} by operation");
        let lines = json["lines"].as_array().unwrap();
        assert_eq!(lines.iter().map(|l| number(l, "own")).sum::<u64>(), all, "{model}");
        if all > 10_000 {
            continue;
        }
        // Stacks are what branches cost themselves.
        let folded = room.accept(&format!("inspect {model} --folded"));
        let counts = folded.lines().map(|l| l.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap());
        assert_eq!(counts.sum::<u64>(), all, "{model}");
    }
}

#[test]
fn layers_and_calls_have_their_own_names() {
    let room = Room::with(NAMED, "{}");
    // Both arguments have 9 bits, and a choice: -131..=124, and 2 * (0..=124) less 131.
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
            "two;block;0;shifted at model.zirc:4;relu<int<-131..=124>> at model.zirc:1 4\n"
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
    assert!(
        csv.starts_with(
            "layer,constraints,variables,public,in A,in B,in C,prove [ms],memory [kB]\n"
        ),
        "{csv}"
    );
    assert!(csv.contains("\nblock/0,40,"), "{csv}");
    let markdown = room.accept("inspect . --by category --format markdown");
    assert!(markdown.starts_with("| category | constraints |"), "{markdown}");
    assert!(markdown.lines().nth(1).unwrap().starts_with("| --- | ---: |"), "{markdown}");
    for (line, words) in [
        ("inspect . --by layer --annotate", "cannot be used with"),
        (
            "inspect . --by nothing",
            "possible values: layer, operation, call, function, line, category, strategy",
        ),
    ] {
        let ended = room.zirc(line);
        assert!(ended.code == 2 && ended.err.contains(words), "{ended:#?}");
    }
}

/// Digits that the range of an input shows and that a ReLU reads.
const SHARED: &str = "circuit r(private x: i8[4]) -> (public y: _) { relu.(x) }";

#[test]
fn what_a_range_check_pays_for_others_is_shared() {
    let room = Room::with(SHARED, "{}");
    // 8 digits for each element, which are the input's and ReLU's, and a product that is ReLU's alone.
    let json = room.json("inspect .");
    let layers = json["by"]["layer"].as_array().unwrap();
    let costs = |key: &str| layers.iter().map(|l| l[key].as_u64().unwrap()).collect::<Vec<_>>();
    assert_eq!((costs("constraints"), costs("shared")), (vec![16, 20], vec![16, 16]));
    let shared = json["report"]["shared"].as_array().unwrap();
    assert_eq!((shared.len(), number(&shared[0], "cost")), (1, 32));
    assert_eq!(shared[0]["strategy"], "digits");
    let users = shared[0]["users"].as_array().unwrap();
    let of: Vec<_> = users.iter().map(|u| u["category"].as_str().unwrap()).collect();
    assert_eq!(of, ["input-range", "boolean"]);
    let text = room.accept("inspect .");
    assert!(text.contains("shared, and divided among those that asked for it"), "{text}");
    // Both show them as equations.
    for asked in ["--at model.zirc:1", "--layer relu"] {
        let text = room.accept(&format!("explain . {asked}"));
        assert!(text.contains("(boolean, shared)"), "{asked}: {text}");
    }
}

#[test]
fn a_table_is_divided_among_those_that_look_up_in_it() {
    let text = "circuit two(private x: u8[300], private y: u8[100]) -> (public z: _) {
    (sum i { x[i] }) + (sum i { y[i] })
}
";
    let room = Room::with(text, "{}");
    let json = room.json("inspect . --mode groth16-commit");
    let shared = json["report"]["shared"].as_array().unwrap();
    let table = shared.iter().find(|s| s["strategy"] == "tables").unwrap();
    let users: Vec<(u64, u64)> = table["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|u| (u["times"].as_u64().unwrap(), number(u, "cost")))
        .collect();
    // In proportion to the numbers that each has.
    let all = number(table, "cost");
    let [x, y] = users.as_slice() else { panic!("{table}") };
    assert_eq!((x.0, x.1 + y.1), (3 * y.0, all));
    assert_eq!(x.1, all * 3 / 4);
    let by = json["by"]["strategy"].as_array().unwrap();
    let of = |key: &str| by.iter().find(|g| g["key"] == key).unwrap()["constraints"].clone();
    assert_eq!(json["tree"]["all"]["lookups"], of("lookups"));
    assert_eq!(json["tree"]["all"]["tables"], of("tables"));
    let csv = room.accept("inspect . --mode groth16-commit --by layer --format csv");
    assert!(csv.lines().next().unwrap().contains(",shared,lookups,tables,variables,"), "{csv}");
}

#[test]
fn before_and_after_optimisation() {
    let room = Room::with(SHARED, "{}");
    // The source asks for the digits twice, 8 and their sum for each element, and shows y as it is.
    let json = room.json("inspect . --before");
    let plain = room.json("explain . --unoptimized");
    assert!(plain["layers"].is_array());
    let before = json["tree"]["all"]["before"].as_u64().unwrap();
    assert_eq!((before, number(&json["tree"], "all")), (4 * (2 * (8 + 1) + 1 + 1), 4 * (8 + 1)));
    let sum: u64 =
        json["by"]["line"].as_array().unwrap().iter().map(|g| g["before"].as_u64().unwrap()).sum();
    assert_eq!(sum, before);
    room.accept("compile . -o c");
    room.fail(2, "inspect c --before", &["compiled as it is: name the program"]);
}

#[test]
fn a_report_is_a_page_of_its_own() {
    let text = "// </script><script>alert(1)</script>
circuit c(private x: i8[2]) -> (public y: _) {
    #[layer(\"</script><b>\")]
    let a = relu.(x - 3);
    a
}
";
    let room = Room::with(text, "{}");
    let said = room.accept("inspect . --by layer --html cost.html --pprof cost.pb.gz");
    assert!(said.contains("written  cost.html") && said.contains("written  cost.pb.gz"), "{said}");
    let page = String::from_utf8(room.read("cost.html")).unwrap();
    // Two scripts, its data and its own: no text of the program is markup.
    assert_eq!((page.matches("</script>").count(), page.matches("<b>").count()), (2, 0));
    for outside in ["http:", "https:", " src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    let data = page.split("id=\"data\">").nth(1).unwrap().split("</script>").next().unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    let json = room.json("inspect .");
    for key in ["circuit", "digest", "lines", "layers"] {
        assert_eq!(data[key], json[key], "{key}");
    }
    assert_eq!(data["sources"][0]["lines"][0], "// </script><script>alert(1)</script>");
    // Every layer that costs something has equations, with the way that leads to them.
    let equations = data["equations"].as_array().unwrap();
    for layer in json["layers"].as_array().unwrap() {
        let own = equations.iter().find(|e| e["layer"] == layer["layer"]).unwrap();
        let first = &own["equations"][0];
        assert!(first["equation"].as_str().unwrap().contains('='));
        assert!(first["path"].is_array() && first["lines"].is_array());
    }
    assert!(room.read("cost.pb.gz").starts_with(&[0x1f, 0x8b]));
    room.fail(2, "inspect . --html a --pprof a", &["two files would be written there"]);
    room.fail(2, "inspect . --html model.zirc", &["must not be replaced"]);
    room.fail(2, "inspect . --html no/a.html", &["there is no folder no"]);
}
