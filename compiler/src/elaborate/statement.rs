//! Blocks and statements.

mod assert;
mod layer;

use super::{Elaborator, Res, Stop, fail};
use crate::diagnostic::Diagnostic;
use crate::types::Type;
use crate::value::Value;
use zirc_grammar::ast::{Block, Pattern, Statement, StatementKind};

impl Elaborator<'_> {
    /// The value of a block; after an error its names are poisoned and the next statement is tried,
    /// so that one run shows several errors.
    pub(crate) fn block(&mut self, b: &Block, want: &Type) -> Res<Value> {
        let names = self.frame().variables.len();
        let out = self.releasing(|s| s.block_inner(b, want));
        self.frame_mut().variables.truncate(names);
        out
    }

    fn block_inner(&mut self, b: &Block, want: &Type) -> Res<Value> {
        let mut failed = false;
        for s in &b.statements {
            match self.statement(s) {
                Ok(()) => {}
                Err(stop @ Stop::NeedsNumber(_)) => return Err(stop),
                Err(stop) => {
                    self.report(stop);
                    failed = true;
                    self.poison(s);
                }
            }
        }
        let out = match &b.tail {
            None => Ok(Value::unit()),
            Some(e) => self.expr(e, want),
        };
        if failed && out.is_ok() { Err(Stop::Reported) } else { out }
    }

    fn poison(&mut self, s: &Statement) {
        let names = match &s.kind {
            StatementKind::Let { pattern, .. } => pattern_names(pattern),
            StatementKind::Hint { name, .. } => vec![name.name.clone()],
            _ => vec![],
        };
        for n in names {
            self.frame_mut().variables.push((n, Value::Poison));
        }
    }

    /// Elaborates one statement; its names stay in the frame.
    pub(crate) fn statement(&mut self, s: &Statement) -> Res<()> {
        let nondet = self.nondet(s)?;
        self.in_layer(s, |e| e.statement_of(s, nondet))
    }

    fn statement_of(&mut self, s: &Statement, nondet: Option<String>) -> Res<()> {
        match &s.kind {
            StatementKind::Let { pattern, ty, value } => {
                let want = match ty {
                    Some(t) => self.resolve_type(t)?,
                    None => Type::Infer,
                };
                let v = self.expr(value, &want)?;
                let v = self.convert(v, &want, value.span)?;
                let v = self.tidy_value(v, value.span)?;
                self.bind(pattern, v)
            }
            StatementKind::Hint { name, ty, value } => {
                let v = self.hint(name, ty, value, nondet, s.span)?;
                self.frame_mut().variables.push((name.name.clone(), v));
                Ok(())
            }
            StatementKind::Assert { condition, message } => {
                self.assert(condition, message.as_deref(), s.span)
            }
            StatementKind::Expr(e) => self.expr(e, &Type::Tuple(vec![])).map(|_| ()),
            StatementKind::Error => Err(Stop::Reported),
        }
    }

    fn bind(&mut self, p: &Pattern, v: Value) -> Res<()> {
        match (p, v) {
            (Pattern::Ignore(_), _) => Ok(()),
            (Pattern::Name(n), v) => {
                self.frame_mut().variables.push((n.name.clone(), v));
                Ok(())
            }
            (Pattern::Tuple(parts, _), Value::Tuple(values)) if parts.len() == values.len() => {
                parts.iter().zip(values).try_for_each(|(p, v)| self.bind(p, v))
            }
            (Pattern::Tuple(parts, span), v) => {
                let what = self.describe(&v);
                fail(
                    Diagnostic::error(
                        "E0202",
                        *span,
                        format!("a tuple of {} is expected", parts.len()),
                    )
                    .say(format!("the value is {what}")),
                )
            }
        }
    }
}

fn pattern_names(p: &Pattern) -> Vec<String> {
    match p {
        Pattern::Name(n) => vec![n.name.clone()],
        Pattern::Ignore(_) => vec![],
        Pattern::Tuple(parts, _) => parts.iter().flat_map(pattern_names).collect(),
    }
}
