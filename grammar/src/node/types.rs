//! Names, paths and types.

use super::Context;
use crate::ast::{
    Expr, ExprKind, Generic, GenericArg, GenericExpr, GenericKind, Ident, Path, Type, TypeKind,
};
use crate::error::{SyntaxError, code};

/// The widest integer type in bits: one bit less than the scalar field.
const MAX_BITS: u32 = 253;

impl Context<'_> {
    pub(crate) fn ident(&self, l: u32, r: u32) -> Ident {
        Ident { name: self.text(l, r).to_owned(), span: self.span(l, r) }
    }

    pub(crate) fn path(
        &self,
        l: u32,
        segments: Vec<Ident>,
        generics: Vec<GenericArg>,
        r: u32,
    ) -> Path {
        Path { segments, generics, span: self.span(l, r) }
    }

    pub(crate) fn generic(
        &self,
        name: Ident,
        kind: &Ident,
        default: Option<GenericExpr>,
    ) -> Generic {
        let kind = match kind.name.as_str() {
            "nat" => GenericKind::Nat,
            "num" => GenericKind::Num,
            other => {
                let message = format!("expected `nat` or `num`, found `{other}`");
                self.report(
                    SyntaxError::new(code::UNEXPECTED, kind.span, message)
                        .hint("`N: nat` is a size, `T: num` a scalar type"),
                );
                GenericKind::Num
            }
        };
        Generic { name, kind, default }
    }

    pub(crate) fn ty(&self, l: u32, kind: TypeKind, r: u32) -> Type {
        Type { kind, span: self.span(l, r) }
    }

    pub(crate) fn tuple_type(&self, l: u32, first: Type, rest: Vec<Type>, r: u32) -> Type {
        let types = std::iter::once(first).chain(rest).collect();
        self.ty(l, TypeKind::Tuple(types), r)
    }

    pub(crate) fn range_type(
        &self,
        l: u32,
        lo: Expr,
        hi: Expr,
        scale: Option<Expr>,
        r: u32,
    ) -> Type {
        let (lo, hi, scale) = (Box::new(lo), Box::new(hi), scale.map(Box::new));
        self.ty(l, TypeKind::Range { lo, hi, scale }, r)
    }

    /// `q3.4` or `uq0.8`.
    pub(crate) fn q_type(&self, l: u32, r: u32) -> Type {
        let text = self.text(l, r);
        let signed = !text.starts_with('u');
        let (int, frac) = text.trim_start_matches(['u', 'q']).split_once('.').unwrap_or(("", ""));
        let (int, frac) = (int.parse().unwrap_or(u32::MAX), frac.parse().unwrap_or(u32::MAX));
        let bits = u64::from(int) + u64::from(frac) + u64::from(signed);
        if !(1..=u64::from(MAX_BITS)).contains(&bits) {
            self.bad_width(l, r);
        }
        self.ty(l, TypeKind::Q { signed, int, frac }, r)
    }

    pub(crate) fn named_type(&self, l: u32, segments: Vec<Ident>, r: u32) -> Type {
        self.path_type(self.path(l, segments, Vec::new(), r))
    }

    /// The type that a path names, a built-in one where it is a single word.
    pub(crate) fn path_type(&self, path: Path) -> Type {
        let span = path.span;
        let kind = self.built_in(&path).unwrap_or(TypeKind::Path(path));
        Type { kind, span }
    }

    /// A generic argument that reads as an expression; only words for built-in types are
    /// certainly types.
    pub(crate) fn generic_expr(&self, expr: Expr) -> GenericExpr {
        match &expr.kind {
            ExprKind::Path(path) => match self.built_in(path) {
                Some(kind) => GenericExpr::Type(Type { kind, span: expr.span }),
                None => GenericExpr::Expr(expr),
            },
            _ => GenericExpr::Expr(expr),
        }
    }

    fn built_in(&self, path: &Path) -> Option<TypeKind> {
        let [word] = path.segments.as_slice() else { return None };
        if !path.generics.is_empty() {
            return None;
        }
        match word.name.as_str() {
            "bit" => return Some(TypeKind::Bit),
            "field" => return Some(TypeKind::Field),
            _ => {}
        }
        let digits = word.name.strip_prefix(['i', 'u'])?;
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let bits = digits.parse().unwrap_or(u32::MAX);
        if digits.starts_with('0') || bits > MAX_BITS {
            self.bad_width(word.span.start, word.span.end);
        }
        Some(TypeKind::Int { signed: word.name.starts_with('i'), bits })
    }

    fn bad_width(&self, l: u32, r: u32) {
        let message = format!("`{}` is no type: a width is 1 to {MAX_BITS} bits", self.text(l, r));
        self.report(SyntaxError::new(code::NUMBER, self.span(l, r), message));
    }
}
