//! From samples of the inputs to what every tensor holds, and how fine the inputs must be.
//!
//! One step serves a whole tensor. Where the elements of an input differ in size, as the columns of a
//! table do, the step that suits the largest may leave nothing of the others, and where functions are
//! steep the usual bits may be too few for all; whether that matters tells what it does to the outputs.
//! So such an input, and every small one, is rounded, the model evaluated, and bits are added until the
//! outputs hardly move.

mod distance;

use super::evaluate;
use super::fault::{Fault, Import};
use super::graph::{Node, show};
use super::model::{Array, Model};
use super::room;
use super::table;
use super::tensor::{Tensor, Values};
use crate::context::{Role, Trees};
use crate::ops::classical::Ballot;
use crate::quantize::fixed::two_to;
use crate::quantize::{Fixed, Method, Range, Ranges};
use crate::spread::spread;
use distance::distance;
use std::collections::{BTreeMap, BTreeSet};

/// The values of the inputs, by name.
type Sample = BTreeMap<String, Array>;

/// What calibration data says.
#[derive(Clone, Debug, Default)]
pub struct Calibrated {
    /// What tensors hold.
    pub ranges: Ranges,
    /// What the model does on the data that no circuit could follow.
    pub warnings: Vec<String>,
    /// That it is too little to say anything of other samples, in words.
    pub little: Option<String>,
}

/// Errors of the outputs, as a part of how they vary, that an input's rounding may cause: the root of the
/// mean square beyond the first gives it bits until it is no more than the second. Where all elements are
/// alike, bits follow what was asked for unless twice that shows.
const NOTABLE: f64 = 1.0 / 128.0;
const SMALL: f64 = NOTABLE / 8.0;
/// The same for what is computed, whose bits are what a circuit costs: only where rounding it alone loses much.
const LOST: f64 = 1.0 / 16.0;
/// Elements that are evaluated to find that out, over all samples.
const WORK: usize = 1 << 25;
/// The same for what sums of weights are rounded to: a part of what the activation that they become is rounded by.
const HARMLESS: f64 = 1.0 / 256.0;
/// The most bits that are added, and the most where these leave an error: a column of 1e-4 beside one of 1e10.
const MOST: u32 = 24;
const FARTHEST: u32 = 48;
/// A column that varies by less than what all reach over this is worth a look.
const COARSE: f64 = 16.0;
/// A tensor that varies by less than this part of what it is, is worth a look.
const FAR: f64 = 4096.0;
/// Numbers below this may be those of a layer that is dead.
const DEAD: f64 = 1.0 / (1u64 << 32) as f64;
/// Bits below the usual ones that the sums of weights are tried without.
const BELOW: u32 = 4;
/// Elements of an input whose bits cost so little that they are always tried.
const SMALL_INPUT: usize = 64;
const USUAL_BITS: u32 = 8;
/// Most dimensions of an input whose last one has features: samples, and steps in time. That of an image has none.
const FEATURES: usize = 3;
/// Samples that are different from each other, below which little is known of others.
const ENOUGH: usize = 8;
/// Samples that are evaluated to find out, and elements of all their tensors together.
const SAMPLES: usize = 256;
const ELEMENTS: usize = 1 << 22;

