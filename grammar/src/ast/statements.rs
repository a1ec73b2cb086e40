//! Statements wherever they stand in a part of a program: a function with a hint among them is audited, and the
//! attributes of each are looked at.
//!
//! Every field of every node is named here, so that a new one cannot be forgotten: a hint that is
//! overlooked would not be shown unique.

use super::{
    Binder, Block, Expr, Function, Generic, GenericArg, GenericExpr, Item, ItemKind, Output, Param,
    Part, Path, Statement, StatementKind, Type, TypeKind,
};
use std::cell::RefCell;

/// What is asked of statements, until one has it.
type Is<'f, 'a> = &'f dyn Fn(&'a Statement) -> bool;

impl Item {
    /// Every statement in it, at any depth.
    #[must_use]
    pub fn statements(&self) -> Vec<&Statement> {
        let all = RefCell::new(vec![]);
        let note = |s| {
            all.borrow_mut().push(s);
            false
        };
        self.any(&note);
        all.into_inner()
    }

    fn any<'a>(&'a self, f: Is<'_, 'a>) -> bool {
        let Item { doc: _, attributes, public: _, kind, span: _ } = self;
        let generic = |g: &'a Generic| g.default.as_ref().is_some_and(|x| in_generic(x, f));
        attributes.iter().flat_map(|a| &a.args).any(|x| in_expr(x, f))
            || match kind {
                ItemKind::Fn(own) | ItemKind::Circuit(own) => own.any(f),
                ItemKind::CircuitAlias { name: _, target } => in_path(target, f),
                ItemKind::Struct { name: _, generics, fields } => {
                    generics.iter().any(generic) || fields.iter().any(|(_, t)| in_type(t, f))
                }
                ItemKind::TypeAlias { name: _, generics, ty } => {
                    generics.iter().any(generic) || in_type(ty, f)
                }
                ItemKind::Const { name: _, ty, value } => {
                    ty.as_ref().is_some_and(|x| in_type(x, f)) || in_expr(value, f)
                }
                ItemKind::Test { name: _, body } => in_block(body, f),
                ItemKind::Use { path: _, what: _ } | ItemKind::Error => false,
            }
    }
}

impl Function {
    /// Whether a hint stands anywhere in it: in its body, its types, defaults or conditions.
    #[must_use]
    pub fn has_hint(&self) -> bool {
        self.any(&|s| matches!(s.kind, StatementKind::Hint { .. }))
    }

    fn any<'a>(&'a self, f: Is<'_, 'a>) -> bool {
        let Function { name: _, generics, params, results, wheres, ensures, body } = self;
        let param = |p: &'a Param| {
            let Param { visibility: _, name: _, ty, default, span: _ } = p;
            in_type(ty, f) || default.as_ref().is_some_and(|x| in_expr(x, f))
        };
        let output = |o: &'a Output| {
            let Output { visibility: _, name: _, ty, span: _ } = o;
            in_type(ty, f)
        };
        let generic = |g: &'a Generic| {
            let Generic { name: _, kind: _, default } = g;
            default.as_ref().is_some_and(|x| in_generic(x, f))
        };
        in_block(body, f)
            || generics.iter().any(generic)
            || params.iter().any(param)
            || results.iter().any(output)
            || wheres.iter().chain(ensures).any(|x| in_expr(x, f))
    }
}

fn in_block<'a>(b: &'a Block, f: Is<'_, 'a>) -> bool {
    let Block { statements, tail, span: _ } = b;
    statements.iter().any(|x| in_statement(x, f)) || tail.as_deref().is_some_and(|x| in_expr(x, f))
}

fn in_statement<'a>(s: &'a Statement, f: Is<'_, 'a>) -> bool {
    let Statement { attributes, kind, span: _ } = s;
    f(s) || attributes.iter().flat_map(|a| &a.args).any(|x| in_expr(x, f))
        || match kind {
            StatementKind::Hint { name: _, ty, value } => in_type(ty, f) || in_expr(value, f),
            StatementKind::Let { pattern: _, ty, value } => {
                ty.as_ref().is_some_and(|x| in_type(x, f)) || in_expr(value, f)
            }
            StatementKind::Assert { condition, message: _ } => in_expr(condition, f),
            StatementKind::Expr(e) => in_expr(e, f),
            StatementKind::Error => false,
        }
}

fn in_expr<'a>(e: &'a Expr, f: Is<'_, 'a>) -> bool {
    e.parts().any(|part| match part {
        Part::Expr(e) => in_expr(e, f),
        Part::Block(b) => in_block(b, f),
        Part::Type(t) => in_type(t, f),
        Part::Path(p) => in_path(p, f),
        Part::Binder(Binder { name: _, range }) => range.exprs().any(|x| in_expr(x, f)),
    })
}

fn in_path<'a>(p: &'a Path, f: Is<'_, 'a>) -> bool {
    let Path { segments: _, generics, span: _ } = p;
    generics.iter().any(|GenericArg { name: _, value }| in_generic(value, f))
}

fn in_generic<'a>(value: &'a GenericExpr, f: Is<'_, 'a>) -> bool {
    match value {
        GenericExpr::Type(t) => in_type(t, f),
        GenericExpr::Expr(e) => in_expr(e, f),
    }
}

fn in_type<'a>(t: &'a Type, f: Is<'_, 'a>) -> bool {
    match &t.kind {
        TypeKind::Infer
        | TypeKind::Field
        | TypeKind::Bit
        | TypeKind::Int { signed: _, bits: _ }
        | TypeKind::Q { signed: _, int: _, frac: _ } => false,
        TypeKind::Range { lo, hi, scale } => {
            in_expr(lo, f) || in_expr(hi, f) || scale.as_deref().is_some_and(|x| in_expr(x, f))
        }
        TypeKind::Path(path) => in_path(path, f),
        TypeKind::Tensor { elem, dims } => in_type(elem, f) || dims.iter().any(|x| in_expr(x, f)),
        TypeKind::Tuple(parts) => parts.iter().any(|x| in_type(x, f)),
    }
}
