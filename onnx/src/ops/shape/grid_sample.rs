//! GridSample: elements of x, or mixtures of neighbours, at places that a grid names.
//! <https://onnx.ai/onnx/operators/onnx__GridSample.html>, opset 16 and later (from 20 on of any number of
//! dimensions). The grid must be known. Places beyond the border are taken as PyTorch and onnxruntime take them in
//! cubic interpolation, neighbour by neighbour; ONNX's reference cuts the place first, of which its text says nothing.
//!
//! A mixture is a sum of neighbours with constant weights: no constraints. Where the grid moves elements and nothing
//! else, it is written as that.

mod places;

use super::moves::{self, reshape, solid};
use crate::context::{Args, Converter, each};
use crate::fault::{Fault, Import, refuse};
use crate::graph::Node;
use crate::tensor::{Tensor, Values, elements};
use ndarray::{ArrayD, IxDyn};
use places::{Settings, Tap};

/// What every place of the result reads: of each sample a list for each place, all of one length.
struct Plan {
    samples: usize,
    channels: usize,
    /// Elements of a channel.
    area: usize,
    /// Places of a channel of the result.
    count: usize,
    shape: Vec<usize>,
    /// Sample by sample and place by place.
    taps: Vec<Vec<Tap>>,
}

fn plan(n: &Node, x: &[usize], grid: &Tensor) -> Import<Plan> {
    let [samples, channels, from @ ..] = x else {
        return refuse(format!("x has the shape {x:?}, without channels"));
    };
    let [first, to @ .., dimensions] = grid.shape() else {
        return refuse(format!("the grid has the shape {:?}", grid.shape()));
    };
    if first != samples || from.is_empty() || to.len() != from.len() || *dimensions != from.len() {
        return refuse(format!("the grid has the shape {:?}, x {x:?}", grid.shape()));
    }
    let shape = [&[*samples, *channels][..], to].concat();
    elements(&shape)?;
    let area: usize = from.iter().product();
    if area == 0 {
        return refuse(format!("there is nothing to take in the shape {x:?}"));
    }
    let settings = Settings::read(n, from.len())?;
    let points: Vec<f64> = grid.floats()?.iter().copied().collect();
    let taps = points.chunks(from.len()).map(|point| settings.taps(from, point));
    let taps = taps.collect::<Import<Vec<_>>>()?;
    let count = to.iter().product();
    Ok(Plan { samples: *samples, channels: *channels, area, count, shape, taps })
}

impl Plan {
    /// The element of x that each of the result is, if it is one.
    fn moved(&self) -> Option<Vec<usize>> {
        let mut all = Vec::with_capacity(self.samples * self.channels * self.count);
        for sample in 0..self.samples {
            let own = &self.taps[sample * self.count..][..self.count];
            let places = own.iter().map(|t| match t.as_slice() {
                [(place, 1.0)] => Some(*place),
                _ => None,
            });
            let places = places.collect::<Option<Vec<usize>>>()?;
            for channel in 0..self.channels {
                let start = (sample * self.channels + channel) * self.area;
                all.extend(places.iter().map(|p| start + p));
            }
        }
        Some(all)
    }
}

pub(super) fn evaluate(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let (x, grid) = (a.get(0)?, a.get(1)?);
    let plan = plan(n, x.shape(), grid)?;
    if !x.element.is_float() {
        let source = plan.moved().map(|s| s.into_iter().map(Some).collect::<Vec<_>>());
        return match source {
            Some(source) => Ok(vec![x.moved(&plan.shape, &source, None)?]),
            None => refuse(format!("it mixes numbers that are {}", x.element.name())),
        };
    }
    let flat: Vec<f64> = x.floats()?.iter().copied().collect();
    let mut y = vec![];
    for sample in 0..plan.samples {
        for channel in 0..plan.channels {
            let own = &flat[(sample * plan.channels + channel) * plan.area..][..plan.area];
            let taps = &plan.taps[sample * plan.count..][..plan.count];
            y.extend(taps.iter().map(|t| t.iter().map(|(k, w)| w * own[*k]).sum::<f64>()));
        }
    }
    let y = ArrayD::from_shape_vec(IxDyn(&plan.shape), y);
    let y = y.map_err(|e| Fault::new(e.to_string()))?;
    Ok(vec![Tensor { element: x.element, values: Values::Float(y) }])
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = solid(c, 0)?;
    let Some(grid) = c.constant(1) else { return refuse("its grid must be a constant") };
    let plan = plan(n, &x.shape, grid)?;
    if let Some(source) = plan.moved() {
        return moves::write(c, 0, &x, &plan.shape, &source);
    }
    let hint = n.outputs[0].clone();
    let x = reshape(c, &hint, &x, &[plan.samples, plan.channels, plan.area])?;
    let most = plan.taps.iter().map(Vec::len).max().unwrap_or(0);
    let mut terms = vec![];
    for t in 0..most {
        // A place with fewer neighbours takes the first element, 0 times.
        let tap = |taps: &Vec<Tap>| taps.get(t).copied().unwrap_or((0, 0.0));
        let (places, weights): (Vec<usize>, Vec<f64>) = plan.taps.iter().map(tap).unzip();
        let shape = [plan.samples, plan.count];
        let places = c.places(&format!("{hint}_places"), &shape, &places, plan.area)?;
        let weights = ArrayD::from_shape_vec(IxDyn(&shape), weights);
        let weights = weights.map_err(|e| Fault::new(e.to_string()))?;
        let weights = c.coefficients(&format!("{hint}_mix"), &weights)?;
        terms.push((places.text, weights.text));
    }
    let flat = [plan.samples, plan.channels, plan.count];
    let text = each(&flat, |at| {
        let (sample, channel, place) = (&at[0], &at[1], &at[2]);
        let term = |(p, w): &(String, String)| {
            format!(
                "{w}[{sample}, {place}] * {}[{sample}, {channel}, {p}[{sample}, {place}]]",
                x.text
            )
        };
        let all = terms.iter().map(term).collect::<Vec<_>>().join(" + ");
        if all.is_empty() { "0".into() } else { all }
    });
    let y = c.local(&hint, &text)?;
    let y = reshape(c, &hint, &y, &plan.shape)?;
    c.alias(0, &y)
}
