//! The templates, filled in.

use super::Source;
use super::layout::{Layout, Port, WORD};
use super::numbers::{number, numbers};
use super::text::{comment, fill, g1, hex, remark};
use crate::keys::VerifyingKey;
use crate::transcript::TAG;
use ark_bn254::{Fq, Fr, G1Affine};
use ark_ff::{BigInteger, PrimeField};
use sha3::{Digest, Keccak256};
use std::fmt::Write;

/// The model that proofs must be about: its commitment's bytes, and the point.
pub(super) type Model = ([u8; 32], G1Affine);

/// All contracts.
pub(super) fn write(key: &VerifyingKey, layout: &Layout, model: Option<Model>) -> [Source; 4] {
    let system = system(key);
    let model_hash = match model {
        Some(_) => "MODEL_COMMITMENT",
        None => "CIRCUIT_DIGEST",
    };
    let id = Keccak256::digest(format!("{system}-bn254-v1"));
    let with = [
        ("zirc", env!("CARGO_PKG_VERSION").to_owned()),
        ("system", system.to_owned()),
        ("system_id", hex(&id[..4])),
        ("model_hash", model_hash.to_owned()),
    ];
    [
        Source { name: "ZircVerifier.sol", text: verifier(key, layout, model) },
        Source { name: "ZircERC7992.sol", text: fill(include_str!("erc7992.sol"), &with) },
        Source { name: "ZircERC8274.sol", text: fill(include_str!("erc8274.sol"), &with) },
        Source { name: "ZircOptimistic.sol", text: fill(include_str!("optimistic.sol"), &with) },
    ]
}

/// What the proof system is called outside.
fn system(key: &VerifyingKey) -> &'static str {
    if key.commitments().count() > 0 { "zirc-groth16-commit" } else { "zirc-groth16" }
}

fn verifier(key: &VerifyingKey, layout: &Layout, model: Option<Model>) -> String {
    let mut with = head(key, model);
    with.extend(numbers(key, layout));
    let has = key.commitments();
    let mut calls = String::new();
    let mut sections = String::new();
    let sides = [(false, "inputs", "Inputs"), (true, "outputs", "Outputs")];
    for (output, what, capital) in sides {
        let ports: Vec<&Port> = layout.ports.iter().filter(|p| p.output == output).collect();
        if !ports.is_empty() {
            calls += &format!("        _read{capital}({what}, m);\n");
            let lines: String = ports.into_iter().map(read).collect();
            let with = [("what", what.into()), ("What", capital.into()), ("lines", lines)];
            sections += &fill(include_str!("ports.sol"), &with);
        }
    }
    if !layout.plain.is_empty() {
        sections += include_str!("words.sol");
    }
    if let Some((_, point)) = model {
        calls += "        _checkModel(proof);\n";
        let [x, y] = g1(&point).map(|c| number(&c));
        let with = [("model_x", x), ("model_y", y)];
        sections += &fill(include_str!("model.sol"), &with);
    }
    if has.round {
        calls += "        _drawChallenges(proof, m);\n";
        sections += &round(layout, has.model);
    }
    if layout.carried {
        calls += "        _evaluate(m);\n";
        sections += &carried(layout);
    }
    with.extend([("calls", calls), ("sections", sections)]);
    fill(include_str!("verifier.sol"), &with)
}

/// What the contract's head says, and the constants that go with it.
fn head(key: &VerifyingKey, model: Option<Model>) -> Vec<(&'static str, String)> {
    let interface = key.interface();
    let mut ports = String::new();
    for (i, p) in interface.public.iter().enumerate() {
        let way = if p.output { "output" } else { "input" };
        let bound = if p.carried { "carried" } else { "plain" };
        let (name, ty) = (comment(&p.name), comment(&p.written));
        let (count, width) = (p.len(), p.bytes());
        let _ = writeln!(
            ports,
            "//  {i}  {way} {name}: {ty} {:?}, {count} of {width} bytes, {bound}",
            p.shape
        );
    }
    let mut assumptions = String::new();
    if !interface.assumptions.is_empty() {
        assumptions += "//  What the proof does not cover:\n//\n";
        for text in &interface.assumptions {
            for (k, line) in remark(text).iter().enumerate() {
                let _ = writeln!(assumptions, "//  {} {line}", if k == 0 { "-" } else { " " });
            }
        }
        assumptions += "//\n";
    }
    let commitment = hex(&model.map_or([0; 32], |(bytes, _)| bytes));
    let model_line = model.map_or(String::new(), |_| format!("//  model    {commitment}\n"));
    vec![
        ("zirc", env!("CARGO_PKG_VERSION").to_owned()),
        ("name", comment(&interface.name)),
        ("circuit", key.circuit().to_string()),
        ("key", key.digest().to_string()),
        ("model", commitment),
        ("model_line", model_line),
        ("ports", ports),
        ("assumptions", assumptions),
        ("p", hex(&Fq::MODULUS.to_bytes_be())),
        ("r", hex(&Fr::MODULUS.to_bytes_be())),
    ]
}

/// The line that reads a port.
fn read(p: &Port) -> String {
    let (from, to, count, width) = (p.from, p.to, p.count, p.width);
    if p.carried {
        return format!("        _bytes(from + {from}, m + {to}, {});\n", count * width);
    }
    let (least, span, index) = (number(&p.least), &p.span, p.index);
    format!(
        "        _words(from + {from}, m + {to}, {count}, {width}, {least}, {span}, {index});\n"
    )
}

/// The part of a contract that draws challenges.
fn round(layout: &Layout, model: bool) -> String {
    let committed = if model { "Dₘ and D" } else { "D" };
    let with = [
        ("committed", committed.to_owned()),
        ("tag", String::from_utf8_lossy(TAG).into_owned()),
        ("values", layout.values.to_string()),
        ("commitments", layout.commitments.to_string()),
        ("commitment_bytes", layout.commitment_bytes.to_string()),
        ("transcript", layout.drawn.to_string()),
        ("drawn", layout.drawn.to_string()),
        ("challenges", layout.challenges.to_string()),
    ];
    fill(include_str!("round.sol"), &with)
}

/// The part that binds carried values.
fn carried(layout: &Layout) -> String {
    let mut lines = String::new();
    for p in layout.ports.iter().rev().filter(|p| p.carried) {
        let (to, count, width, span, index) = (p.to, p.count, p.width, &p.span, p.index);
        let line = if p.is_bytes() {
            format!("        e = _hornerBytes(e, rho, m + {to}, {count});\n")
        } else {
            format!("        e = _horner(e, rho, m + {to}, {count}, {width}, {span}, {index});\n")
        };
        lines += &line;
    }
    let with = [
        ("carried", lines),
        ("drawn", layout.drawn.to_string()),
        ("evaluation", layout.evaluation.to_string()),
    ];
    let mut out = fill(include_str!("carried.sol"), &with);
    let all = || layout.ports.iter().filter(|p| p.carried);
    if all().any(|p| !p.is_bytes()) {
        out += include_str!("horner.sol");
    }
    if all().any(Port::is_bytes) {
        let byte =
            |i| format!("                e := add(mulmod(e, rho, order), byte({i}, word))\n");
        let with = [("bytes", (0..WORD).rev().map(byte).collect())];
        out += &fill(include_str!("horner_bytes.sol"), &with);
    }
    out
}