impl Model {
    /// Notes what every float tensor holds on samples, and finds out which inputs need more than `bits`
    /// bits.
    ///
    /// # Errors
    /// An input that is not finite (−∞ is, in masks), and whatever [`Model::evaluate`] refuses.
    pub fn calibrate(
        &self,
        samples: &[Sample],
        method: Method,
        bits: u32,
    ) -> Result<Calibrated, Fault> {
        samples.iter().enumerate().try_for_each(|(k, s)| self.finite(k, s))?;
        let mut ranges = Ranges { method, samples: samples.len(), ..Ranges::default() };
        let mut undefined: BTreeMap<usize, usize> = BTreeMap::new();
        let ballots = self.ballots();
        let mut tied = vec![0; ballots.len()];
        for sample in samples {
            let values = self.evaluate(sample)?;
            for (count, (n, ballot)) in tied.iter_mut().zip(&ballots) {
                *count +=
                    n.inputs.first().and_then(|x| values.get(x)).map_or(0, |x| ballot.differ(x));
            }
            if let Some(node) = self.undefined(&values) {
                *undefined.entry(node).or_default() += 1;
            }
            for (name, a) in values.iter().filter(|(name, _)| self.samples.contains_key(*name)) {
                let range = ranges.tensors.entry(name.clone()).or_default();
                range.observe(a.data.iter().copied());
                range.observe_columns(&a.data, a.shape.last().copied().unwrap_or(1));
            }
        }
        room::within(self.budget, || Trial::new(self, samples)?.run(&mut ranges, bits))?;
        let say = |(node, count): (usize, usize)| {
            let place = self.graph.nodes.get(node).map_or(String::new(), |n| n.place());
            format!(
                "{place}: its result is no number for {count} of {} samples: its inputs leave what it is \
                 defined for",
                samples.len()
            )
        };
        let mut warnings: Vec<String> = undefined.into_iter().map(say).collect();
        for (count, (n, _)) in tied.into_iter().zip(&ballots).filter(|(count, _)| *count > 0) {
            warnings.push(format!(
                "{}: the votes of its trees are tied in {count} rows of the calibration data where onnxruntime's sums \
                 of 32-bit floats are not: here the first of the classes wins, there another",
                n.place()
            ));
        }
        Ok(Calibrated { ranges, warnings, little: little(samples) })
    }

    fn finite(&self, number: usize, sample: &Sample) -> Import<()> {
        for (name, a) in sample {
            let odd = |v: &f64| v.is_nan() || *v == f64::INFINITY;
            if let Some(k) = a.data.iter().position(odd) {
                let place = format!("input `{}`", show(name));
                let text = format!("sample {number} holds {} at element {k}", a.data[k]);
                return Err(Fault::new(text).at(place).help(
                    "calibration data must be numbers: remove such samples, or impute them",
                ));
            }
        }
        Ok(())
    }

    /// Nodes whose trees vote for a class.
    fn ballots(&self) -> Vec<(&Node, Ballot)> {
        let nodes = self.graph.nodes.iter();
        let trees = nodes.filter(|n| table::role(n) == Role::Trees(Trees::Classes));
        trees.filter_map(|n| Some((n, Ballot::of(n)?))).collect()
    }

    /// The first node that makes NaN of numbers.
    fn undefined(&self, values: &BTreeMap<String, Array>) -> Option<usize> {
        let nan =
            |name: &String| values.get(name).is_some_and(|a| a.data.iter().any(|v| v.is_nan()));
        let nodes = self.graph.nodes.iter();
        nodes.enumerate().find(|(_, n)| n.outputs.iter().any(nan)).map(|(k, _)| k)
    }
}

/// That samples are too few, or too much alike, to say what others will be.
fn little(samples: &[Sample]) -> Option<String> {
    let mut different: Vec<&Sample> = vec![];
    for s in samples {
        if different.len() < ENOUGH && !different.contains(&s) {
            different.push(s);
        }
    }
    let (n, all) = (different.len(), samples.len());
    let what = match (n, all) {
        (ENOUGH.., _) => return None,
        (0, _) => "there are no samples".into(),
        (1, 1) => "there is 1 sample".into(),
        (1, _) => format!("all {all} samples are the same"),
        (n, _) if n == all => format!("there are {n} samples"),
        _ => format!("there are {n} different samples"),
    };
    Some(format!(
        "{what} in the calibration data: nothing is known of others, nor whether the circuit follows the \
         model on them"
    ))
}

/// What rounding a tensor does to the outputs, on some samples.
struct Trial<'m> {
    model: &'m Model,
    samples: Vec<&'m Sample>,
    /// What every tensor holds for each sample; nothing before it is asked for.
    plain: Vec<Named>,
    outputs: Vec<Vec<Tensor>>,
}

