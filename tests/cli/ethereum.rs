//! export: contracts, and what to send to them. What contracts do with it is tested in `evm/`.

use crate::room::{Room, block};
use std::fmt::Write;

const PAGE: &str = include_str!("../../docs/src/ethereum.md");

#[test]
fn the_page_does_what_it_says() {
    let room = Room::new();
    room.write("pixels/model.zirc", block(PAGE, "zirc"));
    let mut image = String::new();
    (0..784).for_each(|i| write!(image, "{}{}", if i > 0 { "," } else { "" }, i % 256).unwrap());
    room.write(
        "pixels/input.json",
        format!(r#"{{"image": [{image}], "w": [1,2,3,4,5,6,7,8,9,-10]}}"#),
    );
    for line in block(PAGE, "sh").lines() {
        room.accept(line.strip_prefix("zirc ").unwrap());
    }
    for name in ["ZircVerifier", "ZircERC7992", "ZircERC8274"] {
        let text = String::from_utf8(room.read(&format!("contracts/{name}.sol"))).unwrap();
        assert!(text.contains(&format!("contract {name} ")), "{name}");
        assert!(text.starts_with("// SPDX-License-Identifier: MIT OR Apache-2.0\n"), "{name}");
    }
    let said = room.json("export pixels.proof --calldata --vk pixels.vk --model-id 7");
    let sizes = ["inputs", "outputs", "proof", "verify_proof", "erc7992", "erc8274"]
        .map(|part| said[part].as_str().unwrap().len() / 2 - 1);
    let padded = |n: usize| 32 + n.next_multiple_of(32);
    let outputs = sizes[1];
    assert_eq!([sizes[0], sizes[2]], [784, 320]);
    assert_eq!(sizes[3], 4 + 96 + padded(784) + padded(outputs) + padded(320));
    assert_eq!(sizes[4], 4 + 128 + padded(outputs) + padded(784 + 320));
    assert_eq!(sizes[5], 4 + 128 + padded(64) + padded(784 + outputs + 320));
}

#[test]
fn calldata_of_proofs_and_receipts() {
    let room = Room::proved();
    let of_proof = room.json("export proof --calldata --vk vk");
    assert_eq!(of_proof["inputs"], "0x00173c44");
    assert_eq!(of_proof["outputs"], "0x");
    assert_eq!(room.json("export receipt.json --calldata --vk vk"), of_proof);
    assert!(of_proof.get("erc7992").is_none());
    let text = room.accept("export proof --calldata --vk vk");
    assert!(text.contains(of_proof["verify_proof"].as_str().unwrap()), "{text}");
    // A proof that does not verify has none.
    room.accept("setup c --pk other.pk --vk other.vk");
    room.fail(2, "export proof --calldata --vk other.vk", &["another verifying key"]);
    let receipt = String::from_utf8(room.read("receipt.json")).unwrap();
    room.write("forged.json", receipt.replace("1522756", "1522757"));
    room.fail(1, "export forged.json --calldata --vk vk", &[]);
}

#[test]
fn contracts_of_keys() {
    let room = Room::prepared();
    let made = room.json("export vk --solidity out/contracts");
    let digest = made["verifying_key_digest"].as_str().unwrap();
    let text = String::from_utf8(room.read("out/contracts/ZircVerifier.sol")).unwrap();
    assert!(text.contains(&format!("KEY_DIGEST = 0x{digest};")), "{text}");
    assert!(text.contains("//  0  input square: u32 [], 1 of 4 bytes, plain"), "{text}");
    room.fail(2, "export c --solidity none", &["expected a verifying key"]);
    room.fail(2, "export none --solidity none", &["none"]);
    let model = "a".repeat(64);
    room.fail(2, &format!("export vk --solidity none --model {model}"), &["hides no model"]);
    room.write("file", "");
    room.fail(2, "export vk --solidity file", &["file"]);
}

#[test]
fn a_hidden_model_is_asked_for() {
    let program = "circuit scaled(committed w: i8[2], private x: i8[2]) -> public y: _ { w @ x }";
    let room = Room::with(program, r#"{"w": [3, -4], "x": [5, 6]}"#);
    room.accept("compile . --mode groth16-commit -o c");
    room.accept("setup c --pk pk --vk vk");
    let made = room.json("commit c --pk pk --input input.json -o opening");
    let model = made["commitment"].as_str().unwrap();
    room.fail(2, "export vk --solidity out", &["hides its model", "--model COMMITMENT"]);
    room.accept(&format!("export vk --solidity out --model {model}"));
    let text = String::from_utf8(room.read("out/ZircVerifier.sol")).unwrap();
    assert!(text.contains(&format!("MODEL_COMMITMENT = 0x{model};")), "{text}");
}

/// Nothing that is said is silently of no use.
#[test]
fn options_of_circuits_and_of_contracts_do_not_mix() {
    let room = Room::proved();
    let of_circuits = [
        "--to x",
        "--to x --input input.json",
        "--input input.json",
        "--unoptimized",
        "--circuit root",
        "--mode groth16",
        "--lookup monomials",
        "--products single",
        "--public plain",
        "--force",
        "--calibrate input.json",
        "--calibration mse",
        "--activation-bits 8",
        "--weight-bits 8",
        "--quantization x.toml",
        "--no-rounding-search",
        "--dim n=1",
        "--output public",
        "--as-written",
        "--weights const",
        "--min-agreement 0.5",
        "--min-snr 5",
        "--strict",
    ];
    let refused = |line: &str, words: &str| {
        let ended = room.zirc(line);
        assert_eq!(ended.code, 2, "{line}: {ended:#?}");
        assert!(ended.err.contains(words), "{line}: {ended:#?}");
    };
    let before = room.list();
    let apart = "cannot be used with";
    for option in of_circuits {
        refused(&format!("export vk --solidity x {option}"), apart);
        refused(&format!("export proof --calldata --vk vk {option}"), apart);
    }
    for option in ["--model-id 1", "--vk vk", "--calldata --vk vk"] {
        refused(&format!("export vk --solidity x {option}"), apart);
    }
    let model = format!("--model {}", "a".repeat(64));
    for option in ["--vk vk", "--model-id 1", &model] {
        refused(&format!("export . --to x {option}"), apart);
    }
    refused(&format!("export proof --calldata --vk vk {model}"), apart);
    refused("export proof --calldata", "--vk");
    refused("export vk", "--to");
    assert_eq!(room.list(), before);
}
