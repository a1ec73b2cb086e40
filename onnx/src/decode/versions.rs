//! Which versions of the file format and of the operators a model is written in.

use super::{CONVERT, MAX_IR, MAX_ML_OPSET, MAX_OPSET, Opsets};
use crate::fault::{Fault, Import};
use crate::graph::ML;
use crate::graph::show;
use crate::proto::{ModelProto, OperatorSetIdProto};
use std::collections::BTreeMap;

/// The versions that a model is written in, if they are read.
pub(super) fn versions(model: &ModelProto) -> Import<Opsets> {
    if model.ir_version > MAX_IR {
        let t = format!("IR version {} is newer than {MAX_IR}", model.ir_version);
        return Err(Fault::new(t).help("save the model in an older format"));
    }
    if model.ir_version < 1 {
        return Err(Fault::new("no ONNX model: it has no IR version"));
    }
    let all = versions_of(&model.opset_import)?;
    if all.is_empty() {
        return Err(Fault::new("no ONNX model: it imports no opset"));
    }
    Ok(all)
}

/// The versions that a model or function asks for.
pub(super) fn versions_of(list: &[OperatorSetIdProto]) -> Import<Opsets> {
    let mut all = BTreeMap::new();
    for o in list {
        let domain = if o.domain == "ai.onnx" { "" } else { o.domain.as_str() };
        let (low, high) = match domain {
            // Whether operators have changed since an old one is asked of each.
            "" => (1, MAX_OPSET),
            ML => (1, MAX_ML_OPSET),
            // Operators of other domains are refused one by one, by name.
            _ => (i64::MIN, i64::MAX),
        };
        if o.version > high || o.version < low {
            let name = if domain.is_empty() { "ai.onnx" } else { domain };
            let how = if o.version > high { "newer than" } else { "older than" };
            let limit = if o.version > high { high } else { low };
            return Err(Fault::new(format!(
                "opset {} of `{}` is {how} {limit}",
                o.version,
                show(name)
            ))
            .help(CONVERT));
        }
        all.insert(domain.to_string(), o.version);
    }
    Ok(all)
}
