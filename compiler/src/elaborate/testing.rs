//! What tests ask of the compiler: the cost of a function, and whether a forged hint is refused.

use super::item::{Entry, Ports, Supply};
use super::{Elaborator, Res, fail};
use crate::diagnostic::Diagnostic;
use crate::lower::{Purpose, lower};
use crate::program::{Hint, Rule};
use crate::types::Type;
use crate::value::{Num, Value};
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_circuit::{
    AssignError, Assignment, Circuit, ForgeMode, Forgery, Int, Port, PortType, Signature, TensorId,
    Visibility, assign, assign_with, scalar, violations_up_to,
};
use zirc_grammar::ast::{Arg, Expr, ExprKind, ItemKind, Span};

/// Names of the categories of constraints.
pub(crate) const CATEGORIES: &[&str] = &[
    "product",
    "boolean",
    "recompose",
    "range",
    "lookup",
    "select",
    "equality",
    "input-range",
    "commitment",
];

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
    /// `cost(f::<T>)`: constraints of one call, those on the ranges of its arguments left out.
    pub(crate) fn cost(&mut self, args: &[Arg], span: Span) -> Res<Value> {
        let [arg] = args else {
            return fail(Diagnostic::error("E0215", span, "`cost` takes a function or a call"));
        };
        let bench = self.bench_of(&arg.value)?;
        let mut by = BTreeMap::new();
        for b in &bench.circuit.blocks {
            if b.category != zirc_circuit::Category::InputRange {
                *by.entry(category_name(b.category).to_string()).or_insert(0) += b.len();
            }
        }
        Ok(Value::Cost(Rc::new(by)))
    }

    /// The circuit of a function, `f::<T>`, or of a call, `f(args)`.
    pub(crate) fn bench_of(&mut self, what: &Expr) -> Res<Bench> {
        match &what.kind {
            ExprKind::Call { callee, args, elementwise: false } => {
                let [bench] = self.bench_call(callee, args, [Purpose::Cost], what.span)?;
                Ok(bench)
            }
            _ => self.bench_function(what),
        }
    }

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
        let [lowered, proved] = self.bench_call(callee, args, purposes, call.span)?;
        let (hint, index) = find_hint(&lowered, &path, set.span)?;
        let lie = Lie { hint, index, value };
        let rejected = lie.is_refused(&lowered, call.span)?;
        // The passes only take away what follows from what they leave.
        if rejected && !lie.is_refused(&proved, call.span)? {
            let title = "the circuit that is proved accepts what the program refuses";
            return fail(
                Diagnostic::error("E0904", call.span, title).note("this is a bug in zirc"),
            );
        }
        Ok(Value::Num(Num::int(i64::from(rejected))))
    }

    /// The hints of a call, as tests name them; used by audits over the whole library.
    fn bench_function(&mut self, f: &Expr) -> Res<Bench> {
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
        if given.len() < decl.generics.len() {
            return fail(
                Diagnostic::error("E0213", f.span, "the cost depends on all generic arguments")
                    .help(format!("give them: `{}::<…>`", decl.name.name)),
            );
        }
        let names = decl.generics.iter().map(|g| g.name.name.clone());
        let generics = names.zip(given.iter().cloned()).collect();
        let types = self.in_module(id.0, generics, |s| {
            decl.params.iter().map(|p| s.resolve_type(&p.ty)).collect::<Res<Vec<_>>>()
        })?;
        let args = types.into_iter().map(Argument::Input).collect();
        let [bench] = self.bench(&v, args, [Purpose::Cost], f.span)?;
        Ok(bench)
    }

    fn bench_call<const N: usize>(
        &mut self,
        callee: &Expr,
        args: &[Arg],
        purposes: [Purpose; N],
        span: Span,
    ) -> Res<[Bench; N]> {
        let f = self.expr(callee, &Type::Infer)?;
        let mut list = vec![];
        for a in args {
            let v = self.expr(&a.value, &Type::Infer)?;
            list.push(self.argument(v, a.value.span)?);
        }
        self.bench(&f, list, purposes, span)
    }

    /// A number of a declared type becomes a private input, anything else stays known.
    fn argument(&mut self, v: Value, span: Span) -> Res<Argument> {
        let Value::Num(n) = &v else { return Ok(Argument::Known(v)) };
        if !n.is_const() {
            return fail(super::constant::not_constant(span));
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
        args: Vec<Argument>,
        purposes: [Purpose; N],
        span: Span,
    ) -> Res<[Bench; N]> {
        self.apart(span, |s| s.bench_inner(f, args, purposes, span)).0
    }

    fn bench_inner<const N: usize>(
        &mut self,
        f: &Value,
        args: Vec<Argument>,
        purposes: [Purpose; N],
        span: Span,
    ) -> Res<[Bench; N]> {
        let mut ports = Ports::default();
        let mut values = vec![];
        let mut inputs = vec![];
        let entry =
            Entry { visibility: Visibility::Private, file: None, supply: Supply::Inputs, span };
        for (k, a) in args.into_iter().enumerate() {
            let name = format!("arg{k}");
            let t = match a {
                Argument::Known(v) => {
                    values.push((v, span));
                    continue;
                }
                Argument::Given(t, list) => {
                    inputs.push(list);
                    t
                }
                Argument::Input(t) => t,
            };
            let v = self.input(&name, &t, entry, &mut ports)?;
            values.push((v, span));
        }
        let out = self.apply(f, values, &Type::Infer, span)?;
        self.output_value("out", &out, Visibility::Private, &mut ports, span)?;
        let program = self.program.clone();
        let signature = Signature {
            name: "call".into(),
            inputs: ports.inputs,
            outputs: ports.outputs,
            model: vec![],
            assumptions: vec![],
            nondet: vec![],
        };
        let hints = program.hints.clone();
        let hint_len = |h: &Hint| program.tensors[h.tensor.0 as usize].len();
        let hint_values = hints.iter().map(hint_len).sum();
        let looks_up = program.enforce.iter().any(|e| matches!(e.rule, Rule::Lookup { .. }));
        let sources = self.world.files.clone();
        let made = purposes.map(|purpose| {
            let (program, signature) = (program.clone(), signature.clone());
            let budget = self.world.budget;
            let lowered = lower(program, signature, sources.clone(), purpose, self.lookup, budget);
            let l = lowered.or_else(|why| fail(why.diagnostic(span)))?;
            let (circuit, places) = (l.circuit, l.places);
            let (hints, inputs) = (hints.clone(), inputs.clone());
            Ok(Bench { circuit, places, hints, hint_values, looks_up, inputs })
        });
        let made = made.into_iter().collect::<Res<Vec<_>>>()?;
        // As many as there are purposes.
        made.try_into().map_err(|_| super::Stop::Reported)
    }
}

