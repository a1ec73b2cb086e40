//! Functions of the model's own: every call is replaced by the nodes of the function, with names of
//! their own.

use super::versions::versions_of;
use super::{MAX_NODES, Opsets};
use crate::fault::{Fault, Import};
use crate::graph::{Fresh, show};
use crate::proto::{AttributeProto, FunctionProto, GraphProto, NodeProto};
use prost::Message;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Deepest that functions may call one another.
const MAX_DEPTH: usize = 64;

/// Bytes of a node that are as much as a further one: each call has them again.
const NODE_BYTES: usize = 256;

/// A function's domain, name and overload.
type Key = (String, String, String);

fn key(domain: &str, name: &str, overload: &str) -> Key {
    let domain = if domain == "ai.onnx" { "" } else { domain };
    (domain.into(), name.into(), overload.into())
}

/// The functions of a model.
pub(super) struct Functions {
    all: BTreeMap<Key, (FunctionProto, Rc<Opsets>)>,
    fresh: Fresh,
}

impl Functions {
    /// `graph` tells which names are taken; `opsets` stand for those that a function does not say.
    pub(super) fn new(
        list: Vec<FunctionProto>,
        graph: &GraphProto,
        opsets: &Opsets,
    ) -> Import<Functions> {
        let mut all = BTreeMap::new();
        for f in list {
            let place = format!("function `{}`", show(&f.name));
            let mut own = opsets.clone();
            own.extend(versions_of(&f.opset_import).map_err(|e| e.at(place.clone()))?);
            let k = key(&f.domain, &f.name, &f.overload);
            if all.insert(k, (f, Rc::new(own))).is_some() {
                return Err(Fault::new("given twice").at(place));
            }
        }
        let mut fresh = Fresh::default();
        if !all.is_empty() {
            names(graph, &mut |n| fresh.take(n));
        }
        Ok(Functions { all, fresh })
    }

    fn of(&self, n: &NodeProto) -> Option<&(FunctionProto, Rc<Opsets>)> {
        self.all.get(&key(&n.domain, &n.op_type, &n.overload))
    }

    /// The nodes without calls, each with the versions of the operators that it is written in.
    pub(super) fn inline(
        &mut self,
        nodes: Vec<NodeProto>,
        opsets: &Rc<Opsets>,
    ) -> Import<Vec<(NodeProto, Rc<Opsets>)>> {
        if self.all.is_empty() {
            return Ok(nodes.into_iter().map(|n| (n, opsets.clone())).collect());
        }
        let (mut sizes, mut total) = (BTreeMap::new(), 0u64);
        for n in &nodes {
            total = total.saturating_add(self.size(n, &mut sizes, 0)?);
            if total > MAX_NODES as u64 {
                let text = format!("up to here, functions stand for more than {MAX_NODES} nodes");
                return Err(Fault::new(text).at(place(n)));
            }
        }
        let mut open: Vec<_> = nodes.into_iter().rev().map(|n| (n, opsets.clone())).collect();
        let mut out = vec![];
        while let Some((n, opsets)) = open.pop() {
            match self.of(&n).cloned() {
                None => out.push((n, opsets)),
                Some((f, own)) => {
                    let body = self.body(f, &n)?;
                    open.extend(body.into_iter().rev().map(|n| (n, own.clone())));
                }
            }
        }
        Ok(out)
    }

    /// How many nodes a node stands for; one of a function with much in it counts as several.
    fn size(
        &self,
        n: &NodeProto,
        known: &mut BTreeMap<Key, Option<u64>>,
        depth: usize,
    ) -> Import<u64> {
        let mut total = 1u64;
        for g in n.attribute.iter().filter_map(|a| a.g.as_ref()) {
            for n in &g.node {
                total = total.saturating_add(self.size(n, known, depth)?);
            }
        }
        let Some((f, _)) = self.of(n) else { return Ok(total) };
        let k = key(&n.domain, &n.op_type, &n.overload);
        match known.get(&k) {
            Some(Some(size)) => return Ok(total.saturating_add(*size)),
            None if depth < MAX_DEPTH => {}
            cycle => {
                let why = match cycle {
                    Some(None) => "calls itself, directly or through others".to_string(),
                    _ => format!("functions call one another deeper than {MAX_DEPTH}"),
                };
                return Err(Fault::new(why).at(format!("function `{}`", show(&f.name))));
            }
        }
        known.insert(k.clone(), None);
        let mut size = 0u64;
        for n in &f.node {
            let held = (n.encoded_len() / NODE_BYTES) as u64;
            size = size.saturating_add(self.size(n, known, depth + 1)?).saturating_add(held);
        }
        known.insert(k, Some(size));
        Ok(total.saturating_add(size))
    }

