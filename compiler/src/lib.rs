//! From zirc source text to a circuit in tensor R1CS form.
//!
//! The compiler knows no layer: it knows sums of products over index spaces, elementwise
//! arithmetic, hints, assertions and interval constraints. Layers are written in the language, in
//! the standard library. It reads no file itself: a [`Loader`] does.

mod audit;
#[cfg(test)]
mod broken;
mod budget;
mod builtins;
mod carrying;
mod check;
mod combination;
mod cost;
mod diagnostic;
mod draft;
mod elaborate;
mod estimate;
mod facts;
mod finish;
mod independence;
mod instances;
mod interval;
mod loader;
mod lower;
mod meant;
mod number;
mod optimize;
mod options;
mod pipeline;
mod program;
mod project;
mod promise;
mod range;
mod real;
mod recognize;
mod resolve;
mod run;
pub mod session;
mod shown;
mod similar;
mod term;
mod translation;
mod types;
mod value;

pub use audit::{Audited, AuditedHint, Pin, Verdict};
pub use budget::Budget;
pub use builtins::builtins;
pub use diagnostic::codes::{EXPLANATIONS, Explanation, Part, explanation};
pub use diagnostic::{Diagnostic, Label, Severity};
pub use elaborate::Refusal;
pub use estimate::proving_time;
pub use loader::{InMemory, Loaded, Loader, NoFiles};
pub use lower::Unread;
pub use number::{Ratio, show_raw, type_bits};
pub use options::{Choice, Mode, Options, Products, Public, Strategy};
pub use project::{
    CallCost, Compiled, Enforced, HintInfo, Interpreted, Interpreter, Parameter, Parametric,
    Project, Rejected,
};
pub use promise::{Promise, Trying, Watch};
pub use resolve::{World, pinned_instances};
pub use run::{Outcome, TestReport};
pub use shown::{Numbers, Printed, Shown};
pub use similar::similar;
pub use translation::Validation;
pub use zirc_grammar::ast::Span;
