//! `zirc fmt`: what is written, what is left alone, and what a script sees.

use crate::room::{Ended, Room, example};

const UGLY: &str =
    "// kept\ncircuit  c(private x:i8)->public y:_{x*x} // too\n\n\n\ntest t{assert true;}";
const FINE: &str = "// kept\ncircuit c(private x: i8) -> public y: _ { x * x } // too\n\ntest t { assert true; }\n";
const BROKEN: &str = "fn f( { }\n";

fn with_input(line: &str, input: &[u8]) -> Ended {
    let mut command = assert_cmd::Command::cargo_bin("zirc").unwrap();
    let out = command.args(line.split_whitespace()).write_stdin(input).output().unwrap();
    Ended {
        code: out.status.code().unwrap(),
        out: String::from_utf8(out.stdout).unwrap(),
        err: String::from_utf8(out.stderr).unwrap(),
    }
}

#[test]
fn a_file_is_written_once() {
    let room = Room::new();
    room.write("model.zirc", UGLY);
    assert_eq!(room.accept("fmt model.zirc"), "formatted model.zirc\n1 file: 1 changed\n");
    assert_eq!(room.read("model.zirc"), FINE.as_bytes());
    let before = std::fs::metadata(room.path("model.zirc")).unwrap().modified().unwrap();
    assert_eq!(room.accept("fmt"), "1 file: nothing changed\n");
    let after = std::fs::metadata(room.path("model.zirc")).unwrap().modified().unwrap();
    assert_eq!(before, after, "a file that does not change is not written");
    assert_eq!(room.list(), ["model.zirc"]);
}

#[test]
fn check_writes_nothing_and_says_what_would_change() {
    let room = Room::new();
    room.write("a/model.zirc", UGLY);
    room.write("a/b/fine.zirc", FINE);
    room.write("a/target/made.zirc", UGLY);
    room.write("a/.hidden/made.zirc", UGLY);
    room.write("a/notes.txt", "fn  f(){}");
    let ended = room.zirc("fmt --check a");
    assert_eq!(ended.code, 1);
    assert!(ended.err.is_empty());
    let shown = "a/model.zirc
  @@ -1,6 +1,4 @@
   // kept
  -circuit  c(private x:i8)->public y:_{x*x} // too
  +circuit c(private x: i8) -> public y: _ { x * x } // too
   
  -
  -
  -test t{assert true;}
  +test t { assert true; }
2 files: 1 would change
";
    assert_eq!(ended.out, shown);
    assert_eq!(room.read("a/model.zirc"), UGLY.as_bytes());
    let machine = room.zirc("fmt --check a --json");
    assert_eq!(machine.code, 1);
    let json: serde_json::Value = serde_json::from_str(&machine.out).unwrap();
    assert_eq!(json["changed"], serde_json::json!(["a/model.zirc"]));
    assert_eq!(json["files"], 2);
    room.accept("fmt a");
    assert_eq!(room.accept("fmt --check a"), "2 files: nothing would change\n");
    assert_eq!(room.read("a/target/made.zirc"), UGLY.as_bytes());
}

#[test]
fn what_does_not_parse_is_left_alone() {
    let room = Room::new();
    room.write("broken.zirc", BROKEN);
    room.fail(2, "fmt broken.zirc", &["error[E0008]", "broken.zirc:1:5", "is never closed"]);
    room.fail(2, "fmt --check broken.zirc", &["error[E0008]"]);
    assert_eq!(room.read("broken.zirc"), BROKEN.as_bytes());
    room.write("good.zirc", UGLY);
    let ended = room.zirc("fmt .");
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("formatted ./good.zirc\n1 file: 1 changed"), "{}", ended.err);
    assert_eq!(room.read("good.zirc"), FINE.as_bytes());
    assert_eq!(room.read("broken.zirc"), BROKEN.as_bytes());
}

#[test]
fn deep_and_large_texts_are_refused() {
    let room = Room::new();
    for (text, code) in [
        (format!("const X = {}1{};", "(".repeat(100_000), ")".repeat(100_000)), "error[E0004]"),
        (format!("const X = {}1;", "-".repeat(100_000)), "error[E0004]"),
        (" ".repeat((4 << 20) + 1), "error[E0005]"),
    ] {
        room.write("model.zirc", &text);
        room.fail(2, "fmt model.zirc", &[code]);
        assert_eq!(room.read("model.zirc"), text.as_bytes());
    }
    let (open, close) = ("[".repeat(40), "]".repeat(40));
    room.write("model.zirc", format!("const X={open}1{close};"));
    room.accept("fmt model.zirc");
    assert_eq!(room.read("model.zirc"), format!("const X = {open}1{close};\n").as_bytes());
}

