//! Windows as generic arguments of the library's layers, by name: what is a default is left out.
//!
//! The defaults are those of `conv2d_with` and its like: 1, no padding, and along a later dimension, or
//! behind, what it is along the one before, or in front.

use super::window::Window;
use std::fmt;

/// Generic arguments by name, as they stand behind a function.
#[derive(Default)]
pub(crate) struct Named(Vec<String>);

impl Named {
    /// One more, unless it is its default.
    pub(crate) fn with(mut self, name: &str, value: usize, default: usize) -> Named {
        if value != default {
            self.0.push(format!("{name}: {value}"));
        }
        self
    }

    /// A number for each dimension; `first` is the default along the first one.
    pub(crate) fn along(mut self, name: &str, values: &[usize], first: Option<usize>) -> Named {
        let mut before = first;
        for (&v, axis) in values.iter().zip(axes(values.len())) {
            if before != Some(v) {
                self.0.push(format!("{name}{axis}: {v}"));
            }
            before = Some(v);
        }
        self
    }

    fn padding(mut self, before: &[usize], behind: &[usize]) -> Named {
        let (fronts, backs) = sides(before.len());
        let mut last = 0;
        for (&v, name) in before.iter().zip(fronts) {
            self = self.with(name, v, last);
            last = v;
        }
        for ((&v, &front), name) in behind.iter().zip(before).zip(backs) {
            self = self.with(name, v, front);
        }
        self
    }
}

/// What is put behind a name for each dimension.
fn axes(rank: usize) -> &'static [&'static str] {
    match rank {
        1 => &[""],
        2 => &["", "_w"],
        _ => &["", "_h", "_w"],
    }
}

/// The names of padding before and behind, by dimension.
fn sides(rank: usize) -> (&'static [&'static str], &'static [&'static str]) {
    match rank {
        1 => (&["pad"], &["pad_end"]),
        2 => (&["pad", "pad_left"], &["pad_bottom", "pad_right"]),
        _ => (&["pad", "pad_top", "pad_left"], &["pad_back", "pad_bottom", "pad_right"]),
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.is_empty() {
            true => Ok(()),
            false => write!(f, "::<{}>", self.0.join(", ")),
        }
    }
}

/// Strides, dilations and padding, of at most three dimensions.
pub(crate) fn sliding(
    strides: &[usize],
    dilations: &[usize],
    before: &[usize],
    behind: &[usize],
) -> Named {
    Named::default()
        .along("stride", strides, Some(1))
        .along("dilation", dilations, Some(1))
        .padding(before, behind)
}

impl Window {
    /// Strides, dilations and padding.
    pub(crate) fn sliding(&self) -> Named {
        sliding(&self.strides, &self.dilations, &self.before, &self.behind)
    }

    /// The size of the window, and what `sliding` gives.
    pub(crate) fn pooling(&self) -> Named {
        let Named(mut all) = Named::default().along("kernel", &self.kernel, None);
        all.extend(self.sliding().0);
        Named(all)
    }
}

#[cfg(test)]
mod tests {
    use super::{Named, sliding};

    #[test]
    fn what_differs_is_written() {
        let text =
            |s: &[usize], d: &[usize], p: &[usize], q: &[usize]| sliding(s, d, p, q).to_string();
        assert_eq!(text(&[1, 1], &[1, 1], &[0, 0], &[0, 0]), "");
        assert_eq!(text(&[2, 2], &[1, 1], &[1, 1], &[1, 1]), "::<stride: 2, pad: 1>");
        assert_eq!(
            text(&[2, 1], &[3, 4], &[1, 0], &[1, 2]),
            "::<stride: 2, stride_w: 1, dilation: 3, dilation_w: 4, pad: 1, pad_left: 0, pad_right: 2>"
        );
        assert_eq!(text(&[3], &[1], &[0], &[2]), "::<stride: 3, pad_end: 2>");
        assert_eq!(
            text(&[1, 2, 2], &[1, 1, 1], &[0, 1, 1], &[1, 0, 1]),
            "::<stride_h: 2, pad_top: 1, pad_back: 1, pad_bottom: 0>"
        );
        let kernel = Named::default().along("kernel", &[2, 2, 3], None).with("groups", 4, 1);
        assert_eq!(kernel.to_string(), "::<kernel: 2, kernel_w: 3, groups: 4>");
    }
}
