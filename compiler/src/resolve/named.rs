//! `#[named(x, "input.1")]`: what an input or output of a circuit is called outside of the program, where
//! no identifier will do.
//!
//! Files of values, receipts and whatever prints a port know it by that name alone; the program by the
//! parameter's. It constrains nothing and, as a name of a port, belongs to what the digest covers.

use super::World;
use crate::diagnostic::Diagnostic;
use crate::types::ItemId;
use std::collections::BTreeMap;
use zirc_grammar::ast::{Attribute, ExprKind, Function, ItemKind, Span, Visibility};

/// The attribute's name.
pub(super) const NAME: &str = "named";
const CODE: &str = "E0110";

/// The outer names of a circuit's inputs and outputs, by their own.
#[derive(Clone, Debug, Default)]
pub(crate) struct PortNames {
    inputs: BTreeMap<String, String>,
    outputs: BTreeMap<String, String>,
}

impl PortNames {
    /// What an input is called.
    pub(crate) fn input<'n>(&'n self, own: &'n str) -> &'n str {
        self.inputs.get(own).map_or(own, String::as_str)
    }

    /// What an output is called.
    pub(crate) fn output<'n>(&'n self, own: &'n str) -> &'n str {
        self.outputs.get(own).map_or(own, String::as_str)
    }
}

/// Of circuits, what their ports are called.
pub(super) fn read(world: &World, errors: &mut Vec<Diagnostic>) -> BTreeMap<ItemId, PortNames> {
    let mut all: BTreeMap<ItemId, PortNames> = BTreeMap::new();
    for (m, module) in world.modules.iter().enumerate() {
        for (k, item) in module.ast.items.iter().enumerate() {
            for a in item.attributes.iter().filter(|a| a.name.name == NAME) {
                let ItemKind::Circuit(f) = &item.kind else { continue };
                if let Err(d) = name(a, f, all.entry((m, k)).or_default()) {
                    errors.push(*d);
                }
            }
            if let (ItemKind::Circuit(f), Some(names)) = (&item.kind, all.get(&(m, k))) {
                errors.extend(twice(f, names));
            }
        }
    }
    all
}

fn fail(span: Span, title: impl Into<String>) -> Box<Diagnostic> {
    let d = Diagnostic::error(CODE, span, title.into());
    Box::new(d.help("for example `#[named(image, \"input.1\")]`"))
}

/// Reads one attribute.
fn name(a: &Attribute, f: &Function, names: &mut PortNames) -> Result<(), Box<Diagnostic>> {
    let [port, outer] = a.args.as_slice() else {
        return Err(fail(a.span, "`#[named]` takes an input or output, and its name as a string"));
    };
    let ExprKind::Str(outer_name) = &outer.kind else {
        return Err(fail(outer.span, "a name is a string"));
    };
    if outer_name.is_empty() || outer_name.chars().any(char::is_control) {
        return Err(fail(outer.span, "a name is not empty and has no control characters"));
    }
    if [".commitment", ".salt"].iter().any(|end| outer_name.ends_with(end)) {
        let title = "such names are those of commitments to `committed` parameters";
        return Err(fail(outer.span, title));
    }
    let own = match &port.kind {
        ExprKind::Path(p) if p.generics.is_empty() && p.segments.len() == 1 => {
            p.segments[0].name.as_str()
        }
        _ => return Err(fail(port.span, "an input or output is named by its identifier")),
    };
    let input = f.params.iter().find(|p| p.name.name == own);
    let output = f.results.iter().any(|o| o.name.as_ref().is_some_and(|n| n.name == own));
    if input.is_some_and(|p| p.visibility == Some(Visibility::Const) || p.default.is_some()) {
        return Err(fail(port.span, format!("`{own}` is read from its own file or text")));
    }
    if input.is_none() && !output {
        let inputs = f.params.iter().map(|p| p.name.name.as_str());
        let outputs = f.results.iter().filter_map(|o| Some(o.name.as_ref()?.name.as_str()));
        let all: Vec<&str> = inputs.chain(outputs).collect();
        let title = format!("no input or output is called that: there are [{}]", all.join(", "));
        return Err(fail(port.span, title));
    }
    let mut before = None;
    if input.is_some() {
        before = names.inputs.insert(own.to_owned(), outer_name.clone());
    }
    if output {
        before = before.or(names.outputs.insert(own.to_owned(), outer_name.clone()));
    }
    match before {
        None => Ok(()),
        Some(_) => Err(fail(a.span, format!("`{own}` has its name twice"))),
    }
}

/// Inputs of one name, or outputs. Constants are in no file of values, and have no name outside.
fn twice(f: &Function, names: &PortNames) -> Option<Diagnostic> {
    let ports = f.params.iter().filter(|p| p.visibility != Some(Visibility::Const));
    let inputs = ports.map(|p| (names.input(&p.name.name), p.name.span));
    let outputs = f.results.iter().filter_map(|o| o.name.as_ref());
    let outputs = outputs.map(|n| (names.output(&n.name), n.span));
    let mut seen: [BTreeMap<&str, Span>; 2] = Default::default();
    let all = inputs.map(|p| (0, p)).chain(outputs.map(|p| (1, p)));
    for (side, (name, span)) in all {
        if let Some(first) = seen[side].insert(name, span) {
            let title = format!("two of them are called {name:?} outside of the program");
            let d = Diagnostic::error(CODE, span, title).label(first, "the other one");
            return Some(d.help("give each a name of its own"));
        }
    }
    None
}
