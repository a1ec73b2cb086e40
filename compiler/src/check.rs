//! Checks of generic functions as they are written, before any instance: names, numbers of
//! arguments, and shapes as polynomials in the generics. Every instance is elaborated and checked
//! again with numbers; here only what no instance could make right is refused.

mod calls;
mod expr;
mod poly;

use crate::diagnostic::Diagnostic;
use crate::meant::{self, Place};
use crate::resolve::{World, sizes};
use crate::types::ItemId;
use poly::Poly;
use std::collections::BTreeMap;
use zirc_grammar::ast::{
    self, Block, Expr, ExprKind, Function, GenericExpr, GenericKind, ItemKind, Span, StatementKind,
    TypeKind,
};

/// What is known of a value's type; sizes that are not known are `None`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Abstract {
    /// Nothing.
    Unknown,
    /// A number (no dimension) or tensor.
    Num(Vec<Option<Poly>>),
    /// Several.
    Tuple(Vec<Abstract>),
    /// A struct with its size arguments by generic name.
    Struct(ItemId, BTreeMap<String, Option<Poly>>),
}

/// The generics in scope: sizes with their values, and names of types.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub(crate) module: usize,
    pub(crate) sizes: BTreeMap<String, Option<Poly>>,
    pub(crate) types: Vec<String>,
}

/// One function under check.
pub(crate) struct Checker<'a> {
    pub(crate) world: &'a World,
    pub(crate) scope: Scope,
    pub(crate) variables: Vec<(String, Abstract)>,
    pub(crate) errors: Vec<Diagnostic>,
    depth: usize,
}

const MAX_DEPTH: usize = 32;

/// Checks a function or circuit with generics.
pub(crate) fn check_generic(world: &World, id: ItemId) -> Vec<Diagnostic> {
    let (ItemKind::Fn(f) | ItemKind::Circuit(f)) = &world.item(id).kind else { return vec![] };
    let mut c =
        Checker { world, scope: scope_of(id.0, f), variables: vec![], errors: vec![], depth: 0 };
    f.generics.iter().for_each(|g| c.default(g));
    for p in &f.params {
        let t = c.type_of(&p.ty);
        c.variables.push((p.name.name.clone(), t));
    }
    for w in &f.wheres {
        c.expr(w);
    }
    let (value, at) = (c.block(&f.body), f.body.tail.as_ref().map_or(f.body.span, |t| t.span));
    let declared = match f.results.as_slice() {
        [] => Abstract::Unknown,
        [one] => c.type_of(&one.ty),
        many => Abstract::Tuple(many.iter().map(|o| c.type_of(&o.ty)).collect()),
    };
    c.agree(&value, &declared, at, "the body's value", "declared result");
    c.errors.into_iter().map(|d| sizes::traced(world, d)).collect()
}

/// The generics of a function as unknowns of their own.
fn scope_of(module: usize, f: &Function) -> Scope {
    let mut scope = Scope { module, ..Scope::default() };
    for g in &f.generics {
        match g.kind {
            GenericKind::Nat => {
                scope.sizes.insert(g.name.name.clone(), Some(Poly::variable(&g.name.name)));
            }
            GenericKind::Num => scope.types.push(g.name.name.clone()),
        }
    }
    scope
}

