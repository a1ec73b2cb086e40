//! What compiling found out about each circuit: that it enforces all that was lowered.

use crate::error::Error;
use crate::load::program::Program;
use crate::show::number::{count, grouped};
use crate::show::{clean, diagnostic};
use serde_json::{Value, json};
use std::fmt::Write;
use zirc_circuit::SourceFile;
use zirc_compiler::{Options, Unread, Validation};

/// One circuit, compared with what was lowered.
pub(super) struct Enforced {
    circuit: String,
    constraints: usize,
    found: Validation,
    unread: Vec<Unread>,
}

/// Compiles circuits; one that would lose a constraint is refused by that.
pub(super) fn all(program: &mut Program, circuits: &[String]) -> Result<Vec<Enforced>, Error> {
    let one = |name: &String| {
        let made = program.project.compile_with(name, &mut program.folder, &Options::default())?;
        Ok(Enforced {
            circuit: name.clone(),
            constraints: made.circuit.num_constraints(),
            found: made.validation,
            unread: made.unread,
        })
    };
    circuits.iter().map(one).collect()
}

impl Enforced {
    /// A line, and one for each call that is left out.
    pub(super) fn tell(&self, files: &[SourceFile], out: &mut String) {
        let Validation { unchanged, solved, merged } = self.found;
        let _ = writeln!(
            out,
            "circuit {}: its {} enforce all {} that the program asks for ({} unchanged, {} solved for, \
             {} merged)",
            clean(&self.circuit),
            count(self.constraints, "constraint"),
            grouped(self.found.total()),
            grouped(unchanged),
            grouped(solved),
            grouped(merged),
        );
        for u in &self.unread {
            let at = diagnostic::place(files, u.call.file, u.call.start);
            let (file, line) = (at["file"].as_str().unwrap_or("?"), &at["line"]);
            let _ = writeln!(
                out,
                "  left out: {} for `{}` ({}:{line}), which nothing reads and which never refuses",
                count(u.rules, "rule"),
                clean(&u.function),
                clean(file),
            );
        }
    }

    pub(super) fn to_json(&self, files: &[SourceFile]) -> Value {
        json!({
            "circuit": self.circuit,
            "constraints": self.constraints,
            "asked-for": self.found.total(),
            "unchanged": self.found.unchanged,
            "solved": self.found.solved,
            "merged": self.found.merged,
            "left-out": self.unread.iter().map(|u| json!({
                "function": u.function,
                "call": diagnostic::place(files, u.call.file, u.call.start),
                "rules": u.rules,
            })).collect::<Value>(),
        })
    }
}
