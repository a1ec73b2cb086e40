//! Recurrent layers in the program: a `fold` over the steps for each direction.

use super::cells::Cell;
use super::form::{BIAS, CELL, Direction, Form, HIDDEN, Kind, LENGTHS, PEEPHOLES};
use crate::context::{Converter, Expr, Operand};
use crate::fault::Import;
use crate::graph::Node;
use crate::tensor::Tensor;
use num_bigint::BigInt;
use num_traits::One;

/// The states of one direction after each step, the first being those before, and the last cell.
struct States {
    all: Operand,
    cell: Option<Operand>,
}

pub(super) fn convert(kind: Kind, n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let shapes: Vec<Option<&[usize]>> =
        (0..=PEEPHOLES).map(|k| if c.has(k) { c.shape(k).ok() } else { None }).collect();
    let shape = |k: usize| shapes.get(k).copied().flatten();
    let f = Form::new(kind, n, &shape, c.constant(LENGTHS))?;
    let x = c.operand(0)?;
    let mut states = vec![];
    for at in 0..f.directions.len() {
        states.push(direction(&f, n, c, &x, at)?);
    }
    let steps = steps(&f);
    let each_direction = |c: &mut Converter<'_>, list: Vec<String>, name: &str| {
        let one = |e: &String| format!("for j < 1 {{ {e} }}");
        let text = match list.as_slice() {
            [e] => one(e),
            all => format!("concat({})", all.iter().map(one).collect::<Vec<_>>().join(", ")),
        };
        c.local(name, &text)
    };
    let (t, b, h, d) = (f.steps, f.batch, f.hidden, f.directions.len());
    if c.wants(0) {
        let mut list = vec![];
        for (d, s) in f.directions.iter().zip(&states) {
            list.push(sequence(&f, c, d, s)?);
        }
        let one = |e: &String| format!("for j < 1 {{ {e} }}");
        let text = match list.as_slice() {
            [e] => one(e),
            all => format!("concat({})", all.iter().map(one).collect::<Vec<_>>().join(", ")),
        };
        let text = format!("for i < {t} {{ {text} }}");
        if f.batch_first {
            let y = c.local(&format!("{}_steps", n.outputs[0]), &text)?;
            let back =
                format!("for i < {b}, j < {t}, k < {d}, l < {h} {{ {}[j, k, i, l] }}", y.text);
            c.bind(0, &back)?;
        } else {
            c.bind(0, &text)?;
        }
    }
    let last = states.iter().map(|s| format!("{}[{steps}]", s.all.text)).collect();
    let cells = states.iter().filter_map(|s| s.cell.as_ref().map(|c| c.text.clone())).collect();
    for (k, list) in [(1, last), (2, cells)] {
        if !c.wants(k) {
            continue;
        }
        let y = each_direction(c, list, &format!("{}_all", n.outputs[k]))?;
        if f.batch_first {
            let text = format!("for i < {b}, j < {d}, k < {h} {{ {}[j, i, k] }}", y.text);
            c.bind(k, &text)?;
        } else {
            c.alias(k, &y)?;
        }
    }
    Ok(())
}

/// Steps that any sample has; a sequence without any is run for one that is not kept.
fn steps(f: &Form) -> usize {
    f.lengths.iter().copied().max().unwrap_or(1).max(1)
}

