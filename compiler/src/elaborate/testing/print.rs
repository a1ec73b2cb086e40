//! `print(x)` in a test: the value, for whoever reads the test's report.

use super::super::{Elaborator, Res, Stop, fail};
use crate::builtins::print_outside;
use crate::diagnostic::Diagnostic;
use crate::shown::{Printed, Shown};
use crate::value::Value;
use zirc_grammar::ast::Span;

/// Lines that are kept of one test.
const LINES: usize = 1000;
/// Numbers in all of them, which may be long.
const NUMBERS: usize = 100_000;

/// What a test has printed so far.
#[derive(Debug, Default)]
pub(crate) struct Prints {
    /// The first lines.
    pub(crate) lines: Vec<Printed>,
    /// How many more there were.
    pub(crate) more: usize,
    /// Numbers in the lines that are kept.
    numbers: usize,
}

impl Prints {
    /// How much there is: lines, those beyond, and numbers.
    pub(crate) fn mark(&self) -> (usize, usize, usize) {
        (self.lines.len(), self.more, self.numbers)
    }

    /// Forgets what came after.
    pub(crate) fn take_back(&mut self, (lines, more, numbers): (usize, usize, usize)) {
        self.lines.truncate(lines);
        (self.more, self.numbers) = (more, numbers);
    }
}

impl Elaborator<'_> {
    /// `print(x)` or `print("text", x)`, whose value is x; `print("text")`, which has none.
    pub(crate) fn print(&mut self, args: Vec<(Value, Span)>, span: Span) -> Res<Value> {
        // Lexically in the test: a function that it calls is a circuit's as well.
        let here = self.in_test() && self.at.calls.is_empty() && self.at.frames.len() == 1;
        if !here || self.out.prints.is_none() {
            return fail(print_outside(span));
        }
        // Each index prints for itself.
        if self.at.attempt {
            return Err(Stop::Reported);
        }
        let mut args = args.into_iter();
        let (label, value) = match (args.next(), args.next(), args.next()) {
            (Some((Value::Str(text), _)), value, None) => (Some(text), value),
            (Some(value), None, None) => (None, Some(value)),
            _ => {
                let title = "`print` takes a value, and a text before it if need be";
                let help = "for example `print(\"the sum\", x + y)`";
                return fail(Diagnostic::error("E0215", span, title).help(help));
            }
        };
        let Some((value, at)) = value else {
            self.note_printed(Printed { span, label: label.unwrap_or_default(), value: None });
            return Ok(Value::unit());
        };
        self.spend(crate::budget::CALL, span)?;
        let label = label.unwrap_or_else(|| {
            self.world.text(at).split_whitespace().collect::<Vec<_>>().join(" ")
        });
        let shown = Some(self.shown(&value, at)?);
        self.note_printed(Printed { span, label, value: shown });
        Ok(value)
    }

    fn note_printed(&mut self, line: Printed) {
        let Some(prints) = &mut self.out.prints else { return };
        let numbers = prints.numbers + line.value.as_ref().map_or(0, Shown::size);
        if prints.more > 0 || prints.lines.len() >= LINES || numbers > NUMBERS {
            prints.more += 1;
        } else {
            prints.numbers = numbers;
            prints.lines.push(line);
        }
    }
}
