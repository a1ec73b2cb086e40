//! What work will cost, and what it did.

use crate::room::{ROOT, Room};
use serde_json::Value;

fn phases(of: &Value) -> Vec<&str> {
    of.as_array().unwrap().iter().map(|p| p["phase"].as_str().unwrap()).collect()
}

#[test]
fn a_profile_has_every_phase_with_its_share_and_memory() {
    let room = Room::prepared();
    let prove = "prove c --pk pk --input input.json -o proof";
    assert!(!room.accept(prove).contains("share"));
    let text = room.accept(&format!("{prove} --profile"));
    for words in [
        "profile",
        "time",
        "share",
        "peak memory",
        "witness",
        "reading the key",
        "transforms",
        "quotient",
        "query A",
        "query B",
        "query C",
        "total",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let json = room.json(prove);
    let all = [
        "witness",
        "reading the key",
        "rows",
        "transforms",
        "quotient",
        "query A",
        "query B",
        "query C",
    ];
    assert_eq!(phases(&json["phases"]), all);
    let text = room.accept("run . --profile");
    for words in ["\nsetup ", "key B", "\nprove ", "query B", "share"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(room.accept("setup c --profile").contains("key H"));
    if cfg!(target_os = "linux") {
        let peaks: Vec<u64> = json["phases"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p["peak_memory_bytes"].as_u64().unwrap())
            .collect();
        let most = json["peak_memory_bytes"].as_u64().unwrap();
        assert!(peaks.iter().all(|p| (1 << 16..=most).contains(p)));
    }
}

#[test]
fn the_forecast_knows_the_size_of_the_key() {
    let room = Room::prepared();
    let size = room.read("pk").len() as u64;
    for json in [room.json("inspect c"), room.json("setup c --pk p --vk v")] {
        assert_eq!(json["forecast"]["proving_key"].as_u64(), Some(size));
        assert_eq!(json["forecast"]["exact"], true);
        assert!(json["forecast"]["proof"]["ms"].as_f64().unwrap() > 0.0);
    }
    let text = room.accept("inspect .");
    // What every proof takes is most of it.
    for words in
        ["proving key", "setup        under 5 ms and", "proof        under 5 ms and", "of memory"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    // Nothing is said of what takes no time.
    assert_eq!(room.zirc("setup c").err, "");
}

#[test]
fn what_is_forced_is_done() {
    let room = Room::with(ROOT, r#"{"x": 1234, "square": 1522756}"#);
    room.accept("run . --force");
    room.accept("setup . --force");
    room.accept("prove . --pk root.pk --force");
}

/// Without a limit that is in the way, `--force` changes nothing.
#[test]
fn witnesses_are_forced_too() {
    let room = Room::with(ROOT, r#"{"x": 1234, "square": 1522756}"#);
    assert_eq!(
        room.accept("witness .").lines().count(),
        room.accept("witness . --force").lines().count()
    );
    room.accept("export . --input input.json --to ex --force");
}
