//! Resize: nearest neighbours, linear and cubic interpolation.
//! <https://onnx.ai/onnx/operators/onnx__Resize.html>, opset 10 and later (cubic from 11 on); scales, sizes and region
//! must be known.
//!
//! Where a scale gives no whole number of places, ONNX and onnxruntime disagree about `align_corners` and
//! `tf_crop_and_resize`: ONNX is followed, and a warning says so.
//!
//! Nearest neighbours only move elements. Linear or cubic interpolation is a sum of neighbours along each
//! axis, one after the other, with constant weights: no constraints.

mod axis;

use super::lines::{self, identity, take};
use super::moves::{self, reshape, solid};
use crate::context::Args;
use crate::context::{Converter, Operand, each};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::{Tensor, elements};
use axis::{Axis, Mode, Row};
use ndarray::{ArrayD, IxDyn};

/// Whether neighbours are chosen, and not mixed.
fn nearest(n: &Node) -> Import<bool> {
    Ok(Mode::read(n)? == Mode::Nearest)
}

/// An input, unless it is left out or empty, which means the same.
fn list(t: Option<&Tensor>) -> Import<Option<Vec<f64>>> {
    let list = t.map(Tensor::to_floats).transpose()?;
    Ok(list.map(|l| l.iter().copied().collect::<Vec<f64>>()).filter(|l| !l.is_empty()))
}

/// What becomes of the axes.
struct Plan {
    /// The rows of weights of each, none for one that stays.
    rows: Vec<Option<Vec<Row>>>,
    /// Sizes of an axis of which onnxruntime takes other places, before and after.
    differs: Option<(usize, usize)>,
}

fn plan(n: &Node, shape: &[usize], a: [Option<&Tensor>; 3]) -> Import<Plan> {
    let rank = shape.len();
    // Opset 10 has no region and no sizes.
    let old = n.opset < 11;
    let (region, scales, sizes) = if old { (None, a[0], None) } else { (a[0], a[1], a[2]) };
    let axes: Vec<usize> = match n.ints("axes")? {
        Some(list) => {
            super::squeeze::ascending(list, rank)?;
            list.iter().map(|k| crate::graph::axis(*k, rank)).collect::<Import<_>>()?
        }
        None => (0..rank).collect(),
    };
    let (region, scales, sizes) = (list(region)?, list(scales)?, list(sizes)?);
    let all = axis::targets(n, shape, &axes, scales, sizes)?;
    let mut after = shape.to_vec();
    axes.iter().zip(&all).for_each(|(d, (_, size))| after[*d] = *size);
    if elements(&after)? == 0 || shape.contains(&0) {
        return refuse("there are no elements to resize");
    }
    let settings = axis::Settings::read(n, old)?;
    if region.as_ref().is_some_and(|r| r.len() != 2 * axes.len()) && settings.crops() {
        return refuse(format!("the region does not fit {} axes", axes.len()));
    }
    let (mut out, mut differs) = (vec![None; rank], None);
    for (k, (d, (scale, size))) in axes.iter().zip(all).enumerate() {
        let ends = region.as_ref().and_then(|r| Some((*r.get(k)?, *r.get(k + axes.len())?)));
        let axis = Axis { from: shape[*d], to: size, scale, region: ends.unwrap_or((0.0, 1.0)) };
        let rows = settings.rows(&axis)?;
        differs = differs.or(settings.differs(&axis).then_some((axis.from, axis.to)));
        let stays = rows.len() == shape[*d]
            && rows.iter().enumerate().all(|(k, r)| r.as_deref() == Some(&[(k, 1.0)][..]));
        out[*d] = (!stays).then_some(rows);
    }
    Ok(Plan { rows: out, differs })
}

/// One axis of an array, by its rows; what no row gives is 0.
fn mix(x: &ArrayD<f64>, k: usize, rows: &[Row]) -> ArrayD<f64> {
    let mut shape = x.shape().to_vec();
    shape[k] = rows.len();
    ArrayD::from_shape_fn(IxDyn(&shape), |at| {
        let mut from = at.clone();
        let parts = rows[at[k]].iter().flatten().map(|(p, w)| {
            from[k] = *p;
            x.get(&from).copied().unwrap_or(0.0) * w
        });
        parts.sum()
    })
}

pub(super) fn evaluate(n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
    let x = a.get(0)?;
    let rows = plan(n, x.shape(), [a.optional(1), a.optional(2), a.optional(3)])?.rows;
    let outside = n.float_or("extrapolation_value", 0.0)?;
    let fill = Tensor::float(x.element, ArrayD::from_elem(IxDyn(&[]), outside));
    if nearest(n)? {
        let fill = x.element.is_float().then_some(&fill);
        return Ok(vec![take(x, &lines_of(&rows, x.shape()), fill)?]);
    }
    let mut y = x.floats()?.clone();
    for (k, r) in rows.iter().enumerate() {
        if let Some(r) = r {
            y = mix(&y, k, r);
        }
    }
    let beyond = |k: usize, i: usize| matches!(&rows[k], Some(r) if r[i].is_none());
    y.indexed_iter_mut().for_each(|(at, v)| {
        if (0..rows.len()).any(|k| beyond(k, at[k])) {
            *v = outside;
        }
    });
    Ok(vec![Tensor::float(x.element, y)])
}

/// The places that nearest neighbours are taken from.
fn lines_of(rows: &[Option<Vec<Row>>], shape: &[usize]) -> Vec<lines::Line> {
    let one = |(r, d): (&Option<Vec<Row>>, &usize)| match r {
        Some(r) => r.iter().map(|r| Some(r.as_ref()?.first()?.0)).collect(),
        None => identity(*d),
    };
    rows.iter().zip(shape).map(one).collect()
}

