//! Pictures of measurements (SVG): points of several series over one or two axes that may be logarithmic.
//!
//! Series differ in colour and in shape, colours are told apart by everybody, and text is large enough for a page of
//! 1280 pixels.

mod axis;
mod draw;
mod front;
mod labels;
mod marker;

pub(crate) use axis::{Axis, Unit};
pub(crate) use front::Better;

/// A measurement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// Written beside it; may be empty.
    pub(crate) label: String,
}

/// Points that are joined, in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) points: Vec<Point>,
}

/// Two axes and what is between them.
#[derive(Clone, Debug)]
pub(crate) struct Panel {
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) series: Vec<Series>,
    /// Where less of x is better as well, what is better in y: then the Pareto front is drawn.
    pub(crate) better: Option<Better>,
}

/// The picture: panels one below the other, with a line of words on top and notes beside them.
#[derive(Clone, Debug)]
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) panels: Vec<Panel>,
    pub(crate) notes: Vec<String>,
}

impl Chart {
    /// As text.
    pub(crate) fn svg(&self) -> String {
        let mut out = String::new();
        // Drawing into a string does not fail.
        let drawn = draw::chart(self, &mut out);
        debug_assert!(drawn.is_ok(), "{drawn:?}");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &str, points: &[(f64, f64)]) -> Series {
        let point = |(x, y): &(f64, f64)| Point { x: *x, y: *y, label: format!("{x} bits") };
        Series { name: name.into(), points: points.iter().map(point).collect() }
    }

    fn chart(all: Vec<Series>) -> String {
        let panel = Panel {
            x: Axis::logarithmic("time of a proof", Unit::Millis),
            y: Axis::linear("accuracy", Unit::Percent),
            series: all,
            better: Some(Better::Higher),
        };
        Chart { title: "a <b>".into(), panels: vec![panel], notes: vec!["a & b".into()] }.svg()
    }

    #[test]
    fn every_point_has_its_label_and_every_series_its_name() {
        let text = chart(vec![
            series("relu & co", &[(14.0, 90.0), (18.0, 97.0)]),
            series("square", &[(3.0, 95.0)]),
        ]);
        for words in ["relu &amp; co", "square", "14 bits", "18 bits", "3 bits", "Pareto front"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(text.contains("a &lt;b&gt;") && text.contains("a &amp; b"));
        assert!(text.starts_with("<svg") && text.trim_end().ends_with("</svg>"));
        // Nothing is fetched.
        assert!(!text.contains("href") && !text.contains("url("));
    }

    #[test]
    fn little_to_draw_is_drawn() {
        assert!(chart(vec![]).contains("time of a proof"));
        assert!(chart(vec![series("one", &[(0.0, 100.0)])]).contains("one"));
        assert!(chart(vec![series("same", &[(5.0, 0.5), (5.0, 0.5)])]).contains("same"));
        assert!(chart(vec![series("none", &[(f64::NAN, f64::INFINITY)])]).contains("none"));
    }
}
