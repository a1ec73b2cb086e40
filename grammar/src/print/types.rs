//! Types, paths and names.

use super::doc::{Doc, seq, text};
use super::{Printer, bracketed};
use crate::ast::{GenericArg, GenericExpr, Ident, Path, Type, TypeKind};

impl Printer<'_> {
    /// A type in a place that takes all types.
    pub(super) fn ty(&mut self, ty: &Type) -> Doc {
        match &ty.kind {
            TypeKind::Infer => text("_"),
            TypeKind::Field => text("field"),
            TypeKind::Bit => text("bit"),
            TypeKind::Int { signed, bits } => {
                text(format!("{}{bits}", if *signed { "i" } else { "u" }))
            }
            TypeKind::Q { signed, int, frac } => {
                text(format!("{}q{int}.{frac}", if *signed { "" } else { "u" }))
            }
            TypeKind::Range { lo, hi, scale } => {
                let name = if scale.is_some() { "fix<" } else { "int<" };
                let mut docs = vec![text(name), self.expr(lo), text("..="), self.expr(hi)];
                if let Some(scale) = scale {
                    docs.push(text(", "));
                    docs.push(self.expr(scale));
                }
                docs.push(text(">"));
                Doc::Seq(docs)
            }
            TypeKind::Path(path) => self.path(path, "<"),
            TypeKind::Tensor { elem, dims } => {
                let elem = self.ty(elem);
                let dims = dims.iter().map(|dim| self.expr(dim)).collect();
                seq([elem, bracketed("[", dims, "]")])
            }
            TypeKind::Tuple(types) => {
                let types = types.iter().map(|ty| self.ty(ty)).collect();
                bracketed("(", types, ")")
            }
        }
    }

    /// A type after `as`, where generic arguments are written as in expressions.
    pub(super) fn cast_type(&mut self, ty: &Type) -> Doc {
        match &ty.kind {
            TypeKind::Path(path) => self.path(path, "::<"),
            _ => self.ty(ty),
        }
    }

    /// A path whose generic arguments begin with `open`.
    pub(super) fn path(&mut self, path: &Path, open: &str) -> Doc {
        let names = text(names(&path.segments));
        if path.generics.is_empty() {
            return names;
        }
        let args = path.generics.iter().map(|GenericArg { name, value }| {
            let value = self.generic_expr(value);
            match name {
                Some(name) => seq([text(format!("{}: ", name.name)), value]),
                None => value,
            }
        });
        let args = args.collect();
        seq([names, bracketed(open, args, ">")])
    }

    pub(super) fn generic_expr(&mut self, value: &GenericExpr) -> Doc {
        match value {
            GenericExpr::Type(ty) => self.ty(ty),
            GenericExpr::Expr(expr) => self.expr(expr),
        }
    }
}

/// `a::b::c`
pub(super) fn names(names: &[Ident]) -> String {
    names.iter().map(|name| name.name.as_str()).collect::<Vec<_>>().join("::")
}
