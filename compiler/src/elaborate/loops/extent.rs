//! How far a loop index runs when its range is not written: as far as the dimensions it indexes.

use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Res, Stop, fail};
use crate::types::Type;
use crate::value::{Num, Value};
use zirc_grammar::ast::{
    Binder, BinderRange, Block, Expr, ExprKind, Index, ItemKind, Part, Span, StatementKind,
};

/// What an index is read by.
#[derive(Default)]
struct Uses {
    /// Sizes of the dimensions that it indexes.
    found: Vec<(usize, Span)>,
    /// Whether it indexes something that an error left without a value.
    poisoned: bool,
}

impl Elaborator<'_> {
    /// First index and number of iterations.
    pub(crate) fn binder_range(
        &mut self,
        b: &Binder,
        body: &Block,
        wanted: Option<usize>,
    ) -> Res<(i64, usize)> {
        match &b.range {
            BinderRange::Below(e) => Ok((0, self.size(e)?)),
            BinderRange::Between(lo, hi) | BinderRange::Through(lo, hi) => {
                let inclusive = i64::from(matches!(b.range, BinderRange::Through(..)));
                let (l, h) = (self.integer(lo)?, self.integer(hi)?);
                let (Ok(l), Ok(h)) = (i64::try_from(&l), i64::try_from(&h)) else {
                    return fail(Diagnostic::error(
                        "E0214",
                        lo.span.to(hi.span),
                        "this range is too large",
                    ));
                };
                let count = h.saturating_sub(l).saturating_add(inclusive).max(0);
                Ok((l, usize::try_from(count).unwrap_or(0)))
            }
            BinderRange::Inferred => {
                let mut uses = Uses::default();
                self.uses_in_block(&b.name.name, body, &mut uses);
                let Uses { found: uses, poisoned } = uses;
                if let Some(&(first, at)) = uses.first() {
                    if let Some(&(other, there)) = uses.iter().find(|u| u.0 != first) {
                        let t = format!("`{}` indexes dimensions of different sizes", b.name.name);
                        return fail(
                            Diagnostic::error("E0207", b.name.span, t)
                                .label(at, format!("{first} elements"))
                                .label(there, format!("{other} elements"))
                                .help(format!("write `{} < n`", b.name.name)),
                        );
                    }
                    return Ok((0, first));
                }
                match wanted {
                    Some(n) => Ok((0, n)),
                    // What it indexes could not be made, which was said.
                    None if poisoned => Err(Stop::Reported),
                    None => fail(
                        Diagnostic::error(
                            "E0208",
                            b.name.span,
                            "cannot tell how far this index runs",
                        )
                        .say("it indexes no tensor directly")
                        .help(format!("write `{} < n`", b.name.name)),
                    ),
                }
            }
        }
    }

    /// Names a loop index that takes so many values.
    pub(in crate::elaborate) fn name_index(&mut self, b: &Binder, value: Num, count: usize) {
        let frame = self.frame_mut();
        if matches!(b.range, BinderRange::Inferred) {
            frame.inferred.push((frame.variables.len(), count));
        }
        frame.variables.push((b.name.name.clone(), Value::Num(value)));
    }

    /// Forgets the names behind the first so many.
    pub(in crate::elaborate) fn forget_indices(&mut self, names: usize) {
        let frame = self.frame_mut();
        frame.variables.truncate(names);
        frame.inferred.retain(|i| i.0 < names);
    }

    /// Refuses a dimension that an index of inferred range does not run through: what was found
    /// before the loop ran may have been another tensor's, or that of a name which is bound anew.
    pub(in crate::elaborate) fn demand_extent(&self, index: &Expr, size: usize) -> Res<()> {
        let Some(name) = index.name() else { return Ok(()) };
        let frame = self.frame();
        let place = frame.variables.iter().rposition(|v| v.0 == name);
        match frame.inferred.iter().find(|i| Some(i.0) == place) {
            Some(&(_, count)) if count != size => fail(
                Diagnostic::error(
                    "E0207",
                    index.span,
                    format!("`{name}` indexes dimensions of different sizes"),
                )
                .say(format!("{size} elements here, the loop runs over {count}"))
                .help(format!("write `{name} < n`")),
            ),
            _ => Ok(()),
        }
    }

    fn uses_in_block(&mut self, name: &str, b: &Block, out: &mut Uses) {
        for s in &b.statements {
            match &s.kind {
                StatementKind::Let { value, .. } | StatementKind::Hint { value, .. } => {
                    self.uses(name, value, out);
                }
                StatementKind::Assert { condition, .. } => self.uses(name, condition, out),
                StatementKind::Expr(e) => self.uses(name, e, out),
                StatementKind::Error => {}
            }
        }
        if let Some(e) = &b.tail {
            self.uses(name, e, out);
        }
    }

    /// Where an expression indexes something by a name; a loop may have an index of the same name.
    fn uses(&mut self, name: &str, e: &Expr, out: &mut Uses) {
        let hidden = |binders: &[Binder]| binders.iter().any(|b| b.name.name == name);
        match &e.kind {
            ExprKind::Index { base, indices } => {
                self.dimensions_at(name, base, indices, out);
                self.uses(name, base, out);
            }
            ExprKind::Fold { init, binders, .. } if hidden(binders) => self.uses(name, init, out),
            ExprKind::Loop { binders, .. } if hidden(binders) => {}
            _ => e.parts().for_each(|part| match part {
                Part::Expr(e) => self.uses(name, e, out),
                Part::Block(b) => self.uses_in_block(name, b, out),
                Part::Type(_) | Part::Path(_) | Part::Binder(_) => {}
            }),
        }
    }

    /// The dimensions of `base[indices]` that a name indexes.
    fn dimensions_at(&mut self, name: &str, base: &Expr, indices: &[Index], out: &mut Uses) {
        for (k, i) in indices.iter().enumerate() {
            match i {
                Index::At(i) if i.name() == Some(name) => match self.peek(base) {
                    Some(Value::Num(n)) => {
                        out.found.extend(n.shape.get(k).map(|d| (*d, base.span)));
                    }
                    Some(Value::Poison) => out.poisoned = true,
                    _ => {}
                },
                Index::At(i) => self.uses(name, i, out),
                Index::Slice { .. } => {}
            }
        }
    }

    /// The value of what is named, without elaborating anything new.
    fn peek(&mut self, e: &Expr) -> Option<Value> {
        match &e.kind {
            ExprKind::Paren(e) => self.peek(e),
            ExprKind::Path(p) => {
                if let [one] = p.segments.as_slice()
                    && let Some((_, v)) =
                        self.frame().variables.iter().rev().find(|v| v.0 == one.name)
                {
                    return Some(v.clone());
                }
                let id = self.world.lookup(self.frame().module, &p.segments)?;
                let constant = matches!(self.world.item(id).kind, ItemKind::Const { .. });
                if constant { self.expr(e, &Type::Infer).ok() } else { None }
            }
            ExprKind::Field { base, name } if self.single_field(base, name).is_some() => {
                self.single_field(base, name)
            }
            ExprKind::Field { base, name } => match self.peek(base)? {
                Value::Struct(id, _, fields) => {
                    let ItemKind::Struct { fields: names, .. } = &self.world.item(id).kind else {
                        return None;
                    };
                    let k = names.iter().position(|(n, _)| n.name == name.name)?;
                    fields.get(k).cloned()
                }
                Value::Tuple(parts) => parts.get(name.name.parse::<usize>().ok()?).cloned(),
                _ => None,
            },
            ExprKind::Index { base, indices } => match self.peek(base)? {
                Value::Num(mut n) if indices.len() <= n.shape.len() => {
                    let slices = indices.iter().any(|i| matches!(i, Index::Slice { .. }));
                    n.shape = n.shape.split_off(indices.len());
                    (!slices).then_some(Value::Num(n))
                }
                _ => None,
            },
            _ => None,
        }
    }
}
