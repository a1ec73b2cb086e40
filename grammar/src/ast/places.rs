//! Trees without the places that they came from, so that those of two texts can be compared.
//!
//! Every field of every node is named here, so that a new one cannot be forgotten: a place that
//! is overlooked would make equal trees differ.

use super::{
    Arg, Attribute, Binder, BinderRange, Block, Expr, ExprKind, Function, Generic, GenericArg,
    GenericExpr, Ident, Index, Item, ItemKind, Module, Output, Param, Path, Pattern, Span,
    Statement, StatementKind, Type, TypeKind, UseKind,
};

impl Module {
    /// Sets every place in the tree to the same one.
    pub fn forget_places(&mut self) {
        let Module { items } = self;
        items.iter_mut().for_each(in_item);
    }
}

fn forget(span: &mut Span) {
    *span = Span::default();
}

fn in_ident(ident: &mut Ident) {
    let Ident { name: _, span } = ident;
    forget(span);
}

fn in_item(item: &mut Item) {
    let Item { doc: _, attributes, public: _, kind, span } = item;
    forget(span);
    attributes.iter_mut().for_each(in_attribute);
    match kind {
        ItemKind::Fn(function) | ItemKind::Circuit(function) => in_function(function),
        ItemKind::CircuitAlias { name, target } => {
            in_ident(name);
            in_path(target);
        }
        ItemKind::Struct { name, generics, fields } => {
            in_ident(name);
            generics.iter_mut().for_each(in_generic);
            for (name, ty) in fields {
                in_ident(name);
                in_type(ty);
            }
        }
        ItemKind::TypeAlias { name, generics, ty } => {
            in_ident(name);
            generics.iter_mut().for_each(in_generic);
            in_type(ty);
        }
        ItemKind::Const { name, ty, value } => {
            in_ident(name);
            ty.iter_mut().for_each(in_type);
            in_expr(value);
        }
        ItemKind::Use { path, what } => {
            path.iter_mut().for_each(in_ident);
            match what {
                UseKind::Item | UseKind::All => {}
                UseKind::List(names) => names.iter_mut().for_each(in_ident),
            }
        }
        ItemKind::Test { name, body } => {
            in_ident(name);
            in_block(body);
        }
        ItemKind::Error => {}
    }
}

fn in_attribute(attribute: &mut Attribute) {
    let Attribute { name, args, span } = attribute;
    forget(span);
    in_ident(name);
    args.iter_mut().for_each(in_expr);
}

fn in_function(function: &mut Function) {
    let Function { name, generics, params, results, wheres, ensures, body } = function;
    in_ident(name);
    generics.iter_mut().for_each(in_generic);
    for Param { visibility: _, name, ty, default, span } in params {
        forget(span);
        in_ident(name);
        in_type(ty);
        default.iter_mut().for_each(in_expr);
    }
    for Output { visibility: _, name, ty, span } in results {
        forget(span);
        name.iter_mut().for_each(in_ident);
        in_type(ty);
    }
    wheres.iter_mut().chain(ensures).for_each(in_expr);
    in_block(body);
}

fn in_generic(generic: &mut Generic) {
    let Generic { name, kind: _, default } = generic;
    in_ident(name);
    default.iter_mut().for_each(in_generic_expr);
}

fn in_block(block: &mut Block) {
    let Block { statements, tail, span } = block;
    forget(span);
    statements.iter_mut().for_each(in_statement);
    tail.iter_mut().for_each(|tail| in_expr(tail));
}

fn in_statement(statement: &mut Statement) {
    let Statement { attributes, kind, span } = statement;
    forget(span);
    attributes.iter_mut().for_each(in_attribute);
    match kind {
        StatementKind::Let { pattern, ty, value } => {
            in_pattern(pattern);
            ty.iter_mut().for_each(in_type);
            in_expr(value);
        }
        StatementKind::Hint { name, ty, value } => {
            in_ident(name);
            in_type(ty);
            in_expr(value);
        }
        StatementKind::Assert { condition, message: _ } => in_expr(condition),
        StatementKind::Expr(expr) => in_expr(expr),
        StatementKind::Error => {}
    }
}

