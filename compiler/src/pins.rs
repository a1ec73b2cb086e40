//! `#[cost(…)]`: what a function is said to cost, and whether it does.
//!
//! `#[cost(9)]` pins the constraints of a call without a commitment round, `#[cost(relu::<i8>, 9)]` those of an
//! instance, and `#[cost(relu::<i8>, boolean == 8, groth16_commit <= 3)]` parts of them, or a bound. `zirc test`
//! measures.

use crate::cost::{Cost, PINNED};
use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Frame, Res};
use crate::loader::Loader;
use crate::options::Mode;
use crate::project::Project;
use crate::resolve::{World, item_name};
use crate::run::{Outcome, TestReport};
use std::collections::BTreeMap;
use zirc_grammar::ast::{Attribute, BinaryOp, Expr, ExprKind, Ident, Item, ItemKind, Path, Span};

/// The attribute's name.
const NAME: &str = "cost";
/// Keys beside categories.
const TOTAL: &str = "total";
const ROUND: &str = "groth16_commit";
const TABLES: &str = "table";
const EXAMPLE: &str = "for example `#[cost(relu::<i8>, 9)]` or `#[cost(relu::<i8>, product == 1, groth16_commit <= 3)]`";

/// One attribute.
struct Pin {
    what: Expr,
    claims: Vec<Claim>,
    span: Span,
}

/// What one part of the cost is said to be.
struct Claim {
    key: String,
    number: usize,
    at_most: bool,
    span: Span,
}

impl Claim {
    fn holds(&self, found: usize) -> bool {
        if self.at_most { found <= self.number } else { found == self.number }
    }

    /// Whether it is about a circuit with a commitment round.
    fn in_a_round(&self) -> bool {
        self.key == ROUND || self.key == TABLES
    }
}

/// Refuses attributes that say nothing.
pub(crate) fn check(world: &World, errors: &mut Vec<Diagnostic>) {
    for item in world.modules.iter().flat_map(|m| &m.ast.items) {
        errors.extend(pins(item).filter_map(|p| p.err()).map(|d| *d));
    }
}

/// The pins of an item.
fn pins(item: &Item) -> impl Iterator<Item = Result<Pin, Box<Diagnostic>>> {
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
        _ => (by_name(name), &a.args[..]),
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

fn by_name(name: &Ident) -> Expr {
    let path = Path { segments: vec![name.clone()], generics: vec![], span: name.span };
    Expr { kind: ExprKind::Path(path), span: name.span }
}

/// `9`, `boolean == 8` or `groth16_commit <= 3`.
fn claim(e: &Expr) -> Result<Claim, Box<Diagnostic>> {
    let wrong = |span, title: &str| Box::new(Diagnostic::error("E0112", span, title).help(EXAMPLE));
    let number = |e: &Expr| match &e.kind {
        ExprKind::Int(text) => text.replace('_', "").parse::<usize>().ok(),
        _ => None,
    };
    if let Some(number) = number(e) {
        return Ok(Claim { key: TOTAL.into(), number, at_most: false, span: e.span });
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
    Ok(Claim { key: name.into(), number, at_most: *op == BinaryOp::Le, span: e.span })
}

impl Project {
    /// Measures what the functions of a module are said to cost, where the function's name or the attribute's text
    /// contains `filter`.
    pub(crate) fn pinned(
        &self,
        module: usize,
        filter: &str,
        loader: &mut dyn Loader,
    ) -> Vec<TestReport> {
        let mut reports = vec![];
        for item in &self.world.modules[module].ast.items {
            for pin in pins(item).flatten() {
                let text = self.world.text(pin.span).split_whitespace();
                let own = item_name(item).map_or("", |n| n.name.as_str());
                let name = format!("{own} {}", text.collect::<Vec<_>>().join(" "));
                if !name.contains(filter) {
                    continue;
                }
                let mut e = Elaborator::new(&self.world, loader);
                e.at.frames.push(Frame::new(module, BTreeMap::new()));
                match holds(&mut e, &pin) {
                    Ok(found) => e.out.diagnostics.extend(found),
                    Err(stop) => {
                        e.report(stop);
                    }
                }
                let outcome = match e.out.diagnostics.is_empty() {
                    true => Outcome::Passed,
                    false => Outcome::Failed(e.out.diagnostics),
                };
                reports.push(TestReport {
                    name,
                    span: pin.span,
                    printed: vec![],
                    more: 0,
                    outcome,
                });
            }
        }
        reports
    }
}

/// What is to be said of claims that do not hold.
fn holds(e: &mut Elaborator<'_>, pin: &Pin) -> Res<Vec<Diagnostic>> {
    let plain = e.cost_of(&pin.what, Mode::Groth16)?;
    let round = match pin.claims.iter().any(Claim::in_a_round) {
        true => Some(e.cost_of(&pin.what, Mode::Commit)?),
        false => None,
    };
    let mut out = vec![];
    for claim in &pin.claims {
        let cost = round.as_ref().filter(|_| claim.in_a_round()).unwrap_or(&plain);
        let found = match claim.key.as_str() {
            TOTAL | ROUND => cost.total(),
            key => cost.by.get(key).copied().unwrap_or(0),
        };
        if !claim.holds(found) {
            out.push(differs(claim, found, cost));
        }
    }
    Ok(out)
}

/// What was pinned, what it is, and what it is made of.
fn differs(claim: &Claim, found: usize, cost: &Cost) -> Diagnostic {
    let part = match claim.key.as_str() {
        TOTAL => "constraints".to_owned(),
        ROUND => "constraints in mode groth16-commit".to_owned(),
        key => format!("`{key}` constraints"),
    };
    let title = format!("`{}` costs {found} {part}, {}", cost.what, said(claim));
    let mut d = Diagnostic::error("E0505", claim.span, title).say(change(claim.number, found));
    d.notes = cost.notes(Some(claim.key.as_str()).filter(|k| *k != TOTAL && *k != ROUND));
    d.help(format!("if that is meant, pin {found}"))
}

fn said(claim: &Claim) -> String {
    let bound = if claim.at_most { "at most " } else { "" };
    let verb = if claim.number == 1 { "is" } else { "are" };
    format!("{bound}{} {verb} pinned", claim.number)
}

/// How far two numbers are apart, in words.
pub(crate) fn change(pinned: usize, found: usize) -> String {
    match found.checked_sub(pinned) {
        Some(more) => format!("{more} more"),
        None => format!("{} fewer", pinned - found),
    }
}
