//! `zirc verify` of a proof.json, by a key of ours, a verification_key.json or a .zkey.

use super::{Args, load_key};
use crate::answer::Answer;
use crate::error::Error;
use crate::load::files::{RECEIPT_LIMIT, must_be_file, read_text, starts_with};
use crate::show::line;
use crate::show::measure::timed;
use crate::show::number::millis;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use zirc_circuit::Fr;
use zirc_runtime::snarkjs::{read_proof, read_public, to_circuit_order};
use zirc_runtime::words::Named;
use zirc_runtime::{Proof, SnarkjsError, SnarkjsKey, VerifyingKey, verify};

/// Whether a file is a proof of snarkjs, and no receipt.
pub(super) fn is_proof(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Any {
        #[serde(rename = "pi_a")]
        _pi_a: IgnoredAny,
    }
    bytes.trim_ascii_start().first() == Some(&b'{') && serde_json::from_slice::<Any>(bytes).is_ok()
}

/// Verifies it.
pub(super) fn run(args: &Args, bytes: &[u8]) -> Result<Answer, Error> {
    let (Some(vk), Some(public)) = (&args.vk, &args.public) else {
        let message = "a proof.json is checked by a verifying key and public signals: name them with --vk and \
                       --public"
            .into();
        return Err(Error::Usage { message, help: None });
    };
    if args.model.is_some() {
        return Err(Error::usage("a proof.json is about no hidden model: --model is for ours"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Error::file(&args.proof, "not UTF-8"))?;
    let proof = read_proof(text).map_err(|e| rejected(&args.proof, e))?;
    let signals = read_text(public, RECEIPT_LIMIT).map_err(|e| Error::file(public, e))?;
    let signals = read_public(&signals).map_err(|e| Error::snarkjs(public, &e))?;
    must_be_file(vk)?;
    match read_theirs(vk)? {
        Some(key) => by_theirs(args, (vk, &key), &signals, &proof),
        None => by_ours(args, &load_key(vk)?, public, &signals, &proof),
    }
}

/// A verification_key.json, or the verifying part of a .zkey; `None` for what is neither.
fn read_theirs(path: &Path) -> Result<Option<SnarkjsKey>, Error> {
    let key = if starts_with(path, b"zkey")? {
        let file = File::open(path).map_err(|e| Error::file(path, e))?;
        SnarkjsKey::from_zkey(BufReader::new(file))
    } else if starts_with(path, b"{")? {
        let text = read_text(path, RECEIPT_LIMIT).map_err(|e| Error::file(path, e))?;
        SnarkjsKey::from_json(&text)
    } else {
        return Ok(None);
    };
    key.map(Some).map_err(|e| Error::snarkjs(path, &e))
}

/// A proof that is one but for its points is rejected; what is none is bad input.
fn rejected(path: &Path, e: SnarkjsError) -> Error {
    match e {
        SnarkjsError::File(e) => Error::Rejected(format!("{}: {e}", path.display())),
        e => Error::snarkjs(path, &e),
    }
}

/// By a key of ours, which knows names, order and types of the public values.
fn by_ours(
    args: &Args,
    key: &VerifyingKey,
    public: &Path,
    signals: &[Fr],
    proof: &Proof,
) -> Result<Answer, Error> {
    if key.commitments().count() > 0 {
        return Err(Error::snarkjs(public, &SnarkjsError::Commitments));
    }
    let interface = key.interface();
    let ordered = to_circuit_order(interface, signals).map_err(|e| Error::snarkjs(public, &e))?;
    let (verified, ms) = timed(|| verify(key, &ordered, proof));
    verified.map_err(|e| Error::verify(&args.proof, &e))?;
    let worth = interface.to_values(&ordered).map_err(|e| Error::verify(public, &e.into()))?;
    let named = Named::of_key(key, &worth);
    let text = format!(
        "accepted: {} verifies for circuit {} ({})\n\ndigest  {}\nkey     {}\n\npublic values\n{}",
        line(&args.proof.display().to_string()),
        line(&interface.name),
        millis(ms),
        key.circuit(),
        key.digest(),
        Named::to_text(&named),
    );
    Ok(Answer::yes(
        text,
        json!({
            "circuit": interface.name,
            "digest": key.circuit().to_string(),
            "verifying_key_digest": key.digest().to_string(),
            "public": Named::to_json(&named),
            "verify_ms": ms,
        }),
    ))
}

/// By a key of snarkjs, of whatever circuit.
fn by_theirs(
    args: &Args,
    (path, key): (&Path, &SnarkjsKey),
    signals: &[Fr],
    proof: &Proof,
) -> Result<Answer, Error> {
    let (verified, ms) = timed(|| key.verify(signals, proof));
    verified.map_err(|e| Error::verify(&args.proof, &e))?;
    let shown: Vec<String> = signals.iter().map(ToString::to_string).collect();
    let list: String = shown.iter().map(|s| format!("  {s}\n")).collect();
    let text = format!(
        "accepted: {} verifies under {} ({})\n\npublic signals\n{list}\n\
         not known from this key: the circuit, and names and types of the signals; they are numbers modulo r\n",
        line(&args.proof.display().to_string()),
        line(&path.display().to_string()),
        millis(ms),
    );
    Ok(Answer::yes(text, json!({ "signals": shown, "verify_ms": ms })))
}