/// Tensors by name.
type Named = BTreeMap<String, Tensor>;

impl<'m> Trial<'m> {
    fn new(model: &'m Model, samples: &'m [Sample]) -> Import<Trial<'m>> {
        let all: usize = model.samples.values().map(Tensor::len).sum();
        let count = (ELEMENTS / all.max(1)).clamp(1, SAMPLES);
        let samples = spread(samples, count);
        Ok(Trial { model, samples, plain: vec![], outputs: vec![] })
    }

    /// Adds bits to inputs whose usual step shows in the outputs, and finds sums of constant weights whose
    /// smallest elements do not.
    fn run(&mut self, ranges: &mut Ranges, bits: u32) -> Import<()> {
        let inputs = self.model.graph.inputs.iter().filter(|i| i.element.is_float());
        for name in inputs.map(|i| &i.name) {
            let Some(range) = ranges.tensors.get(name) else { continue };
            let Some(sample) = self.model.samples.get(name) else { continue };
            // Who asks for fewer bits asks for a coarse input.
            let small = bits >= USUAL_BITS && sample.len() <= SMALL_INPUT;
            let mixed = mixed(range, &range.fixed(ranges.method, bits));
            if sample.shape().len() > FEATURES || !(small || mixed) {
                continue;
            }
            let types = |more| range.fixed(ranges.method, bits + more);
            let limits = if mixed { (NOTABLE, SMALL) } else { (2.0 * NOTABLE, NOTABLE) };
            let ends = &[MOST, FARTHEST];
            let finer = least(limits, ends, |more| self.error(name, &types(more)))?;
            ranges.tensors.entry(name.clone()).and_modify(|r| r.finer = finer);
        }
        self.activations(ranges, bits)?;
        let nodes = self.model.graph.nodes.iter();
        let sums: Vec<&String> = nodes.filter_map(|n| self.sums(n)).collect();
        for name in sums {
            let Some(range) = ranges.tensors.get(name).filter(|r| uneven(r)) else { continue };
            let size = range.lo.abs().max(range.hi.abs());
            let t = Fixed::holding(-size, size, bits + BELOW);
            // Where nothing of it matters, neither does its step.
            let nothing = Fixed { bits: 2, signed: true, frac: 0 };
            let found = if size < DEAD && self.error(name, &nothing)? <= HARMLESS {
                Some(f64::MAX)
            } else if self.error(name, &t)? <= HARMLESS {
                Some(two_to(-t.frac))
            } else {
                None
            };
            ranges.tensors.entry(name.clone()).and_modify(|r| r.harmless = found);
        }
        Ok(())
    }

    /// Adds bits to what is computed between inputs and outputs where its usual step loses much of the outputs: of a
    /// tensor whose columns differ in size, or a small one. Where many would have to be tried, the first ones are.
    fn activations(&mut self, ranges: &mut Ranges, bits: u32) -> Import<()> {
        let all: usize = self.model.samples.values().map(Tensor::len).sum();
        let mut left = WORK / (2 * all.max(1) * self.samples.len().max(1));
        let (nodes, outputs) = (&self.model.graph.nodes, &self.model.graph.outputs);
        for name in nodes.iter().flat_map(|n| &n.outputs).filter(|o| !outputs.contains(o)) {
            let Some(range) = ranges.tensors.get(name) else { continue };
            let Some(sample) = self.model.samples.get(name) else { continue };
            let small = sample.len() <= SMALL_INPUT;
            let float = sample.element.is_float() && sample.shape().len() <= FEATURES;
            let usual = range.fixed(ranges.method, bits);
            if bits < USUAL_BITS || !float || !(small || mixed(range, &usual)) {
                continue;
            }
            let finer = least((LOST, LOST / 2.0), &[MOST], |more| {
                left = left.saturating_sub(1);
                self.error(name, &range.fixed(ranges.method, bits + more))
            })?;
            ranges.tensors.entry(name.clone()).and_modify(|r| r.finer = finer);
            if left == 0 {
                break;
            }
        }
        Ok(())
    }

    /// The result of a node that multiplies by a constant matrix.
    fn sums(&self, n: &'m Node) -> Option<&'m String> {
        let constant = |i: &String| self.model.graph.initializers.get(i);
        let matrix =
            |i: &String| constant(i).is_some_and(|t| t.element.is_float() && t.shape().len() == 2);
        n.inputs.iter().any(matrix).then(|| n.outputs.first())?
    }

    /// How far the outputs are from their own where a tensor is rounded to a type.
    fn error(&mut self, name: &str, t: &Fixed) -> Import<f64> {
        if self.plain.is_empty() {
            let all = |s: &&Sample| {
                let mut values = self.model.given_inputs(s)?;
                evaluate::graph(&self.model.graph, &mut values)?;
                Ok(values)
            };
            self.plain = self.samples.iter().map(all).collect::<Import<_>>()?;
            let none = Named::new();
            self.outputs = self.plain.iter().map(|plain| self.results(plain, &none)).collect();
        }
        let nodes = self.after(name);
        let rounded = self.plain.iter().map(|plain| {
            let own = plain.get(name).map(|v| (name.to_owned(), rounded(v.clone(), t)));
            let mut values: Named = own.into_iter().collect();
            let known = |n: &str| plain.get(n).or_else(|| self.model.graph.initializers.get(n));
            evaluate::nodes(nodes.iter().copied(), &known, &mut values)?;
            Ok(self.results(plain, &values))
        });
        Ok(distance(&self.outputs, &rounded.collect::<Import<Vec<_>>>()?))
    }

    /// The nodes that compute something from a tensor, in order.
    fn after(&self, name: &str) -> Vec<&'m Node> {
        let mut reached = BTreeSet::from([name]);
        let follows = |n: &&'m Node| {
            let reads = n.inputs.iter().any(|i| reached.contains(i.as_str()));
            if reads {
                reached.extend(n.outputs.iter().map(String::as_str));
            }
            reads
        };
        self.model.graph.nodes.iter().filter(follows).collect()
    }

    /// The outputs in order, where some tensors are others.
    fn results(&self, plain: &Named, others: &Named) -> Vec<Tensor> {
        let graph = &self.model.graph;
        let known = |o: &String| {
            others.get(o).or_else(|| plain.get(o)).or_else(|| graph.initializers.get(o))
        };
        graph.outputs.iter().filter_map(known).cloned().collect()
    }
}

