//! Programs that people learn from give no warnings about names: the examples, and those of the guide.

use std::path::{Path, PathBuf};
use zirc_circuit::PortType;
use zirc_compiler::{Loaded, Loader, Project};

/// Modules beside a program.
struct Beside(PathBuf);

impl Loader for Beside {
    fn source(&mut self, path: &str) -> Result<String, String> {
        std::fs::read_to_string(self.0.join(path)).map_err(|e| e.to_string())
    }

    fn tensor(&mut self, _: &str, _: &str, _: &PortType) -> Result<Loaded, String> {
        Err("names are seen without".into())
    }

    fn digest(&mut self, _: &str) -> Result<String, String> {
        Err("names are seen without".into())
    }
}

/// Files in and below a folder whose names end so.
fn files(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, end, found);
        } else if path.extension().is_some_and(|e| e == end) {
            found.push(path);
        }
    }
    found.sort();
}

/// The programs of a page that are to be accepted, with the lines that they begin on.
fn blocks(page: &str) -> Vec<(usize, String)> {
    let mut all: Vec<(usize, String)> = vec![];
    let mut inside = false;
    for (k, line) in page.lines().enumerate() {
        match (inside, line.trim_end()) {
            (false, "```zirc" | "```zirc,norun") => {
                inside = true;
                all.push((k + 2, String::new()));
            }
            (true, "```") => inside = false,
            (true, line) => {
                if let Some((_, text)) = all.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
            _ => {}
        }
    }
    all
}

/// What is said of a program's names, with its lines from `first` on.
fn said(path: &Path, first: usize, text: &str) -> Vec<String> {
    let folder = path.parent().unwrap().to_owned();
    let project = Project::load("", text, &mut Beside(folder))
        .unwrap_or_else(|r| panic!("{}: {:#?}", path.display(), r.diagnostics));
    let one = |d: zirc_compiler::Diagnostic| {
        let at = d.labels[0].span;
        let text = &project.files()[at.file as usize].text[..at.start as usize];
        format!("{}:{}: {} {}", path.display(), first + text.matches('\n').count(), d.code, d.title)
    };
    project.names().into_iter().map(one).collect()
}

#[test]
fn examples_and_the_guide_give_no_warnings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut programs, mut pages) = (vec![], vec![root.join("README.md")]);
    files(&root.join("examples"), "zirc", &mut programs);
    for folder in ["examples", "docs/src"] {
        files(&root.join(folder), "md", &mut pages);
    }
    let read = |p: &PathBuf| std::fs::read_to_string(p).unwrap();
    let mut all = vec![];
    let mut seen = programs.len();
    for p in &programs {
        all.extend(said(p, 1, &read(p)));
    }
    for p in &pages {
        for (first, text) in blocks(&read(p)) {
            seen += 1;
            all.extend(said(p, first, &text));
        }
    }
    assert!(seen > 100, "{seen} programs");
    assert!(all.is_empty(), "{}", all.join("\n"));
}
