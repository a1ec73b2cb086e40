//! `zirc verify`: accept a proof, or say why not.

mod snarkjs;

use crate::answer::Answer;
use crate::error::Error;
use crate::load::files::{RECEIPT_LIMIT, must_be_file, read_bytes};
use crate::load::inputs::Values;
use crate::show::measure::timed;
use crate::show::number::millis;
use crate::show::{clean, line, values};
use serde_json::json;
use std::path::{Path, PathBuf};
use zirc_circuit::{Digest, Int, Port, Signature, TensorId, Visibility};
use zirc_runtime::input::bind_exact;
use zirc_runtime::{ModelCommitment, ProofFile, Receipt, VerifyingKey, verify_file, verify_model};

/// Verify a proof or a receipt: exit code 0 if it is accepted
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The verifying key must be one that you trust: have it, or its digest, from somebody you trust, or make it
yourself. A receipt has its key in it, and needs the digest alone.

Examples:
  zirc verify receipt.json --key-digest DIGEST
  zirc verify digits.proof --vk digits.vk
  zirc verify digits.proof --vk digits.vk --public public.json

A proof.json of snarkjs has no public values in it, which are in public.json. Its key is one of ours, or a
verification_key.json, which names no circuit and knows no types:
  zirc verify proof.json --vk digits.vk --public public.json
  zirc verify proof.json --vk verification_key.json --public public.json
  zirc verify proof.json --vk digits.zkey --public public.json")]
pub(crate) struct Args {
    /// A proof file, a receipt, or a proof.json of snarkjs
    proof: PathBuf,
    /// The verifying key
    #[arg(long, value_name = "FILE", conflicts_with = "key_digest")]
    vk: Option<PathBuf>,
    /// The digest of the verifying key, for a receipt, which has the key in it
    #[arg(long, value_name = "DIGEST", value_parser = digest)]
    key_digest: Option<Digest>,
    /// The public values that must have been proved, by name: .json, .npz, .safetensors or .npy; of a proof.json
    /// the signals of public.json
    #[arg(long, value_name = "FILE")]
    public: Option<PathBuf>,
    /// The commitment to the model that the proof must be about, in hexadecimal
    #[arg(long, value_name = "COMMITMENT", value_parser = commitment)]
    model: Option<ModelCommitment>,
}

pub(crate) fn commitment(text: &str) -> Result<ModelCommitment, String> {
    text.parse().map_err(|_| "expected 64 lowercase hexadecimal digits, of a point".into())
}

/// A digest, as it is printed.
pub(crate) fn digest(text: &str) -> Result<Digest, String> {
    let bytes: Option<Vec<u8>> = (0..32)
        .map(|k| text.get(2 * k..2 * k + 2).filter(|_| text.len() == 64 && !text.contains('+')))
        .map(|d| u8::from_str_radix(d?, 16).ok())
        .collect();
    let found = bytes.and_then(|b| b.try_into().ok()).map(Digest);
    found
        .filter(|d| d.to_string() == text)
        .ok_or_else(|| "expected 64 lowercase hexadecimal digits".into())
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let bytes = read_bytes(&args.proof, RECEIPT_LIMIT).map_err(|e| Error::file(&args.proof, e))?;
    if snarkjs::is_proof(&bytes) {
        return snarkjs::run(args, &bytes);
    }
    let trusted = args.vk.as_deref().map(load_key).transpose()?;
    if bytes.trim_ascii_start().first() == Some(&b'{') {
        let receipt = read_receipt(&args.proof, bytes)?;
        let trust = match (&trusted, args.key_digest) {
            (Some(key), _) => Trust::Key(key),
            (None, Some(digest)) => Trust::Digest(digest),
            (None, None) => return Err(no_trust(&receipt)),
        };
        let (key, verified) = check_receipt(&args.proof, &receipt, trust)?;
        return answer(args, &key, &verified, Some(&receipt));
    }
    let Some(key) = trusted else {
        let message = "a proof file is checked by a verifying key: name it with --vk".into();
        let help = Some("a receipt has its key in it: --key-digest is for those".into());
        return Err(Error::Usage { message, help });
    };
    let verified = proof(&args.proof, &bytes, &key)?;
    answer(args, &key, &verified, None)
}

