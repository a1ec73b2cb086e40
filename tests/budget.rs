//! Small inputs that ask for very much: each ends in an error that names the place and the numbers, in
//! a gigabyte of address space.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Kilobytes of address space.
const ROOM: u32 = 1 << 20;

/// Runs zirc in a folder, with so much room and half a minute.
fn zirc(folder: &Path, arguments: &str) -> Output {
    let binary = env!("CARGO_BIN_EXE_zirc");
    // Stack traces of failed allocations would allocate.
    let line = format!("ulimit -v {ROOM}; RUST_BACKTRACE=0 timeout 30 {binary} {arguments}");
    Command::new("sh").arg("-c").arg(line).current_dir(folder).output().unwrap()
}

fn refused(program: &str, command: &str, words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("p.zirc"), program).unwrap();
    let end = zirc(folder.path(), command);
    let err = String::from_utf8_lossy(&end.stderr);
    assert_eq!(end.status.code(), Some(2), "{command}: {program}\n{err}");
    for w in words {
        assert!(err.contains(w), "{command}: {program}\nlacks {w}:\n{err}");
    }
}

/// Functions that call the one before twice, with other generic arguments each time.
fn doubling(depth: usize) -> String {
    let mut text = String::from("fn f0<N: nat>(x: u8) -> _ { x }\n");
    for k in 1..=depth {
        let below = k - 1;
        text += &format!(
            "fn f{k}<N: nat>(x: u8) -> _ {{ let a = f{below}::<2*N>(x); let b = f{below}::<2*N+1>(x); a - b }}\n"
        );
    }
    text + &format!("circuit c(private x: u8) -> public y: _ {{ f{depth}::<1>(x) }}\n")
}

const TOO_LARGE: &[&str] = &["error[E0701]", "p.zirc:", "used ", "allowed ", "--budget"];

#[test]
fn types_that_contain_themselves() {
    let circuit = "circuit c(private x: u8) -> public y: u8 { x }";
    for (types, path) in [
        ("struct S { s: S }", "S → S"),
        ("struct A { b: B }\nstruct B { a: A }", "A → B → A"),
        ("struct S<N: nat> { s: S<2 * N>, t: S<2 * N + 1> }", "S → S"),
        ("struct S { s: (u8, T) }\ntype T = (u8, S);", "→ S"),
        ("type T = (T, u8);", "T → T"),
    ] {
        for command in ["check p.zirc", "compile p.zirc -o c", "test p.zirc", "audit p.zirc"] {
            let text = format!("{types}\n{circuit}");
            refused(&text, command, &["error[E0106]", "contains itself", path]);
        }
    }
    // In a circuit's parameter, and where nothing uses the type.
    refused(
        "struct S { s: S }\ncircuit c(private x: S) -> public y: u8 { 1 }",
        "check p.zirc",
        &["E0106"],
    );
}

#[test]
fn loops_that_cannot_stay_tensors() {
    for body in [
        "prod i < 100000000 { x }",
        "prod i < 50000000 { x + i }",
        "(fold acc = x, i < 100000000 { acc * acc + x })",
        "(sum i < 30000000 { if i == 3 { x } else { x * x } })",
    ] {
        let text = format!("circuit c(private x: field) -> public y: _ {{ {body} }}");
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("p.zirc"), &text).unwrap();
        for command in ["check p.zirc", "compile p.zirc -o c"] {
            let end = zirc(folder.path(), command);
            let err = String::from_utf8_lossy(&end.stderr);
            assert_eq!(end.status.code(), Some(2), "{body}\n{err}");
            assert!(err.contains("error[E0"), "{body}\n{err}");
        }
    }
    let text = "circuit c(private x: field) -> public y: _ { prod i < 100000000 { x } }";
    refused(text, "check p.zirc", TOO_LARGE);
}

#[test]
fn functions_that_double() {
    refused(&doubling(30), "check p.zirc", TOO_LARGE);
    refused(&doubling(30), "compile p.zirc -o c", TOO_LARGE);
    // A hundred thousand calls are no reason to refuse.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("p.zirc"), doubling(12)).unwrap();
    assert!(zirc(folder.path(), "check p.zirc").status.success());
}

