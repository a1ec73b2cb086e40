//! The guide's page on the codes of diagnostics, from the compiler's texts.

use crate::File;
use crate::pages::generated;
use std::fmt::Write;
use zirc_compiler::{EXPLANATIONS, Explanation, Part};

/// The page, from the root of the repository.
const PATH: &str = "docs/src/codes.md";

/// Headings, and how the codes below them begin.
const GROUPS: &[(&str, &str)] = &[
    ("E00", "Form"),
    ("E01", "Names and attributes"),
    ("E02", "Types and shapes"),
    ("E03", "Hints"),
    ("E04", "Intervals"),
    ("E05", "Tests"),
    ("E06", "Files"),
    ("E07", "Sizes"),
    ("E09", "Bugs of zirc"),
];

/// The page.
pub(crate) fn page() -> File {
    let mut out = generated("the compiler's texts");
    out.push_str(
        "# Diagnostics by code\n\n\
         Every diagnostic has a code, which means the same in every version. What it means, why the \
         language refuses it and how it is mended is said here and by `zirc explain E0401`.\n",
    );
    for (start, heading) in GROUPS {
        let _ = writeln!(out, "\n## {heading}\n");
        let group = || EXPLANATIONS.iter().filter(|e| e.code.starts_with(start));
        for e in group() {
            let _ = writeln!(out, "- [{}](#{}): {}", e.code, e.code.to_lowercase(), e.title());
        }
        group().for_each(|e| of_code(e, &mut out));
    }
    File { path: PATH.into(), text: out }
}

fn of_code(e: &Explanation, out: &mut String) {
    let (code, title) = (e.code, e.title());
    // An anchor that stays when the title is said better.
    let _ = writeln!(out, "\n<a id=\"{}\"></a>\n\n### {code}: {title}", code.to_lowercase());
    for part in e.parts() {
        let _ = match part {
            Part::Words(words) => writeln!(out, "\n{words}"),
            Part::Refused(block) => writeln!(out, "\nGives {code}:\n\n```zirc,{code}\n{block}```"),
            Part::Accepted(block) => writeln!(out, "\nCompiles:\n\n```zirc\n{block}```"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_on_the_page_as_it_is() {
        let page = page().text;
        for e in EXPLANATIONS {
            let once = |words: &str| page.matches(words).count() == 1;
            assert!(once(&format!("### {}: {}\n", e.code, e.title())), "{}", e.code);
            for part in e.parts() {
                let (Part::Words(text) | Part::Refused(text) | Part::Accepted(text)) = part;
                assert!(page.contains(text), "{}", e.code);
            }
        }
    }
}
