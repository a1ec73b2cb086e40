//! Costs as a profile that pprof and its relatives read: `profile.proto` of google/pprof, compressed with gzip.
//!
//! A sample is what one origin pays: its calls as a stack, constraints and nanoseconds of a proof as its values, its layer
//! and its category as labels. The same circuit gives the same bytes.

use flate2::{Compression, GzBuilder};
use prost::Message;
use std::collections::BTreeMap;
use std::io::{self, Write};
use zirc_circuit::Report;
use zirc_circuit::report::{Charge, SourceLine};

#[derive(Clone, PartialEq, Message)]
struct Profile {
    #[prost(message, repeated, tag = "1")]
    sample_type: Vec<ValueType>,
    #[prost(message, repeated, tag = "2")]
    sample: Vec<Sample>,
    #[prost(message, repeated, tag = "4")]
    location: Vec<Location>,
    #[prost(message, repeated, tag = "5")]
    function: Vec<Function>,
    #[prost(string, repeated, tag = "6")]
    string_table: Vec<String>,
    #[prost(int64, tag = "14")]
    default_sample_type: i64,
}

/// Names here and below are indices into the table of strings.
#[derive(Clone, PartialEq, Message)]
struct ValueType {
    #[prost(int64, tag = "1")]
    r#type: i64,
    #[prost(int64, tag = "2")]
    unit: i64,
}

#[derive(Clone, PartialEq, Message)]
struct Sample {
    /// The innermost first.
    #[prost(uint64, repeated, tag = "1")]
    location_id: Vec<u64>,
    #[prost(int64, repeated, tag = "2")]
    value: Vec<i64>,
    #[prost(message, repeated, tag = "3")]
    label: Vec<Label>,
}

#[derive(Clone, PartialEq, Message)]
struct Label {
    #[prost(int64, tag = "1")]
    key: i64,
    #[prost(int64, tag = "2")]
    str: i64,
}

#[derive(Clone, PartialEq, Message)]
struct Location {
    #[prost(uint64, tag = "1")]
    id: u64,
    #[prost(message, repeated, tag = "4")]
    line: Vec<Line>,
}

#[derive(Clone, PartialEq, Message)]
struct Line {
    #[prost(uint64, tag = "1")]
    function_id: u64,
    #[prost(int64, tag = "2")]
    line: i64,
}

#[derive(Clone, PartialEq, Message)]
struct Function {
    #[prost(uint64, tag = "1")]
    id: u64,
    #[prost(int64, tag = "2")]
    name: i64,
    #[prost(int64, tag = "4")]
    filename: i64,
}

/// A profile under way, with what it has names for.
struct Writer {
    out: Profile,
    strings: BTreeMap<String, i64>,
    functions: BTreeMap<(String, String), u64>,
    locations: BTreeMap<(u64, usize), u64>,
}

