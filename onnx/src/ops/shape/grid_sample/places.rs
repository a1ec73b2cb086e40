//! Which elements a point of a grid reads, with which weights: along each axis by itself.

use crate::fault::{Import, refuse};
use crate::graph::{Node, show};

/// A place among the elements of a channel, and its weight.
pub(super) type Tap = (usize, f64);

/// How much of a neighbour beyond the nearest two cubic interpolation takes.
const CUBIC: f64 = -0.75;
/// Most elements that a point mixes.
const MOST: usize = 1 << 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Nearest,
    Linear,
    Cubic,
}

/// What lies outside of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outside {
    Zeros,
    Border,
    Reflection,
}

/// The attributes of a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    mode: Mode,
    outside: Outside,
    /// Whether −1 and 1 are the middles of the first and last element, and not their outer ends.
    aligned: bool,
}

impl Settings {
    pub(super) fn read(n: &Node, dimensions: usize) -> Import<Settings> {
        let mode = match n.text("mode")?.unwrap_or("linear") {
            "nearest" => Mode::Nearest,
            "linear" | "bilinear" => Mode::Linear,
            "cubic" | "bicubic" => Mode::Cubic,
            other => return refuse(format!("`mode` is `{}`", show(other))),
        };
        if dimensions > 3 || (mode == Mode::Cubic && dimensions != 2) {
            return refuse(format!("it is not defined for {dimensions} dimensions"));
        }
        let outside = match n.text("padding_mode")?.unwrap_or("zeros") {
            "zeros" => Outside::Zeros,
            "border" => Outside::Border,
            "reflection" => Outside::Reflection,
            other => return refuse(format!("`padding_mode` is `{}`", show(other))),
        };
        Ok(Settings { mode, outside, aligned: n.flag("align_corners", false)? })
    }

    /// What a point reads, which names the last axis first.
    pub(super) fn taps(&self, shape: &[usize], point: &[f64]) -> Import<Vec<Tap>> {
        let mut all: Vec<Tap> = vec![(0, 1.0)];
        for (size, at) in shape.iter().zip(point.iter().rev()) {
            let axis = self.axis(*size, *at as f32)?;
            let next = |(place, w): &Tap| {
                axis.iter().map(|(k, v)| (place * size + k, w * v)).collect::<Vec<_>>()
            };
            all = all.iter().flat_map(next).collect();
        }
        all.retain(|(_, w)| *w != 0.0);
        if all.len() > MOST {
            return refuse("a point mixes too many elements");
        }
        Ok(all)
    }

    /// The elements of one axis and their weights, in floats of 32 bits as onnxruntime has them.
    fn axis(&self, size: usize, at: f32) -> Import<Vec<Tap>> {
        let count = size as f32;
        let mut x = match self.aligned {
            true => (at + 1.0) / 2.0 * (count - 1.0),
            false => ((at + 1.0) * count - 1.0) / 2.0,
        };
        if !x.is_finite() || x.abs() > 1e9 {
            return refuse(format!("the grid names the place {at}"));
        }
        if self.mode == Mode::Nearest {
            x = x.round_ties_even();
        }
        let (least, most) = self.ends(count);
        if x < least || x > most {
            x = match self.outside {
                Outside::Zeros => x,
                // Of cubic interpolation the neighbours are cut, and not the place between them.
                Outside::Border if self.mode == Mode::Cubic => x,
                Outside::Border => x.clamp(0.0, count - 1.0),
                Outside::Reflection => reflected(x, (least, most)),
            };
        }
        let first = x.floor();
        let part = f64::from(x - first);
        let weights: Vec<(f32, f64)> = match self.mode {
            Mode::Nearest => vec![(x, 1.0)],
            Mode::Linear => vec![(first, 1.0 - part), (first + 1.0, part)],
            Mode::Cubic => {
                let one = |k: i8| (first + f32::from(k), cubic(f64::from(k) - part));
                (-1..=2).map(one).collect()
            }
        };
        let element = |(k, w): (f32, f64)| Some((self.element(size, k)?, w));
        Ok(weights.into_iter().filter_map(element).collect())
    }

    /// The ends of an axis, at which it is reflected.
    fn ends(&self, count: f32) -> (f32, f32) {
        if self.aligned { (0.0, count - 1.0) } else { (-0.5, count - 0.5) }
    }

    /// The element at a whole place; none where it counts as 0.
    fn element(&self, size: usize, k: f32) -> Option<usize> {
        let count = size as f32;
        let inside = (0.0..count).contains(&k);
        let k = match self.outside {
            _ if inside => k,
            Outside::Zeros => return None,
            Outside::Border => k.clamp(0.0, count - 1.0),
            Outside::Reflection => reflected(k, self.ends(count)).trunc().clamp(0.0, count - 1.0),
        };
        Some((k as usize).min(size - 1))
    }
}

/// A place mirrored at both ends until it lies between them.
fn reflected(x: f32, (least, most): (f32, f32)) -> f32 {
    let range = most - least;
    let beyond = if x < least { least - x } else { x - most };
    if range <= 0.0 || beyond <= 0.0 {
        return x.clamp(least, most);
    }
    let turns = (beyond / range).floor();
    let rest = beyond - turns * range;
    // Behind an even number of whole lengths it goes back from the end that it passed.
    if (turns % 2.0 == 0.0) == (x < least) { least + rest } else { most - rest }
}

/// The weight of a neighbour at a distance below 2 in cubic interpolation.
fn cubic(distance: f64) -> f64 {
    let (d, a) = (distance.abs(), CUBIC);
    match d {
        _ if d <= 1.0 => ((a + 2.0) * d - (a + 3.0)) * d * d + 1.0,
        _ if d < 2.0 => ((a * d - 5.0 * a) * d + 8.0 * a) * d - 4.0 * a,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirrored() {
        let ends = (-0.5, 2.5);
        for (x, y) in [(-1.0, 0.0), (3.0, 2.0), (-3.5, 2.5), (-4.0, 2.0), (6.0, 0.0), (1.0, 1.0)] {
            assert_eq!(reflected(x, ends), y, "{x}");
        }
        assert_eq!(reflected(5.0, (0.0, 0.0)), 0.0);
    }

    #[test]
    fn outside() {
        let at = |outside, mode| Settings { mode, outside, aligned: false };
        let one = |outside| at(outside, Mode::Nearest).axis(3, -1.5).unwrap();
        assert_eq!(one(Outside::Zeros), []);
        assert_eq!(one(Outside::Border), [(0, 1.0)]);
        assert_eq!(one(Outside::Reflection), [(0, 1.0)]);
        // Half of the first element, and half of nothing.
        let taps = at(Outside::Zeros, Mode::Linear).taps(&[2], &[-1.0]).unwrap();
        assert_eq!(taps, [(0, 0.5)]);
        let sum: f64 = [0.3 + 1.0, 0.3, 0.7, 1.7].map(cubic).iter().sum();
        assert!((sum - 1.0).abs() < 1e-12, "{sum}");
        assert!(at(Outside::Border, Mode::Linear).taps(&[2], &[f64::NAN]).is_err());
    }
}
