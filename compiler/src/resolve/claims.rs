//! `ensures` of circuits: what a proof claims of inputs and outputs, shown or not.
//!
//! The conditions are enforced, and stand in the signature in the author's words, so that a receipt says what
//! holds of values that nobody sees. Names of inputs and outputs that are called otherwise outside of the
//! program are written as they are called there; a text stands for the integer that `#[labels]` gives it.

use super::{PortNames, World};
use crate::diagnostic::Diagnostic;
use crate::value::ItemId;
use std::collections::BTreeMap;
use zirc_circuit::Labels;
use zirc_grammar::ast::{BinaryOp, Expr, ExprKind, Function, ItemKind, Span, UnaryOp};
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
            let mut claims = vec![];
            for condition in &f.ensures {
                match ports.claim(condition, source(world, condition.span)) {
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
        self.resolve(&mut own, condition.span.start, text)?;
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

    /// Puts integers in the place of texts.
    fn resolve(&self, e: &mut Expr, start: u32, text: &str) -> Result<(), Box<Diagnostic>> {
        match &mut e.kind {
            ExprKind::Paren(a) | ExprKind::Unary(UnaryOp::Not, a) => self.resolve(a, start, text),
            ExprKind::Binary(BinaryOp::Eq | BinaryOp::Ne, a, b) => {
                let (left, right) = (a.span, b.span);
                let words = |s: Span| {
                    let of = |at: u32| (at - start) as usize;
                    text.get(of(s.start)..of(s.end)).unwrap_or("")
                };
                self.label(a, words(right))?;
                self.label(b, words(left))
            }
            ExprKind::Binary(_, a, b) => {
                self.resolve(a, start, text)?;
                self.resolve(b, start, text)
            }
            _ => Ok(()),
        }
    }

    /// The integer of a text that something is compared with.
    fn label(&self, e: &mut Expr, compared: &str) -> Result<(), Box<Diagnostic>> {
        let ExprKind::Str(label) = &e.kind else { return Ok(()) };
        let fail = |title: String, help: String| {
            Err(Box::new(Diagnostic::error(CODE, e.span, title).help(help)))
        };
        let names = pieces(compared);
        let mentioned =
            |l: &&Labels| names.iter().any(|p| matches!(p, Piece::Name(n) if *n == l.output));
        let mut own = self.labels.iter().filter(mentioned);
        // A vector of scores has an element for each of the names that another output counts.
        let mut all = self.labels.iter();
        let labels = match (own.next(), own.next(), all.next(), all.next()) {
            (Some(one), None, _, _) | (None, _, Some(one), None) => one,
            _ => {
                let help = "name the integers of an output: `#[labels(class, \"no\", \"yes\")]`";
                return fail("nothing says which integer this text is".into(), help.into());
            }
        };
        let Some(k) = labels.names.iter().position(|n| n == label) else {
            let known = zirc_circuit::labels::Quoted(&labels.names);
            let title = format!("`{}` counts no such name", labels.output);
            return fail(title, format!("there are {known}"));
        };
        e.kind = ExprKind::Int(k.to_string());
        Ok(())
    }
}
