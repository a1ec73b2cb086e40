//! Exit code 2: bad input of every kind gives a clear message and leaves nothing behind.

use crate::room::{ROOT, Room, SCORE};
use npyz::WriterBuilder;

#[test]
fn syntax_errors_several_at_once() {
    let room = Room::with("fn f( { }\nfn g() -> i8 { 1 }\ntest t { assert ; }\n", "{}");
    let words = ["model.zirc:1:", "model.zirc:3:"];
    for line in ["check .", "compile . -o c", "run .", "test .", "inspect .", "eval ."] {
        room.fail(2, line, &words);
    }
}

#[test]
fn type_errors() {
    let room = Room::with("circuit c(private x: i16) -> public y: i8 { x as i8 }\n", "{}");
    let words = ["error[E0203]", "help: `narrow(x)`"];
    for line in ["check .", "compile . -o c", "run .", "setup . --pk p --vk v"] {
        room.fail(2, line, &words);
    }
}

#[test]
fn missing_files() {
    let room = Room::prepared();
    room.fail(2, "check none.zirc", &["none.zirc: no such file"]);
    room.fail(2, "setup none --pk p --vk v", &["none: no such file"]);
    room.fail(2, "prove c --pk none --input input.json", &["none: no such file"]);
    room.fail(2, "prove c --pk pk --input none.json", &["none.json: no such file"]);
    room.fail(2, "prove c --pk pk", &["no values for x, square", "--input"]);
    room.fail(2, "verify none --vk vk", &["none: no such file"]);
    room.fail(2, "verify c --vk none", &["none: no such file"]);
    room.fail(2, "verify . --vk vk", &["is a folder"]);
    room.fail(2, "witness c --input .", &["expected a .json"]);
    room.write(
        "model.zirc",
        "circuit c(const w: i8 = file(\"w.npz\"), private x: i8) -> public y: _ { w * x }\n",
    );
    room.fail(2, "compile . -o d", &["`w` cannot be read from `w.npz`", "no such file"]);
    room.write("model.zirc", "use other::thing;\n");
    room.fail(2, "check .", &["other", "no such file"]);
}

