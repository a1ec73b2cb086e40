//! Values of expressions, with their types: what `zirc eval -e` gives and what tests print.

use super::clean;
use serde_json::{Value, json};
use zirc_circuit::Int;
use zirc_compiler::Shown;

/// Value and type on one line, safe for a terminal.
pub(crate) fn line(value: &Shown) -> String {
    clean(&value.line())
}

/// The same for machines; numbers beyond the first thousand of a value are left out.
pub(crate) fn to_json(value: &Shown) -> Value {
    match value {
        Shown::Numbers(n) => {
            let interval = n.fix.as_ref();
            json!({
                "type": n.ty,
                "shape": n.shape,
                "raw": n.raw.iter().map(Int::to_string).collect::<Vec<_>>(),
                "values": n.raw.iter().map(|raw| n.worth(raw)).collect::<Vec<_>>(),
                "lo": interval.map(|(lo, _, _)| n.worth(lo)),
                "hi": interval.map(|(_, hi, _)| n.worth(hi)),
                "step": interval.map(|(_, _, scale)| scale.to_string()),
            })
        }
        Shown::Tuple(parts) => json!({ "parts": parts.iter().map(to_json).collect::<Vec<_>>() }),
        Shown::Struct(name, fields) => {
            let field = |(name, v): &(String, Shown)| (name.clone(), to_json(v));
            let fields: serde_json::Map<String, Value> = fields.iter().map(field).collect();
            json!({ "type": name, "fields": fields })
        }
        Shown::Text(text) => json!({ "text": text }),
        Shown::Cost { what, total, by } => {
            json!({ "cost_of": what, "constraints": total, "by": by })
        }
        Shown::Other(what) => json!({ "is": what }),
    }
}
