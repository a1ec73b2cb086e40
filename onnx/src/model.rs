//! A decoded model: checked, folded, with a fixed shape for every tensor.

mod declared;
mod files;
mod written;

pub(crate) use files::Files;
pub use written::Misread;

use super::decode::decode;
use super::evaluate;
use super::fault::{Fault, Import};
use super::graph::{Graph, Input, Node, dummy, show};
use super::obey::Original;
use super::ops::quantized::dequantizes;
use super::recognize::recognize;
use super::room;
use super::simplify::simplify;
use super::table;
use super::tensor::{Element, Tensor, Values};
use ndarray::{ArrayD, IxDyn};
use std::collections::BTreeMap;
use written::Written;
use zirc_compiler::Budget;

/// A model that can be imported and evaluated in the clear.
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) graph: Graph,
    /// What was in its files.
    pub(crate) files: Files,
    /// A value of each tensor that depends on an input, for its shape and element type.
    pub(crate) samples: BTreeMap<String, Tensor>,
    /// What evaluating and importing it may take.
    pub(crate) budget: Budget,
    /// What was in it before it was folded.
    pub(crate) original: Original,
    /// What it was before it was simplified, where that is something else.
    pub(crate) written: Option<Written>,
    /// Whether functions that are written out stayed so.
    pub(crate) as_written: bool,
    /// What its file says of itself that is not so.
    pub(crate) warnings: Vec<String>,
}

/// How a model is read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Sizes of symbolic dimensions, by their name or as `input.axis`.
    pub dims: BTreeMap<String, usize>,
    /// Tensors that are its results, in place of those that the graph names; any that a node gives.
    pub outputs: Vec<String>,
    /// What evaluating and importing it may take.
    pub budget: Budget,
    /// Whether functions that are written out as several nodes stay so, and are not made the operators that they
    /// are.
    pub as_written: bool,
}

/// An input of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInput {
    /// Its name in the graph.
    pub name: String,
    /// Its sizes.
    pub shape: Vec<usize>,
    /// Whether its elements are floating-point numbers.
    pub float: bool,
}

/// Numbers with a shape, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Its sizes.
    pub shape: Vec<usize>,
    /// Its elements; truth values are 0 and 1.
    pub data: Vec<f64>,
}

impl Model {
    /// Decodes and checks a model. `dims` fixes symbolic dimensions, by their name or as
    /// `input.axis`; `external` supplies files of the model's folder.
    ///
    /// # Errors
    /// Everything that is wrong with it; operations that are not supported come first, all of them,
    /// before anything else is done.
    pub fn decode(
        bytes: &[u8],
        dims: &BTreeMap<String, usize>,
        external: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
    ) -> Result<Model, Vec<Fault>> {
        let reading = Reading { dims: dims.clone(), ..Reading::default() };
        Model::decode_with(bytes, &reading, external)
    }

    /// The same with everything that may be said of it.
    ///
    /// # Errors
    /// As [`decode`](Self::decode), and outputs that no node gives.
    pub fn decode_with(
        bytes: &[u8],
        reading: &Reading,
        external: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
    ) -> Result<Model, Vec<Fault>> {
        let mut files = Files::new(bytes);
        let outside = &mut |name: &str| files.read(name, external);
        let graph = decode(bytes, &reading.dims, &reading.outputs, outside)?;
        let hint = graph.empty_hint();
        room::within(reading.budget, || Model::of(graph, files, reading)).map_err(|mut faults| {
            // Old exporters write 0 where a size is open.
            if let (Some(f), Some(hint)) = (faults.first_mut().filter(|f| f.help.is_none()), hint) {
                f.help = Some(hint);
            }
            faults
        })
    }

