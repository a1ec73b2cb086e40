//! `stdlib/costs.zirc`: at which instances costs are measured.
//!
//! Statements `cost(f::<…>);` or `cost(f(…));`, and `without_cost(f, "reason");`, in a `test`. The file
//! is one of the language, so that mistakes in it are found and shown as in any other.

use std::collections::{BTreeMap, BTreeSet};
use zirc_grammar::ast::{Arg, Expr, ExprKind, ItemKind, StatementKind};
use zirc_grammar::parse;
use zirc_pages::{Item, Kind, line_of, on_one_line};

/// The file, from the root of the repository.
pub const INSTANCES: &str = "stdlib/costs.zirc";

/// What the file says.
#[derive(Clone, Debug, Default)]
pub struct Instances {
    pub(crate) costs: Vec<Instance>,
    pub(crate) without: Vec<Without>,
}

/// A function or call to measure.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    /// The function's name.
    pub(crate) item: String,
    pub(crate) measured: zirc_pages::Instance,
    pub(crate) line: usize,
}

/// A function that is not to be measured.
#[derive(Clone, Debug)]
pub(crate) struct Without {
    pub(crate) item: String,
    pub(crate) reason: String,
    line: usize,
}

impl Instances {
    /// Reads the file's text.
    ///
    /// # Errors
    /// Every line that is not as it should be.
    pub fn parse(text: &str) -> Result<Instances, Vec<String>> {
        let at = |line: usize, what: &str| format!("{INSTANCES}:{line}: {what}");
        let module = parse(text, 0).map_err(|errors| {
            errors.iter().map(|e| at(line_of(text, e.span), &e.message)).collect::<Vec<_>>()
        })?;
        let mut found = Instances::default();
        let mut problems = vec![];
        let tests = module.items.iter().filter_map(|i| match &i.kind {
            ItemKind::Test { body, .. } => Some(body),
            _ => None,
        });
        for body in tests {
            let tail = body.tail.as_deref();
            let statements = body.statements.iter().map(|s| match &s.kind {
                StatementKind::Expr(e) => Ok(e),
                _ => Err(s.span),
            });
            for statement in statements.chain(tail.map(Ok)) {
                let span = statement.map_or_else(|span| span, |e: &Expr| e.span);
                let line = line_of(text, span);
                if statement.ok().and_then(|e| found.take(text, e, line)).is_none() {
                    let what = "expected `cost(f::<…>);`, `cost(f(…));` or \
                                `without_cost(f, \"reason\");`";
                    problems.push(at(line, what));
                }
            }
        }
        if problems.is_empty() { Ok(found) } else { Err(problems) }
    }

    fn take(&mut self, text: &str, statement: &Expr, line: usize) -> Option<()> {
        let ExprKind::Call { callee, args, elementwise: false } = &statement.kind else {
            return None;
        };
        let positional = |a: &Arg| a.name.is_none();
        match (name(callee)?.as_str(), args.as_slice()) {
            ("cost", [call]) if positional(call) => {
                let call = call.value.clone();
                let function = match &call.kind {
                    ExprKind::Call { callee, elementwise: false, .. } => callee,
                    _ => &call,
                };
                let (item, text) = (name(function)?, on_one_line(text, call.span));
                let measured = zirc_pages::Instance { text, call };
                self.costs.push(Instance { item, measured, line });
            }
            ("without_cost", [what, why]) if positional(what) && positional(why) => {
                let ExprKind::Str(reason) = &why.value.kind else { return None };
                let item = name(&what.value)?;
                self.without.push(Without { item, reason: reason.clone(), line });
            }
            _ => return None,
        }
        Some(())
    }

    /// Functions without a line and lines without a function.
    pub(crate) fn problems(&self, items: &[Item]) -> Vec<String> {
        let functions = items.iter().filter(|i| i.kind == Kind::Function);
        let modules: BTreeMap<&str, &str> =
            functions.clone().map(|i| (i.name.as_str(), i.module.as_str())).collect();
        let measured: BTreeSet<&str> = self.costs.iter().map(|c| c.item.as_str()).collect();
        let excused: BTreeSet<&str> = self.without.iter().map(|w| w.item.as_str()).collect();
        let missing = functions
            .filter(|i| !measured.contains(i.name.as_str()) && !excused.contains(i.name.as_str()))
            .map(|i| {
                format!(
                    "std::{}::{name} has no cost instance: add a line to {INSTANCES}, \
                     `cost({name}::<…>);` with all generic arguments or `cost({name}(…));` with \
                     arguments such as `5 as i8`; or, if it is only used on constants or in \
                     hints, `without_cost({name}, \"why\");`",
                    i.module,
                    name = i.name,
                )
            });
        let lines = self.costs.iter().map(|c| (&c.item, c.line));
        let lines = lines.chain(self.without.iter().map(|w| (&w.item, w.line)));
        let unknown =
            lines.filter(|(item, _)| !modules.contains_key(item.as_str())).map(|(item, line)| {
                format!("{INSTANCES}:{line}: there is no public function `{item}` in the library")
            });
        let both = self
            .without
            .iter()
            .filter(|w| measured.contains(w.item.as_str()))
            .map(|w| format!("{INSTANCES}:{}: `{}` has a cost as well", w.line, w.item));
        missing.chain(unknown).chain(both).collect()
    }
}

/// The last name of a path.
fn name(e: &Expr) -> Option<String> {
    match &e.kind {
        ExprKind::Path(p) => p.segments.last().map(|s| s.name.clone()),
        _ => None,
    }
}
