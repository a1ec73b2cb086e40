//! No dead link: every file and every heading that a page of the repository names is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Pages beside those of the guide and of the examples.
const PAGES: [&str; 5] =
    ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"];

fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages(&path, found);
        } else if path.extension().is_some_and(|e| e == "md") {
            found.push(path);
        }
    }
}

/// The lines of a page outside of its blocks of code.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut inside = false;
    text.lines().enumerate().filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        inside ^= fence;
        !inside && !fence
    })
}

/// Text without code in backquotes and without escapes; of code, the same without its marks.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

/// What a heading is called in a link, as mdBook and GitHub have it.
fn anchor(heading: &str) -> String {
    // Of a link its text counts.
    let mut text = heading.replace("](", "\u{0}");
    while let (Some(a), Some(b)) = (text.find('\u{0}'), text.find(')')) {
        text.replace_range(a..=b, "");
    }
    let sign = |c: char| match c {
        ' ' => Some('-'),
        c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c),
        _ => None,
    };
    text.trim().to_lowercase().chars().filter_map(sign).collect()
}

/// Everything on a page that a link can lead to.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (_, line) in prose(text) {
        if let Some(heading) = line.trim_start_matches('#').strip_prefix(' ')
            && line.starts_with('#')
        {
            let name = anchor(heading);
            let before = seen.entry(name.clone()).or_default();
            found.insert(if *before == 0 { name.clone() } else { format!("{name}-{before}") });
            *before += 1;
        }
        let marked = line.split("id=\"").skip(1).filter_map(|rest| rest.split('"').next());
        found.extend(marked.map(str::to_owned));
    }
    found
}

/// Where the links of a line lead.
fn links(line: &str) -> Vec<String> {
    let line = without_code(line);
    let after = line.split("](").skip(1);
    after.filter_map(|rest| rest.split(')').next()).map(str::to_owned).collect()
}

fn fault(page: &Path, link: &str) -> Option<String> {
    if ["http://", "https://", "mailto:"].iter().any(|start| link.starts_with(start)) {
        return None;
    }
    let (file, name) = link.split_once('#').map_or((link, None), |(f, n)| (f, Some(n)));
    let target = match file {
        "" => page.to_owned(),
        file => page.parent().unwrap().join(file),
    };
    if !target.exists() {
        return Some(format!("there is no {file}"));
    }
    let name = name?;
    let text = std::fs::read_to_string(&target).unwrap_or_default();
    (!anchors(&text).contains(name)).then(|| format!("{file} has no #{name}"))
}

#[test]
fn every_link_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all: Vec<PathBuf> = PAGES.iter().map(|p| root.join(p)).collect();
    for folder in ["docs/src", "examples"] {
        pages(&root.join(folder), &mut all);
    }
    let (mut faults, mut count) = (vec![], 0);
    for page in &all {
        let text = std::fs::read_to_string(page).unwrap();
        for (line, content) in prose(&text) {
            for link in links(content) {
                count += 1;
                let why = fault(page, &link)
                    .map(|why| format!("{}:{}: {link}: {why}", page.display(), line + 1));
                faults.extend(why);
            }
        }
    }
    assert!(count > 500, "only {count} links were found");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Pages of the guide that its contents do not name are not in the book.
#[test]
fn every_page_is_in_the_contents() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src");
    let summary = std::fs::read_to_string(folder.join("SUMMARY.md")).unwrap();
    let mut all = vec![];
    pages(&folder, &mut all);
    let name = |p: &PathBuf| p.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
    let mut names: Vec<String> = all.iter().map(name).collect();
    names.retain(|n| n != "SUMMARY.md" && !summary.contains(&format!("]({n})")));
    assert_eq!(names, [""; 0], "not in docs/src/SUMMARY.md");
}

#[test]
fn dead_links_are_seen() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("a.md");
    let text = "# One `two`: three\n\n<a id=\"mark\"></a>\n\n# One\n# One\n```sh\n# none\n```\n";
    std::fs::write(&page, text).unwrap();
    for good in ["a.md", "#one-two-three", "a.md#mark", "#one", "#one-1", "https://x.y"] {
        assert_eq!(fault(&page, good), None, "{good}");
    }
    for bad in ["b.md", "#one-2", "a.md#none", "a/../../c.md"] {
        assert!(fault(&page, bad).is_some(), "{bad}");
    }
    assert_eq!(links("see [a](b.md) and [c](d.md#e), not `[x](y)`"), ["b.md", "d.md#e"]);
}
