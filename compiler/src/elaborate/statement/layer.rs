//! `#[layer("encoder/0/attention")]` on a statement: what it asks for belongs to a layer of that name.
//!
//! A name constrains nothing: it is where reports and explanations look first. Slashes make a tree of names, and a
//! statement within another's layer, as in a function that it calls, is below it.

use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Res, fail};
use zirc_grammar::ast::{Attribute, Expr, ExprKind, Statement};

/// The attribute's name.
const NAME: &str = "layer";
const CODE: &str = "E0111";
/// Longest name, in bytes, with those that it is below.
const LONGEST: usize = 512;

impl Elaborator<'_> {
    /// Elaborates a statement as a part of the layer that it names, if it does.
    pub(crate) fn in_layer<T>(
        &mut self,
        s: &Statement,
        f: impl FnOnce(&mut Self) -> Res<T>,
    ) -> Res<T> {
        let Some(own) = name(s)? else { return f(self) };
        let inner = match &self.at.layer {
            Some(outer) => format!("{outer}/{own}"),
            None => own.to_owned(),
        };
        // Beyond that, as in a recursion of layers, the outer ones are enough.
        let inner = if inner.len() <= LONGEST { Some(inner) } else { self.at.layer.clone() };
        let outer = std::mem::replace(&mut self.at.layer, inner);
        let out = f(self);
        self.at.layer = outer;
        out
    }
}

/// The layer that a statement names.
fn name(s: &Statement) -> Res<Option<&str>> {
    let mut all = s.attributes.iter().filter(|a| a.name.name == NAME);
    let Some(a) = all.next() else { return Ok(None) };
    if let Some(second) = all.next() {
        return fail(Diagnostic::error(CODE, second.span, "a second `#[layer]`"));
    }
    match a.args.as_slice() {
        [Expr { kind: ExprKind::Str(name), .. }] if good(name) => Ok(Some(name)),
        _ => fail(refused(a)),
    }
}

/// Parts with something in them, and nothing that a terminal would not show.
fn good(name: &str) -> bool {
    let part = |p: &str| !p.trim().is_empty();
    name.len() <= LONGEST && name.split('/').all(part) && !name.chars().any(char::is_control)
}

fn refused(a: &Attribute) -> Diagnostic {
    Diagnostic::error(CODE, a.span, "`#[layer]` needs a name")
        .say("of up to 512 bytes; slashes make a tree, whose parts are not empty")
        .help("for example `#[layer(\"encoder/0/attention\")]`")
}