/// The fewest bits more that are enough, up to the last of the ends that helps; 0 where the usual ones are.
fn least(
    (notable, small): (f64, f64),
    ends: &[u32],
    mut error: impl FnMut(u32) -> Import<f64>,
) -> Import<u32> {
    if error(0)? <= notable {
        return Ok(0);
    }
    let (mut low, mut high, mut best) = (0, 0, f64::INFINITY);
    // A column that is far smaller than another may need more than the first of the ends.
    for end in ends {
        let now = error(*end)?;
        if now > best / 2.0 {
            break;
        }
        (low, high, best) = (high, *end, now);
        if 2.0 * best <= small {
            break;
        }
    }
    let enough = small.max(2.0 * best);
    // Errors fall as bits are added, but for noise.
    while high - low > 1 {
        let middle = low.midpoint(high);
        if error(middle)? <= enough { high = middle } else { low = middle }
    }
    Ok(high)
}

/// Whether some column varies, but by a small part of what a type reaches.
fn mixed(range: &Range, t: &Fixed) -> bool {
    let reach = two_to(t.bits as i32 - t.frac);
    range.columns.iter().any(|(lo, hi)| hi > lo && (hi - lo) * COARSE < reach)
}

/// Whether columns reach so differently far, or all so little beside what they are, that weights of the usual
/// bits for each of them are finer than may be of use.
fn uneven(range: &Range) -> bool {
    let reach = |(lo, hi): &(f64, f64)| if hi > lo { hi - lo } else { 0.0 };
    let all = || range.columns.iter().map(reach);
    let (least, most) = (all().fold(f64::INFINITY, f64::min), all().fold(0.0, f64::max));
    let size = range.lo.abs().max(range.hi.abs());
    least < most / COARSE || most < size / FAR || size < DEAD
}

