//! `print` in tests: what `zirc test` shows, and where it is refused.

use crate::room::{Room, block};
use std::path::Path;

const PROGRAM: &str = "\
fn twice(x: i8) -> _ { 2 * x }

test shown {
    let y = print(twice(3 as i8));
    print(\"the sum\", y + [1, 2]);
    for i < 2 { print(i); }
    print(\"done\");
    assert y == 6;
}

test fails {
    print(\"before\", 1);
    assert 1 == 2;
}
";

#[test]
fn what_tests_print_stands_below_their_names() {
    let room = Room::new();
    room.write("p.zirc", PROGRAM);
    let ended = room.zirc("test p.zirc");
    assert_eq!(ended.code, 1);
    let wanted = "\
test shown ... ok
  p.zirc:4: twice(3 as i8) = 6: int<-256..=254> (-256 to 254)
  p.zirc:5: the sum = [7, 8]: int<-255..=256>[2] (-255 to 256)
  p.zirc:6: i = 0: int<0..=0> (0 to 0)
  p.zirc:6: i = 1: int<1..=1> (1 to 1)
  p.zirc:7: done
test fails ... FAILED
  p.zirc:12: before = 1: int<1..=1> (1 to 1)
1 passed, 1 failed";
    assert!(ended.out.starts_with(wanted), "{}", ended.out);
    let machine = room.zirc("test p.zirc shown --json");
    let json: serde_json::Value = serde_json::from_str(&machine.out).unwrap();
    let printed = &json["tests"][0]["printed"];
    assert_eq!(printed.as_array().unwrap().len(), 5);
    assert_eq!(printed[0]["file"], "p.zirc");
    assert_eq!(printed[0]["line"], 4);
    assert_eq!(printed[0]["value"]["values"], serde_json::json!(["6"]));
    assert_eq!(printed[4]["label"], "done");
    assert!(printed[4]["value"].is_null());
}

/// In a circuit, in what a circuit may call, in a promise: an error, never nothing.
#[test]
fn nothing_prints_outside_of_tests() {
    let room = Room::new();
    let words = ["error[E0506]: `print` outside of a test", "a circuit prints nothing"];
    for program in [
        "circuit c(private x: i8) -> public y: _ { print(x); x }\n",
        "fn f(x: i8) -> _ { print(\"x\", x) }\n",
        "fn f<T: num>(x: T) -> _ { print(x); x }\n",
        "fn f<T: num>(x: T[2]) -> _ { print.(x); x }\n",
        "const X = print(3);\n",
        "circuit c(private x: i8) -> public y: i8 { let z: i8 = hint print(x); assert z == x; z }\n",
    ] {
        room.write("p.zirc", program);
        room.fail(2, "check p.zirc", &words);
    }
    room.write(
        "p.zirc",
        "fn f(x: i8) -> y: _ ensures print(y) == x { x }\ntest t { f(3 as i8); }\n",
    );
    let ended = room.zirc("test p.zirc");
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains(words[0]), "{}", ended.err);
    // A function that prints is refused in a test as well, although the test could show it.
    room.write("p.zirc", "fn f<T: num>(x: T) -> _ { print(x) }\ntest t { f(3 as i8); }\n");
    let ended = room.zirc("test p.zirc");
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains(words[0]), "{}", ended.err);
    // One of the program goes before it.
    room.write(
        "p.zirc",
        "fn print(x: i8) -> _ { x }\ncircuit c(private x: i8) -> public y: _ { print(x) }\n",
    );
    room.accept("check p.zirc");
}

#[test]
fn arguments_and_limits() {
    let room = Room::new();
    room.write("p.zirc", "test t { print(1, 2); }\n");
    assert!(room.zirc("test p.zirc").err.contains("error[E0215]: `print` takes a value"));
    room.write("p.zirc", "test t { for i < 3000 { print(i); } print.([5, 6]); }\n");
    let out = room.accept("test p.zirc");
    assert!(out.contains("p.zirc:1: i = 999: ") && !out.contains("i = 1000:"), "{out}");
    assert!(out.contains("  and 2,002 lines more\n"), "{out}");
    room.write(
        "p.zirc",
        "test t { let x = for i < 1000 { i }; for i < 300 { print(\"x\", x); } }\n",
    );
    let out = room.accept("test p.zirc");
    assert!(out.contains("  and 200 lines more\n"), "{}", &out[out.len() - 200..]);
    room.write("p.zirc", "test t { let x = for i < 600 { i }; print(\"x\", (x, x, 1, 2)); }\n");
    let out = room.accept("test p.zirc");
    assert!(out.contains("397, …], …): (int<0..=599>[600]"), "{out}");
    room.write("p.zirc", "test t { print(\"a\u{1b}[31m\", 1); }\n");
    assert!(!room.accept("test p.zirc").contains('\u{1b}'));
}

/// A promise of an instance that is only counted is not tried, and one that is tried can be limited.
#[test]
fn costs_keep_no_promises_and_promises_have_a_limit() {
    let room = Room::new();
    room.write(
        "p.zirc",
        "fn never<T: num>(x: T) -> y: _ ensures y == x + 1 { x }\n\
         test counted { assert cost(never::<i16>).total == 0; assert cost(never(3 as i8)).total == 0; }\n",
    );
    let out = room.accept("test p.zirc");
    assert!(!out.contains("ensures"), "{out}");
    room.write(
        "p.zirc",
        "fn same<T: num>(x: T) -> y: _ ensures y == x { x }\n\
         test t { assert cost(same::<i16>).total == 0; same(3 as i8); same(3 as i32); }\n",
    );
    let out = room.accept("test p.zirc");
    assert!(out.contains("ensures same<i8> ... ok, exhaustive: 256 inputs\n"), "{out}");
    assert!(out.contains("ensures same<i32> ... ok, sampled: 256 inputs\n"), "{out}");
    assert!(!out.contains("i16"), "{out}");
    let out = room.accept("test p.zirc --limit 10");
    assert!(
        out.contains("ensures same<i8> ... ok, sampled: 10 inputs of 256 by --limit\n"),
        "{out}"
    );
    let json = room.json("test p.zirc --limit 10");
    assert_eq!(json["promises"][0]["limited"], 256);
    assert_eq!(json["promises"][0]["exhaustive"], false);
    let ended = room.zirc("test p.zirc --limit 0");
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("--limit"), "{}", ended.err);
}

/// What the guide shows is what is shown.
#[test]
fn the_guides_example() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/builtins.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, section) = page.split_once("### `print`\n").unwrap();
    let room = Room::new();
    room.write("model.zirc", block(section, "zirc"));
    let out = room.accept("test .");
    assert!(out.starts_with(block(section, "text")), "{out}");
}
