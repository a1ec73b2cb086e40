//! How one axis is resized: which elements each place of the result reads, with which weights.

use crate::fault::{Fault, Import, refuse};
use crate::graph::{Node, show};

/// Most elements of an axis that is resized.
const MOST: f64 = 65536.0;

/// How far places may be apart for the length of their axis: rounded floats are.
const APART: f64 = 1e-5;

/// Places and their weights; none for a place outside of the input in mode `tf_crop_and_resize`.
pub(super) type Row = Option<Vec<(usize, f64)>>;

/// An axis of `from` elements that becomes one of `to`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) scale: f64,
    /// Start and end of the region that is cropped, as parts of the axis.
    pub(super) region: (f64, f64),
}

/// Which neighbours make an element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mode {
    Nearest,
    Linear,
    /// With the weight of the farther ones.
    Cubic(f64),
}

impl Mode {
    pub(super) fn read(n: &Node) -> Import<Mode> {
        Ok(match n.text("mode")?.unwrap_or("nearest") {
            "nearest" => Mode::Nearest,
            "linear" => Mode::Linear,
            "cubic" if n.opset >= 11 => Mode::Cubic(n.float_or("cubic_coeff_a", -0.75)?),
            other => {
                let text =
                    format!("`mode` is `{}`: nearest, linear and cubic are supported", show(other));
                return refuse(text);
            }
        })
    }

    /// How far the farthest neighbour is.
    fn reach(self) -> f64 {
        if matches!(self, Mode::Cubic(_)) { 2.0 } else { 1.0 }
    }

    /// The weight of a neighbour at a distance.
    fn weight(self, distance: f64) -> f64 {
        let d = distance.abs();
        match self {
            Mode::Nearest | Mode::Linear => (1.0 - d).max(0.0),
            Mode::Cubic(a) if d <= 1.0 => ((a + 2.0) * d - (a + 3.0)) * d * d + 1.0,
            Mode::Cubic(a) if d < 2.0 => ((a * d - 5.0 * a) * d + 8.0 * a) * d - 4.0 * a,
            Mode::Cubic(_) => 0.0,
        }
    }
}

/// The attributes of a node.
pub(super) struct Settings {
    mode: Mode,
    coordinates: String,
    rounding: String,
    antialias: bool,
    exclude_outside: bool,
}

/// Scale and size of the result along each of the axes.
pub(super) fn targets(
    n: &Node,
    shape: &[usize],
    axes: &[usize],
    scales: Option<Vec<f64>>,
    sizes: Option<Vec<f64>>,
) -> Import<Vec<(f64, usize)>> {
    let from: Vec<usize> = axes.iter().filter_map(|k| shape.get(*k).copied()).collect();
    let fits = |size: f64| {
        let whole = (1.0..=MOST).contains(&size);
        if whole { Ok(size as usize) } else { refuse(format!("a size of {size}")) }
    };
    match (scales, sizes) {
        (Some(scales), None) if scales.len() == axes.len() => {
            let one = |(s, d): (&f64, &usize)| {
                if !(s.is_finite() && *s > 0.0) {
                    return refuse(format!("a scale of {s}"));
                }
                // The product is one of single precision, as the scale is.
                Ok((*s, fits(f64::from((*s as f32 * *d as f32).floor()))?))
            };
            scales.iter().zip(&from).map(one).collect()
        }
        (None, Some(sizes)) if sizes.len() == axes.len() => {
            let policy = n.text("keep_aspect_ratio_policy")?.unwrap_or("stretch");
            let ratios = sizes.iter().zip(&from).map(|(s, d)| s / *d as f64);
            let all = match policy {
                "stretch" => None,
                "not_larger" => Some(ratios.clone().fold(f64::INFINITY, f64::min)),
                "not_smaller" => Some(ratios.clone().fold(0.0, f64::max)),
                other => {
                    let t = format!("`keep_aspect_ratio_policy` is `{}`", show(other));
                    return Err(Fault::new(t));
                }
            };
            let one = |((size, own), d): ((&f64, f64), &usize)| match all {
                None => Ok((own, fits(*size)?)),
                Some(s) => Ok((s, fits((s * *d as f64 + 0.5).floor())?)),
            };
            sizes.iter().zip(ratios).zip(&from).map(one).collect()
        }
        _ => refuse(format!("either scales or sizes for {} axes are expected", axes.len())),
    }
}

