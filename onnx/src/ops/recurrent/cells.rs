//! One step of each kind of layer, as statements of a fold's body.

use super::activation::Activation;
use super::form::{Direction, Form};
use super::write::{Bias, Slice};
use crate::context::{Converter, Operand};
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
    pub(super) input: String,
    /// Steps that are kept, and the step.
    pub(super) kept: Option<(Operand, String)>,
    /// The state before this step.
    pub(super) before: String,
    /// The cell before this step.
    pub(super) cell: Option<String>,
}

/// `g` blocks down.
fn row(block: usize) -> String {
    if block == 0 { "k".into() } else { format!("{block} + k") }
}

/// Statements under way.
struct Body(String);

impl Body {
    /// A variable over [batch, size].
    fn add(&mut self, c: &mut Converter<'_>, f: &Form, size: usize, hint: &str, e: &str) -> String {
        let name = c.names.fresh(hint);
        self.0 += &format!("let {name} = for i < {}, k < {size} {{ {e} }}; ", f.batch);
        name
    }
}

impl Cell<'_> {
    fn at(w: &Slice, row: &str) -> String {
        w.at(&[row, "j"])
    }

    /// w·x without a bias.
    fn of_input(&self, row: &str) -> String {
        format!("sum j < {} {{ {} * {} }}", self.f.inputs, Self::at(&self.w, row), self.input)
    }

    /// r·h without a bias, for a state's name.
    fn of_state(&self, row: &str, state: &str) -> String {
        format!("sum j < {} {{ {} * {state}[i, j] }}", self.f.hidden, Self::at(&self.r, row))
    }

    /// The biases of a row, with a sign in front.
    fn bias(&self, row: &str) -> String {
        let rows = self.f.kind.gates() * self.f.hidden;
        match &self.bias {
            None => String::new(),
            Some(Bias::Constant(b, _)) if b.literal => format!(" + {}", b.text),
            Some(Bias::Constant(b, _)) => format!(" + {}[{row}]", b.text),
            Some(Bias::Variable(b)) => {
                format!(" + {} + {}", b.at(&[row]), b.at(&[&format!("{rows} + {row}")]))
            }
        }
    }

    fn sums(&self, row: &str) -> String {
        format!("{} + {}{}", self.of_input(row), self.of_state(row, &self.before), self.bias(row))
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
        let t = c.activation(&name, (-wide, wide), bits);
        let (lo, hi) = t.real_range();
        let chosen = c.settings.choices.tensors.contains_key(&name);
        let t = if chosen { t } else { Fixed::holding(lo.max(-reach), hi.min(reach), t.bits) };
        (t, self.clipped(&t))
    }

    fn clipped(&self, t: &Fixed) -> String {
        let Some(clip) = self.f.clip else { return t.to_string() };
        let (lo, hi) = t.raw_range();
        let most = to_integer(clip / two_to(-t.frac)).max(1.into());
        type_text(&lo.max(-most.clone()), &hi.min(most), &t.scale())
    }

    /// An activation of a rounded argument.
    fn apply(&self, c: &mut Converter<'_>, a: &Activation, x: &str, k: usize) -> Import<String> {
        let (t, text) = self.argument(c, a, k);
        a.text(c, &format!("clamp_to::<{text}>({x})"), &t, c.activation_bits().min(12) + FINER)
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
        let m = if m.literal { m.text.clone() } else { format!("{}[{step}, i]", m.text) };
        let e = format!("{m} * {new}[i, k] + (1 - {m}) * {old}[i, k]");
        body.add(c, self.f, self.f.hidden, "kept", &e)
    }

    /// The body and the name of the state after it.
    pub(super) fn rnn(&self, c: &mut Converter<'_>) -> Import<(String, String)> {
        let (h, mut body) = (self.f.hidden, Body(String::new()));
        let sums = body.add(c, self.f, h, "sums", &self.sums("k"));
        let e = self.apply(c, &self.d.activations[0], &format!("{sums}[i, k]"), GATES + 1)?;
        let new = body.add(c, self.f, h, "next", &e);
        let new = self.keep(c, &mut body, new, &self.before);
        Ok((body.0, new))
    }

    /// As `rnn`.
    pub(super) fn gru(&self, c: &mut Converter<'_>) -> Import<(String, String)> {
        let (h, mut body) = (self.f.hidden, Body(String::new()));
        let [gate, fresh] = [0, 1].map(|k| self.d.activations[k]);
        let sums = body.add(c, self.f, 2 * h, "sums", &self.sums("k"));
        let e = self.apply(c, &gate, &format!("{sums}[i, k]"), GATES)?;
        let gates = body.add(c, self.f, 2 * h, "gates", &e);
        let (own, before) = (row(2 * h), &self.before);
        let sum = if self.f.linear_before_reset {
            let (b_x, b_h) = self.apart(&own);
            let of_state = self.of_state(&own, before);
            format!("{}{b_x} + {gates}[i, {h} + k] * ({of_state}{b_h})", self.of_input(&own))
        } else {
            let e = format!("{gates}[i, {h} + k] * {before}[i, k]");
            let reset = body.add(c, self.f, h, "reset", &e);
            format!("{} + {}{}", self.of_input(&own), self.of_state(&own, &reset), self.bias(&own))
        };
        let sum = body.add(c, self.f, h, "sums", &sum);
        let e = self.apply(c, &fresh, &format!("{sum}[i, k]"), GATES + 1)?;
        let fresh_name = body.add(c, self.f, h, "candidates", &e);
        let y = self.state(c, fresh.bounded() && gate.bounded());
        let mixed = format!(
            "clamp_to::<{y}>({fresh_name}[i, k] + {gates}[i, k] * ({before}[i, k] - {fresh_name}[i, k]))"
        );
        let new = body.add(c, self.f, h, "next", &mixed);
        let new = self.keep(c, &mut body, new, before);
        Ok((body.0, new))
    }

    /// The biases of a candidate's input and recurrence.
    fn apart(&self, row: &str) -> (String, String) {
        let rows = self.f.kind.gates() * self.f.hidden;
        match &self.bias {
            None => (String::new(), String::new()),
            Some(Bias::Constant(both, own)) => {
                let one = |b: &Operand, row: &str| {
                    if b.literal {
                        format!(" + {}", b.text)
                    } else {
                        format!(" + {}[{row}]", b.text)
                    }
                };
                (one(both, row), own.as_ref().map_or(String::new(), |b| one(b, "k")))
            }
            Some(Bias::Variable(b)) => {
                let b = |row: &str| format!(" + {}", b.at(&[row]));
                (b(row), b(&format!("{rows} + {row}")))
            }
        }
    }

    /// The body, the name of the state and that of the cell after it.
    pub(super) fn lstm(&self, c: &mut Converter<'_>) -> Import<(String, String, String)> {
        let (h, mut body) = (self.f.hidden, Body(String::new()));
        let [gate, fresh, out] = [0, 1, 2].map(|k| self.d.activations[k]);
        let old = self.cell.clone().unwrap_or_default();
        let sums = body.add(c, self.f, 4 * h, "sums", &self.sums("k"));
        let seen = |block: usize, cell: &str| {
            let peephole = self.p.as_ref().map_or(String::new(), |p| {
                format!(" + {} * {cell}[i, k]", p.at(&[&row(block * h)]))
            });
            format!("{sums}[i, {}]{peephole}", row(block * h))
        };
        let e = self.apply(c, &gate, &seen(0, &old), LSTM_GATES)?;
        let input = body.add(c, self.f, h, "input_gate", &e);
        let e = if self.f.coupled {
            format!("1 - {input}[i, k]")
        } else {
            self.apply(c, &gate, &seen(2, &old), LSTM_GATES)?
        };
        let forget = body.add(c, self.f, h, "forget_gate", &e);
        let e = self.apply(c, &fresh, &format!("{sums}[i, {}]", row(3 * h)), LSTM_GATES + 1)?;
        let fresh_name = body.add(c, self.f, h, "candidates", &e);
        let bits = c.activation_bits() + FINER_CELLS;
        let wide = if fresh.bounded() { self.f.steps as f64 } else { UNKNOWN };
        let cells = c.activation(&self.tensor(CELLS), (-wide, wide), bits);
        let e = format!(
            "clamp_to::<{cells}>({forget}[i, k] * {old}[i, k] + {input}[i, k] * {fresh_name}[i, k])"
        );
        let next = body.add(c, self.f, h, "next_cell", &e);
        let e = self.apply(c, &gate, &seen(1, &next), LSTM_GATES)?;
        let output = body.add(c, self.f, h, "output_gate", &e);
        let bits = c.activation_bits().min(12);
        let (lo, hi) = cells.real_range();
        let reach = out.reach(bits + FINER);
        let t = Fixed::holding(lo.max(-reach), hi.min(reach), bits);
        let x = if t.bits < cells.bits {
            format!("clamp_to::<{t}>({next}[i, k])")
        } else {
            format!("{next}[i, k]")
        };
        let seen = out.text(c, &x, if t.bits < cells.bits { &t } else { &cells }, bits + FINER)?;
        let y = self.state(c, gate.bounded() && out.bounded());
        let e = format!("clamp_to::<{y}>({output}[i, k] * {seen})");
        let new = body.add(c, self.f, h, "next", &e);
        let new = self.keep(c, &mut body, new, &self.before);
        let next = self.keep(c, &mut body, next, &old);
        Ok((body.0, new, next))
    }
}
