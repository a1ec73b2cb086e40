//! Blocks, statements and patterns.

use super::{Attribute, Expr, Ident, Span, Type};

/// `{ stmt* tail? }`
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The statements.
    pub statements: Vec<Statement>,
    /// The value, if the block ends in an expression without `;`.
    pub tail: Option<Box<Expr>>,
    /// Braces included.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// `#[nondet("…")]` and the like.
    pub attributes: Vec<Attribute>,
    /// What it is.
    pub kind: StatementKind,
    /// The whole statement.
    pub span: Span,
}

/// The kinds of statements.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// `let pattern: Type = value;`
    Let {
        /// One name, or several for a tuple.
        pattern: Pattern,
        /// The declared type.
        ty: Option<Type>,
        /// The value.
        value: Expr,
    },
    /// `let name: Type = hint value;`
    Hint {
        /// The name.
        name: Ident,
        /// The type, emitted as constraints.
        ty: Type,
        /// Code run on plain integers.
        value: Expr,
    },
    /// `assert condition, "message";`
    Assert {
        /// What must hold.
        condition: Expr,
        /// Shown when it does not.
        message: Option<String>,
    },
    /// An expression for its assertions, such as a `for`.
    Expr(Expr),
    /// Text that did not parse.
    Error,
}

/// The left side of a `let`.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// `x`
    Name(Ident),
    /// `_`
    Ignore(Span),
    /// `(a, b)`
    Tuple(Vec<Pattern>, Span),
}