#[test]
fn line_ends_marks_and_the_last_line() {
    let room = Room::new();
    let windows = FINE.replace('\n', "\r\n");
    for (text, wanted) in [
        (UGLY.replace('\n', "\r\n"), windows.as_str()),
        (windows.clone(), &windows),
        (format!("\u{feff}{UGLY}"), FINE),
        (FINE.trim_end().to_owned(), FINE),
        (format!("\n\n{FINE}\n\n"), FINE),
        ("\n \n".to_owned(), ""),
        (String::new(), ""),
        ("// only a comment".to_owned(), "// only a comment\n"),
    ] {
        room.write("model.zirc", &text);
        room.accept("fmt model.zirc");
        assert_eq!(String::from_utf8(room.read("model.zirc")).unwrap(), wanted, "{text:?}");
        room.accept("fmt --check model.zirc");
    }
    room.write("model.zirc", b"// \xff\n");
    room.fail(2, "fmt model.zirc", &["model.zirc: not UTF-8 at byte 3"]);
}

#[test]
fn standard_input() {
    let ended = with_input("fmt -", UGLY.as_bytes());
    assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (0, FINE, ""));
    let ended = with_input("fmt --check -", UGLY.as_bytes());
    assert_eq!(ended.code, 1);
    assert!(ended.out.starts_with("standard input\n  @@ "), "{}", ended.out);
    assert_eq!(with_input("fmt --check -", FINE.as_bytes()).code, 0);
    let ended = with_input("fmt -", BROKEN.as_bytes());
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    assert!(ended.err.contains("standard input:1:5"), "{}", ended.err);
    assert_eq!(with_input("fmt -", b"\xff").code, 2);
    assert_eq!(with_input("fmt - .", b"").code, 2);
}

#[test]
fn pages() {
    let room = Room::new();
    let page = "# Page\n\n```zirc\nfn  f(){}\n```\n\n```zirc,error=E0203\nfn  g(){}\n```\n\n```zirc\nfn  h(\n```\n";
    room.write("page.md", page);
    let told = "page.md: left as they are: 1 by their mark, line 11 (does not parse)\n";
    let ended = room.zirc("fmt --check page.md");
    assert_eq!(ended.code, 1);
    assert!(ended.out.contains("  -fn  f(){}\n  +fn f() {}\n"), "{}", ended.out);
    assert!(ended.out.contains(told), "{}", ended.out);
    room.accept("fmt page.md");
    assert_eq!(room.read("page.md"), page.replace("fn  f(){}", "fn f() {}").as_bytes());
    assert_eq!(room.accept("fmt page.md"), format!("{told}1 file: nothing changed\n"));
}

#[test]
fn what_cannot_be_read_or_written() {
    let room = Room::new();
    room.write("model.zirc", UGLY);
    room.write("model.txt", UGLY);
    room.fail(2, "fmt none.zirc", &["none.zirc: no such file or folder"]);
    room.fail(2, "fmt model.txt", &["model.txt: is no .zirc or .md file"]);
    let path = room.path("model.zirc");
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    room.fail(2, "fmt model.zirc", &["model.zirc: is read-only"]);
    assert_eq!(room.zirc("fmt --check model.zirc").code, 1);
    assert_eq!(room.read("model.zirc"), UGLY.as_bytes());
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let room = Room::new();
    room.write("there/model.zirc", UGLY);
    let path = room.path("there/model.zirc");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&path, room.path("link.zirc")).unwrap();
    // In a search they are not followed.
    symlink(room.path("."), room.path("there/around")).unwrap();
    assert_eq!(room.accept("fmt link.zirc"), "formatted link.zirc\n1 file: 1 changed\n");
    assert!(std::fs::symlink_metadata(room.path("link.zirc")).unwrap().is_symlink());
    assert_eq!(room.read("there/model.zirc"), FINE.as_bytes());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(room.accept("fmt ."), "1 file: nothing changed\n");
}

/// What is written for a model is formatted.
#[test]
fn imported_programs_are_formatted() {
    let room = Room::new();
    for model in ["mlp", "cnn", "random_forest"] {
        let folder = example("onnx").join(model);
        let (onnx, samples) = (folder.join(format!("{model}.onnx")), folder.join("calibrate.npz"));
        let (onnx, samples) = (onnx.display(), samples.display());
        room.accept(&format!("import {onnx} --calibrate {samples} -o {model}.zirc"));
        room.accept(&format!("fmt --check {model}.zirc"));
    }
}
