//! Whether functions cost what their `#[cost(…)]` say.

use super::{Outcome, TestReport};
use crate::cost::Cost;
use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Res};
use crate::loader::Loader;
use crate::options::Mode;
use crate::resolve::pinned::{Pin, PinnedPart, ROUND, TOTAL, pins};
use crate::resolve::{World, item_name};

/// Measures what the functions of a module are said to cost, where the function's name or the attribute's text
/// contains `filter`.
pub(super) fn measured(
    world: &World,
    module: usize,
    filter: &str,
    loader: &mut dyn Loader,
) -> Vec<TestReport> {
    let mut reports = vec![];
    for item in &world.modules[module].ast.items {
        for pin in pins(item).flatten() {
            let text = world.text(pin.span).split_whitespace();
            let own = item_name(item).map_or("", |n| n.name.as_str());
            let name = format!("{own} {}", text.collect::<Vec<_>>().join(" "));
            if !name.contains(filter) {
                continue;
            }
            let mut e = Elaborator::inside(world, loader, module);
            let found = e.accepted(|e| holds(e, &pin));
            let outcome = Outcome::of(found.unwrap_or_else(|wrong| wrong));
            reports.push(TestReport { name, span: pin.span, printed: vec![], more: 0, outcome });
        }
    }
    reports
}

/// What is to be said of claims that do not hold.
fn holds(e: &mut Elaborator<'_>, pin: &Pin) -> Res<Vec<Diagnostic>> {
    let plain = e.cost_of(&pin.what, Mode::Groth16)?;
    let round = match pin.claims.iter().any(PinnedPart::in_a_round) {
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
fn differs(claim: &PinnedPart, found: usize, cost: &Cost) -> Diagnostic {
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

fn said(claim: &PinnedPart) -> String {
    let bound = if claim.at_most { "at most " } else { "" };
    let verb = if claim.number == 1 { "is" } else { "are" };
    format!("{bound}{} {verb} pinned", claim.number)
}

/// How far two numbers are apart, in words.
fn change(pinned: usize, found: usize) -> String {
    match found.checked_sub(pinned) {
        Some(more) => format!("{more} more"),
        None => format!("{} fewer", pinned - found),
    }
}
