//! Types, paths and names.

use super::Printer;
use super::doc::{Doc, seq};
use super::list::Shape;
use crate::ast::{GenericArg, GenericExpr, Ident, Path, Type, TypeKind};
use crate::token::Kind;

impl<'s> Printer<'s> {
    pub(super) fn ty(&mut self, ty: &Type) -> Doc<'s> {
        match &ty.kind {
            TypeKind::Infer
            | TypeKind::Field
            | TypeKind::Bit
            | TypeKind::Int { .. }
            | TypeKind::Q { .. } => self.token(),
            TypeKind::Range { lo, hi, scale } => {
                let mut docs = vec![self.token(), self.token()];
                docs.extend([self.expr(lo), self.token(), self.expr(hi)]);
                if let Some(scale) = scale {
                    docs.extend([self.word(), self.expr(scale)]);
                }
                self.skip_comma();
                docs.push(self.token());
                Doc::Seq(docs)
            }
            TypeKind::Path(path) => self.path(path),
            TypeKind::Tensor { elem, dims } => {
                let elem = self.ty(elem);
                let hugs = dims.iter().all(super::operators::is_bracketed);
                let dims = self.list(Shape { hugs, ..Shape::ROWS }, dims, Printer::expr);
                seq([elem, dims])
            }
            TypeKind::Tuple(types) => {
                self.list(Shape { one: true, ..Shape::ROWS }, types, Printer::ty)
            }
        }
    }

    /// A path, with or without `::` before its generic arguments.
    pub(super) fn path(&mut self, path: &Path) -> Doc<'s> {
        let names = self.names(&path.segments);
        if path.generics.is_empty() {
            return names;
        }
        let separator = self.optional(Kind::PathSep);
        let hugs = path.generics.iter().all(|argument| match &argument.value {
            GenericExpr::Expr(expr) => super::operators::is_bracketed(expr),
            GenericExpr::Type(_) => false,
        });
        let shape = Shape { hugs, ..Shape::FILL };
        let arguments = self.list(shape, &path.generics, Printer::generic_argument);
        seq([names, separator, arguments])
    }

    fn generic_argument(&mut self, argument: &GenericArg) -> Doc<'s> {
        let name = self.label(argument.name.as_ref());
        seq([name, self.generic_expr(&argument.value)])
    }

    pub(super) fn generic_expr(&mut self, value: &GenericExpr) -> Doc<'s> {
        match value {
            GenericExpr::Type(ty) => self.ty(ty),
            GenericExpr::Expr(expr) => self.expr(expr),
        }
    }

    /// `a::b::c`
    pub(super) fn names(&mut self, names: &[Ident]) -> Doc<'s> {
        // A name, and a separator with a name for each that follows.
        let count = (names.len() * 2).saturating_sub(1);
        match count {
            1 => self.token(),
            _ => seq((0..count).map(|_| self.token())),
        }
    }

    /// `name: `, if there is one.
    pub(super) fn label(&mut self, name: Option<&Ident>) -> Doc<'s> {
        match name {
            Some(_) => seq([self.token(), self.word()]),
            None => Doc::NOTHING,
        }
    }
}
