//! What a series looks like.

use plotters::prelude::RGBColor;

/// The colours of Okabe and Ito, which people tell apart whatever colours they see.
const COLORS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
];
/// Outlines of markers in pixels around the point; an empty one is a circle.
const SHAPES: [&[(i32, i32)]; 6] = [
    &[],
    &[(-6, -6), (6, -6), (6, 6), (-6, 6)],
    &[(0, -8), (7, 5), (-7, 5)],
    &[(0, -8), (8, 0), (0, 8), (-8, 0)],
    &[(0, 8), (7, -5), (-7, -5)],
    &[
        (-2, -7),
        (2, -7),
        (2, -2),
        (7, -2),
        (7, 2),
        (2, 2),
        (2, 7),
        (-2, 7),
        (-2, 2),
        (-7, 2),
        (-7, -2),
        (-2, -2),
    ],
];

/// The colour of the k-th series.
pub(super) fn color(k: usize) -> RGBColor {
    COLORS[k % COLORS.len()]
}

/// The outline of its markers.
pub(super) fn shape(k: usize) -> &'static [(i32, i32)] {
    SHAPES[k % SHAPES.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_series_look_different() {
        let look = |k: usize| (color(k), shape(k));
        for k in 0..42 {
            assert!((0..k).all(|j| look(j) != look(k)), "{k}");
        }
    }
}
