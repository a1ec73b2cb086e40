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

/// A place with the way that leads there, which stands for itself without the circuit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The place.
    pub place: Place,
    /// From the circuit's body inwards: the function's instance, and the line of the call.
    pub calls: Vec<(String, SourceLine)>,
    /// Its line.
    pub line: SourceLine,
}

/// A line of a source file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceLine {
    /// The file's name.
    pub file: String,
    /// From 1.
    pub number: usize,
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
        SourceLine::of(circuit, span).to_string()
    }
}

impl Trace {
    /// The way to where an origin points.
    #[must_use]
    pub fn of(circuit: &Circuit, origin: OriginId) -> Trace {
        let place = Place::of(circuit, origin);
        let origin = &circuit.origins[origin.0 as usize];
        let call = |f: &Frame| (f.function.clone(), SourceLine::of(circuit, f.call));
        let calls = origin.stack.iter().map(call).collect();
        Trace { place, calls, line: SourceLine::of(circuit, origin.span) }
    }

    /// From the circuit inwards, as branches of the tree are called: parts of the layer's name, then calls with their
    /// lines.
    #[must_use]
    pub fn path(&self) -> Vec<String> {
        let layers = self.place.named.iter().flat_map(|l| l.split('/')).map(str::to_owned);
        let calls = self.calls.iter().map(|(function, line)| format!("{function} at {line}"));
        layers.chain(calls).collect()
    }

    /// All lines that lead there, its own last.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let calls = self.calls.iter().map(|(_, line)| line);
        calls.chain([&self.line]).map(SourceLine::to_string).collect()
    }
}

impl SourceLine {
    /// Its text in a circuit's sources, without space around it.
    #[must_use]
    pub fn text<'c>(&self, circuit: &'c Circuit) -> &'c str {
        let file = circuit.sources.iter().find(|s| s.name == self.file);
        file.and_then(|s| s.text.lines().nth(self.number - 1)).unwrap_or_default().trim()
    }

    /// The line that a span begins in.
    #[must_use]
    pub fn of(circuit: &Circuit, span: SourceSpan) -> SourceLine {
        let source = &circuit.sources[span.file as usize];
        let before = &source.text[..span.start as usize];
        let number = 1 + before.bytes().filter(|&b| b == b'\n').count();
        SourceLine { file: source.name.clone(), number }
    }
}

impl std::fmt::Display for SourceLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.number)
    }
}
