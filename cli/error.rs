//! Everything that can go wrong, and the exit code of each.

use crate::assertion::Assertion;
use crate::load::files::io_words;
use crate::show;
use crate::show::diagnostic::{self, Remark};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use thiserror::Error as ThisError;
use zirc_circuit::DecodeError;
use zirc_compiler::Rejected;
use zirc_onnx::Fault;
use zirc_runtime::input::InputError;
use zirc_runtime::words::no_circuit;
use zirc_runtime::{
    CeremonyError, FileError, NoRoom, ProveError, ReceiptError, SnarkjsError, VerifyError,
};

/// The question was understood, and the answer is no.
pub(crate) const REJECTED: u8 = 1;
/// The question was not understood.
pub(crate) const BAD_INPUT: u8 = 2;

/// Why a command did not succeed.
#[derive(Debug, ThisError)]
pub(crate) enum Error {
    /// A command that makes no sense; the help says what would.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// A file that cannot be read or written, or is not what it should be.
    #[error("{}: {message}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// Values that do not fit the circuit's inputs.
    #[error("{}: the values do not fit the circuit's inputs", path.display())]
    Input {
        /// The file they are from.
        path: PathBuf,
        /// All that is wrong with them.
        errors: Vec<InputError>,
    },
    /// An ONNX model that cannot be imported.
    #[error("{}", model(path, faults))]
    Model {
        /// The file.
        path: PathBuf,
        /// All that is wrong with it.
        faults: Vec<Fault>,
    },
    /// Source text that the compiler refuses.
    #[error("{}", first(.0))]
    Program(Box<Rejected>),
    /// A step of the witness program that these inputs do not survive.
    #[error("{0}")]
    Assertion(Box<Assertion>),
    /// Work that memory does not suffice for.
    #[error("{}: {refused}", path.display())]
    NoRoom {
        /// The circuit.
        path: PathBuf,
        /// What is needed and what there is.
        refused: NoRoom,
    },
    /// A proof that does not prove what it should.
    #[error("{0}")]
    Rejected(String),
}

fn first(rejected: &Rejected) -> &str {
    rejected.diagnostics.first().map_or("the program is refused", |d| &d.title)
}

/// The first fault, and how many more there are.
fn model(path: &Path, faults: &[Fault]) -> String {
    let first = faults.first().map_or(String::new(), ToString::to_string);
    match faults.len() {
        0 | 1 => format!("{}: {first}", path.display()),
        n => format!("{}: {first} (and {} more)", path.display(), n - 1),
    }
}

/// The faults after the first, and each kind of help once.
fn further(faults: &[Fault]) -> Vec<String> {
    let mut out: Vec<String> = faults.iter().skip(1).map(|f| show(&f.to_string())).collect();
    let mut helps: Vec<&str> = faults.iter().filter_map(|f| f.help.as_deref()).collect();
    helps.dedup();
    out.extend(helps.into_iter().map(|h| show(&format!("help: {h}"))));
    out
}

impl Error {
    /// A command that makes no sense.
    pub(crate) fn usage(message: impl Into<String>) -> Error {
        Error::Usage { message: message.into(), help: None }
    }

    /// The same, of what a library says.
    pub(crate) fn usage_of(e: impl ToString) -> Error {
        Error::usage(e.to_string())
    }

    /// A file that will not do.
    pub(crate) fn file(path: &Path, message: impl ToString) -> Error {
        Error::File { path: path.to_owned(), message: message.to_string() }
    }

    /// A key, proof or receipt that will not do.
    pub(crate) fn zirc_file(path: &Path, e: &FileError) -> Error {
        match e {
            FileError::Io { kind, message } => Error::file(path, io_words(*kind, message)),
            e => Error::file(path, e),
        }
    }

    /// A file of snarkjs that will not do, or a circuit that its formats do not have.
    pub(crate) fn snarkjs(path: &Path, e: &SnarkjsError) -> Error {
        match e {
            SnarkjsError::File(e) => Error::zirc_file(path, e),
            e => Error::file(path, show::line(&e.to_string())),
        }
    }

    /// A ceremony that was not accepted. What is no ceremony's file is bad input; one that is, and in which
    /// anything is not what it should be, is rejected.
    pub(crate) fn ceremony(path: &Path, e: &CeremonyError) -> Error {
        use SnarkjsError as S;
        let rejected = |e: &dyn std::fmt::Display| {
            let text = format!("{}: {e}", path.display());
            Error::Rejected(show::line(&text))
        };
        match e {
            CeremonyError::Ended
            | CeremonyError::Name { .. }
            | CeremonyError::Source { .. }
            | CeremonyError::Hashes { .. }
            | CeremonyError::Setup(_) => Error::file(path, e),
            CeremonyError::File(FileError::Forgeable { .. })
            | CeremonyError::Snarkjs(S::File(FileError::Forgeable { .. })) => rejected(e),
            CeremonyError::File(e) => Error::zirc_file(path, e),
            CeremonyError::Snarkjs(
                e @ (S::Contribution { .. } | S::OtherPhase1 { .. } | S::Groups { .. }),
            ) => rejected(e),
            CeremonyError::Snarkjs(e) => Error::snarkjs(path, e),
            e => rejected(e),
        }
    }