#[test]
fn structs_that_double() {
    let mut text = String::from("struct S0 { a: u8, b: u8 }\n");
    for k in 1..=30 {
        text += &format!("struct S{k} {{ a: S{}, b: S{} }}\n", k - 1, k - 1);
    }
    text += "circuit c(private x: S30) -> public y: u8 { 1 }\n";
    refused(&text, "check p.zirc", TOO_LARGE);
}

/// A chain of `let`s, each made of the one before.
fn chain(first: &str, next: &str, steps: usize) -> String {
    let mut text = format!("let a0 = {first};");
    for k in 1..=steps {
        text += &format!(" let a{k} = {};", next.replace('$', &format!("a{}", k - 1)));
    }
    text
}

/// A test or circuit with these statements ends in E0701, or E0702 for one tensor, where it says.
fn exhausts(statements: &str, commands: &[&str]) {
    let text = format!(
        "circuit c(private x: i8) -> public y: _ {{ {statements} x }}
         test t {{ let x = at::<i8>(3); {statements} }}"
    );
    for command in commands {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("p.zirc"), &text).unwrap();
        let end = zirc(folder.path(), command);
        let said = String::from_utf8_lossy(&end.stderr);
        assert!(matches!(end.status.code(), Some(1 | 2)), "{command}: {text}\n{said}");
        assert!(said.contains("error[E070") && said.contains("p.zirc:"), "{text}\n{said}");
    }
}

#[test]
fn numbers_that_grow() {
    for statements in [
        chain("3", "$ * $", 60),
        chain("1 / 3", "$ * $", 60),
        chain("1 / 3", "$ / 1000000000000", 900),
        "let z = fold a = 2, i < 1000000 { a * a };".into(),
        "let z = prod i in 1..1000000 { i };".into(),
        "let z = ((3 ** 4000) ** 4000);".into(),
        "let z = for i < 9 { ((i + 2) ** 4000) ** 9 };".into(),
        "let b: u8 = hint fold a = 2, i < 100 { a * a }; assert b == x;".into(),
    ] {
        exhausts(&statements, &["check p.zirc", "test p.zirc"]);
    }
    let mut constants = String::from("const C0: _ = 2;");
    for k in 1..=60 {
        constants += &format!("const C{k}: _ = C{} * C{};", k - 1, k - 1);
    }
    let text = format!("{constants} circuit c(private x: i8) -> public y: _ {{ x }}");
    refused(&text, "check p.zirc", &["error[E0701]", "p.zirc:", "bits"]);
}

#[test]
fn values_that_double() {
    for (first, next) in [
        ("[1, 2]", "[$, $]"),
        ("[x, x]", "[$, $]"),
        ("[1, 2]", "concat($, $)"),
        ("(x, x)", "($, $)"),
        ("1", "for i < 2 { $ }"),
    ] {
        exhausts(&chain(first, next, 60), &["check p.zirc", "test p.zirc"]);
    }
}

#[test]
fn loops_over_known_values() {
    for statements in [
        "let r = for i in 0..1000000000000 { i }; assert r[0] == 0;",
        "let s = sum i in 0..1000000000000 { i * x };",
        "let s = sum i < 1000 { sum j < 1000 { sum k < 1000 { i * j * k * x } } };",
        "let s = fold a = 0, i < 100000000 { a + x };",
        "let t = tile::<10000000>([x, x]);",
    ] {
        let text = format!("test t {{ let x = at::<i8>(3); {statements} }}");
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("p.zirc"), &text).unwrap();
        let end = zirc(folder.path(), "test p.zirc");
        let said = String::from_utf8_lossy(&end.stderr);
        assert!(matches!(end.status.code(), Some(1 | 2)), "{text}\n{said}");
        assert!(said.contains("error[E0701]") && said.contains("p.zirc:"), "{text}\n{said}");
    }
}