fn load_key(path: &Path) -> Result<VerifyingKey, Error> {
    must_be_file(path)?;
    VerifyingKey::load(path).map_err(|e| Error::zirc_file(path, &e))
}

/// What the reader trusts.
pub(crate) enum Trust<'k> {
    Key(&'k VerifyingKey),
    Digest(Digest),
}

fn no_trust(receipt: &Receipt) -> Error {
    let message = "a receipt is checked by a key that you trust: name its digest with --key-digest, or its file \
                   with --vk"
        .into();
    let help = format!(
        "the receipt says {}; have the digest from somebody you trust, or make the key yourself",
        line(&receipt.verifying_key_digest)
    );
    Error::Usage { message, help: Some(help) }
}

/// What was verified, as asked for and as a person is told.
fn answer(
    args: &Args,
    key: &VerifyingKey,
    verified: &Verified,
    receipt: Option<&Receipt>,
) -> Result<Answer, Error> {
    let expected = args.public.as_deref().map(|p| expected(key, p)).transpose()?;
    let (values, model, ms) = verified;
    let (model, ms) = (*model, *ms);
    if let Some(expected) = args.model {
        verify_model(model, expected).map_err(|e| Error::verify(&args.proof, &e))?;
    } else if model.is_some() {
        crate::show::stderr("note: no model was asked for: --model COMMITMENT refuses all others");
    }
    if let (Some(expected), Some(path)) = (expected, &args.public) {
        same(key, values, &expected, path)?;
    }
    let named = values::of_key(key, values);
    let interface = key.interface();
    let text = format!(
        "accepted: {} verifies for circuit {} ({})\n\n{}digest  {}\nkey     {}\n{}{}\n\
         public values\n{}{}",
        line(&args.proof.display().to_string()),
        line(&interface.name),
        millis(ms),
        receipt.map(|r| format!("{}\n\n", clean(&r.statement))).unwrap_or_default(),
        key.circuit(),
        key.digest(),
        model.map(|m| format!("model   {m}\n")).unwrap_or_default(),
        interface.nondet.iter().map(nondet_line).collect::<String>(),
        values::to_text(&named),
        receipt.map(|r| words(r, args)).unwrap_or_default(),
    );
    Ok(Answer::yes(
        text,
        json!({
            "circuit": interface.name,
            "digest": key.circuit().to_string(),
            "verifying_key_digest": key.digest().to_string(),
            "model": interface.model,
            "model_commitment": model.map(|m| m.to_string()),
            "claims": interface.claims,
            "independent_of": interface.independent_of,
            "assumptions": interface.assumptions,
            "nondet": interface.nondet,
            "public": values::to_json(&named),
            "statement": receipt.map(|r| &r.statement),
            "key_made_by": receipt.map(|r| &r.key_made_by),
            "not_claimed": receipt.map(|r| &r.not_claimed),
            "notes": receipt.map(|r| &r.notes),
            "verify_ms": ms,
        }),
    ))
}

/// What the proof leaves open, in one line.
fn nondet_line(n: &zirc_runtime::NondetUse) -> String {
    let [function, hint, reason] = [&n.function, &n.hint, &n.reason].map(|t| line(t));
    format!("nondet  {hint} in {function}: {reason}\n")
}

/// Public values, the model, and milliseconds.
pub(crate) type Verified = (Vec<Vec<Int>>, Option<ModelCommitment>, f64);

/// Verifies a proof file.
fn proof(path: &Path, bytes: &[u8], key: &VerifyingKey) -> Result<Verified, Error> {
    let file = ProofFile::decode(bytes).map_err(|e| Error::zirc_file(path, &e))?;
    let (verified, ms) = timed(|| verify_file(key, &file));
    verified.map_err(|e| Error::verify(path, &e))?;
    let values = key.interface().to_values(&file.public);
    let values = values.map_err(|e| Error::verify(path, &e.into()))?;
    Ok((values, file.proof.model_commitment(), ms))
}

