//! Types and paths.

use super::{Expr, Generic, Ident, Span};

/// A type as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// What it is.
    pub kind: TypeKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of types.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// `_`
    Infer,
    /// `field`
    Field,
    /// `bit`
    Bit,
    /// `i8`, `u16`, …: `signed`, `bits` (1 to 253).
    Int {
        /// `i` rather than `u`.
        signed: bool,
        /// Total bits.
        bits: u32,
    },
    /// `q3.4`, `uq0.8`.
    Q {
        /// `q` rather than `uq`; a sign bit comes on top of `int + frac`.
        signed: bool,
        /// Integer bits.
        int: u32,
        /// Fraction bits.
        frac: u32,
    },
    /// `int<lo..=hi>` (`scale` is `None`) or `fix<lo..=hi, S>`.
    Range {
        /// Lowest raw value.
        lo: Box<Expr>,
        /// Highest raw value.
        hi: Box<Expr>,
        /// What one raw step is worth.
        scale: Option<Box<Expr>>,
    },
    /// A named type: alias, struct, generic parameter.
    Path(Path),
    /// `T[M, N]`.
    Tensor {
        /// Element type.
        elem: Box<Type>,
        /// Sizes.
        dims: Vec<Expr>,
    },
    /// `(A, B)`.
    Tuple(Vec<Type>),
}

/// `a::b::<G, H>`.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The segments, at least one.
    pub segments: Vec<Ident>,
    /// Generic arguments of the last segment (`::<…>` in expressions, `<…>` in types).
    pub generics: Vec<GenericArg>,
    /// The whole path.
    pub span: Span,
}

impl Path {
    /// The one name that it is, without generic arguments.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self.segments.as_slice() {
            [one] if self.generics.is_empty() => Some(&one.name),
            _ => None,
        }
    }

    /// What is given for the parameter at a place: by its name, or by order.
    #[must_use]
    pub fn given(&self, parameters: &[Generic], at: usize) -> Option<&GenericExpr> {
        let name = &parameters.get(at)?.name.name;
        let named = |a: &&GenericArg| a.name.as_ref().is_some_and(|n| n.name == *name);
        let by_name = self.generics.iter().find(named);
        let by_order = || self.generics.get(at).filter(|a| a.name.is_none());
        by_name.or_else(by_order).map(|a| &a.value)
    }
}

/// A generic argument: `8`, `q3.4`, `stride: 2`.
#[derive(Clone, Debug, PartialEq)]
pub struct GenericArg {
    /// The parameter it is for; `None` goes by order.
    pub name: Option<Ident>,
    /// Its value.
    pub value: GenericExpr,
}

/// The value of a generic. A bare path is an `Expr`: only resolution can tell a size from a type.
#[derive(Clone, Debug, PartialEq)]
pub enum GenericExpr {
    /// Certainly a type.
    Type(Type),
    /// A size, or a path that may name a type.
    Expr(Expr),
}
