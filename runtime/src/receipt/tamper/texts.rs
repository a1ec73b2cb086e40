//! One text or number of the JSON, edited and nothing else.

use super::{Tampered, tampered};
use crate::receipt::Receipt;
use serde_json::Value;

/// An edit of every field but the notes: of lists of their first and last elements.
pub(super) fn edits(receipt: &Receipt) -> Vec<Tampered> {
    let json = serde_json::to_value(receipt).unwrap_or_default();
    let mut paths = vec![];
    leaves(&json, String::new(), &mut paths);
    let one = |path: &String| {
        let mut json = json.clone();
        let leaf = json.pointer_mut(path)?;
        let (change, other) = edited(leaf)?;
        *leaf = other;
        // An edit that is no receipt any more is refused before it is read.
        let receipt = serde_json::from_value(json).ok()?;
        Some(tampered(path.trim_start_matches('/').replace('/', "."), change, receipt))
    };
    let leaves = paths.iter().filter(|p| !p.starts_with("/notes")).filter_map(one);
    leaves.chain(lists(&json)).collect()
}

/// What is done to a list: whether it is another one then.
type Edit = (&'static str, fn(&mut Vec<Value>) -> bool);

/// Lists with elements left out, said twice and in another order: an assumption, a private input, a line of what is
/// not claimed.
fn lists(json: &Value) -> Vec<Tampered> {
    let edits: [Edit; 4] = [
        ("its last element is left out", |l| l.pop().is_some()),
        ("its first element is left out", |l| l.len() > 1 && l.drain(..1).next().is_some()),
        ("its last element is there twice", |l| {
            l.last().cloned().map(|last| l.push(last)).is_some()
        }),
        ("its first and last elements are exchanged", |l| {
            let end = l.len().saturating_sub(1);
            l.swap(0, end);
            l.first() != l.last()
        }),
    ];
    let mut paths = vec![];
    arrays(json, String::new(), &mut paths);
    let one = |(path, (change, edit)): (&String, &Edit)| {
        let mut json = json.clone();
        edit(json.pointer_mut(path)?.as_array_mut()?).then_some(())?;
        let receipt = serde_json::from_value(json).ok()?;
        Some(tampered(path.trim_start_matches('/').replace('/', "."), *change, receipt))
    };
    let all = paths.iter().flat_map(|path| edits.iter().map(move |edit| (path, edit)));
    all.filter_map(one).collect()
}

/// Where lists with elements are, of those in lists the first and the last.
fn arrays(v: &Value, at: String, out: &mut Vec<String>) {
    match v {
        Value::Object(o) => o.iter().for_each(|(k, v)| arrays(v, format!("{at}/{k}"), out)),
        Value::Array(a) if !a.is_empty() => {
            let ends = [0, a.len() - 1];
            let some = a.iter().enumerate().filter(|(k, _)| ends.contains(k));
            some.for_each(|(k, v)| arrays(v, format!("{at}/{k}"), out));
            out.push(at);
        }
        _ => {}
    }
}

fn leaves(v: &Value, at: String, out: &mut Vec<String>) {
    match v {
        Value::Object(o) => o.iter().for_each(|(k, v)| leaves(v, format!("{at}/{k}"), out)),
        Value::Array(a) => {
            let ends = [0, a.len().saturating_sub(1)];
            let some = a.iter().enumerate().filter(|(k, _)| ends.contains(k));
            some.for_each(|(k, v)| leaves(v, format!("{at}/{k}"), out));
        }
        _ => out.push(at),
    }
}

/// Another value of the same kind.
fn edited(v: &Value) -> Option<(String, Value)> {
    match v {
        Value::String(s) => {
            let last = s.chars().last();
            let other = if last == Some('1') { '2' } else { '1' };
            let mut text: String = s.chars().take(s.chars().count().saturating_sub(1)).collect();
            text.push(other);
            let shown = last.map_or("nothing".into(), |c| format!("`{c}`"));
            Some((format!("its last character {shown} is `{other}`"), text.into()))
        }
        Value::Number(n) => {
            let n = n.as_u64()?;
            Some((format!("{n} is {}", n + 1), (n + 1).into()))
        }
        Value::Bool(b) => Some((format!("{b} is {}", !b), (!b).into())),
        _ => None,
    }
}