#[test]
fn audits_that_have_no_end() {
    let mut hints = String::new();
    for k in 0..500 {
        hints +=
            &format!("let q{k}: bit = hint mod(x, 2); assert q{k} * (q{k} - 1) * (x - {k}) == 0;");
    }
    let many = format!("circuit c(private x: u8) -> public y: _ {{ {hints} q1 }}");
    let sort = "circuit c(private x: i8[200]) -> public y: _ { sort(x)[0] }";
    let wide = "circuit c(private x: u8) -> public y: _ {
        let b: bit[1000000] = hint to_bits(x); assert x == b[0]; b[0]
    }";
    for text in [many.as_str(), sort, wide] {
        for command in ["check p.zirc", "compile p.zirc -o c"] {
            refused(text, command, &["error[E0302]", "p.zirc:"]);
        }
    }
}

#[test]
fn circuits_of_too_many_elements() {
    let text = "const T: i8[1024] = for i < 1024 { mod(i * i, 100) as i8 };
        circuit c(private x: u10[1000000]) -> public y: _ { for i { T[x[i]] } }";
    refused(text, "compile p.zirc -o c", TOO_LARGE);
}

#[test]
fn mistakes_at_every_byte() {
    let lines: String = (0..3000).map(|k| format!("let a{k} = zz{k};\n")).collect();
    let unknown = format!("circuit c(private x: i8) -> public y: _ {{\n{lines} x }}");
    for text in ["fn m() -> _ { ".to_string() + &"(".repeat(24_000), "/*".repeat(24_000), unknown] {
        refused(&text, "check p.zirc", &["error[E", "more are not shown"]);
    }
}

/// Every function by itself is small enough to be checked; all together they are not.
#[test]
fn functions_that_are_checked_one_by_one() {
    let mut text = String::from("fn f0(x: i8) -> _ { x }\n");
    for k in 1..=60 {
        let below = k - 1;
        text += &format!("fn f{k}(x: i8) -> _ {{ f{below}(x) + f{below}(x) }}\n");
    }
    refused(&text, "check p.zirc", TOO_LARGE);
    let mut text = String::from("fn f0(x: i8) -> _ { x }\n");
    for k in 1..=5000 {
        text += &format!("fn f{k}(x: i8) -> _ {{ f{}(x) }}\n", k - 1);
    }
    refused(&text, "check p.zirc", &["error[E0701]", "nested deeper than 500"]);
}

#[test]
fn more_is_allowed_on_request() {
    let text = "circuit c(private x: field) -> public y: _ { prod i < 400000 { x } }";
    refused(text, "check p.zirc", TOO_LARGE);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("p.zirc"), text).unwrap();
    let binary = env!("CARGO_BIN_EXE_zirc");
    let arguments = ["check", "p.zirc", "--budget", "8"];
    let end = Command::new(binary).args(arguments).current_dir(folder.path()).output().unwrap();
    assert!(end.status.success(), "{}", String::from_utf8_lossy(&end.stderr));
    for wrong in ["0", "-1", "x", "1000000000"] {
        let end = zirc(folder.path(), &format!("check p.zirc --budget {wrong}"));
        assert_eq!(end.status.code(), Some(2), "--budget {wrong}");
    }
}

#[test]
fn a_chain_of_activations_is_linear() {
    let model = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/budget/deep2000.onnx");
    let folder = tempfile::tempdir().unwrap();
    let end = zirc(folder.path(), &format!("compile {} -o c", model.display()));
    assert!(end.status.success(), "{}", String::from_utf8_lossy(&end.stderr));
}

