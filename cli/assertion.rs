//! What an honest prover is told when the witness program stops: where, and with which values.

use crate::error::Error;
use crate::show::diagnostic::{Remark, place};
use codespan_reporting::diagnostic::Label;
use serde_json::{Value, json};
use std::fmt;
use zirc_circuit::{
    AssignError, Assignment, Circuit, Int, OriginId, SourceFile, SourceSpan, assign,
    violations_up_to,
};
use zirc_compiler::show_raw;

/// A failed assertion, or another step that has no result for the inputs.
#[derive(Clone, Debug)]
pub(crate) struct Assertion {
    /// Sources that the spans point into.
    pub(crate) files: Vec<SourceFile>,
    /// One line.
    title: String,
    /// The line of the program that asked for it.
    span: SourceSpan,
    /// Where in the standard library it stands, if it does.
    inner: Option<SourceSpan>,
    /// What is said of the place.
    label: String,
    /// Further facts.
    notes: Vec<String>,
    /// The sides of a failed assertion: left, relation, right.
    pub(crate) sides: Option<(Int, String, Int)>,
    /// The author's words.
    message: Option<String>,
    /// Index of the first element concerned.
    index: Vec<usize>,
    /// How many elements are concerned.
    failures: usize,
}

/// All values for the inputs, or why there are none.
pub(crate) fn assign_honest(circuit: &Circuit, inputs: &[Vec<Int>]) -> Result<Assignment, Error> {
    let assignment = assign(circuit, inputs).map_err(|e| refused(circuit, e))?;
    match violations_up_to(circuit, &assignment, 1).first() {
        None => Ok(assignment),
        Some(v) => {
            let title = "the values that the circuit computes violate its own constraints".into();
            let mut a = Assertion::new(circuit, v.origin, title, v.index.clone());
            a.label = format!("asked for a `{:?}` constraint", v.category).to_lowercase();
            a.notes.push("this is a bug in the program's hints, or in the compiler".into());
            Err(Error::Assertion(Box::new(a)))
        }
    }
}

/// The witness program's refusal in the program's terms.
pub(crate) fn refused(circuit: &Circuit, e: AssignError) -> Error {
    let words = e.to_string();
    let of = |origin, title: &str, index| Assertion::new(circuit, origin, title.into(), index);
    let assertion = match e {
        AssignError::InputCount { .. }
        | AssignError::InputLength { .. }
        | AssignError::OutOfRange { .. }
        | AssignError::ChallengeCount { .. } => return Error::usage(words),
        AssignError::NoSuchRow { origin, value, .. } => {
            let mut a = of(origin, "looked up, but not in the table", vec![]);
            a.label = format!("the value is {value}");
            a
        }
        AssignError::Check { origin, index, left, right, relation, scale, message, failures } => {
            let title = match &message {
                Some(m) => format!("assertion fails: {m}"),
                None => "assertion fails".into(),
            };
            let mut a = of(origin, &title, index);
            let real = |raw: &Int| match scale.as_deref() {
                Some((numerator, denominator)) => show_raw(raw, numerator, denominator),
                None => raw.to_string(),
            };
            let (l, r) = (real(&left), real(&right));
            a.label = format!("left is {l}, right is {r}");
            a.notes.push(format!("{l} {relation} {r} does not hold"));
            a.sides = Some((*left, relation.to_string(), *right));
            a.message = message;
            a.failures = failures;
            a
        }
        AssignError::DivisionByZero { origin, index } => of(origin, "division by zero", index),
        AssignError::TableIndex { origin, index, value, len } => {
            let mut a = of(origin, "index past the end of a table", index);
            a.label = format!("the index is {value}, the table has {len} rows");
            a
        }
        AssignError::Domain { origin, index, value } => {
            let mut a = of(origin, "no result for this number", index);
            a.label = format!("the operand is {value}");
            a
        }
        AssignError::Interval { tensor, origin, index, value, lo, hi } => {
            let name = circuit.tensors.get(tensor.0 as usize).and_then(|t| t.name.clone());
            let name = name.map_or_else(|| "a value".into(), |n| format!("`{n}`"));
            let mut a = of(origin, &format!("{name} does not fit its type"), index);
            a.label = format!("it is {value}, the type holds {lo} to {hi} (raw integers)");
            a
        }
    };
    Error::Assertion(Box::new(assertion))
}