/// What of a receipt was checked, what is only repeated, and what is not claimed.
fn words(receipt: &Receipt, args: &Args) -> String {
    let by = match &args.vk {
        Some(path) => format!("the key of {}", line(&path.display().to_string())),
        None => "the key in the receipt, whose digest you gave".into(),
    };
    let mut out = format!(
        "\nchecked\n  the proof, by {by}\n  that all fields of the receipt but `notes` are what that key, the \
         values and the proof say\n"
    );
    if args.model.is_some() {
        out.push_str("  that the model is the one of the commitment that you asked for\n");
    }
    if args.public.is_some() {
        out.push_str("  that the public values are those that you asked for\n");
    }
    let notes = [
        ("made by zirc", Some(&receipt.notes.zirc)),
        ("fidelity", receipt.notes.fidelity.as_ref()),
    ];
    out.push_str("\nrepeated, and bound by nothing\n");
    for (name, note) in notes.into_iter().filter_map(|(name, note)| Some((name, note?))) {
        out.push_str(&format!("  {name}: {}\n", line(note)));
    }
    out.push_str(&format!("\nthe key was made by\n  {}\n", line(&receipt.key_made_by)));
    let mut list = |title: &str, all: &[String]| {
        if !all.is_empty() {
            out.push_str(&format!("\n{title}\n"));
            all.iter().for_each(|text| out.push_str(&format!("  {}\n", line(text))));
        }
    };
    list("claims", &receipt.claims);
    list("no output depends on", &receipt.independent_of);
    list("assumptions", &receipt.assumptions);
    list("not claimed", &receipt.not_claimed);
    out
}

/// Reads a receipt; nothing in it has been checked.
pub(crate) fn read_receipt(path: &Path, bytes: Vec<u8>) -> Result<Receipt, Error> {
    let text = String::from_utf8(bytes).map_err(|_| Error::file(path, "not UTF-8"))?;
    Receipt::from_json(&text).map_err(|e| Error::receipt(path, &e))
}

/// Verifies a receipt, and gives the key that it was verified by.
pub(crate) fn check_receipt(
    path: &Path,
    receipt: &Receipt,
    trust: Trust<'_>,
) -> Result<(VerifyingKey, Verified), Error> {
    let (key, ms) = timed(|| match trust {
        Trust::Key(key) => receipt.verify(key).map(|()| key.clone()),
        Trust::Digest(digest) => receipt.verify_by_digest(digest),
    });
    let key = key.map_err(|e| Error::receipt(path, &e))?;
    // They have been read and compared.
    let values = receipt.public.iter().map(zirc_runtime::receipt::ReceiptPort::parse);
    let values = values.collect::<Result<_, _>>().map_err(|e| Error::receipt(path, &e))?;
    let model = receipt.model_commitment.as_deref().map(str::parse).transpose();
    let model = model.map_err(|e| Error::zirc_file(path, &e))?;
    Ok((key, (values, model, ms)))
}

/// The public values of a file, for each public port of the key.
fn expected(key: &VerifyingKey, path: &Path) -> Result<Vec<Vec<Int>>, Error> {
    let file = Values::read(path)?;
    let port = |p: &zirc_runtime::PublicPort| Port {
        name: p.name.clone(),
        shape: p.shape.clone(),
        ty: p.ty.clone(),
        written: p.written.clone(),
        visibility: Visibility::Public,
        tensor: TensorId::ONE,
        file: None,
    };
    let interface = key.interface();
    let signature = Signature {
        name: interface.name.clone(),
        inputs: interface.public.iter().map(port).collect(),
        outputs: vec![],
        model: vec![],
        assumptions: vec![],
        nondet: vec![],
        claims: Default::default(),
    };
    bind_exact(&signature, &file.tensors)
        .map_err(|errors| Error::Input { path: path.into(), errors })
}

/// Refuses a valid proof of other values than those that were asked for.
fn same(
    key: &VerifyingKey,
    proved: &[Vec<Int>],
    expected: &[Vec<Int>],
    path: &Path,
) -> Result<(), Error> {
    for ((port, proved), expected) in key.interface().public.iter().zip(proved).zip(expected) {
        if let Some(k) = (0..port.len()).find(|&k| proved.get(k) != expected.get(k)) {
            let at = if port.shape.is_empty() { String::new() } else { format!(", value {k},") };
            let show = |v: &[Int]| v.get(k).map(|v| values::worth(v, &port.ty)).unwrap_or_default();
            return Err(Error::Rejected(format!(
                "the proof is of other public values: `{}`{at} is {} there and {} in {}",
                port.name,
                show(proved),
                show(expected),
                path.display(),
            )));
        }
    }
    Ok(())
}
