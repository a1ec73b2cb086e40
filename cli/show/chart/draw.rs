//! Drawing.

use super::front::front;
use super::marker::{color, shape};
use super::{Chart, Panel, labels};
use plotters::coord::Shift;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// The width of the picture and the height of a panel.
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 620;
/// Room for the title.
const TITLE: u32 = 48;
/// Room for the names of series, beside the panels.
const NAMES: u32 = 330;
const TEXT: i32 = 17;
const GREY: RGBColor = RGBColor(96, 96, 96);
const MESH: RGBColor = RGBColor(225, 225, 225);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// A place on the sheet.
type Pixel = (i32, i32);
/// Where a point of a panel is on it.
type Placing<'a> = dyn Fn(&(f64, f64)) -> Pixel + 'a;
type Drawn<T> = Result<T, String>;

fn words<E: std::fmt::Display>(e: E) -> String {
    e.to_string()
}

pub(super) fn chart(chart: &Chart, out: &mut String) -> Drawn<()> {
    let panels = chart.panels.len().max(1) as u32;
    let area = SVGBackend::with_string(out, (WIDTH, TITLE + HEIGHT * panels)).into_drawing_area();
    area.fill(&WHITE).map_err(words)?;
    let title = Text::new(chart.title.clone(), (24, 14), ("sans-serif", 22).into_font());
    area.draw(&title).map_err(words)?;
    let (_, body) = area.split_vertically(TITLE);
    for (k, (part, of)) in
        body.split_evenly((panels as usize, 1)).iter().zip(&chart.panels).enumerate()
    {
        let notes = if k == 0 { &chart.notes[..] } else { &[] };
        let (plot, names) = part.split_horizontally(WIDTH - NAMES);
        panel(of, &area, &plot)?;
        legend(of, notes, &names)?;
    }
    area.present().map_err(words)
}

/// An axis of places with its own ticks.
struct Ticked {
    ends: (f64, f64),
    at: Vec<f64>,
}

impl Ticked {
    fn new(ends: (f64, f64), ticks: &[(f64, String)]) -> Ticked {
        Ticked { ends, at: ticks.iter().map(|(at, _)| *at).collect() }
    }
}

impl Ranged for Ticked {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let part = (value - self.ends.0) / (self.ends.1 - self.ends.0);
        limit.0 + (part * f64::from(limit.1 - limit.0)).round() as i32
    }

    fn key_points<H: KeyPointHint>(&self, _: H) -> Vec<f64> {
        self.at.clone()
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.ends.0..self.ends.1
    }
}

/// Axes and lines, and what is on them.
fn panel(panel: &Panel, root: &Area<'_>, area: &Area<'_>) -> Drawn<()> {
    let all = || panel.series.iter().flat_map(|s| &s.points);
    let x = panel.x.ends(all().map(|p| p.x));
    let y = panel.y.ends(all().map(|p| p.y));
    let (across, up) = (panel.x.ticks(x), panel.y.ticks(y));
    let text = |ticks: &[(f64, String)], at: f64| {
        let near = ticks.iter().min_by(|a, b| (a.0 - at).abs().total_cmp(&(b.0 - at).abs()));
        near.map_or(String::new(), |(_, t)| t.clone())
    };
    let mut chart = ChartBuilder::on(area)
        .margin(16)
        .x_label_area_size(64)
        .y_label_area_size(104)
        .build_cartesian_2d(Ticked::new(x, &across), Ticked::new(y, &up))
        .map_err(words)?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .bold_line_style(MESH)
        .axis_style(GREY)
        .x_desc(panel.x.name.clone())
        .y_desc(panel.y.name.clone())
        .axis_desc_style(("sans-serif", 19))
        .label_style(("sans-serif", TEXT))
        .x_label_formatter(&|v| text(&across, *v))
        .y_label_formatter(&|v| text(&up, *v))
        .draw()
        .map_err(words)?;
    let place = |p: &super::Point| (panel.x.place(p.x), panel.y.place(p.y));
    for (k, s) in panel.series.iter().enumerate() {
        let line = s.points.iter().filter(|p| panel.has(p)).map(place);
        let style = color(k).mix(0.55).stroke_width(2);
        chart.draw_series(LineSeries::new(line, style)).map_err(words)?;
    }
    let pixel = |at: &(f64, f64)| chart.plotting_area().map_coordinate(at);
    let ends = (pixel(&(x.0, y.1)), pixel(&(x.1, y.0)));
    points(panel, root, &pixel, ends)
}