impl Settings {
    pub(super) fn read(n: &Node, old: bool) -> Import<Settings> {
        let usual =
            if old { ("asymmetric", "floor") } else { ("half_pixel", "round_prefer_floor") };
        let one = |name: &str, usual: &str, all: &[&str]| match n.text(name)?.unwrap_or(usual) {
            known if all.contains(&known) => Ok(known.to_string()),
            other => {
                refuse(format!("`{name}` is `{}`: it is one of {}", show(other), all.join(", ")))
            }
        };
        let coordinates = [
            "half_pixel",
            "half_pixel_symmetric",
            "pytorch_half_pixel",
            "align_corners",
            "asymmetric",
            "tf_crop_and_resize",
            // Opset 11 only.
            "tf_half_pixel_for_nn",
        ];
        let rounding = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];
        Ok(Settings {
            mode: Mode::read(n)?,
            coordinates: one("coordinate_transformation_mode", usual.0, &coordinates)?,
            rounding: one("nearest_mode", usual.1, &rounding)?,
            antialias: n.flag("antialias", false)?,
            exclude_outside: n.flag("exclude_outside", false)?,
        })
    }

    /// Whether a region of the input is cropped.
    pub(super) fn crops(&self) -> bool {
        self.coordinates == "tf_crop_and_resize"
    }

    /// Where in the input a place of the result lies: as onnxruntime has it, in floats of 32 bits. With a
    /// scale of 0.6, the place (1 + 1/2) / 0.6 − 1/2 is 2 there, and less in truth.
    ///
    /// Places between two ends are measured by the length that the scale makes of the axis, as ONNX has it.
    fn origin(&self, a: &Axis, at: f32) -> f64 {
        self.measured(a, at, a.scale as f32 * a.from as f32)
    }

    /// Whether onnxruntime, which measures between two ends by whole places, has others for an axis: they are
    /// farther apart than floats of 32 bits are rounded.
    pub(super) fn differs(&self, a: &Axis) -> bool {
        let between_ends =
            matches!(self.coordinates.as_str(), "align_corners" | "tf_crop_and_resize");
        let last = (a.to.max(1) - 1) as f32;
        let (own, theirs) = (self.origin(a, last), self.measured(a, last, a.to as f32));
        between_ends && (own - theirs).abs() > APART * a.from as f64
    }

    fn measured(&self, a: &Axis, at: f32, to: f32) -> f64 {
        let (scale, from, count) = (a.scale as f32, a.from as f32, a.to as f32);
        f64::from(match self.coordinates.as_str() {
            "align_corners" if a.to == 1 => 0.0,
            "align_corners" => at * (from - 1.0) / (to - 1.0),
            "asymmetric" => at / scale,
            "tf_half_pixel_for_nn" => (at + 0.5) / scale,
            "pytorch_half_pixel" if a.to == 1 => 0.0,
            "half_pixel_symmetric" => from / 2.0 * (1.0 - count / to) + (at + 0.5) / scale - 0.5,
            "tf_crop_and_resize" => {
                let (start, end) = (a.region.0 as f32, a.region.1 as f32);
                let span = (end - start) * (from - 1.0);
                let inner = if a.to == 1 { span / 2.0 } else { at * span / (to - 1.0) };
                start * (from - 1.0) + inner
            }
            _ => (at + 0.5) / scale - 0.5,
        })
    }

    /// What every place of the result reads.
    pub(super) fn rows(&self, a: &Axis) -> Import<Vec<Row>> {
        let last = a.from as f64 - 1.0;
        let one = |k: usize| {
            let x = self.origin(a, k as f32);
            if !x.is_finite() {
                return refuse("a place of the result lies nowhere");
            }
            if self.crops() && !(0.0..=last).contains(&x) {
                return Ok(None);
            }
            if self.mode == Mode::Nearest {
                let r = match self.rounding.as_str() {
                    "round_prefer_floor" => (x - 0.5).ceil(),
                    "round_prefer_ceil" => (x + 0.5).floor(),
                    "floor" => x.floor(),
                    _ => x.ceil(),
                };
                return Ok(Some(vec![(r.clamp(0.0, last) as usize, 1.0)]));
            }
            self.mixture(a, x).map(Some)
        };
        (0..a.to).map(one).collect()
    }

    /// The neighbours of a place between elements; beyond the ends the last elements go on. With
    /// antialiasing, a smaller result takes more neighbours.
    fn mixture(&self, a: &Axis, x: f64) -> Import<Vec<(usize, f64)>> {
        let narrow = if self.antialias { a.scale.min(1.0) } else { 1.0 };
        let reach = (self.mode.reach() / narrow).ceil();
        if reach > 4096.0 {
            return refuse("it is made too much smaller for antialiasing");
        }
        let base = x.floor();
        let mut row: Vec<(usize, f64)> = vec![];
        let mut total = 0.0;
        let mut step = 1.0 - reach;
        while step <= reach {
            let at = base + step;
            let weight = self.mode.weight((at - x) * narrow);
            step += 1.0;
            let outside = at < 0.0 || at > a.from as f64 - 1.0;
            if weight == 0.0 || (outside && self.exclude_outside) {
                continue;
            }
            total += weight;
            let at = at.clamp(0.0, a.from as f64 - 1.0) as usize;
            match row.last_mut() {
                Some((k, w)) if *k == at => *w += weight,
                _ => row.push((at, weight)),
            }
        }
        if row.is_empty() || total == 0.0 {
            return refuse("a place of the result has no neighbours");
        }
        row.iter_mut().for_each(|(_, w)| *w /= total);
        Ok(row)
    }
}
