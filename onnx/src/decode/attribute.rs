//! Attributes of nodes.

use super::data::{any_tensor, tensor};
use crate::fault::{Fault, Import, refuse};
use crate::graph::{Attribute, Body, show};
use crate::proto::{AttributeProto, GraphProto};
use prost::bytes::Bytes;
use std::sync::Arc;

/// Name and value of an attribute; `body` reads a graph.
pub(super) fn read(
    a: AttributeProto,
    body: &mut dyn FnMut(GraphProto) -> Import<Body>,
) -> Import<(String, Attribute)> {
    let text = |b: &Bytes| String::from_utf8(b.to_vec());
    let not_text = |_| Fault::new(format!("attribute `{}` is no UTF-8", show(&a.name)));
    if !a.ref_attr_name.is_empty() {
        return refuse(format!("attribute `{}` belongs to a function", show(&a.name)));
    }
    let value = match a.kind {
        1 => Attribute::Float(a.f),
        2 => Attribute::Int(a.i),
        3 => Attribute::Text(text(&a.s).map_err(not_text)?),
        4 => match &a.t {
            Some(t) => {
                // NaN stands between sets of members, and where a node has a set.
                let sets = matches!(a.name.as_str(), "membership_values" | "nodes_splits");
                let read = if sets { any_tensor } else { tensor };
                Attribute::Tensor(read(t, &mut |_| {
                    Err("attributes hold their data themselves".into())
                })?)
            }
            None => return refuse(format!("attribute `{}` holds no tensor", show(&a.name))),
        },
        5 => match a.g {
            Some(g) => Attribute::Body(Arc::new(body(*g)?)),
            None => return refuse(format!("attribute `{}` holds no graph", show(&a.name))),
        },
        6 => Attribute::Floats(a.floats),
        7 => Attribute::Ints(a.ints),
        8 => Attribute::Texts(
            a.strings.iter().map(text).collect::<Result<_, _>>().map_err(not_text)?,
        ),
        _ => Attribute::Other,
    };
    Ok((a.name, value))
}
