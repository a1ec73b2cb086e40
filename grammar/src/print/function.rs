//! Functions and circuits.

use super::Printer;
use super::doc::{Doc, group, nest, seq, whole};
use super::list::{Shape, Style};
use crate::ast::{Expr, Function, Generic, Output, Param, Visibility};
use crate::token::Kind;

impl<'s> Printer<'s> {
    /// A function is on one line, or its body is on lines of its own.
    pub(super) fn function(&mut self, function: &Function) -> Doc<'s> {
        let head = self.function_head(function);
        group(seq([head, self.block(&function.body)]))
    }

    /// Up to the body, with the space or line end before it.
    pub(super) fn function_head(&mut self, function: &Function) -> Doc<'s> {
        let start = seq([self.word(), self.token()]);
        let generics = self.generics(&function.generics);
        let params = self.params(&function.params);
        let results = self.results(&function.results);
        let clauses = !function.wheres.is_empty() || !function.ensures.is_empty();
        let clauses = if clauses { self.clauses(function) } else { Doc::Space };
        seq([start, generics, params, results, clauses])
    }

    pub(super) fn generics(&mut self, list: &[Generic]) -> Doc<'s> {
        if list.is_empty() {
            return Doc::NOTHING;
        }
        self.list(Shape::FILL, list, |printer, generic| {
            let start = seq([printer.token(), printer.word(), printer.token()]);
            match &generic.default {
                Some(value) => seq([start, printer.sign(), printer.generic_expr(value)]),
                None => start,
            }
        })
    }

    /// The parameters of a circuit are on one line or on a line each, their names in one column.
    fn params(&mut self, params: &[Param]) -> Doc<'s> {
        let visibilities = params.iter().filter_map(|param| param.visibility);
        let widest = visibilities.map(|visibility| word(visibility).len()).max();
        let style = if widest.is_some() { Style::Column } else { Style::Rows };
        self.list(Shape { style, ..Shape::ROWS }, params, |printer, param| {
            let visibility = match param.visibility {
                Some(visibility) => {
                    let pad = widest.unwrap_or(0).saturating_sub(word(visibility).len());
                    seq([printer.token(), Doc::Pad(pad)])
                }
                None => Doc::NOTHING,
            };
            let ty = seq([printer.label(Some(&param.name)), printer.ty(&param.ty)]);
            match &param.default {
                Some(value) => seq([visibility, ty, printer.sign(), printer.expr(value)]),
                None => seq([visibility, ty]),
            }
        })
    }

    fn results(&mut self, results: &[Output]) -> Doc<'s> {
        if results.is_empty() {
            return Doc::NOTHING;
        }
        let arrow = self.sign();
        let results = match (self.peek(), results) {
            // A parenthesis behind the arrow opens a list, whatever is in it.
            (Some(Kind::OpenParen), _) => self.list(Shape::ROWS, results, Printer::output),
            (_, [result]) => self.output(result),
            _ => Doc::NOTHING,
        };
        whole(seq([arrow, results]))
    }

    fn output(&mut self, output: &Output) -> Doc<'s> {
        let visibility = match output.visibility {
            Some(_) => self.word(),
            None => Doc::NOTHING,
        };
        seq([visibility, self.label(output.name.as_ref()), self.ty(&output.ty)])
    }

    /// `where` and `ensures`: alone `where` may stay on the line.
    fn clauses(&mut self, function: &Function) -> Doc<'s> {
        let edge = || if function.ensures.is_empty() { Doc::Line } else { Doc::Hard };
        let mut docs = Vec::new();
        for conditions in [&*function.wheres].into_iter().chain(self.said(&function.ensures)) {
            if !conditions.is_empty() {
                docs.extend([edge(), self.word(), self.conditions(conditions)]);
            }
        }
        group(seq([nest(Doc::Seq(docs)), edge()]))
    }

    /// The conditions behind each `ensures`, which the tree does not tell apart.
    fn said<'e>(&self, ensures: &'e [Expr]) -> Vec<&'e [Expr]> {
        let begins = |condition: &Expr| {
            let next = self.tokens.partition_point(|token| token.start < condition.span.start);
            let before = next.checked_sub(1).and_then(|before| self.tokens.get(before));
            before.is_some_and(|token| token.kind == Kind::Ensures)
        };
        ensures.chunk_by(|_, next| !begins(next)).collect()
    }

    fn conditions(&mut self, conditions: &[Expr]) -> Doc<'s> {
        group(self.bare(true, conditions, Printer::expr))
    }
}

fn word(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Private => "private",
        Visibility::Committed => "committed",
        Visibility::Const => "const",
    }
}
