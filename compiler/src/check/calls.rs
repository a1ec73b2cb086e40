//! Shapes of calls: the callee's generics are matched with the arguments' shapes.

use super::poly::Poly;
use super::{Abstract, Checker, Scope};
use crate::diagnostic::Diagnostic;
use crate::resolve::World;
use std::collections::BTreeMap;
use zirc_grammar::ast::{
    self, Arg, Expr, ExprKind, Function, GenericExpr, GenericKind, ItemKind, Span, TypeKind,
};

impl Checker<'_> {
    pub(crate) fn call(
        &mut self,
        callee: &Expr,
        elementwise: bool,
        args: &[Arg],
        span: Span,
    ) -> Abstract {
        let values: Vec<Abstract> = args.iter().map(|a| self.expr(&a.value)).collect();
        let ExprKind::Path(p) = &callee.kind else {
            if let ExprKind::Field { base, .. } = &callee.kind {
                self.expr(base);
            }
            return Abstract::Unknown;
        };
        let shape_of = |values: &[Abstract]| {
            values.iter().find(|v| matches!(v, Abstract::Num(d) if !d.is_empty())).cloned()
        };
        let world = self.world;
        let Some(id) = world.lookup(self.scope.module, &p.segments) else {
            self.expr(callee);
            let keeps = matches!(p.segments[0].name.as_str(), "raw" | "narrow");
            return match (keeps, values.into_iter().next()) {
                (true, Some(v)) => v,
                _ => Abstract::Unknown,
            };
        };
        match &world.item(id).kind {
            ItemKind::Fn(f) => {
                if f.params.len() != args.len() {
                    let n = f.params.len();
                    let why = format!("`{}` takes {n}, {} given", f.name.name, args.len());
                    self.errors.push(
                        Diagnostic::error("E0215", span, "wrong number of arguments").say(why),
                    );
                    return Abstract::Unknown;
                }
                if elementwise {
                    return shape_of(&values).unwrap_or(Abstract::Unknown);
                }
                self.instance(id.0, f, p, &values, args)
            }
            ItemKind::Struct { generics, fields, .. } => {
                let mut sizes = BTreeMap::new();
                for ((_, t), v) in fields.iter().zip(&values) {
                    for g in generics.iter().filter(|g| g.kind == GenericKind::Nat) {
                        if let Some(d) = dimension_named(world, t, v, &g.name.name) {
                            sizes.entry(g.name.name.clone()).or_insert(Some(d));
                        }
                    }
                }
                Abstract::Struct(id, sizes)
            }
            _ => Abstract::Unknown,
        }
    }

    /// The result of a call, with the callee's sizes replaced by what the arguments say.
    fn instance(
        &mut self,
        module: usize,
        f: &Function,
        p: &ast::Path,
        values: &[Abstract],
        args: &[Arg],
    ) -> Abstract {
        let mut scope = Scope { module, ..Scope::default() };
        for (k, g) in f.generics.iter().enumerate() {
            let name = g.name.name.clone();
            if g.kind == GenericKind::Num {
                scope.types.push(name);
                continue;
            }
            let given = match p.given(&f.generics, k) {
                Some(GenericExpr::Expr(e)) => self.size(e),
                _ => None,
            };
            let found = given.or_else(|| {
                let mut both = f.params.iter().zip(values);
                both.find_map(|(param, v)| dimension_named(self.world, &param.ty, v, &name))
            });
            scope.sizes.insert(name, found);
        }
        let outer = std::mem::replace(&mut self.scope, scope);
        let variables = std::mem::take(&mut self.variables);
        let errors = self.errors.len();
        let types: Vec<Abstract> = f.params.iter().map(|q| self.type_of(&q.ty)).collect();
        let out = match f.results.as_slice() {
            [one] => self.type_of(&one.ty),
            many => Abstract::Tuple(many.iter().map(|o| self.type_of(&o.ty)).collect()),
        };
        // What is wrong in the callee's own signature is said at its definition.
        self.errors.truncate(errors);
        self.scope = outer;
        self.variables = variables;
        for ((t, v), a) in types.iter().zip(values).zip(args) {
            let before = self.errors.len();
            self.agree(v, t, a.value.span, "the argument", "parameter's type");
            if let (Abstract::Num(t), Some(d)) = (t, self.errors.get_mut(before))
                && t.is_empty()
            {
                d.help = Some(crate::meant::elementwise(&f.name.name, "…"));
            }
        }
        out
    }

    /// The type of a struct's field, with the struct's sizes.
    pub(crate) fn field(&mut self, base: &Abstract, name: &str) -> Abstract {
        match base {
            Abstract::Tuple(parts) => name
                .parse()
                .ok()
                .and_then(|k: usize| parts.get(k))
                .cloned()
                .unwrap_or(Abstract::Unknown),
            Abstract::Struct(id, sizes) => {
                let world = self.world;
                let ItemKind::Struct { generics, fields, .. } = &world.item(*id).kind else {
                    return Abstract::Unknown;
                };
                let Some((_, t)) = fields.iter().find(|(n, _)| n.name == name) else {
                    return Abstract::Unknown;
                };
                let types = generics.iter().filter(|g| g.kind == GenericKind::Num);
                let types = types.map(|g| g.name.name.clone()).collect();
                let scope = Scope { module: id.0, sizes: sizes.clone(), types };
                let outer = std::mem::replace(&mut self.scope, scope);
                let variables = std::mem::take(&mut self.variables);
                let errors = self.errors.len();
                let out = self.type_of(t);
                self.errors.truncate(errors);
                self.scope = outer;
                self.variables = variables;
                out
            }
            _ => Abstract::Unknown,
        }
    }
}

/// The size that an argument gives to a generic standing alone in a dimension of its type, or
/// handed through to a struct.
fn dimension_named(world: &World, t: &ast::Type, v: &Abstract, name: &str) -> Option<Poly> {
    let is = |e: &Expr| e.name() == Some(name);
    match (&t.kind, v) {
        (TypeKind::Tensor { dims, .. }, Abstract::Num(sizes)) => {
            dims.iter().zip(sizes).find(|(d, _)| is(d)).and_then(|(_, s)| s.clone())
        }
        (TypeKind::Path(p), Abstract::Struct(id, sizes)) => {
            let ItemKind::Struct { generics, .. } = &world.item(*id).kind else { return None };
            let through =
                |k: &usize| matches!(p.given(generics, *k), Some(GenericExpr::Expr(e)) if is(e));
            let at = (0..generics.len()).find(through)?;
            sizes.get(&generics.get(at)?.name.name).cloned().flatten()
        }
        _ => None,
    }
}
