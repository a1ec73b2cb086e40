//! Expressions.

use super::{Block, Ident, Path, Span, Type};

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `42`, `0xff`, `1_000`: the text, underscores removed.
    Int(String),
    /// `0.0625`: the text, underscores removed.
    Decimal(String),
    /// `"text"`, escapes resolved.
    Str(String),
    /// `true` or `false`: the bits 1 and 0.
    Bool(bool),
    /// A name.
    Path(Path),
    /// `-a`, `!a`
    Unary(UnaryOp, Box<Expr>),
    /// `a + b`, `a < b`, `a && b`, …
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `a in lo..=hi`, `a in lo..hi`
    In {
        /// The value.
        value: Box<Expr>,
        /// Lowest.
        lo: Box<Expr>,
        /// Highest, or the first that is too high.
        hi: Box<Expr>,
        /// `..=` rather than `..`.
        inclusive: bool,
    },
    /// `f(args)`, or elementwise `f.(args)`.
    Call {
        /// What is called; a method call is a call of an `ExprKind::Field`.
        callee: Box<Expr>,
        /// `f.(…)` rather than `f(…)`.
        elementwise: bool,
        /// The arguments.
        args: Vec<Arg>,
    },
    /// `a[i, lo..hi]`
    Index {
        /// What is indexed.
        base: Box<Expr>,
        /// One for each leading dimension.
        indices: Vec<Index>,
    },
    /// `a.name` or `a.0`
    Field {
        /// The struct or tuple.
        base: Box<Expr>,
        /// The field name, or the tuple position as decimal text.
        name: Ident,
    },
    /// `a as T`
    Cast(Box<Expr>, Type),
    /// `for i, j < n { … }`, `sum … { … }`, `prod … { … }`
    Loop {
        /// Which of the three.
        kind: LoopKind,
        /// The indices.
        binders: Vec<Binder>,
        /// The body.
        body: Block,
    },
    /// `fold acc = init, i < n { … }`: the body's value is the next `acc`.
    Fold {
        /// The accumulator.
        acc: Ident,
        /// Its first value.
        init: Box<Expr>,
        /// The indices.
        binders: Vec<Binder>,
        /// The body.
        body: Block,
    },
    /// `if c { … } else { … }`
    If {
        /// The condition.
        condition: Box<Expr>,
        /// Taken when it holds.
        then: Block,
        /// Taken otherwise: a block, or another `if`.
        otherwise: Option<Box<Expr>>,
    },
    /// `{ … }`
    Block(Block),
    /// `(a, b)`; a single parenthesised expression is `Paren`.
    Tuple(Vec<Expr>),
    /// `(a)`: kept for the printer.
    Paren(Box<Expr>),
    /// `[a, b, c]`
    Array(Vec<Expr>),
    /// Text that did not parse.
    Error,
}

impl Expr {
    /// A name as an expression.
    #[must_use]
    pub fn named(name: &Ident) -> Expr {
        let path = Path { segments: vec![name.clone()], generics: vec![], span: name.span };
        Expr { kind: ExprKind::Path(path), span: name.span }
    }

    /// The one name that it is, in parentheses or not.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Path(p) => p.name(),
            ExprKind::Paren(inner) => inner.name(),
            _ => None,
        }
    }
}

/// A call argument, `value` or `name: value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// The name, if given.
    pub name: Option<Ident>,
    /// The value.
    pub value: Expr,
}

/// One index of `a[…]`.
#[derive(Clone, Debug, PartialEq)]
pub enum Index {
    /// `a[i]`
    At(Expr),
    /// `a[lo..hi]`, either side optional, or `a[lo..=hi]`.
    Slice {
        /// First index.
        lo: Option<Expr>,
        /// Last index, excluded unless `inclusive`.
        hi: Option<Expr>,
        /// `..=` rather than `..`.
        inclusive: bool,
        /// Where it stands.
        span: Span,
    },
}

/// Which loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopKind {
    /// A tensor of the bodies' values.
    For,
    /// Their sum.
    Sum,
    /// Their product.
    Prod,
}

/// A loop index with its range; without one the extent follows from use.
#[derive(Clone, Debug, PartialEq)]
pub struct Binder {
    /// The index.
    pub name: Ident,
    /// Its range.
    pub range: BinderRange,
}

/// The range of a loop index.
#[derive(Clone, Debug, PartialEq)]
pub enum BinderRange {
    /// `i`
    Inferred,
    /// `i < n`
    Below(Expr),
    /// `i in lo..hi`
    Between(Expr, Expr),
    /// `i in lo..=hi`
    Through(Expr, Expr),
}

/// Prefix operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-a`
    Neg,
    /// `!a`, on bits
    Not,
}

/// Infix operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `a + b`
    Add,
    /// `a - b`
    Sub,
    /// `a * b`
    Mul,
    /// `a / b`
    Div,
    /// `a % b`
    Rem,
    /// `a ** b`
    Pow,
    /// `a @ b`
    MatMul,
    /// `a == b`
    Eq,
    /// `a != b`
    Ne,
    /// `a < b`
    Lt,
    /// `a <= b`
    Le,
    /// `a > b`
    Gt,
    /// `a >= b`
    Ge,
    /// `a && b`, on bits
    And,
    /// `a || b`, on bits
    Or,
}
