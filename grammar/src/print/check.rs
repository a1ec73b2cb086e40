//! Whether a formatted text is the same program: the printer may not be trusted with it.

use super::FormatError;
use crate::ast::Module;
use crate::lexical::significant;
use crate::node::Context;
use crate::parse::parse;
use crate::split::chunks;
use crate::token::{Kind, tokens};

/// Compares the tree of a text with that of what it was formatted to, and the comments with all
/// that stands between them.
pub(super) fn same(text: &str, mut tree: Module, out: &str) -> Result<(), FormatError> {
    let Ok(mut again) = parse(out, 0) else {
        return Err(FormatError::Changed("it does not parse"));
    };
    tree.forget_places();
    again.forget_places();
    if tree != again {
        return Err(FormatError::Changed("its tree differs"));
    }
    if written(text) != written(out) {
        return Err(FormatError::Changed("its comments or tokens differ"));
    }
    Ok(())
}

/// All that is written in a text but white space and commas; each comment and each line of
/// documentation ends in a line end.
fn written(text: &str) -> String {
    let all = tokens(text);
    let parser = significant(&Context::new(text, 0), &all);
    let chunks = chunks(text, &parser);
    let documentation: Vec<u32> = chunks
        .iter()
        .flat_map(|chunk| &chunk.tokens)
        .filter(|token| token.kind == Kind::Doc)
        .map(|token| token.start)
        .collect();
    let mut out = String::with_capacity(text.len());
    for token in all {
        let text = token.text(text);
        match token.kind {
            Kind::Space | Kind::Comma => {}
            Kind::Doc if documentation.binary_search(&token.start).is_ok() => {
                let text = text.trim_end().trim_start_matches('/');
                out.extend(["///", text.strip_prefix(' ').unwrap_or(text), "\n"]);
            }
            Kind::Comment | Kind::Doc => out.extend([text.trim_end(), "\n"]),
            _ => out.push_str(text),
        }
    }
    out
}
