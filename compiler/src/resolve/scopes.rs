//! Where names are bound and read in an item, in the order in which they come into being: what asks whether a name is
//! bound twice, or never read, walks along here.
//!
//! Every field of every node is named, so that a new one cannot be forgotten: a name that is read there would be said
//! to be read nowhere.

use std::collections::BTreeSet;
use zirc_grammar::ast::{
    Attribute, Binder, Block, Expr, ExprKind, Function, Generic, GenericArg, GenericExpr, Ident,
    Item, ItemKind, Output, Param, Part, Path, Pattern, Statement, StatementKind, Type, TypeKind,
    Visibility,
};

/// What binds a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binding {
    Generic,
    /// A parameter of a function.
    Parameter,
    /// A parameter of a circuit.
    Input(Option<Visibility>),
    /// A named result, in the conditions on it.
    Result,
    Let,
    Hint,
    /// The index of a loop.
    Index,
    /// What a `fold` carries along.
    Accumulator,
}

/// How a name is bound.
#[derive(Clone, Copy)]
pub(crate) struct Bound<'a> {
    pub(crate) by: Binding,
    /// The value that it takes, if one is written.
    pub(crate) from: Option<&'a Expr>,
    /// The type that is written for it, if it has one of its own.
    pub(crate) ty: Option<&'a Type>,
}

impl<'a> Bound<'a> {
    fn by(by: Binding) -> Bound<'a> {
        Bound { by, from: None, ty: None }
    }
}

/// What is told of names.
pub(crate) trait Names<'a> {
    /// What is bound from here on is gone with the next `leave`.
    fn enter(&mut self) {}

    fn leave(&mut self) {}

    /// A name means something new behind this.
    fn bind(&mut self, _name: &'a Ident, _bound: Bound<'a>) {}

    /// A value, type or size is called by name.
    fn read(&mut self, _path: &'a Path) {}

    /// Whether what an attribute names is read by it.
    fn is_read_by(&self, _attribute: &Attribute) -> bool {
        true
    }

    /// Names that stand side by side, so that no order tells which of two is meant.
    fn together(&mut self, _what: &'static str, _names: &[&'a Ident]) {}
}

/// Walks along an item.
pub(crate) fn of_item<'a>(item: &'a Item, n: &mut dyn Names<'a>) {
    let Item { doc: _, attributes, public: _, kind, span: _ } = item;
    match kind {
        ItemKind::Fn(f) => of_function(attributes, f, false, n),
        ItemKind::Circuit(f) => of_function(attributes, f, true, n),
        ItemKind::CircuitAlias { name: _, target } => in_path(target, n),
        ItemKind::Struct { name: _, generics, fields } => {
            n.enter();
            of_generics(generics, n);
            n.together("field", &fields.iter().map(|(name, _)| name).collect::<Vec<_>>());
            fields.iter().for_each(|(_, ty)| in_type(ty, n));
            n.leave();
        }
        ItemKind::TypeAlias { name: _, generics, ty } => {
            n.enter();
            of_generics(generics, n);
            in_type(ty, n);
            n.leave();
        }
        ItemKind::Const { name: _, ty, value } => {
            ty.iter().for_each(|ty| in_type(ty, n));
            in_expr(value, n);
        }
        ItemKind::Test { name: _, body } => in_block(body, n),
        ItemKind::Use { path: _, what: _ } | ItemKind::Error => {}
    }
    if !matches!(kind, ItemKind::Fn(_) | ItemKind::Circuit(_)) {
        in_attributes(attributes, n);
    }
}

struct Firsts<'a>(BTreeSet<&'a str>);

impl<'a> Names<'a> for Firsts<'a> {
    fn read(&mut self, path: &'a Path) {
        self.0.extend(path.segments.first().map(|s| s.name.as_str()));
    }
}

/// Looks for a name.
struct Wanted<'n>(&'n str, bool);

impl<'a> Names<'a> for Wanted<'_> {
    fn read(&mut self, path: &'a Path) {
        self.1 |= path.segments.first().is_some_and(|s| s.name == self.0);
    }
}

/// The first words of all names that an expression reads.
pub(crate) fn reads(e: &Expr) -> BTreeSet<&str> {
    let mut all = Firsts(BTreeSet::new());
    in_expr(e, &mut all);
    all.0
}

/// Whether a type is made of a name.
pub(crate) fn is_of(t: &Type, name: &str) -> bool {
    let mut wanted = Wanted(name, false);
    in_type(t, &mut wanted);
    wanted.1
}

fn of_generics<'a>(generics: &'a [Generic], n: &mut dyn Names<'a>) {
    n.together("generic", &generics.iter().map(|g| &g.name).collect::<Vec<_>>());
    for Generic { name, kind: _, default } in generics {
        default.iter().for_each(|x| in_generic(x, n));
        n.bind(name, Bound::by(Binding::Generic));
    }
}

