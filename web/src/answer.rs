//! What JavaScript is told: one JSON object.

use serde::Serialize;
use serde_json::{Value, json};
use zirc_runtime::input::InputError;
use zirc_runtime::words::line;

/// Why there is no answer, as a thrown error has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Refusal(Box<Said>);

/// What is said of a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Said {
    /// A word for programs, as `zirc --json` has it.
    kind: Kind,
    /// What is wrong.
    message: String,
    /// The part of a receipt that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<String>,
    /// What may be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    /// The line of the program that asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// All that is wrong with inputs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<String>,
}

/// What kind of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// A call that makes no sense.
    Usage,
    /// Bytes that are not what they should be.
    File,
    /// Values that do not fit.
    Input,
    /// An assertion that these inputs do not survive.
    #[cfg(feature = "prover")]
    Assertion,
    /// Memory does not suffice.
    #[cfg(feature = "prover")]
    Memory,
    /// What does not prove what it should.
    Rejected,
}

impl Refusal {
    /// Of a kind, with a message of one line.
    pub(crate) fn new(kind: Kind, message: impl ToString) -> Refusal {
        let message = line(&message.to_string());
        let said = Said { kind, message, part: None, help: None, place: None, errors: vec![] };
        Refusal(Box::new(said))
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Refusal {
        self.0.help = Some(help.into());
        self
    }

    pub(crate) fn part(mut self, part: impl AsRef<str>) -> Refusal {
        self.0.part = Some(line(part.as_ref()));
        self
    }

    #[cfg(feature = "prover")]
    pub(crate) fn place(mut self, place: impl AsRef<str>) -> Refusal {
        self.0.place = Some(line(place.as_ref()));
        self
    }

    /// Values that do not fit, each with what is wrong with it.
    pub(crate) fn input(message: &str, errors: &[InputError]) -> Refusal {
        let mut refusal = Refusal::new(Kind::Input, message);
        refusal.0.errors = errors.iter().map(|e| line(&e.to_string())).collect();
        refusal
    }
}

/// As JSON.
pub(crate) fn text(answer: Result<Value, Refusal>) -> String {
    match answer {
        Ok(value) => json!({ "ok": value }),
        Err(refusal) => json!({ "error": refusal }),
    }
    .to_string()
}
