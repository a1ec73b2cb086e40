//! What each layer costs, in every row of a comparison.

use super::row::{Row, sheet};
use crate::show::instance::short;
use crate::show::sheet::{Cell, Reader, Sheet};

/// The rows, each once for every layer of its circuit.
pub(super) fn long(rows: &[Row]) -> Sheet {
    let whole = sheet(rows);
    let mut out = Sheet { columns: whole.columns, rows: vec![] };
    let mut layers = vec![];
    for (row, cells) in rows.iter().zip(&whole.rows) {
        for layer in &row.cost.layers {
            out.rows.push(cells.clone());
            layers.push(layer);
        }
    }
    let names = layers.iter().map(|(name, _)| Cell::Text(name.clone()));
    out.column(("layer", "layer"), false, Reader::All, names);
    let costs = layers.iter().map(|(_, n)| Cell::Count(*n));
    out.column(("layer_constraints", "layer constraints"), false, Reader::All, costs);
    out
}

/// For people: a table for each model, with a line for each layer and a column for each of its rows, by their
/// numbers in the table of all.
pub(super) fn tables(rows: &[Row]) -> Vec<(String, Sheet)> {
    let of = |r: &Row| match &r.circuit {
        Some(c) if *c != r.model => format!("{}, circuit {c}", r.model),
        _ => r.model.clone(),
    };
    let mut all: Vec<(String, Vec<(usize, &Row)>)> = vec![];
    for (k, r) in rows.iter().enumerate() {
        match all.iter_mut().find(|(name, _)| *name == of(r)) {
            Some((_, list)) => list.push((k, r)),
            None => all.push((of(r), vec![(k, r)])),
        }
    }
    all.into_iter().map(|(name, list)| (name, table(&list))).collect()
}

fn table(rows: &[(usize, &Row)]) -> Sheet {
    let mut layers: Vec<&str> = vec![];
    for (name, _) in rows.iter().flat_map(|(_, r)| &r.cost.layers) {
        if !layers.contains(&name.as_str()) {
            layers.push(name);
        }
    }
    let mut out = Sheet::default();
    let names = layers.iter().map(|l| Cell::Text(short(l)));
    out.column(("layer", "layer"), true, Reader::All, names);
    for (k, row) in rows {
        let key = format!("row {}", k + 1);
        let of = |layer: &&str| {
            let found = row.cost.layers.iter().find(|(name, _)| name == layer);
            found.map_or(Cell::None, |(_, n)| Cell::Count(*n))
        };
        out.column((&key, &key), false, Reader::All, layers.iter().map(of));
    }
    out
}
