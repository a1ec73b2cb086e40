//! Origins in words.

use crate::{Circuit, Frame, OriginId, SourceSpan};
use serde::Serialize;

/// Where a cost comes from, in the ways that people ask for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The layer that the program names; or else the function that the circuit's body called and the line where it
    /// did, and the circuit's name for what the body does itself.
    pub layer: String,
    /// The function whose text it is; the circuit's name for its body.
    pub function: String,
    /// File and line, e.g. `model.zirc:12`.
    pub line: String,
    /// The layer, if the program names it.
    pub named: Option<String>,
}

impl Place {
    /// Where an origin points.
    #[must_use]
    pub fn of(circuit: &Circuit, origin: OriginId) -> Place {
        let origin = &circuit.origins[origin.0 as usize];
        let body = &circuit.signature.name;
        let call =
            |frame: &Frame| format!("{} at {}", frame.function, Place::line(circuit, frame.call));
        let called = || origin.stack.first().map_or_else(|| body.clone(), call);
        Place {
            layer: origin.layer.clone().unwrap_or_else(called),
            function: origin.stack.last().map_or(body, |frame| &frame.function).clone(),
            line: Place::line(circuit, origin.span),
            named: origin.layer.clone(),
        }
    }

    /// The text of the line that a span begins in, without space around it.
    #[must_use]
    pub fn text(circuit: &Circuit, span: SourceSpan) -> &str {
        let text = &circuit.sources[span.file as usize].text;
        let start = text[..span.start as usize].rfind('\n').map_or(0, |k| k + 1);
        text[start..].lines().next().unwrap_or_default().trim()
    }

    /// File and line of a span's start, e.g. `model.zirc:12`.
    #[must_use]
    pub fn line(circuit: &Circuit, span: SourceSpan) -> String {
        let source = &circuit.sources[span.file as usize];
        let before = &source.text[..span.start as usize];
        format!("{}:{}", source.name, 1 + before.bytes().filter(|&b| b == b'\n').count())
    }
}
