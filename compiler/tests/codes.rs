//! The texts on the codes of diagnostics: every code has one, and what they say of programs is so.

mod said;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use zirc_compiler::{EXPLANATIONS, Explanation, Part, explanation};

/// Codes that no short text gives: a file of 4 MiB, an option, and bugs of zirc.
const WITHOUT_EXAMPLE: &[&str] = &["E0005", "E0704", "E0900", "E0901", "E0902", "E0904"];

/// Folders whose sources raise diagnostics, from the root of the repository.
const SOURCES: &[&str] = &["compiler/src", "grammar/src", "onnx/src", "cli"];

#[test]
fn programs_give_the_code_and_the_mended_ones_none() {
    let mut faults = vec![];
    for e in EXPLANATIONS {
        for part in e.parts() {
            let (block, wanted) = match part {
                Part::Words(_) => continue,
                Part::Refused(block) => (block, Some(e.code)),
                Part::Accepted(block) => (block, None),
            };
            let (said, _) = said::said("t.zirc", block);
            if said.first().map(|d| d.code) != wanted {
                faults.push(format!("{}: {wanted:?} is wanted of\n{block}{said:#?}", e.code));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn texts_have_a_title_an_example_and_what_mends_it() {
    for e in EXPLANATIONS {
        let code = e.code;
        assert!(e.text.starts_with(&format!("# {code}: ")) && !e.title().is_empty(), "{code}");
        let lines = e.text.lines().count();
        assert!((8..=25).contains(&lines), "{code} has {lines} lines");
        // Whatever has another fence would be taken for a refused program, or be lost.
        let fence = format!("```zirc,{code}");
        let mut fences = e.text.lines().filter(|l| l.starts_with("```"));
        assert!(fences.all(|l| l == fence || l == "```zirc" || l == "```"), "{code}");
        let parts = e.parts();
        assert!(matches!(parts.first(), Some(Part::Words(_))), "{code} begins without words");
        for part in &parts {
            let Part::Words(words) = part else { continue };
            let long = words.lines().find(|l| l.chars().count() > 100);
            assert_eq!(long, None, "{code}: more than 100 characters on a line");
        }
        let refused = parts.iter().filter(|p| matches!(p, Part::Refused(_))).count();
        let accepted = parts.iter().filter(|p| matches!(p, Part::Accepted(_))).count();
        let expected = if WITHOUT_EXAMPLE.contains(&code) { (0, 0) } else { (1, 1) };
        assert_eq!((refused, accepted), expected, "{code}");
    }
}

/// Rust sources in and below a folder, without their comments.
fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.lines().filter(|l| !l.trim_start().starts_with("//"));
            let code = code.collect::<Vec<_>>().join("\n");
            found.push((path, code));
        }
    }
}

/// Every string in a source that is a code, with what stands before it.
fn codes(source: &str) -> impl Iterator<Item = (&str, &str)> {
    source.match_indices("\"E").filter_map(|(at, _)| {
        let code = source.get(at + 1..at + 6)?;
        let digits = code.bytes().skip(1).all(|b| b.is_ascii_digit());
        let closed = source.get(at + 6..)?.starts_with('"');
        (digits && closed).then(|| (source[..at].trim_end(), code))
    })
}

/// Whether a code that stands behind this is one that a diagnostic is given, and not one that a diagnostic is
/// compared with: an argument of `Diagnostic::error`, a field `code`, or a constant.
fn raises(before: &str) -> bool {
    ["error(", "code:", ": &str ="].iter().any(|end| before.ends_with(end))
}

#[test]
fn every_code_is_explained_and_every_explained_code_is_raised() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = vec![];
    for folder in SOURCES {
        sources(&root.join(folder), &mut files);
    }
    // The list of all codes raises none.
    files.retain(|(path, _)| !path.ends_with("diagnostic/codes.rs"));
    let mut known = BTreeMap::new();
    for (path, source) in &files {
        for (before, code) in codes(source) {
            let raised = known.entry(code).or_insert((path, false));
            raised.1 |= raises(before);
        }
    }
    let without: Vec<_> = known
        .iter()
        .filter(|(code, _)| explanation(code).is_none())
        .map(|(c, p)| (c, p.0))
        .collect();
    assert!(without.is_empty(), "write a text, and add it to EXPLANATIONS: {without:?}");
    let raised: BTreeSet<&str> = known.iter().filter(|(_, k)| k.1).map(|(c, _)| *c).collect();
    let stale: Vec<&str> =
        EXPLANATIONS.iter().map(|e| e.code).filter(|c| !raised.contains(c)).collect();
    assert!(stale.is_empty(), "nothing raises {stale:?}");
}

#[test]
fn texts_and_files_are_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/diagnostic/codes");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<String> =
        entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    let expected: Vec<String> = EXPLANATIONS.iter().map(|e| format!("{}.md", e.code)).collect();
    // In order, too: codes are searched by halves.
    assert_eq!(files, expected, "add the file's code to EXPLANATIONS");
}

#[test]
fn codes_in_sources_are_found() {
    let source =
        "fail(Diagnostic::error(\n  \"E0123\", span)); if d.code == \"E0124\" { \"E012\" }";
    let found: Vec<(bool, &str)> = codes(source).map(|(b, c)| (raises(b), c)).collect();
    assert_eq!(found, [(true, "E0123"), (false, "E0124")]);
}

#[test]
fn what_is_no_code_has_no_text() {
    for text in ["", "E", "E0000", "E9999", "e0401", "E04010", "E0401 "] {
        assert_eq!(explanation(text), None, "{text:?}");
    }
    let of = |e: &Explanation| explanation(e.code).map(|found| found.code) == Some(e.code);
    assert!(EXPLANATIONS.iter().all(of));
}
