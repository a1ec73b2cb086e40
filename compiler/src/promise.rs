//! `ensures` of functions: what an instance promises, tried on plain integers.
//!
//! All inputs are tried where they are few, and otherwise the ends of their intervals and a pseudo-random sample.

use crate::combination::{Array, View};
use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Res, Stop};
use crate::loader::Loader;
use crate::resolve::World;
use crate::types::{GenericValue, ItemId, Scalar, Type};
use crate::value::{Data, Num, Value, pack};
use num_traits::{One, Zero};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use zirc_circuit::Int;
use zirc_circuit::lin::row_major;
use zirc_grammar::ast::{Function, ItemKind, Span};

/// Largest number of input bits for which an `ensures` is checked on every input.
const EXHAUSTIVE_BITS: u64 = 16;
/// Inputs tried otherwise.
const SAMPLES: u64 = 256;
/// Where the pseudo-random inputs start.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

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
    /// How many would have been tried without a limit, if it is more.
    pub limited: Option<u64>,
    /// What went wrong.
    pub failure: Option<Diagnostic>,
}

/// Is called for each input with the instance, how many were tried before and how many will be.
pub type Watch<'a> = dyn FnMut(&str, u64, u64) + 'a;

/// How hard promises are tried, and who is told of it.
#[derive(Default)]
pub struct Trying<'a> {
    /// At most so many inputs for each instance.
    pub limit: Option<u64>,
    /// Who is told.
    pub watch: Option<&'a mut Watch<'a>>,
}

impl fmt::Debug for Trying<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trying").field("limit", &self.limit).finish_non_exhaustive()
    }
}

/// Checks the `ensures` of one instance.
pub(crate) fn promise(
    world: &World,
    id: ItemId,
    generics: &[GenericValue],
    loader: &mut dyn Loader,
    trying: &mut Trying<'_>,
) -> Promise {
    let mut e = Elaborator::new(world, loader);
    e.at.unroll = true;
    let mut p = Promise {
        function: world.name(id).into(),
        span: Span::default(),
        tried: 0,
        refused: 0,
        exhaustive: false,
        limited: None,
        failure: None,
    };
    let ItemKind::Fn(f) = &world.item(id).kind else { return p };
    p.span = f.name.span;
    let names = f.generics.iter().map(|g| g.name.name.clone());
    let map: BTreeMap<String, GenericValue> = names.zip(generics.iter().cloned()).collect();
    p.function = e.instance_name(f, &map);
    let of = Instance { id, f, generics, map };
    if let Err(stop) = of.keeps_promise(&mut e, &mut p, trying)
        && let Stop::Error(d) = stop
    {
        p.failure.get_or_insert(*d);
    }
    if p.failure.is_none() {
        p.failure = e.out.diagnostics.into_iter().next();
    }
    p
}

/// A function with its generic arguments.
struct Instance<'a> {
    id: ItemId,
    f: &'a Function,
    generics: &'a [GenericValue],
    map: BTreeMap<String, GenericValue>,
}

