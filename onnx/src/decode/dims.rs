//! Inputs and their sizes, which a caller may fix.

use super::Dims;
use crate::fault::{Fault, Import};
use crate::graph::{Input, listed, show};
use crate::proto::{DimensionProto, ValueInfoProto};
use crate::tensor::{Element, held};
use std::collections::BTreeSet;

/// An input, or which of its sizes are not known: how each is called, and how it is fixed.
pub(super) enum Read {
    Known(Input),
    Open(Vec<(String, String)>),
}

/// Reads an input.
pub(super) fn input(i: &ValueInfoProto, dims: &Dims) -> Import<Read> {
    let Some(t) = i.r#type.as_ref().and_then(|t| t.tensor_type.as_ref()) else {
        return Err(Fault::new("is no tensor"));
    };
    let element = Element::from_code(t.elem_type)?;
    if element == Element::Text {
        return Err(Fault::new("is a string tensor: only numbers can be proved")
            .help("number the strings before the model, and give it the numbers"));
    }
    let Some(shape) = &t.shape else { return Err(Fault::new("has no shape")) };
    let (mut sizes, mut open) = (vec![], vec![]);
    for (k, d) in shape.dim.iter().enumerate() {
        let fixed = names(&i.name, k, d).into_iter().find_map(|n| dims.get(&n));
        match (fixed, d.dim_value, symbol(d)) {
            (Some(&n), _, _) => sizes.push(n),
            (None, Some(n), _) => match usize::try_from(n) {
                Ok(n) => sizes.push(n),
                _ => return Err(Fault::new(format!("dimension {k} is {n}"))),
            },
            (None, None, Some(p)) => {
                open.push((format!("dimension {k} is symbolic: `{}`", show(p)), show(p)));
            }
            (None, None, None) => {
                open.push((format!("dimension {k} is unknown"), format!("{}.{k}", show(&i.name))));
            }
        }
    }
    if !open.is_empty() {
        return Ok(Read::Open(open));
    }
    held(&sizes)?;
    Ok(Read::Known(Input { name: i.name.clone(), element, shape: sizes }))
}

fn symbol(d: &DimensionProto) -> Option<&String> {
    d.dim_param.as_ref().filter(|p| !p.is_empty())
}

/// What a dimension can be fixed by.
fn names(input: &str, k: usize, d: &DimensionProto) -> Vec<String> {
    let place = format!("{input}.{k}");
    symbol(d).cloned().into_iter().chain([place]).collect()
}

/// The fault of an input whose sizes are not known; the last of a model says how to fix them all.
pub(super) fn open(dims: &[(String, String)]) -> Fault {
    Fault::new(dims.iter().map(|d| d.0.as_str()).collect::<Vec<_>>().join(", "))
}

/// What fixes dimensions, each once.
pub(super) fn fix(all: &[(String, String)]) -> String {
    let mut seen = BTreeSet::new();
    let each = all.iter().filter(|d| seen.insert(&d.1)).map(|d| option(&d.1));
    let each: Vec<String> = each.collect();
    format!("fix {}: {}", if each.len() == 1 { "it" } else { "them" }, each.join(" "))
}

/// As a shell reads it.
fn option(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/:".contains(c);
    if name.chars().all(plain) { format!("--dim {name}=1") } else { format!("--dim '{name}=1'") }
}

/// What was said of dimensions that no input has.
pub(super) fn unknown<'i>(
    inputs: impl Iterator<Item = &'i ValueInfoProto>,
    dims: &Dims,
) -> Vec<Fault> {
    let mut known: Vec<String> = vec![];
    for i in inputs {
        let shape = i.r#type.as_ref().and_then(|t| t.tensor_type.as_ref()?.shape.as_ref());
        for (k, d) in shape.iter().flat_map(|s| &s.dim).enumerate() {
            let all = names(&i.name, k, d);
            known.extend(all.into_iter().filter(|n| !known.contains(n)).collect::<Vec<_>>());
        }
    }
    let all: Vec<&str> = known.iter().map(String::as_str).collect();
    let one = |name: &String| {
        let f = Fault::new(format!("--dim {}: no input has such a dimension", show(name)));
        f.help(if all.is_empty() { "no input has a dimension".into() } else { listed(name, &all) })
    };
    dims.keys().filter(|n| !known.contains(n)).map(one).collect()
}
