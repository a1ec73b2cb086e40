//! One operation of a graph, with its attributes.

use super::show;
use crate::fault::{Fault, Import, refuse};
use crate::tensor::Tensor;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Node {
    /// Its name; an unnamed node gets none.
    pub(crate) name: String,
    /// Operator.
    pub(crate) op: String,
    /// Operator domain; the default one is empty.
    pub(crate) domain: String,
    /// Version of the domain that the model asks for.
    pub(crate) opset: i64,
    /// Names of tensors; an omitted one is empty. What only the graphs inside of it read comes last.
    pub(crate) inputs: Vec<String>,
    /// How many tensors only the graphs inside of it read.
    pub(crate) captured: usize,
    /// Names of tensors; an unused one is empty.
    pub(crate) outputs: Vec<String>,
    pub(crate) attributes: BTreeMap<String, Attribute>,
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Attribute {
    Float(f32),
    Int(i64),
    Text(String),
    Tensor(Tensor),
    Floats(Vec<f32>),
    Ints(Vec<i64>),
    Texts(Vec<String>),
    Body(Arc<Body>),
    /// Types, sparse tensors and lists of graphs: nothing that is imported has them.
    Other,
}

/// A graph inside of a node.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Body {
    /// What it is given.
    pub(crate) inputs: Vec<String>,
    /// Sorted topologically.
    pub(crate) nodes: Vec<Node>,
    pub(crate) initializers: BTreeMap<String, Tensor>,
    pub(crate) outputs: Vec<String>,
    /// Tensors of the graphs around it that it reads.
    pub(crate) reads: Vec<String>,
}

impl Node {
    /// The inputs that its operator speaks of.
    pub(crate) fn own_inputs(&self) -> &[String] {
        &self.inputs[..self.inputs.len().saturating_sub(self.captured)]
    }

    /// Notes what a graph inside of it reads.
    pub(crate) fn capture(&mut self, reads: &[String]) {
        for name in reads {
            let behind = self.inputs.len() - self.captured;
            if !self.inputs[behind..].contains(name) {
                self.inputs.push(name.clone());
                self.captured += 1;
            }
        }
    }

    /// A graph inside of it.
    pub(crate) fn body(&self, name: &str) -> Import<&Arc<Body>> {
        let found = self.attribute(name, "a graph", |a| match a {
            Attribute::Body(b) => Some(b),
            _ => None,
        })?;
        found.ok_or_else(|| Fault::new(format!("`{name}` is missing")))
    }

    /// What a quantization file calls it: its name, or its first result if it has none.
    pub(crate) fn layer(&self) -> &str {
        let result = || self.outputs.iter().find(|o| !o.is_empty()).map_or("", String::as_str);
        if self.name.is_empty() { result() } else { &self.name }
    }

    /// The same as a path that a program can name a layer by: without empty parts and what cannot be printed.
    pub(crate) fn layer_path(&self) -> String {
        let path = |name: &str| {
            let shown = show(name);
            let parts = shown.split('/').map(str::trim).filter(|p| !p.is_empty());
            parts.collect::<Vec<_>>().join("/")
        };
        let names = [path(self.layer()), path(&self.op)];
        names.into_iter().find(|n| !n.is_empty()).unwrap_or_else(|| "node".into())
    }

    /// What errors call it.
    pub(crate) fn place(&self) -> String {
        let op = match self.domain.as_str() {
            "" => self.op.clone(),
            d => format!("{d}.{}", self.op),
        };
        match (self.name.as_str(), self.outputs.iter().find(|o| !o.is_empty())) {
            ("", Some(out)) => format!("node for `{}` ({op})", show(out)),
            ("", None) => format!("node without a name ({op})"),
            (name, _) => format!("node `{}` ({op})", show(name)),
        }
    }

