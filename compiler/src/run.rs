//! In-language tests and `ensures`, on plain integers.

use crate::diagnostic::Diagnostic;
use crate::elaborate::item::{Entry, Ports, Supply};
use crate::elaborate::{Cost, Elaborator, Frame, Res, Stop};
use crate::loader::Loader;
use crate::project::{Project, Rejected};
use crate::types::{GenericValue, Scalar, Type};
use crate::value::{Array, Data, ItemId, Num, Value, View, pack};
use num_traits::{One, Zero};
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_circuit::lin::row_major;
use zirc_circuit::{Int, Visibility};
use zirc_grammar::ast::{Function, ItemKind, Span};

/// Largest number of input bits for which an `ensures` is checked on every input.
const EXHAUSTIVE_BITS: u64 = 16;
/// Inputs tried otherwise.
const SAMPLES: u64 = 256;

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
    /// How it ended.
    pub outcome: Outcome,
}

/// How an `ensures` of one instance of a function was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The instance, e.g. `relu<q3.4>`.
    pub function: String,
    /// The function's name in its definition.
    pub span: Span,
    /// Inputs tried.
    pub tried: u64,
    /// Inputs among them that the function itself refuses.
    pub refused: u64,
    /// Whether these are all there are.
    pub exhaustive: bool,
    /// What went wrong.
    pub failure: Option<Diagnostic>,
}

impl Project {
    /// Runs the tests of the program whose name contains `filter`.
    pub fn test(&self, filter: &str, loader: &mut dyn Loader) -> (Vec<TestReport>, Vec<Promise>) {
        self.test_module(0, filter, loader)
    }

