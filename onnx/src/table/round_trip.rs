//! What an import chose, given again without calibration data, writes the same program: every operation of one
//! input, over ranges and bits.

use super::GROUPS;
use crate::model::{Array, Model};
use crate::one_node;
use crate::ops::Operation;
use crate::proto::AttributeProto;
use crate::quantize::{Method, Settings};
use crate::{Fault, Imported, Options, import};
use prost::bytes::Bytes;
use std::collections::BTreeMap;

const BITS: [u32; 3] = [8, 12, 16];
/// Where the numbers of an input lie.
const RANGES: [(f64, f64); 3] = [(-0.01, 0.01), (0.002, 40.0), (-700.0, 900.0)];

fn samples(sizes: &[i64], (lo, hi): (f64, f64)) -> Vec<BTreeMap<String, Array>> {
    let shape: Vec<usize> = sizes.iter().map(|n| *n as usize).collect();
    let count: usize = shape.iter().product();
    let number = |k: usize| lo + (hi - lo) * (k * 37 % 101) as f64 / 100.0;
    let one = |s: usize| Array {
        shape: shape.clone(),
        data: (0..count).map(|k| number(s * count + k)).collect(),
    };
    (0..12).map(|s| BTreeMap::from([("x".to_string(), one(s))])).collect()
}

/// A program but for what it says of where its types are from.
fn statements(made: &Imported) -> String {
    let mut parts = made.source.split("#[assumes(");
    let first = parts.next().unwrap_or_default();
    parts.fold(first.to_owned(), |out, part| out + part.split_once(")]\n").map_or("", |p| p.1))
}

fn written(model: &Model, settings: &Settings) -> Result<Imported, Vec<Fault>> {
    import(model, settings, &Options::default())
}

/// What is not the same the second time; `None` if all is. A first import that is refused says nothing.
fn differs(
    model: &Model,
    sizes: &[i64],
    range: (f64, f64),
    bits: u32,
) -> Result<Option<String>, String> {
    let words = |f: Vec<Fault>| f.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let seen = model.calibrate(&samples(sizes, range), Method::MinMax, bits);
    let ranges = Some(seen.map_err(|f| f.to_string())?.ranges);
    let plain = Settings { activation_bits: bits, weight_bits: bits, ..Settings::default() };
    let first = written(model, &Settings { ranges, ..plain.clone() }).map_err(words)?;
    let again = Settings { choices: first.choices.clone(), ..plain };
    Ok(match written(model, &again) {
        Err(f) => Some(words(f)),
        Ok(again) if statements(&again) != statements(&first) => {
            let (first, again) = (statements(&first), statements(&again));
            let lines = first.lines().zip(again.lines()).find(|(a, b)| a != b);
            Some(format!("{lines:?}"))
        }
        Ok(again) if again.weights != first.weights => Some("other weights".into()),
        Ok(again) => (again.choices != first.choices).then(|| "other choices".into()),
    })
}

#[test]
fn every_operation_of_one_input() {
    let (mut failed, mut same) = (vec![], 0);
    let rows = GROUPS.iter().flat_map(|(_, rows)| rows.iter()).filter(|o| o.domain.is_empty());
    for o in rows {
        let Ok(model) = one_node::versioned(o.name, 24, vec![], &[("x", &[2, 3])]) else {
            continue;
        };
        for (r, range) in RANGES.into_iter().enumerate() {
            // Of functions all pairs, and of others each range and each number of bits.
            let all = BITS.into_iter().enumerate().filter(|(b, _)| o.function || *b == r);
            for (_, bits) in all {
                match differs(&model, &[2, 3], range, bits) {
                    Ok(None) => same += 1,
                    Ok(Some(e)) => failed.push(format!("{} {range:?} at {bits}: {e}", o.name)),
                    Err(e) if of_every_number(o) => {
                        failed.push(format!("{} {range:?}: {e}", o.name))
                    }
                    Err(_) => {}
                }
            }
        }
    }
    assert!(failed.is_empty(), "{same} are the same, not {}:\n{}", failed.len(), failed.join("\n"));
}

/// Functions of every number; Exp overflows for the largest.
fn of_every_number(o: &Operation) -> bool {
    o.function && !o.grows
}

fn strings(name: &str, list: &[&str]) -> AttributeProto {
    let strings = list.iter().map(|s| Bytes::copy_from_slice(s.as_bytes())).collect();
    AttributeProto { name: name.into(), kind: 8, strings, ..AttributeProto::default() }
}

fn text(name: &str, s: &str) -> AttributeProto {
    let s = Bytes::copy_from_slice(s.as_bytes());
    AttributeProto { name: name.into(), kind: 3, s, ..AttributeProto::default() }
}

/// Both directions, with functions of their own.
#[test]
fn recurrent_layers() {
    let gates = ["Sigmoid", "Tanh", "Tanh", "Softsign", "Softplus", "Relu"];
    let others = ["HardSigmoid", "Elu", "Tanh", "Sigmoid", "Softsign", "Tanh"];
    let (input, hidden) = (3, 2);
    for (op, rows, count) in [("LSTM", 4, 3), ("GRU", 3, 2), ("RNN", 1, 1)] {
        for own in [gates, others] {
            let list: Vec<&str> = own[..count].iter().chain(&own[3..3 + count]).copied().collect();
            let attributes = vec![
                one_node::int("hidden_size", hidden),
                text("direction", "bidirectional"),
                strings("activations", &list),
            ];
            let numbers = |n: i64| (0..n).map(|k| ((k * 7 % 11) as f32 - 5.0) / 6.0).collect();
            let sizes: [[i64; 3]; 2] = [[2, rows * hidden, input], [2, rows * hidden, hidden]];
            let constants = [
                ("w", &sizes[0][..], numbers(sizes[0].iter().product())),
                ("r", &sizes[1][..], numbers(sizes[1].iter().product())),
            ];
            let x: &[i64] = &[4, 1, input];
            let model =
                one_node::with_constants(op, 22, attributes, &[("x", x)], &constants).unwrap();
            for bits in BITS {
                let found = differs(&model, x, (-3.0, 2.0), bits);
                assert_eq!(found, Ok(None), "{op} {list:?} at {bits}");
            }
        }
    }
}
