//! What tests ask of the compiler: the cost of a function, whether a forged hint is refused, and to print.

mod cost;
mod lie;
mod path;
mod print;
mod refusals;
mod shown;
pub(super) mod trial;

pub(crate) use print::Prints;

use self::lie::Lie;
use super::item::{Entry, Ports, Supply};
use super::{Elaborator, Res, Tables, fail};
use crate::budget::ELABORATIONS;
use crate::diagnostic::Diagnostic;
use crate::lower::{How, Purpose};
use crate::options::Round;
use crate::pipeline::compile;
use crate::program::{Hint, Program, Rule};
use crate::types::Type;
use crate::value::{Num, Value};
use std::collections::BTreeMap;
use zirc_circuit::{Circuit, Int, Signature, TensorId, Visibility};
use zirc_grammar::ast::{Arg, Expr, ExprKind, ItemKind, Span};

/// A function call made into a circuit of its own.
pub(crate) struct Bench {
    pub(crate) circuit: Circuit,
    /// Where the tensors of the call are in the circuit.
    places: BTreeMap<TensorId, TensorId>,
    hints: Vec<Hint>,
    /// Elements of all hints.
    pub(crate) hint_values: usize,
    /// Whether a table is read at a witness index.
    pub(crate) looks_up: bool,
    inputs: Vec<Vec<Int>>,
}

/// Work of lowering a call, solving it and asking whether a lie is refused.
const FORGERY: usize = 40_000;

