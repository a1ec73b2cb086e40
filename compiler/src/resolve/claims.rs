//! `ensures` of circuits: what a proof claims of inputs and outputs, shown or not.
//!
//! The conditions are enforced, and stand in the signature in the author's words, so that a receipt says what
//! holds of values that nobody sees. Names of inputs and outputs that are called otherwise outside of the
//! program are written as they are called there; a text stands for the integer that `#[labels]` gives it.

use super::closed::Closed;
use super::{PortNames, World};
use crate::diagnostic::Diagnostic;
use crate::types::ItemId;
use std::collections::BTreeMap;
use zirc_circuit::Labels;
use zirc_grammar::ast::{
    BinaryOp, Expr, ExprKind, Function, Index, ItemKind, Span, UnaryOp, Visibility,
};
use zirc_grammar::{Piece, pieces};

const CODE: &str = "E0113";

/// A condition that a circuit ensures.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    /// Over inputs and outputs, without texts.
    pub(crate) condition: Expr,
    /// As the author wrote it, on one line.
    pub(crate) text: String,
}

/// Of circuits, what they claim.
pub(super) fn read(world: &World, errors: &mut Vec<Diagnostic>) -> BTreeMap<ItemId, Vec<Claim>> {
    let mut all = BTreeMap::new();
    for (m, module) in world.modules.iter().enumerate() {
        for (k, item) in module.ast.items.iter().enumerate() {
            let ItemKind::Circuit(f) = &item.kind else { continue };
            if f.ensures.is_empty() {
                continue;
            }
            let ports = Ports {
                names: world.named.get(&(m, k)),
                labels: world.labels.get(&(m, k)).map_or(&[][..], Vec::as_slice),
                f,
            };
            let closed = ports.closed(world, m);
            let mut claims = vec![];
            for condition in &f.ensures {
                let text = source(world, condition.span);
                let own = closed.expr(condition, &[]);
                match own.and_then(|()| ports.claim(condition, text)) {
                    Ok(claim) => claims.push(claim),
                    Err(d) => errors.push(*d),
                }
            }
            all.insert((m, k), claims);
        }
    }
    all
}

/// The text of a piece of a program.
fn source(world: &World, span: Span) -> &str {
    let file = world.files.get(span.file as usize).map_or("", |f| f.text.as_str());
    file.get(span.start as usize..span.end as usize).unwrap_or("")
}

/// Inputs and outputs of a circuit, as its claims name them.
struct Ports<'w> {
    names: Option<&'w PortNames>,
    labels: &'w [Labels],
    f: &'w Function,
}

