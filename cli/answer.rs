//! What a command has to say in the end, and how it is said.

use crate::error::{Error, REJECTED};
use crate::show;
use serde_json::{Value, json};
use std::io::{ErrorKind, Write};

/// The outcome of a command that ran to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Whether the answer is yes; otherwise the exit code is 1.
    pub(crate) accepted: bool,
    /// For people.
    pub(crate) text: String,
    /// For machines: an object.
    pub(crate) json: Value,
}

impl Answer {
    /// The answer yes.
    pub(crate) fn yes(text: String, json: Value) -> Answer {
        Answer { accepted: true, text, json }
    }
}

/// A warning about no place of a program, in the form of one that is.
fn warning(title: String) -> Value {
    let none: [&str; 0] = [];
    json!({
        "severity": "warning",
        "code": null,
        "title": title,
        "labels": none,
        "notes": none,
        "help": null,
    })
}

/// Prints an outcome and says the exit code.
///
/// What it is about goes to standard output: the text, or one JSON object. What went wrong goes to
/// standard error, and into the JSON object too.
pub(crate) fn give(command: &str, result: Result<Answer, Error>, machine: bool) -> u8 {
    let (code, text, mut json) = match result {
        Ok(a) => (if a.accepted { 0 } else { REJECTED }, a.text, a.json),
        Err(e) => {
            e.print();
            (e.code(), String::new(), json!({ "error": e.to_json() }))
        }
    };
    show::diagnostic::print_codes();
    let text = if machine {
        if let Value::Object(fields) = &mut json {
            fields.insert("command".into(), command.into());
            fields.insert("ok".into(), (code == 0).into());
            fields.insert("code".into(), code.into());
            let told: Vec<Value> = show::warnings().into_iter().map(warning).collect();
            if !told.is_empty() {
                let all = fields.entry("warnings").or_insert_with(|| json!([]));
                all.as_array_mut().into_iter().for_each(|all| all.extend(told.clone()));
            }
        }
        format!("{json:#}\n")
    } else {
        text
    };
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => code,
        // Whoever reads has read enough: the exit code still stands.
        Err(e) if e.kind() == ErrorKind::BrokenPipe => code,
        Err(e) => {
            show::stderr(&format!("error: standard output: {e}"));
            code.max(crate::error::BAD_INPUT)
        }
    }
}
