//! Expressions as compact text.

use zirc_grammar::ast::*;

use super::{block, join, ty};

pub fn path(p: &Path) -> String {
    let name = join(&p.segments, "::", |segment| segment.name.clone());
    if p.generics.is_empty() {
        return name;
    }
    let args = join(&p.generics, ", ", |arg| match &arg.name {
        Some(name) => format!("{}: {}", name.name, generic(&arg.value)),
        None => generic(&arg.value),
    });
    format!("{name}<{args}>")
}

pub fn generic(value: &GenericExpr) -> String {
    match value {
        GenericExpr::Type(t) => format!("type {}", ty(t)),
        GenericExpr::Expr(e) => expr(e),
    }
}

pub fn expr(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Int(text) | ExprKind::Decimal(text) => text.clone(),
        ExprKind::Str(text) => format!("{text:?}"),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Path(p) => path(p),
        ExprKind::Unary(op, a) => format!("({op:?} {})", expr(a)),
        ExprKind::Binary(op, a, b) => format!("({op:?} {} {})", expr(a), expr(b)),
        ExprKind::In { value, lo, hi, inclusive } => {
            let name = if *inclusive { "In" } else { "InBelow" };
            format!("({name} {} {} {})", expr(value), expr(lo), expr(hi))
        }
        ExprKind::Call { callee, elementwise, args } => {
            let dot = if *elementwise { "." } else { "" };
            format!("{}{dot}({})", expr(callee), join(args, ", ", arg))
        }
        ExprKind::Index { base, indices } => {
            format!("{}[{}]", expr(base), join(indices, ", ", index))
        }
        ExprKind::Field { base, name } => format!("{}.{}", expr(base), name.name),
        ExprKind::Cast(a, t) => format!("({} as {})", expr(a), ty(t)),
        ExprKind::Loop { kind, binders: b, body } => {
            format!("{kind:?} {} {}", binders(b), block(body))
        }
        ExprKind::Fold { acc, init, binders: b, body } => {
            format!("Fold {} = {}, {} {}", acc.name, expr(init), binders(b), block(body))
        }
        ExprKind::If { condition, then, otherwise } => {
            let otherwise = otherwise.as_ref().map(|e| format!(" else {}", expr(e)));
            format!("if {} {}{}", expr(condition), block(then), otherwise.unwrap_or_default())
        }
        ExprKind::Block(b) => block(b),
        ExprKind::Tuple(list) => format!("tuple({})", join(list, ", ", expr)),
        ExprKind::Paren(a) => format!("({})", expr(a)),
        ExprKind::Array(list) => format!("[{}]", join(list, ", ", expr)),
        ExprKind::Error => "ERROR".to_owned(),
    }
}

fn arg(arg: &Arg) -> String {
    let name = arg.name.as_ref().map(|name| format!("{}: ", name.name)).unwrap_or_default();
    format!("{name}{}", expr(&arg.value))
}

fn index(index: &Index) -> String {
    match index {
        Index::At(e) => expr(e),
        Index::Slice { lo, hi, inclusive, .. } => {
            let side = |e: &Option<Expr>| e.as_ref().map(expr).unwrap_or_default();
            format!("{}..{}{}", side(lo), if *inclusive { "=" } else { "" }, side(hi))
        }
    }
}

fn binders(list: &[Binder]) -> String {
    join(list, ", ", |b| {
        let name = &b.name.name;
        match &b.range {
            BinderRange::Inferred => name.clone(),
            BinderRange::Below(n) => format!("{name} < {}", expr(n)),
            BinderRange::Between(lo, hi) => format!("{name} in {}..{}", expr(lo), expr(hi)),
            BinderRange::Through(lo, hi) => format!("{name} in {}..={}", expr(lo), expr(hi)),
        }
    })
}