    fn of(mut graph: Graph, files: Files, reading: &Reading) -> Result<Model, Vec<Fault>> {
        let original = Original::of(&graph);
        super::qdq::expand(&mut graph).map_err(|f| vec![f])?;
        let missing = table::unsupported(&graph);
        if !missing.is_empty() {
            return Err(missing);
        }
        let misfit = super::schema::check(&graph);
        if !misfit.is_empty() {
            return Err(misfit);
        }
        let dummies = |g: &Graph| -> BTreeMap<String, Tensor> {
            g.inputs.iter().map(|i| (i.name.clone(), dummy(i))).collect()
        };
        // Constants that are dequantized are seen as what they are first.
        let mut samples = dummies(&graph);
        evaluate::fold(&mut graph, &mut samples, dequantizes)?;
        let rewritten = super::qdq::fuse(&mut graph).map_err(|f| vec![f])?;
        let mut samples = dummies(&graph);
        evaluate::fold(&mut graph, &mut samples, |_| false)?;
        let before = graph.clone();
        if !reading.as_written {
            recognize(&mut graph, &samples);
        }
        simplify(&mut graph);
        let written = Written::of(before, &graph);
        evaluate::graph(&graph, &mut samples).map_err(|f| vec![f])?;
        let endless = overflows(&graph, &samples);
        if !endless.is_empty() {
            return Err(endless);
        }
        let (misfit, warnings) = declared::check(&graph, &samples);
        if !misfit.is_empty() {
            return Err(misfit);
        }
        let warnings = rewritten.into_iter().chain(warnings).collect();
        let (budget, as_written) = (reading.budget, reading.as_written);
        Ok(Model { graph, files, samples, budget, original, written, as_written, warnings })
    }

    /// What the model's file says of itself that is not so, and that decides nothing.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// What the caller supplies.
    #[must_use]
    pub fn inputs(&self) -> Vec<ModelInput> {
        let one = |i: &Input| ModelInput {
            name: i.name.clone(),
            shape: i.shape.clone(),
            float: i.element.is_float(),
        };
        self.graph.inputs.iter().map(one).collect()
    }

    /// The tensors that nodes give, each after what it is made of, with the node as errors call it.
    pub(crate) fn tensors(&self) -> impl Iterator<Item = (String, &str)> {
        self.graph.nodes.iter().flat_map(|n| n.outputs.iter().map(|o| (n.place(), o.as_str())))
    }

    /// Names of the results.
    #[must_use]
    pub fn outputs(&self) -> &[String] {
        &self.graph.outputs
    }

    /// For each result, whether its elements are floating-point numbers.
    #[must_use]
    pub fn float_outputs(&self) -> Vec<bool> {
        let element = |o: &String| self.samples.get(o).or_else(|| self.graph.initializers.get(o));
        self.graph
            .outputs
            .iter()
            .map(|o| element(o).is_some_and(|t| t.element.is_float()))
            .collect()
    }

    /// For each result, half the relative distance of neighbouring numbers of its type, 0 for
    /// integers: what the model's own runtime may be off by when it rounds a result.
    #[must_use]
    pub fn output_rounding(&self) -> Vec<f64> {
        let element = |o: &String| self.samples.get(o).or_else(|| self.graph.initializers.get(o));
        let bits = |e: Element| match e {
            Element::Float16 => 11,
            Element::BFloat16 => 8,
            Element::Float => 24,
            _ => 53,
        };
        let one = |o: &String| match element(o).map(|t| t.element) {
            Some(e) if e.is_float() => crate::quantize::fixed::two_to(-bits(e)),
            _ => 0.0,
        };
        self.graph.outputs.iter().map(one).collect()
    }

    /// Evaluates the model in floating point, by the names of the graph: all tensors that depend on an input, and
    /// all results.
    ///
    /// # Errors
    /// An input that is missing or of another size, and what a node cannot compute.
    pub fn evaluate(
        &self,
        inputs: &BTreeMap<String, Array>,
    ) -> Result<BTreeMap<String, Array>, Fault> {
        let mut values = self.given_inputs(inputs)?;
        room::within(self.budget, || evaluate::graph(&self.graph, &mut values))?;
        let mut all = self.results(&values);
        all.extend(values.into_iter().filter_map(|(name, t)| Some((name, plain(&t)?))));
        Ok(all)
    }

