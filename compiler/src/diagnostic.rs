//! What the compiler tells a person: a code, a title, labelled source spans, notes and help.

pub(crate) mod codes;

use zirc_grammar::SyntaxError;
use zirc_grammar::ast::Span;

/// A message about the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable code such as `E0203`.
    pub code: &'static str,
    /// One line that says what is wrong.
    pub title: String,
    /// The places it is about; the first is the primary one.
    pub labels: Vec<Label>,
    /// Further facts, one line each.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// Whether it stops compilation.
    pub severity: Severity,
}

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// No circuit comes out.
    Error,
    /// Worth knowing.
    Warning,
}

/// A source span with a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What about it; may be empty.
    pub text: String,
}

impl Diagnostic {
    /// An error with one label.
    #[must_use]
    pub fn error(code: &'static str, span: Span, title: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            title: title.into(),
            labels: vec![Label { span, text: String::new() }],
            notes: vec![],
            help: None,
            severity: Severity::Error,
        }
    }

    /// Words for the primary label.
    #[must_use]
    pub fn say(mut self, text: impl Into<String>) -> Diagnostic {
        self.labels[0].text = text.into();
        self
    }

    /// One more labelled place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// One more fact.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Diagnostic {
        self.notes.push(text.into());
        self
    }

    /// What to do about it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(text.into());
        self
    }
}

/// Whether any of them stops compilation.
pub(crate) fn has_errors(all: &[Diagnostic]) -> bool {
    all.iter().any(|d| d.severity == Severity::Error)
}

impl From<SyntaxError> for Diagnostic {
    fn from(e: SyntaxError) -> Diagnostic {
        Diagnostic { help: e.hint, ..Diagnostic::error(e.code, e.span, e.message) }
    }
}
