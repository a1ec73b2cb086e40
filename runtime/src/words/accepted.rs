//! What a reader is told of a proof that was accepted: what was checked, what is only repeated, what is not claimed.

use super::{Named, assumption, clean, line};
use crate::keys::{KeyCeremony, NondetUse, VerifyingKey};
use crate::model::ModelCommitment;
use crate::receipt::Receipt;
use serde_json::{Value, json};
use zirc_circuit::Int;

/// A proof that was accepted, and by what. Nothing is checked here any more.
#[derive(Clone, Debug)]
pub struct Accepted<'a> {
    /// The key that it was verified by.
    pub key: &'a VerifyingKey,
    /// Raw public values.
    pub values: &'a [Vec<Int>],
    /// The commitment to the model that it is about.
    pub model: Option<ModelCommitment>,
    /// The receipt that it came in.
    pub receipt: Option<&'a Receipt>,
    /// Which key that is.
    pub by: By<'a>,
    /// Whether a model was asked for, and is that of the proof.
    pub model_asked: bool,
    /// Whether public values were asked for, and are those of the proof.
    pub public_asked: bool,
}

/// The key that a proof was verified by.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// The one in the receipt, whose digest the reader knew.
    Digest,
    /// One that the reader has, called so.
    Key(&'a str),
}

/// Lines under a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What they are.
    pub title: &'static str,
    /// Each safe to show, on one line.
    pub lines: Vec<String>,
}

impl Accepted<'_> {
    /// That it was, of something that is called so.
    #[must_use]
    pub fn headline(&self, what: &str) -> String {
        let circuit = line(&self.key.interface().name);
        format!("accepted: {} verifies for circuit {circuit}", line(what))
    }

    /// All else that is said of it.
    #[must_use]
    pub fn to_text(&self) -> String {
        let statement = self.receipt.map(|r| format!("{}\n\n", clean(&r.statement)));
        let model = self.model.map(|m| format!("model   {m}\n"));
        let mut out = format!(
            "{}digest  {}\nkey     {}\n{}{}\npublic values\n{}",
            statement.unwrap_or_default(),
            self.key.circuit(),
            self.key.digest(),
            model.unwrap_or_default(),
            self.key.interface().nondet.iter().map(nondet_line).collect::<String>(),
            Named::to_text(&Named::of_key(self.key, self.values)),
        );
        for Section { title, lines } in self.sections() {
            out.push_str(&format!("\n{title}\n"));
            lines.iter().for_each(|line| out.push_str(&format!("  {line}\n")));
        }
        out
    }

    /// Of a receipt, what was checked, what is only repeated, and what is not claimed.
    #[must_use]
    pub fn sections(&self) -> Vec<Section> {
        let Some(receipt) = self.receipt else { return vec![] };
        let notes = [
            ("made by zirc", Some(&receipt.notes.zirc)),
            ("fidelity", receipt.notes.fidelity.as_ref()),
        ];
        let notes = notes.into_iter().filter_map(|(name, note)| Some((name, note?)));
        // Whoever has committed to a model under this key has receipts about it.
        let unasked = self.model.is_some() && !self.model_asked;
        let unasked = unasked.then(|| "that the model is a certain one: any other would do".into());
        let shown = |all: &[String]| all.iter().map(|text| line(text)).collect::<Vec<_>>();
        let all = [
            ("checked", self.checked()),
            ("not asked for", unasked.into_iter().collect()),
            (
                "repeated, and bound by nothing",
                notes.map(|(name, note)| format!("{name}: {}", line(note))).collect(),
            ),
            ("the key was made by", vec![line(&receipt.key_made_by)]),
            ("claims", shown(&receipt.claims)),
            ("no output depends on", shown(&receipt.independent_of)),
            ("assumptions", receipt.assumptions.iter().map(|text| assumption(text)).collect()),
            ("not claimed", shown(&receipt.not_claimed)),
        ];
        let some = all.into_iter().filter(|(_, lines)| !lines.is_empty());
        some.map(|(title, lines)| Section { title, lines }).collect()
    }

    fn checked(&self) -> Vec<String> {
        let by = match self.by {
            By::Key(name) => format!("the key of {}", line(name)),
            By::Digest => "the key in the receipt, whose digest you gave".into(),
        };
        let mut out = vec![
            format!("the proof, by {by}"),
            "that all fields of the receipt but `notes` are what that key, the values and the proof say".into(),
        ];
        if self.model_asked {
            out.push("that the model is the one of the commitment that you asked for".into());
        }
        if self.public_asked {
            out.push("that the public values are those that you asked for".into());
        }
        out
    }

    /// For machines.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let (interface, receipt) = (self.key.interface(), self.receipt);
        json!({
            "circuit": interface.name,
            "digest": self.key.circuit().to_string(),
            "verifying_key_digest": self.key.digest().to_string(),
            "model": interface.model,
            "model_commitment": self.model.map(|m| m.to_string()),
            "claims": interface.claims,
            "independent_of": interface.independent_of,
            "assumptions": interface.assumptions,
            "nondet": interface.nondet,
            "public": Named::to_json(&Named::of_key(self.key, self.values)),
            "statement": receipt.map(|r| &r.statement),
            "key_made_by": receipt.map(|r| &r.key_made_by),
            "key_ceremony": self.key.ceremony().map(KeyCeremony::from),
            "not_claimed": receipt.map(|r| &r.not_claimed),
            "notes": receipt.map(|r| &r.notes),
        })
    }
}

/// What the proof leaves open, in one line.
fn nondet_line(n: &NondetUse) -> String {
    let [function, hint, reason] = [&n.function, &n.hint, &n.reason].map(|t| line(t));
    format!("nondet  {hint} in {function}: {reason}\n")
}
