//! The syntax tree as compact text: everything but the spans.
#![allow(dead_code, unreachable_pub, missing_docs)]

mod expr;

use std::fmt::Write as _;

use zirc_grammar::SyntaxError;
use zirc_grammar::ast::*;

pub use expr::expr;

/// The nine samples of the language page.
pub const SAMPLES: &[(&str, &str)] = &[
    ("dot", include_str!("../samples/1_dot.zirc")),
    ("relu", include_str!("../samples/2_relu.zirc")),
    ("linear", include_str!("../samples/3_linear.zirc")),
    ("polynomial", include_str!("../samples/4_polynomial.zirc")),
    ("softmax", include_str!("../samples/5_softmax.zirc")),
    ("attention", include_str!("../samples/6_attention.zirc")),
    ("mlp", include_str!("../samples/7_mlp.zirc")),
    ("score", include_str!("../samples/8_score.zirc")),
    ("tests", include_str!("../samples/9_tests.zirc")),
];

pub fn join<T>(list: &[T], separator: &str, show: impl Fn(&T) -> String) -> String {
    list.iter().map(show).collect::<Vec<_>>().join(separator)
}

pub fn module(module: &Module) -> String {
    join(&module.items, "\n", item)
}

fn item(item: &Item) -> String {
    let mut out = String::new();
    for line in &item.doc {
        let _ = writeln!(out, "doc {line:?}");
    }
    out += &attributes(&item.attributes);
    if item.public {
        out += "pub ";
    }
    out += &match &item.kind {
        ItemKind::Fn(f) => format!("fn {}", function(f)),
        ItemKind::Circuit(f) => format!("circuit {}", function(f)),
        ItemKind::CircuitAlias { name, target } => {
            format!("circuit {} = {}", name.name, expr::path(target))
        }
        ItemKind::Struct { name, generics: g, fields } => format!(
            "struct {}{} {{{}}}",
            name.name,
            generics(g),
            join(fields, ", ", |(name, t)| format!("{}: {}", name.name, ty(t)))
        ),
        ItemKind::TypeAlias { name, generics: g, ty: t } => {
            format!("type {}{} = {}", name.name, generics(g), ty(t))
        }
        ItemKind::Const { name, ty: t, value } => {
            let t = t.as_ref().map(|t| format!(": {}", ty(t))).unwrap_or_default();
            format!("const {}{t} = {}", name.name, expr(value))
        }
        ItemKind::Use { path, what } => {
            let path = join(path, "::", |name| name.name.clone());
            match what {
                UseKind::Item => format!("use {path}"),
                UseKind::All => format!("use {path}::*"),
                UseKind::List(names) => {
                    format!("use {path}::{{{}}}", join(names, ", ", |name| name.name.clone()))
                }
            }
        }
        ItemKind::Test { name, body } => format!("test {} {}", name.name, block(body)),
        ItemKind::Error => "ERROR".to_owned(),
    };
    out
}

fn attributes(list: &[Attribute]) -> String {
    join(list, "", |a| format!("#[{}({})] ", a.name.name, join(&a.args, ", ", expr)))
}

fn function(f: &Function) -> String {
    format!(
        "{}{}({}) -> ({}) where({}) ensures({}) {}",
        f.name.name,
        generics(&f.generics),
        join(&f.params, ", ", param),
        join(&f.results, ", ", output),
        join(&f.wheres, ", ", expr),
        join(&f.ensures, ", ", expr),
        block(&f.body)
    )
}

fn generics(list: &[Generic]) -> String {
    if list.is_empty() {
        return String::new();
    }
    let generic = |g: &Generic| {
        let default = g.default.as_ref().map(|d| format!(" = {}", expr::generic(d)));
        format!("{}: {:?}{}", g.name.name, g.kind, default.unwrap_or_default())
    };
    format!("<{}>", join(list, ", ", generic))
}

fn param(p: &Param) -> String {
    let visibility = p.visibility.map(|v| format!("{v:?} ")).unwrap_or_default();
    let default = p.default.as_ref().map(|e| format!(" = {}", expr(e))).unwrap_or_default();
    format!("{visibility}{}: {}{default}", p.name.name, ty(&p.ty))
}

fn output(o: &Output) -> String {
    let visibility = o.visibility.map(|v| format!("{v:?} ")).unwrap_or_default();
    let name = o.name.as_ref().map(|n| format!("{}: ", n.name)).unwrap_or_default();
    format!("{visibility}{name}{}", ty(&o.ty))
}

pub fn ty(t: &Type) -> String {
    match &t.kind {
        TypeKind::Infer => "_".to_owned(),
        TypeKind::Field => "Field".to_owned(),
        TypeKind::Bit => "Bit".to_owned(),
        TypeKind::Int { signed, bits } => format!("{}{bits}", if *signed { "I" } else { "U" }),
        TypeKind::Q { signed, int, frac } => {
            format!("{}{int}.{frac}", if *signed { "Q" } else { "UQ" })
        }
        TypeKind::Range { lo, hi, scale } => {
            let scale = scale.as_ref().map(|s| format!(" scale {}", expr(s))).unwrap_or_default();
            format!("Range<{} to {}{scale}>", expr(lo), expr(hi))
        }
        TypeKind::Path(p) => expr::path(p),
        TypeKind::Tensor { elem, dims } => format!("{}[{}]", ty(elem), join(dims, ", ", expr)),
        TypeKind::Tuple(list) => format!("({})", join(list, ", ", ty)),
    }
}

pub fn block(b: &Block) -> String {
    let mut out = String::from("{");
    for statement in &b.statements {
        out += "\n";
        let text = attributes(&statement.attributes) + &kind(&statement.kind);
        out += &indent(&text);
    }
    if let Some(tail) = &b.tail {
        out += "\n";
        out += &indent(&format!("= {}", expr(tail)));
    }
    out + "\n}"
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

fn kind(kind: &StatementKind) -> String {
    match kind {
        StatementKind::Let { pattern: p, ty: t, value } => {
            let t = t.as_ref().map(|t| format!(": {}", ty(t))).unwrap_or_default();
            format!("let {}{t} = {}", pattern(p), expr(value))
        }
        StatementKind::Hint { name, ty: t, value } => {
            format!("hint {}: {} = {}", name.name, ty(t), expr(value))
        }
        StatementKind::Assert { condition, message } => {
            let message = message.as_ref().map(|m| format!(", {m:?}")).unwrap_or_default();
            format!("assert {}{message}", expr(condition))
        }
        StatementKind::Expr(e) => format!("do {}", expr(e)),
        StatementKind::Error => "ERROR".to_owned(),
    }
}

fn pattern(p: &Pattern) -> String {
    match p {
        Pattern::Name(name) => name.name.clone(),
        Pattern::Ignore(_) => "_".to_owned(),
        Pattern::Tuple(list, _) => format!("({})", join(list, ", ", pattern)),
    }
}

/// Snapshot files without a second copy of the source.
pub fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings
}

/// Errors as a person sees them: the text they point at, then the words.
pub fn errors(source: &str, errors: &[SyntaxError]) -> String {
    join(errors, "\n", |error| {
        let (start, end) = (error.span.start as usize, error.span.end as usize);
        let line = source[..start].matches('\n').count() + 1;
        let at = &source[start..end];
        let hint = error.hint.as_ref().map(|hint| format!("\n    = {hint}")).unwrap_or_default();
        format!("{} line {line} at {at:?}: {}{hint}", error.code, error.message)
    })
}
