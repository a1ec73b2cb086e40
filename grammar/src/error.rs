//! What went wrong, in words for the person who wrote the text.

use crate::ast::Span;

/// The stable codes of syntax errors.
pub mod code {
    /// A token that fits nowhere in the grammar.
    pub const UNEXPECTED: &str = "E0001";
    /// A character that begins no token.
    pub const CHARACTER: &str = "E0002";
    /// A string without its closing quote.
    pub const STRING: &str = "E0003";
    /// Brackets or operators nested deeper than the limit.
    pub const DEPTH: &str = "E0004";
    /// A file larger than the limit.
    pub const SIZE: &str = "E0005";
    /// A number or a width that is not well formed.
    pub const NUMBER: &str = "E0006";
    /// An unknown escape in a string.
    pub const ESCAPE: &str = "E0007";
    /// A bracket without its partner.
    pub const BRACKET: &str = "E0008";
    /// A hint that is not `let name: Type = hint …;`.
    pub const HINT: &str = "E0009";
    /// An expression after a block that reads as if it went on with it.
    pub const AMBIGUOUS: &str = "E0010";
}

/// One syntax error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// A stable code, one of [`code`].
    pub code: &'static str,
    /// Where it is.
    pub span: Span,
    /// What is wrong: one sentence without a full stop.
    pub message: String,
    /// What to write instead, where that can be guessed.
    pub hint: Option<String>,
}

impl SyntaxError {
    pub(crate) fn new(code: &'static str, span: Span, message: impl Into<String>) -> SyntaxError {
        SyntaxError { code, span, message: message.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> SyntaxError {
        self.hint = Some(hint.into());
        self
    }
}
