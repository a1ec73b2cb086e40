//! Ceremonies from beginning to end by the command line, in both modes, with snarkjs (of the version in
//! `snarkjs/package.json`) among those who contribute and verify. Needs node and npm.

#[path = "common/npm.rs"]
mod npm;
#[path = "common/peer.rs"]
mod peer;
#[path = "cli/room.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod room;

use room::{Room, block};
use serde_json::Value;
use std::sync::OnceLock;

const PAGE: &str = include_str!("../docs/src/ceremony.md");

/// With both directions of public values, as snarkjs orders them otherwise.
const PLAIN: &str = "circuit mixed(private w: i8[3], public x: i8[3], public k: u4) -> (public y: _, private z: _) {
    (sum i { w[i] * x[i] }, w[0] + k)
}
";
const INPUT: &str = r#"{"w": [1, -2, 3], "x": [4, 5, -6], "k": 7}"#;
/// With all three trapdoors.
const HIDDEN: &str = "circuit score(committed w: i8[4], private x: i8[4]) -> public y: _ {
    relu(sum i { w[i] * x[i] })
}
";
const BEACON: &str = "--beacon 0102030405060708090a0b0c0d0e0f10 --iterations 10";

impl Room {
    /// A program, compiled in a mode, with a first phase.
    fn with_phase1(program: &str, input: &str, mode: &str) -> Room {
        let room = Room::with(program, input);
        room.write("pot.ptau", phase1());
        room.accept(&format!("compile . --mode {mode} -o c"));
        room
    }

    fn verify(&self, file: &str) -> Value {
        self.json(&format!("ceremony verify {file} --circuit c --ptau pot.ptau"))
    }

    #[track_caller]
    fn verify_fails(&self, code: i32, file: &str, words: &str) {
        let line = format!("ceremony verify {file} --circuit c --ptau pot.ptau");
        self.fail(code, &line, &[words]);
        let line = format!("ceremony finish {file} --circuit c --ptau pot.ptau --pk no --vk no2");
        self.fail(code, &line, &[words]);
    }
}

/// A prepared first phase of snarkjs, made once.
fn phase1() -> &'static [u8] {
    static ONE: OnceLock<Vec<u8>> = OnceLock::new();
    ONE.get_or_init(|| {
        let room = Room::new();
        room.accepted("powersoftau new bn128 8 new.ptau", "");
        room.accepted("powersoftau contribute new.ptau one.ptau --name=one -e=x", "");
        room.accepted("powersoftau prepare phase2 one.ptau pot.ptau", "");
        room.read("pot.ptau")
    })
}

fn names(verified: &Value) -> Vec<&str> {
    let all = verified["contributions"].as_array().unwrap();
    all.iter().map(|c| c["name"].as_str().unwrap()).collect()
}

