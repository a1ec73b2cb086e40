//! An instance of a function elaborated by itself, with a fresh input for every argument that is unknown.
//!
//! A call in a branch is the same instance. Where the branch is chosen its constraints are those of a call outside of
//! branches, and where it is not each of its hints is held to a constant by a constraint of its own
//! (`elaborate/branch.rs`): so its hints have one value if those of the instance have.

use crate::combination::LoopId;
use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Res, Stop, fail};
use crate::instances::{Given, Instance, Unknown};
use crate::program::Program;
use crate::types::{Scalar, Type};
use crate::value::{Data, Num, Value};
use std::rc::Rc;
use zirc_circuit::{Kind, Op};
use zirc_grammar::ast::{ItemKind, Span};

impl Elaborator<'_> {
    /// The function elaborated by itself, with a fresh input for every argument that is unknown.
    pub(crate) fn isolate(&mut self, i: &Instance) -> Res<Program> {
        let world = self.world;
        let (ItemKind::Fn(f) | ItemKind::Circuit(f)) = &world.item(i.id).kind else {
            return Err(Stop::Reported);
        };
        let span = f.name.span;
        let (out, program) = self.apart(span, |s| {
            s.at.outermost = 1;
            s.isolate_inner(i, span)
        });
        out.map(|()| program)
    }

    fn isolate_inner(&mut self, i: &Instance, span: Span) -> Res<()> {
        let loops: Vec<(LoopId, LoopId)> =
            i.loops.iter().map(|&(l, n)| (l, self.new_loop(n))).collect();
        let mut inputs = 0;
        let mut args = vec![];
        let (ItemKind::Fn(decl) | ItemKind::Circuit(decl)) = &self.world.item(i.id).kind else {
            return Err(Stop::Reported);
        };
        for (a, p) in i.args.iter().zip(&decl.params) {
            args.push((self.supply(a, &p.name.name, &loops, &mut inputs, span)?, span));
        }
        let given = i.generics.iter().cloned().map(Some).collect();
        let f = Value::Function(i.id, Rc::new(given));
        match self.apply(&f, args, &Type::Infer, span) {
            Err(Stop::NeedsNumber(_)) => {
                fail(Diagnostic::error("E0302", span, "a loop's index is needed as a number here"))
            }
            other => other.map(|_| ()),
        }
    }

    pub(in crate::elaborate) fn supply(
        &mut self,
        g: &Given,
        name: &str,
        loops: &[(LoopId, LoopId)],
        inputs: &mut u32,
        span: Span,
    ) -> Res<Value> {
        let parts = |s: &mut Self, parts: &[Given], inputs: &mut u32| {
            let parts = parts.iter().enumerate();
            let parts =
                parts.map(|(k, p)| s.supply(p, &format!("{name}.{k}"), loops, inputs, span));
            parts.collect::<Res<Vec<_>>>()
        };
        Ok(match g {
            Given::Known(v) => renamed(v.clone(), loops),
            Given::Tuple(p) => Value::Tuple(parts(self, p, inputs)?),
            Given::Struct(id, g, p) => {
                Value::Struct(*id, g.clone(), Rc::new(parts(self, p, inputs)?))
            }
            Given::Unknown(u) => Value::Num(self.supply_number(u, name, loops, inputs, span)?),
        })
    }

    fn supply_number(
        &mut self,
        u: &Unknown,
        name: &str,
        loops: &[(LoopId, LoopId)],
        inputs: &mut u32,
        span: Span,
    ) -> Res<Num> {
        let (interval, scale) = match &u.scalar {
            Scalar::Field => (None, None),
            Scalar::Fix { lo, hi, scale } => (Some((lo.clone(), hi.clone())), Some(scale.clone())),
        };
        let own: Vec<LoopId> = loops.iter().map(|x| x.1).collect();
        let declared = interval.is_some();
        let label = Some(name.to_string());
        let (id, n) = self.fresh(Kind::Witness, &own, &u.shape, interval, label, span)?;
        self.assign(id, Op::Input(*inputs));
        *inputs += 1;
        if own.is_empty() {
            self.remember_channels(id, u.channels.clone());
        }
        let mut n = n.at_scale(scale);
        n.declared = declared && u.channels.is_none();
        Ok(n)
    }
}

/// The same constant over other loops.
fn renamed(v: Value, loops: &[(LoopId, LoopId)]) -> Value {
    let to = |l: LoopId| loops.iter().find(|x| x.0 == l).map_or(l, |x| x.1);
    match v {
        Value::Num(mut n) => {
            match &mut n.data {
                Data::Const(a) => a.view.loops.iter_mut().for_each(|x| x.0 = to(x.0)),
                Data::Index(a) => a.loops.iter_mut().for_each(|x| x.0 = to(x.0)),
                Data::Lin(_) => {}
            }
            Value::Num(n)
        }
        Value::Tuple(parts) => Value::Tuple(parts.into_iter().map(|p| renamed(p, loops)).collect()),
        Value::Struct(id, g, parts) => {
            let parts = parts.iter().map(|p| renamed(p.clone(), loops)).collect();
            Value::Struct(id, g, Rc::new(parts))
        }
        other => other,
    }
}
