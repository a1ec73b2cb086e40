//! Quantization files: what types an import chose, to be edited and used again.

use super::files::read_text;
use crate::error::Error;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;
use zirc_onnx::quantize::{Choice, Choices, FileDigest, Fixed, Origin};

const LIMIT: u64 = 16 << 20;

/// The file's layout.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Layout {
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    as_written: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    activation_bits: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight_bits: Option<u32>,
    /// Types of activations, by the graph's name of the tensor.
    #[serde(default)]
    tensors: BTreeMap<String, String>,
    /// By the graph's name of the node.
    #[serde(default)]
    layers: BTreeMap<String, Layer>,
    /// Where an import had these from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin: Option<Said>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Said {
    said: Vec<String>,
    of: String,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Layer {
    #[serde(skip_serializing_if = "Option::is_none")]
    activation_bits: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight_bits: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight_fraction: Option<i32>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    counted: bool,
}

/// Reads a quantization file: what is in it, and its digest.
pub(crate) fn read(path: &Path) -> Result<(Choices, FileDigest), Error> {
    let text = read_text(path, LIMIT).map_err(|e| Error::file(path, e))?;
    let choices = parse(&text).map_err(|e| Error::file(path, e))?;
    Ok((choices, FileDigest::of(text.as_bytes())))
}

fn parse(text: &str) -> Result<Choices, String> {
    let layout: Layout = toml::from_str(text).map_err(|e| e.to_string().trim().to_string())?;
    let least = Choice::LEAST_BITS;
    let activations = |what: &str, n| within(what, n, least, Choice::MOST_ACTIVATION_BITS);
    let weights = |what: &str, n| within(what, n, least, Choice::MOST_WEIGHT_BITS);
    let far = Choice::MOST_WEIGHT_FRACTION;
    let mut tensors = BTreeMap::new();
    for (name, text) in layout.tensors {
        let t: Fixed = text.parse().map_err(|e| format!("tensors.\"{name}\": {e}"))?;
        tensors.insert(name, t);
    }
    let mut layers = BTreeMap::new();
    for (name, l) in layout.layers {
        let of = |what: &str| format!("layers.\"{name}\".{what}");
        let c = Choice {
            activation_bits: activations(&of("activation_bits"), l.activation_bits)?,
            weight_bits: weights(&of("weight_bits"), l.weight_bits)?,
            weight_fraction: within(&of("weight_fraction"), l.weight_fraction, -far, far)?,
            counted: l.counted,
        };
        layers.insert(name, c);
    }
    let origin = layout.origin.map(|o| Origin { said: o.said, of: o.of });
    let (lines, length) = Origin::MOST;
    let long = |text: &String| text.chars().count() > length;
    if origin.as_ref().is_some_and(|o| o.said.len() > lines || o.said.iter().any(long)) {
        return Err(format!("origin.said has at most {lines} texts of {length} characters"));
    }
    Ok(Choices {
        origin,
        as_written: layout.as_written,
        activation_bits: activations("activation_bits", layout.activation_bits)?,
        weight_bits: weights("weight_bits", layout.weight_bits)?,
        tensors,
        layers,
    })
}

/// A number of the file, if it is one that is possible.
fn within<T: PartialOrd + Display>(
    what: &str,
    n: Option<T>,
    least: T,
    most: T,
) -> Result<Option<T>, String> {
    match n {
        Some(n) if n < least || n > most => {
            Err(format!("{what} is {n}: {least} to {most} are possible"))
        }
        n => Ok(n),
    }
}

/// The text of a quantization file.
pub(crate) fn text(choices: &Choices) -> Result<String, Error> {
    let layer = |(name, c): (&String, &Choice)| {
        let l = Layer {
            activation_bits: c.activation_bits,
            weight_bits: c.weight_bits,
            weight_fraction: c.weight_fraction,
            counted: c.counted,
        };
        (name.clone(), l)
    };
    let layout = Layout {
        as_written: choices.as_written,
        activation_bits: choices.activation_bits,
        weight_bits: choices.weight_bits,
        tensors: choices.tensors.iter().map(|(n, t)| (n.clone(), t.to_string())).collect(),
        layers: choices.layers.iter().map(layer).collect(),
        origin: choices.origin.as_ref().map(|o| Said { said: o.said.clone(), of: o.of.clone() }),
    };
    let body = toml::to_string(&layout).map_err(|e| Error::usage(e.to_string()))?;
    Ok(format!(
        "# Types of activations by tensor; `activation_bits` and `weight_bits` may also stand under\n\
         # [layers.NAME]. Give this file with --quantization; it goes before calibration data. `origin` is\n\
         # of these choices as they stand here, and of no others.\n\
         {body}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut c = Choices { as_written: true, activation_bits: Some(6), ..Choices::default() };
        for t in ["q3.4", "uq0.8", "fix<-128..=127, 4>", "fix<0..=15, 1/64>"] {
            c.tensors.insert(format!("tensor {t}"), t.parse().unwrap());
        }
        let l = Choice {
            weight_bits: Some(12),
            weight_fraction: Some(-9),
            counted: true,
            ..Choice::default()
        };
        c.layers.insert("conv1".into(), l);
        assert_eq!(parse(&text(&c).unwrap()).unwrap(), c);
        let c = c.said(vec!["from \"data\"".into(), "in \u{e9}".into()]);
        assert_eq!(parse(&text(&c).unwrap()).unwrap(), c);
    }

    #[test]
    fn mistakes() {
        let e = |t: &str| parse(t).unwrap_err();
        assert!(e("bits = 3").contains("unknown field `bits`"));
        assert_eq!(e("activation_bits = 99"), "activation_bits is 99: 2 to 32 are possible");
        let wrong = "[layers.conv1]\nweight_bits = 1";
        assert_eq!(e(wrong), "layers.\"conv1\".weight_bits is 1: 2 to 60 are possible");
        assert!(e("[tensors]\na = \"r3\"").starts_with("tensors.\"a\": `r3` is no type"));
    }
}
