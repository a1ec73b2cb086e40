//! Whether what the compiler says of a program is an answer.

use zirc_compiler::{Budget, Diagnostic, NoFiles, Outcome, Project, Rejected};

/// What is wrong with what is said of a program: a bug that the compiler admits, an error without a place, or a program
/// that `check` takes and compilation does not.
pub(crate) fn fault(text: &str) -> Option<String> {
    let mut p = match Project::load("t.zirc", text, &mut NoFiles) {
        Ok(p) => p,
        Err(r) => return of_rejected(&r, text),
    };
    let all = Budget::default();
    p.set_budget(Budget { work: all.work / 8, memory: all.memory / 4 });
    let checked = p.check(&mut NoFiles);
    let found = match &checked {
        Ok(all) => of_diagnostics(all, text),
        Err(r) => of_rejected(r, text),
    };
    if found.is_some() {
        return found;
    }
    for name in p.circuits() {
        if let Err(r) = p.compile(&name, &mut NoFiles) {
            let found = of_rejected(&r, text);
            if found.is_some() {
                return found;
            }
            if checked.is_ok() {
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
