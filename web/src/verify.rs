//! `verify`: accept a receipt, or say why not.

use crate::answer::{Kind, Refusal};
use crate::inputs;
use serde::Deserialize;
use serde_json::{Value, json};
use zirc_circuit::Digest;
use zirc_runtime::words::{Accepted, By, Section, asked, same};
use zirc_runtime::{
    ModelCommitment, Receipt, ReceiptError, VerifyError, VerifyingKey, verify_model,
};

/// Most bytes of a receipt. What is made of it in memory is some ten times as much.
const LIMIT: usize = 64 << 20;

/// What a reader asks for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Asked {
    key_digest: Option<String>,
    model: Option<String>,
    public: Option<String>,
}

/// Verifies it by the digest of the key that is trusted, or by that key.
pub(crate) fn verify(bytes: &[u8], wanted: &str, key: Option<&[u8]>) -> Result<Value, Refusal> {
    let wanted: Asked = serde_json::from_str(wanted).map_err(|e| Refusal::new(Kind::Usage, e))?;
    let model = wanted.model.as_deref().map(commitment).transpose()?;
    let text = text_of(bytes)?;
    let by = if key.is_some() { By::Key("the reader") } else { By::Digest };
    let key = match (key, &wanted.key_digest) {
        (Some(key), None) => {
            let key = VerifyingKey::decode(key);
            let key =
                key.map_err(|e| Refusal::new(Kind::File, format!("the verifying key: {e}")))?;
            Ok(key)
        }
        (None, Some(digest)) => Receipt::key_in(text, parse(digest)?),
        (None, None) => return Err(no_trust(text)),
        (Some(_), Some(_)) => {
            return Err(Refusal::new(Kind::Usage, "give the key or its digest, not both"));
        }
    };
    let key = key.map_err(|e| refused(&e))?;
    // The key says how much of the text there is to read.
    let receipt = Receipt::from_json_under(text, &key).map_err(|e| refused(&e))?;
    receipt.verify(&key).map_err(|e| refused(&e))?;
    let (values, named) = receipt.contents().map_err(|e| refused(&e))?;
    if let Some(model) = model {
        verify_model(named, model).map_err(|e| refused(&ReceiptError::Verify(e)))?;
    }
    if let Some(text) = &wanted.public {
        let expected = asked(&key, &inputs::read(text.as_bytes())?);
        let expected = expected.map_err(|errors| {
            Refusal::input("the values do not fit the receipt's public tensors", &errors)
        })?;
        let other = same(&key, &values, &expected);
        other.map_err(|e| {
            Refusal::new(Kind::Rejected, format!("{e} in what was asked for")).part("public")
        })?;
    }
    Ok(told(&Accepted {
        key: &key,
        values: &values,
        model: named,
        receipt: Some(&receipt),
        by,
        model_asked: model.is_some(),
        public_asked: wanted.public.is_some(),
    }))
}

/// The fields of `zirc verify --json`, and the words of `zirc verify`, whole and in sections.
fn told(accepted: &Accepted<'_>) -> Value {
    let mut out = accepted.to_json();
    let section = |Section { title, lines }: Section| json!({ "title": title, "lines": lines });
    out["headline"] = accepted.headline("the receipt").into();
    out["sections"] = accepted.sections().into_iter().map(section).collect();
    out["text"] = accepted.to_text().into();
    out
}

fn text_of(bytes: &[u8]) -> Result<&str, Refusal> {
    if bytes.len() > LIMIT {
        let message = format!("too large: {} bytes, the limit is {LIMIT}", bytes.len());
        return Err(Refusal::new(Kind::File, message).part("receipt"));
    }
    let text = std::str::from_utf8(bytes);
    text.map_err(|_| Refusal::new(Kind::File, "not UTF-8").part("receipt"))
}

fn parse(digest: &str) -> Result<Digest, Refusal> {
    digest.parse().map_err(|e| Refusal::new(Kind::Usage, format!("keyDigest: {e}")))
}

fn commitment(text: &str) -> Result<ModelCommitment, Refusal> {
    let message = "model: expected 64 lowercase hexadecimal digits, of a point";
    text.parse().map_err(|_| Refusal::new(Kind::Usage, message))
}

fn no_trust(text: &str) -> Refusal {
    let help = match Receipt::trust_help(text) {
        Ok(help) => help,
        Err(e) => return refused(&e),
    };
    let message = "a receipt is checked by a key that you trust: name its digest as keyDigest, or give its file as key";
    Refusal::new(Kind::Usage, message).help(help)
}

/// What is no receipt at all is bad input; one of which any part is not what it should be is rejected.
fn refused(e: &ReceiptError) -> Refusal {
    let kind = match e {
        ReceiptError::Json { .. } | ReceiptError::Version { .. } => Kind::File,
        ReceiptError::Verify(VerifyError::WrongCircuit { .. } | VerifyError::WrongKey { .. }) => {
            Kind::File
        }
        _ => Kind::Rejected,
    };
    Refusal::new(kind, e).part(e.part())
}
