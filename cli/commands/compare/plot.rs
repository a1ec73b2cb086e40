//! Accuracy against constraints, as a picture.

use super::{Row, Score};
use plotters::prelude::*;
use std::collections::BTreeMap;

const SIZE: (u32, u32) = (820, 520);

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
    let mut lines: BTreeMap<(&str, u32), Vec<(f64, f64, String)>> = BTreeMap::new();
    for r in rows {
        let Some(s) = &r.circuit else { continue };
        let y = match s {
            Score::Accuracy(..) => 100.0 * s.value(),
            Score::Error(..) => s.value(),
        };
        let label = format!("{} bits", r.activation_bits);
        let line = lines.entry((&r.model, r.weight_bits)).or_default();
        line.push((r.constraints.max(1) as f64, y, label));
    }
    let points = || lines.values().flatten();
    let range = |f: fn(&(f64, f64, String)) -> f64| {
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
    let area = SVGBackend::with_string(out, SIZE).into_drawing_area();
    area.fill(&WHITE).map_err(|e| words(&e))?;
    let mut chart = ChartBuilder::on(&area)
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d((x0 * 0.8..x1 * 1.6).log_scale(), y0 - gap..y1 + gap)
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
    for (k, ((model, weight), line)) in lines.iter().enumerate() {
        let color = Palette99::pick(k).to_rgba();
        let xy = || line.iter().map(|(x, y, _)| (*x, *y));
        let drawn = chart.draw_series(LineSeries::new(xy(), &color)).map_err(|e| words(&e))?;
        drawn
            .label(format!("{model}, {weight}-bit weights"))
            .legend(move |(x, y)| Rectangle::new([(x, y - 4), (x + 12, y + 4)], color.filled()));
        let dots = xy().map(|p| Circle::new(p, 4, color.filled()));
        chart.draw_series(dots).map_err(|e| words(&e))?;
        let texts = line.iter().map(|(x, y, label)| {
            EmptyElement::at((*x, *y)) + Text::new(label.clone(), (7, -12), ("sans-serif", 12))
        });
        chart.draw_series(texts).map_err(|e| words(&e))?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .border_style(BLACK.mix(0.3))
        .background_style(WHITE.mix(0.8))
        .label_font(("sans-serif", 13))
        .draw()
        .map_err(|e| words(&e))?;
    area.present().map_err(|e| words(&e))
}