/// A value that a dishonest prover gives one element of a hint.
struct Lie {
    /// The hint in the program.
    hint: TensorId,
    index: usize,
    value: Int,
}

impl Lie {
    /// Whether a circuit refuses it, everything that follows from it recomputed.
    ///
    /// It also does where the hint is no variable any more, but follows from others: then the
    /// circuit says what the hint is, whatever the prover would like it to be.
    fn is_refused(&self, bench: &Bench, span: Span) -> Res<bool> {
        let failed = |title: &str, e: AssignError| {
            fail(Diagnostic::error("E0502", span, title).say(e.to_string()))
        };
        let (circuit, inputs) = (&bench.circuit, &bench.inputs);
        if let Err(e) = assign(circuit, inputs) {
            return failed("the call is refused even without the forgery", e);
        }
        // Nothing in this circuit depends on the hint.
        let Some(&tensor) = bench.places.get(&self.hint) else { return Ok(true) };
        let forgery = Forgery { tensor, index: self.index, value: self.value.clone() };
        match assign_with(circuit, inputs, &[forgery], ForgeMode::Propagate) {
            Ok(a) => {
                let stands =
                    a.values[tensor.0 as usize].get_fr(self.index) == scalar::to_fr(&self.value);
                let accepted = stands && violations_up_to(circuit, &a, 1).is_empty();
                Ok(!accepted || speaks_of_others(circuit, inputs, tensor, &a))
            }
            Err(e) => failed("the forged witness cannot be computed", e),
        }
    }
}

/// Whether an assignment that satisfies a circuit is the honest one of other private inputs: where
/// inputs follow from a hint, to change the hint is to run the call on something else.
fn speaks_of_others(
    circuit: &Circuit,
    inputs: &[Vec<Int>],
    hint: TensorId,
    a: &Assignment,
) -> bool {
    let values = |p: &Port| -> Vec<Int> {
        let given = &a.values[p.tensor.0 as usize];
        let canonical = |n: Int| match p.ty {
            PortType::Field if n < Int::from(0) => n + scalar::order(),
            _ => n,
        };
        (0..given.len()).map(|i| canonical(given.get_int(i))).collect()
    };
    let others: Vec<Vec<Int>> = circuit.signature.inputs.iter().map(values).collect();
    if others == inputs {
        return false;
    }
    assign(circuit, &others).is_ok_and(|honest| {
        let outputs = circuit.signature.outputs.iter().map(|p| p.tensor);
        outputs.chain([hint]).all(|t| {
            let (x, y) = (&honest.values[t.0 as usize], &a.values[t.0 as usize]);
            (0..x.len()).all(|i| x.get_fr(i) == y.get_fr(i))
        })
    })
}

