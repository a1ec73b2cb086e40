//! snarkjs itself, of the version in `snarkjs/package.json`, beside the command line: it accepts
//! what is ours, and its proofs and keys are accepted here. Needs node and npm.

#[path = "common/npm.rs"]
mod npm;
#[path = "common/peer.rs"]
mod peer;
#[path = "cli/room.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod room;

use room::{Room, block};
use serde_json::Value;
use std::path::Path;

const PAGE: &str = include_str!("../docs/src/snarkjs.md");

/// Two public tensors of both directions, negative numbers and private values.
const MIXED: &str = "circuit mixed(private w: i8[3], public x: i8[3], public k: u4) -> (public y: _, private z: _, \
                     public r: _) {
    (sum i { w[i] * x[i] }, w[0] + k, relu.(w[1] - k))
}
";
const INPUT: &str = r#"{"w": [1, -2, 3], "x": [4, 5, -6], "k": 7}"#;

impl Room {
    /// A program with its circuit, its exported files, and a key by a first phase of snarkjs.
    fn with_key(prepared: bool) -> Room {
        let room = Room::with(MIXED, INPUT);
        room.accepted("powersoftau new bn128 7 pot.ptau", "");
        room.accepted("powersoftau contribute pot.ptau raw.ptau --name=one -e=x", "");
        room.accepted("powersoftau prepare phase2 raw.ptau pot.ptau", "");
        room.accept("compile . -o c");
        let ptau = if prepared { "pot" } else { "raw" };
        room.accept(&format!("setup c --ptau {ptau}.ptau --zkey k.zkey --vk vk"));
        room.accept("export . --to circom --input input.json");
        room
    }
}

