//! `zirc verify`: accept a proof, or say why not.

mod snarkjs;

use crate::answer::Answer;
use crate::error::Error;
use crate::load::files::{RECEIPT_LIMIT, must_be_file, read_bytes};
use crate::load::inputs::Values;
use crate::show::line;
use crate::show::measure::timed;
use crate::show::number::millis;
use serde_json::json;
use std::path::{Path, PathBuf};
use zirc_circuit::{Digest, DigestError, Int};
use zirc_runtime::words::{Accepted, By, OtherValue, asked, same};
use zirc_runtime::{
    ModelCommitment, PostedResult, ProofFile, Receipt, VerifyingKey, verify_file, verify_model,
};

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
pub(crate) fn digest(text: &str) -> Result<Digest, DigestError> {
    text.parse()
}

/// Carries it out.
pub(crate) fn run(args: &Args) -> Result<Answer, Error> {
    let bytes = read_bytes(&args.proof, RECEIPT_LIMIT).map_err(|e| Error::file(&args.proof, e))?;
    if snarkjs::is_proof(&bytes) {
        return snarkjs::run(args, &bytes);
    }
    let trusted = args.vk.as_deref().map(load_key).transpose()?;
    if bytes.trim_ascii_start().first() == Some(&b'{') {
        let text = receipt_text(&args.proof, bytes)?;
        let trust = match (&trusted, args.key_digest) {
            (Some(key), _) => Trust::Key(key),
            (None, Some(digest)) => Trust::Digest(digest),
            (None, None) => return Err(no_trust(&args.proof, &text)),
        };
        let (receipt, key, verified) = check_receipt(&args.proof, &text, trust)?;
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

fn no_trust(path: &Path, text: &str) -> Error {
    let help = match Receipt::trust_help(text) {
        Ok(help) => help,
        Err(e) => return Error::receipt(path, &e),
    };
    let message = "a receipt is checked by a key that you trust: name its digest with --key-digest, or its file \
                   with --vk"
        .into();
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
    if let (Some(expected), Some(path)) = (&expected, &args.public) {
        let other = |e: OtherValue| {
            Error::Rejected(format!("{} in {}", line(&e.to_string()), path.display()))
        };
        same(key, values, expected).map_err(other)?;
    }
    let vk = args.vk.as_ref().map(|path| path.display().to_string());
    let accepted = Accepted {
        key,
        values,
        model,
        receipt,
        by: vk.as_deref().map_or(By::Digest, By::Key),
        model_asked: args.model.is_some(),
        public_asked: expected.is_some(),
    };
    let headline = accepted.headline(&args.proof.display().to_string());
    let text = format!("{headline} ({})\n\n{}", millis(ms), accepted.to_text());
    let mut json = accepted.to_json();
    json["verify_ms"] = json!(ms);
    Ok(Answer::yes(text, json))
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

/// The text of a receipt; nothing in it has been read but that it is no posted result.
pub(crate) fn receipt_text(path: &Path, bytes: Vec<u8>) -> Result<String, Error> {
    let text = String::from_utf8(bytes).map_err(|_| Error::file(path, "not UTF-8"))?;
    if PostedResult::is_one(&text) {
        let message = "a result that was posted without a proof: there is nothing to verify";
        return Err(Error::file(path, message));
    }
    Ok(text)
}

/// Reads and verifies a receipt, and gives the key that it was verified by. The key comes first: it says how much of
/// the text there is to read.
pub(crate) fn check_receipt(
    path: &Path,
    text: &str,
    trust: Trust<'_>,
) -> Result<(Receipt, VerifyingKey, Verified), Error> {
    let (checked, ms) = timed(|| {
        let key = match trust {
            Trust::Key(key) => key.clone(),
            Trust::Digest(digest) => Receipt::key_in(text, digest)?,
        };
        let receipt = Receipt::from_json_under(text, &key)?;
        receipt.verify(&key)?;
        // They have been read and compared.
        let (values, model) = receipt.contents()?;
        Ok((receipt, key, values, model))
    });
    let (receipt, key, values, model) = checked.map_err(|e| Error::receipt(path, &e))?;
    Ok((receipt, key, (values, model, ms)))
}

/// The public values of a file, for each public port of the key.
fn expected(key: &VerifyingKey, path: &Path) -> Result<Vec<Vec<Int>>, Error> {
    let file = Values::read(path)?;
    asked(key, &file.tensors).map_err(|errors| Error::Input { path: path.into(), errors })
}
