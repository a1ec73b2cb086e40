//! diff: what changed in the cost.

use crate::room::Room;

const BEFORE: &str = "circuit c(private x: i8[4], private z: u8) -> (public y: _, public w: _) {
    (relu.(x), z * z)
}
";
/// One line further down, and two bits more.
const AFTER: &str = "// The same, wider.
circuit c(private x: i10[4], private z: u8) -> (public y: _, public w: _) {
    (relu.(x), z * z)
}
";

fn room() -> Room {
    let room = Room::with(BEFORE, "{}");
    room.write("wide.zirc", AFTER);
    room.accept("compile model.zirc -o a");
    room.accept("compile wide.zirc -o b");
    room
}

#[test]
fn layers_and_lines_that_changed() {
    let room = room();
    let json = room.json("diff a b");
    let (a, b) = (&json["before"]["constraints"], &json["after"]["constraints"]);
    let sum = |list: &str, side: &str| -> u64 {
        json[list].as_array().unwrap().iter().filter_map(|c| c[side].as_u64()).sum()
    };
    for list in ["layers", "lines"] {
        assert_eq!(a.as_u64(), Some(sum(list, "before")), "{list}");
        assert_eq!(b.as_u64(), Some(sum(list, "after")), "{list}");
    }
    // Two bits of four numbers.
    assert_eq!(b.as_u64().unwrap() - a.as_u64().unwrap(), 8);
    let text = room.accept("diff a b");
    assert!(text.contains("+8 (+"), "{text}");
    // What only moved did not change; the product is the same on both sides.
    assert!(!text.contains("z * z"), "{text}");
    assert!(room.accept("diff a b --all").contains("z * z"));
    assert!(room.accept("diff a a").contains("nothing changed"));
    assert_eq!(room.json("diff model.zirc wide.zirc")["layers"], json["layers"]);
}

#[test]
fn sides_have_options_of_their_own() {
    let room = room();
    let out =
        room.accept("diff --json model.zirc --products single -- wide.zirc --mode groth16-commit");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["after"]["constraints"], room.json("diff a b")["after"]["constraints"]);
    let wrong = room.zirc("diff model.zirc -- model.zirc --mode fast");
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("expected groth16"), "{wrong:?}");
    assert_eq!(room.zirc("diff model.zirc").code, 2);
    room.fail(2, "diff a missing", &["missing"]);
}

#[test]
fn a_limit_for_ci() {
    let room = room();
    room.accept("diff a b --max-increase 8");
    room.accept("diff b a --max-increase 0");
    room.accept("diff a b --max-increase 90%");
    let ended = room.zirc("diff a b --max-increase 7");
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.out.contains("more than 7 constraints over what was"), "{ended:?}");
    assert_eq!(room.zirc("diff a b --max-increase 1%").code, 1);
    let wrong = room.zirc("diff a b --max-increase x");
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("expected a number of constraints"), "{wrong:?}");
}