#[test]
fn the_page_does_what_it_says() {
    let room = Room::new();
    room.write("root/model.zirc", block(PAGE, "zirc"));
    room.write("root/input.json", r#"{"x": -123, "square": 15129}"#);
    for line in block(PAGE, "sh").lines().filter(|line| !line.is_empty()) {
        match line.split_once(' ').unwrap() {
            ("zirc", line) => drop(room.accept(line)),
            ("snarkjs", line) => {
                let (ok, said) = room.snarkjs(line);
                assert!(ok, "{line}: {said}");
                let verifies = line.contains(" verify ");
                assert!(!verifies || said.contains("OK!") || said.contains("ZKey Ok!"), "{said}");
            }
            _ => panic!("{line}"),
        }
    }
}

#[test]
fn snarkjs_reads_circuits_and_values() {
    let room = Room::with(MIXED, INPUT);
    room.accept("export . --to circom --input input.json");
    room.accepted("r1cs info circom/mixed.r1cs", "# of Public Inputs: 4");
    room.accepted("r1cs info circom/mixed.r1cs", "# of Outputs: 2");
    room.accepted("wtns check circom/mixed.r1cs circom/mixed.wtns", "WITNESS IS CORRECT");
    // The first of public values.
    let mut values = room.read("circom/mixed.wtns");
    values[12 + 52 + 12 + 32] ^= 1;
    room.write("circom/mixed.wtns", values);
    room.refused("wtns check circom/mixed.r1cs circom/mixed.wtns", "WITNESS IS NOT CORRECT");
}

#[test]
fn each_accepts_the_others_proofs() {
    // A first phase that is not prepared gives the same kind of key.
    for prepared in [true, false] {
        let room = Room::with_key(prepared);
        room.accepted("zkey verify circom/mixed.r1cs pot.ptau k.zkey", "ZKey Ok!");
        room.accepted("zkey export verificationkey k.zkey theirs.json", "");
        room.accept("export vk --snarkjs out");
        assert_eq!(room.value("theirs.json"), room.value("out/verification_key.json"));

        room.accepted("groth16 prove k.zkey circom/mixed.wtns proof.json public.json", "");
        let said = room.json("verify proof.json --vk vk --public public.json");
        assert_eq!(said["public"][2]["name"], "y");
        assert_eq!(said["public"][2]["raw"][0], "-24", "{said}");
        for vk in ["theirs.json", "k.zkey"] {
            let said = room.json(&format!("verify proof.json --vk {vk} --public public.json"));
            assert_eq!(said["signals"], room.value("public.json"));
        }
        room.accept("prove c --pk k.zkey --input input.json -o p --receipt r.json");
        room.accept("verify p --vk vk");
        let receipt = room.value("r.json");
        let who = receipt["key_made_by"].as_str().unwrap();
        assert!(who.starts_with("a ceremony with one contribution, as the key itself"), "{who}");
        room.accept(&format!(
            "verify r.json --key-digest {}",
            receipt["verifying_key_digest"].as_str().unwrap()
        ));
        // Every way to tamper with it is refused here too, where γ cannot be changed to what it is.
        room.accept("break r.json");
        for proof in ["p", "r.json"] {
            room.accept(&format!("export {proof} --vk vk --snarkjs out"));
            assert_eq!(room.value("out/public.json"), room.value("public.json"));
            let verify = "groth16 verify out/verification_key.json out/public.json out/proof.json";
            room.accepted(verify, "OK!");
        }
        // Nobody takes a proof of one for that of another's values.
        let mut public = room.value("public.json");
        public[0] = "25".into();
        room.write("other.json", public.to_string());
        room.refused("groth16 verify theirs.json other.json proof.json", "Invalid proof");
        for vk in ["vk", "theirs.json"] {
            let line = format!("verify proof.json --vk {vk} --public other.json");
            room.fail(1, &line, &["proof does not verify"]);
        }
    }
}

#[test]
fn keys_of_ours_alone_verify_there() {
    // Its domain has a factor 3, which snarkjs would not know; a verifier never sees it.
    let room = Room::with(MIXED, INPUT);
    room.accept("compile . -o c");
    room.accept("setup c --pk pk --vk vk");
    room.accept("prove c --pk pk --input input.json -o p");
    room.accept("export p --vk vk --snarkjs out");
    let verify = "groth16 verify out/verification_key.json out/public.json out/proof.json";
    room.accepted(verify, "OK!");
    room.accept("verify out/proof.json --vk vk --public out/public.json");
}

#[test]
fn further_contributions_of_snarkjs_are_followed() {
    let room = Room::with_key(true);
    room.accepted("zkey contribute k.zkey k2.zkey --name=two -e=y", "");
    let beacon = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    room.accepted(&format!("zkey beacon k2.zkey k3.zkey {beacon} 10 --name=last"), "");
    room.accepted("zkey verify circom/mixed.r1cs pot.ptau k3.zkey", "ZKey Ok!");
    let said = room.json("setup c --from-zkey k3.zkey --ptau pot.ptau --vk vk3");
    assert_eq!(said["verified_with_phase_1"], true);
    assert_eq!(said["contributions"].as_array().unwrap().len(), 3);
    room.accept("prove c --pk k3.zkey --input input.json -o p3");
    room.accept("verify p3 --vk vk3");
    room.fail(2, "verify p3 --vk vk", &["another verifying key"]);
    // Before anybody has contributed δ is known.
    room.accepted("groth16 setup circom/mixed.r1cs pot.ptau k0.zkey", "");
    let words = "the key is forgeable: delta is the generator";
    room.fail(2, "setup c --from-zkey k0.zkey --vk vk0", &[words]);
    room.fail(2, "prove c --pk k0.zkey --input input.json -o p0", &[words]);
    room.accepted("zkey export verificationkey k0.zkey k0.json", "");
    room.accepted("groth16 prove k0.zkey circom/mixed.wtns proof.json public.json", "");
    room.fail(2, "verify proof.json --vk k0.json --public public.json", &[words]);
    // A key that snarkjs began and others went on with is as good as one that zirc began.
    room.accepted("zkey contribute k0.zkey k1.zkey --name=theirs -e=z", "");
    room.accept("setup c --from-zkey k1.zkey --vk vk1");
    room.accept("prove c --pk k1.zkey --input input.json -o p1");
    room.accept("verify p1 --vk vk1");
}

#[test]
fn what_does_not_fit_is_refused_in_words() {
    let room = Room::with_key(true);
    room.write("other/model.zirc", MIXED.replace("w[0] + k", "w[1] + k").replace("- k", "+ k"));
    room.accept("compile other -o o");
    let other = "key is for another circuit";
    room.fail(2, "prove o --pk k.zkey --input input.json -o p", &[other]);
    room.fail(2, "setup o --from-zkey k.zkey --vk other.vk", &[other]);
    // Two points of A exchanged: nothing in the file tells, but no proof comes of it.
    let mut bytes = room.read("k.zkey");
    let at = section(&bytes, 5);
    let (one, two) = (at + 64, at + 2 * 64);
    let first = bytes[one..two].to_vec();
    bytes.copy_within(two..two + 64, one);
    bytes[two..two + 64].copy_from_slice(&first);
    room.write("swapped.zkey", bytes);
    room.fail(2, "prove c --pk swapped.zkey --input input.json -o p", &["do not verify"]);
    let line = "setup c --from-zkey swapped.zkey --ptau pot.ptau --vk s.vk";
    room.fail(1, line, &["not of this circuit and this first phase: A points differ"]);
    room.accepted("powersoftau new bn128 7 new.ptau", "");
    let line = "setup c --from-zkey k.zkey --ptau new.ptau --vk s.vk";
    room.fail(2, line, &["tau is a root of unity"]);
    room.accepted("powersoftau new bn128 2 small.ptau", "");
    let words = "too small: it is for 2^2 rows, this takes one for 2^";
    room.fail(2, "setup c --ptau small.ptau --zkey s.zkey --vk s.vk", &[words]);
    room.fail(2, "setup c --ptau c --zkey s.zkey --vk s.vk", &["not a .ptau file"]);
    for line in ["setup c --ptau pot.ptau --zkey s.zkey --pk s.pk", "setup c --zkey s.zkey"] {
        assert_eq!(room.zirc(line).code, 2, "{line}");
    }
    room.accepted("groth16 prove k.zkey circom/mixed.wtns proof.json public.json", "");
    room.fail(2, "verify proof.json --vk vk", &["--vk and --public"]);
    let mut proof = room.value("proof.json");
    proof["pi_a"][0] = "1".into();
    room.write("off.json", proof.to_string());
    room.fail(
        1,
        "verify off.json --vk vk --public public.json",
        &["pi_a: point is not on the curve"],
    );
    // A value that is of the field and not of its type.
    let mut public = room.value("public.json");
    public[5] = "16".into();
    room.write("typed.json", public.to_string());
    room.fail(2, "verify proof.json --vk vk --public typed.json", &["`k`"]);
}

#[test]
fn a_first_phase_gives_keys_of_ours_in_both_modes() {
    let room = Room::with_key(true);
    room.accept("setup c --ptau pot.ptau --pk pk --vk vk");
    room.accept("prove c --pk pk --input input.json -o p");
    room.accept("verify p --vk vk");
    room.accept("export p --vk vk --snarkjs out");
    let verify = "groth16 verify out/verification_key.json out/public.json out/proof.json";
    room.accepted(verify, "OK!");

    room.accept("compile . --mode groth16-commit --public carried -o committed");
    room.accept("setup committed --ptau pot.ptau --pk pk2 --vk vk2");
    room.accept("prove committed --pk pk2 --input input.json -o p2");
    room.accept("verify p2 --vk vk2");
    let words = "commitments";
    room.fail(2, "setup committed --ptau pot.ptau --zkey k2.zkey", &[words]);
    room.fail(2, "setup committed --from-zkey k.zkey", &[words]);
    room.fail(2, "prove committed --pk k.zkey --input input.json -o p3", &[words]);
    room.fail(2, "export vk2 --snarkjs out2", &[words]);
}

/// Where a section of a file begins.
fn section(bytes: &[u8], wanted: u32) -> usize {
    let mut at = 12;
    loop {
        let number = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        if number == wanted {
            return at + 12;
        }
        at += 12 + u64::from_le_bytes(bytes[at + 4..at + 12].try_into().unwrap()) as usize;
    }
}

#[test]
fn the_lock_has_the_version_that_is_named() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snarkjs");
    let read = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
    };
    let wanted = read("package.json")["dependencies"]["snarkjs"].clone();
    let locked = read("package-lock.json")["packages"]["node_modules/snarkjs"]["version"].clone();
    assert_eq!(wanted, locked);
}
