//! In-language tests, on plain integers, and what functions are said to cost.

mod pins;

use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Prints};
use crate::loader::Loader;
use crate::promise::{Promise, Trying, promise};
use crate::resolve::World;
use crate::shown::Printed;
use crate::types::Type;
use zirc_grammar::ast::{ItemKind, Span};

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not, for these reasons.
    Failed(Vec<Diagnostic>),
}

/// One test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestReport {
    /// Its name.
    pub name: String,
    /// Where it is defined.
    pub span: Span,
    /// What it prints, in order; the first thousand lines.
    pub printed: Vec<Printed>,
    /// How many lines more it prints.
    pub more: usize,
    /// How it ended.
    pub outcome: Outcome,
}

impl Outcome {
    fn of(wrong: Vec<Diagnostic>) -> Outcome {
        if wrong.is_empty() { Outcome::Passed } else { Outcome::Failed(wrong) }
    }
}

/// Runs the tests of one module of a program whose name contains `filter`, measures what its functions are said to
/// cost, and checks what the functions that the tests call promise.
pub(crate) fn tests(
    world: &World,
    module: usize,
    filter: &str,
    loader: &mut dyn Loader,
    trying: &mut Trying<'_>,
) -> (Vec<TestReport>, Vec<Promise>) {
    let mut reports = vec![];
    let mut promised = vec![];
    for item in &world.modules[module].ast.items {
        let ItemKind::Test { name, body } = &item.kind else { continue };
        if !name.name.contains(filter) {
            continue;
        }
        let mut e = Elaborator::inside(world, loader, module);
        e.at.unroll = true;
        e.out.prints = Some(Prints::default());
        if let Err(stop) = e.block(body, &Type::Infer) {
            e.report(stop);
            e.demand_reason(name.span);
        }
        e.report_refusals();
        for p in e.out.promised {
            if !promised.contains(&p) {
                promised.push(p);
            }
        }
        let Prints { lines: printed, more, .. } = e.out.prints.unwrap_or_default();
        let (name, span) = (name.name.clone(), name.span);
        let outcome = Outcome::of(e.out.diagnostics);
        reports.push(TestReport { name, span, printed, more, outcome });
    }
    reports.extend(pins::measured(world, module, filter, loader));
    let kept = promised.iter().map(|(id, g)| promise(world, *id, g, loader, trying));
    (reports, kept.collect())
}