impl Checker<'_> {
    fn default(&mut self, g: &ast::Generic) {
        match (&g.default, g.kind) {
            (Some(GenericExpr::Type(t)), _) => drop(self.type_of(t)),
            (Some(GenericExpr::Expr(e)), GenericKind::Nat) => drop(self.expr(e)),
            (Some(GenericExpr::Expr(e)), GenericKind::Num) => {
                if let ExprKind::Path(p) = &e.kind {
                    self.named_type(p);
                }
            }
            (None, _) => {}
        }
    }

    pub(crate) fn block(&mut self, b: &Block) -> Abstract {
        let names = self.variables.len();
        for s in &b.statements {
            match &s.kind {
                StatementKind::Let { pattern, ty, value } => {
                    let v = self.expr(value);
                    let v = self.declared(ty.as_ref(), v, value.span);
                    self.bind(pattern, v);
                }
                StatementKind::Hint { name, ty, value } => {
                    self.expr(value);
                    let t = self.type_of(ty);
                    self.variables.push((name.name.clone(), t));
                }
                StatementKind::Assert { condition, .. } => {
                    self.expr(condition);
                }
                StatementKind::Expr(e) => {
                    self.expr(e);
                }
                StatementKind::Error => {}
            }
        }
        let out = b.tail.as_ref().map_or(Abstract::Tuple(vec![]), |e| self.expr(e));
        self.variables.truncate(names);
        out
    }

    fn declared(&mut self, ty: Option<&ast::Type>, value: Abstract, span: Span) -> Abstract {
        let Some(t) = ty else { return value };
        let t = self.type_of(t);
        self.agree(&value, &t, span, "this value", "declared type");
        if t == Abstract::Unknown { value } else { t }
    }

    fn bind(&mut self, p: &ast::Pattern, v: Abstract) {
        match (p, v) {
            (ast::Pattern::Name(n), v) => self.variables.push((n.name.clone(), v)),
            (ast::Pattern::Ignore(_), _) => {}
            (ast::Pattern::Tuple(parts, _), Abstract::Tuple(values))
                if parts.len() == values.len() =>
            {
                parts.iter().zip(values).for_each(|(p, v)| self.bind(p, v));
            }
            (ast::Pattern::Tuple(parts, _), _) => {
                parts.iter().for_each(|p| self.bind(p, Abstract::Unknown));
            }
        }
    }

    /// A type as written.
    pub(crate) fn type_of(&mut self, t: &ast::Type) -> Abstract {
        match &t.kind {
            TypeKind::Infer => Abstract::Unknown,
            TypeKind::Field
            | TypeKind::Bit
            | TypeKind::Int { .. }
            | TypeKind::Q { .. }
            | TypeKind::Range { .. } => Abstract::Num(vec![]),
            TypeKind::Tuple(parts) => {
                Abstract::Tuple(parts.iter().map(|p| self.type_of(p)).collect())
            }
            TypeKind::Tensor { elem, dims } => {
                let mut sizes: Vec<Option<Poly>> = dims.iter().map(|d| self.size(d)).collect();
                match self.type_of(elem) {
                    Abstract::Num(inner) => sizes.extend(inner),
                    Abstract::Unknown => {}
                    _ => return Abstract::Unknown,
                }
                Abstract::Num(sizes)
            }
            TypeKind::Path(p) => self.named_type(p),
        }
    }

    fn named_type(&mut self, p: &ast::Path) -> Abstract {
        if p.segments.len() == 1 && self.scope.types.contains(&p.segments[0].name) {
            return Abstract::Num(vec![]);
        }
        let Some(id) = self.world.lookup(self.scope.module, &p.segments) else {
            self.unknown(Place::Type, &p.segments, p.span);
            return Abstract::Unknown;
        };
        let world = self.world;
        match &world.item(id).kind {
            ItemKind::Struct { generics, .. } => {
                let mut sizes = BTreeMap::new();
                for (k, g) in generics.iter().enumerate() {
                    let given = p.given(generics, k);
                    if let (GenericKind::Nat, Some(GenericExpr::Expr(e))) = (g.kind, given) {
                        let size = self.size(e);
                        sizes.insert(g.name.name.clone(), size);
                    }
                }
                Abstract::Struct(id, sizes)
            }
            ItemKind::TypeAlias { generics, ty, .. }
                if generics.is_empty() && self.depth < MAX_DEPTH =>
            {
                self.depth += 1;
                let outer =
                    std::mem::replace(&mut self.scope, Scope { module: id.0, ..Scope::default() });
                let out = self.type_of(ty);
                self.scope = outer;
                self.depth -= 1;
                out
            }
            _ => Abstract::Unknown,
        }
    }

    /// A size as a polynomial in the generics, if it is one.
    pub(crate) fn size(&mut self, e: &Expr) -> Option<Poly> {
        match &e.kind {
            ExprKind::Paren(e) => self.size(e),
            ExprKind::Int(text) => Some(Poly::constant(text.parse().ok()?)),
            ExprKind::Path(p) if p.segments.len() == 1 => {
                let name = &p.segments[0].name;
                if self.variables.iter().any(|v| v.0 == *name) {
                    return None;
                }
                self.scope.sizes.get(name).cloned().flatten()
            }
            ExprKind::Binary(op, a, b) => {
                let (a, b) = (self.size(a)?, self.size(b)?);
                match op {
                    ast::BinaryOp::Add => a.add(&b, 1),
                    ast::BinaryOp::Sub => a.add(&b, -1),
                    ast::BinaryOp::Mul => a.mul(&b),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Refuses two shapes that no instance could make equal.
    pub(crate) fn agree(
        &mut self,
        a: &Abstract,
        b: &Abstract,
        span: Span,
        what: &str,
        other: &str,
    ) {
        match (a, b) {
            (Abstract::Num(x), Abstract::Num(y)) => {
                if let Some(why) = differ(x, y) {
                    self.errors.push(
                        Diagnostic::error(
                            "E0201",
                            span,
                            format!("{what} and the {other} differ in shape"),
                        )
                        .say(why),
                    );
                }
            }
            (Abstract::Tuple(x), Abstract::Tuple(y)) if x.len() == y.len() => {
                x.iter().zip(y).for_each(|(a, b)| self.agree(a, b, span, what, other));
            }
            _ => {}
        }
    }

    pub(crate) fn unknown(&mut self, place: Place, path: &[ast::Ident], span: Span) {
        let name = path.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join("::");
        let mut locals: Vec<String> = self.variables.iter().map(|v| v.0.clone()).collect();
        locals.extend(self.scope.sizes.keys().cloned());
        locals.extend(self.scope.types.iter().cloned());
        let d = meant::unknown(self.world, self.scope.module, (place, &name), &locals, span);
        self.errors.push(d);
    }
}

/// Why two shapes are not the same type, if they are not. Equality is that of polynomials: `N` and
/// `M` are two sizes even if some instance gives both the same number.
pub(crate) fn differ(a: &[Option<Poly>], b: &[Option<Poly>]) -> Option<String> {
    let show = |s: &[Option<Poly>]| {
        let parts: Vec<String> =
            s.iter().map(|d| d.as_ref().map_or("_".into(), Poly::to_string)).collect();
        format!("[{}]", parts.join(", "))
    };
    let unequal = a.len() != b.len()
        || a.iter().zip(b).any(|(x, y)| match (x, y) {
            (Some(x), Some(y)) => x != y,
            _ => false,
        });
    unequal.then(|| format!("{} and {}", show(a), show(b)))
}