    /// A circuit file that will not do.
    pub(crate) fn circuit_file(path: &Path, e: &DecodeError) -> Error {
        Error::file(path, no_circuit(e))
    }

    /// A proof that could not be made.
    pub(crate) fn prove(key: &Path, e: &ProveError) -> Error {
        match e {
            ProveError::Unsatisfied(v) => Error::Rejected(format!(
                "the values violate constraint {:?} of block {}: no proof",
                v.index, v.block
            )),
            ProveError::Key(e) => Error::zirc_file(key, e),
            e => Error::file(key, e),
        }
    }

    /// A proof that was not accepted. Files that do not belong together are bad input; a proof
    /// that belongs and does not verify is rejected.
    pub(crate) fn verify(proof: &Path, e: &VerifyError) -> Error {
        match e {
            VerifyError::WrongCircuit { .. }
            | VerifyError::WrongKey { .. }
            | VerifyError::Values(_) => Error::file(proof, show::line(&e.to_string())),
            e => Error::Rejected(format!("{}: {}", proof.display(), show::line(&e.to_string()))),
        }
    }

    /// A receipt that was not accepted. What is no receipt at all is bad input; one of which any part is not what
    /// it should be is rejected.
    pub(crate) fn receipt(path: &Path, e: &ReceiptError) -> Error {
        match e {
            ReceiptError::Json { .. } | ReceiptError::Version { .. } => {
                Error::file(path, show::line(&e.to_string()))
            }
            e => Error::Rejected(format!("{}: {}", path.display(), show::line(&e.to_string()))),
        }
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Error::Assertion(_) | Error::Rejected(_) => REJECTED,
            _ => BAD_INPUT,
        }
    }

    /// A word for machines.
    fn kind(&self) -> &'static str {
        match self {
            Error::Usage { .. } => "usage",
            Error::File { .. } => "file",
            Error::Input { .. } => "input",
            Error::Program(_) => "program",
            Error::Model { .. } => "model",
            Error::Assertion(_) => "assertion",
            Error::NoRoom { .. } => "memory",
            Error::Rejected(_) => "rejected",
        }
    }

    /// On standard error.
    pub(crate) fn print(&self) {
        match self {
            Error::Program(r) => diagnostic::print_all(&r.files, &r.diagnostics),
            Error::Assertion(a) => diagnostic::print(&a.files, &a.remark()),
            e => diagnostic::print(&[], &e.remark()),
        }
    }

    /// Without a place in a source text.
    fn remark(&self) -> Remark {
        let notes = match self {
            Error::Usage { help: Some(help), .. } => vec![format!("help: {help}")],
            Error::NoRoom { .. } => vec!["help: --force begins all the same".to_owned()],
            // Names in them are those of a file, or of a circuit or key of somebody else's.
            Error::Input { errors, .. } => {
                errors.iter().map(|e| show::line(&e.to_string())).collect()
            }
            Error::Model { faults, .. } => further(faults),
            _ => vec![],
        };
        Remark::error().with_message(show(&self.to_string())).with_notes(notes)
    }

    /// For machines.
    pub(crate) fn to_json(&self) -> Value {
        let mut out = json!({ "kind": self.kind(), "message": self.to_string() });
        match self {
            Error::Program(r) => out["diagnostics"] = diagnostic::all_to_json(r),
            Error::Assertion(a) => out["assertion"] = a.to_json(),
            Error::File { path, .. } => out["file"] = path.display().to_string().into(),
            Error::Input { path, errors } => {
                out["file"] = path.display().to_string().into();
                out["errors"] = errors.iter().map(ToString::to_string).collect();
            }
            Error::Model { path, faults } => {
                out["file"] = path.display().to_string().into();
                let one =
                    |f: &Fault| json!({ "place": f.place, "message": f.message, "help": f.help });
                out["faults"] = faults.iter().map(one).collect();
            }
            Error::Usage { help, .. } => out["help"] = help.clone().into(),
            Error::NoRoom { path, refused } => {
                out["file"] = path.display().to_string().into();
                out["needed_bytes"] = refused.needed().into();
                out["available_bytes"] = refused.there().into();
                if let NoRoom::Work { need, proving_key, .. } = refused {
                    out["ms"] = need.ms.into();
                    out["proving_key_bytes"] = (*proving_key).into();
                }
            }
            Error::Rejected(_) => {}
        }
        out
    }
}

fn show(text: &str) -> String {
    crate::show::clean(text)
}

impl From<Box<Rejected>> for Error {
    fn from(r: Box<Rejected>) -> Error {
        Error::Program(r)
    }
}

impl From<Rejected> for Error {
    fn from(r: Rejected) -> Error {
        Error::Program(Box::new(r))
    }
}