#[test]
fn the_page_does_what_it_says() {
    let room = Room::new();
    room.write("score/model.zirc", block(PAGE, "zirc"));
    room.write("input.json", r#"{"w": [1, -2, 3, 4], "x": [5, 6, 7, 8]}"#);
    for line in block(PAGE, "sh").lines().filter(|line| !line.is_empty()) {
        match line.split_once(' ').unwrap() {
            ("zirc", line) => drop(room.accept(line)),
            ("snarkjs", line) => {
                let words = if line.contains(" verify ") { "ZKey Ok!" } else { "" };
                room.accepted(line, words);
            }
            _ => panic!("{line}"),
        }
    }
    let receipt = room.value("receipt.json");
    assert_eq!(receipt["key_ceremony"]["contributions"], 2);
    assert_eq!(receipt["key_ceremony"]["beacon"], true);
}

#[test]
fn snarkjs_and_zirc_contribute_to_one_zkey() {
    let room = Room::with_phase1(PLAIN, INPUT, "groth16");
    room.accept("export . --to circom --input input.json");
    room.accept("ceremony start c --ptau pot.ptau -o k0.zkey");
    room.accepted("groth16 setup circom/mixed.r1cs pot.ptau theirs.zkey", "");
    // The same sections, in another order.
    for number in 1..=10 {
        let [ours, theirs] = ["k0.zkey", "theirs.zkey"].map(|name| room.read(name));
        assert_eq!(content(&ours, number), content(&theirs, number), "section {number}");
    }
    let first = room.json("ceremony contribute k0.zkey -o k1.zkey --name Ada --entropy dice");
    room.accepted("zkey verify circom/mixed.r1cs pot.ptau k1.zkey", "ZKey Ok!");
    room.accepted("zkey contribute k1.zkey k2.zkey --name=theirs -e=y", "");
    room.accept("ceremony contribute k2.zkey -o k3.zkey --name Grace");
    room.accept(&format!("ceremony contribute k3.zkey -o k4.zkey --name end {BEACON}"));
    room.accepted("zkey verify circom/mixed.r1cs pot.ptau k4.zkey", "ZKey Ok!");

    let said = room.verify("k4.zkey");
    assert_eq!(names(&said), ["Ada", "theirs", "Grace", "end"]);
    assert_eq!(said["contributions"][0]["digest"], first["contribution"]);
    assert_eq!(said["contributions"][3]["beacon"]["log2_hashes"], 10);
    // The same beacon by snarkjs gives the same key, and is followed.
    room.accepted("zkey beacon k3.zkey k5.zkey 0102030405060708090a0b0c0d0e0f10 10 --name=end", "");
    assert_eq!(room.read("k4.zkey"), room.read("k5.zkey"));

    let made =
        room.json("ceremony finish k4.zkey --circuit c --ptau pot.ptau --vk vk --pk pk.zkey");
    assert_eq!(made["verifying_key_digest"], said["verifying_key_digest"]);
    assert_eq!(room.read("pk.zkey"), room.read("k4.zkey"));
    room.accept("prove c --pk pk.zkey --input input.json -o p --receipt r.json");
    room.accept("verify p --vk vk");
    let receipt = room.value("r.json");
    let who = receipt["key_made_by"].as_str().unwrap();
    assert!(who.starts_with("a ceremony with 3 contributions and a public source"), "{who}");
    assert_eq!(receipt["key_ceremony"]["contributions"], 3);
    assert_eq!(receipt["key_ceremony"]["transcript"], said["transcript"]);
    assert_eq!(room.json("break r.json")["accepted"], 0);
    room.accept("export p --vk vk --snarkjs out");
    let verify = "groth16 verify out/verification_key.json out/public.json out/proof.json";
    room.accepted(verify, "OK!");
    // A proof by an earlier key is none by the last.
    room.accept("ceremony finish k3.zkey --circuit c --ptau pot.ptau --vk vk3");
    room.accept("prove c --pk k3.zkey --input input.json -o p3");
    room.accept("verify p3 --vk vk3");
    room.fail(2, "verify p3 --vk vk", &["another verifying key"]);
    room.accept("export p3 --vk vk3 --snarkjs out3");
    room.refused(
        "groth16 verify out/verification_key.json out3/public.json out3/proof.json",
        "Invalid",
    );
}

#[test]
fn zkeys_that_are_not_what_they_should_be_are_refused() {
    let room = Room::with_phase1(PLAIN, INPUT, "groth16");
    room.accept("ceremony start c --ptau pot.ptau -o k0.zkey");
    room.verify_fails(1, "k0.zkey", "the key is forgeable: delta is the generator");
    room.accept("ceremony contribute k0.zkey -o k1.zkey --name one");
    room.accept(&format!("ceremony contribute k1.zkey -o k2.zkey --name end {BEACON}"));
    let late = "ceremony contribute k2.zkey -o k3.zkey --name late";
    room.fail(2, late, &["the last contribution is a beacon, behind which nothing comes"]);
    // snarkjs does not mind, and is not followed.
    room.accepted("zkey contribute k2.zkey k3.zkey --name=late -e=x", "");
    room.verify_fails(1, "k3.zkey", "contribution 2 of the second phase: a beacon is the last");
    room.accept(&format!("ceremony contribute k0.zkey -o public.zkey --name end {BEACON}"));
    room.verify_fails(1, "public.zkey", "everybody can compute its number, and there is no other");
    // Its kind another, at which its notes are still those of a beacon; and a beacon with another value. Also where no
    // first phase is at hand.
    let notes = 5 + 2 + 2 + 16;
    let mut secret = room.read("public.zkey");
    let kind = secret.len() - notes - 8;
    assert_eq!(secret[kind..kind + 8], [1, 0, 0, 0, notes as u8, 0, 0, 0]);
    secret[kind] = 0;
    room.write("secret.zkey", secret);
    let mut invented = room.read("k2.zkey");
    *invented.last_mut().unwrap() ^= 1;
    room.write("invented.zkey", invented);
    for (file, words) in [
        ("secret.zkey", "it has the value of a beacon and calls itself secret"),
        ("invented.zkey", "its number is not that of its beacon"),
    ] {
        room.verify_fails(1, file, words);
        room.fail(2, &format!("setup c --from-zkey {file} --vk no"), &[words]);
        room.fail(2, &format!("prove c --pk {file} --input input.json -o no"), &[words]);
    }
    // A point of H another, and the contribution's own.
    let bytes = room.read("k1.zkey");
    let at = section(&bytes, 9);
    let mut swapped = bytes.clone();
    swapped.copy_within(at + 64..at + 128, at);
    room.write("swapped.zkey", swapped);
    room.verify_fails(1, "swapped.zkey", "H points differ");
    let at = section(&bytes, 10) + 68;
    let mut moved = bytes.clone();
    moved.copy_within(at + 64..at + 128, at);
    room.write("moved.zkey", moved);
    room.verify_fails(1, "moved.zkey", "contribution 1 of the second phase");
    room.write("short.zkey", &bytes[..bytes.len() - 1]);
    room.verify_fails(2, "short.zkey", "truncated");
    // Another circuit.
    room.write("other/model.zirc", PLAIN.replace("w[i] * x[i]", "w[i] * (x[i] + 1)"));
    room.accept("compile other -o o");
    let line = "ceremony verify k1.zkey --circuit o --ptau pot.ptau";
    room.fail(2, line, &["key is for another circuit"]);
}

#[test]
fn both_modes_have_ceremonies_of_our_own() {
    let input = r#"{"w": [1, -2, 3, 4], "x": [5, 6, 7, 8]}"#;
    for mode in ["groth16", "groth16-commit"] {
        // In plain Groth16 a commitment would be a hash of a thousand rows.
        let committed = mode == "groth16-commit";
        let program =
            if committed { HIDDEN.into() } else { HIDDEN.replace("committed", "private") };
        let room = Room::with_phase1(&program, input, mode);
        room.accept("ceremony start c --ptau pot.ptau -o c0.ceremony");
        // Whoever starts it has no choice.
        room.accept("ceremony start c --ptau pot.ptau -o again.ceremony");
        assert_eq!(room.read("c0.ceremony"), room.read("again.ceremony"));
        let first = room.json("ceremony contribute c0.ceremony -o c1.ceremony --name Ada");
        room.accept("ceremony contribute c1.ceremony -o c2.ceremony --name Grace --entropy x");
        room.accept(&format!("ceremony contribute c2.ceremony -o c3.ceremony --name end {BEACON}"));
        let said = room.verify("c3.ceremony");
        assert_eq!(names(&said), ["Ada", "Grace", "end"]);
        assert_eq!(said["contributions"][0]["digest"], first["contribution"]);
        assert_eq!(said["contributions"][2]["digest"], said["transcript"]);
        let text = room.accept("ceremony verify c3.ceremony --circuit c --ptau pot.ptau");
        let beacon = "     a beacon: 0102030405060708090a0b0c0d0e0f10 hashed 2^10 times\n";
        let counted = "contributions  2 with secret numbers, then a beacon\n";
        for words in [counted, "  1  \"Ada\"\n", "  3  \"end\"\n", beacon, "not checked"] {
            assert!(text.contains(words), "{text}");
        }
        let mut proofs = vec![];
        for k in [2, 3] {
            let line = format!("ceremony finish c{k}.ceremony --circuit c --ptau pot.ptau");
            let made = room.json(&format!("{line} --pk pk{k} --vk vk{k}"));
            let mut opening = String::new();
            if committed {
                room.accept(&format!("commit c --pk pk{k} --input input.json -o opening{k}"));
                opening = format!("--opening opening{k}");
            }
            let prove = format!("prove c --pk pk{k} --input input.json {opening} -o p{k}");
            room.accept(&format!("{prove} --receipt r{k}.json"));
            room.accept(&format!("verify p{k} --vk vk{k}"));
            let digest = made["verifying_key_digest"].as_str().unwrap();
            room.accept(&format!("verify r{k}.json --key-digest {digest}"));
            let receipt = room.value(&format!("r{k}.json"));
            assert_eq!(receipt["key_ceremony"]["contributions"], 2);
            assert_eq!(receipt["key_ceremony"]["beacon"], k == 3);
            assert_eq!(room.json(&format!("break r{k}.json"))["accepted"], 0);
            proofs.push(receipt["proof"].clone());
        }
        room.fail(2, "verify p2 --vk vk3", &["another verifying key"]);
        // Nor when the receipt is made to name the last key.
        let mut receipt = room.value("r3.json");
        receipt["proof"] = proofs[0].clone();
        if committed {
            receipt["model_commitment"] = room.value("r2.json")["model_commitment"].clone();
        }
        room.write("mixed.json", receipt.to_string());
        room.fail(1, "verify mixed.json --vk vk3", &["does not verify"]);
    }
}

#[test]
fn ceremonies_of_our_own_that_are_wrong_are_refused() {
    let input = r#"{"w": [1, -2, 3, 4], "x": [5, 6, 7, 8]}"#;
    let room = Room::with_phase1(HIDDEN, input, "groth16-commit");
    let zkey = "ceremony start c --ptau pot.ptau -o c0.zkey";
    room.fail(2, zkey, &["a .zkey has no place for the commitments"]);
    room.accept("ceremony start c --ptau pot.ptau");
    assert!(room.list().contains(&"score.ceremony".into()));
    room.accept("ceremony start c --ptau pot.ptau -o c0");
    room.verify_fails(1, "c0", "nobody has contributed a secret number");
    room.accept(&format!("ceremony contribute c0 -o public --name end {BEACON}"));
    room.verify_fails(1, "public", "nobody has contributed a secret number");
    room.accept("ceremony contribute c0 -o c1 --name one");
    let contribute = |more: &str| format!("ceremony contribute c1 -o no {more}");
    let long = format!("--name {}", "x".repeat(65));
    room.fail(2, &contribute(&long), &["expected 1 to 64 bytes", "got 65 bytes"]);
    for iterations in [9, 31] {
        let line = format!("--name x --beacon 00 --iterations {iterations}");
        room.fail(2, &contribute(&line), &["expected 2^10 to 2^30"]);
    }
    for line in
        ["--name x --beacon 0 --iterations 10", "--name x --beacon 00", "--iterations 10", ""]
    {
        assert_eq!(room.zirc(&contribute(line)).code, 2, "{line}");
    }
    room.fail(2, "ceremony contribute c1 -o c1 --name x", &["must not be replaced"]);
    room.fail(2, "ceremony contribute c -o no --name x", &["expected a ceremony, got kind 1"]);
    let taken = "ceremony finish c1 --circuit c --ptau pot.ptau --pk c1 --vk vk";
    room.fail(2, taken, &["must not be replaced"]);
    room.accept(&format!("ceremony contribute c1 -o c2 --name end {BEACON}"));
    room.fail(2, "ceremony contribute c2 -o no --name late", &["behind which nothing comes"]);
    // Another circuit, and another first phase.
    room.write("other/model.zirc", HIDDEN.replace("relu(sum", "2 * relu(sum"));
    room.accept("compile other --mode groth16-commit -o o");
    let line = "ceremony verify c1 --circuit o --ptau pot.ptau";
    room.fail(2, line, &["made for another circuit"]);
    room.accepted("powersoftau contribute pot.ptau more.ptau --name=two -e=z", "");
    let line = "ceremony verify c1 --circuit c --ptau more.ptau";
    room.fail(1, line, &["did not begin with this circuit and this first phase"]);
    // A changed byte is an accident, until its checksum fits.
    let mut bytes = room.read("c1");
    let at = bytes.len() - 32 - 64;
    bytes.copy_within(at - 64..at, at);
    room.write("damaged", &bytes);
    room.verify_fails(2, "damaged", "checksum");
    let hashed = bytes.len() - 32;
    let checksum = blake3::hash(&bytes[..hashed]);
    bytes[hashed..].copy_from_slice(checksum.as_bytes());
    room.write("forged", &bytes);
    room.verify_fails(
        1,
        "forged",
        "points under delta of the commitment are not those of the circuit",
    );
}

/// A first phase in three files: of more rows than the circuit's, cut to as many, and of as many without the power
/// of tau that only prepared files of the second kind have.
#[test]
fn one_first_phase_has_files_of_several_sizes() {
    let room = Room::with_phase1(PLAIN, INPUT, "groth16");
    room.accepted("powersoftau truncate pot.ptau", "");
    let fits = |log: &usize| {
        let start = format!("ceremony start c --ptau pot_0{log}.ptau -o fits.zkey");
        room.zirc(&start).code == 0
    };
    let log = (1..8).find(fits).unwrap();
    room.write("cut.ptau", room.read(&format!("pot_0{log}.ptau")));
    room.write("bare.ptau", without_polynomials(&room.read("cut.ptau")));
    const FILES: [&str; 3] = ["pot", "cut", "bare"];
    for form in ["zkey", "ceremony"] {
        for begun in FILES {
            room.accept(&format!("ceremony start c --ptau {begun}.ptau -o 0.{form}"));
            room.accept(&format!("ceremony contribute 0.{form} -o 1.{form} --name one"));
            for by in FILES {
                room.accept(&format!("ceremony verify 1.{form} --circuit c --ptau {by}.ptau"));
                let finish = format!("ceremony finish 1.{form} --circuit c --ptau {by}.ptau");
                room.accept(&format!("{finish} --pk pk.{form} --vk vk"));
            }
            room.accept(&format!("prove c --pk pk.{form} --input input.json -o p"));
            room.accept("verify p --vk vk");
        }
    }
}

/// A first phase that is not prepared.
fn without_polynomials(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes[..12].to_vec();
    let (mut at, mut count) = (12, 0);
    while at < bytes.len() {
        let len = u64::from_le_bytes(bytes[at + 4..at + 12].try_into().unwrap()) as usize;
        if bytes[at] < 12 {
            out.extend(&bytes[at..at + 12 + len]);
            count += 1;
        }
        at += 12 + len;
    }
    out[8] = count;
    out
}

/// A section of a file.
fn content(bytes: &[u8], wanted: u32) -> &[u8] {
    let at = section(bytes, wanted);
    let len = u64::from_le_bytes(bytes[at - 8..at].try_into().unwrap());
    &bytes[at..at + len as usize]
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