/// The file's bytes.
///
/// # Errors
/// Those of the compressor.
pub(super) fn profile(report: &Report) -> io::Result<Vec<u8>> {
    let mut w = Writer {
        out: Profile::default(),
        strings: BTreeMap::new(),
        functions: BTreeMap::new(),
        locations: BTreeMap::new(),
    };
    // The first string is empty.
    w.string("");
    let constraints = w.string("constraints");
    w.out.default_sample_type = constraints;
    let count = ValueType { r#type: constraints, unit: w.string("count") };
    let time = ValueType { r#type: w.string("predicted_time"), unit: w.string("nanoseconds") };
    w.out.sample_type = vec![count, time];
    report.charges.iter().for_each(|charge| w.sample(&report.circuit, charge));
    let mut gz = GzBuilder::new().write(vec![], Compression::default());
    gz.write_all(&w.out.encode_to_vec())?;
    gz.finish()
}

impl Writer {
    fn string(&mut self, text: &str) -> i64 {
        let next = self.out.string_table.len() as i64;
        *self.strings.entry(text.to_owned()).or_insert_with(|| {
            self.out.string_table.push(text.to_owned());
            next
        })
    }

    fn sample(&mut self, circuit: &str, charge: &Charge) {
        let cost = &charge.cost;
        if (cost.constraints, cost.nanoseconds) == (0, 0) {
            return;
        }
        let trace = &charge.trace;
        // A function stands at the line where it calls the next one.
        let functions = std::iter::once(circuit).chain(trace.calls.iter().map(|c| c.0.as_str()));
        let lines = trace.calls.iter().map(|c| &c.1).chain([&trace.line]);
        let frames: Vec<(&str, &SourceLine)> = functions.zip(lines).collect();
        let location_id =
            frames.into_iter().rev().map(|(f, line)| self.location(f, line)).collect();
        let named = trace.place.named.as_deref().map(|l| ("layer", l));
        let category = charge.category.map(|c| ("category", c.name()));
        let label = named.into_iter().chain(category);
        let label =
            label.map(|(k, v)| Label { key: self.string(k), str: self.string(v) }).collect();
        let value =
            vec![cost.constraints as i64, i64::try_from(cost.nanoseconds).unwrap_or(i64::MAX)];
        self.out.sample.push(Sample { location_id, value, label });
    }

    fn location(&mut self, function: &str, line: &SourceLine) -> u64 {
        let key = (function.to_owned(), line.file.clone());
        let function_id = match self.functions.get(&key) {
            Some(id) => *id,
            None => {
                let id = self.functions.len() as u64 + 1;
                let (name, filename) = (self.string(function), self.string(&line.file));
                self.out.function.push(Function { id, name, filename });
                self.functions.insert(key, id);
                id
            }
        };
        let next = self.locations.len() as u64 + 1;
        let id = *self.locations.entry((function_id, line.number)).or_insert(next);
        if id == next {
            let line = vec![Line { function_id, line: line.number as i64 }];
            self.out.location.push(Location { id, line });
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use zirc_compiler::{NoFiles, Project};

    const TEXT: &str = "fn square(x: i8) -> _ { x * x }
circuit c(private x: i8[3]) -> (public y: _) {
    #[layer(\"first\")]
    let a = square.(x);
    a
}";

    fn decoded(bytes: &[u8]) -> Profile {
        let mut raw = vec![];
        flate2::read::GzDecoder::new(bytes).read_to_end(&mut raw).unwrap();
        Profile::decode(raw.as_slice()).unwrap()
    }

    #[test]
    fn a_profile_has_every_constraint_with_its_calls() {
        let project = Project::load("m.zirc", TEXT, &mut NoFiles).unwrap();
        let circuit = project.compile("c", &mut NoFiles).unwrap().circuit;
        let report = Report::new(&circuit);
        let bytes = profile(&report).unwrap();
        assert_eq!(bytes, profile(&report).unwrap());
        let read = decoded(&bytes);
        assert_eq!(read.string_table[0], "");
        let text = |k: i64| read.string_table[k as usize].as_str();
        let sum: i64 = read.sample.iter().map(|s| s.value[0]).sum();
        assert_eq!(sum, report.constraints as i64);
        let products = |s: &&Sample| s.label.iter().any(|l| text(l.str) == "product");
        let sample = read.sample.iter().find(products).unwrap();
        assert_eq!(sample.value[0], 3);
        let labels: Vec<_> = sample.label.iter().map(|l| (text(l.key), text(l.str))).collect();
        assert_eq!(labels, [("layer", "first"), ("category", "product")]);
        // The line of the product, and above it the line that called.
        let frame = |id: &u64| {
            let line = &read.location[*id as usize - 1].line[0];
            let function = &read.function[line.function_id as usize - 1];
            (text(function.name), text(function.filename), line.line)
        };
        let stack: Vec<_> = sample.location_id.iter().map(frame).collect();
        assert_eq!(stack, [("square", "m.zirc", 1), ("c", "m.zirc", 4)]);
    }
}
