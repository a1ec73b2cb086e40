//! Every program of the repository, in files and in the pages of the guide: what the printer makes
//! of it is the same program, and stays as it is.

mod common;

use std::path::{Path, PathBuf};

use zirc_grammar::{format, parse};

/// The texts that end so, below a folder.
fn files(folder: &Path, ends: &[&str], out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            if !name.starts_with('.') && !["target", "node_modules"].contains(&name) {
                files(&path, ends, out);
            }
        } else if ends.iter().any(|end| name.ends_with(end)) {
            out.push(path);
        }
    }
}

/// Programs with their places: whole files, and blocks of pages.
fn programs() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut paths = Vec::new();
    files(root, &[".zirc", ".md"], &mut paths);
    let mut out = Vec::new();
    for path in paths {
        let (Ok(text), place) = (std::fs::read_to_string(&path), path.display().to_string()) else {
            continue;
        };
        if !place.ends_with(".md") {
            out.push((place, text));
            continue;
        }
        for (i, block) in text.split("\n```zirc").enumerate().skip(1) {
            let Some((_, rest)) = block.split_once('\n') else { continue };
            let Some((code, _)) = rest.split_once("```") else { continue };
            out.push((format!("{place}, block {i}"), code.to_owned()));
        }
    }
    out
}

#[test]
fn every_program() {
    let mut count = 0;
    for (place, source) in programs() {
        // Some show what does not parse.
        let Ok(tree) = parse(&source, 0) else { continue };
        count += 1;
        let out = format(&source).unwrap_or_else(|e| panic!("{place}: {e:?}"));
        let again = parse(&out, 0).unwrap_or_else(|e| panic!("{place}: {e:?}"));
        assert_eq!(common::module(&tree), common::module(&again), "{place}");
        assert_eq!(format(&out).as_deref(), Ok(out.as_str()), "{place}");
        let comments = |text: &str| -> Vec<String> {
            let found =
                text.lines().filter_map(|l| Some(l.get(l.find("//")?..)?.trim_end().into()));
            found.collect()
        };
        assert_eq!(comments(&source), comments(&out), "{place}");
    }
    assert!(count > 200, "{count} programs");
}
