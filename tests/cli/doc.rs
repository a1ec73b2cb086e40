//! `zirc doc`: pages about a folder's own functions.

use crate::room::Room;

const MODEL: &str = "\
use layers::norm::scale;

/// Proves a scaled *input*.
circuit scaled(private x: i8) -> public y: _ { scale(x) * twice(x) }

fn twice(x: i8) -> _ { 2 * x }

/// Of any type.
fn thrice<T: num>(x: T) -> _ { 3 * x }

test t { assert twice(1 as i8) == 2; }
";
const NORM: &str = "\
/// Three times x.
///
/// y\u{5b}i] = 3 x
pub fn scale(x: i8) -> _ { 3 * x }

/// Its square.
#[cost(square::<i8>, 1)]
#[cost(square::<i16>, product == 1)]
pub fn square<T: num>(x: T) -> _ { x * x }

/// No single type.
pub fn open(x: _) -> _ { x }

/// A pair.
pub struct Pair { a: i8, b: i8 }
";

fn text(room: &Room, name: &str) -> String {
    String::from_utf8(room.read(name)).unwrap()
}

fn room() -> Room {
    let room = Room::new();
    room.write("m/model.zirc", MODEL);
    room.write("m/layers/norm.zirc", NORM);
    room.write("m/zirc-out/made.zirc", "fn broken(");
    room.write("m/bare.zirc", "test nothing { assert true; }\n");
    room
}

#[test]
fn pages_have_signatures_comments_and_costs() {
    let room = room();
    assert_eq!(room.accept("doc m"), "m/zirc-out/doc: 3 pages, 3 written\n");
    let index = text(&room, "m/zirc-out/doc/index.md");
    let list = "| file | items |\n|---|---|\n\
        | layers::norm | [scale](layers-norm.md#scale), [square](layers-norm.md#square), \
        [open](layers-norm.md#open), [Pair](layers-norm.md#pair) |\n\
        | model | [scaled](model.md#scaled), [thrice](model.md#thrice) |\n";
    assert!(index.ends_with(list), "{index}");
    let norm = text(&room, "m/zirc-out/doc/layers-norm.md");
    for part in [
        "<!-- Written by `zirc doc`. -->\n\n# layers::norm\n",
        "## scale\n\n```text\nfn scale(x: i8) -> _\n```\n\nThree times x.\n\ny\\[i\\] = 3 x\n",
        "| `scale` | 0 | 0 | 0 | 1 | 0 | 0 | 0 | – |\n",
        "| `square::<i8>` | 1 | 1 | 0 | 1 | 1 | 1 | 0 | 1 product |\n",
        "| `square::<i16>` | 1 | 1 |",
        "\nNo cost by itself: ",
        "## Pair\n\n```text\nstruct Pair {",
    ] {
        assert!(norm.contains(part), "{part}\n is not in\n{norm}");
    }
    let model = text(&room, "m/zirc-out/doc/model.md");
    for part in [
        "Proves a scaled \\*input\\*.\n\n| mode | constraints | variables |\n|---|--:|--:|\n| groth16 | 9 | ",
        "| groth16-commit | ",
        "Of any type.\n\nWhat it costs depends on its generic arguments",
    ] {
        assert!(model.contains(part), "{part}\n is not in\n{model}");
    }
    assert!(!model.contains("twice(x") && !model.contains("test"), "{model}");
}

#[test]
fn the_same_pages_are_not_written_twice_and_old_ones_go() {
    let room = room();
    let json = room.json("doc m --out pages");
    assert_eq!(json["pages"], serde_json::json!(["layers-norm.md", "model.md", "index.md"]));
    assert_eq!(json["written"], 3);
    room.write("pages/mine.md", "# Mine\n");
    let before = text(&room, "pages/layers-norm.md");
    assert_eq!(room.accept("doc m --out pages"), "pages: 3 pages, as they were\n");
    assert_eq!(text(&room, "pages/layers-norm.md"), before);
    room.write("m/model.zirc", "/// One.\nconst ONE = 1;\n");
    std::fs::remove_file(room.path("m/layers/norm.zirc")).unwrap();
    assert_eq!(room.accept("doc m --out pages"), "pages: 2 pages, 2 written, 1 removed\n");
    assert_eq!(text(&room, "pages/mine.md"), "# Mine\n");
    assert!(!room.path("pages/layers-norm.md").exists());
}

#[test]
fn what_is_wrong_writes_nothing() {
    let room = room();
    room.write("m/layers/norm.zirc", NORM.replace("3 * x", "3 * z"));
    room.fail(2, "doc m --out pages", &["error[E0101]", "layers/norm.zirc:4"]);
    room.write("m/layers/norm.zirc", NORM);
    room.write("m/layers-norm.zirc", NORM);
    room.fail(2, "doc m --out pages", &["two files would have the page layers-norm.md"]);
    std::fs::create_dir(room.path("none")).unwrap();
    room.fail(2, "doc none", &["no .zirc file with anything to write about"]);
    room.fail(2, "doc m/model.zirc", &["is a file; name the folder that it is in"]);
    room.fail(2, "doc no", &["no such file or folder"]);
    room.write("file", "");
    room.fail(2, "doc m --out file/x", &["is a file, not a folder"]);
}

/// Programs below the folder that are programs of their own find their own files.
#[test]
fn programs_of_their_own() {
    let room = Room::new();
    room.write(
        "all/one/model.zirc",
        "use part::f;\ncircuit c(private x: i8) -> public y: _ { f(x) }\n",
    );
    room.write("all/one/part.zirc", "pub fn f(x: i8) -> _ { x * x }\n");
    assert_eq!(room.accept("doc all --out pages"), "pages: 3 pages, 3 written\n");
    assert!(text(&room, "pages/one-part.md").contains("# one::part\n"));
}
