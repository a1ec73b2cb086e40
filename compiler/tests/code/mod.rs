//! Rust code as far as paths go: words and signs, and which names are asked of the crate's root.

use std::collections::BTreeMap;

/// The words and signs of code, without comments and literals.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = text;
    let mut all = vec![];
    while let Some(first) = rest.chars().next() {
        let raw = rest.strip_prefix('r').map(|r| (r.trim_start_matches('#'), r));
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some((quoted, hashes)) = raw.filter(|(quoted, _)| quoted.starts_with('"')) {
            let hashes = &hashes[..hashes.len() - quoted.len()];
            let start = 2 + hashes.len();
            let end = format!("\"{hashes}");
            rest[start..].find(&end).map_or(rest.len(), |at| start + at + end.len())
        } else if first == '"' {
            literal(rest, '"')
        } else if first == '\'' {
            // A lifetime is no literal.
            let closed = rest.starts_with("'\\") || rest.chars().nth(2) == Some('\'');
            if closed { literal(rest, '\'') } else { 1 }
        } else {
            let length = rest.find(|c| !word(c)).unwrap_or(rest.len()).max(first.len_utf8());
            if !first.is_whitespace() {
                all.push(&rest[..length]);
            }
            length
        };
        rest = &rest[length..];
    }
    all
}

/// The bytes of a literal between two of these signs.
fn literal(text: &str, end: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == end && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

/// Code without what is only there for tests, and the modules among that.
pub(crate) fn without_tests<'t>(tokens: &[&'t str]) -> (Vec<&'t str>, Vec<&'t str>) {
    const TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut code, mut modules) = (vec![], vec![]);
    let mut rest = tokens;
    while let Some(first) = rest.first() {
        let Some(item) = rest.strip_prefix(&TEST[..]) else {
            code.push(*first);
            rest = &rest[1..];
            continue;
        };
        let mut depth = 0;
        let end = item.iter().position(|t| {
            depth +=
                i32::from(["{", "(", "["].contains(t)) - i32::from(["}", ")", "]"].contains(t));
            depth == 0 && (*t == ";" || *t == "}")
        });
        if let ["mod", name, ";", ..] = item {
            modules.push(*name);
        }
        rest = &item[end.map_or(item.len(), |end| end + 1)..];
    }
    (code, modules)
}

/// Names that the root passes on, with the rooms that they come from: `pub use room::{Name, Other};`.
pub(crate) fn passed_on<'t>(tokens: &[&'t str]) -> BTreeMap<&'t str, &'t str> {
    let mut all = BTreeMap::new();
    for (k, pair) in tokens.windows(2).enumerate() {
        let ["pub", "use"] = pair else { continue };
        let path = tokens[k + 2..].split(|t| *t == ";").next().unwrap_or_default();
        let Some(room) = path.first() else { continue };
        let last = |k: usize| path.get(k + 1).is_none_or(|next| [",", "}"].contains(next));
        all.extend((0..path.len()).filter(|k| last(*k)).map(|k| (path[k], *room)));
    }
    all
}

/// The types that code declares.
pub(crate) fn declared<'t>(tokens: &[&'t str]) -> Vec<&'t str> {
    let kinds = ["struct", "enum", "union", "type"];
    tokens.windows(2).filter(|pair| kinds.contains(&pair[0])).map(|pair| pair[1]).collect()
}

/// The types that code gives methods of their own, beside those of traits: `impl<'a> Name<'a> { … }`.
pub(crate) fn extended<'t>(tokens: &[&'t str]) -> Vec<&'t str> {
    let mut all = vec![];
    for (k, _) in tokens.iter().enumerate().filter(|(_, t)| **t == "impl") {
        // Elsewhere it is a type.
        if k > 0 && !["}", "{", ";", "]"].contains(&tokens[k - 1]) {
            continue;
        }
        let mut depth = 0;
        let mut plain = vec![];
        for pair in tokens[k..].windows(2).take_while(|pair| pair[1] != "{") {
            let closes = pair[1] == ">" && pair[0] != "-";
            depth += i32::from(pair[1] == "<") - i32::from(closes);
            if depth == 0 && !closes {
                plain.push(pair[1]);
            }
        }
        if !plain.contains(&"for") {
            all.extend(plain.split(|t| *t == "where").next().and_then(<[_]>::last));
        }
    }
    all
}

/// The first names behind `crate::`, and behind as many `super::` as lead from a file at this depth to the root.
pub(crate) fn names_at_the_root<'t>(tokens: &[&'t str], depth: usize) -> Vec<&'t str> {
    let mut all = vec![];
    let mut up = 0;
    let mut rest = tokens;
    while let Some(first) = rest.first() {
        let is_path = rest[1..].starts_with(&[":", ":"]);
        up = if *first == "super" && is_path { up + 1 } else { 0 };
        let at_the_root = (*first == "crate" && is_path) || up == depth;
        rest = &rest[if is_path { 3 } else { 1 }..];
        if !at_the_root {
            continue;
        }
        match rest.first() {
            Some(&"{") => {
                let mut level = 0;
                for pair in rest.windows(2) {
                    level += i32::from(pair[0] == "{") - i32::from(pair[0] == "}");
                    if level == 0 {
                        break;
                    }
                    if level == 1 && ["{", ","].contains(&pair[0]) {
                        all.push(pair[1]);
                    }
                }
            }
            name => all.extend(name),
        }
    }
    all
}