impl Elaborator<'_> {
    /// `rejects(f(args), set: "b[7]", to: 0)`: the call is accepted as it is, and refused once the
    /// hint is set, with everything that follows from it recomputed: by the circuit in which every
    /// hint is a variable, and by the circuit that is proved.
    pub(crate) fn rejects(&mut self, args: &[Arg], span: Span) -> Res<Value> {
        let named = |n: &str| {
            args.iter().find(|a| a.name.as_ref().is_some_and(|x| x.name == n)).map(|a| &a.value)
        };
        let call = args.first().filter(|a| a.name.is_none()).map(|a| &a.value);
        let (Some(call), Some(set), Some(to), 3) = (call, named("set"), named("to"), args.len())
        else {
            return fail(
                Diagnostic::error("E0215", span, "`rejects` takes a call, `set:` and `to:`")
                    .help("for example `rejects(relu(5 as q3.4), set: \"b[7]\", to: 0)`"),
            );
        };
        let ExprKind::Call { callee, args, elementwise: false } = &call.kind else {
            return fail(Diagnostic::error(
                "E0215",
                call.span,
                "a call of a function is expected here",
            ));
        };
        let Value::Str(path) = self.expr(set, &Type::Infer)? else {
            return fail(Diagnostic::error(
                "E0202",
                set.span,
                "the hint's name in quotes is expected",
            ));
        };
        let value = self.integer(to)?;
        self.spend(FORGERY, call.span)?;
        let purposes = [Purpose::Forgery, Purpose::Proof];
        let [lowered, proved] = self.bench_call(callee, args, purposes, Round::None, call.span)?;
        let (hint, index) = path::find(&lowered, &path, set.span)?;
        let lie = Lie { hint, index, value };
        let rejected = lie.is_refused(&lowered, call.span)?;
        // The passes only take away what follows from what they leave.
        if rejected && !lie.is_refused(&proved, call.span)? {
            let title = "the circuit that is proved accepts what the program refuses";
            return fail(
                Diagnostic::error("E0904", call.span, title).note("this is a bug in zirc"),
            );
        }
        if !rejected {
            self.out.forged.push((span, lie.accepted(&lowered, &path)));
        }
        Ok(Value::Num(Num::int(i64::from(rejected))))
    }

    /// The hints of a call, as tests name them; used by audits over the whole library.
    fn bench_function(&mut self, f: &Expr, round: Round) -> Res<Bench> {
        let v = self.expr(f, &Type::Infer)?;
        let Value::Function(id, given) = &v else {
            let what = self.describe(&v);
            return fail(
                Diagnostic::error("E0215", f.span, "a function is expected here").say(what),
            );
        };
        let world = self.world;
        let ItemKind::Fn(decl) = &world.item(*id).kind else {
            return fail(Diagnostic::error("E0215", f.span, "a function is expected here"));
        };
        let names = decl.generics.iter().map(|g| g.name.name.clone());
        let given = names.zip(given.iter().cloned()).filter_map(|(n, v)| Some((n, v?)));
        let mut generics = given.collect();
        self.default_generics(*id, &decl.generics, &mut generics)?;
        if generics.len() < decl.generics.len() {
            return fail(
                Diagnostic::error("E0213", f.span, "the cost depends on all generic arguments")
                    .help(format!("give them: `{}::<…>`", decl.name.name)),
            );
        }
        let types = self.in_module(id.0, generics, |s| {
            decl.params.iter().map(|p| s.resolve_type(&p.ty)).collect::<Res<Vec<_>>>()
        })?;
        let args = types.into_iter().map(Argument::Input).collect::<Vec<_>>();
        let [bench] = self.bench(&v, &args, [Purpose::Cost], round, f.span)?;
        Ok(bench)
    }

    fn bench_call<const N: usize>(
        &mut self,
        callee: &Expr,
        args: &[Arg],
        purposes: [Purpose; N],
        round: Round,
        span: Span,
    ) -> Res<[Bench; N]> {
        let f = self.expr(callee, &Type::Infer)?;
        let mut list = vec![];
        for a in args {
            let v = self.expr(&a.value, &Type::Infer)?;
            list.push(self.argument(v, a.value.span)?);
        }
        self.bench(&f, &list, purposes, round, span)
    }

    /// A number of a declared type becomes a private input, anything else stays known.
    fn argument(&mut self, v: Value, span: Span) -> Res<Argument> {
        let Value::Num(n) = &v else { return Ok(Argument::Known(v)) };
        if !n.is_const() {
            return fail(super::arith::constant::not_constant(span));
        }
        if !n.declared {
            return Ok(Argument::Known(v));
        }
        let r = self.range(n, span)?;
        let elem = n.scalar_type(&r);
        let a = self.to_array(n, span)?;
        let list = self.list(&a, &[], &n.shape);
        let dims = n.shape.iter().map(|&d| Some(d)).collect();
        Ok(Argument::Given(Type::Num { elem: Some(elem), dims }, list))
    }

    /// Builds the circuits of one call, in a program of its own.
    fn bench<const N: usize>(
        &mut self,
        f: &Value,
        args: &[Argument],
        purposes: [Purpose; N],
        round: Round,
        span: Span,
    ) -> Res<[Bench; N]> {
        let outer = std::mem::replace(&mut self.tables, Tables::new(round));
        let promised = self.out.promised.len();
        let called = self.called(f, args, span);
        self.tables = outer;
        // What is only counted is not held to what it promises: that may take a run for each of many inputs.
        if purposes.iter().all(|p| matches!(p, Purpose::Cost)) {
            self.out.promised.truncate(promised);
        }
        let called = called?;
        let made = purposes.map(|purpose| self.lowered(&called, purpose, round, span));
        let made = made.into_iter().collect::<Res<Vec<_>>>()?;
        // As many as there are purposes.
        made.try_into().map_err(|_| super::Stop::Reported)
    }

    /// One call in a program of its own, with the tables that are worth their rows.
    fn called(&mut self, f: &Value, args: &[Argument], span: Span) -> Res<Called> {
        for _ in 0..ELABORATIONS {
            let (made, program) = self.apart(span, |s| s.call_alone(f, args, span));
            let (ports, inputs) = made?;
            match self.tables.better(&program) {
                Some(better) => self.tables = better,
                None => return Ok(Called { program, ports, inputs }),
            }
        }
        self.tables = Tables::default();
        let (made, program) = self.apart(span, |s| s.call_alone(f, args, span));
        made.map(|(ports, inputs)| Called { program, ports, inputs })
    }

    fn call_alone(
        &mut self,
        f: &Value,
        args: &[Argument],
        span: Span,
    ) -> Res<(Ports, Vec<Vec<Int>>)> {
        let mut ports = Ports::default();
        let mut values = vec![];
        let mut inputs = vec![];
        let entry = Entry {
            visibility: Visibility::Private,
            model: false,
            file: None,
            supply: Supply::Inputs,
            span,
        };
        for (k, a) in args.iter().enumerate() {
            let t = match a {
                Argument::Known(v) => {
                    values.push((v.clone(), span));
                    continue;
                }
                Argument::Given(t, list) => {
                    inputs.push(list.clone());
                    t
                }
                Argument::Input(t) => t,
            };
            let v = self.input(&format!("arg{k}"), t, entry, &mut ports)?;
            values.push((v, span));
        }
        let out = self.apply(f, values, &Type::Infer, span)?;
        self.output_value("out", &out, Visibility::Private, &mut ports, span)?;
        Ok((ports, inputs))
    }

    fn lowered(&self, c: &Called, purpose: Purpose, round: Round, span: Span) -> Res<Bench> {
        let program = c.program.clone();
        let signature = Signature::new("call", c.ports.inputs.clone(), c.ports.outputs.clone());
        let hints = program.hints.clone();
        let hint_len = |h: &Hint| program.tensors[h.tensor.0 as usize].len();
        let hint_values = hints.iter().map(hint_len).sum();
        let looks_up = program.enforce.iter().any(|e| matches!(e.rule, Rule::Lookup { .. }));
        let how = How { round, strategy: self.lookup, ..How::default() };
        let sources = self.world.files.clone();
        let lowered = compile(program, signature, sources, purpose, how, self.world.budget);
        let l = lowered.or_else(|why| fail(why.diagnostic(span)))?;
        let (circuit, places, inputs) = (l.circuit, l.places, c.inputs.clone());
        Ok(Bench { circuit, places, hints, hint_values, looks_up, inputs })
    }
}

/// One call as a program.
struct Called {
    program: Program,
    ports: Ports,
    inputs: Vec<Vec<Int>>,
}

enum Argument {
    Known(Value),
    Given(Type, Vec<Int>),
    Input(Type),
}
