//! Cuts a file's tokens into items, so that a mistake in one cannot hide the others.

use crate::token::{Kind, Token};

/// The tokens of one item, or what stands before the first.
#[derive(Debug)]
pub(crate) struct Chunk {
    /// The tokens; documentation only in front.
    pub(crate) tokens: Vec<Token>,
    /// Whether it begins as an item does.
    pub(crate) is_item: bool,
    /// The token that follows it in the file.
    pub(crate) next: Option<Token>,
}

/// Where an item's tokens begin, and its first keyword.
struct Start {
    head: usize,
    keyword: usize,
}

/// Cuts tokens without trivia into items. `///` lines that stand before no item are dropped
/// here; they stay comments to the printer.
pub(crate) fn chunks(source: &str, tokens: &[Token]) -> Vec<Chunk> {
    let starts = starts(source, tokens);
    let mut chunks = Vec::with_capacity(starts.len() + 1);
    let first = starts.first().map_or(tokens.len(), |start| start.head);
    let before: Vec<Token> = keep(tokens, 0, first, 0);
    if !before.is_empty() {
        chunks.push(Chunk { tokens: before, is_item: false, next: tokens.get(first).copied() });
    }
    for (i, start) in starts.iter().enumerate() {
        let end = starts.get(i + 1).map_or(tokens.len(), |next| next.head);
        let tokens_of = keep(tokens, start.head, end, start.keyword);
        chunks.push(Chunk { tokens: tokens_of, is_item: true, next: tokens.get(end).copied() });
    }
    chunks
}

/// The tokens of a range without documentation after `keyword`.
fn keep(tokens: &[Token], start: usize, end: usize, keyword: usize) -> Vec<Token> {
    let range = (start..end).zip(tokens.get(start..end).unwrap_or(&[]));
    range.filter(|(i, token)| token.kind != Kind::Doc || *i < keyword).map(|(_, t)| *t).collect()
}

/// Finds the items: a keyword that begins one, outside brackets or, where brackets do not
/// match, at the left margin.
fn starts(source: &str, tokens: &[Token]) -> Vec<Start> {
    let mut starts: Vec<Start> = Vec::new();
    let mut depth = 0_usize;
    // The run of documentation and attributes that the next keyword belongs to, and how deep
    // inside an attribute's brackets we are.
    let mut head: Option<usize> = None;
    let mut attribute: Option<usize> = None;
    let mut before = None;
    for (i, token) in tokens.iter().enumerate() {
        let kind = token.kind;
        let margin = token.start == 0
            || source.as_bytes().get(token.start as usize - 1).is_some_and(|b| *b == b'\n');
        // `fn test` has a keyword for a name and begins only one item.
        let named = !margin && before.is_some_and(Kind::begins_item) && before != Some(Kind::Pub);
        if kind.begins_item() && (margin || depth == 0) && !named {
            if before != Some(Kind::Pub) {
                starts.push(Start { head: head.unwrap_or(i), keyword: i });
            }
            (depth, head, attribute, before) = (0, None, None, Some(kind));
            continue;
        }
        before = Some(kind);
        let outer = depth;
        if kind.closer().is_some() {
            depth += 1;
        } else if kind.closes() {
            depth = depth.saturating_sub(1);
        }
        match (kind, attribute) {
            (_, Some(bottom)) => {
                if kind.closes() && depth <= bottom {
                    attribute = None;
                }
            }
            (Kind::Doc, None) => head = head.or(Some(i)),
            (Kind::Hash, None) => {
                head = head.or(Some(i));
                let opens = tokens.get(i + 1).is_some_and(|next| next.kind == Kind::OpenBracket);
                attribute = opens.then_some(outer);
            }
            (_, None) => head = None,
        }
    }
    starts
}
