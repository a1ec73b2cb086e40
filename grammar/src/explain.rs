//! Says in words what the parser expected.

mod guess;

use crate::error::{SyntaxError, code};
use crate::lexical::shorten;
use crate::node::Context;
use crate::token::Token;

/// How many alternatives a message names.
const MAX_NAMED: usize = 5;

/// A token that fits nowhere.
pub(crate) struct Mistake<'a> {
    /// The tokens before it.
    pub(crate) before: &'a [Token],
    /// The token; none at the end of the file.
    pub(crate) found: Option<Token>,
    /// The names, in the grammar, of the tokens that would fit.
    pub(crate) expected: &'a [String],
}

impl Mistake<'_> {
    /// Whether a token, by its name in the grammar, would fit.
    fn expects(&self, name: &str) -> bool {
        self.expected.iter().any(|expected| expected.trim_matches('"') == name)
    }
}

/// The error for a token that fits nowhere.
pub(crate) fn explain(cx: &Context<'_>, mistake: &Mistake<'_>) -> SyntaxError {
    let found = match mistake.found {
        Some(token) => format!("`{}`", shorten(token.text(cx.source))),
        None => "the end of the file".to_owned(),
    };
    let expected = list(&words(mistake));
    let message = if expected.is_empty() {
        format!("expected nothing more, found {found}")
    } else {
        format!("expected {expected}, found {found}")
    };
    // At the end of the file there is nothing to point at but the last token.
    let at = mistake.found.or(mistake.before.last().copied());
    let span = at.map_or(cx.span(0, 0), |token| cx.span(token.start, token.end));
    let error = SyntaxError::new(code::UNEXPECTED, span, message);
    guess::improve(cx, mistake, error)
}

/// `a`, `a or b`, `a, b or c`.
fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Tokens that stand for one notion where they are all expected.
struct Notion {
    /// The notion is named if this token is expected …
    sign: &'static str,
    /// … and so is this one.
    also: &'static str,
    name: &'static str,
    covers: &'static [&'static str],
}

const OPERATORS: &[&str] = &[
    "+", "-", "*", "/", "%", "@", "**", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "in", "as",
    ".", "(", "[", "::",
];

const OPERANDS: &[&str] = &[
    "integer", "decimal", "string", "true", "false", "name", "qtype", "(", "[", "{", "-", "!",
    "sum", "prod", "fold", "for", "if",
];

const STATEMENTS: &[&str] = &[
    "let", "assert", "#", "integer", "decimal", "string", "true", "false", "name", "qtype", "(",
    "[", "{", "-", "!", "sum", "prod", "fold", "for", "if",
];

const TYPES: &[&str] = &["_", "qtype", "int", "fix", "name", "("];

const SIZES: &[&str] = &[
    "_", "int", "fix", "integer", "decimal", "string", "true", "false", "name", "qtype", "(", "[",
    "{", "-", "!", "sum", "prod", "fold", "for", "if",
];

const ITEMS: &[&str] =
    &["fn", "circuit", "struct", "type", "const", "use", "test", "pub", "#", "doc"];

/// From the most particular to the least; each takes its tokens out of the list.
const NOTIONS: &[Notion] = &[
    Notion { sign: "fn", also: "fn", name: "an item", covers: ITEMS },
    Notion { sign: "let", also: "assert", name: "a statement", covers: STATEMENTS },
    Notion { sign: "_", also: "integer", name: "a size or a type", covers: SIZES },
    Notion {
        sign: "_",
        also: "public",
        name: "a result",
        covers: &[
            "_",
            "qtype",
            "int",
            "fix",
            "name",
            "(",
            "public",
            "private",
            "committed",
            "const",
        ],
    },
    Notion { sign: "_", also: "qtype", name: "a type", covers: TYPES },
    Notion {
        sign: "public",
        also: "name",
        name: "a parameter",
        covers: &["public", "private", "committed", "const", "name"],
    },
    Notion { sign: "integer", also: "sum", name: "an expression", covers: OPERANDS },
    Notion { sign: "||", also: "||", name: "an operator", covers: OPERATORS },
    Notion { sign: "_", also: "name", name: "a name", covers: &["_", "name", "("] },
    Notion { sign: "integer", also: "decimal", name: "a number", covers: &["integer", "decimal"] },
    Notion { sign: "name", also: "name", name: "a name", covers: &["name"] },
    Notion { sign: "string", also: "string", name: "a string", covers: &["string"] },
];

fn words(mistake: &Mistake<'_>) -> Vec<String> {
    let mut tokens: Vec<&str> =
        mistake.expected.iter().map(|expected| expected.trim_matches('"')).collect();
    tokens.retain(|token| *token != "statement that did not parse");
    let mut notions = Vec::new();
    for notion in NOTIONS {
        if tokens.contains(&notion.sign) && tokens.contains(&notion.also) {
            notions.push(notion.name.to_owned());
            tokens.retain(|token| !notion.covers.contains(token));
        }
    }
    // What ends something is what is most often forgotten.
    let ends = [";", ")", "]", "}", ",", "{"];
    tokens.sort_by_key(|token| ends.iter().position(|end| end == token).unwrap_or(ends.len()));
    let mut words: Vec<String> = tokens.iter().map(|token| format!("`{token}`")).collect();
    words.truncate(MAX_NAMED.saturating_sub(notions.len()));
    words.extend(notions);
    words
}
