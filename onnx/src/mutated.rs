//! Models that are almost right: the node tests of the ONNX project, each changed at one to three
//! places, decoded, evaluated and imported. Whatever comes of it, nothing may panic.
//!
//! `ZIRC_MUTATIONS=50 cargo test --release -p zirc-compiler mutated` tries more of each.

use super::numbers::Numbers;
use super::proto::{AttributeProto, ModelProto, TensorProto};
use super::{Model, Options, import};
use crate::quantize::{Method, Settings};
use flate2::read::GzDecoder;
use prost::Message;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Larger models are left to other tests.
const LARGEST: usize = 20_000;
const NUMBERS: &[i64] = &[0, 1, 2, 3, -1, -2, 4, 7, 1 << 29, 1 << 40, i64::MIN, i64::MAX];
const FLOATS: &[f32] = &[0.0, 1.0, -1.0, 0.5, 1e-30, 1e30, f32::INFINITY, f32::NAN, -7.0];
const TYPES: &[i32] = &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 21, 22, 25, 26];

impl Numbers {
    /// Small most of the time.
    fn number(&mut self) -> i64 {
        let far = self.below(4) == 0;
        self.of(if far { NUMBERS } else { &NUMBERS[..7] })
    }

    fn change<T>(&mut self, list: &mut [T], change: impl FnOnce(&mut Numbers, &mut T)) {
        if !list.is_empty() {
            let k = self.below(list.len());
            change(self, &mut list[k]);
        }
    }

    fn ints(&mut self, list: &mut Vec<i64>) {
        match self.below(4) {
            0 => list.push(self.number()),
            1 => drop(list.pop()),
            _ => self.change(list, |r, v| *v = r.number()),
        }
    }

    fn floats(&mut self, list: &mut Vec<f32>) {
        match self.below(4) {
            0 => list.push(self.of(FLOATS)),
            1 => drop(list.pop()),
            _ => self.change(list, |r, v| *v = r.of(FLOATS)),
        }
    }

    fn mutate_tensor(&mut self, t: &mut TensorProto) {
        match self.below(5) {
            0 => self.ints(&mut t.dims),
            1 => t.data_type = self.of(TYPES),
            2 => t.dims.reverse(),
            _ => {
                let number = self.number();
                let float = self.of(FLOATS);
                if let Some(raw) = &t.raw_data {
                    let mut raw = raw.to_vec();
                    let size = match t.data_type {
                        1 | 6 | 12 => 4,
                        7 | 11 | 13 => 8,
                        _ => 1,
                    };
                    if raw.len() >= size {
                        let k = self.below(raw.len() / size) * size;
                        let bytes = match t.data_type {
                            1 => float.to_le_bytes().to_vec(),
                            11 => f64::from(float).to_le_bytes().to_vec(),
                            _ => number.to_le_bytes().to_vec(),
                        };
                        raw[k..k + size].copy_from_slice(&bytes[..size]);
                    }
                    t.raw_data = Some(raw.into());
                }
                self.change(&mut t.int64_data, |_, v| *v = number);
                self.change(&mut t.int32_data, |_, v| *v = number as i32);
                self.change(&mut t.float_data, |_, v| *v = float);
            }
        }
    }

    fn mutate_attribute(&mut self, a: &mut AttributeProto) {
        match a.kind {
            1 => a.f = self.of(FLOATS),
            2 => a.i = self.number(),
            3 => a.s = "nonsense".into(),
            4 => {
                if let Some(t) = &mut a.t {
                    self.mutate_tensor(t);
                }
            }
            6 => self.floats(&mut a.floats),
            7 => self.ints(&mut a.ints),
            8 => drop(a.strings.pop()),
            _ => {}
        }
    }