/// Numbers at the nearest step of a type, cut to its ends.
pub(crate) fn rounded(v: Tensor, t: &Fixed) -> Tensor {
    let (step, (lo, hi)) = (two_to(-t.frac), t.real_range());
    let round =
        |v: f64| if v.is_nan() { v } else { ((v / step).round_ties_even() * step).clamp(lo, hi) };
    match v.values {
        Values::Float(a) => Tensor { values: Values::Float(a.mapv(round)), ..v },
        _ => v,
    }
}

#[cfg(test)]
mod tests {
    use super::Sample;
    use crate::model::{Array, Model};
    use crate::one_node::{read, run, value};
    use crate::proto::{GraphProto, NodeProto, TensorProto};
    use crate::quantize::{Method, Settings};
    use std::collections::BTreeMap;

    /// Relu(x·w)·v, with columns of w that are larger by a factor each, and rows of v that are smaller.
    fn model(factors: [f32; 2]) -> Model {
        let node = |op: &str, input: [&str; 2], output: &str| NodeProto {
            input: input.iter().filter(|i| !i.is_empty()).map(ToString::to_string).collect(),
            output: vec![output.into()],
            op_type: op.into(),
            ..NodeProto::default()
        };
        let constant = |name: &str, dims: [i64; 2], float_data: Vec<f32>| TensorProto {
            name: name.into(),
            dims: dims.to_vec(),
            data_type: 1,
            float_data,
            ..TensorProto::default()
        };
        let rows = [[0.7, -0.4], [-0.2, 0.9], [0.5, 0.3], [-0.8, -0.6]];
        let w = rows.iter().flat_map(|r| [r[0] * factors[0], r[1] * factors[1]]).collect();
        let v = factors.iter().map(|f| 1.0 / f).collect();
        let graph = GraphProto {
            node: vec![
                node("MatMul", ["x", "w"], "a"),
                node("Relu", ["a", ""], "h"),
                node("MatMul", ["h", "v"], "y"),
            ],
            input: vec![value("x", &[1, 4])],
            initializer: vec![constant("w", [4, 2], w), constant("v", [2, 1], v)],
            output: vec![value("y", &[1, 1])],
            ..GraphProto::default()
        };
        read(graph, 18).unwrap()
    }

    fn samples() -> Vec<Sample> {
        let number = |k: usize| (k * 29 % 64) as f64 / 32.0 - 1.0;
        let one = |s: usize| Array {
            shape: vec![1, 4],
            data: (0..4).map(|k| number(4 * s + k)).collect(),
        };
        (0..24).map(|s| BTreeMap::from([("x".to_string(), one(s))])).collect()
    }

    /// One step for a hidden layer whose columns differ in size would leave nothing of the small one.
    #[test]
    fn what_is_computed_gets_the_bits_that_it_needs() {
        let samples = samples();
        for (factors, more) in [([1.0, 1.0], false), ([4096.0, 1.0 / 4096.0], true)] {
            let model = model(factors);
            let seen = model.calibrate(&samples, Method::MinMax, 8).unwrap();
            assert_eq!(seen.ranges.tensors["h"].finer > 0, more, "{factors:?}");
            let settings = Settings { ranges: Some(seen.ranges), ..Settings::default() };
            let float = |s: &Sample| model.evaluate(s).unwrap()["y"].data[0];
            let largest = samples.iter().map(float).fold(0.0, |m: f64, v| m.max(v.abs()));
            for s in samples.iter().step_by(6) {
                let (_, here) = run(&model, &settings, s).unwrap();
                let off = (here.data[0] - float(s)).abs();
                assert!(off <= 0.05 * largest, "{factors:?}: {off} of {largest}");
            }
        }
    }
}