enum Argument {
    Known(Value),
    Given(Type, Vec<Int>),
    Input(Type),
}

/// Finds `b[7]` or `relu.b[0, 7]` among the hints; `b#2[7]` is the second of that name.
fn find_hint(bench: &Bench, path: &str, span: Span) -> Res<(TensorId, usize)> {
    let (name, indices) = match path.split_once('[') {
        None => (path.trim(), vec![]),
        Some((name, rest)) => {
            let list = rest.trim_end().trim_end_matches(']').split(',');
            let list: Result<Vec<usize>, _> = list.map(|i| i.trim().parse::<usize>()).collect();
            match list {
                Ok(list) => (name.trim(), list),
                Err(_) => {
                    return fail(Diagnostic::error(
                        "E0503",
                        span,
                        format!("`{path}` is no element of a hint"),
                    ));
                }
            }
        }
    };
    let (name, nth) = match name.split_once('#') {
        None => (name, None),
        Some((name, n)) => match n.trim().parse::<usize>() {
            Ok(n) if n > 0 => (name.trim(), Some(n)),
            _ => {
                return fail(Diagnostic::error(
                    "E0503",
                    span,
                    format!("`{path}` is no element of a hint"),
                ));
            }
        },
    };
    let parts: Vec<&str> = name.split('.').collect();
    let fits = |h: &&Hint| {
        let last = parts.last().is_some_and(|p| *p == h.name);
        let owners = &parts[..parts.len() - 1];
        last && h.functions.len() >= owners.len()
            && h.functions[h.functions.len() - owners.len()..]
                .iter()
                .zip(owners)
                .all(|(a, b)| a == b)
    };
    let found: Vec<&Hint> = bench.hints.iter().filter(fits).collect();
    let all = || {
        let names: Vec<String> = bench
            .hints
            .iter()
            .map(|h| match h.functions.last() {
                Some(f) => format!("{f}.{}", h.name),
                None => h.name.clone(),
            })
            .collect();
        format!("hints: {}", names.join(", "))
    };
    let chosen = match (found.as_slice(), nth) {
        ([one], None) => Some(*one),
        (all, Some(n)) => all.get(n - 1).copied(),
        _ => None,
    };
    let Some(hint) = chosen else {
        let several = format!("`{name}` names {} hints", found.len());
        let (title, help) = match (found.len(), nth) {
            (0, _) => (format!("there is no hint `{name}` in this call"), None),
            (_, None) => (several, Some(format!("`{name}#2` is the second of them"))),
            (_, Some(_)) => (several, None),
        };
        let d = Diagnostic::error("E0503", span, title).note(all());
        return fail(match help {
            Some(h) => d.help(h),
            None => d,
        });
    };
    let at = bench.places.get(&hint.tensor).copied().unwrap_or(TensorId::ONE);
    let shape = &bench.circuit.tensors[at.0 as usize].shape;
    // Indices may leave out the dimensions of loops when these have one iteration.
    let missing = shape.len().checked_sub(indices.len());
    let index = match missing {
        Some(k)
            if shape[..k].iter().all(|&n| n == 1) && (k == 0 || shape.len() - k == hint.own) =>
        {
            let mut index = vec![0; k];
            index.extend(indices);
            index
        }
        _ => {
            let t = format!("`{path}` names no single element");
            return fail(
                Diagnostic::error("E0503", span, t).say(format!("the hint has sizes {shape:?}")),
            );
        }
    };
    let inside = index.iter().zip(shape).all(|(i, n)| i < n);
    if !inside {
        let t = format!("`{path}` leaves the hint");
        return fail(Diagnostic::error("E0503", span, t).say(format!("it has sizes {shape:?}")));
    }
    let flat = index.iter().zip(shape).fold(0, |f, (i, n)| f * n + i);
    Ok((hint.tensor, flat))
}

/// The name of a category, as in `cost(f).by("boolean")`.
pub(crate) fn category_name(c: zirc_circuit::Category) -> &'static str {
    use zirc_circuit::Category as C;
    match c {
        C::Product => "product",
        C::Boolean => "boolean",
        C::Recompose => "recompose",
        C::Range => "range",
        C::Lookup => "lookup",
        C::Select => "select",
        C::Equality => "equality",
        C::InputRange => "input-range",
        C::Commitment => "commitment",
    }
}
