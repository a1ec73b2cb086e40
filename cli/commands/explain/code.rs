//! `zirc explain E0401`: what a diagnostic's code means.

use super::Args;
use crate::answer::Answer;
use crate::error::Error;
use crate::show::listed;
use serde_json::json;
use std::fmt::Write;
use std::path::Path;
use zirc_compiler::{EXPLANATIONS, Explanation, Part, explanation};

/// Codes that an unknown one is answered with.
const NEAREST: usize = 3;

/// What the target's code means, if it is one: a letter E and digits, and no file or folder of that name.
pub(super) fn answer(args: &Args) -> Option<Result<Answer, Error>> {
    let number = number(&args.source.path)?;
    Some(known(number).and_then(|e| alone(args, e)).map(|e| {
        let (code, title, text) = (e.code, e.title(), e.text);
        let json = json!({ "diagnostic": { "code": code, "title": title, "text": text } });
        Answer::yes(shown(e), json)
    }))
}

/// The number of a code, of whatever length and case.
fn number(target: &Path) -> Option<u32> {
    let digits = target.to_str()?.strip_prefix(['E', 'e'])?;
    let plain = digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| plain && !target.exists())
}

fn known(number: u32) -> Result<&'static Explanation, Error> {
    let code = code(number);
    explanation(&code).ok_or_else(|| {
        let message = format!("there is no diagnostic {code}, nor a file or folder of that name");
        let help = Some(format!("the nearest codes are {}", listed(&nearest(number))));
        Error::Usage { message, help }
    })
}

fn code(number: u32) -> String {
    format!("E{number:04}")
}

/// Known codes by their distance, the lower of two first.
fn nearest(number: u32) -> Vec<&'static str> {
    let distance = |code: &str| {
        let digits = code.trim_start_matches('E');
        digits.parse::<u32>().map_or(u32::MAX, |known| known.abs_diff(number))
    };
    let mut all: Vec<&str> = EXPLANATIONS.iter().map(|e| e.code).collect();
    all.sort_by_key(|code| distance(code));
    all.truncate(NEAREST);
    all
}

/// A code has no lines, layers or values: whoever asks for them means something else.
fn alone(args: &Args, e: &'static Explanation) -> Result<&'static Explanation, Error> {
    let parts = [
        ("--at", args.at.is_some()),
        ("--layer", args.layer.is_some()),
        ("--element", args.element.is_some()),
        ("--input", args.input.is_some()),
        ("--unoptimized", args.unoptimized),
        ("--matrices", args.matrices),
    ];
    match parts.iter().find(|(_, given)| *given) {
        Some((option, _)) => {
            let message =
                format!("{option} is for circuits; {} is the code of a diagnostic", e.code);
            Err(Error::usage(message))
        }
        None => Ok(e),
    }
}

/// The text for a terminal.
fn shown(e: &Explanation) -> String {
    let mut out = format!("{}: {}\n", e.code, e.title());
    for part in e.parts() {
        out.push('\n');
        let (head, block) = match part {
            Part::Words(words) => {
                let _ = writeln!(out, "{words}");
                continue;
            }
            Part::Refused(block) => (format!("gives {}:", e.code), block),
            Part::Accepted(block) => ("compiles:".to_owned(), block),
        };
        let _ = writeln!(out, "  {head}");
        block.lines().for_each(|l| {
            let _ = writeln!(out, "{}", format!("    {l}").trim_end());
        });
    }
    out
}
