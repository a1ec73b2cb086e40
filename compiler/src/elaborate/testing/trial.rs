//! Calls in tests: what has a declared type stands for an input of that type.
//!
//! `f(at::<u8>(3))` in a test says something about the circuit that f becomes on any u8. So the call
//! is elaborated as that circuit first, once for each function and types of its arguments; what is
//! refused there is refused in the test, and the run on the values takes its types from there.

use crate::diagnostic::Diagnostic;
use crate::elaborate::trail::{Record, Scope};
use crate::elaborate::{Elaborator, Res, Stop, fail};
use crate::instances::Given;
use crate::interval::Interval;
use crate::types::{GenericValue, ItemId, Type};
use crate::value::{GivenGenerics, Num, Value};
use num_traits::Zero;
use std::fmt::Write;
use std::rc::Rc;
use zirc_grammar::ast::{Function, Span};

/// What says that a value is needed as a constant.
const NEEDS_CONSTANT: &[&str] = &["E0209", "E0219", "E0304"];

/// A call is typed once, wherever it stands.
const ANYWHERE: (u32, u32, u32) = (0, 0, 0);

/// A call that was elaborated as a circuit.
#[derive(Debug)]
pub(in crate::elaborate) struct Trial {
    /// Nothing if it was refused.
    typed: Option<Typed>,
    /// Keeps the constants alive whose addresses are in the key.
    _given: Vec<Given>,
}

#[derive(Debug)]
struct Typed {
    record: Rc<Record>,
    out: Out,
    meant: Meant,
}

/// Which arguments of declared types stand for inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meant {
    /// All of them.
    Inputs,
    /// All but those in structs, which are constants.
    Structs,
    /// None: all are constants.
    Constants,
}

impl Meant {
    fn constant(self, v: &Value) -> bool {
        match self {
            Meant::Inputs => false,
            Meant::Structs => matches!(v, Value::Struct(..)),
            Meant::Constants => true,
        }
    }

    fn given(self, arg: &(Value, Span), g: &Given) -> Given {
        if self.constant(&arg.0) { Given::Known(arg.0.clone()) } else { g.clone() }
    }
}

/// The type of a result.
#[derive(Debug)]
enum Out {
    /// Of a number: its interval, unless it is a constant or field element.
    Num {
        range: Option<Interval>,
        declared: bool,
    },
    Parts(Vec<Out>),
    Other,
}

impl Trial {
    /// Whether there is no such circuit.
    pub(in crate::elaborate) fn is_refused(&self) -> bool {
        self.typed.is_none()
    }
}

