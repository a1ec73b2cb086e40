//! Recurrent layers in floating point.
//!
//! After the node's own outputs come what the circuit's types are chosen by: for LSTM the cells of
//! all steps; then the arguments of the gates and those of the candidates.

use super::activation::Activation;
use super::form::{BIAS, CELL, Direction, Form, HIDDEN, Kind, LENGTHS, PEEPHOLES};
use crate::context::Args;
use crate::fault::Import;
use crate::graph::Node;
use crate::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};

/// One step's results.
struct Step {
    h: Vec<f64>,
    c: Vec<f64>,
    /// Arguments of the gates.
    gates: Vec<f64>,
    /// Arguments of what becomes the new state.
    fresh: Vec<f64>,
}

/// A direction's parameters.
struct Cell<'a> {
    f: &'a Form,
    d: &'a Direction,
    at: usize,
    w: &'a ArrayD<f64>,
    r: &'a ArrayD<f64>,
    b: Option<&'a ArrayD<f64>>,
    p: Option<&'a ArrayD<f64>>,
}

impl Cell<'_> {
    fn rows(&self) -> usize {
        self.f.kind.gates() * self.f.hidden
    }

    /// w·x with its bias, row `k`.
    fn of_input(&self, k: usize, x: &[f64]) -> f64 {
        let sum = (0..x.len()).fold(0.0, |s, j| s + self.w[[self.at, k, j]] * x[j]);
        sum + self.b.map_or(0.0, |b| b[[self.at, k]])
    }

    /// r·h with its bias, row `k`.
    fn of_state(&self, k: usize, h: &[f64]) -> f64 {
        let sum = (0..h.len()).fold(0.0, |s, j| s + self.r[[self.at, k, j]] * h[j]);
        sum + self.b.map_or(0.0, |b| b[[self.at, self.rows() + k]])
    }

    fn clip(&self, z: f64) -> f64 {
        self.f.clip.map_or(z, |c| z.clamp(-c, c))
    }

    #[allow(clippy::needless_range_loop, reason = "one index into several rows")]
    fn step(&self, x: &[f64], h: &[f64], c: &[f64]) -> Step {
        let n = self.f.hidden;
        let act = |k: usize| -> &Activation { &self.d.activations[k] };
        let both = |k: usize| self.clip(self.of_input(k, x) + self.of_state(k, h));
        let p = |g: usize, k: usize, c: f64| self.p.map_or(0.0, |p| p[[self.at, g * n + k]] * c);
        let mut out = Step { h: vec![], c: vec![], gates: vec![], fresh: vec![] };
        match self.f.kind {
            Kind::Rnn => {
                out.fresh = (0..n).map(both).collect();
                out.h = out.fresh.iter().map(|z| act(0).of(*z)).collect();
            }
            Kind::Gru => {
                out.gates = (0..2 * n).map(both).collect();
                let gate: Vec<f64> = out.gates.iter().map(|z| act(0).of(*z)).collect();
                let kept: Vec<f64> = (0..n).map(|k| gate[n + k] * h[k]).collect();
                for k in 0..n {
                    let of_state = if self.f.linear_before_reset {
                        gate[n + k] * self.of_state(2 * n + k, h)
                    } else {
                        self.of_state(2 * n + k, &kept)
                    };
                    let z = self.clip(self.of_input(2 * n + k, x) + of_state);
                    out.fresh.push(z);
                    out.h.push((1.0 - gate[k]) * act(1).of(z) + gate[k] * h[k]);
                }
            }
            Kind::Lstm => {
                for k in 0..n {
                    let sum = |g: usize| self.of_input(g * n + k, x) + self.of_state(g * n + k, h);
                    let zi = self.clip(sum(0) + p(0, k, c[k]));
                    let zf = self.clip(sum(2) + p(2, k, c[k]));
                    let zc = self.clip(sum(3));
                    let i = act(0).of(zi);
                    let forget = if self.f.coupled { 1.0 - i } else { act(0).of(zf) };
                    let next = forget * c[k] + i * act(1).of(zc);
                    let zo = self.clip(sum(1) + p(1, k, next));
                    out.gates.extend([zi, zo]);
                    if !self.f.coupled {
                        out.gates.push(zf);
                    }
                    out.fresh.push(zc);
                    out.c.push(next);
                    out.h.push(act(0).of(zo) * act(2).of(next));
                }
            }
        }
        out
    }
}

pub(super) fn evaluate(kind: Kind, n: &Node, args: &Args<'_>) -> Import<Vec<Tensor>> {
    let shape = |k: usize| args.optional(k).map(Tensor::shape);
    let f = Form::new(kind, n, &shape, args.optional(LENGTHS))?;
    let floats = |k: usize| args.optional(k).map(Tensor::floats).transpose();
    let x = args.get(0)?.floats()?;
    let (w, r) = (args.get(1)?.floats()?, args.get(2)?.floats()?);
    let (b, h0) = (floats(BIAS)?, floats(HIDDEN)?);
    let lstm = kind == Kind::Lstm;
    let (c0, p) = if lstm { (floats(CELL)?, floats(PEEPHOLES)?) } else { (None, None) };
    let dirs = f.directions.len();
    let all = [f.steps, dirs, f.batch, f.hidden];
    let mut y = ArrayD::zeros(IxDyn(&all));
    let mut last = ArrayD::zeros(IxDyn(&all[1..]));
    let mut last_c = last.clone();
    let (mut cells, mut gates, mut fresh) = (vec![], vec![], vec![]);
    for (at, d) in f.directions.iter().enumerate() {
        let cell = Cell { f: &f, d, at, w, r, b, p };
        for s in 0..f.batch {
            let state = |t: Option<&ArrayD<f64>>| -> Vec<f64> {
                let place = if f.batch_first { [s, at] } else { [at, s] };
                let one = |k| t.map_or(0.0, |t| t[[place[0], place[1], k]]);
                (0..f.hidden).map(one).collect()
            };
            let (mut h, mut c) = (state(h0), state(c0));
            for step in 0..f.lengths[s] {
                let t = f.place(d, s, step);
                let place = if f.batch_first { [s, t] } else { [t, s] };
                let own: Vec<f64> = (0..f.inputs).map(|j| x[[place[0], place[1], j]]).collect();
                let next = cell.step(&own, &h, &c);
                (h, c) = (next.h, next.c);
                for (k, v) in h.iter().enumerate() {
                    y[[t, at, s, k]] = *v;
                }
                cells.extend_from_slice(&c);
                gates.extend(next.gates);
                fresh.extend(next.fresh);
            }
            for (k, v) in h.iter().enumerate() {
                last[[at, s, k]] = *v;
            }
            for (k, v) in c.iter().enumerate() {
                last_c[[at, s, k]] = *v;
            }
        }
    }
    if f.batch_first {
        y = y.permuted_axes(IxDyn(&[2, 0, 1, 3]));
        last = last.permuted_axes(IxDyn(&[1, 0, 2]));
        last_c = last_c.permuted_axes(IxDyn(&[1, 0, 2]));
    }
    let element = args.get(0)?.element;
    let list = |v: Vec<f64>| ArrayD::from_shape_fn(IxDyn(&[v.len()]), |i| v[i[0]]);
    let mut out = vec![y, last];
    if lstm {
        out.extend([last_c, list(cells)]);
    }
    out.extend([list(gates), list(fresh)]);
    Ok(out.into_iter().map(|a| Tensor::float(element, a)).collect())
}