    /// Runs the tests of one module of the program.
    pub(crate) fn test_module(
        &self,
        module: usize,
        filter: &str,
        loader: &mut dyn Loader,
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
            let out = e.block(body, &Type::Infer);
            if let Err(stop) = out {
                e.report(stop);
            }
            for r in std::mem::take(&mut e.out.refusals) {
                let title = match &r.message {
                    Some(m) => format!("assertion fails: {m}"),
                    None => "assertion fails".into(),
                };
                let said = format!("left is {}, right is {}", r.left, r.right);
                let mut d = Diagnostic::error("E0501", r.span, title).say(said);
                d.notes = costs_in(&e.out.costs_read, r.span);
                d.notes.extend(forged_in(&e.out.forged, r.span));
                e.out.diagnostics.push(d);
            }
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
            reports.push(TestReport { name: name.name.clone(), span: name.span, outcome });
        }
        reports.extend(self.pinned(module, filter, loader));
        let promises = promised.iter().map(|(id, g)| self.promise(*id, g, loader)).collect();
        (reports, promises)
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
    ) -> (Vec<TestReport>, Vec<Promise>) {
        match self.world.modules.iter().position(|m| m.path == path) {
            Some(m) => self.test_module(m, filter, loader),
            None => (vec![], vec![]),
        }
    }

    /// Checks the `ensures` of every instance that a circuit uses.
    ///
    /// # Errors
    /// Everything that is wrong with the circuit.
    pub fn promises(
        &self,
        circuit: &str,
        loader: &mut dyn Loader,
    ) -> Result<Vec<Promise>, Rejected> {
        let id = self.find(circuit)?;
        let mut e = Elaborator::new(&self.world, loader);
        let out = e.circuit_target(id).and_then(|(id, g)| e.circuit(id, &g, Supply::Inputs));
        if let Err(stop) = out {
            e.report(stop);
            return Err(self.rejected(e.out.diagnostics));
        }
        let promised = std::mem::take(&mut e.out.promised);
        drop(e);
        Ok(promised.iter().map(|(id, g)| self.promise(*id, g, loader)).collect())
    }

    /// Checks the `ensures` of one instance.
    fn promise(&self, id: ItemId, generics: &[GenericValue], loader: &mut dyn Loader) -> Promise {
        let world = &self.world;
        let mut e = Elaborator::new(world, loader);
        e.at.unroll = true;
        let span = Span::default();
        let mut p = Promise {
            function: world.name(id).into(),
            span,
            tried: 0,
            refused: 0,
            exhaustive: false,
            failure: None,
        };
        let ItemKind::Fn(f) = &world.item(id).kind else { return p };
        p.span = f.name.span;
        let names = f.generics.iter().map(|g| g.name.name.clone());
        let map: BTreeMap<String, GenericValue> = names.zip(generics.iter().cloned()).collect();
        p.function = e.instance_name(f, &map);
        if let Err(stop) = keep_promise(&mut e, id, f, generics, &map, &mut p)
            && let Stop::Error(d) = stop
        {
            p.failure.get_or_insert(*d);
        }
        if p.failure.is_none() {
            p.failure = e.out.diagnostics.into_iter().next();
        }
        p
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

fn keep_promise(
    e: &mut Elaborator<'_>,
    id: ItemId,
    f: &Function,
    generics: &[GenericValue],
    map: &BTreeMap<String, GenericValue>,
    p: &mut Promise,
) -> Res<()> {
    let types = e.in_module(id.0, map.clone(), |e| {
        f.params.iter().map(|p| e.resolve_type(&p.ty)).collect::<Res<Vec<_>>>()
    })?;
    let mut slots: Vec<(Scalar, usize)> = vec![];
    for t in &types {
        let Type::Num { elem: Some(s), dims } = t else { return Ok(()) };
        let count: Option<usize> = dims.iter().try_fold(1usize, |n, d| n.checked_mul((*d)?));
        let Some(count) = count else { return Ok(()) };
        slots.push((s.clone(), count));
    }
    let bits = slots.iter().try_fold(0u64, |b, (s, n)| match s {
        Scalar::Field => None,
        Scalar::Fix { lo, hi, .. } => b.checked_add((hi - lo).bits().checked_mul(*n as u64)?),
    });
    let sizes: Vec<Int> = slots
        .iter()
        .flat_map(|(s, n)| {
            let size = match s {
                Scalar::Field => crate::number::order(),
                Scalar::Fix { lo, hi, .. } => hi - lo + 1,
            };
            std::iter::repeat_n(size, *n)
        })
        .collect();
    p.exhaustive = bits.is_some_and(|b| b <= EXHAUSTIVE_BITS);
    let total = if p.exhaustive {
        sizes.iter().fold(1u64, |n, s| n.saturating_mul(u64::try_from(s).unwrap_or(u64::MAX)))
    } else {
        SAMPLES
    };
    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    for k in 0..total {
        let picks = if p.exhaustive { digits(k, &sizes) } else { sample(k, &sizes, &mut random) };
        let args = arguments(&types, &slots, &picks);
        p.tried += 1;
        e.out.refusals.clear();
        let out = e.apply(
            &Value::Function(id, Rc::new(generics.iter().cloned().map(Some).collect())),
            args.iter().cloned().map(|v| (v, f.name.span)).collect(),
            &Type::Infer,
            f.name.span,
        );
        // A refusal may leave nothing to go on with.
        if !e.out.refusals.is_empty() {
            p.refused += 1;
            continue;
        }
        let out = out?;
        let holds = e.in_module(id.0, map.clone(), |e| {
            for (param, v) in f.params.iter().zip(&args) {
                e.frame_mut().variables.push((param.name.name.clone(), v.clone()));
            }
            let outs = match (f.results.len(), out) {
                (1, v) => vec![v],
                (_, Value::Tuple(v)) => v,
                (_, v) => vec![v],
            };
            for (o, v) in f.results.iter().zip(outs) {
                if let Some(n) = &o.name {
                    e.frame_mut().variables.push((n.name.clone(), v));
                }
            }
            for c in &f.ensures {
                let v = e.expr(c, &Type::Infer)?;
                let n = e.as_number(v, c.span)?;
                if !all_ones(e, &n, c.span)? {
                    return Ok(Some(c.span));
                }
            }
            Ok(None)
        })?;
        if let Some(span) = holds {
            let shown: Vec<String> = f
                .params
                .iter()
                .zip(&args)
                .map(|(p, v)| format!("{} = {}", p.name.name, show_value(e, v)))
                .collect();
            let title = format!("`{}` does not keep what it ensures", p.function);
            p.failure = Some(
                Diagnostic::error("E0504", span, title)
                    .say("does not hold")
                    .note(format!("for {}", shown.join(", "))),
            );
            return Ok(());
        }
    }
    Ok(())
}

fn all_ones(e: &mut Elaborator<'_>, n: &Num, span: Span) -> Res<bool> {
    let a = e.to_array(n, span)?;
    Ok(e.list(&a, &[], &n.shape).iter().all(One::is_one))
}

fn digits(mut k: u64, sizes: &[Int]) -> Vec<Int> {
    let mut out = vec![];
    for s in sizes {
        let s = u64::try_from(s).unwrap_or(u64::MAX);
        out.push(Int::from(k % s));
        k /= s;
    }
    out
}

/// The ends of every interval first, then pseudo-random values.
fn sample(k: u64, sizes: &[Int], state: &mut u64) -> Vec<Int> {
    sizes
        .iter()
        .map(|s| match k {
            0 => Int::zero(),
            1 => s - 1,
            _ => {
                let mut n = Int::zero();
                for _ in 0..(s.bits() / 64 + 1) {
                    // xorshift64
                    *state ^= *state << 13;
                    *state ^= *state >> 7;
                    *state ^= *state << 17;
                    n = (n << 64) + *state;
                }
                n % s
            }
        })
        .collect()
}

fn arguments(types: &[Type], slots: &[(Scalar, usize)], picks: &[Int]) -> Vec<Value> {
    let mut at = 0;
    types
        .iter()
        .zip(slots)
        .map(|(t, (s, n))| {
            let Type::Num { dims, .. } = t else { return Value::unit() };
            let shape: Vec<usize> = dims.iter().map(|d| d.unwrap_or(1)).collect();
            let (lo, scale, hi) = match s {
                Scalar::Field => (Int::zero(), None, Int::zero()),
                Scalar::Fix { lo, hi, scale } => (lo.clone(), Some(scale.clone()), hi.clone()),
            };
            let data: Vec<Int> = picks[at..at + n].iter().map(|p| p + &lo).collect();
            at += n;
            let view = View { offset: 0, own: row_major(&shape), loops: vec![] };
            let array = Array { data: Rc::new(pack(data)), view };
            let field = scale.is_none();
            let out = Num::new(shape, scale, Data::Const(array));
            Value::Num(if field { out } else { out.declare(lo, hi) })
        })
        .collect()
}

fn show_value(e: &Elaborator<'_>, v: &Value) -> String {
    let Value::Num(n) = v else { return "…".into() };
    let Ok(a) = e.to_array(n, Span::default()) else { return "…".into() };
    let scale = n.scale.clone().unwrap_or_else(One::one);
    let list = e.list(&a, &[], &n.shape);
    let shown: Vec<String> = list.iter().take(8).map(|v| crate::number::show(v, &scale)).collect();
    match (n.shape.is_empty(), list.len() > 8) {
        (true, _) => shown.join(""),
        (false, false) => format!("[{}]", shown.join(", ")),
        (false, true) => format!("[{}, …]", shown.join(", ")),
    }
}

impl Elaborator<'_> {
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