/// A hundred bytes of a model, and an archive of zeros.
#[test]
fn files_that_grow_as_they_are_read() {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/budget");
    let folder = tempfile::tempdir().unwrap();
    for (file, words) in [
        ("wide.onnx", ["error[E0701]", "wide.zirc:", "elements", "--budget"]),
        ("doubling.onnx", ["(Concat)", "a tensor of shape", "too large", "--budget"]),
    ] {
        let end = zirc(folder.path(), &format!("compile {} -o c", here.join(file).display()));
        let said = String::from_utf8_lossy(&end.stderr);
        assert_eq!(end.status.code(), Some(2), "{file}: {said}");
        words.iter().for_each(|w| assert!(said.contains(w), "{file} lacks {w}: {said}"));
    }
    std::fs::copy(here.join("bomb.npz"), folder.path().join("bomb.npz")).unwrap();
    let program = "circuit c(const w: i8[1] = file(\"bomb.npz\"), private x: i8) -> public y: _ {
        w[0] * x
    }";
    std::fs::write(folder.path().join("p.zirc"), program).unwrap();
    let end = zirc(folder.path(), "check p.zirc");
    let said = String::from_utf8_lossy(&end.stderr);
    assert_eq!(end.status.code(), Some(2), "{said}");
    assert!(said.contains("bomb.npz"), "{said}");
}

#[test]
fn pipes_and_devices_are_no_files() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let program = "struct W { w: i8[2] }
        circuit c(const m: W = file(\"w.safetensors\"), private x: i8[2]) -> public y: _ {
            sum i { m.w[i] * x[i] }
        }";
    std::fs::write(here.join("p.zirc"), program).unwrap();
    let pipe = |name: &str| {
        assert!(Command::new("mkfifo").arg(here.join(name)).status().unwrap().success());
    };
    pipe("w.safetensors");
    pipe("input.json");
    pipe("pipe.zirc");
    let commands = ["check p.zirc", "compile p.zirc -o c", "check pipe.zirc"];
    for command in commands {
        let end = zirc(here, command);
        let err = String::from_utf8_lossy(&end.stderr);
        // 124 is what a command that waits for ever ends with here.
        assert_eq!(end.status.code(), Some(2), "{command}: {err}");
        assert!(err.contains("pipe"), "{command}: {err}");
    }
    std::fs::write(here.join("q.zirc"), "circuit c(private x: u8) -> public y: _ { x }").unwrap();
    std::os::unix::fs::symlink("/dev/zero", here.join("zero.json")).unwrap();
    for input in ["input.json", "zero.json"] {
        let end = zirc(here, &format!("run q.zirc --input {input}"));
        let err = String::from_utf8_lossy(&end.stderr);
        assert_eq!(end.status.code(), Some(2), "{input}: {err}");
        assert!(err.contains("is a pipe or a device"), "{input}: {err}");
    }
}

#[test]
fn secrets_are_written_for_their_owner() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let program = "circuit c(committed w: i8[2], private x: i8[2]) -> public y: _ {
            sum i { w[i] * x[i] }
        }";
    std::fs::write(here.join("p.zirc"), program).unwrap();
    std::fs::write(here.join("input.json"), r#"{"w": [1, 2], "x": [3, 4]}"#).unwrap();
    let binary = env!("CARGO_BIN_EXE_zirc");
    let run = |line: &str| {
        let line = format!("umask 022; {binary} {line}");
        let end = Command::new("sh").arg("-c").arg(line).current_dir(here).output().unwrap();
        assert!(end.status.success(), "{}", String::from_utf8_lossy(&end.stderr));
    };
    run("compile p.zirc -o c");
    run("commit p.zirc --input input.json");
    run("witness p.zirc --input input.json -o w.json");
    run("export p.zirc --input input.json --to ex");
    run("setup c --seed 7 --pk seeded.pk --vk vk");
    run("setup c --pk pk --vk vk2");
    let mode = |name: &str| {
        let path = here.join(name);
        std::fs::metadata(&path).unwrap_or_else(|e| panic!("{name}: {e}")).permissions().mode()
            & 0o777
    };
    let salt = std::fs::read_dir(here)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .find(|n| n.ends_with(".salt.json"))
        .unwrap();
    assert_eq!(mode(&salt), 0o600, "{salt}");
    for secret in ["w.json", "ex/c.wtns", "seeded.pk"] {
        assert_eq!(mode(secret), 0o600, "{secret}");
    }
    for open in ["c", "pk", "vk", "ex/c.r1cs"] {
        assert_eq!(mode(open), 0o644, "{open}");
    }
}

