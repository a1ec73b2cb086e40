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
    leaves.chain(lists(receipt)).collect()
}

/// A field, and what leaves out a part of it, if there is one.
type Edit = (&'static str, fn(&mut Receipt) -> bool);

/// What a list says, left out: an assumption, a private input, a line of what is not claimed.
fn lists(receipt: &Receipt) -> Vec<Tampered> {
    let edits: [Edit; 8] = [
        ("claims", |r| r.claims.pop().is_some()),
        ("independent_of", |r| r.independent_of.pop().is_some()),
        ("assumptions", |r| r.assumptions.pop().is_some()),
        ("nondet", |r| r.nondet.pop().is_some()),
        ("not_claimed", |r| r.not_claimed.pop().is_some()),
        ("private", |r| r.private.pop().is_some()),
        ("model", |r| r.model.pop().is_some()),
        ("public", |r| r.public.pop().is_some()),
    ];
    let one = |(part, edit): Edit| {
        let mut receipt = receipt.clone();
        edit(&mut receipt).then(|| tampered(part, "its last element is left out", receipt))
    };
    edits.into_iter().filter_map(one).collect()
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
