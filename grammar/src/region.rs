//! Finds the statement around a mistake.

use std::ops::Range;

use crate::token::{Kind, Token};

/// The tokens of the innermost statement around the token `at`, if it is in a block. The
/// brackets must match.
pub(crate) fn region(tokens: &[Token], at: usize) -> Option<Range<usize>> {
    if !has_body(tokens) {
        return None;
    }
    let frames = frames(tokens, at);
    let block = frames.iter().rposition(|frame| frame.kind == Kind::OpenBrace)?;
    let start = frames.get(block)?.start;
    let inside = frames.len() - 1 - block;
    let found = tokens.get(at)?;
    // A keyword that begins a statement where the one before has not ended: only that one is
    // lost.
    let end = if inside == 0 && found.kind.begins_statement() && start < at {
        at
    } else {
        end(tokens, at, inside)
    };
    let known = end == start + 1 && tokens.get(start).is_some_and(|t| t.kind == Kind::BadStatement);
    (start < end && !known).then_some(start..end)
}

/// Whether the braces of an item hold statements.
fn has_body(tokens: &[Token]) -> bool {
    let mut kinds = tokens.iter().map(|token| token.kind);
    let keyword = kinds.find(|kind| kind.begins_item() && *kind != Kind::Pub);
    matches!(keyword, Some(Kind::Fn | Kind::Circuit | Kind::Test | Kind::Const))
}

/// A bracket that is open, and where the statement in it begins.
struct Frame {
    kind: Kind,
    start: usize,
}

/// The brackets that are open before the token `at`.
fn frames(tokens: &[Token], at: usize) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    for (i, token) in tokens.iter().enumerate().take(at) {
        let kind = token.kind;
        if kind.closer().is_some() {
            frames.push(Frame { kind, start: i + 1 });
            continue;
        }
        if kind.closes() {
            frames.pop();
        }
        let Some(frame) = frames.last_mut() else { continue };
        let attribute = tokens.get(frame.start).is_some_and(|t| t.kind == Kind::Hash)
            && i.checked_sub(1).and_then(|i| tokens.get(i)).is_some_and(|t| t.kind.closes());
        let first = tokens.get(frame.start).map(|token| token.kind);
        let block = matches!(first, Some(Kind::For | Kind::If | Kind::OpenBrace | Kind::Hash));
        if matches!(kind, Kind::Semicolon | Kind::BadStatement)
            || (kind == Kind::CloseBrace && block && ends_statement(tokens, i))
        {
            frame.start = i + 1;
        } else if kind.begins_statement() && !attribute {
            frame.start = i;
        }
    }
    frames
}

/// Whether the `}` at `at` ends a statement.
fn ends_statement(tokens: &[Token], at: usize) -> bool {
    tokens.get(at + 1).is_none_or(|next| {
        let more =
            matches!(next.kind, Kind::Else | Kind::OpenBrace | Kind::Semicolon | Kind::Comma);
        !more && !next.kind.continues()
    })
}

/// One past the last token of the statement that goes on at `at`, inside of so many brackets.
fn end(tokens: &[Token], at: usize, inside: usize) -> usize {
    let mut depth = inside;
    for (i, token) in tokens.iter().enumerate().skip(at) {
        let kind = token.kind;
        if kind.closer().is_some() {
            depth += 1;
        } else if kind.closes() {
            if depth == 0 {
                return i;
            }
            depth -= 1;
            if depth == 0 && kind == Kind::CloseBrace && ends_statement(tokens, i) {
                return i + 1;
            }
        } else if depth == 0 && kind == Kind::Semicolon {
            return i + 1;
        } else if depth == 0 && kind.begins_statement() && i > at {
            return i;
        }
    }
    tokens.len()
}