impl Elaborator<'_> {
    /// A call in a test.
    pub(in crate::elaborate) fn trial(
        &mut self,
        id: ItemId,
        f: &Function,
        generics: &GivenGenerics,
        args: Vec<(Value, Span)>,
        want: &Type,
        span: Span,
    ) -> Res<Value> {
        let mut key = format!("{id:?}{}", self.type_name(want));
        for g in generics.iter() {
            let _ = write!(key, "|{}", g.as_ref().map_or_else(|| "_".into(), GenericValue::name));
        }
        // The test's own loops are none of the circuit's.
        let args: Vec<_> = args.into_iter().map(|(v, at)| (marked(v, false), at)).collect();
        let given = args.iter().map(|(v, at)| self.given(v, &[], &mut key, *at));
        let given = given.collect::<Res<Vec<_>>>()?;
        let trial = match self.memo.trials.get(&key) {
            Some(t) => t.clone(),
            None => {
                let t = Rc::new(self.try_call((id, f, generics), given, &args, want, span));
                self.memo.trials.insert(key, t.clone());
                t
            }
        };
        let Some(t) = &trial.typed else { return Err(Stop::Reported) };
        let stand_in = |(v, at)| {
            let meant = !t.meant.constant(&v);
            (marked(v, meant), at)
        };
        let args = args.into_iter().map(stand_in).collect();
        let scope = Scope::Call(id, ANYWHERE);
        let run = |s: &mut Self| s.call_typed(scope, f, generics, args, want, span);
        let out = self.follow(&t.record, run)?;
        Ok(settled(out, &t.out))
    }

    fn try_call(
        &mut self,
        call: (ItemId, &Function, &GivenGenerics),
        given: Vec<Given>,
        args: &[(Value, Span)],
        want: &Type,
        span: Span,
    ) -> Trial {
        let outer = std::mem::take(&mut self.out.diagnostics);
        let mut meant = Meant::Inputs;
        let mut found = self.type_call(call, &given, want, span);
        if found.is_none() && args.iter().any(|a| matches!(a.0, Value::Struct(..))) {
            // Structs are parameters of layers more often than inputs.
            meant = Meant::Structs;
            self.forget_errors(0);
            let known: Vec<Given> =
                args.iter().zip(&given).map(|(a, g)| meant.given(a, g)).collect();
            found = self.type_call(call, &known, want, span);
        }
        let needed = |d: &Diagnostic| NEEDS_CONSTANT.contains(&d.code);
        if found.is_none() && self.out.diagnostics.iter().any(needed) {
            // A test's values may also be meant as constants.
            meant = Meant::Constants;
            let first = std::mem::take(&mut self.out.diagnostics);
            self.forget_errors(0);
            let known: Vec<Given> =
                args.iter().zip(&given).map(|(a, g)| meant.given(a, g)).collect();
            found = self.type_call(call, &known, want, span);
            if found.is_none() {
                self.out.diagnostics = first;
            }
        }
        let inner = std::mem::replace(&mut self.out.diagnostics, outer);
        for d in inner {
            if !self.out.diagnostics.contains(&d) {
                self.out.diagnostics.push(d);
            }
        }
        let typed = found.map(|(out, r)| Typed { record: Rc::new(r), out, meant });
        Trial { typed, _given: given }
    }

    /// Elaborates the call as a circuit of its own.
    fn type_call(
        &mut self,
        (id, f, generics): (ItemId, &Function, &GivenGenerics),
        given: &[Given],
        want: &Type,
        span: Span,
    ) -> Option<(Out, Record)> {
        let (out, program) = self.apart(span, |s| {
            s.record(|s| {
                let (mut inputs, mut args) = (0, vec![]);
                for (g, p) in given.iter().zip(&f.params) {
                    args.push((s.supply(g, &p.name.name, &[], &mut inputs, span)?, span));
                }
                let scope = Scope::Call(id, ANYWHERE);
                let v = match s.call_typed(scope, f, generics, args, want, span) {
                    Err(Stop::NeedsNumber(_)) => {
                        return fail(crate::elaborate::arith::constant::not_constant(span));
                    }
                    other => other?,
                };
                s.out(&v, span)
            })
        });
        match out {
            Ok(typed) => {
                for i in program.instances {
                    if !self.out.program.has_instance(&i.key) {
                        self.out.program.add_instance((*i).clone());
                    }
                }
                Some(typed)
            }
            Err(stop) => {
                self.report(stop);
                None
            }
        }
    }

    fn out(&self, v: &Value, span: Span) -> Res<Out> {
        let all = |parts: &[Value]| parts.iter().map(|p| self.out(p, span)).collect::<Res<_>>();
        Ok(match v {
            Value::Num(n) => {
                let declared = n.varies() || n.declared;
                let known = n.is_field() || !declared;
                let range = if known { None } else { Some(self.range(n, span)?) };
                Out::Num { range, declared }
            }
            Value::Tuple(parts) => Out::Parts(all(parts)?),
            Value::Struct(_, _, parts) => Out::Parts(all(parts)?),
            _ => Out::Other,
        })
    }
}

/// Declared values as the inputs that they are meant to stand for.
fn marked(v: Value, meant: bool) -> Value {
    match v {
        Value::Num(n) => {
            let unknown = n.declared && meant;
            Value::Num(Num { each: 0, ..n.unknown_if(unknown) })
        }
        Value::Tuple(parts) => Value::Tuple(parts.into_iter().map(|p| marked(p, meant)).collect()),
        Value::Struct(id, g, parts) => {
            Value::Struct(id, g, Rc::new(parts.iter().map(|p| marked(p.clone(), meant)).collect()))
        }
        other => other,
    }
}

/// A result as the test sees it: a value of the circuit's type.
fn settled(v: Value, out: &Out) -> Value {
    match (v, out) {
        (Value::Num(n), Out::Num { range, declared }) => {
            let field = n.is_field();
            let n = Num { unknown: false, declared: false, range: Default::default(), ..n };
            Value::Num(match range {
                Some((lo, hi)) => n.declare(lo.clone(), hi.clone()),
                None if *declared && field => n.declare(Zero::zero(), crate::number::order() - 1),
                None => n,
            })
        }
        (Value::Tuple(parts), Out::Parts(outs)) => {
            Value::Tuple(parts.into_iter().zip(outs).map(|(v, o)| settled(v, o)).collect())
        }
        (Value::Struct(id, g, parts), Out::Parts(outs)) => {
            let parts = parts.iter().cloned().zip(outs).map(|(v, o)| settled(v, o)).collect();
            Value::Struct(id, g, Rc::new(parts))
        }
        (v, _) => v,
    }
}
