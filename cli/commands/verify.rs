//! `zirc verify`: accept a proof, or say why not.

use crate::answer::Answer;
use crate::error::Error;
use crate::load::files::{RECEIPT_LIMIT, must_be_file, read_bytes};
use crate::load::inputs::Values;
use crate::show::measure::timed;
use crate::show::number::millis;
use crate::show::{clean, values};
use serde_json::json;
use std::path::{Path, PathBuf};
use zirc_circuit::{Int, Port, Signature, TensorId, Visibility};
use zirc_runtime::input::bind;
use zirc_runtime::{ModelCommitment, ProofFile, Receipt, VerifyingKey, verify_file, verify_model};

/// Verify a proof or a receipt: exit code 0 if it is accepted
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The verifying key must be one that you trust: compile the source yourself and compare digests.

Examples:
  zirc verify digits.proof --vk digits.vk
  zirc verify digits.proof --vk digits.vk --public public.json
  zirc verify receipt.json --vk digits.vk")]
pub(crate) struct Args {
    /// A proof file or a receipt
    proof: PathBuf,
    /// The verifying key
    #[arg(long, value_name = "FILE")]
    vk: PathBuf,
    /// The public values that must have been proved, by name: .json, .npz, .safetensors or .npy
    #[arg(long, value_name = "FILE")]
    public: Option<PathBuf>,
    /// The commitment to the model that the proof must be about, in hexadecimal
    #[arg(long, value_name = "COMMITMENT", value_parser = commitment)]
    model: Option<ModelCommitment>,
}

pub(crate) fn commitment(text: &str) -> Result<ModelCommitment, String> {
    text.parse().map_err(|_| "expected 64 lowercase hexadecimal digits, of a point".into())
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    must_be_file(&args.vk)?;
    let key = VerifyingKey::load(&args.vk).map_err(|e| Error::zirc_file(&args.vk, &e))?;
    let expected = args.public.as_deref().map(|p| expected(&key, p)).transpose()?;
    let bytes = read_bytes(&args.proof, RECEIPT_LIMIT).map_err(|e| Error::file(&args.proof, e))?;
    let (values, model, ms) = if bytes.first() == Some(&b'{') {
        receipt(&args.proof, bytes, &key)?
    } else {
        proof(&args.proof, &bytes, &key)?
    };
    if let Some(expected) = args.model {
        verify_model(model, expected).map_err(|e| Error::verify(&args.proof, &e))?;
    } else if model.is_some() {
        crate::show::stderr("note: no model was asked for: --model COMMITMENT refuses all others");
    }
    if let (Some(expected), Some(path)) = (expected, &args.public) {
        same(&key, &values, &expected, path)?;
    }
    let named = values::of_key(&key, &values);
    let interface = key.interface();
    let text = format!(
        "accepted: {} verifies for circuit {} ({})\n\ndigest  {}\nkey     {}\n{}{}\n\
         public values\n{}",
        args.proof.display(),
        clean(&interface.name),
        millis(ms),
        key.circuit(),
        key.digest(),
        model.map(|m| format!("model   {m}\n")).unwrap_or_default(),
        interface.nondet.iter().map(nondet_line).collect::<String>(),
        values::to_text(&named),
    );
    Ok(Answer::yes(
        text,
        json!({
            "circuit": interface.name,
            "digest": key.circuit().to_string(),
            "verifying_key_digest": key.digest().to_string(),
            "model": interface.model,
            "model_commitment": model.map(|m| m.to_string()),
            "assumptions": interface.assumptions,
            "nondet": interface.nondet,
            "public": values::to_json(&named),
            "verify_ms": ms,
        }),
    ))
}

/// What the proof leaves open, in one line.
fn nondet_line(n: &zirc_runtime::NondetUse) -> String {
    let [function, hint, reason] = [&n.function, &n.hint, &n.reason].map(|t| clean(t));
    format!("nondet  {hint} in {function}: {reason}\n")
}

/// Public values, the model, and milliseconds.
type Verified = (Vec<Vec<Int>>, Option<ModelCommitment>, f64);

/// Verifies a proof file.
fn proof(path: &Path, bytes: &[u8], key: &VerifyingKey) -> Result<Verified, Error> {
    let file = ProofFile::decode(bytes).map_err(|e| Error::zirc_file(path, &e))?;
    let (verified, ms) = timed(|| verify_file(key, &file));
    verified.map_err(|e| Error::verify(path, &e))?;
    let values = key.interface().to_values(&file.public);
    let values = values.map_err(|e| Error::verify(path, &e.into()))?;
    Ok((values, file.proof.model_commitment(), ms))
}

/// Verifies a receipt.
fn receipt(path: &Path, bytes: Vec<u8>, key: &VerifyingKey) -> Result<Verified, Error> {
    let text = String::from_utf8(bytes).map_err(|_| Error::file(path, "not UTF-8"))?;
    let receipt = Receipt::from_json(&text).map_err(|e| Error::receipt(path, &e))?;
    let (verified, ms) = timed(|| receipt.verify(key));
    verified.map_err(|e| Error::receipt(path, &e))?;
    // They have just been read once.
    let number = |v: &String| v.parse::<Int>().map_err(|e| Error::file(path, e));
    let port = |p: &zirc_runtime::receipt::ReceiptPort| p.raw.iter().map(number).collect();
    let values = receipt.public.iter().map(port).collect::<Result<_, _>>()?;
    let model = receipt.model_commitment.as_deref().map(str::parse).transpose();
    Ok((values, model.map_err(|e| Error::zirc_file(path, &e))?, ms))
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
    };
    bind(&signature, &file.tensors).map_err(|errors| Error::Input { path: path.into(), errors })
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
