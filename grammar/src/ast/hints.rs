//! Whether a hint stands in a part of a program: a function in which one does is audited.
//!
//! Every field of every node is named here, so that a new one cannot be forgotten: a hint that is
//! overlooked would not be shown unique.

use super::{
    Arg, Binder, BinderRange, Block, Expr, ExprKind, Function, Generic, GenericArg, GenericExpr,
    Index, Output, Param, Path, Statement, StatementKind, Type, TypeKind,
};

impl Function {
    /// Whether a hint stands anywhere in it: in its body, its types, defaults or conditions.
    #[must_use]
    pub fn has_hint(&self) -> bool {
        let Function { name: _, generics, params, results, wheres, ensures, body } = self;
        let param = |p: &Param| {
            let Param { visibility: _, name: _, ty, default, span: _ } = p;
            in_type(ty) || default.as_ref().is_some_and(in_expr)
        };
        let output = |o: &Output| {
            let Output { visibility: _, name: _, ty, span: _ } = o;
            in_type(ty)
        };
        let generic = |g: &Generic| {
            let Generic { name: _, kind: _, default } = g;
            default.as_ref().is_some_and(in_generic)
        };
        in_block(body)
            || generics.iter().any(generic)
            || params.iter().any(param)
            || results.iter().any(output)
            || wheres.iter().chain(ensures).any(in_expr)
    }
}

fn in_block(b: &Block) -> bool {
    let Block { statements, tail, span: _ } = b;
    statements.iter().any(in_statement) || tail.as_deref().is_some_and(in_expr)
}

fn in_statement(s: &Statement) -> bool {
    let Statement { attributes, kind, span: _ } = s;
    attributes.iter().flat_map(|a| &a.args).any(in_expr)
        || match kind {
            StatementKind::Hint { name: _, ty: _, value: _ } => true,
            StatementKind::Let { pattern: _, ty, value } => {
                ty.as_ref().is_some_and(in_type) || in_expr(value)
            }
            StatementKind::Assert { condition, message: _ } => in_expr(condition),
            StatementKind::Expr(e) => in_expr(e),
            StatementKind::Error => false,
        }
}

fn in_expr(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Unary(_, a) | ExprKind::Paren(a) => in_expr(a),
        ExprKind::Cast(a, ty) => in_expr(a) || in_type(ty),
        ExprKind::Field { base, name: _ } => in_expr(base),
        ExprKind::Binary(_, a, b) => in_expr(a) || in_expr(b),
        ExprKind::In { value, lo, hi, inclusive: _ } => {
            [value, lo, hi].into_iter().any(|e| in_expr(e))
        }
        ExprKind::Call { callee, elementwise: _, args } => {
            in_expr(callee) || args.iter().any(|Arg { name: _, value }| in_expr(value))
        }
        ExprKind::Index { base, indices } => in_expr(base) || indices.iter().any(in_index),
        ExprKind::Loop { kind: _, binders, body } => {
            binders.iter().any(in_binder) || in_block(body)
        }
        ExprKind::Fold { acc: _, init, binders, body } => {
            in_expr(init) || binders.iter().any(in_binder) || in_block(body)
        }
        ExprKind::Block(body) => in_block(body),
        ExprKind::If { condition, then, otherwise } => {
            in_expr(condition) || in_block(then) || otherwise.as_deref().is_some_and(in_expr)
        }
        ExprKind::Tuple(parts) | ExprKind::Array(parts) => parts.iter().any(in_expr),
        ExprKind::Path(path) => in_path(path),
        ExprKind::Int(_)
        | ExprKind::Decimal(_)
        | ExprKind::Str(_)
        | ExprKind::Bool(_)
        | ExprKind::Error => false,
    }
}

fn in_index(i: &Index) -> bool {
    match i {
        Index::At(e) => in_expr(e),
        Index::Slice { lo, hi, inclusive: _, span: _ } => lo.iter().chain(hi).any(in_expr),
    }
}

fn in_binder(b: &Binder) -> bool {
    let Binder { name: _, range } = b;
    match range {
        BinderRange::Inferred => false,
        BinderRange::Below(e) => in_expr(e),
        BinderRange::Between(lo, hi) | BinderRange::Through(lo, hi) => in_expr(lo) || in_expr(hi),
    }
}

fn in_path(p: &Path) -> bool {
    let Path { segments: _, generics, span: _ } = p;
    generics.iter().any(|GenericArg { name: _, value }| in_generic(value))
}

fn in_generic(value: &GenericExpr) -> bool {
    match value {
        GenericExpr::Type(t) => in_type(t),
        GenericExpr::Expr(e) => in_expr(e),
    }
}

fn in_type(t: &Type) -> bool {
    match &t.kind {
        TypeKind::Infer
        | TypeKind::Field
        | TypeKind::Bit
        | TypeKind::Int { signed: _, bits: _ }
        | TypeKind::Q { signed: _, int: _, frac: _ } => false,
        TypeKind::Range { lo, hi, scale } => {
            in_expr(lo) || in_expr(hi) || scale.as_deref().is_some_and(in_expr)
        }
        TypeKind::Path(path) => in_path(path),
        TypeKind::Tensor { elem, dims } => in_type(elem) || dims.iter().any(in_expr),
        TypeKind::Tuple(parts) => parts.iter().any(in_type),
    }
}