impl Assertion {
    fn new(circuit: &Circuit, origin: OriginId, title: String, index: Vec<usize>) -> Assertion {
        let origin = &circuit.origins[origin.0 as usize];
        let library = |s: &SourceSpan| circuit.sources[s.file as usize].name.starts_with("std/");
        // Inside the standard library, the line that called it says more to the author.
        let call = origin.stack.iter().rev().map(|f| f.call).find(|c| !library(c));
        let outer = call.filter(|_| library(&origin.span));
        Assertion {
            files: circuit.sources.clone(),
            title,
            span: outer.unwrap_or(origin.span),
            inner: outer.map(|_| origin.span),
            label: String::new(),
            notes: vec![],
            sides: None,
            message: None,
            index,
            failures: 1,
        }
    }

    /// With the source lines.
    pub(crate) fn remark(&self) -> Remark {
        let range = |s: &SourceSpan| s.start as usize..s.end as usize;
        let label = |s: &SourceSpan| Label::primary(s.file as usize, range(s));
        let mut labels = vec![label(&self.span).with_message(&self.label)];
        if let Some(s) = &self.inner {
            let label = Label::secondary(s.file as usize, range(s));
            labels.push(label.with_message("in the standard library"));
        }
        let mut notes = self.notes.clone();
        if !self.index.is_empty() {
            notes.push(format!("at index {:?}", self.index));
        }
        if self.failures > 1 {
            notes.push(format!("the first of {} elements that fail", self.failures));
        }
        Remark::error().with_message(&self.title).with_labels(labels).with_notes(notes)
    }

    /// For machines.
    pub(crate) fn to_json(&self) -> Value {
        let mut out = place(&self.files, self.span.file, self.span.start);
        out["title"] = self.title.clone().into();
        out["message"] = self.message.clone().into();
        out["index"] = json!(self.index);
        out["failures"] = self.failures.into();
        if let Some((left, relation, right)) = &self.sides {
            out["left"] = left.to_string().into();
            out["relation"] = relation.clone().into();
            out["right"] = right.to_string().into();
        }
        if let Some(s) = &self.inner {
            out["inner"] = place(&self.files, s.file, s.start);
        }
        out
    }
}

impl fmt::Display for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)?;
        if self.label.is_empty() { Ok(()) } else { write!(f, " ({})", self.label) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zirc_circuit::{Frame, Origin, Relation, Signature};

    /// An assertion in the standard library, called by a program.
    #[test]
    fn the_users_line_comes_first() {
        let span = |file| SourceSpan { file, start: 4, end: 8 };
        let file = |name: &str, text: &str| SourceFile { name: name.into(), text: text.into() };
        let frames = [("act", 0), ("clamp", 1)];
        let stack = frames.map(|(f, file)| Frame { function: f.into(), call: span(file) }).to_vec();
        let signature = Signature::new("c", vec![], vec![]);
        let circuit = Circuit {
            constants: vec![],
            tensors: vec![],
            blocks: vec![],
            program: vec![],
            signature,
            sources: vec![file("model.zirc", "let user = 1"), file("std/a.zirc", "std inside")],
            origins: vec![Origin { span: span(1), stack, layer: None, users: vec![] }],
        };
        let check = AssignError::Check {
            origin: OriginId(0),
            index: vec![2],
            left: Int::from(7).into(),
            right: Int::from(8).into(),
            relation: Relation::Eq,
            scale: Some(Box::new((Int::from(1), Int::from(2)))),
            message: None,
            failures: 3,
        };
        let Error::Assertion(a) = refused(&circuit, check) else { panic!("an assertion") };
        let json = a.to_json();
        assert_eq!(json["file"], "model.zirc");
        assert_eq!(json["text"], "let user = 1");
        assert_eq!(json["inner"]["file"], "std/a.zirc");
        let remark = a.remark();
        assert_eq!(remark.labels[0].file_id, 0);
        assert_eq!(remark.labels[0].message, "left is 3.5, right is 4");
        assert_eq!(remark.labels[1].file_id, 1);
        assert!(remark.notes.iter().any(|n| n.contains("the first of 3")));
    }
}
