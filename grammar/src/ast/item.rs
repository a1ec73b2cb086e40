//! Items: functions, circuits, structs and the like.

use super::{Block, Expr, GenericExpr, Ident, Path, Span, Type};

/// One source file.
#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    /// The items in source order.
    pub items: Vec<Item>,
}

/// A top-level item with its documentation and attributes.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Lines of `///` comments, without the slashes and one leading space.
    pub doc: Vec<String>,
    /// `#[name(args)]` in source order.
    pub attributes: Vec<Attribute>,
    /// Whether it is marked `pub`.
    pub public: bool,
    /// What it is.
    pub kind: ItemKind,
    /// The whole item, attributes included.
    pub span: Span,
}

/// `#[name]` or `#[name(arg, …)]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// The attribute's name.
    pub name: Ident,
    /// Its arguments.
    pub args: Vec<Expr>,
    /// The whole attribute.
    pub span: Span,
}

/// The kinds of items.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// `fn name<…>(…) -> … where … ensures … { … }`
    Fn(Function),
    /// `circuit name<…>(…) -> … { … }`: the same shape as a function, with visibilities.
    Circuit(Function),
    /// `circuit name = path;`: an instance of a generic circuit.
    CircuitAlias {
        /// The new name.
        name: Ident,
        /// The circuit and its generic arguments.
        target: Path,
    },
    /// `struct Name<…> { field: Type, … }`
    Struct {
        /// The name.
        name: Ident,
        /// Generic parameters.
        generics: Vec<Generic>,
        /// Fields in order; the order is that of the constructor call.
        fields: Vec<(Ident, Type)>,
    },
    /// `type Name<…> = Type;`
    TypeAlias {
        /// The name.
        name: Ident,
        /// Generic parameters.
        generics: Vec<Generic>,
        /// What it stands for.
        ty: Type,
    },
    /// `const NAME: Type = expr;`
    Const {
        /// The name.
        name: Ident,
        /// The declared type, if any.
        ty: Option<Type>,
        /// The value.
        value: Expr,
    },
    /// `use a::b::c;`, `use a::b::{c, d};` or `use a::b::*;`
    Use {
        /// The module path and, for the first form, the item as its last segment.
        path: Vec<Ident>,
        /// What is taken.
        what: UseKind,
    },
    /// `test name { … }`
    Test {
        /// The name.
        name: Ident,
        /// The statements.
        body: Block,
    },
    /// Text that did not parse, kept by the tolerant entry point.
    Error,
}

/// What a `use` takes from its path.
#[derive(Clone, Debug, PartialEq)]
pub enum UseKind {
    /// The item that the path ends in.
    Item,
    /// The listed items of the module that the path names.
    List(Vec<Ident>),
    /// Every public item of the module.
    All,
}

/// A function or circuit declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// The name.
    pub name: Ident,
    /// Generic parameters.
    pub generics: Vec<Generic>,
    /// Parameters.
    pub params: Vec<Param>,
    /// Results: none, one, or a parenthesised list.
    pub results: Vec<Output>,
    /// `where` conditions on the generics.
    pub wheres: Vec<Expr>,
    /// `ensures` conditions on parameters and named results.
    pub ensures: Vec<Expr>,
    /// The body.
    pub body: Block,
}

/// One generic parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Generic {
    /// The name.
    pub name: Ident,
    /// What it ranges over.
    pub kind: GenericKind,
    /// `= 1`: what it is where neither a call nor its arguments say so; may name generics before it.
    pub default: Option<GenericExpr>,
}

/// What a generic parameter ranges over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GenericKind {
    /// `N: nat`: a non-negative integer.
    Nat,
    /// `T: num`: a numeric (range-typed) or `field` scalar type.
    Num,
}

/// Who sees a circuit parameter or output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Seen by the verifier.
    Public,
    /// Known to the prover only.
    Private,
    /// Bound to a commitment that the verifier sees.
    Committed,
    /// Baked into the circuit.
    Const,
}

/// A parameter: `vis name: Type = default`.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Only on circuits.
    pub visibility: Option<Visibility>,
    /// The name.
    pub name: Ident,
    /// Its type.
    pub ty: Type,
    /// The value it is bound to, such as `file("w.npz")`.
    pub default: Option<Expr>,
    /// The whole parameter.
    pub span: Span,
}

/// A result: `vis name: Type`, the first two optional.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Only on circuits.
    pub visibility: Option<Visibility>,
    /// The name, for `ensures` and for receipts.
    pub name: Option<Ident>,
    /// Its type.
    pub ty: Type,
    /// The whole result.
    pub span: Span,
}
