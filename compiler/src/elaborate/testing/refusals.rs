//! What is said of assertions that known values violate.

use super::super::Elaborator;
use crate::cost::Cost;
use crate::diagnostic::Diagnostic;
use std::rc::Rc;
use zirc_grammar::ast::Span;

/// Accepted forgeries that one assertion tells of.
const FORGED: usize = 3;

impl Elaborator<'_> {
    /// Reports the assertions that known values violate.
    pub(crate) fn report_refusals(&mut self) {
        for r in std::mem::take(&mut self.out.refusals) {
            let title = match &r.message {
                Some(m) => format!("assertion fails: {m}"),
                None => "assertion fails".into(),
            };
            let said = format!("left is {}, right is {}", r.left, r.right);
            let mut d = Diagnostic::error("E0501", r.span, title).say(said);
            d.notes = costs_in(&self.out.costs_read, r.span);
            d.notes.extend(forged_in(&self.out.forged, r.span));
            self.out.diagnostics.push(d);
        }
    }
}

/// What the costs that an assertion reads are made of.
fn costs_in(read: &[(Span, Rc<Cost>)], assertion: Span) -> Vec<String> {
    let of = |(_, cost): &(Span, Rc<Cost>)| {
        let head = format!("`{}` costs {} constraints", cost.what, cost.total());
        std::iter::once(head).chain(cost.notes(None)).collect::<Vec<_>>()
    };
    read.iter().filter(|(s, _)| is_inside(*s, assertion)).flat_map(of).collect()
}

/// Forgeries within an assertion that were accepted: the first few.
fn forged_in(all: &[(Span, String)], assertion: Span) -> Vec<String> {
    let mut said: Vec<String> = vec![];
    for (_, what) in all.iter().filter(|(s, _)| is_inside(*s, assertion)) {
        if said.len() < FORGED && !said.contains(what) {
            said.push(what.clone());
        }
    }
    said
}

fn is_inside(s: Span, outer: Span) -> bool {
    s.file == outer.file && s.start >= outer.start && s.end <= outer.end
}
