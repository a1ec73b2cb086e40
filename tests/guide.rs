//! Every program in the guide and the README does what the text says.
//!
//! A block fenced `zirc` must check without an error and pass its tests; `zirc,error=E0203` must be
//! refused with that code; `zirc,norun` needs files and is only resolved.

#[path = "guide/links.rs"]
mod links;

use std::path::Path;
use zirc_compiler::{NoFiles, Outcome, Project, builtins};

struct Sample {
    place: String,
    info: String,
    text: String,
}

fn samples() -> Vec<Sample> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("README.md")];
    let guide = std::fs::read_dir(root.join("docs/src")).unwrap();
    // The pages of the library are in a folder of their own, and hold no programs; those of the page on codes
    // are the compiler's texts, which its tests run with the file that they need (compiler/tests/codes.rs).
    let pages = guide.map(|f| f.unwrap().path()).filter(|f| f.is_file());
    files.extend(pages.filter(|f| !f.ends_with("codes.md")));
    for example in std::fs::read_dir(root.join("examples")).unwrap() {
        let readme = example.unwrap().path().join("README.md");
        if readme.exists() {
            files.push(readme);
        }
    }
    files.sort();
    let mut out = vec![];
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut open: Option<Sample> = None;
        for (line, l) in text.lines().enumerate() {
            match &mut open {
                Some(s) if l.trim_end() == "```" => {
                    out.push(std::mem::replace(
                        s,
                        Sample { place: String::new(), info: String::new(), text: String::new() },
                    ));
                    open = None;
                }
                Some(s) => {
                    s.text.push_str(l);
                    s.text.push('\n');
                }
                None => {
                    if let Some(info) = l.strip_prefix("```")
                        && (info == "zirc" || info.starts_with("zirc,"))
                    {
                        let place = format!("{}:{}", file.display(), line + 1);
                        open = Some(Sample { place, info: info.into(), text: String::new() });
                    }
                }
            }
        }
        assert!(open.is_none(), "{}: a block is not closed", file.display());
    }
    out
}

/// What is wrong with a sample, if anything.
fn fault(s: &Sample) -> Option<String> {
    let loaded = Project::load("sample.zirc", &s.text, &mut NoFiles);
    if s.info.contains("norun") {
        return loaded.err().map(|r| format!("{:?}", r.diagnostics));
    }
    let checked = loaded.and_then(|p| p.check(&mut NoFiles).map(|_| p));
    if let Some(code) = s.info.strip_prefix("zirc,error=") {
        return match checked {
            Ok(_) => Some(format!("is accepted, {code} was expected")),
            Err(r) if r.diagnostics.iter().any(|d| d.code == code) => None,
            Err(r) => Some(format!("refused for another reason: {:?}", r.diagnostics)),
        };
    }
    let project = match checked {
        Ok(p) => p,
        Err(r) => return Some(format!("{:#?}", r.diagnostics)),
    };
    let (tests, promises) = project.test("", &mut NoFiles);
    let failed: Vec<String> = tests
        .iter()
        .filter_map(|t| match &t.outcome {
            Outcome::Passed => None,
            Outcome::Failed(why) => Some(format!("test {}: {why:?}", t.name)),
        })
        .chain(promises.iter().filter_map(|p| p.failure.as_ref().map(|d| format!("{d:?}"))))
        .collect();
    (!failed.is_empty()).then(|| failed.join("\n"))
}

#[test]
fn every_program_of_the_guide_holds() {
    let all = samples();
    assert!(all.len() > 20, "{} samples", all.len());
    let faults: Vec<String> =
        all.iter().filter_map(|s| Some(format!("{} {}", s.place, fault(s)?))).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// The guide's list of operations is that of the importer.
#[test]
fn operations_of_onnx() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/onnx.md");
    let text = std::fs::read_to_string(page).unwrap();
    let (_, rest) = text.split_once("<!-- operations -->\n").unwrap();
    let (list, _) = rest.split_once("<!-- end of operations -->").unwrap();
    let mut groups: Vec<(&str, Vec<&str>)> = vec![];
    for (group, _, name) in zirc_onnx::operations() {
        if groups.last().is_none_or(|(g, _)| *g != group) {
            groups.push((group, vec![]));
        }
        groups.last_mut().unwrap().1.push(name);
    }
    let mut wanted = String::from("| group | operations |\n|---|---|\n");
    for (group, mut names) in groups {
        names.sort_unstable();
        wanted.push_str(&format!("| {group} | {} |\n", names.join(", ")));
    }
    assert!(list == wanted, "docs/src/onnx.md should say:\n{wanted}");
}

/// The page on built-in functions has a section for each, and for nothing else.
#[test]
fn built_in_functions() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/builtins.md");
    let text = std::fs::read_to_string(page).unwrap();
    let headings = text.lines().filter_map(|l| l.strip_prefix("### "));
    let mut said: Vec<&str> = headings.flat_map(|h| h.split('`').skip(1).step_by(2)).collect();
    let mut all: Vec<&str> = builtins().collect();
    said.sort_unstable();
    all.sort_unstable();
    assert_eq!(said, all);
    // Each shows what it does.
    for section in text.split("\n### ").skip(1) {
        let name = section.lines().next().unwrap();
        assert!(section.contains("```zirc"), "{name} has no example");
    }
}