#[test]
fn files_outside_of_the_program() {
    let room = Room::new();
    room.write("secret.json", r#"{"w": 1}"#);
    let secret = room.path("secret.json");
    for name in ["../secret.json", secret.to_str().unwrap(), "a/../../secret.json", ""] {
        let text = format!(
            "circuit c(const w: i8 = file(\"{name}\"), private x: i8) -> public y: _ {{ w * x }}\n"
        );
        room.write("p/model.zirc", text);
        let words = if name.is_empty() { "a file needs a name" } else { "own folder only" };
        room.fail(2, "check p", &[words]);
    }
}

#[test]
fn inputs_that_do_not_fit() {
    let room = Room::with(SCORE, "");
    room.accept("compile . -o c");
    for (input, words) in [
        ("", "not valid JSON"),
        ("[1]", "not valid JSON"),
        (r#"{"x": [1, 2, 3]}"#, "input `bias`: missing from the file"),
        (
            r#"{"x": [1, 2, 3], "bias": 1, "more": 2}"#,
            "input `more`: the circuit has no such input",
        ),
        (r#"{"x": [1, 2], "bias": 1}"#, "expected shape [3], got [2]"),
        (r#"{"x": [[1, 2, 3]], "bias": 1}"#, "expected shape [3], got [1, 3]"),
        (r#"{"x": [1, 2, [3]], "bias": 1}"#, "ragged list"),
        (r#"{"x": [1, 2, 8], "bias": 1}"#, "value 8 at [2] is outside"),
        (r#"{"x": [1, 2, 1e999], "bias": 1}"#, "input `x`"),
        (r#"{"x": [1, 2, NaN], "bias": 1}"#, "input `x`"),
        (r#"{"x": [1, 2, "seven"], "bias": 1}"#, "`seven` is not a number"),
        (r#"{"x": [1, 2, 3], "bias": 0.5}"#, "not an integer"),
        (r#"{"x": [1, 2, 3], "bias": 1, "bias": 2}"#, "given twice"),
    ] {
        room.write("input.json", input);
        for line in ["witness c --input input.json", "run ."] {
            room.fail(2, line, &["input.json", words]);
        }
    }
    room.write("input.csv", "1,2,3");
    room.fail(2, "witness c --input input.csv", &["expected a .json, .npy, .npz or .safetensors"]);
}

#[test]
fn wrong_dtype_and_nan_in_arrays() {
    let room = Room::with("circuit c(private x: q3.4[2]) -> public y: _ { x[0] + x[1] }\n", "{}");
    let mut bytes = vec![];
    let mut array = npyz::WriteOptions::new()
        .default_dtype()
        .shape(&[2])
        .writer(&mut bytes)
        .begin_nd()
        .unwrap();
    array.extend([1.5f32, f32::NAN]).unwrap();
    array.finish().unwrap();
    room.write("x.npy", &bytes);
    room.fail(2, "witness . --input x.npy", &["x.npy", "value NaN at [1] is not finite"]);
    // The same bytes, called complex numbers.
    let header = bytes.windows(3).position(|w| w == b"<f4").unwrap();
    let mut complex = bytes.clone();
    complex[header..header + 3].copy_from_slice(b"<c8");
    room.write("x.npy", &complex);
    room.fail(2, "witness . --input x.npy", &["x.npy", "dtype"]);
    room.write("x.npy", &bytes[..bytes.len() - 1]);
    room.fail(2, "witness . --input x.npy", &["x.npy", "truncated"]);
    room.write("model.zirc", "circuit c(private x: field[2]) -> public y: _ { x[0] * x[1] }\n");
    room.write("x.npy", &bytes);
    room.fail(2, "witness . --input x.npy", &["x.npy", "got dtype float"]);
}

/// Every file, cut off anywhere or with any one bit flipped, is refused before anything is made.
#[test]
fn damaged_files() {
    let room = Room::proved();
    for (name, line) in [
        ("c", "prove bad --pk pk --input input.json -o new"),
        ("pk", "prove c --pk bad --input input.json -o new"),
        ("vk", "verify proof --vk bad"),
        ("proof", "verify bad --vk vk"),
    ] {
        let good = room.read(name);
        for cut in [0, 3, 7, 20, good.len() / 2, good.len() - 1] {
            room.write("bad", &good[..cut]);
            room.fail(2, line, &["bad: "]);
        }
        for k in 0..12 {
            let mut bytes = good.clone();
            let at = k * (bytes.len() - 1) / 11;
            bytes[at] ^= 1 << (k % 8);
            room.write("bad", bytes);
            room.fail(2, line, &["bad: "]);
        }
        let mut longer = good.clone();
        longer.push(0);
        room.write("bad", longer);
        room.fail(2, line, &["bad: "]);
    }
}

/// Ten billion bytes are announced, and none are allocated.
#[test]
fn huge_lengths_in_small_files() {
    let room = Room::proved();
    let huge = 10_000_000_000u64.to_le_bytes();
    for (name, at, line) in [
        ("c", 8, "inspect bad"),
        ("pk", 39, "prove c --pk bad --input input.json -o new"),
        ("vk", 39, "verify proof --vk bad"),
        ("proof", 39, "verify bad --vk vk"),
    ] {
        let mut bytes = room.read(name);
        bytes[at..at + 8].copy_from_slice(&huge);
        room.write("bad", bytes);
        room.fail(2, line, &["bad: "]);
    }
    // Inside a frame whose checksum is right: the number of public values.
    let proof = room.read("proof");
    let mut body = proof[..proof.len() - 32].to_vec();
    let at = 47 + 1 + 128 + 32;
    body[at..at + 8].copy_from_slice(&huge);
    let checksum = blake3::hash(&body);
    body.extend(checksum.as_bytes());
    room.write("bad", body);
    room.fail(2, "verify bad --vk vk", &["bad: public values: 10000000000 elements announced"]);
    let header = [&huge[..], b"{}"].concat();
    room.write("bad.safetensors", header);
    room.fail(2, "witness c --input bad.safetensors", &["bad.safetensors", "not valid"]);
}

/// Too few or too many public values in the proof itself.
#[test]
fn the_number_of_public_values() {
    let room = Room::proved();
    let proof = room.read("proof");
    let at = 47 + 1 + 128 + 32;
    for count in [0u64, 2] {
        let mut body = proof[..at].to_vec();
        body.extend(count.to_le_bytes());
        for _ in 0..count {
            body.extend(&proof[at + 8..at + 40]);
        }
        let length = (body.len() - 47) as u64;
        body[39..47].copy_from_slice(&length.to_le_bytes());
        let checksum = blake3::hash(&body);
        body.extend(checksum.as_bytes());
        room.write("bad", body);
        let words = format!("public values: expected 1, got {count}");
        room.fail(2, "verify bad --vk vk", &[&words]);
    }
}

#[test]
fn files_of_another_kind() {
    let room = Room::proved();
    room.fail(2, "inspect pk", &["pk: expected a circuit, got a proving key"]);
    room.fail(2, "inspect vk", &["vk: expected a circuit, got a verifying key"]);
    room.fail(2, "inspect input.json", &["input.json: not a zirc file"]);
    room.fail(
        2,
        "prove c --pk vk --input input.json -o new",
        &["expected a proving key, got a verifying key"],
    );
    room.fail(2, "verify proof --vk pk", &["expected a verifying key, got a proving key"]);
    room.fail(2, "verify vk --vk vk", &["expected a proof, got a verifying key"]);
    room.fail(2, "verify c --vk vk", &["c: "]);
}

#[test]
fn keys_and_proofs_of_another_circuit() {
    let room = Room::proved();
    room.write("other.zirc", ROOT.replace("i16", "i15").replace("circuit root", "circuit other"));
    room.accept("setup other.zirc --pk pk2 --vk vk2");
    let words = ["key is for circuit `other`", "the circuit is `root`"];
    room.fail(2, "prove c --pk pk2 --input input.json -o new", &words);
    room.fail(2, "verify proof --vk vk2", &["proof is for another circuit: expected `other`"]);
    room.fail(1, "verify receipt.json --vk vk2", &["receipt.json: verifying_key_digest: expected"]);
    // Another key of the same circuit.
    room.accept("setup c --pk pk3 --vk vk3");
    room.fail(2, "verify proof --vk vk3", &["proof is for another verifying key"]);
    room.fail(1, "verify receipt.json --vk vk3", &["it is checked by another key"]);
}

/// Deep nesting is refused or understood, and never the end of the stack.
#[test]
fn deep_nesting() {
    let room = Room::new();
    for (open, close) in [("(", ")"), ("-", ""), ("[", "]"), ("if 1 { ", " } else { 0 }")] {
        for depth in [100, 100_000] {
            let text = format!("const A: i8 = {}1{};\n", open.repeat(depth), close.repeat(depth));
            room.write("deep.zirc", text);
            let ended = room.zirc("check deep.zirc");
            assert!([0, 2].contains(&ended.code), "{depth} times {open}: {}", ended.code);
        }
    }
}

#[test]
fn programs_without_a_circuit() {
    let room = Room::with("circuit c<N: nat>(private x: i8[N]) -> public y: _ { x[0] }\n", "{}");
    room.fail(2, "compile . -o c", &["has no circuit", "needs an instance"]);
    room.fail(2, "run .", &["has no circuit"]);
    room.write("model.zirc", "circuit a(private x: i8) { }\ncircuit b(private x: i8) { }\n");
    room.fail(2, "compile . -o c", &["several circuits", "--circuit a or --circuit b"]);
}
