//! The syntax tree. Every node carries the span of source text it came from; nothing here knows
//! what a name means.

mod block;
mod expr;
mod item;
mod parts;
mod places;
mod statements;
mod types;

pub use block::{Block, Pattern, Statement, StatementKind};
pub use expr::{Arg, BinaryOp, Binder, BinderRange, Expr, ExprKind, Index, LoopKind, UnaryOp};
pub use item::{
    Attribute, Function, Generic, GenericKind, Item, ItemKind, Module, Output, Param, UseKind,
    Visibility,
};
pub use parts::Part;
pub use types::{GenericArg, GenericExpr, Path, Type, TypeKind};

/// A half-open byte range in one source file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// Index of the source file in the caller's file table.
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The smallest span that covers both; `other` must be of the same file.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A name with its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ident {
    /// The text of the name.
    pub name: String,
    /// Where it stands.
    pub span: Span,
}