/// Keys and proofs that a gigabyte has no room for are refused before any of it is spent.
#[test]
fn setups_and_proofs_that_memory_has_no_room_for() {
    let program = "circuit c(private x: field[5000000], private y: field[5000000]) {
        for i { assert x[i] * x[i] == y[i]; }
    }";
    let words = ["GB of memory", "are there (limit on address space)", "--force"];
    let key = ["setup needs about", "the proving key has"];
    refused(program, "setup p.zirc", &[&words[..], &key].concat());
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::write(here.join("p.zirc"), program).unwrap();
    std::fs::write(here.join("input.json"), "{}").unwrap();
    // Before inputs and key are looked at.
    for (command, work) in [
        ("run p.zirc", "setup and proof need about"),
        ("prove p.zirc --pk none", "the proof needs about"),
    ] {
        let end = zirc(here, command);
        let err = String::from_utf8_lossy(&end.stderr);
        assert_eq!(end.status.code(), Some(2), "{command}: {err}");
        for w in words.iter().chain([&work]) {
            assert!(err.contains(w), "{command} lacks {w}: {err}");
        }
    }
    let end = zirc(here, "setup p.zirc --json");
    let json: serde_json::Value = serde_json::from_slice(&end.stdout).unwrap();
    assert_eq!((&json["code"], &json["error"]["kind"]), (&2.into(), &"memory".into()));
    let number = |name: &str| json["error"][name].as_u64().unwrap();
    assert!(number("needed_bytes") > number("available_bytes"));
    assert!(number("available_bytes") < 1 << 30);
    assert!(number("proving_key_bytes") > 1 << 30);
    let left: Vec<_> = std::fs::read_dir(here).unwrap().collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

/// A few constraints and 2^31 values, which no file has to hold: derived tensors take no variables.
#[test]
fn witnesses_that_memory_has_no_room_for() {
    let outputs = "{ (0, 0, 0, 0, 0, 0, 0, 0) }".replace('0', "for i < 16384, j < 16384 { x }");
    let program = format!("circuit c(private x: u8) -> private y: _ {outputs}");
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::write(here.join("model.zirc"), program).unwrap();
    std::fs::write(here.join("input.json"), r#"{"x": 3}"#).unwrap();
    std::fs::write(here.join("data.json"), r#"{"x": [3, 4]}"#).unwrap();
    let end = zirc(here, "compile . -o c");
    assert!(end.status.success(), "{}", String::from_utf8_lossy(&end.stderr));
    assert!(std::fs::metadata(here.join("c")).unwrap().len() < 4096);
    let witness = "the witness needs about";
    for (command, work) in [
        ("witness c --input input.json", witness),
        ("witness . -o values.json", witness),
        ("export c --input input.json --to ex", witness),
        ("eval . --data data.json", witness),
        ("run .", "setup and proof need about"),
        ("prove c --input input.json --pk none", "the proof needs about"),
    ] {
        let end = zirc(here, command);
        let err = String::from_utf8_lossy(&end.stderr);
        assert_eq!(end.status.code(), Some(2), "{command}: {err}");
        for w in [work, "GB of memory", "are there (limit on address space)", "--force"] {
            assert!(err.contains(w), "{command} lacks {w}: {err}");
        }
    }
    let end = zirc(here, "witness c --input input.json --json");
    let json: serde_json::Value = serde_json::from_slice(&end.stdout).unwrap();
    assert_eq!((&json["code"], &json["error"]["kind"]), (&2.into(), &"memory".into()));
    assert!(json["error"]["needed_bytes"].as_u64().unwrap() >= 8 << 31);
    assert!(json["error"]["available_bytes"].as_u64().unwrap() < 1 << 30);
    for absent in ["values.json", "ex"] {
        assert!(!here.join(absent).exists(), "{absent}");
    }
}
