//! That a condition says what it means by itself: its names are those of inputs and outputs, of its own loops, and of
//! the standard library, which everybody has. A function, constant or parameter of the program would leave the reader
//! of a claim to guess.

use super::{World, is_library};
use crate::diagnostic::Diagnostic;
use std::collections::BTreeSet;
use zirc_grammar::ast::{
    Binder, Block, Expr, ExprKind, GenericExpr, Part, Path, Span, Type, TypeKind,
};

const CODE: &str = "E0113";

/// The names of a condition under way.
pub(super) struct Closed<'w> {
    pub(super) world: &'w World,
    pub(super) module: usize,
    /// Inputs and outputs.
    pub(super) ports: BTreeSet<&'w str>,
    /// Names that are known in the circuit and are neither: `const` parameters and generics.
    pub(super) hidden: BTreeSet<&'w str>,
}

type Checked = Result<(), Box<Diagnostic>>;

impl Closed<'_> {
    /// Refuses a name of something that a reader does not have; `bound` are those of loops around.
    pub(super) fn expr(&self, e: &Expr, bound: &[String]) -> Checked {
        match &e.kind {
            ExprKind::Loop { binders, body, .. } => self.body(binders, body, bound.to_vec()),
            ExprKind::Fold { acc, init, binders, body } => {
                self.expr(init, bound)?;
                let mut inner = bound.to_vec();
                inner.push(self.fresh(&acc.name, acc.span)?);
                self.body(binders, body, inner)
            }
            _ => e.parts().try_for_each(|part| match part {
                Part::Expr(e) => self.expr(e, bound),
                Part::Block(b) => self.block(b, bound),
                Part::Type(t) => self.ty(t, bound),
                Part::Path(p) => self.path(p, bound),
                Part::Binder(_) => Ok(()),
            }),
        }
    }

    /// A name of a loop's own, which must not be taken for an input or output.
    fn fresh(&self, name: &str, span: Span) -> Result<String, Box<Diagnostic>> {
        match self.ports.contains(name) {
            true => Err(fail(span, format!("`{name}` is an input or output already"))),
            false => Ok(name.to_owned()),
        }
    }

    fn body(&self, binders: &[Binder], body: &Block, mut bound: Vec<String>) -> Checked {
        for b in binders {
            b.range.exprs().try_for_each(|e| self.expr(e, &bound))?;
            bound.push(self.fresh(&b.name.name, b.name.span)?);
        }
        self.block(body, &bound)
    }

    fn block(&self, b: &Block, bound: &[String]) -> Checked {
        match (b.statements.first(), &b.tail) {
            (Some(s), _) => Err(fail(s.span, "a claim has no statements".into())),
            (None, tail) => tail.iter().try_for_each(|e| self.expr(e, bound)),
        }
    }

    fn ty(&self, t: &Type, bound: &[String]) -> Checked {
        match &t.kind {
            TypeKind::Infer | TypeKind::Field | TypeKind::Bit => Ok(()),
            TypeKind::Int { .. } | TypeKind::Q { .. } => Ok(()),
            TypeKind::Range { lo, hi, scale } => {
                [lo, hi].into_iter().chain(scale).try_for_each(|e| self.expr(e, bound))
            }
            TypeKind::Path(p) => self.path(p, bound),
            TypeKind::Tensor { elem, dims } => {
                self.ty(elem, bound)?;
                dims.iter().try_for_each(|e| self.expr(e, bound))
            }
            TypeKind::Tuple(all) => all.iter().try_for_each(|t| self.ty(t, bound)),
        }
    }

    fn path(&self, p: &Path, bound: &[String]) -> Checked {
        for g in &p.generics {
            match &g.value {
                GenericExpr::Type(t) => self.ty(t, bound)?,
                GenericExpr::Expr(e) => self.expr(e, bound)?,
            }
        }
        let first = p.segments.first().map_or("", |s| s.name.as_str());
        if bound.iter().any(|b| b == first) || self.ports.contains(first) {
            return Ok(());
        }
        if self.hidden.contains(first) {
            let title = format!("`{first}` is no input and no output");
            return Err(fail(p.span, title));
        }
        match self.world.lookup(self.module, &p.segments) {
            Some((m, _)) if !is_library(&self.world.modules[m].path) => {
                Err(fail(p.span, format!("`{first}` is the program's own")))
            }
            // What is nowhere is told where it is looked up.
            _ => Ok(()),
        }
    }
}

fn fail(span: Span, title: String) -> Box<Diagnostic> {
    let d = Diagnostic::error(CODE, span, title)
        .say("whoever reads the claim does not know what it is")
        .help("a claim is about inputs and outputs, by what the language and its library have");
    Box::new(d)
}