pub(super) fn convert(n: &Node, c: &mut Converter<'_>) -> Import<()> {
    let x = solid(c, 0)?;
    let shape = x.shape.clone();
    let Plan { rows, differs } = plan(n, &shape, [c.constant(1), c.constant(2), c.constant(3)])?;
    if let Some((from, to)) = differs {
        c.warnings.insert(format!(
            "{}: its scale makes {from} places {to} and a part of one: what lies between the ends is measured with \
             that part, as ONNX defines it, but onnxruntime measures by {to}, and gives other numbers; a model with \
             `sizes` in place of `scales` means the same to both",
            n.place()
        ));
    }
    let hint = n.outputs[0].clone();
    let beyond = rows.iter().flatten().flatten().any(Option::is_none);
    if nearest(n)? && !beyond {
        let places = moves::places(&shape)?;
        return moves::write_moved(c, 0, &x, &take(&places, &lines_of(&rows, &shape), None)?);
    }
    let fill = c.number(n.float_or("extrapolation_value", 0.0)?)?.text;
    if nearest(n)? {
        let y = lines::apply(c, &hint, &x, &lines_of(&rows, &shape), Some(&fill))?;
        return c.alias(0, &y);
    }
    let mut y = x;
    let mut kept: Vec<lines::Line> = vec![];
    for (k, r) in rows.iter().enumerate() {
        let Some(r) = r else {
            kept.push(identity(shape[k]));
            continue;
        };
        let inside: Vec<&[(usize, f64)]> = r.iter().filter_map(Option::as_deref).collect();
        if inside.is_empty() {
            return c.bind(0, &each(c.result(0)?.shape(), |_| fill));
        }
        y = along(c, &hint, &y, k, &inside)?;
        let mut next = 0..;
        kept.push(r.iter().map(|r| r.as_ref().and_then(|_| next.next())).collect());
    }
    if beyond {
        y = lines::apply(c, &hint, &y, &kept, Some(&fill))?;
    }
    c.alias(0, &y)
}

/// y[…, j, …] = Σ_t w[t, j]·x[…, p[t, j], …].
fn along(
    c: &mut Converter<'_>,
    hint: &str,
    x: &Operand,
    k: usize,
    rows: &[&[(usize, f64)]],
) -> Import<Operand> {
    let taps = rows.iter().map(|r| r.len()).max().unwrap_or(0);
    let mut terms = vec![];
    for t in 0..taps {
        // A row with fewer neighbours takes its first one again, 0 times.
        let tap = |r: &&[(usize, f64)]| match (r.get(t), r.first()) {
            (Some(one), _) => *one,
            (None, first) => (first.map_or(0, |f| f.0), 0.0),
        };
        let (p, w): (Vec<usize>, Vec<f64>) = rows.iter().map(tap).unzip();
        let places = c.places(&format!("{hint}_places"), &[p.len()], &p, x.shape[k])?;
        let w = ArrayD::from_shape_vec(IxDyn(&[w.len()]), w)
            .map_err(|e| crate::fault::Fault::new(e.to_string()))?;
        let weights = c.coefficients(&format!("{hint}_mix"), &w)?;
        terms.push((places.text, weights.text));
    }
    let mut shape = x.shape.clone();
    shape[k] = rows.len();
    let text = each(&shape, |at| {
        let term = |(p, w): &(String, String)| {
            let mut own = at.to_vec();
            own[k] = format!("{p}[{}]", at[k]);
            format!("{w}[{}] * {}[{}]", at[k], x.text, own.join(", "))
        };
        terms.iter().map(term).collect::<Vec<_>>().join(" + ")
    });
    let y = c.local(hint, &text)?;
    reshape(c, hint, &y, &shape)
}

#[cfg(test)]
mod tests {
    use crate::one_node;
    use crate::proto::AttributeProto;
    use crate::quantize::Settings;
    use crate::{Options, import};
    use prost::bytes::Bytes;

    fn text(name: &str, s: &'static str) -> AttributeProto {
        let s = Bytes::from_static(s.as_bytes());
        AttributeProto { name: name.into(), kind: 3, s, ..AttributeProto::default() }
    }

    /// What is said of a line of four places that becomes 4·scale.
    fn warnings(coordinates: &'static str, scale: f32) -> Vec<String> {
        let attributes =
            vec![text("mode", "linear"), text("coordinate_transformation_mode", coordinates)];
        let constants: [(&str, &[i64], Vec<f32>); 2] =
            [("region", &[4], vec![0.0, 0.0, 1.0, 1.0]), ("scales", &[2], vec![1.0, scale])];
        let model =
            one_node::with_constants("Resize", 18, attributes, &[("x", &[1, 4])], &constants);
        let made = import(&model.unwrap(), &Settings::default(), &Options::default()).unwrap();
        made.warnings.into_iter().filter(|w| w.contains("onnxruntime")).collect()
    }

    /// 0.6·4 is 2.4 for ONNX, and 2 for onnxruntime.
    #[test]
    fn where_runtimes_disagree_it_is_said() {
        for (coordinates, differs) in [
            ("align_corners", true),
            ("tf_crop_and_resize", true),
            ("half_pixel", false),
            ("half_pixel_symmetric", false),
            ("asymmetric", false),
        ] {
            let found = warnings(coordinates, 0.6);
            assert_eq!(found.len(), usize::from(differs), "{coordinates}: {found:?}");
            assert!(
                found.iter().all(|w| w.contains("makes 4 places 2 and a part of one")),
                "{found:?}"
            );
            assert!(warnings(coordinates, 2.0).is_empty() && warnings(coordinates, 0.5).is_empty());
        }
    }
}
