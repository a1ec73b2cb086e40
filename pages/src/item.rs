//! What a page is about: the items of a file.

use zirc_grammar::ast::{self, ItemKind, Span};
use zirc_grammar::{Piece, parse_tolerant, pieces, signature};

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Has a cost for each instance.
    Function,
    /// Is proved.
    Circuit,
    /// A struct, a type or a constant: costs nothing by itself.
    Other,
}

/// An item.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its module, such as `nn::relu`.
    pub module: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// As the printer writes it, without the body.
    pub signature: String,
    /// Lines of its documentation.
    pub doc: Vec<String>,
    /// What the parser made of it.
    pub parsed: ast::Item,
}

/// The items of a module's text that are wanted, in order. Tests and `use` are none; what does not parse is left
/// out, since the compiler says why.
#[must_use]
pub fn items(module: &str, text: &str, wanted: impl Fn(&ast::Item) -> bool) -> Vec<Item> {
    let (ast, _) = parse_tolerant(text, 0);
    let of = |item: ast::Item| {
        let (name, kind) = match &item.kind {
            ItemKind::Fn(f) => (&f.name, Kind::Function),
            ItemKind::Circuit(f) => (&f.name, Kind::Circuit),
            ItemKind::CircuitAlias { name, .. } => (name, Kind::Circuit),
            ItemKind::Struct { name, .. }
            | ItemKind::TypeAlias { name, .. }
            | ItemKind::Const { name, .. } => (name, Kind::Other),
            _ => return None,
        };
        Some(Item {
            module: module.to_owned(),
            name: name.name.clone(),
            kind,
            signature: signature(text, &item),
            doc: item.doc.clone(),
            parsed: item,
        })
    };
    ast.items.into_iter().filter(wanted).filter_map(of).collect()
}

/// A piece of source on one line, as it would be written there: without what only a list over several
/// lines has, spaces inside of its brackets and a comma behind its last element.
#[must_use]
pub fn on_one_line(text: &str, span: Span) -> String {
    let piece = text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let mut out = String::new();
    let mut held = "";
    for piece in pieces(piece) {
        match (piece, piece.text()) {
            (Piece::Space, _) if held == "," => held = ", ",
            (Piece::Space, _) if out.ends_with(['(', '[']) || out.ends_with("::<") => {}
            (Piece::Space, _) => held = " ",
            (_, ",") => held = ",",
            (_, token) => {
                let ends = [")", "]"].contains(&token) || (token == ">" && held == ", ");
                out.push_str(if ends { "" } else { held });
                out.push_str(token);
                held = "";
            }
        }
    }
    out
}

/// The line where a span starts, from 1.
#[must_use]
pub fn line_of(text: &str, span: Span) -> usize {
    let before = text.get(..span.start as usize).unwrap_or_default();
    1 + before.bytes().filter(|&b| b == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_over_several_lines_on_one() {
        let text = "f::<\n    3, N > 1,\n>(\n    for i < 4 { [1, 2] },\n    g(a,b),\n)";
        let span = Span { file: 0, start: 0, end: text.len() as u32 };
        assert_eq!(on_one_line(text, span), "f::<3, N > 1>(for i < 4 { [1, 2] }, g(a,b))");
    }
}
