//! Where two receipts differ first, in words that need no knowledge of the code.

use super::Receipt;
use serde_json::Value;

/// Characters of a value that are shown.
const SHOWN: usize = 80;

/// The first part in which a receipt is not what is expected, what it should be, and what it is.
pub(super) fn first_difference(
    expected: &Receipt,
    got: &Receipt,
) -> Option<(String, String, String)> {
    if expected == got {
        return None;
    }
    let value = |r: &Receipt| serde_json::to_value(r).unwrap_or_default();
    let (part, expected, got) = within("", &value(expected), &value(got))?;
    Some((part, shown(&expected), shown(&got)))
}

/// A path to the first difference of two values, and the two there.
fn within(path: &str, expected: &Value, got: &Value) -> Option<(String, Value, Value)> {
    match (expected, got) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|k| !a.contains_key(*k)));
            let at = |k: &String| {
                let nothing = &Value::Null;
                let (a, b) = (a.get(k).unwrap_or(nothing), b.get(k).unwrap_or(nothing));
                let path = if path.is_empty() { k.clone() } else { format!("{path}.{k}") };
                within(&path, a, b)
            };
            keys.into_iter().find_map(at)
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let at = |(k, (a, b)): (usize, (&Value, &Value))| {
                let named = a.get("name").and_then(Value::as_str).filter(|_| path == "public");
                let here = match named {
                    Some(name) => format!("public tensor `{name}`"),
                    None => format!("{path}[{k}]"),
                };
                within(&here, a, b)
            };
            a.iter().zip(b).enumerate().find_map(at)
        }
        (Value::Array(a), Value::Array(b)) => {
            Some((format!("length of {path}"), a.len().into(), b.len().into()))
        }
        (a, b) => (a != b).then(|| (path.to_owned(), a.clone(), b.clone())),
    }
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => "nothing".into(),
        Value::String(s) if s.is_empty() => "an empty text".into(),
        Value::String(s) => s.clone(),
        other => other.to_string(),
    };
    if text.chars().count() <= SHOWN {
        return text;
    }
    let start: String = text.chars().take(SHOWN).collect();
    format!("{start}… ({} characters)", text.chars().count())
}
