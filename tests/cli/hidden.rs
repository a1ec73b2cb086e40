//! Hidden models: committed to once, and named by every proof.

use super::room::Room;
use serde_json::Value;

/// Scores of two features by weights that nobody sees.
const SCORE: &str = "circuit score(
    committed w: i8[6] = file(\"w.json\"),
    committed bias: i12,
    private x: i8[6],
) -> public y: _ { relu((sum i { w[i] * x[i] }) + bias) }";

fn room() -> Room {
    let room = Room::with(SCORE, r#"{"x": [1, 2, 3, 4, 5, -6], "bias": 700}"#);
    room.write("w.json", r#"{"w": [3, -1, 4, 1, -5, 9]}"#);
    room.accept("compile . --mode groth16-commit -o c");
    room.accept("setup c --pk pk --vk vk");
    room
}

#[test]
fn a_model_is_committed_to_proved_with_and_asked_for() {
    let room = room();
    // Of the model alone: the input's own values may be there or not.
    room.write("model.json", r#"{"w": [3, -1, 4, 1, -5, 9], "bias": 700}"#);
    let made = room.json("commit c --pk pk --input model.json -o opening");
    let commitment = made["commitment"].as_str().unwrap();
    assert_eq!(commitment.len(), 64);
    let mut proofs = vec![];
    for name in ["one", "two"] {
        let proof = room.json(&format!(
            "prove c --pk pk --input input.json --opening opening -o {name} --receipt {name}.json"
        ));
        assert_eq!(proof["model_commitment"], commitment);
        proofs.push(room.read(name));
        for file in [name.to_string(), format!("{name}.json")] {
            let seen = room.json(&format!("verify {file} --vk vk --model {commitment}"));
            assert_eq!(seen["model_commitment"], commitment);
            let right = 3 - 2 + 12 + 4 - 25 - 54 + 700;
            assert_eq!(seen["public"][0]["raw"][0], right.to_string(), "{seen}");
        }
    }
    assert_ne!(proofs[0], proofs[1]);
    let receipt: Value = serde_json::from_slice(&room.read("one.json")).unwrap();
    assert_eq!(receipt["model_commitment"], commitment);
    assert_eq!(receipt["proof"].as_str().map(str::len), Some(2 * 192));
    // Whoever does not ask which model it was is told.
    let said = room.zirc("verify one --vk vk");
    assert!(said.err.contains("no model was asked for") && said.out.contains(commitment));
    // An opening is not written over: the model that it opens would be lost.
    room.fail(2, "commit c --pk pk --input model.json -o opening", &["could no longer be made"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(room.path("opening")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn what_is_about_another_model_is_refused() {
    let room = room();
    let commit = |weights: &str, to: &str| {
        room.write("model.json", format!(r#"{{"w": {weights}, "bias": 700}}"#));
        let made = room.json(&format!("commit c --pk pk --input model.json -o {to}"));
        made["commitment"].as_str().unwrap().to_string()
    };
    let mine = commit("[3, -1, 4, 1, -5, 9]", "mine");
    let other = commit("[3, -1, 4, 1, -5, 8]", "other");
    room.accept("prove c --pk pk --input input.json --opening mine -o proof --receipt r.json");
    for file in ["proof", "r.json"] {
        let asked = format!("verify {file} --vk vk --model {other}");
        room.fail(1, &asked, &["another model", &mine, &other]);
    }
    room.fail(2, "prove c --pk pk --input input.json --opening other -o no", &["another model"]);
    room.fail(2, "prove c --pk pk --input input.json -o no", &["needs the opening"]);
    room.accept("setup c --pk pk2 --vk vk2");
    let foreign = "prove c --pk pk2 --input input.json --opening mine -o no";
    room.fail(2, foreign, &["another verifying key"]);
    room.fail(
        2,
        "prove c --pk pk --input input.json --opening pk -o no",
        &["expected a", "opening"],
    );
    let text = room.zirc("verify proof --vk vk --model 12");
    assert!(text.code == 2 && text.err.contains("64 lowercase hexadecimal digits"), "{text:?}");
    // A receipt that names another model than its proof.
    let receipt = String::from_utf8(room.read("r.json")).unwrap();
    room.write("named.json", receipt.replacen(&mine, &other, 1));
    room.fail(1, "verify named.json --vk vk", &["model_commitment: expected"]);
    room.accept("prove c --pk pk --input input.json --opening mine -o p2 --receipt r2.json");
    let broken = room.json("break r.json --with r2.json");
    assert_eq!(broken["accepted"], 0, "{broken}");
    // And in the proof as well.
    room.write("both.json", receipt.replace(&mine, &other));
    room.fail(1, "verify both.json --vk vk", &["does not verify"]);
    // Without a model there is nothing to commit to under a key, and nothing to open.
    room.accept("compile . -o plain");
    room.accept("setup plain --pk plain.pk --vk plain.vk");
    room.fail(2, "commit plain --pk plain.pk --input model.json", &["are hashes, under no key"]);
    let opened = "prove plain --pk plain.pk --input input.json --opening mine -o no";
    room.fail(2, opened, &["no model"]);
    room.fail(2, "export c --to circom", &["needs commitments"]);
    assert!(!room.list().iter().any(|f| f == "no"));
}

/// The same values in both modes; in plain Groth16 the commitment is a hash, and a public output.
#[test]
fn both_modes_have_the_same_values() {
    let room = room();
    room.accept("run . --out plain");
    room.accept("run . --mode groth16-commit --out round");
    let [plain, round] = ["plain", "round"].map(|folder| {
        let text = room.read(&format!("{folder}/receipt.json"));
        serde_json::from_slice::<Value>(&text).unwrap()
    });
    let y = |v: &Value| {
        let ports = v["public"].as_array().unwrap();
        ports.iter().find(|p| p["name"] == "y").unwrap()["raw"].clone()
    };
    assert_eq!(y(&plain), y(&round));
    let names = |v: &Value| {
        let ports = v["public"].as_array().unwrap().clone();
        ports.iter().map(|p| p["name"].as_str().unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(&plain), ["y", "w.commitment", "bias.commitment"]);
    assert_eq!(names(&round), ["y"]);
    assert!(round["model_commitment"].is_string() && plain["model_commitment"].is_null());
}

/// Inputs that are named by a hash of their own beside a model under a key: `commit` shows both kinds.
#[test]
fn a_hash_stands_beside_a_hidden_model() {
    let hashed =
        SCORE.replace("private x", "committed x").replace("circuit", "#[hashed(x)] circuit");
    let room = Room::with(&hashed, r#"{"x": [1, 2, 3, 4, 5, -6], "bias": 700}"#);
    room.write("w.json", r#"{"w": [3, -1, 4, 1, -5, 9]}"#);
    room.accept("compile . --mode groth16-commit -o c");
    room.accept("setup c --pk pk --vk vk");
    // Without a key there are the hashes alone; they are those of plain Groth16.
    let alone = room.json("commit c --input input.json");
    let hash = alone["commitments"]["x.commitment"].as_str().unwrap();
    assert_eq!(alone["commitments"].as_object().unwrap().len(), 1);
    assert!(alone["opening"].is_null());
    assert_eq!(room.json("commit .")["commitments"]["x.commitment"], hash);
    let both = room.json("commit c --pk pk --input input.json -o opening");
    assert_eq!(both["commitments"]["x.commitment"], hash);
    let model = both["commitment"].as_str().unwrap();
    // The model is committed to before there is any input.
    room.write("model.json", r#"{"bias": 700}"#);
    let early = room.zirc("commit c --pk pk --input model.json -o early");
    assert!(
        early.code == 0 && early.err.contains("no values are given for `x.commitment`"),
        "{early:#?}"
    );
    let line = "prove c --pk pk --input input.json --opening opening -o proof --receipt r.json";
    assert_eq!(room.json(line)["model_commitment"], model);
    let seen = room.json(&format!("verify r.json --vk vk --model {model}"));
    let shown = seen["public"].as_array().unwrap().iter().find(|p| p["name"] == "x.commitment");
    assert_eq!(shown.unwrap()["raw"][0], hash);
    // Another input under that commitment is another statement.
    let receipt = String::from_utf8(room.read("r.json")).unwrap();
    room.write("input.json", r#"{"x": [1, 2, 3, 4, 5, -7], "bias": 700}"#);
    room.accept("prove c --pk pk --input input.json --opening opening -o p2 --receipt r2.json");
    let other = room.json("verify r2.json --vk vk");
    let shown = other["public"].as_array().unwrap().iter().find(|p| p["name"] == "x.commitment");
    let fresh = shown.unwrap()["raw"][0].as_str().unwrap();
    assert_ne!(fresh, hash);
    let text = String::from_utf8(room.read("r2.json")).unwrap().replace(fresh, hash);
    assert_ne!(text, receipt);
    room.write("forged.json", text);
    room.fail(1, "verify forged.json --vk vk", &["does not verify"]);
    // A salt that is gone is an error in this mode too.
    std::fs::remove_file(room.path("x.salt.json")).unwrap();
    room.fail(
        2,
        "prove c --pk pk --input input.json --opening opening -o no",
        &["there is no such salt"],
    );
}
