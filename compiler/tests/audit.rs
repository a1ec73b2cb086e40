//! Hints that are not unique are refused, with a counterexample or with what is missing; the whole
//! standard library, and gadgets as users write them, are shown unique.
//!
//! Every file in `tests/audit/broken` and `tests/audit/sound` holds programs apart by lines
//! `//// name`.

use std::path::Path;
use zirc_compiler::{NoFiles, Project, Verdict};

fn cases(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/audit").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(root).unwrap().map(|f| f.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "zirc"));
    files.sort();
    let mut all: Vec<(String, String)> = vec![];
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for line in text.lines() {
            match line.strip_prefix("//// ") {
                Some(name) => all.push((name.trim().into(), String::new())),
                None => {
                    if let Some((_, text)) = all.last_mut() {
                        text.push_str(line);
                        text.push('\n');
                    }
                }
            }
        }
    }
    all
}

/// The diagnostics of a check, as lines.
fn diagnostics(text: &str) -> Vec<String> {
    let out =
        Project::load("t.zirc", text, &mut NoFiles).and_then(|p| p.check(&mut NoFiles).map(|_| ()));
    let Err(r) = out else { return vec![] };
    let mut lines = vec![];
    for d in &r.diagnostics {
        lines.push(format!("{}: {}", d.code, d.title));
        for l in &d.labels {
            let file = &r.files[l.span.file as usize];
            let at = &file.text[l.span.start as usize..l.span.end as usize];
            let at = at.split_whitespace().collect::<Vec<_>>().join(" ");
            lines.push(format!("    {}: `{at}` {}", file.name, l.text));
        }
        lines.extend(d.notes.iter().map(|n| format!("  = {n}")));
        lines.extend(d.help.iter().map(|n| format!("  = help: {n}")));
    }
    lines
}

#[test]
fn broken_gadgets_are_refused() {
    let all = cases("broken");
    assert!(all.len() >= 20, "{} programs", all.len());
    let mut out = String::new();
    let mut passed = vec![];
    for (name, text) in &all {
        let found = diagnostics(text);
        let codes = ["E0301", "E0302"];
        if !found.iter().any(|l| codes.iter().any(|c| l.starts_with(c))) {
            passed.push(format!("{name}: {found:?}"));
        }
        out.push_str(&format!("{name}\n{}\n\n", found.join("\n")));
    }
    assert!(passed.is_empty(), "accepted:\n{}", passed.join("\n"));
    insta::assert_snapshot!(out);
}

#[test]
fn sound_gadgets_pass() {
    let all = cases("sound");
    let bad: Vec<String> = all
        .iter()
        .map(|(name, text)| (name, diagnostics(text)))
        .filter(|(_, found)| !found.is_empty())
        .map(|(name, found)| format!("{name}\n{}", found.join("\n")))
        .collect();
    assert!(bad.is_empty(), "{}", bad.join("\n\n"));
}

/// Every hint of the library, at every instance that its tests use.
#[test]
fn the_standard_library_has_no_open_hint() {
    let project = Project::load("empty.zirc", "", &mut NoFiles).unwrap();
    let mut hints = 0;
    let mut bad = vec![];
    for module in project.std_modules() {
        let start = std::time::Instant::now();
        let audited = project.audit_tests(&module, &mut NoFiles);
        eprintln!("{module}: {:?}", start.elapsed());
        for f in audited {
            for h in f.hints {
                hints += 1;
                match h.verdict {
                    Verdict::Pinned(_) => {}
                    Verdict::Nondet(why) => bad.push(format!("{} {}: {why}", f.function, h.name)),
                    Verdict::Refused(d) => bad.push(format!(
                        "{module} {} {}: {} {} {:?}",
                        f.function, h.name, d.code, d.title, d.notes
                    )),
                }
            }
        }
    }
    assert!(hints > 40, "{hints} hints");
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}