/// One direction's fold.
fn direction(f: &Form, n: &Node, c: &mut Converter<'_>, x: &Operand, at: usize) -> Import<States> {
    let d = &f.directions[at];
    let lstm = f.kind == Kind::Lstm;
    let (w, r, b) =
        (weight(c, 1, at)?, weight(c, 2, at)?, c.constant(BIAS).filter(|_| c.has(BIAS)));
    let bias = match b {
        Some(t) => Some(constant_bias(f, c, t, at, x, &w.whole)?),
        None if c.has(BIAS) => {
            let b = c.operand(BIAS)?;
            Some(Bias::Variable(Slice::of(b, at)))
        }
        None => None,
    };
    let p = if lstm && c.has(PEEPHOLES) { Some(peepholes(c, at)?) } else { None };
    let h0 = initial(f, c, HIDDEN, at)?;
    let c0 = if lstm { Some(initial(f, c, CELL, at)?) } else { None };
    let name = |c: &mut Converter<'_>, hint: &str| c.names.fresh(hint);
    let (step, state) = (name(c, "step"), name(c, "state"));
    let input = inputs(f, c, d, x, &step)?;
    let kept = kept(f, c)?.map(|m| (m, step.clone()));
    let mut cell = Cell { f, d, n, w, r, bias, p, input, kept, before: state.clone(), cell: None };
    let before = name(c, "before");
    let hint = n.outputs.iter().find(|o| !o.is_empty()).map_or("y", String::as_str);
    let hint = format!("{hint}_{}", if d.reverse { "backward" } else { "forward" });
    cell.before = before.clone();
    let steps = steps(f);
    if let Some(c0) = c0 {
        let (all, memory) = (name(c, "states"), name(c, "cell"));
        cell.cell = Some(memory.clone());
        let (body, h, next) = cell.lstm(c)?;
        let text = format!(
            "fold {state} = (for l < 1 {{ {h0} }}, {c0}), {step} < {steps} {{ \
             let {all} = {state}.0; let {before} = {all}[{step}]; let {memory} = {state}.1; {body} \
             (concat({all}, for j < 1 {{ {h} }}), {next}) }}"
        );
        let (all, cell) = c.pair(&hint, &format!("{hint}_cell"), &text)?;
        return Ok(States { all, cell: Some(cell) });
    }
    let (body, h) = if f.kind == Kind::Gru { cell.gru(c)? } else { cell.rnn(c)? };
    let text = format!(
        "fold {state} = for l < 1 {{ {h0} }}, {step} < {steps} {{ \
         let {before} = {state}[{step}]; {body} concat({state}, for j < 1 {{ {h} }}) }}"
    );
    Ok(States { all: c.local(&hint, &text)?, cell: None })
}

/// The biases of a direction.
#[allow(clippy::large_enum_variant, reason = "one a node")]
pub(super) enum Bias {
    /// Of input and recurrence together, but for a GRU whose reset gate comes last: then the second
    /// is that of the candidates' recurrence.
    Constant(Operand, Option<Operand>),
    /// An input: those of the recurrence come after those of the input.
    Variable(Slice),
}

/// A parameter, or what belongs to one direction of it.
pub(super) struct Slice {
    whole: Operand,
    direction: Option<usize>,
}

impl Slice {
    fn of(whole: Operand, direction: usize) -> Slice {
        Slice { whole, direction: Some(direction) }
    }

    /// The element at an index.
    pub(super) fn at(&self, index: &[&Expr]) -> Expr {
        if self.whole.literal {
            return self.whole.expr();
        }
        let direction = self.direction.map(|d| Expr::int(d as i64));
        let all: Vec<&Expr> = direction.iter().chain(index.iter().copied()).collect();
        self.whole.expr().at(&all)
    }
}

/// A weight of a direction as [rows, columns].
fn weight(c: &mut Converter<'_>, k: usize, at: usize) -> Import<Slice> {
    if let Some(t) = c.constant(k) {
        let a = t.floats()?.index_axis(ndarray::Axis(0), at).to_owned();
        let name = c.input_name(k).to_string();
        return Ok(Slice { whole: c.weight(&name, &a, Some(0))?, direction: None });
    }
    Ok(Slice::of(c.operand(k)?, at))
}

/// Constant biases, at the step of the products.
fn constant_bias(
    f: &Form,
    c: &mut Converter<'_>,
    t: &Tensor,
    at: usize,
    x: &Operand,
    w: &Operand,
) -> Import<Bias> {
    let all = t.floats()?.index_axis(ndarray::Axis(0), at).to_owned();
    let rows = f.kind.gates() * f.hidden;
    let apart = if f.linear_before_reset { 2 * f.hidden } else { rows };
    let scale = &x.scale * &w.scale;
    let sum = |k: usize| all[k] + if k < apart { all[rows + k] } else { 0.0 };
    let name = c.input_name(BIAS).to_string();
    let list = |len: usize, of: &dyn Fn(usize) -> f64| {
        ndarray::ArrayD::from_shape_fn(ndarray::IxDyn(&[len]), |k| of(k[0]))
    };
    let both = c.weight_at(&name, &list(rows, &sum), &scale)?;
    let own = if apart < rows {
        let rest = list(f.hidden, &|k| all[rows + apart + k]);
        Some(c.weight_at(&name, &rest, &scale)?)
    } else {
        None
    };
    Ok(Bias::Constant(both, own))
}