    fn mutate(&mut self, m: &mut ModelProto) {
        let Some(g) = &mut m.graph else { return };
        match self.below(12) {
            0 => self.change(&mut m.opset_import, |r, o| o.version = 1 + r.below(28) as i64),
            1 | 2 => self.change(&mut g.initializer, Numbers::mutate_tensor),
            3 | 4 => {
                let input = |r: &mut Numbers, i: &mut super::proto::ValueInfoProto| {
                    let t = i.r#type.as_mut().and_then(|t| t.tensor_type.as_mut());
                    let Some(t) = t else { return };
                    match (r.below(4), &mut t.shape) {
                        (0, _) => t.elem_type = r.of(TYPES),
                        (1, Some(s)) => s.dim.reverse(),
                        (2, Some(s)) => drop(s.dim.pop()),
                        (_, Some(s)) => r.change(&mut s.dim, |r, d| d.dim_value = Some(r.number())),
                        _ => {}
                    }
                };
                self.change(&mut g.input, input);
            }
            5 => self.change(&mut g.node, |r, n| r.change(&mut n.input, |_, i| i.clear())),
            6 => self.change(&mut g.node, |_, n| n.input.reverse()),
            7 => self.change(&mut g.node, |_, n| drop(n.input.pop())),
            8 => self.change(&mut g.node, |r, n| {
                let k = r.below(n.attribute.len().max(1));
                if k < n.attribute.len() {
                    n.attribute.remove(k);
                }
            }),
            _ => self
                .change(&mut g.node, |r, n| r.change(&mut n.attribute, Numbers::mutate_attribute)),
        }
    }
}

fn models() -> Vec<(String, Vec<u8>)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/onnx/node.tar.gz");
    let bytes = std::fs::read(path).unwrap();
    let mut archive = tar::Archive::new(GzDecoder::new(bytes.as_slice()));
    let mut all = vec![];
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_string_lossy().into_owned();
        if path.ends_with("/model.onnx") && entry.size() < LARGEST as u64 {
            let mut data = vec![];
            entry.read_to_end(&mut data).unwrap();
            all.push((path, data));
        }
    }
    all
}

/// Whether it was imported in the end.
fn whole(bytes: &[u8]) -> bool {
    let none = BTreeMap::new();
    let Ok(model) = Model::decode(bytes, &none, &mut |_| Err("no files".into())) else {
        return false;
    };
    let elements: usize = model.inputs().iter().map(|i| i.shape.iter().product::<usize>()).sum();
    if elements > 4096 {
        return false;
    }
    let mut settings = Settings::default();
    let sample = model.inputs().into_iter().map(|i| {
        let data = (0..i.shape.iter().product()).map(|k: usize| (k % 5) as f64 * 0.5 - 1.0);
        let data = if i.float { data.collect() } else { data.map(f64::trunc).collect() };
        (i.name, super::Array { shape: i.shape, data })
    });
    let calibrated = model.calibrate(&[sample.collect()], Method::MinMax, 8);
    settings.ranges = calibrated.ok().map(|c| c.ranges);
    let options = Options { name: "case".into(), ..Options::default() };
    import(&model, &settings, &options).is_ok()
}

#[test]
fn a_program_or_a_reason() {
    let rounds = std::env::var("ZIRC_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(2);
    let models = models();
    let tried: Vec<(bool, Option<String>)> = models
        .par_iter()
        .enumerate()
        .flat_map_iter(|(k, (name, bytes))| {
            let model = ModelProto::decode(bytes.as_slice()).unwrap();
            (0..rounds).map(move |round: u64| {
                let mut r = Numbers(k as u64 * 1_000_003 + round);
                let mut m = model.clone();
                for _ in 0..1 + r.below(3) {
                    r.mutate(&mut m);
                }
                let bytes = m.encode_to_vec();
                match catch_unwind(AssertUnwindSafe(|| whole(&bytes))) {
                    Ok(good) => (good, None),
                    Err(_) => (false, Some(format!("{name}, round {round}: {m:?}"))),
                }
            })
        })
        .collect();
    let wrong: Vec<&String> = tried.iter().filter_map(|(_, w)| w.as_ref()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let good = tried.iter().filter(|(good, _)| *good).count();
    let all = tried.len();
    println!("{good} of {all} imported");
    assert!(good * 10 > all && good * 10 < all * 9, "{good} of {all} imported");
}