    /// The nodes of a function for one call of it.
    fn body(&mut self, f: FunctionProto, call: &NodeProto) -> Import<Vec<NodeProto>> {
        if call.input.len() > f.input.len() || call.output.len() > f.output.len() {
            let (i, o) = (f.input.len(), f.output.len());
            let text = format!("its function takes {i} inputs and gives {o} outputs at most");
            return Err(Fault::new(text).at(place(call)));
        }
        let hint = call.output.iter().find(|o| !o.is_empty()).map_or("call", String::as_str);
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for (k, i) in f.input.iter().enumerate() {
            names.insert(i.clone(), call.input.get(k).cloned().unwrap_or_default());
        }
        let mut nodes = vec![];
        for (k, o) in f.output.iter().enumerate() {
            let wanted = call.output.get(k).filter(|o| !o.is_empty());
            let Some(wanted) = wanted else { continue };
            match names.get(o) {
                Some(same) => nodes.push(identity(same, wanted)),
                None => {
                    names.insert(o.clone(), wanted.clone());
                }
            }
        }
        for n in &f.node {
            for o in n.output.iter().filter(|o| !o.is_empty()) {
                let fresh = &mut self.fresh;
                names.entry(o.clone()).or_insert_with(|| fresh.name(&format!("{hint}/{o}")));
            }
        }
        for mut n in f.node {
            if !n.name.is_empty() && !call.name.is_empty() {
                n.name = format!("{}/{}", call.name, n.name);
            }
            rename(&mut n, &names);
            arguments(&mut n, call, &f.attribute_proto);
            nodes.push(n);
        }
        Ok(nodes)
    }
}

fn place(n: &NodeProto) -> String {
    super::node_place(n)
}

fn identity(from: &str, to: &str) -> NodeProto {
    NodeProto {
        input: vec![from.into()],
        output: vec![to.into()],
        op_type: "Identity".into(),
        ..NodeProto::default()
    }
}

/// Every name of a tensor in a graph and the graphs within it.
fn names(g: &GraphProto, f: &mut dyn FnMut(&str)) {
    g.input.iter().for_each(|i| f(&i.name));
    g.initializer.iter().for_each(|i| f(&i.name));
    for n in &g.node {
        n.output.iter().for_each(|o| f(o));
        n.attribute.iter().filter_map(|a| a.g.as_ref()).for_each(|g| names(g, f));
    }
}

/// Gives the tensors that a node reads and gives other names, in its graphs too.
fn rename(n: &mut NodeProto, names: &BTreeMap<String, String>) {
    let one = |name: &mut String| {
        if let Some(to) = names.get(name) {
            name.clone_from(to);
        }
    };
    n.input.iter_mut().chain(&mut n.output).for_each(one);
    for g in n.attribute.iter_mut().filter_map(|a| a.g.as_mut()) {
        g.node.iter_mut().for_each(|n| rename(n, names));
        g.output.iter_mut().for_each(|o| one(&mut o.name));
    }
}

/// Gives the attributes that a function leaves to its caller their values; one without is left out.
fn arguments(n: &mut NodeProto, call: &NodeProto, defaults: &[AttributeProto]) {
    let find = |name: &str| call.attribute.iter().chain(defaults).find(|a| a.name == name).cloned();
    for a in std::mem::take(&mut n.attribute) {
        if a.ref_attr_name.is_empty() {
            n.attribute.push(a);
        } else if let Some(given) = find(&a.ref_attr_name) {
            n.attribute.push(AttributeProto { name: a.name, ..given });
        }
    }
    for g in n.attribute.iter_mut().filter_map(|a| a.g.as_mut()) {
        g.node.iter_mut().for_each(|n| arguments(n, call, defaults));
    }
}