/// The peepholes of a direction.
fn peepholes(c: &mut Converter<'_>, at: usize) -> Import<Slice> {
    if let Some(t) = c.constant(PEEPHOLES) {
        let a = t.floats()?.index_axis(ndarray::Axis(0), at).to_owned();
        let name = c.input_name(PEEPHOLES).to_string();
        return Ok(Slice { whole: c.weight(&name, &a, None)?, direction: None });
    }
    Ok(Slice::of(c.operand(PEEPHOLES)?, at))
}

/// A state before the first step as [batch, hidden].
fn initial(f: &Form, c: &mut Converter<'_>, k: usize, at: usize) -> Import<String> {
    let (b, h) = (f.batch, f.hidden);
    let zero = c.constant(k).is_some_and(|t| t.floats().is_ok_and(|a| a.iter().all(|v| *v == 0.0)));
    if !c.has(k) || zero {
        return Ok(format!("for j < {b}, k < {h} {{ 0 }}"));
    }
    let s = c.operand(k)?;
    if s.literal {
        return Ok(format!("for j < {b}, k < {h} {{ {} }}", s.text));
    }
    let place = if f.batch_first { format!("j, {at}, k") } else { format!("{at}, j, k") };
    Ok(format!("for j < {b}, k < {h} {{ {}[{place}] }}", s.text))
}

/// Element `j` of sample `i` at a step.
fn inputs(f: &Form, c: &mut Converter<'_>, d: &Direction, x: &Operand, step: &str) -> Import<Expr> {
    let steps = steps(f);
    if x.literal {
        return Ok(x.expr());
    }
    if d.reverse && f.lengths.iter().any(|l| *l != steps) {
        // Each sample is reversed within its own length.
        let row = |s: usize, b: usize| {
            let t = f.place(d, b, s);
            if f.batch_first {
                format!("{}[{b}, {t}]", x.text)
            } else {
                format!("{}[{t}, {b}]", x.text)
            }
        };
        let turned = c.local(&format!("{}_turned", x.text), &table(steps, f.batch, &row))?;
        return Ok(turned.expr().at(&[step, "i", "j"]));
    }
    let (step, i, j) = (Expr::atom(step), Expr::atom("i"), Expr::atom("j"));
    let t = if d.reverse { &Expr::int((steps - 1) as i64) - &step } else { step };
    Ok(x.expr().at(&if f.batch_first { [i, t, j] } else { [t, i, j] }))
}

/// A list of lists.
fn table(rows: usize, columns: usize, of: &dyn Fn(usize, usize) -> String) -> String {
    let row = |r: usize| {
        let list: Vec<String> = (0..columns).map(|c| of(r, c)).collect();
        format!("[{}]", list.join(", "))
    };
    let list: Vec<String> = (0..rows).map(row).collect();
    format!("[{}]", list.join(", "))
}

/// Bits that say which steps a sample has, if some have not all.
fn kept(f: &Form, c: &mut Converter<'_>) -> Import<Option<Operand>> {
    let steps = steps(f);
    if f.lengths.iter().all(|l| *l == steps) {
        return Ok(None);
    }
    let bits =
        (0..steps).flat_map(|s| f.lengths.iter().map(move |l| BigInt::from(u8::from(s < *l))));
    let raw = bits.collect();
    c.raw_constant("steps_kept", &[steps, f.batch], raw, &One::one()).map(Some)
}

/// The states of a direction in the order of the sequence, at step `i`: zeros behind a sample's end.
fn sequence(f: &Form, c: &mut Converter<'_>, d: &Direction, s: &States) -> Import<String> {
    let all = &s.all.text;
    if f.full() {
        return Ok(if d.reverse {
            format!("{all}[{} - i]", f.steps)
        } else {
            format!("{all}[i + 1]")
        });
    }
    let row = |t: usize, b: usize| match f.lengths[b] {
        l if t >= l => format!("0 * {all}[0, {b}]"),
        // Reversal within a length is its own inverse.
        _ => format!("{all}[{}, {b}]", f.place(d, b, t) + 1),
    };
    let placed = c.local(&format!("{all}_placed"), &table(f.steps, f.batch, &row))?;
    Ok(format!("{}[i]", placed.text))
}