fn in_pattern(pattern: &mut Pattern) {
    match pattern {
        Pattern::Name(name) => in_ident(name),
        Pattern::Ignore(span) => forget(span),
        Pattern::Tuple(list, span) => {
            forget(span);
            list.iter_mut().for_each(in_pattern);
        }
    }
}

fn in_expr(expr: &mut Expr) {
    let Expr { kind, span } = expr;
    forget(span);
    match kind {
        ExprKind::Path(path) => in_path(path),
        ExprKind::Unary(_, a) | ExprKind::Paren(a) => in_expr(a),
        ExprKind::Binary(_, a, b) => [a, b].into_iter().for_each(|expr| in_expr(expr)),
        ExprKind::In { value, lo, hi, inclusive: _ } => {
            [value, lo, hi].into_iter().for_each(|expr| in_expr(expr));
        }
        ExprKind::Call { callee, elementwise: _, args } => {
            in_expr(callee);
            for Arg { name, value } in args {
                name.iter_mut().for_each(in_ident);
                in_expr(value);
            }
        }
        ExprKind::Index { base, indices } => {
            in_expr(base);
            indices.iter_mut().for_each(in_index);
        }
        ExprKind::Field { base, name } => {
            in_expr(base);
            in_ident(name);
        }
        ExprKind::Cast(a, ty) => {
            in_expr(a);
            in_type(ty);
        }
        ExprKind::Loop { kind: _, binders, body } => {
            binders.iter_mut().for_each(in_binder);
            in_block(body);
        }
        ExprKind::Fold { acc, init, binders, body } => {
            in_ident(acc);
            in_expr(init);
            binders.iter_mut().for_each(in_binder);
            in_block(body);
        }
        ExprKind::If { condition, then, otherwise } => {
            in_expr(condition);
            in_block(then);
            otherwise.iter_mut().for_each(|expr| in_expr(expr));
        }
        ExprKind::Block(block) => in_block(block),
        ExprKind::Tuple(list) | ExprKind::Array(list) => list.iter_mut().for_each(in_expr),
        ExprKind::Int(_)
        | ExprKind::Decimal(_)
        | ExprKind::Str(_)
        | ExprKind::Bool(_)
        | ExprKind::Error => {}
    }
}

fn in_index(index: &mut Index) {
    match index {
        Index::At(expr) => in_expr(expr),
        Index::Slice { lo, hi, inclusive: _, span } => {
            forget(span);
            lo.iter_mut().chain(hi).for_each(in_expr);
        }
    }
}

fn in_binder(binder: &mut Binder) {
    let Binder { name, range } = binder;
    in_ident(name);
    match range {
        BinderRange::Inferred => {}
        BinderRange::Below(n) => in_expr(n),
        BinderRange::Between(lo, hi) | BinderRange::Through(lo, hi) => {
            in_expr(lo);
            in_expr(hi);
        }
    }
}

fn in_path(path: &mut Path) {
    let Path { segments, generics, span } = path;
    forget(span);
    segments.iter_mut().for_each(in_ident);
    for GenericArg { name, value } in generics {
        name.iter_mut().for_each(in_ident);
        in_generic_expr(value);
    }
}

fn in_generic_expr(value: &mut GenericExpr) {
    match value {
        GenericExpr::Type(ty) => in_type(ty),
        GenericExpr::Expr(expr) => in_expr(expr),
    }
}

fn in_type(ty: &mut Type) {
    let Type { kind, span } = ty;
    forget(span);
    match kind {
        TypeKind::Infer
        | TypeKind::Field
        | TypeKind::Bit
        | TypeKind::Int { signed: _, bits: _ }
        | TypeKind::Q { signed: _, int: _, frac: _ } => {}
        TypeKind::Range { lo, hi, scale } => {
            in_expr(lo);
            in_expr(hi);
            scale.iter_mut().for_each(|scale| in_expr(scale));
        }
        TypeKind::Path(path) => in_path(path),
        TypeKind::Tensor { elem, dims } => {
            in_type(elem);
            dims.iter_mut().for_each(in_expr);
        }
        TypeKind::Tuple(list) => list.iter_mut().for_each(in_type),
    }
}
