//! One step of each kind of layer, as statements of a fold's body.

use super::activation::Activation;
use super::form::{Direction, Form};
use super::write::{Bias, Slice};
use crate::context::{Converter, Expr, Operand};
use crate::fault::Import;
use crate::graph::Node;
use crate::quantize::Fixed;
use crate::quantize::fixed::{to_integer, two_to};
use zirc_compiler::session::type_text;

/// Where results stand among those of `compute`.
const CELLS: usize = 3;
const LSTM_GATES: usize = 4;
const GATES: usize = 2;

/// Bits of gates, states and cells beyond those of activations: errors of a step live on in those
/// that follow.
const FINER: u32 = 2;
const FINER_CELLS: u32 = 4;
/// What an argument is taken to reach where nothing is known.
const UNKNOWN: f64 = 16.0;

/// A direction's parameters as text.
pub(super) struct Cell<'a> {
    pub(super) f: &'a Form,
    pub(super) d: &'a Direction,
    pub(super) n: &'a Node,
    pub(super) w: Slice,
    pub(super) r: Slice,
    pub(super) bias: Option<Bias>,
    pub(super) p: Option<Slice>,
    /// Element j of sample i.
    pub(super) input: Expr,
    /// Steps that are kept, and the step.
    pub(super) kept: Option<(Operand, String)>,
    /// The state before this step.
    pub(super) before: String,
    /// The cell before this step.
    pub(super) cell: Option<String>,
}

/// So many rows down.
fn row(rows: usize) -> Expr {
    let k = Expr::atom("k");
    if rows == 0 { k } else { &Expr::int(rows as i64) + &k }
}

/// Element k of sample i.
fn own(name: &str) -> Expr {
    Expr::atom(name).at(&["i", "k"])
}

/// An element of sample i.
fn at(name: &str, row: &Expr) -> Expr {
    Expr::atom(name).at(&[&Expr::atom("i"), row])
}

/// A number cut to a type.
fn clamp(t: impl std::fmt::Display, e: &Expr) -> Expr {
    Expr::call(&format!("clamp_to::<{t}>"), [e])
}

/// An element of a constant, or the number that it is.
fn element(b: &Operand, row: &Expr) -> Expr {
    if b.literal { b.expr() } else { b.expr().at(&[row]) }
}

/// Statements under way.
struct Body(String);

impl Body {
    /// A variable over [batch, size].
    fn add(
        &mut self,
        c: &mut Converter<'_>,
        f: &Form,
        size: usize,
        hint: &str,
        e: &Expr,
    ) -> String {
        let name = c.names.fresh(hint);
        self.0 += &format!("let {name} = for i < {}, k < {size} {{ {e} }}; ", f.batch);
        name
    }
}