    fn attribute<'n, T>(
        &'n self,
        name: &str,
        kind: &str,
        get: impl Fn(&'n Attribute) -> Option<T>,
    ) -> Import<Option<T>> {
        match self.attributes.get(name) {
            None => Ok(None),
            Some(a) => match get(a) {
                Some(v) => Ok(Some(v)),
                None => refuse(format!("attribute `{name}` is not {kind}")),
            },
        }
    }

    /// An integer attribute.
    pub(crate) fn int(&self, name: &str) -> Import<Option<i64>> {
        self.attribute(name, "an integer", |a| match a {
            Attribute::Int(v) => Some(*v),
            _ => None,
        })
    }

    /// An integer attribute with its default.
    pub(crate) fn int_or(&self, name: &str, default: i64) -> Import<i64> {
        Ok(self.int(name)?.unwrap_or(default))
    }

    /// A flag: an integer that is 0 or 1.
    pub(crate) fn flag(&self, name: &str, default: bool) -> Import<bool> {
        match self.int_or(name, i64::from(default))? {
            0 => Ok(false),
            1 => Ok(true),
            n => refuse(format!("attribute `{name}` is {n}, it must be 0 or 1")),
        }
    }

    /// A float attribute; it must be finite.
    pub(crate) fn float(&self, name: &str) -> Import<Option<f64>> {
        let v = self.attribute(name, "a float", |a| match a {
            Attribute::Float(v) => Some(f64::from(*v)),
            _ => None,
        })?;
        match v {
            Some(v) if !v.is_finite() => refuse(format!("attribute `{name}` is {v}")),
            v => Ok(v),
        }
    }

    /// A float attribute with its default.
    pub(crate) fn float_or(&self, name: &str, default: f64) -> Import<f64> {
        Ok(self.float(name)?.unwrap_or(default))
    }

    /// A float attribute that may be infinite, with its default.
    pub(crate) fn extended(&self, name: &str, default: f64) -> Import<f64> {
        match self.attributes.get(name) {
            Some(Attribute::Float(v)) if v.is_infinite() => Ok(f64::from(*v)),
            _ => self.float_or(name, default),
        }
    }

    /// A text attribute.
    pub(crate) fn text(&self, name: &str) -> Import<Option<&str>> {
        self.attribute(name, "a string", |a| match a {
            Attribute::Text(v) => Some(v.as_str()),
            _ => None,
        })
    }

    /// A list of integers.
    pub(crate) fn ints(&self, name: &str) -> Import<Option<&[i64]>> {
        self.attribute(name, "a list of integers", |a| match a {
            Attribute::Ints(v) => Some(v.as_slice()),
            _ => None,
        })
    }

    /// A list of floats.
    pub(crate) fn floats(&self, name: &str) -> Import<Option<&[f32]>> {
        self.attribute(name, "a list of floats", |a| match a {
            Attribute::Floats(v) => Some(v.as_slice()),
            _ => None,
        })
    }

    /// A list of texts.
    pub(crate) fn texts(&self, name: &str) -> Import<Option<&[String]>> {
        self.attribute(name, "a list of strings", |a| match a {
            Attribute::Texts(v) => Some(v.as_slice()),
            _ => None,
        })
    }

    /// A tensor.
    pub(crate) fn tensor(&self, name: &str) -> Import<Option<&Tensor>> {
        self.attribute(name, "a tensor", |a| match a {
            Attribute::Tensor(v) => Some(v),
            _ => None,
        })
    }

    /// An axis of a tensor with `rank` dimensions; negative ones count from the end.
    pub(crate) fn axis(&self, name: &str, default: i64, rank: usize) -> Import<usize> {
        axis(self.int_or(name, default)?, rank)
    }
}

/// An axis of a tensor with `rank` dimensions; negative ones count from the end.
pub(crate) fn axis(a: i64, rank: usize) -> Import<usize> {
    let r = i64::try_from(rank).unwrap_or(i64::MAX);
    match usize::try_from(if a < 0 { a + r } else { a }) {
        Ok(k) if k < rank => Ok(k),
        _ => refuse(format!("there is no axis {a} in {rank} dimensions")),
    }
}