/// The front, markers and labels; `pixel` says where a point is, `ends` the corners of the panel.
fn points(
    panel: &Panel,
    root: &Area<'_>,
    pixel: &Placing<'_>,
    ((left, top), (right, bottom)): (Pixel, Pixel),
) -> Drawn<()> {
    let place = |p: &super::Point| (panel.x.place(p.x), panel.y.place(p.y));
    let placed: Vec<(usize, (f64, f64), &super::Point)> = panel
        .series
        .iter()
        .enumerate()
        .flat_map(|(k, s)| s.points.iter().filter(|p| panel.has(p)).map(move |p| (k, place(p), p)))
        .collect();
    let values: Vec<(f64, f64)> = placed.iter().map(|(_, at, _)| *at).collect();
    let on = panel.better.map(|b| front(&values, b));
    if let Some(on) = &on {
        let corners: Vec<(i32, i32)> = stairs(on.iter().map(|k| pixel(&values[*k])));
        dashed(root, &corners)?;
    }
    for (n, (k, at, _)) in placed.iter().enumerate() {
        let hollow = on.as_ref().is_some_and(|on| !on.contains(&n));
        marker(root, pixel(at), *k, hollow)?;
    }
    let texts: Vec<((i32, i32), &str)> =
        placed.iter().map(|(_, at, p)| (pixel(at), p.label.as_str())).collect();
    let free = labels::place(&texts, (left, top, right, bottom));
    for ((k, _, p), at) in placed.iter().zip(free) {
        if let Some(at) = at {
            label(root, at, &p.label, *k)?;
        }
    }
    Ok(())
}

/// A label around its middle, over a patch that lines do not show through.
fn label(area: &Area<'_>, (x, y): (i32, i32), text: &str, k: usize) -> Drawn<()> {
    let half = text.chars().count() as i32 * 4 + 1;
    let patch = Rectangle::new([(x - half, y - 7), (x + half, y + 7)], WHITE.mix(0.85).filled());
    area.draw(&patch).map_err(words)?;
    let style = ("sans-serif", 15).into_font().color(&color(k));
    let style = style.pos(Pos::new(HPos::Center, VPos::Center));
    area.draw(&Text::new(text.to_owned(), (x, y), style)).map_err(words)
}

impl Panel {
    fn has(&self, p: &super::Point) -> bool {
        self.x.has(p.x) && self.y.has(p.y)
    }
}

/// A staircase through points that are sorted: what is said of one holds up to the next.
fn stairs(points: impl Iterator<Item = (i32, i32)>) -> Vec<(i32, i32)> {
    let mut out: Vec<(i32, i32)> = vec![];
    for (x, y) in points {
        if let Some((_, before)) = out.last().copied() {
            out.push((x, before));
        }
        out.push((x, y));
    }
    out
}

/// A dashed line.
fn dashed(area: &Area<'_>, corners: &[(i32, i32)]) -> Drawn<()> {
    const DASH: i32 = 8;
    for pair in corners.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let length = (x1 - x0).abs().max((y1 - y0).abs());
        let at = |d: i32| (x0 + (x1 - x0).signum() * d, y0 + (y1 - y0).signum() * d);
        for from in (0..length).step_by(2 * DASH as usize) {
            let dash = vec![at(from), at((from + DASH).min(length))];
            area.draw(&PathElement::new(dash, GREY.stroke_width(2))).map_err(words)?;
        }
    }
    Ok(())
}

fn marker(area: &Area<'_>, (x, y): (i32, i32), k: usize, hollow: bool) -> Drawn<()> {
    let fill = if hollow { WHITE } else { color(k) };
    let corners: Vec<(i32, i32)> = shape(k).iter().map(|(dx, dy)| (x + dx, y + dy)).collect();
    let Some(first) = corners.first().copied() else {
        area.draw(&Circle::new((x, y), 6, fill.filled())).map_err(words)?;
        return area.draw(&Circle::new((x, y), 6, color(k).stroke_width(2))).map_err(words);
    };
    area.draw(&Polygon::new(corners.clone(), fill.filled())).map_err(words)?;
    let outline: Vec<(i32, i32)> = corners.into_iter().chain([first]).collect();
    area.draw(&PathElement::new(outline, color(k).stroke_width(2))).map_err(words)
}

/// Names of series, what the dashed line is, and notes.
fn legend(panel: &Panel, notes: &[String], area: &Area<'_>) -> Drawn<()> {
    let font = || ("sans-serif", TEXT).into_font();
    let mut at = 34;
    let line = |at: &mut i32, text: &str| {
        let drawn = area.draw(&Text::new(text.to_owned(), (30, *at - 8), font())).map_err(words);
        *at += 26;
        drawn
    };
    for (k, s) in panel.series.iter().enumerate().filter(|(_, s)| !s.points.is_empty()) {
        marker(area, (12, at), k, false)?;
        line(&mut at, &s.name)?;
    }
    if panel.better.is_some() {
        at += 8;
        dashed(area, &[(0, at), (24, at)])?;
        line(&mut at, "Pareto front: no point is both")?;
        line(&mut at, "faster and better than these")?;
    }
    at += 8;
    for note in notes {
        line(&mut at, note)?;
    }
    Ok(())
}
