//! What is wrong with a model: always with the node or tensor that it is about.

use std::fmt;

/// One thing that is wrong with a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it is about: ``node `conv1` (Conv)``, ``tensor `w` ``; empty if the file as a whole.
    pub place: String,
    /// What is wrong, in a few words.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The code of the compiler's diagnostic, where it is the compiler that refuses.
    pub code: Option<&'static str>,
}

impl Fault {
    /// A fault whose place is filled in by who knows it.
    pub(crate) fn new(message: impl Into<String>) -> Fault {
        Fault { place: String::new(), message: message.into(), help: None, code: None }
    }

    /// What to do about it.
    #[must_use]
    pub(crate) fn help(mut self, text: impl Into<String>) -> Fault {
        self.help = Some(text.into());
        self
    }

    /// What it is about, unless that is known already.
    #[must_use]
    pub(crate) fn at(mut self, place: impl Into<String>) -> Fault {
        if self.place.is_empty() {
            self.place = place.into();
        }
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.place, self.message)
        }
    }
}

impl std::error::Error for Fault {}

/// The result of a step of the import.
pub(crate) type Import<T> = Result<T, Fault>;

/// What integers of a type cannot hold, though the model's own runtime would wrap them around.
pub(crate) fn leaves(element: &str) -> Fault {
    Fault::new(format!("its result leaves {element}"))
        .help("no integer wraps around here: cast to a wider type before it")
}

/// Stops with a fault.
pub(crate) fn refuse<T>(message: impl Into<String>) -> Import<T> {
    Err(Fault::new(message))
}
