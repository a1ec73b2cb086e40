//! Another public value, with everything that follows from it.

use super::{Parts, Tampered, tampered};
use zirc_circuit::{Int, PortType, scalar};

/// For the first and the last value of each public tensor: its neighbour, what lies outside of its type, and
/// itself plus the order of the field, which is the same element.
pub(super) fn edits(parts: &Parts<'_>) -> Vec<Tampered> {
    let mut all = vec![];
    for (k, port) in parts.key.interface().public.iter().enumerate() {
        let len = parts.values[k].len();
        let mut places = vec![0, len.saturating_sub(1)];
        places.dedup();
        for at in places.into_iter().filter(|at| *at < len) {
            for (change, value) in others(&parts.values[k][at], &port.ty) {
                let mut values = parts.values.clone();
                values[k][at] = value;
                let receipt = parts.rewritten(&values, &parts.proof);
                all.push(tampered(
                    format!("public tensor `{}`, value {at}", port.name),
                    change,
                    receipt,
                ));
            }
        }
    }
    all
}

fn others(value: &Int, ty: &PortType) -> Vec<(String, Int)> {
    let order = scalar::order();
    let (lo, hi) = match ty {
        PortType::Fix { lo, hi, .. } => (lo.clone(), hi.clone()),
        PortType::Field => (Int::from(0), &order - 1),
    };
    let neighbour = if *value < hi { value + 1 } else { value - 1 };
    let mut all = vec![
        (format!("{value} is {}", &hi + 1), &hi + 1),
        (format!("{value} is {}", &lo - 1), &lo - 1),
        ("it is x + r, the same element of the field".into(), value + &order),
        ("it is x − r, the same element of the field".into(), value - &order),
    ];
    // A type of one value has no neighbour.
    if neighbour >= lo {
        all.push((format!("{value} is {neighbour}"), neighbour));
    }
    all
}
