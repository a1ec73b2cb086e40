//! `#[cost(…)]`: what a function is said to cost.
//!
//! `#[cost(9)]` pins the constraints of a call without a commitment round, `#[cost(relu::<i8>, 9)]` those of an
//! instance, and `#[cost(relu::<i8>, boolean == 8, groth16_commit <= 3)]` parts of them, or a bound.

use super::{World, item_name};
use crate::cost::PINNED;
use crate::diagnostic::Diagnostic;
use zirc_grammar::ast::{Attribute, BinaryOp, Expr, ExprKind, Ident, Item, ItemKind, Span};

/// The attribute's name.
const NAME: &str = "cost";
/// The key of all constraints.
pub(crate) const TOTAL: &str = "total";
/// The key of all constraints in a circuit with a commitment round.
pub(crate) const ROUND: &str = "groth16_commit";
const TABLES: &str = "table";
const EXAMPLE: &str = "for example `#[cost(relu::<i8>, 9)]` or `#[cost(relu::<i8>, product == 1, groth16_commit <= 3)]`";

/// One attribute.
pub(crate) struct Pin {
    /// The function, the instance or the call.
    pub(crate) what: Expr,
    pub(crate) claims: Vec<PinnedPart>,
    pub(crate) span: Span,
}

/// What one part of the cost is said to be.
pub(crate) struct PinnedPart {
    /// A category, [`TOTAL`] or [`ROUND`].
    pub(crate) key: String,
    pub(crate) number: usize,
    pub(crate) at_most: bool,
    pub(crate) span: Span,
}

impl PinnedPart {
    pub(crate) fn holds(&self, found: usize) -> bool {
        if self.at_most { found <= self.number } else { found == self.number }
    }

    /// Whether it is about a circuit with a commitment round.
    pub(crate) fn in_a_round(&self) -> bool {
        self.key == ROUND || self.key == TABLES
    }
}

/// Refuses attributes that say nothing.
pub(super) fn check(world: &World, errors: &mut Vec<Diagnostic>) {
    for item in world.modules.iter().flat_map(|m| &m.ast.items) {
        errors.extend(pins(item).filter_map(|p| p.err()).map(|d| *d));
    }
}

/// The pins of an item.
pub(crate) fn pins(item: &Item) -> impl Iterator<Item = Result<Pin, Box<Diagnostic>>> {
    let own = item.attributes.iter().filter(|a| a.name.name == NAME);
    // One on anything else was refused.
    let name = item_name(item).filter(|_| matches!(item.kind, ItemKind::Fn(_)));
    own.filter_map(move |a| Some(pin(a, name?)))
}

/// What the `#[cost(…)]` of a function measure: instances or calls of it, in order.
#[must_use]
pub fn pinned_instances(item: &Item) -> Vec<Expr> {
    pins(item).flatten().map(|p| p.what).collect()
}

fn pin(a: &Attribute, name: &Ident) -> Result<Pin, Box<Diagnostic>> {
    let (what, rest) = match a.args.split_first() {
        Some((first, rest)) if measured(first).is_some() => (first.clone(), rest),
        _ => (Expr::named(name), &a.args[..]),
    };
    if measured(&what).is_some_and(|n| n != name.name) {
        let title = format!("`#[cost]` on `{}` is about another function", name.name);
        return Err(Box::new(Diagnostic::error("E0112", what.span, title).help(EXAMPLE)));
    }
    let claims = rest.iter().map(claim).collect::<Result<Vec<_>, _>>()?;
    if claims.is_empty() {
        let d = Diagnostic::error("E0112", a.span, "`#[cost]` says no number");
        return Err(Box::new(d.help(EXAMPLE)));
    }
    Ok(Pin { what, claims, span: a.span })
}

/// The function that an argument measures: `f`, `f::<…>` or `f(…)`.
fn measured(e: &Expr) -> Option<&str> {
    match &e.kind {
        ExprKind::Path(p) => p.segments.last().map(|s| s.name.as_str()),
        ExprKind::Call { callee, .. } => measured(callee),
        _ => None,
    }
}

/// `9`, `boolean == 8` or `groth16_commit <= 3`.
fn claim(e: &Expr) -> Result<PinnedPart, Box<Diagnostic>> {
    let wrong = |span, title: &str| Box::new(Diagnostic::error("E0112", span, title).help(EXAMPLE));
    let number = |e: &Expr| match &e.kind {
        ExprKind::Int(text) => text.replace('_', "").parse::<usize>().ok(),
        _ => None,
    };
    if let Some(number) = number(e) {
        return Ok(PinnedPart { key: TOTAL.into(), number, at_most: false, span: e.span });
    }
    let ExprKind::Binary(op @ (BinaryOp::Eq | BinaryOp::Le), key, value) = &e.kind else {
        return Err(wrong(
            e.span,
            "a number, or a part of the cost with `==` or `<=`, is expected",
        ));
    };
    let (Some(name), Some(number)) = (measured(key), number(value)) else {
        return Err(wrong(e.span, "a part of the cost and a number are expected"));
    };
    let known = || PINNED.iter().copied().chain([TOTAL, ROUND]);
    if !known().any(|k| k == name) {
        let d =
            Diagnostic::error("E0105", key.span, format!("there is no part `{name}` of a cost"));
        let all: Vec<&str> = known().collect();
        return Err(Box::new(d.note(format!("parts: {}", all.join(", ")))));
    }
    Ok(PinnedPart { key: name.into(), number, at_most: *op == BinaryOp::Le, span: e.span })
}
