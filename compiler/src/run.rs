//! In-language tests, on plain integers.

use crate::cost::Cost;
use crate::diagnostic::Diagnostic;
use crate::elaborate::item::{Entry, Ports, Supply};
use crate::elaborate::{Elaborator, Frame, Prints, Res};
use crate::loader::Loader;
use crate::project::Project;
use crate::promise::{Promise, Trying};
use crate::shown::Shown;
use crate::types::Type;
use crate::value::{ItemId, Value};
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_circuit::Visibility;
use zirc_grammar::ast::{ItemKind, Span};

/// Accepted forgeries that one assertion tells of.
const FORGED: usize = 3;

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

/// What one `print(…)` shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The call.
    pub span: Span,
    /// The text that was given, or else the value as it is written.
    pub label: String,
    /// The value; nothing if only a text is printed.
    pub value: Option<Shown>,
}

impl Project {
    /// Runs the tests of the program whose name contains `filter`, and checks what the functions that they call
    /// promise.
    pub fn test(&self, filter: &str, loader: &mut dyn Loader) -> (Vec<TestReport>, Vec<Promise>) {
        self.test_trying(filter, loader, &mut Trying::default())
    }

    /// The same, with promises tried so hard.
    pub fn test_trying(
        &self,
        filter: &str,
        loader: &mut dyn Loader,
        trying: &mut Trying<'_>,
    ) -> (Vec<TestReport>, Vec<Promise>) {
        self.test_module(0, filter, loader, trying)
    }

    /// Runs the tests of one module of the program.
    fn test_module(
        &self,
        module: usize,
        filter: &str,
        loader: &mut dyn Loader,
        trying: &mut Trying<'_>,
    ) -> (Vec<TestReport>, Vec<Promise>) {
        let mut reports = vec![];
        let mut promised = vec![];
        for item in &self.world.modules[module].ast.items {
            let ItemKind::Test { name, body } = &item.kind else { continue };
            if !name.name.contains(filter) {
                continue;
            }
            let mut e = Elaborator::new(&self.world, loader);
            e.at.frames.push(Frame::new(module, BTreeMap::new()));
            e.at.unroll = true;
            e.out.prints = Some(Prints::default());
            let out = e.block(body, &Type::Infer);
            if let Err(stop) = out {
                e.report(stop);
            }
            e.report_refusals();
            let outcome = if e.out.diagnostics.is_empty() {
                Outcome::Passed
            } else {
                Outcome::Failed(e.out.diagnostics)
            };
            for p in e.out.promised {
                if !promised.contains(&p) {
                    promised.push(p);
                }
            }
            let Prints { lines: printed, more, .. } = e.out.prints.unwrap_or_default();
            let (name, span) = (name.name.clone(), name.span);
            reports.push(TestReport { name, span, printed, more, outcome });
        }
        reports.extend(self.pinned(module, filter, loader));
        let kept = promised.iter().map(|(id, g)| self.promise(*id, g, loader, trying));
        (reports, kept.collect())
    }

    /// The names of the standard library's modules, for running their tests.
    #[must_use]
    pub fn std_modules(&self) -> Vec<String> {
        let std = self.world.modules.iter().filter(|m| m.path.starts_with("std::"));
        std.map(|m| m.path.clone()).collect()
    }

    /// Runs the tests of a module of the standard library whose name contains `filter`.
    pub fn test_std(
        &self,
        path: &str,
        filter: &str,
        loader: &mut dyn Loader,
        trying: &mut Trying<'_>,
    ) -> (Vec<TestReport>, Vec<Promise>) {
        match self.world.modules.iter().position(|m| m.path == path) {
            Some(m) => self.test_module(m, filter, loader, trying),
            None => (vec![], vec![]),
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

    /// Elaborates a function without generics on inputs of its parameters' types.
    pub(crate) fn check_function(&mut self, id: ItemId) -> Res<()> {
        let world = self.world;
        let ItemKind::Fn(f) = &world.item(id).kind else { return Ok(()) };
        let types = self.in_module(id.0, BTreeMap::new(), |e| {
            f.params.iter().map(|p| e.resolve_type(&p.ty)).collect::<Res<Vec<_>>>()
        })?;
        let mut ports = Ports::default();
        let mut args = vec![];
        for (p, t) in f.params.iter().zip(&types) {
            let open = match t {
                Type::Num { elem, dims } => elem.is_none() || dims.iter().any(Option::is_none),
                Type::Infer => true,
                _ => false,
            };
            if open {
                return Ok(());
            }
            let entry = Entry {
                model: false,
                visibility: Visibility::Private,
                file: None,
                supply: Supply::Inputs,
                span: p.span,
            };
            let name = &p.name.name;
            let v =
                self.in_module(id.0, BTreeMap::new(), |e| e.input(name, t, entry, &mut ports))?;
            args.push((v, p.name.span));
        }
        self.at.frames.push(Frame::new(id.0, BTreeMap::new()));
        let out =
            self.apply(&Value::Function(id, Rc::new(vec![])), args, &Type::Infer, f.name.span);
        self.at.frames.pop();
        out.map(|_| ())
    }
}
