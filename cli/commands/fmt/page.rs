//! Programs in pages of Markdown: blocks between fences.

use zirc_grammar::FormatError;

/// A block that is left as it is.
pub(super) struct Left {
    /// The line of its fence.
    pub(super) line: usize,
    reason: Reason,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// Its fence says something of it that is not known here, such as that it must fail.
    Marked,
    Syntax,
    /// Its lines do not begin with the white space that its fence begins with.
    Indent,
}

impl Left {
    /// In words.
    pub(super) fn why(&self) -> &'static str {
        match self.reason {
            Reason::Marked => "marked",
            Reason::Syntax => "does not parse",
            Reason::Indent => "is less indented than its fence",
        }
    }
}

/// One line about blocks that are left as they are.
pub(super) fn told(left: &[Left]) -> String {
    let line = |l: &Left| format!("line {} ({})", l.line, l.why());
    let told: Vec<String> = left.iter().filter(|l| l.reason != Reason::Marked).map(line).collect();
    let marked = left.len() - told.len();
    let marked = (marked > 0).then(|| format!("{marked} by their mark"));
    let all: Vec<String> = marked.into_iter().chain(told).collect();
    format!("left as they are: {}", all.join(", "))
}

/// A fence: how far it is indented, of what it is made, and what stands behind it.
struct Fence<'t> {
    indent: &'t str,
    sign: char,
    length: usize,
    info: &'t str,
}

fn fence(line: &str) -> Option<Fence<'_>> {
    let rest = line.trim_start_matches(' ');
    let indent = line.get(..line.len() - rest.len())?;
    let sign = rest.chars().next().filter(|c| ['`', '~'].contains(c))?;
    let info = rest.trim_start_matches(sign);
    let length = rest.len() - info.len();
    (length >= 3).then(|| Fence { indent, sign, length, info: info.trim() })
}

/// A page with its programs formatted, and the blocks that were left as they are.
pub(super) fn format(text: &str) -> Result<(String, Vec<Left>), FormatError> {
    let mut out = String::with_capacity(text.len());
    let mut left = vec![];
    let mut lines = text.split_inclusive('\n').enumerate();
    while let Some((number, line)) = lines.next() {
        out.push_str(line);
        let Some(open) = fence(line) else { continue };
        let closes = |line: &str| {
            fence(line).is_some_and(|f| {
                f.sign == open.sign && f.length >= open.length && f.info.is_empty()
            })
        };
        let mut block = String::new();
        let mut end = None;
        for (_, line) in lines.by_ref() {
            if closes(line) {
                end = Some(line);
                break;
            }
            block.push_str(line);
        }
        // Without its end it is no block that anybody meant.
        match (block_of(&open, &block), end) {
            (Some(done), Some(_)) => match done {
                Ok(formatted) => out.push_str(&formatted),
                Err(Stop::Left(reason)) => {
                    out.push_str(&block);
                    left.push(Left { line: number + 1, reason });
                }
                Err(Stop::Bug(e)) => return Err(e),
            },
            _ => out.push_str(&block),
        }
        out.push_str(end.unwrap_or(""));
    }
    Ok((out, left))
}

/// Why a block was not formatted.
enum Stop {
    Left(Reason),
    Bug(FormatError),
}

/// A block formatted, if it is a program.
fn block_of(open: &Fence<'_>, block: &str) -> Option<Result<String, Stop>> {
    let marks = open.info.strip_prefix("zirc")?;
    match marks {
        "" | ",norun" => {}
        // Of another language whose name begins so.
        marks if !marks.starts_with(',') => return None,
        _ => return Some(Err(Stop::Left(Reason::Marked))),
    }
    let mut text = String::with_capacity(block.len());
    for line in block.split_inclusive('\n') {
        match line.strip_prefix(open.indent) {
            Some(line) => text.push_str(line),
            None if line.trim().is_empty() => text.push_str(line.trim_start_matches(' ')),
            None => return Some(Err(Stop::Left(Reason::Indent))),
        }
    }
    let formatted = match zirc_grammar::format(&text) {
        Ok(formatted) => formatted,
        Err(FormatError::Syntax(_)) => return Some(Err(Stop::Left(Reason::Syntax))),
        Err(e) => return Some(Err(Stop::Bug(e))),
    };
    let indented = formatted.split_inclusive('\n').map(|line| match line.trim() {
        "" => line.to_owned(),
        _ => format!("{}{line}", open.indent),
    });
    Some(Ok(indented.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (String, Vec<(usize, &'static str)>) {
        let (out, left) = format(text).unwrap();
        assert_eq!(format(&out).unwrap().0, out);
        (out, left.iter().map(|l| (l.line, l.why())).collect())
    }

    #[test]
    fn programs_between_fences() {
        let page =
            "a\n```zirc\nfn f(){}\n```\n~~~zirc,norun\nfn  g(){}\n~~~\n```sh\nfn  h(){}\n```\n";
        let (out, left) = of(page);
        assert_eq!(out, page.replace("f(){}", "f() {}").replace("fn  g(){}", "fn g() {}"));
        assert_eq!(left, []);
    }

    #[test]
    fn in_lists_and_with_other_line_ends() {
        let page = "- a\n\n  ```zirc\n  fn f(){\n\n  1;2}\n  ```\n\n```zirc\r\nfn f(){}\r\n```\r\n";
        let out = "- a\n\n  ```zirc\n  fn f() {\n      1;\n      2\n  }\n  ```\n\n```zirc\r\nfn f() {}\r\n```\r\n";
        assert_eq!(of(page), (out.to_owned(), vec![]));
    }

    #[test]
    fn what_is_left() {
        let page = "```zirc,error=E0203\nfn  f(){}\n```\n\n```zirc\nfn  f( {}\n```\n  ```zirc\nfn  f(){}\n  ```\n";
        let (out, left) = of(page);
        assert_eq!(out, page);
        let why = ["marked", "does not parse", "is less indented than its fence"];
        assert_eq!(left, [(1, why[0]), (5, why[1]), (8, why[2])]);
        for page in [
            "````md\n```zirc\nfn  f(){}\n```\n````\n",
            "```zircon\nfn  f(){}\n```\n",
            "```zirc\nfn  f(){}\n",
            "``zirc\nfn  f(){}\n``\n",
        ] {
            assert_eq!(of(page), (page.to_owned(), vec![]));
        }
    }
}