impl Ports<'_> {
    fn claim(&self, condition: &Expr, text: &str) -> Result<Claim, Box<Diagnostic>> {
        let mut own = condition.clone();
        self.resolve(&mut own)?;
        Ok(Claim { condition: own, text: self.said(text) })
    }

    /// The condition on one line, with ports as they are called outside of the program.
    fn said(&self, text: &str) -> String {
        let all = pieces(text);
        let mut out = String::new();
        let mut space = false;
        for (k, piece) in all.iter().enumerate() {
            match piece {
                Piece::Space => space = !out.is_empty(),
                piece => {
                    if std::mem::take(&mut space) {
                        out.push(' ');
                    }
                    let before = k.checked_sub(1).and_then(|k| all.get(k));
                    let member = matches!(before, Some(Piece::Other("." | "::")));
                    match piece {
                        Piece::Name(name) if !member => out.push_str(&self.outer(name)),
                        piece => out.push_str(piece.text()),
                    }
                }
            }
        }
        out
    }

    /// What a port is called outside, between backticks where that is not its own name.
    fn outer(&self, own: &str) -> String {
        let input = self.f.params.iter().any(|p| p.name.name == own);
        let output = self.outputs().any(|n| n == own);
        let outer = match self.names {
            Some(names) if output => names.output(own),
            Some(names) if input => names.input(own),
            _ => own,
        };
        if outer == own { own.to_owned() } else { format!("`{}`", outer.replace('`', "\\u{60}")) }
    }

    fn outputs(&self) -> impl Iterator<Item = &str> {
        self.f.results.iter().filter_map(|o| Some(o.name.as_ref()?.name.as_str()))
    }

    /// Inputs and outputs, and what else has a name in the circuit.
    fn closed<'w>(&self, world: &'w World, module: usize) -> Closed<'w>
    where
        Self: 'w,
    {
        let f = self.f;
        let is_const = |p: &&zirc_grammar::ast::Param| p.visibility == Some(Visibility::Const);
        let inputs = f.params.iter().filter(|p| !is_const(p)).map(|p| p.name.name.as_str());
        let consts = f.params.iter().filter(is_const).map(|p| p.name.name.as_str());
        let generics = f.generics.iter().map(|g| g.name.name.as_str());
        let outputs = f.results.iter().filter_map(|o| Some(o.name.as_ref()?.name.as_str()));
        let ports = inputs.chain(outputs).collect();
        Closed { world, module, ports, hidden: consts.chain(generics).collect() }
    }

    /// Puts integers in the place of texts.
    fn resolve(&self, e: &mut Expr) -> Result<(), Box<Diagnostic>> {
        match &mut e.kind {
            ExprKind::Paren(a) | ExprKind::Unary(UnaryOp::Not, a) => self.resolve(a),
            ExprKind::Binary(BinaryOp::Eq | BinaryOp::Ne, a, b) => {
                let (left, right) = (self.counted(a), self.counted(b));
                label(a, right)?;
                label(b, left)
            }
            ExprKind::Binary(_, a, b) => {
                self.resolve(a)?;
                self.resolve(b)
            }
            _ => Ok(()),
        }
    }

    /// The names that the integers of an expression have: a labelled output's, or those of the place of its largest
    /// element.
    fn counted(&self, e: &Expr) -> Option<&Labels> {
        match &e.kind {
            ExprKind::Paren(inner) => self.counted(inner),
            ExprKind::Call { callee, args, .. } => {
                let ExprKind::Path(p) = &callee.kind else { return None };
                let last = p.segments.last().map(|s| s.name.as_str());
                let ([arg], Some("argmax")) = (args.as_slice(), last) else { return None };
                let of = whole(&arg.value)?;
                self.labels.iter().find(|l| l.place && l.output == of)
            }
            _ => {
                let of = base(e)?;
                self.labels.iter().find(|l| !l.place && l.output == of)
            }
        }
    }
}

/// The name that an expression is, or is all elements of but for dimensions of one: `x`, `x[0]`, `x[.., 0]`.
fn whole(e: &Expr) -> Option<&str> {
    let all = |i: &Index| match i {
        Index::At(at) => matches!(&at.kind, ExprKind::Int(n) if n == "0"),
        Index::Slice { lo, hi, .. } => lo.is_none() && hi.is_none(),
    };
    match &e.kind {
        ExprKind::Index { base: inner, indices } => {
            whole(inner).filter(|_| indices.iter().all(all))
        }
        ExprKind::Paren(inner) => whole(inner),
        _ => base(e),
    }
}

/// The name that an expression is, or is elements of.
fn base(e: &Expr) -> Option<&str> {
    match &e.kind {
        ExprKind::Path(p) if p.generics.is_empty() => match p.segments.as_slice() {
            [one] => Some(&one.name),
            _ => None,
        },
        ExprKind::Index { base: inner, .. } | ExprKind::Paren(inner) => base(inner),
        _ => None,
    }
}

/// The integer of a text that is compared with what has these names.
fn label(e: &mut Expr, names: Option<&Labels>) -> Result<(), Box<Diagnostic>> {
    let ExprKind::Str(label) = &e.kind else { return Ok(()) };
    let fail = |title: String, help: String| {
        Err(Box::new(Diagnostic::error(CODE, e.span, title).help(help)))
    };
    let Some(labels) = names else {
        let help = "name the integers of an output, `#[labels(class, \"no\", \"yes\")]`, or its elements, \
                    `#[labels(argmax(scores), \"no\", \"yes\")]`";
        return fail("nothing says which integer this text is".into(), help.into());
    };
    // No two of them are alike.
    match labels.names.iter().position(|n| n == label) {
        Some(k) => {
            e.kind = ExprKind::Int(k.to_string());
            Ok(())
        }
        None => {
            let known = zirc_circuit::labels::Quoted(&labels.names);
            let title = format!("`{}` counts no such name", counts(labels));
            fail(title, format!("there are {known}"))
        }
    }
}

/// What labels name, as the attribute does.
fn counts(labels: &Labels) -> String {
    match labels.place {
        true => format!("argmax({})", labels.output),
        false => labels.output.clone(),
    }
}
