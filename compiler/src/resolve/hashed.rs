//! `#[hashed(x)]`: a `committed` parameter that a hash names in every mode.
//!
//! With a commitment round one commitment beside the proof fixes all that is `committed`, under a key, and so
//! names a model: what stays the same from proof to proof and was there before the first. An input that was
//! committed to elsewhere, or that changes while the model stays, needs a name of its own that no key is part of.
//! Whether a parameter has a default file says nothing of that: a file is where values usually are, and neither
//! is a program's meaning changed by where they are. So the program says it; in plain Groth16 every commitment is
//! a hash, and the attribute is true there already.

use super::World;
use crate::diagnostic::Diagnostic;
use crate::types::ItemId;
use std::collections::{BTreeMap, BTreeSet};
use zirc_grammar::ast::{Attribute, Expr, ExprKind, Function, ItemKind, Span, Visibility};

/// The attribute's name.
pub(super) const NAME: &str = "hashed";
const CODE: &str = "E0114";

/// Of circuits, the parameters that are committed to by a hash in every mode.
pub(super) fn read(
    world: &World,
    errors: &mut Vec<Diagnostic>,
) -> BTreeMap<ItemId, BTreeSet<String>> {
    let mut all: BTreeMap<ItemId, BTreeSet<String>> = BTreeMap::new();
    for (m, module) in world.modules.iter().enumerate() {
        for (k, item) in module.ast.items.iter().enumerate() {
            for a in item.attributes.iter().filter(|a| a.name.name == NAME) {
                let ItemKind::Circuit(f) = &item.kind else { continue };
                let known = all.entry((m, k)).or_default();
                errors.extend(parameters(a, f, known));
            }
        }
    }
    all
}

/// Notes the parameters that an attribute names; gives what is wrong with them.
fn parameters(a: &Attribute, f: &Function, known: &mut BTreeSet<String>) -> Vec<Diagnostic> {
    if a.args.is_empty() {
        return vec![fail(a.span, "`#[hashed]` takes `committed` parameters".into())];
    }
    let mut errors = vec![];
    for e in &a.args {
        match committed(e, f) {
            Ok(name) if known.insert(name.to_owned()) => {}
            Ok(name) => errors.push(fail(e.span, format!("`{name}` is said to be hashed twice"))),
            Err(d) => errors.push(*d),
        }
    }
    errors
}

/// The name of the committed parameter that an argument is.
fn committed<'f>(e: &Expr, f: &'f Function) -> Result<&'f str, Box<Diagnostic>> {
    let all = || f.params.iter().filter(|p| p.visibility == Some(Visibility::Committed));
    let own = match &e.kind {
        ExprKind::Path(p) if p.generics.is_empty() && p.segments.len() == 1 => {
            Some(p.segments[0].name.as_str())
        }
        _ => None,
    };
    let found = all().find(|p| Some(p.name.name.as_str()) == own);
    found.map(|p| p.name.name.as_str()).ok_or_else(|| {
        let names: Vec<&str> = all().map(|p| p.name.name.as_str()).collect();
        let title = "no `committed` parameter is called that: there are";
        Box::new(fail(e.span, format!("{title} [{}]", names.join(", "))))
    })
}

fn fail(span: Span, title: String) -> Diagnostic {
    Diagnostic::error(CODE, span, title).help("for example `#[hashed(image)]`")
}
