//! What the rounding of floats decides: on how many integers of the calibration data.

use super::params::{Params, quantize};
use crate::context::{Bits, Converter};
use crate::fault::{Fault, Import};
use crate::graph::Node;

/// What a sum of floats may be off by, relative to itself.
pub(super) const FLOAT_ERROR: f64 = 1.0 / (1 << 22) as f64;

/// Says of how many integers the rounding of floats decides, on calibration data.
///
/// What is computed in floats before it is quantized is off by a few of their last digits, there and
/// not here. `near` is set where the integers of a circuit are not those of any one such arithmetic:
/// then there must be data to count on.
pub(super) fn said(
    n: &Node,
    c: &mut Converter<'_>,
    name: &str,
    p: &Params,
    near: bool,
) -> Import<()> {
    let seen = c.settings.ranges.as_ref().and_then(|r| r.tensors.get(name));
    let layer = c.node.layer();
    let counted = c.settings.choices.layers.get(layer).is_some_and(|l| l.counted);
    if near && counted {
        c.obeyed.layer(layer, Bits::Counted);
    }
    let Some(seen) = seen else {
        return if near && !counted { Err(undecided()) } else { Ok(()) };
    };
    if near {
        c.chosen.layers.entry(layer.to_owned()).or_default().counted = true;
    }
    let (mut all, mut open) = (0, 0);
    if let (Ok((scale, zero)), Ok(to)) = (p.whole(), p.limits()) {
        // Of what cancels out, the digits of the largest number that there may be are left.
        let least = f64::from(scale) * (to.1 - to.0) as f64 * FLOAT_ERROR / 2.0;
        for v in seen.values() {
            let off = v.abs() * FLOAT_ERROR + least;
            let at = |v: f64| quantize(v as f32, scale, zero, to);
            all += 1;
            open += usize::from(at(v - off) != at(v + off));
        }
    }
    if open > 0 {
        c.warnings.insert(format!(
            "{}: {open} of {all} integers of the calibration data lie so near the middle between two \
             that the rounding of floats decides which they become: they may differ by 1 from \
             those of another runtime",
            n.place()
        ));
    }
    Ok(())
}

/// Too many integers depend on the rounding of floats, and nothing says how many will.
fn undecided() -> Fault {
    Fault::new(
        "its float arithmetic rounds too many integers to another side than exact arithmetic would",
    )
    .help(
        "give calibration data (`--calibrate`), on which it is counted how many integers may differ, \
         or import the float model that this one was quantized from",
    )
}
