//! calibrate-cost: what is measured is kept, and predictions are made with it.

use crate::room::{Room, example};

/// Every step takes a second's thousandth.
fn slow() -> String {
    let steps = [
        "addition_g1",
        "addition_g2",
        "fixed_addition_g1",
        "fixed_addition_g2",
        "butterfly",
        "fold",
        "read",
        "read_backwards",
        "lagrange",
        "byte",
        "pairing",
        "verify",
    ];
    steps.map(|s| format!("{s} = 1000000.0\n")).concat()
}

#[test]
fn what_is_measured_is_kept_and_used() {
    let room = Room::new();
    let text = room.accept("calibrate-cost --output costs.toml");
    assert!(text.contains("addition_g1") && text.contains("written  costs.toml"), "{text}");
    let file = String::from_utf8(room.read("costs.toml")).unwrap();
    assert_eq!(file.lines().filter(|l| l.contains(" = ")).count(), 12, "{file}");
    let relu = example("relu");
    let inspect = format!("inspect {}", relu.display());
    let built_in = room.json_with(&inspect, "ZIRC_COSTS", "nowhere.toml");
    assert!(built_in["costs_from"].is_null());
    let here = room.json_with(&inspect, "ZIRC_COSTS", "costs.toml");
    assert_eq!(here["costs_from"], "costs.toml");
    room.write("slow.toml", slow());
    let slow = room.json_with(&inspect, "ZIRC_COSTS", "slow.toml");
    let ms = |v: &serde_json::Value| v["forecast"]["proof"]["ms"].as_f64().unwrap();
    assert!(ms(&slow) > 1000.0 * ms(&built_in), "{} {}", ms(&slow), ms(&built_in));
    // Nothing but predictions depends on them.
    for key in ["digest", "report"] {
        assert_eq!(slow[key]["constraints"], built_in[key]["constraints"]);
    }
    assert_eq!(slow["forecast"]["rows"], built_in["forecast"]["rows"]);
}

#[test]
fn files_that_say_no_times_are_refused() {
    let room = Room::new();
    let inspect = format!("inspect {}", example("relu").display());
    let again = "`zirc calibrate-cost` writes it again";
    for (text, words) in [
        ("addition_g1 = 1.0", "missing field"),
        (&format!("{}extra = 1.0\n", slow()), "unknown field"),
        (&slow().replacen("1000000.0", "-1.0", 1), "addition_g1: no step takes -1 ns"),
        (&slow().replacen("1000000.0", "nan", 1), "addition_g1: no step takes NaN ns"),
        ("[", "costs.toml"),
    ] {
        room.write("costs.toml", text);
        let ended = room.zirc_with(&inspect, "ZIRC_COSTS", "costs.toml");
        assert!(ended.code == 2 && ended.err.contains(words), "{text}: {ended:#?}");
        assert!(ended.err.contains(again), "{ended:#?}");
    }
    room.fail(2, "calibrate-cost --output no/costs.toml", &["there is no folder no"]);
}