    /// The results among values, or among the constants.
    fn results(&self, values: &BTreeMap<String, Tensor>) -> BTreeMap<String, Array> {
        let value = |o: &String| values.get(o).or_else(|| self.graph.initializers.get(o));
        let outputs = self.graph.outputs.iter();
        outputs.filter_map(|o| Some((o.clone(), plain(value(o)?)?))).collect()
    }

    /// The inputs as tensors.
    pub(crate) fn given_inputs(
        &self,
        inputs: &BTreeMap<String, Array>,
    ) -> Import<BTreeMap<String, Tensor>> {
        let one = |i: &Input| Ok((i.name.clone(), self.given(i, inputs)?));
        self.graph.inputs.iter().map(one).collect()
    }

    fn given(&self, i: &Input, inputs: &BTreeMap<String, Array>) -> Result<Tensor, Fault> {
        let place = format!("input `{}`", show(&i.name));
        let Some(a) = inputs.get(&i.name) else {
            return Err(Fault::new("no values are given").at(place));
        };
        let count: usize = i.shape.iter().product();
        if a.data.len() != count {
            let t = format!("{} values are given, {count} are needed", a.data.len());
            return Err(Fault::new(t).at(place));
        }
        let array = ArrayD::from_shape_fn(IxDyn(&i.shape), |_| 0.0);
        let mut array: ArrayD<f64> = array;
        array.iter_mut().zip(&a.data).for_each(|(to, v)| *to = *v);
        Ok(match i.element {
            e if e.is_float() => Tensor::float(e, array),
            Element::Bool => Tensor::bool(array.mapv(|v| v != 0.0)),
            e => Tensor::int(e, array.mapv(|v| v as i64)),
        })
    }
}

/// The numbers of a tensor; strings are none.
fn plain(t: &Tensor) -> Option<Array> {
    let data = t.to_floats().ok()?.iter().copied().collect();
    Some(Array { shape: t.shape().to_vec(), data })
}

/// Sums, products and powers that leave the range of 32-bit floats for inputs that are ordinary
/// numbers: what a model that overflows computes is nothing that a proof could say.
fn overflows(g: &Graph, values: &BTreeMap<String, Tensor>) -> Vec<Fault> {
    let largest = |name: &String| {
        let t = values.get(name).or_else(|| g.initializers.get(name))?;
        match &t.values {
            Values::Float(a) => Some(a.iter().fold(0.0, |m: f64, v| m.max(v.abs()))),
            _ => None,
        }
    };
    let limit = f64::from(f32::MAX);
    let within = |name: &String| largest(name).is_none_or(|m| m <= limit);
    let wrong = |n: &&Node| {
        let doubles = n.outputs.iter().filter_map(|o| values.get(o));
        let doubles = doubles.into_iter().any(|t| t.element == Element::Double);
        table::grows(n) && !doubles && n.inputs.iter().all(within) && !n.outputs.iter().all(within)
    };
    let first = g.nodes.iter().find(wrong);
    let fault = |n: &Node| {
        Fault::new("its result overflows: it is beyond 3.4e38 for an input of 0.5").at(n.place())
    };
    first.map(fault).into_iter().collect()
}

impl Array {
    /// Reads a tensor in ONNX's own format, a `TensorProto` (`.pb`).
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_proto(bytes: &[u8]) -> Result<(String, Array), Fault> {
        use prost::Message;
        let t = super::proto::TensorProto::decode(bytes)
            .map_err(|e| Fault::new(format!("no ONNX tensor, or cut off: {e}")))?;
        let read = super::decode::tensor(&t, &mut |_| Err("not here".into()));
        let read = read.map_err(|f| f.at(format!("tensor `{}`", show(&t.name))))?;
        let data = read.to_floats()?.iter().copied().collect();
        Ok((t.name, Array { shape: read.shape().to_vec(), data }))
    }
}