impl Cell<'_> {
    /// The product of a row of weights with what has as many elements.
    fn dot(size: usize, w: &Slice, row: &Expr, x: &Expr) -> Expr {
        Expr::atom(format!("sum j < {size} {{ {} }}", &w.at(&[row, &Expr::atom("j")]) * x))
    }

    /// w·x without a bias.
    fn of_input(&self, row: &Expr) -> Expr {
        Self::dot(self.f.inputs, &self.w, row, &self.input)
    }

    /// r·h without a bias, for a state's name.
    fn of_state(&self, row: &Expr, state: &str) -> Expr {
        Self::dot(self.f.hidden, &self.r, row, &Expr::atom(state).at(&["i", "j"]))
    }

    /// A sum with the biases of a row.
    fn biased(&self, sum: &Expr, row: &Expr) -> Expr {
        match &self.bias {
            None => sum.clone(),
            Some(Bias::Constant(b, _)) => sum + &element(b, row),
            Some(Bias::Variable(b)) => &(sum + &b.at(&[row])) + &b.at(&[&self.recurrent(row)]),
        }
    }

    /// Where the bias of a row's recurrence stands behind those of inputs.
    fn recurrent(&self, row: &Expr) -> Expr {
        &Expr::int((self.f.kind.gates() * self.f.hidden) as i64) + row
    }

    fn sums(&self, row: &Expr, state: &str) -> Expr {
        self.biased(&(&self.of_input(row) + &self.of_state(row, state)), row)
    }

    /// The name that calibration has for a result.
    fn tensor(&self, k: usize) -> String {
        crate::context::result_name(self.n, k)
    }

    /// The type of an activation's argument, which is cut where the activation is flat; and its
    /// text, cut by `clip` too.
    fn argument(&self, c: &mut Converter<'_>, a: &Activation, k: usize) -> (Fixed, String) {
        let bits = c.activation_bits().min(12);
        let name = self.tensor(k);
        let reach = a.reach(bits + FINER);
        let wide = reach.min(UNKNOWN);
        if c.is_decided(&name) {
            let t = c.activation(&name, (-wide, wide), bits);
            return (t, self.clipped(&t));
        }
        let t = c.calibrated(&name, (-wide, wide), bits);
        let (lo, hi) = t.real_range();
        let t = Fixed::holding(lo.max(-reach), hi.min(reach), t.bits);
        c.choose(&name, t);
        (t, self.clipped(&t))
    }

    fn clipped(&self, t: &Fixed) -> String {
        let Some(clip) = self.f.clip else { return t.to_string() };
        let (lo, hi) = t.raw_range();
        let most = to_integer(clip / two_to(-t.frac)).max(1.into());
        type_text(&lo.max(-most.clone()), &hi.min(most), &t.scale())
    }

    /// An activation of a rounded argument.
    fn apply(&self, c: &mut Converter<'_>, a: &Activation, x: &Expr, k: usize) -> Import<Expr> {
        let (t, text) = self.argument(c, a, k);
        a.expr(c, &clamp(text, x), &t, c.activation_bits().min(12) + FINER)
    }

    /// The type of states.
    fn state(&self, c: &mut Converter<'_>, bounded: bool) -> Fixed {
        let wide = if bounded { 1.0 } else { UNKNOWN };
        let bits = c.activation_bits() + FINER;
        c.activation(&self.tensor(0), (-wide, wide), bits)
    }

    /// A state that stays as it was at steps that a sample has not.
    fn keep(&self, c: &mut Converter<'_>, body: &mut Body, new: String, old: &str) -> String {
        let Some((m, step)) = &self.kept else { return new };
        let m = if m.literal { m.expr() } else { m.expr().at(&[step, "i"]) };
        let e = &(&m * &own(&new)) + &(&m.not() * &own(old));
        body.add(c, self.f, self.f.hidden, "kept", &e)
    }

    /// The body and the name of the state after it.
    pub(super) fn rnn(&self, c: &mut Converter<'_>) -> Import<(String, String)> {
        let (h, mut body) = (self.f.hidden, Body(String::new()));
        let sums = body.add(c, self.f, h, "sums", &self.sums(&row(0), &self.before));
        let e = self.apply(c, &self.d.activations[0], &own(&sums), GATES + 1)?;
        let new = body.add(c, self.f, h, "next", &e);
        let new = self.keep(c, &mut body, new, &self.before);
        Ok((body.0, new))
    }

    /// As `rnn`.
    pub(super) fn gru(&self, c: &mut Converter<'_>) -> Import<(String, String)> {
        let (h, mut body) = (self.f.hidden, Body(String::new()));
        let [gate, fresh] = [0, 1].map(|k| self.d.activations[k]);
        let sums = body.add(c, self.f, 2 * h, "sums", &self.sums(&row(0), &self.before));
        let e = self.apply(c, &gate, &own(&sums), GATES)?;
        let gates = body.add(c, self.f, 2 * h, "gates", &e);
        let (candidate, before) = (row(2 * h), &self.before);
        let reset = at(&gates, &row(h));
        let sum = if self.f.linear_before_reset {
            let (of_input, of_state) = self.apart(&candidate, before);
            &of_input + &(&reset * &of_state)
        } else {
            let kept = body.add(c, self.f, h, "reset", &(&reset * &own(before)));
            self.sums(&candidate, &kept)
        };
        let sum = body.add(c, self.f, h, "sums", &sum);
        let e = self.apply(c, &fresh, &own(&sum), GATES + 1)?;
        let fresh_name = body.add(c, self.f, h, "candidates", &e);
        let y = self.state(c, fresh.bounded() && gate.bounded());
        let fresh = own(&fresh_name);
        let mixed = &fresh + &(&own(&gates) * &(&own(before) - &fresh));
        let mixed = clamp(y, &mixed);
        let new = body.add(c, self.f, h, "next", &mixed);
        let new = self.keep(c, &mut body, new, before);
        Ok((body.0, new))
    }

    /// The candidates of the input and of the recurrence, each with its own bias.
    fn apart(&self, row: &Expr, state: &str) -> (Expr, Expr) {
        let (x, h) = (self.of_input(row), self.of_state(row, state));
        match &self.bias {
            None => (x, h),
            Some(Bias::Constant(both, behind)) => {
                let k = Expr::atom("k");
                let h = behind.as_ref().map_or(h.clone(), |b| &h + &element(b, &k));
                (&x + &element(both, row), h)
            }
            Some(Bias::Variable(b)) => (&x + &b.at(&[row]), &h + &b.at(&[&self.recurrent(row)])),
        }
    }

    /// The body, the name of the state and that of the cell after it.
    pub(super) fn lstm(&self, c: &mut Converter<'_>) -> Import<(String, String, String)> {
        let (h, mut body) = (self.f.hidden, Body(String::new()));
        let [gate, fresh, out] = [0, 1, 2].map(|k| self.d.activations[k]);
        let old = self.cell.clone().unwrap_or_default();
        let sums = body.add(c, self.f, 4 * h, "sums", &self.sums(&row(0), &self.before));
        let seen = |block: usize, cell: &str| {
            let (row, sum) = (row(block * h), at(&sums, &row(block * h)));
            match &self.p {
                Some(p) => &sum + &(&p.at(&[&row]) * &own(cell)),
                None => sum,
            }
        };
        let e = self.apply(c, &gate, &seen(0, &old), LSTM_GATES)?;
        let input = body.add(c, self.f, h, "input_gate", &e);
        let e = if self.f.coupled {
            own(&input).not()
        } else {
            self.apply(c, &gate, &seen(2, &old), LSTM_GATES)?
        };
        let forget = body.add(c, self.f, h, "forget_gate", &e);
        let e = self.apply(c, &fresh, &at(&sums, &row(3 * h)), LSTM_GATES + 1)?;
        let fresh_name = body.add(c, self.f, h, "candidates", &e);
        let bits = c.activation_bits() + FINER_CELLS;
        let wide = if fresh.bounded() { self.f.steps as f64 } else { UNKNOWN };
        let cells = c.activation(&self.tensor(CELLS), (-wide, wide), bits);
        let e = &(&own(&forget) * &own(&old)) + &(&own(&input) * &own(&fresh_name));
        let e = clamp(cells, &e);
        let next = body.add(c, self.f, h, "next_cell", &e);
        let e = self.apply(c, &gate, &seen(1, &next), LSTM_GATES)?;
        let output = body.add(c, self.f, h, "output_gate", &e);
        let bits = c.activation_bits().min(12);
        let (lo, hi) = cells.real_range();
        let reach = out.reach(bits + FINER);
        let t = Fixed::holding(lo.max(-reach), hi.min(reach), bits);
        let (x, of) = match t.bits < cells.bits {
            true => (clamp(t, &own(&next)), &t),
            false => (own(&next), &cells),
        };
        let seen = out.expr(c, &x, of, bits + FINER)?;
        let y = self.state(c, gate.bounded() && out.bounded());
        let e = clamp(y, &(&own(&output) * &seen));
        let new = body.add(c, self.f, h, "next", &e);
        let new = self.keep(c, &mut body, new, &self.before);
        let next = self.keep(c, &mut body, next, &old);
        Ok((body.0, new, next))
    }
}
