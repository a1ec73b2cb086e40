//! What rounding some tensors, and nothing else, does to the results of the float model.

use crate::calibrate::rounded;
use crate::compare::{OutputDeviation, Ratios, Sample};
use crate::evaluate;
use crate::fault::Import;
use crate::model::{Array, Model};
use crate::program::meaning;
use crate::quantize::Fixed;
use crate::spread::spread;
use crate::tensor::Tensor;
use std::collections::BTreeMap;

/// Samples that are evaluated, and elements of all their tensors together.
const SAMPLES: usize = 16;
const ELEMENTS: usize = 1 << 22;

/// Samples and what the model says of them.
pub(super) struct Noise<'m> {
    model: &'m Model,
    samples: Vec<&'m Sample>,
    outputs: Vec<Vec<Array>>,
}

impl<'m> Noise<'m> {
    pub(super) fn new(model: &'m Model, samples: &'m [Sample]) -> Option<Noise<'m>> {
        let all: usize = model.samples.values().map(Tensor::len).sum();
        let count = (ELEMENTS / all.max(1)).clamp(1, SAMPLES);
        let samples = spread(samples, count);
        let mut out = Noise { model, samples, outputs: vec![] };
        let plain = out.samples.iter().map(|s| out.results(s, &BTreeMap::new()));
        out.outputs = plain.collect::<Import<_>>().ok()?;
        Some(out)
    }

    /// The signal-to-noise ratios of each result that is of floats.
    pub(super) fn snr(&self, types: &BTreeMap<String, Fixed>) -> Option<Vec<Ratios>> {
        let graph = &self.model.graph;
        let floats =
            graph.outputs.iter().zip(self.model.float_outputs()).filter(|(_, float)| *float);
        let of = |(o, _): (&String, bool)| OutputDeviation::meant(o, meaning(graph, o));
        let mut all: Vec<OutputDeviation> = floats.map(of).collect();
        for (s, expected) in self.samples.iter().zip(&self.outputs) {
            let found = self.results(s, types).ok()?;
            let pairs = expected.iter().zip(&found);
            all.iter_mut().zip(pairs).for_each(|(own, (e, f))| own.add(e, f));
        }
        Some(all.iter().map(OutputDeviation::ratios).collect())
    }

    fn results(&self, sample: &Sample, types: &BTreeMap<String, Fixed>) -> Import<Vec<Array>> {
        let graph = &self.model.graph;
        let mut values = self.model.given_inputs(sample)?;
        let constant = |name: &str| graph.initializers.get(name);
        evaluate::changed(
            &graph.nodes,
            &constant,
            &mut values,
            &|name, v| match types.get(name) {
                Some(t) => rounded(v, t),
                None => v,
            },
        )?;
        let known = |o: &String| values.get(o).or_else(|| graph.initializers.get(o));
        let floats = graph.outputs.iter().filter_map(known).filter(|t| t.element.is_float());
        let array = |t: &Tensor| {
            let data = t.to_floats()?.iter().copied().collect();
            Ok(Array { shape: t.shape().to_vec(), data })
        };
        floats.map(array).collect()
    }
}
