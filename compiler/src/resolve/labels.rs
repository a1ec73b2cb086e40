//! `#[labels(output, "…", …)]`: what the integers 0, 1, … of a circuit's output stand for, and
//! `#[labels(argmax(output), "…", …)]`: its elements, so that the place of the largest has a name.
//!
//! It constrains nothing. Receipts and whatever prints the output name the integers by it, so it belongs
//! to what the digest of the circuit covers.

use super::{World, item_name};
use crate::diagnostic::Diagnostic;
use crate::types::ItemId;
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::{Labels, Port};
use zirc_grammar::ast::{Attribute, Expr, ExprKind, Function, ItemKind};

/// The attribute's name.
const NAME: &str = "labels";

/// Of circuits, what their outputs stand for.
pub(super) fn read(world: &World, errors: &mut Vec<Diagnostic>) -> BTreeMap<ItemId, Vec<Labels>> {
    let mut all: BTreeMap<ItemId, Vec<Labels>> = BTreeMap::new();
    for (m, module) in world.modules.iter().enumerate() {
        for (k, item) in module.ast.items.iter().enumerate() {
            for a in item.attributes.iter().filter(|a| a.name.name == NAME) {
                let ItemKind::Circuit(f) = &item.kind else { continue };
                let known = all.entry((m, k)).or_default();
                match labels(a, f) {
                    Ok(l) if known.iter().any(|o| (&o.output, o.place) == (&l.output, l.place)) => {
                        let title = format!("`{}` has its labels twice", l.output);
                        let d = Diagnostic::error("E0109", a.span, title);
                        errors.push(d.help("leave one of them"));
                    }
                    Ok(l) => known.push(l),
                    Err(d) => errors.push(*d),
                }
            }
        }
    }
    all
}

fn labels(a: &Attribute, f: &Function) -> Result<Labels, Box<Diagnostic>> {
    let fail = |span, title: String| {
        let d = Diagnostic::error("E0109", span, title);
        Box::new(d.help("for example `#[labels(species, \"setosa\", \"virginica\")]`"))
    };
    let Some((first, rest)) = a.args.split_first().filter(|(_, rest)| !rest.is_empty()) else {
        let title = "`#[labels]` takes an output and a string for each of its integers from 0 on";
        return Err(fail(a.span, title.into()));
    };
    let names: Vec<&str> =
        f.results.iter().filter_map(|o| o.name.as_ref()).map(|n| n.name.as_str()).collect();
    let (of, place) = match &first.kind {
        ExprKind::Call { callee, args, .. } if name(callee) == Some("argmax") => match &args[..] {
            [one] => (name(&one.value), true),
            _ => (None, true),
        },
        _ => (name(first), false),
    };
    let Some(output) = of.filter(|n| names.contains(n)) else {
        let title = format!("no output is called that: there are [{}]", names.join(", "));
        return Err(fail(first.span, title));
    };
    let text = |e: &Expr| match &e.kind {
        ExprKind::Str(s) => Ok(s.clone()),
        _ => Err(fail(e.span, "a label is a string".into())),
    };
    let names = rest.iter().map(text).collect::<Result<Vec<_>, _>>()?;
    // Of a name that two integers have, a claim or a receipt would not say which it means.
    let mut seen = BTreeSet::new();
    if let Some(k) = names.iter().position(|name| !seen.insert(name)) {
        return Err(fail(rest[k].span, format!("two integers are labelled {:?}", names[k])));
    }
    Ok(Labels { output: output.into(), place, names })
}

/// The single name that an expression is.
fn name(e: &Expr) -> Option<&str> {
    match &e.kind {
        ExprKind::Path(p) if p.generics.is_empty() => match p.segments.as_slice() {
            [one] => Some(&one.name),
            _ => None,
        },
        _ => None,
    }
}

/// Labels of places of a circuit that are not as many as the output has elements.
pub(crate) fn misnamed(world: &World, circuit: ItemId, outputs: &[Port]) -> Option<Diagnostic> {
    let names = world.named.get(&circuit);
    let span = item_name(world.item(circuit)).map(|n| n.span).unwrap_or_default();
    world.labels.get(&circuit)?.iter().filter(|l| l.place).find_map(|l| {
        let outer = names.map_or(l.output.as_str(), |n| n.output(&l.output));
        let port = outputs.iter().find(|p| p.name == outer)?;
        let count: usize = port.shape.iter().product();
        let (got, several) = (l.names.len(), port.shape.iter().filter(|n| **n != 1).count());
        let title = match several {
            0 | 1 if count == got => return None,
            0 | 1 => format!("`{}` has {count} elements, and {got} names for them", l.output),
            _ => format!("`{}` has several dimensions: its largest has no one place", l.output),
        };
        Some(Diagnostic::error("E0109", span, title).help("give each element a name, in order"))
    })
}
