//! Where the sizes came from that do not agree: the parameters, variables and constants that an error about shapes is
//! about, at the types and values that gave them theirs. It follows from the text alone.

use super::World;
use super::scopes::{self, Binding, Bound, Names};
use crate::diagnostic::Diagnostic;
use zirc_grammar::ast::{Ident, Item, ItemKind, Path, Span, Type, TypeKind};

/// Errors about shapes.
const CODES: &[&str] = &["E0201", "E0207"];
/// Places that are labelled beside those of the error.
const LABELS: usize = 4;
/// Names within the places of an error that are looked at.
const NAMES: usize = 32;

/// Adds to an error about shapes where the values got theirs; others stay as they are.
pub(crate) fn traced(world: &World, d: Diagnostic) -> Diagnostic {
    let at = d.labels.first().map(|l| l.span).filter(|_| CODES.contains(&d.code));
    let Some(at) = at.filter(|at| !world.is_std(at.file)) else { return d };
    let module = at.file as usize;
    let items = world.modules.get(module).into_iter().flat_map(|m| &m.ast.items);
    let Some(item) = items.into_iter().find(|i| is_within(at, i.span)) else { return d };
    let about = d.labels.iter().map(|l| l.span).collect();
    let mut origins =
        Origins { world, module, about, locals: vec![], scopes: vec![], names: 0, found: vec![] };
    scopes::of_item(item, &mut origins);
    origins.found.extend(declared_result(item, at));
    let mut d = d;
    let mut labels = 0;
    for (span, text) in origins.found {
        if labels < LABELS && !d.labels.iter().any(|l| l.span == span) {
            d = d.label(span, text);
            labels += 1;
        }
    }
    d
}

fn is_within(inner: Span, outer: Span) -> bool {
    inner.file == outer.file && outer.start <= inner.start && inner.end <= outer.end
}

/// The type of the result, where the value is the one that a function gives.
fn declared_result(item: &Item, at: Span) -> Option<(Span, String)> {
    let (ItemKind::Fn(f) | ItemKind::Circuit(f)) = &item.kind else { return None };
    let [result] = f.results.as_slice() else { return None };
    let is_given = f.body.tail.as_ref().is_some_and(|t| t.span == at);
    (is_given && has_shape(&result.ty)).then(|| (result.ty.span, "declared here".into()))
}

/// Whether a type says something of a shape.
fn has_shape(t: &Type) -> bool {
    matches!(t.kind, TypeKind::Tensor { .. } | TypeKind::Path(_) | TypeKind::Tuple(_))
}

struct Origins<'a> {
    world: &'a World,
    module: usize,
    /// The places of the error.
    about: Vec<Span>,
    locals: Vec<(&'a Ident, Bound<'a>)>,
    scopes: Vec<usize>,
    /// Names that were looked at.
    names: usize,
    /// Places, and what is said of each.
    found: Vec<(Span, String)>,
}

impl<'a> Names<'a> for Origins<'a> {
    fn enter(&mut self) {
        self.scopes.push(self.locals.len());
    }

    fn leave(&mut self) {
        let kept = self.scopes.pop().unwrap_or_default();
        self.locals.truncate(kept);
    }

    fn bind(&mut self, name: &'a Ident, bound: Bound<'a>) {
        self.locals.push((name, bound));
        // The value that does not fit is the one that this name was to take.
        if let (Some(value), Some(ty)) = (bound.from, bound.ty)
            && self.about.first() == Some(&value.span)
        {
            self.found.push((ty.span, format!("`{}` is declared here", name.name)));
        }
    }

    fn read(&mut self, path: &'a Path) {
        let [one] = path.segments.as_slice() else { return };
        if self.names >= NAMES || !self.about.iter().any(|at| is_within(path.span, *at)) {
            return;
        }
        self.names += 1;
        let local = self.locals.iter().rev().find(|(name, _)| name.name == one.name);
        let found = match local {
            Some((_, bound)) if bound.by == Binding::Index && !self.about.contains(&path.span) => {
                None
            }
            Some((name, bound)) => of_local(name, *bound),
            None => self.of_constant(one),
        };
        self.found.extend(found);
    }
}

impl Origins<'_> {
    fn of_constant(&self, name: &Ident) -> Option<(Span, String)> {
        let id = *self.world.modules[self.module].names.get(&name.name)?;
        let ItemKind::Const { name, ty, .. } = &self.world.item(id).kind else { return None };
        let at = ty.as_ref().filter(|t| has_shape(t)).map_or(name.span, |t| t.span);
        Some((at, format!("`{}` has its shape from here", name.name)))
    }
}

fn of_local(name: &Ident, bound: Bound<'_>) -> Option<(Span, String)> {
    let at = match (bound.by, bound.ty, bound.from) {
        (Binding::Generic, ..) => return None,
        // An index that is itself in the way.
        (Binding::Index, ..) => return Some((name.span, format!("the loop over `{}`", name.name))),
        (_, Some(ty), _) if has_shape(ty) => ty.span,
        // Of a type that is left to be inferred the value decides.
        (_, Some(Type { kind: TypeKind::Infer, .. }), Some(value)) => value.span,
        (_, None, Some(_)) => name.span,
        _ => return None,
    };
    Some((at, format!("`{}` has its shape from here", name.name)))
}
