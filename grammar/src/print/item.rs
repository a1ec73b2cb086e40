//! Items.

use super::doc::{Doc, group, nest, seq, text};
use super::types::names;
use super::{Printer, bracketed, comma_separated};
use crate::ast::{
    Expr, Function, Generic, GenericKind, Ident, Item, ItemKind, Output, Param, Span, Type,
    TypeKind, UseKind, Visibility,
};

impl Printer<'_> {
    pub(super) fn item(&mut self, item: &Item) -> Doc {
        let mut docs = Vec::new();
        for line in &item.doc {
            docs.push(text(format!("/// {line}").trim_end()));
            docs.push(Doc::Hard);
        }
        docs.extend(self.attributes(&item.attributes));
        // Comments among documentation and attributes stay above the item.
        if let Some(name) = name(&item.kind) {
            for comment in self.comments.before(name.span.start) {
                docs.push(text(comment.text()));
                docs.push(Doc::Hard);
            }
        }
        self.comments.between_items = false;
        if item.public {
            docs.push(text("pub "));
        }
        docs.push(self.kind(item));
        Doc::Seq(docs)
    }

    fn kind(&mut self, item: &Item) -> Doc {
        match &item.kind {
            ItemKind::Fn(function) => self.function("fn ", function),
            ItemKind::Circuit(function) => self.function("circuit ", function),
            ItemKind::CircuitAlias { name, target } => {
                let target = self.path(target, "::<");
                seq([text(format!("circuit {} = ", name.name)), target, text(";")])
            }
            ItemKind::Struct { name, generics: parameters, fields } => {
                let range = (name.span.end, item.span.end.saturating_sub(1));
                let fields = self.list(
                    ("{", "}"),
                    fields,
                    range,
                    |(name, ty)| name.span.to(ty.span),
                    |printer, (name, ty)| {
                        let ty = printer.ty(ty);
                        seq([text(format!("{}: ", name.name)), ty])
                    },
                );
                let start = text(format!("struct {}", name.name));
                let parameters = self.generics(parameters);
                seq([start, parameters, text(" "), fields])
            }
            ItemKind::TypeAlias { name, generics: parameters, ty } => {
                let ty = self.ty(ty);
                let start = text(format!("type {}", name.name));
                let parameters = self.generics(parameters);
                seq([start, parameters, text(" = "), ty, text(";")])
            }
            ItemKind::Const { name, ty, value } => {
                let mut docs = vec![text(format!("const {}", name.name))];
                if let Some(ty) = ty {
                    docs.push(text(": "));
                    docs.push(self.ty(ty));
                }
                docs.push(text(" = "));
                docs.push(self.expr(value));
                docs.push(text(";"));
                Doc::Seq(docs)
            }
            ItemKind::Use { path, what } => taken(path, what),
            ItemKind::Test { name, body } => {
                let body = self.block(body, false);
                seq([text(format!("test {} ", name.name)), group(body)])
            }
            ItemKind::Error => self.literal(item.span),
        }
    }

    /// An item without its body, or without the value of a constant that takes more than a line.
    pub(super) fn head(&mut self, item: &Item) -> Doc {
        match &item.kind {
            ItemKind::Const { name, ty: Some(ty), value } if self.is_long(value.span) => {
                let ty = self.ty(ty);
                seq([text(format!("const {}: ", name.name)), ty, text(" = …;")])
            }
            ItemKind::Fn(function) => self.function_head("fn ", function),
            ItemKind::Circuit(function) => self.function_head("circuit ", function),
            _ => self.kind(item),
        }
    }

    fn is_long(&self, span: Span) -> bool {
        self.source.get(span.start as usize..span.end as usize).is_some_and(|t| t.contains('\n'))
    }

    fn function(&mut self, word: &str, function: &Function) -> Doc {
        let head = self.function_head(word, function);
        let clauses = !function.wheres.is_empty() || !function.ensures.is_empty();
        let body = self.block(&function.body, clauses);
        seq([head, group(body)])
    }

    /// Up to the body, with the space or line end before it.
    fn function_head(&mut self, word: &str, function: &Function) -> Doc {
        let Function { name, params, .. } = function;
        let generics = self.generics(&function.generics);
        let mut docs = vec![text(format!("{word}{}", name.name)), generics];
        let last = params.last().map_or(name.span.end, |param| param.span.end);
        let range = match params.is_empty() {
            true => (last, last),
            false => (name.span.end, self.close_paren(last)),
        };
        docs.push(self.list(("(", ")"), params, range, |param| param.span, Printer::param));
        docs.push(self.results(&function.results));
        let clauses = !function.wheres.is_empty() || !function.ensures.is_empty();
        docs.push(if clauses { self.clauses(function) } else { text(" ") });
        Doc::Seq(docs)
    }

    fn generics(&mut self, list: &[Generic]) -> Doc {
        if list.is_empty() {
            return Doc::Seq(Vec::new());
        }
        let list = list.iter().map(|generic| {
            let kind = match generic.kind {
                GenericKind::Nat => "nat",
                GenericKind::Num => "num",
            };
            let start = text(format!("{}: {kind}", generic.name.name));
            match &generic.default {
                Some(value) => seq([start, text(" = "), self.generic_expr(value)]),
                None => start,
            }
        });
        bracketed("<", list.collect(), ">")
    }

    /// `where` and `ensures`: alone `where` may stay on the line.
    fn clauses(&mut self, function: &Function) -> Doc {
        let edge = || if function.ensures.is_empty() { Doc::Line } else { Doc::Hard };
        let mut docs = Vec::new();
        for (word, conditions) in [("where ", &function.wheres), ("ensures ", &function.ensures)] {
            if !conditions.is_empty() {
                docs.push(edge());
                docs.push(text(word));
                docs.push(self.conditions(conditions));
            }
        }
        group(seq([nest(Doc::Seq(docs)), edge()]))
    }

    fn conditions(&mut self, conditions: &[Expr]) -> Doc {
        let conditions = conditions.iter().map(|condition| self.expr(condition)).collect();
        group(nest(comma_separated(conditions)))
    }

    fn param(&mut self, param: &Param) -> Doc {
        let start = format!("{}{}: ", visibility(param.visibility), param.name.name);
        let mut docs = vec![text(start), self.ty(&param.ty)];
        if let Some(default) = &param.default {
            docs.push(text(" = "));
            docs.push(self.expr(default));
        }
        Doc::Seq(docs)
    }

    fn results(&mut self, results: &[Output]) -> Doc {
        let docs: Vec<Doc> = results.iter().map(|output| self.output(output)).collect();
        match results {
            [] => Doc::Seq(docs),
            // A parenthesis after the arrow opens a list, so a lone tuple needs two.
            [Output { name: None, ty: Type { kind: TypeKind::Tuple(_), .. }, .. }] | [_, _, ..] => {
                seq([text(" -> "), bracketed("(", docs, ")")])
            }
            [_] => seq([text(" -> "), Doc::Seq(docs)]),
        }
    }

    fn output(&mut self, output: &Output) -> Doc {
        let name = output.name.as_ref().map(|name| format!("{}: ", name.name)).unwrap_or_default();
        let ty = self.ty(&output.ty);
        seq([text(format!("{}{name}", visibility(output.visibility))), ty])
    }
}

