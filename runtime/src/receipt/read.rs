//! A receipt's text, of which no more is kept than a receipt under its reader's key can have.
//!
//! A text of many megabytes can be JSON of the right layout and hold ten million values, which take some hundred
//! bytes each once they are apart. How many there may be follows from the key; so that is found first, values are
//! counted without being kept, and only then is the text read as a receipt.

use super::hexadecimal::unhex;
use super::{LAYOUT, Receipt, ReceiptError, words};
use crate::keys::VerifyingKey;
use crate::words::line;
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;
use zirc_circuit::Digest;

/// Values of a receipt that are there once, whatever it is about, with some to spare.
const FIXED: usize = 64;

/// What tells the key of a receipt.
#[derive(Deserialize)]
struct Head<'t> {
    verifying_key_digest: String,
    #[serde(borrow)]
    verifying_key: Cow<'t, str>,
}

impl Receipt {
    /// Reads JSON; no statement in it has been checked yet. It takes memory for all that the text has: of a text
    /// from anybody, [`Receipt::from_json_under`] keeps less.
    ///
    /// # Errors
    /// [`ReceiptError::Version`] for a layout of another version, and [`ReceiptError::Json`] for all else
    /// that is no receipt, also for fields that are not known or given twice.
    pub fn from_json(text: &str) -> Result<Receipt, ReceiptError> {
        has_layout(text)?;
        parse(text)
    }

    /// The same of a receipt that is to be checked by this key, which says how many values there can be.
    ///
    /// # Errors
    /// As [`Receipt::from_json`], [`ReceiptError::OtherKey`], and [`ReceiptError::TooMany`] before more is read.
    pub fn from_json_under(text: &str, key: &VerifyingKey) -> Result<Receipt, ReceiptError> {
        has_layout(text)?;
        let got = head(text)?.verifying_key_digest;
        let expected = key.digest().to_string();
        if got != expected {
            return Err(ReceiptError::OtherKey { expected, got });
        }
        let (most, Count(got)) = (most_values(key), parse(text)?);
        if got > most {
            return Err(ReceiptError::TooMany { most, got });
        }
        parse(text)
    }

    /// The key in the text of a receipt, if it has the digest that the reader trusts.
    ///
    /// # Errors
    /// As [`Receipt::from_json`], [`ReceiptError::OtherKey`], and [`ReceiptError::Key`] for a key that is none.
    pub fn key_in(text: &str, trusted: Digest) -> Result<VerifyingKey, ReceiptError> {
        has_layout(text)?;
        let Head { verifying_key: hex, .. } = head(text)?;
        let bytes = unhex(&hex, hex.len() / 2).ok_or(ReceiptError::KeyText)?;
        let key = VerifyingKey::decode(&bytes).map_err(ReceiptError::Key)?;
        if key.digest() != trusted {
            let (expected, got) = (trusted.to_string(), key.digest().to_string());
            return Err(ReceiptError::OtherKey { expected, got });
        }
        Ok(key)
    }

    /// The digest of the key that the text of a receipt names, as it stands there.
    ///
    /// # Errors
    /// As [`Receipt::from_json`].
    pub fn digest_in(text: &str) -> Result<String, ReceiptError> {
        has_layout(text)?;
        Ok(head(text)?.verifying_key_digest)
    }

    /// What somebody is told who trusts no key yet, of the text of a receipt.
    ///
    /// # Errors
    /// As [`Receipt::from_json`].
    pub fn trust_help(text: &str) -> Result<String, ReceiptError> {
        Ok(format!(
            "the receipt says {}; have the digest from somebody you trust, or make the key yourself",
            line(&Self::digest_in(text)?)
        ))
    }
}

/// Another version has other fields: its number is the better answer.
fn has_layout(text: &str) -> Result<(), ReceiptError> {
    #[derive(Deserialize)]
    struct Any {
        receipt: u32,
    }
    let any: Any = parse(text)?;
    match any.receipt {
        LAYOUT => Ok(()),
        got => Err(ReceiptError::Version { expected: LAYOUT, got }),
    }
}

fn head(text: &str) -> Result<Head<'_>, ReceiptError> {
    serde_json::from_str(text).map_err(wrong)
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, ReceiptError> {
    serde_json::from_str(text).map_err(wrong)
}

fn wrong(e: serde_json::Error) -> ReceiptError {
    ReceiptError::Json { message: e.to_string() }
}

/// Most values that the JSON of a receipt under a key has, lists and objects among them.
fn most_values(key: &VerifyingKey) -> usize {
    let i = key.interface();
    let public = i.public.iter().map(|p| 8 + p.shape.len() + 3 * p.len());
    let hidden = i.hidden.iter().map(|p| 5 + p.shape.len());
    let texts = i.assumptions.len() + i.claims.len() + i.independent_of.len();
    let listed = 4 * i.model.len() + 4 * i.nondet.len() + texts + words::NOT_CLAIMED.len();
    FIXED + listed + public.chain(hidden).sum::<usize>()
}

/// How many values a JSON text has, none of which is kept.
struct Count(usize);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Count, D::Error> {
        source.deserialize_any(Counter)
    }
}

struct Counter;

impl<'de> Visitor<'de> for Counter {
    type Value = Count;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Count, E> {
        Ok(Count(1))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Count, E> {
        Ok(Count(1))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Count, E> {
        Ok(Count(1))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Count, E> {
        Ok(Count(1))
    }

    fn visit_str<E>(self, _: &str) -> Result<Count, E> {
        Ok(Count(1))
    }

    fn visit_unit<E>(self) -> Result<Count, E> {
        Ok(Count(1))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Count, A::Error> {
        let mut all = 1;
        while let Some(Count(n)) = list.next_element()? {
            all += n;
        }
        Ok(Count(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Count, A::Error> {
        let mut all = 1;
        while let Some((_, Count(n))) = map.next_entry::<IgnoredAny, Count>()? {
            all += n;
        }
        Ok(Count(all))
    }
}
