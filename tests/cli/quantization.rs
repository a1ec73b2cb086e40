//! Quantization files on the command line: obeyed, or refused with what there is.

use crate::onnx::statements;
use crate::room::Room;
use std::path::Path;

fn fixture(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/onnx/quantization").join(file).display().to_string()
}

/// A room with a quantization file, and the command that compiles a model by it.
fn by(types: &str) -> (Room, String) {
    let room = Room::new();
    room.write("q.toml", types);
    let calibrate = fixture("cal.npz");
    let line =
        format!("compile {} --calibrate {calibrate} --quantization q.toml", fixture("relu.onnx"));
    (room, format!("{line} -o c"))
}

#[test]
fn what_is_not_there_is_an_error_that_says_what_is() {
    let q = "[tensors]\nx = \"q2.5\"\na = \"q1.2\"\nc = \"uq3.4\"\nnonsense = \"q1.2\"\n[layers]\n";
    let (room, line) = by(q);
    let words = [
        "quantization of tensor `nonsense`: the model has no such tensor",
        "there are `x`, `a`, `c`, `y`",
    ];
    room.fail(2, &line, &words);
    let (room, line) = by("[layers.fc1]\nactivation_bits = 6");
    let words =
        ["quantization of layer `fc1`: the model has no such node", "there are `a`, `c`, `y`"];
    room.fail(2, &line, &words);
    let (room, line) = by("[layers.c]\nactivation_bit = 6");
    room.fail(
        2,
        &line,
        &["unknown field `activation_bit`, expected one of `activation_bits`, `weight_bits`"],
    );
    let (room, line) = by("[tensor]\na = \"q1.2\"");
    room.fail(2, &line, &["unknown field `tensor`", "`tensors`"]);
    let (room, line) = by("[tensors]\na = \"q300.4\"");
    room.fail(2, &line, &["tensors.\"a\": `q300.4` has 305 bits: 1 to 253 are possible"]);
    let (room, line) = by("[tensors]\nw = \"uq0.3\"");
    room.fail(2, &line, &["tensor `w`: is a constant that holds", "uq0.3 reaches from 0 to 0.875"]);
    let (room, line) = by("[layers.c]\nweight_bits = 6");
    room.fail(2, &line, &["quantization of layer `c`: `weight_bits` decides nothing"]);
}

/// Whatever the file's digest, which is another for each.
#[test]
fn every_type_changes_the_circuit() {
    let made = |types: &str| {
        let (room, line) = by(types);
        room.accept(&line.replace("compile", "import").replace("-o c", "-o relu.zirc"));
        (statements(&room, "relu.zirc"), room.read("relu_model.safetensors"))
    };
    let mut all = vec![made("[tensors]")];
    for name in ["x", "a", "c", "y"] {
        let signed = if name == "c" { "uq3.2" } else { "q1.2" };
        all.push(made(&format!("[tensors]\n{name} = \"{signed}\"")));
    }
    all.push(made("[layers.a]\nweight_bits = 5"));
    all.push(made("[layers.c]\nactivation_bits = 6"));
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
}

/// The file that an import writes gives the same program, whatever was forced by the one before; edited, it says itself
/// what was chosen.
#[test]
fn what_is_written_is_read_again() {
    let (room, line) = by("[tensors]\na = \"q2.3\"\ny = \"q4.3\"\n");
    room.accept(&line.replace("compile", "import").replace("-o c", "-o relu.zirc"));
    let types = "--quantization relu.quantization.toml";
    room.accept(&format!("import {} {types} -o again.zirc", fixture("relu.onnx")));
    assert_eq!(room.read("again.zirc"), room.read("relu.zirc"));
    assert_eq!(room.read("again.quantization.toml"), room.read("relu.quantization.toml"));
    let text = String::from_utf8(room.read("relu.quantization.toml")).unwrap();
    for (what, changed) in
        [("a choice", text.replace("q2.3", "q2.4")), ("a word", text.replace(" by ", " by no "))]
    {
        assert_ne!(changed, text, "{what}");
        let folder = what.replace(' ', "_");
        room.write(&format!("{folder}/empty"), "");
        room.write("relu.quantization.toml", changed);
        room.accept(&format!("import {} {types} -o {folder}/relu.zirc", fixture("relu.onnx")));
        let program = String::from_utf8(room.read(&format!("{folder}/relu.zirc"))).unwrap();
        assert!(program.contains("choices of a quantization file with SHA-256"), "{program}");
        assert!(!program.contains(" by no "), "{program}");
    }
}