fn of_function<'a>(
    attributes: &'a [Attribute],
    f: &'a Function,
    circuit: bool,
    n: &mut dyn Names<'a>,
) {
    let Function { name: _, generics, params, results, wheres, ensures, body } = f;
    let params_and_generics =
        generics.iter().map(|g| &g.name).chain(params.iter().map(|p| &p.name));
    let named = results.iter().filter_map(|o| o.name.as_ref());
    // Where no condition speaks of both, a result may be called what it takes the place of.
    if circuit || !ensures.is_empty() {
        n.together("name", &params_and_generics.chain(named).collect::<Vec<_>>());
    } else {
        n.together("name", &params_and_generics.collect::<Vec<_>>());
        n.together("name", &named.collect::<Vec<_>>());
    }
    n.enter();
    for Generic { name, kind: _, default } in generics {
        default.iter().for_each(|x| in_generic(x, n));
        n.bind(name, Bound::by(Binding::Generic));
    }
    for Param { visibility: _, name: _, ty, default, span: _ } in params {
        in_type(ty, n);
        default.iter().for_each(|x| in_expr(x, n));
    }
    for p in params {
        let by = if circuit { Binding::Input(p.visibility) } else { Binding::Parameter };
        n.bind(&p.name, Bound { by, from: p.default.as_ref(), ty: Some(&p.ty) });
    }
    wheres.iter().for_each(|x| in_expr(x, n));
    results.iter().for_each(|Output { visibility: _, name: _, ty, span: _ }| in_type(ty, n));
    in_block(body, n);
    n.enter();
    for o in results {
        let bound = Bound { ty: Some(&o.ty), ..Bound::by(Binding::Result) };
        o.name.iter().for_each(|name| n.bind(name, bound));
    }
    ensures.iter().for_each(|x| in_expr(x, n));
    // Attributes speak of parameters and results by their names.
    in_attributes(attributes, n);
    n.leave();
    n.leave();
}

fn in_attributes<'a>(attributes: &'a [Attribute], n: &mut dyn Names<'a>) {
    for a in attributes {
        let Attribute { name: _, args, span: _ } = a;
        if n.is_read_by(a) {
            args.iter().for_each(|x| in_expr(x, n));
        }
    }
}

fn in_block<'a>(b: &'a Block, n: &mut dyn Names<'a>) {
    let Block { statements, tail, span: _ } = b;
    n.enter();
    for Statement { attributes, kind, span: _ } in statements {
        in_attributes(attributes, n);
        match kind {
            StatementKind::Let { pattern, ty, value } => {
                ty.iter().for_each(|ty| in_type(ty, n));
                in_expr(value, n);
                let mut names = vec![];
                of_pattern(pattern, &mut names);
                n.together("name", &names);
                let own = ty.as_ref().filter(|_| matches!(pattern, Pattern::Name(_)));
                let bound = Bound { by: Binding::Let, from: Some(value), ty: own };
                names.into_iter().for_each(|name| n.bind(name, bound));
            }
            StatementKind::Hint { name, ty, value } => {
                in_type(ty, n);
                in_expr(value, n);
                n.bind(name, Bound { by: Binding::Hint, from: Some(value), ty: Some(ty) });
            }
            StatementKind::Assert { condition, message: _ } => in_expr(condition, n),
            StatementKind::Expr(e) => in_expr(e, n),
            StatementKind::Error => {}
        }
    }
    tail.iter().for_each(|x| in_expr(x, n));
    n.leave();
}

fn of_pattern<'a>(p: &'a Pattern, names: &mut Vec<&'a Ident>) {
    match p {
        Pattern::Name(name) => names.push(name),
        Pattern::Ignore(_) => {}
        Pattern::Tuple(parts, _) => parts.iter().for_each(|p| of_pattern(p, names)),
    }
}

fn in_expr<'a>(e: &'a Expr, n: &mut dyn Names<'a>) {
    match &e.kind {
        ExprKind::Loop { kind: _, binders, body } => in_loop(binders, None, body, n),
        ExprKind::Fold { acc, init, binders, body } => {
            in_expr(init, n);
            in_loop(binders, Some((acc, init)), body, n);
        }
        _ => e.parts().for_each(|part| match part {
            Part::Expr(e) => in_expr(e, n),
            Part::Block(b) => in_block(b, n),
            Part::Type(t) => in_type(t, n),
            Part::Path(p) => in_path(p, n),
            Part::Binder(_) => {}
        }),
    }
}

/// A loop, and what it carries along if it is a `fold`, with what that begins as.
fn in_loop<'a>(
    binders: &'a [Binder],
    acc: Option<(&'a Ident, &'a Expr)>,
    body: &'a Block,
    n: &mut dyn Names<'a>,
) {
    n.enter();
    let names = acc.iter().map(|(name, _)| *name).chain(binders.iter().map(|b| &b.name));
    n.together("name", &names.collect::<Vec<_>>());
    for Binder { name, range } in binders {
        range.exprs().for_each(|e| in_expr(e, n));
        n.bind(name, Bound::by(Binding::Index));
    }
    if let Some((name, init)) = acc {
        n.bind(name, Bound { by: Binding::Accumulator, from: Some(init), ty: None });
    }
    in_block(body, n);
    n.leave();
}

fn in_path<'a>(p: &'a Path, n: &mut dyn Names<'a>) {
    let Path { segments: _, generics, span: _ } = p;
    n.read(p);
    generics.iter().for_each(|GenericArg { name: _, value }| in_generic(value, n));
}

fn in_generic<'a>(value: &'a GenericExpr, n: &mut dyn Names<'a>) {
    match value {
        GenericExpr::Type(t) => in_type(t, n),
        GenericExpr::Expr(e) => in_expr(e, n),
    }
}

fn in_type<'a>(t: &'a Type, n: &mut dyn Names<'a>) {
    match &t.kind {
        TypeKind::Infer
        | TypeKind::Field
        | TypeKind::Bit
        | TypeKind::Int { signed: _, bits: _ }
        | TypeKind::Q { signed: _, int: _, frac: _ } => {}
        TypeKind::Range { lo, hi, scale } => {
            in_expr(lo, n);
            in_expr(hi, n);
            scale.iter().for_each(|x| in_expr(x, n));
        }
        TypeKind::Path(path) => in_path(path, n),
        TypeKind::Tensor { elem, dims } => {
            in_type(elem, n);
            dims.iter().for_each(|x| in_expr(x, n));
        }
        TypeKind::Tuple(parts) => parts.iter().for_each(|x| in_type(x, n)),
    }
}