impl Instance<'_> {
    /// Tries inputs until one breaks the promise; the first that does is the failure.
    fn keeps_promise(
        &self,
        e: &mut Elaborator<'_>,
        p: &mut Promise,
        trying: &mut Trying<'_>,
    ) -> Res<()> {
        let Some(inputs) = self.inputs(e)? else { return Ok(()) };
        let all = inputs.few();
        let wanted = all.unwrap_or(SAMPLES);
        let count = trying.limit.map_or(wanted, |limit| wanted.min(limit));
        p.exhaustive = all == Some(count);
        p.limited = (count < wanted).then_some(wanted);
        let mut random = SEED;
        for k in 0..count {
            if let Some(watch) = &mut trying.watch {
                watch(&p.function, k, count);
            }
            let picks = match p.exhaustive {
                true => digits(k, &inputs.sizes),
                false => sample(k, &inputs.sizes, &mut random),
            };
            let args = inputs.arguments(&picks);
            p.tried += 1;
            e.out.refusals.clear();
            let out = self.call(e, &args);
            // A refusal may leave nothing to go on with.
            if !e.out.refusals.is_empty() {
                p.refused += 1;
                continue;
            }
            if let Some(broken) = self.broken(e, &args, out?)? {
                p.failure = Some(self.failure(e, &p.function, broken, &args));
                return Ok(());
            }
        }
        Ok(())
    }

    /// What it is tried on; nothing where a parameter is no tensor of known type and size.
    fn inputs(&self, e: &mut Elaborator<'_>) -> Res<Option<Inputs>> {
        let types = e.in_module(self.id.0, self.map.clone(), |e| {
            self.f.params.iter().map(|p| e.resolve_type(&p.ty)).collect::<Res<Vec<_>>>()
        })?;
        Ok(Inputs::of(&types))
    }

    fn call(&self, e: &mut Elaborator<'_>, args: &[Value]) -> Res<Value> {
        let at = self.f.name.span;
        let given = self.generics.iter().cloned().map(Some).collect();
        let args = args.iter().cloned().map(|v| (v, at)).collect();
        e.apply(&Value::Function(self.id, Rc::new(given)), args, &Type::Infer, at)
    }

    /// The condition that does not hold of arguments and result.
    fn broken(&self, e: &mut Elaborator<'_>, args: &[Value], out: Value) -> Res<Option<Span>> {
        let f = self.f;
        e.in_module(self.id.0, self.map.clone(), |e| {
            let params = f.params.iter().map(|p| &p.name.name).zip(args.iter().cloned());
            let outs = match (f.results.len(), out) {
                (1, v) => vec![v],
                (_, Value::Tuple(v)) => v,
                (_, v) => vec![v],
            };
            let results = f.results.iter().zip(outs);
            let results = results.filter_map(|(o, v)| Some((&o.name.as_ref()?.name, v)));
            for (name, v) in params.chain(results) {
                e.frame_mut().variables.push((name.clone(), v));
            }
            for c in &f.ensures {
                let v = e.expr(c, &Type::Infer)?;
                let n = e.as_number(v, c.span)?;
                if !all_ones(e, &n, c.span)? {
                    return Ok(Some(c.span));
                }
            }
            Ok(None)
        })
    }

    fn failure(&self, e: &Elaborator<'_>, name: &str, at: Span, args: &[Value]) -> Diagnostic {
        let shown = self.f.params.iter().zip(args);
        let shown: Vec<String> =
            shown.map(|(p, v)| format!("{} = {}", p.name.name, show_value(e, v))).collect();
        Diagnostic::error("E0504", at, format!("`{name}` does not keep what it ensures"))
            .say("does not hold")
            .note(format!("for {}", shown.join(", ")))
    }
}

/// The inputs of an instance.
struct Inputs {
    /// Of each parameter the type of its elements, its sizes, and how many elements it has.
    slots: Vec<(Scalar, Vec<usize>, usize)>,
    /// Of each element of all parameters how many values it has.
    sizes: Vec<Int>,
}

impl Inputs {
    fn of(types: &[Type]) -> Option<Inputs> {
        let mut slots = vec![];
        for t in types {
            let Type::Num { elem: Some(s), dims } = t else { return None };
            let shape = dims.iter().copied().collect::<Option<Vec<usize>>>()?;
            let count = shape.iter().try_fold(1usize, |n, d| n.checked_mul(*d))?;
            slots.push((s.clone(), shape, count));
        }
        let size = |s: &Scalar| match s {
            Scalar::Field => crate::number::order(),
            Scalar::Fix { lo, hi, .. } => hi - lo + 1,
        };
        let sizes = slots.iter().flat_map(|(s, _, n)| std::iter::repeat_n(size(s), *n)).collect();
        Some(Inputs { slots, sizes })
    }

    /// How many there are, if that is few enough to try all.
    fn few(&self) -> Option<u64> {
        let bits = self.slots.iter().try_fold(0u64, |b, (s, _, n)| match s {
            Scalar::Field => None,
            Scalar::Fix { lo, hi, .. } => b.checked_add((hi - lo).bits().checked_mul(*n as u64)?),
        });
        bits.filter(|b| *b <= EXHAUSTIVE_BITS)?;
        self.sizes.iter().try_fold(1u64, |n, s| n.checked_mul(u64::try_from(s).ok()?))
    }

    /// The arguments that are these values of their types, counted from the lowest.
    fn arguments(&self, picks: &[Int]) -> Vec<Value> {
        let mut rest = picks;
        let mut out = vec![];
        for (s, shape, n) in &self.slots {
            let (own, others) = rest.split_at(*n);
            rest = others;
            let view = View { offset: 0, own: row_major(shape), loops: vec![] };
            let array = |lo: &Int| {
                let data = own.iter().map(|p| p + lo).collect();
                Data::Const(Array { data: Rc::new(pack(data)), view })
            };
            out.push(Value::Num(match s {
                Scalar::Field => Num::new(shape.clone(), None, array(&Int::zero())),
                Scalar::Fix { lo, hi, scale } => {
                    let n = Num::new(shape.clone(), Some(scale.clone()), array(lo));
                    n.declare(lo.clone(), hi.clone())
                }
            }));
        }
        out
    }
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
