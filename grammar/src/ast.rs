//! The syntax tree. Every node carries the span of source text it came from; nothing here knows
//! what a name means.

/// A half-open byte range in one source file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// Index of the source file in the caller's file table.
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The smallest span that covers both; `other` must be of the same file.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A name with its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ident {
    /// The text of the name.
    pub name: String,
    /// Where it stands.
    pub span: Span,
}

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

/// A generic argument. A bare path is an `Expr`: only resolution can tell a size from a type.
#[derive(Clone, Debug, PartialEq)]
pub enum GenericArg {
    /// Certainly a type.
    Type(Type),
    /// A size, or a path that may name a type.
    Expr(Expr),
}

/// `{ stmt* tail? }`
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The statements.
    pub statements: Vec<Statement>,
    /// The value, if the block ends in an expression without `;`.
    pub tail: Option<Box<Expr>>,
    /// Braces included.
    pub span: Span,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// `#[nondet("…")]` and the like.
    pub attributes: Vec<Attribute>,
    /// What it is.
    pub kind: StatementKind,
    /// The whole statement.
    pub span: Span,
}

/// The kinds of statements.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// `let pattern: Type = value;`
    Let {
        /// One name, or several for a tuple.
        pattern: Pattern,
        /// The declared type.
        ty: Option<Type>,
        /// The value.
        value: Expr,
    },
    /// `let name: Type = hint value;`
    Hint {
        /// The name.
        name: Ident,
        /// The type, emitted as constraints.
        ty: Type,
        /// Code run on plain integers.
        value: Expr,
    },
    /// `assert condition, "message";`
    Assert {
        /// What must hold.
        condition: Expr,
        /// Shown when it does not.
        message: Option<String>,
    },
    /// An expression for its assertions, such as a `for`.
    Expr(Expr),
    /// Text that did not parse.
    Error,
}

/// The left side of a `let`.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// `x`
    Name(Ident),
    /// `_`
    Ignore(Span),
    /// `(a, b)`
    Tuple(Vec<Pattern>, Span),
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `42`, `0xff`, `1_000`: the text, underscores removed.
    Int(String),
    /// `0.0625`: the text, underscores removed.
    Decimal(String),
    /// `"text"`, escapes resolved.
    Str(String),
    /// `true` or `false`: the bits 1 and 0.
    Bool(bool),
    /// A name.
    Path(Path),
    /// `-a`, `!a`
    Unary(UnaryOp, Box<Expr>),
    /// `a + b`, `a < b`, `a && b`, …
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `a in lo..=hi`
    In {
        /// The value.
        value: Box<Expr>,
        /// Lowest.
        lo: Box<Expr>,
        /// Highest.
        hi: Box<Expr>,
    },
    /// `f(args)`, or elementwise `f.(args)`.
    Call {
        /// What is called; a method call is a call of an `ExprKind::Field`.
        callee: Box<Expr>,
        /// `f.(…)` rather than `f(…)`.
        elementwise: bool,
        /// The arguments.
        args: Vec<Arg>,
    },
    /// `a[i, lo..hi]`
    Index {
        /// What is indexed.
        base: Box<Expr>,
        /// One for each leading dimension.
        indices: Vec<Index>,
    },
    /// `a.name` or `a.0`
    Field {
        /// The struct or tuple.
        base: Box<Expr>,
        /// The field name, or the tuple position as decimal text.
        name: Ident,
    },
    /// `a as T`
    Cast(Box<Expr>, Type),
    /// `for i, j < n { … }`, `sum … { … }`, `prod … { … }`
    Loop {
        /// Which of the three.
        kind: LoopKind,
        /// The indices.
        binders: Vec<Binder>,
        /// The body.
        body: Block,
    },
    /// `fold acc = init, i < n { … }`: the body's value is the next `acc`.
    Fold {
        /// The accumulator.
        acc: Ident,
        /// Its first value.
        init: Box<Expr>,
        /// The indices.
        binders: Vec<Binder>,
        /// The body.
        body: Block,
    },
    /// `if c { … } else { … }`
    If {
        /// The condition.
        condition: Box<Expr>,
        /// Taken when it holds.
        then: Block,
        /// Taken otherwise: a block, or another `if`.
        otherwise: Option<Box<Expr>>,
    },
    /// `{ … }`
    Block(Block),
    /// `(a, b)`; a single parenthesised expression is `Paren`.
    Tuple(Vec<Expr>),
    /// `(a)`: kept for the printer.
    Paren(Box<Expr>),
    /// `[a, b, c]`
    Array(Vec<Expr>),
    /// Text that did not parse.
    Error,
}

/// A call argument, `value` or `name: value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// The name, if given.
    pub name: Option<Ident>,
    /// The value.
    pub value: Expr,
}

/// One index of `a[…]`.
#[derive(Clone, Debug, PartialEq)]
pub enum Index {
    /// `a[i]`
    At(Expr),
    /// `a[lo..hi]`, either side optional, or `a[lo..=hi]`.
    Slice {
        /// First index.
        lo: Option<Expr>,
        /// Last index, excluded unless `inclusive`.
        hi: Option<Expr>,
        /// `..=` rather than `..`.
        inclusive: bool,
        /// Where it stands.
        span: Span,
    },
}

/// Which loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopKind {
    /// A tensor of the bodies' values.
    For,
    /// Their sum.
    Sum,
    /// Their product.
    Prod,
}

/// A loop index with its range; without one the extent follows from use.
#[derive(Clone, Debug, PartialEq)]
pub struct Binder {
    /// The index.
    pub name: Ident,
    /// Its range.
    pub range: BinderRange,
}

/// The range of a loop index.
#[derive(Clone, Debug, PartialEq)]
pub enum BinderRange {
    /// `i`
    Inferred,
    /// `i < n`
    Below(Expr),
    /// `i in lo..hi`
    Between(Expr, Expr),
    /// `i in lo..=hi`
    Through(Expr, Expr),
}

/// Prefix operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-a`
    Neg,
    /// `!a`, on bits
    Not,
}

/// Infix operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `a + b`
    Add,
    /// `a - b`
    Sub,
    /// `a * b`
    Mul,
    /// `a / b`
    Div,
    /// `a % b`
    Rem,
    /// `a ** b`
    Pow,
    /// `a @ b`
    MatMul,
    /// `a == b`
    Eq,
    /// `a != b`
    Ne,
    /// `a < b`
    Lt,
    /// `a <= b`
    Le,
    /// `a > b`
    Gt,
    /// `a >= b`
    Ge,
    /// `a && b`, on bits
    And,
    /// `a || b`, on bits
    Or,
}
