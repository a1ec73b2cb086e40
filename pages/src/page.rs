//! The part of a page that is about one item.

use crate::item::Item;
use std::fmt::Write;

/// Name, signature and documentation.
#[must_use]
pub fn section(item: &Item) -> String {
    let mut out = format!("\n## {}\n\n```text\n{}\n```\n\n", plain(&item.name), item.signature);
    for line in &item.doc {
        let _ = writeln!(out, "{}", plain(line));
    }
    out
}

/// Text of a doc comment in which nothing but code in backquotes means anything to Markdown.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    for c in text.chars() {
        code ^= c == '`';
        if !code && matches!(c, '*' | '_' | '<' | '>' | '[' | ']' | '|' | '\\' | '#') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_no_markup() {
        assert_eq!(plain("y[o] = Σ_i x*w < 3"), "y\\[o\\] = Σ\\_i x\\*w \\< 3");
        assert_eq!(plain("as `q_0[1]` and a_b"), "as `q_0[1]` and a\\_b");
    }
}