/// The first name after an item's keyword.
fn name(kind: &ItemKind) -> Option<&Ident> {
    match kind {
        ItemKind::Fn(function) | ItemKind::Circuit(function) => Some(&function.name),
        ItemKind::CircuitAlias { name, .. }
        | ItemKind::Struct { name, .. }
        | ItemKind::TypeAlias { name, .. }
        | ItemKind::Const { name, .. }
        | ItemKind::Test { name, .. } => Some(name),
        ItemKind::Use { path, .. } => path.first(),
        ItemKind::Error => None,
    }
}

fn taken(path: &[Ident], what: &UseKind) -> Doc {
    let path = names(path);
    match what {
        UseKind::Item => text(format!("use {path};")),
        UseKind::All => text(format!("use {path}::*;")),
        UseKind::List(list) => {
            let list = list.iter().map(|name| text(name.name.clone())).collect();
            seq([text(format!("use {path}::")), braces(list), text(";")])
        }
    }
}

/// `{a, b}` without spaces inside.
fn braces(list: Vec<Doc>) -> Doc {
    let inner = nest(seq([Doc::Soft, comma_separated(list)]));
    group(seq([text("{"), inner, Doc::IfBroken(","), Doc::Soft, text("}")]))
}

fn visibility(visibility: Option<Visibility>) -> &'static str {
    match visibility {
        Some(Visibility::Public) => "public ",
        Some(Visibility::Private) => "private ",
        Some(Visibility::Committed) => "committed ",
        Some(Visibility::Const) => "const ",
        None => "",
    }
}
