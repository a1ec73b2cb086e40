//! Accuracy against constraints, as a picture.

use super::{Row, Score};
use plotters::coord::combinators::BindKeyPoints;
use plotters::prelude::*;
use std::collections::BTreeMap;

const SIZE: (u32, u32) = (900, 520);
/// Room for the names of the models, beside the points.
const NAMES: u32 = 190;
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

/// Constraints, accuracy or error, and a label.
type Point = (f64, f64, String);

/// The picture; a model's points are joined.
pub(super) fn svg(rows: &[Row]) -> String {
    let mut out = String::new();
    // Drawing into a string does not fail.
    let drawn = draw(rows, &mut out);
    debug_assert!(drawn.is_ok(), "{drawn:?}");
    out
}

fn draw(rows: &[Row], out: &mut String) -> Result<(), String> {
    let words = |e: &dyn std::fmt::Display| e.to_string();
    let mut lines: BTreeMap<(&str, u32), Vec<Point>> = BTreeMap::new();
    for r in rows {
        let Some(s) = &r.circuit else { continue };
        let y = match s {
            Score::Accuracy(..) => 100.0 * s.value(),
            Score::Error(..) => s.value(),
        };
        let label = r.activation_bits.to_string();
        let line = lines.entry((&r.model, r.weight_bits)).or_default();
        line.push((r.constraints.max(1) as f64, y, label));
    }
    let points = || lines.values().flatten();
    let range = |f: fn(&Point) -> f64| {
        let all = || points().map(f);
        (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max))
    };
    let ((x0, x1), (y0, y1)) = if points().next().is_none() {
        ((1.0, 10.0), (0.0, 1.0))
    } else {
        (range(|p| p.0), range(|p| p.1))
    };
    let gap = ((y1 - y0) * 0.1).max(0.5 * f64::from(u8::from(y1 > 1.0))).max(1e-6);
    let name = match rows.iter().find_map(|r| r.circuit) {
        Some(Score::Error(..)) => "root mean squared error",
        _ => "accuracy of the circuit, %",
    };
    let (left, right) = (x0 * 0.8, x1 * 1.6);
    let across = (left..right).log_scale().with_key_points(ticks(left, right));
    let area = SVGBackend::with_string(out, SIZE).into_drawing_area();
    area.fill(&WHITE).map_err(|e| words(&e))?;
    let (plot, names) = area.split_horizontally(SIZE.0 - NAMES);
    let mut chart = ChartBuilder::on(&plot)
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d(across, y0 - gap..y1 + gap)
        .map_err(|e| words(&e))?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .x_desc("constraints")
        .y_desc(name)
        .x_label_formatter(&|v| crate::show::number::grouped(*v as usize))
        .y_label_formatter(&|v| format!("{v:.1}"))
        .draw()
        .map_err(|e| words(&e))?;
    let weights = rows.iter().any(|r| r.weight_bits != rows[0].weight_bits);
    for (k, ((model, weight), line)) in lines.iter().enumerate() {
        let color = COLORS[k % COLORS.len()];
        let xy = || line.iter().map(|(x, y, _)| (*x, *y));
        chart.draw_series(LineSeries::new(xy(), &color)).map_err(|e| words(&e))?;
        let dots = xy().map(|p| Circle::new(p, 4, color.filled()));
        chart.draw_series(dots).map_err(|e| words(&e))?;
        let texts = line.iter().map(|(x, y, label)| {
            let style = ("sans-serif", 12).into_font().color(&color);
            EmptyElement::at((*x, *y)) + Text::new(label.clone(), (-3, -17), style)
        });
        chart.draw_series(texts).map_err(|e| words(&e))?;
        let at = 40 + 20 * k as i32;
        let bar = Rectangle::new([(0, at + 2), (12, at + 10)], color.filled());
        names.draw(&bar).map_err(|e| words(&e))?;
        let name =
            if weights { format!("{model}, {weight}-bit weights") } else { (*model).to_string() };
        let name = Text::new(name, (18, at), ("sans-serif", 13));
        names.draw(&name).map_err(|e| words(&e))?;
    }
    let note = Text::new("at the points: activation bits", (0, 18), ("sans-serif", 12));
    names.draw(&note).map_err(|e| words(&e))?;
    area.present().map_err(|e| words(&e))
}

/// Round numbers between two ends of a logarithmic axis: 1, 2, 5, 10, …, and more on a short one.
fn ticks(left: f64, right: f64) -> Vec<f64> {
    let steps: &[f64] = if right < 20.0 * left {
        &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0]
    } else {
        &[1.0, 2.0, 5.0]
    };
    let mut out = vec![];
    let mut decade = 1.0;
    while decade <= right {
        out.extend(steps.iter().map(|s| s * decade).filter(|t| (left..=right).contains(t)));
        decade *= 10.0;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(model: &str, bits: u32, right: usize, constraints: usize) -> Row {
        Row {
            model: model.into(),
            activation_bits: bits,
            weight_bits: 8,
            float: None,
            circuit: Some(Score::Accuracy(right, 100)),
            same: None,
            samples: 100,
            constraints,
            variables: constraints,
            predicted_ms: 1.0,
            measured_ms: None,
            agree: true,
        }
    }

    #[test]
    fn every_point_is_drawn_and_models_are_named() {
        let rows =
            [row("relu", 4, 90, 14_000), row("relu", 8, 97, 18_000), row("a<b", 8, 95, 3_000)];
        let text = svg(&rows);
        assert_eq!(text.matches("<circle").count(), 3);
        assert!(text.contains("relu") && text.contains("a&lt;b") && !text.contains("weights"));
        let finer = Row { weight_bits: 12, ..row("relu", 8, 97, 19_000) };
        assert!(svg(&[row("relu", 8, 97, 18_000), finer]).contains("relu, 12-bit weights"));
        assert!(text.contains("10,000") && text.trim_end().ends_with("</svg>"));
    }

    #[test]
    fn nothing_to_draw() {
        assert!(svg(&[]).contains("constraints"));
        assert!(svg(&[row("one", 8, 100, 0)]).contains("<circle"));
    }

    #[test]
    fn round_numbers() {
        assert_eq!(ticks(900.0, 40_000.0), [1e3, 2e3, 5e3, 1e4, 2e4]);
        assert_eq!(ticks(1100.0, 2500.0), [1500.0, 2000.0]);
    }
}
