//! What an expression consists of, one level down: whoever walks along expressions names the kinds that mean something
//! to it, and goes on with the parts of all others.
//!
//! Every field of every kind is named here, so that a new one cannot be forgotten.

use super::{Arg, Binder, BinderRange, Block, Expr, ExprKind, Index, Path, Type};

/// A part of an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part<'a> {
    /// An expression.
    Expr(&'a Expr),
    /// A body.
    Block(&'a Block),
    /// A type that something is cast to.
    Type(&'a Type),
    /// A name, with its generic arguments.
    Path(&'a Path),
    /// An index of a loop.
    Binder(&'a Binder),
}

/// Up to three parts, a list of one kind, and one behind it.
#[derive(Default)]
struct Parts<'a> {
    first: [Option<Part<'a>>; 3],
    args: &'a [Arg],
    indices: &'a [Index],
    exprs: &'a [Expr],
    binders: &'a [Binder],
    last: Option<Part<'a>>,
}

impl<'a> Parts<'a> {
    fn of(first: [Option<Part<'a>>; 3]) -> Parts<'a> {
        Parts { first, ..Parts::default() }
    }
}

impl Expr {
    /// What it consists of, one level down, in the order of the text.
    ///
    /// ```
    /// # use zirc_grammar::ast::{Expr, Part};
    /// let sum = zirc_grammar::parse_expression("a + f(b)", 0).unwrap();
    /// let terms: Vec<&Expr> = sum.parts().filter_map(Part::expr).collect();
    /// assert_eq!((terms.len(), terms[0].name(), terms[1].name()), (2, Some("a"), None));
    /// ```
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let Parts { first, args, indices, exprs, binders, last } = self.by_list();
        let args = args.iter().map(|Arg { name: _, value }| Part::Expr(value));
        let indices = indices.iter().flat_map(Index::exprs).map(Part::Expr);
        let exprs = exprs.iter().map(Part::Expr);
        let binders = binders.iter().map(Part::Binder);
        let lists = args.chain(indices).chain(exprs).chain(binders);
        first.into_iter().flatten().chain(lists).chain(last)
    }

    fn by_list(&self) -> Parts<'_> {
        let one = |e| Some(Part::Expr(e));
        match &self.kind {
            ExprKind::Path(path) => Parts::of([Some(Part::Path(path)), None, None]),
            ExprKind::Unary(_, a) | ExprKind::Paren(a) | ExprKind::Field { base: a, name: _ } => {
                Parts::of([one(a), None, None])
            }
            ExprKind::Cast(a, ty) => Parts::of([one(a), Some(Part::Type(ty)), None]),
            ExprKind::Binary(_, a, b) => Parts::of([one(a), one(b), None]),
            ExprKind::In { value, lo, hi, inclusive: _ } => {
                Parts::of([one(value), one(lo), one(hi)])
            }
            ExprKind::Call { callee, elementwise: _, args } => {
                Parts { args, ..Parts::of([one(callee), None, None]) }
            }
            ExprKind::Index { base, indices } => {
                Parts { indices, ..Parts::of([one(base), None, None]) }
            }
            ExprKind::Loop { kind: _, binders, body } => {
                Parts { binders, last: Some(Part::Block(body)), ..Parts::default() }
            }
            ExprKind::Fold { acc: _, init, binders, body } => {
                let last = Some(Part::Block(body));
                Parts { binders, last, ..Parts::of([one(init), None, None]) }
            }
            ExprKind::If { condition, then, otherwise } => {
                let otherwise = otherwise.as_deref().and_then(one);
                Parts::of([one(condition), Some(Part::Block(then)), otherwise])
            }
            ExprKind::Block(body) => Parts::of([Some(Part::Block(body)), None, None]),
            ExprKind::Tuple(exprs) | ExprKind::Array(exprs) => Parts { exprs, ..Parts::default() },
            ExprKind::Int(_)
            | ExprKind::Decimal(_)
            | ExprKind::Str(_)
            | ExprKind::Bool(_)
            | ExprKind::Error => Parts::default(),
        }
    }
}

impl<'a> Part<'a> {
    /// The expression, if it is one.
    #[must_use]
    pub fn expr(self) -> Option<&'a Expr> {
        match self {
            Part::Expr(e) => Some(e),
            Part::Block(_) | Part::Type(_) | Part::Path(_) | Part::Binder(_) => None,
        }
    }
}

impl Index {
    /// The expressions that it consists of.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        let ends = match self {
            Index::At(e) => [Some(e), None],
            Index::Slice { lo, hi, inclusive: _, span: _ } => [lo.as_ref(), hi.as_ref()],
        };
        ends.into_iter().flatten()
    }
}

impl BinderRange {
    /// The expressions that it consists of.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        let ends = match self {
            BinderRange::Inferred => [None, None],
            BinderRange::Below(end) => [Some(end), None],
            BinderRange::Between(lo, hi) | BinderRange::Through(lo, hi) => [Some(lo), Some(hi)],
        };
        ends.into_iter().flatten()
    }
}
