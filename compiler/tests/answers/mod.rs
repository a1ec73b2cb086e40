//! Whether what the compiler says of a program is an answer.

use zirc_compiler::{Budget, Diagnostic, NoFiles, Outcome, Project, Rejected};

/// How far a program gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reached {
    /// It is no program, or names what is not there.
    Nothing,
    /// Its types and values are looked at.
    Types,
    /// It has none but right ones.
    Circuit,
}

/// What is said of a program.
pub(crate) struct Answer {
    pub(crate) reached: Reached,
    /// What is wrong with what is said: a bug that the compiler admits, an error without a place, or a program that
    /// `check` takes and compilation does not.
    pub(crate) fault: Option<String>,
}

pub(crate) fn answer(text: &str) -> Answer {
    match Project::load("t.zirc", text, &mut NoFiles) {
        Err(r) => Answer { reached: Reached::Nothing, fault: of_rejected(&r, text) },
        Ok(p) => of_project(p, text),
    }
}

fn of_project(mut p: Project, text: &str) -> Answer {
    let all = Budget::default();
    p.set_budget(Budget { work: all.work / 8, memory: all.memory / 4 });
    let checked = p.check(&mut NoFiles);
    let (reached, found) = match &checked {
        Ok(all) => (Reached::Circuit, of_diagnostics(all, text)),
        Err(r) => (Reached::Types, of_rejected(r, text)),
    };
    let fault = found.or_else(|| of_runs(&mut p, checked.is_ok(), text));
    Answer { reached, fault }
}

/// What is wrong with what is said of a program's circuits and tests.
fn of_runs(p: &mut Project, checked: bool, text: &str) -> Option<String> {
    for name in p.circuits() {
        if let Err(r) = p.compile(&name, &mut NoFiles) {
            let found = of_rejected(&r, text);
            if found.is_some() {
                return found;
            }
            if checked {
                return Some(format!(
                    "checked, but `{name}` does not compile: {:?}",
                    r.diagnostics
                ));
            }
        }
    }
    let (tests, promises) = p.test("", &mut NoFiles);
    let failed = tests.iter().filter_map(|t| match &t.outcome {
        Outcome::Failed(why) => of_diagnostics(why, text),
        _ => None,
    });
    let broken = promises.iter().filter_map(|p| p.failure.as_ref());
    failed.chain(broken.filter_map(|d| of_diagnostics(std::slice::from_ref(d), text))).next()
}

fn of_rejected(r: &Rejected, text: &str) -> Option<String> {
    match r.diagnostics.is_empty() {
        true => Some("refused without a reason".into()),
        false => of_diagnostics(&r.diagnostics, text),
    }
}

fn of_diagnostics(all: &[Diagnostic], text: &str) -> Option<String> {
    all.iter().find_map(|d| {
        let bug = d.code.starts_with("E09");
        let outside = |l: &zirc_compiler::Label| {
            l.span.file == 0 && (l.span.end as usize > text.len() || l.span.start > l.span.end)
        };
        let placeless = d.labels.is_empty() || d.labels.iter().any(outside);
        (bug || placeless).then(|| format!("{d:?}"))
    })
}
