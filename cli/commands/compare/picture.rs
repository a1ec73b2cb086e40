//! Accuracy, or error, against the predicted time of a proof.

use super::row::{Quality, Row};
use super::setting::name;
use crate::show::chart::{Axis, Better, Chart, Panel, Point, Series, Unit};

/// The picture: a panel for each measure that rows have. Without any, constraints against time.
pub(super) fn svg(rows: &[Row]) -> String {
    let of = |f: fn(&Quality) -> Option<f64>| move |r: &Row| r.quality.as_ref().and_then(f);
    let accuracy = of(|q| q.accuracy.1.map(|a| 100.0 * a));
    let error = of(|q| q.rmse.1);
    let mut panels = vec![];
    if rows.iter().any(|r| accuracy(r).is_some()) {
        let y = Axis::linear("accuracy of the circuit", Unit::Percent);
        panels.push(panel(rows, y, Better::Higher, &accuracy));
    }
    if rows.iter().any(|r| error(r).is_some_and(|e| e > 0.0)) {
        let against = rows.iter().find_map(|r| r.quality.as_ref().and_then(|q| q.against));
        let title = format!("RMSE against the {}", against.unwrap_or("float model"));
        panels.push(panel(rows, Axis::logarithmic(&title, Unit::Plain), Better::Lower, &error));
    }
    if panels.is_empty() {
        let y = Axis::logarithmic("constraints", Unit::Plain);
        let constraints = |r: &Row| Some(r.cost.constraints as f64);
        panels.push(Panel { better: None, ..panel(rows, y, Better::Lower, &constraints) });
    }
    let mut notes = vec![];
    if labelled(rows) {
        notes.push("at the points: activation bits".to_owned());
    }
    let title = match panels.len() {
        2 => "Accuracy and error against the predicted time of a proof".to_owned(),
        _ => format!("{} against the predicted time of a proof", panels[0].y.name),
    };
    Chart { title, panels, notes }.svg()
}

fn panel(rows: &[Row], y: Axis, better: Better, of: &dyn Fn(&Row) -> Option<f64>) -> Panel {
    // Every panel has all series, so that each looks the same in all.
    let mut series: Vec<Series> = vec![];
    for r in rows {
        let called = called(rows, r);
        let k = series.iter().position(|s| s.name == called).unwrap_or_else(|| {
            series.push(Series { name: called, points: vec![] });
            series.len() - 1
        });
        if let (Some(y), Some(x)) = (of(r), r.cost.predicted_ms) {
            series[k].points.push(Point { x, y, label: label(rows, r) });
        }
    }
    let x = Axis::logarithmic("predicted time of a proof", Unit::Millis);
    Panel { x, y, series, better: Some(better) }
}

/// Whether activation bits vary: they stand at the points then, and tell no series apart.
fn labelled(rows: &[Row]) -> bool {
    let bits = |r: &Row| r.import.as_ref().and_then(|(q, _)| q.activation_bits);
    let mut all = rows.iter().filter_map(bits);
    all.next().is_some_and(|first| all.any(|b| b != first))
}

fn label(rows: &[Row], r: &Row) -> String {
    let bits = r.import.as_ref().and_then(|(q, _)| q.activation_bits);
    bits.filter(|_| labelled(rows)).map_or(String::new(), |b| b.to_string())
}

/// The name of a row's series: its model, and whatever else differs between rows of it.
fn called(rows: &[Row], r: &Row) -> String {
    let circuit = |r: &Row| r.circuit.clone();
    let mode = |r: &Row| Some(r.mode());
    let calibration = |r: &Row| r.import.as_ref().map(|(q, _)| name(&q.calibration));
    let quantization = |r: &Row| {
        let file = r.import.as_ref()?.0.quantization.as_ref()?.file_name()?;
        Some(file.to_string_lossy().into_owned())
    };
    let weights = |r: &Row| r.import.as_ref().map(|(_, w)| format!("{} weights", name(w)));
    let bits = |r: &Row| {
        r.import.as_ref().and_then(|(q, _)| Some(format!("{}-bit weights", q.weight_bits?)))
    };
    let all = |r: &Row| [circuit(r), mode(r), calibration(r), quantization(r), weights(r), bits(r)];
    let own: Vec<_> = rows.iter().filter(|o| o.model == r.model).map(all).collect();
    let parts = all(r).into_iter().enumerate();
    let words = parts.filter(|(k, part)| own.iter().any(|o| o[*k] != *part)).filter_map(|(_, w)| w);
    std::iter::once(r.model.clone()).chain(words).collect::<Vec<_>>().join(", ")
}
