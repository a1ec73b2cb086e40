//! Reports what is no token, and leaves the parser something to go on with.

use crate::error::{SyntaxError, code};
use crate::node::Context;
use crate::token::{Kind, Token};

/// How many lexical errors are reported for one text.
const MAX_LEXICAL_ERRORS: usize = 50;

/// The tokens without trivia. What is no token is reported; a string or a number stays one, so
/// that the mistake does not cause another.
pub(crate) fn significant(cx: &Context<'_>, tokens: &[Token]) -> Vec<Token> {
    let mut out = Vec::with_capacity(tokens.len() / 2 + 1);
    let mut left = MAX_LEXICAL_ERRORS;
    for token in tokens {
        let repaired = match token.kind {
            Kind::Space | Kind::Comment => continue,
            Kind::BadStr | Kind::BadQuote => Some(Kind::Str),
            Kind::BadNumber => Some(Kind::Int),
            Kind::BadChar | Kind::BadComment => None,
            kind => {
                out.push(Token { kind, ..*token });
                continue;
            }
        };
        if left > 0 {
            cx.report(describe(cx, *token));
            left -= 1;
        }
        out.extend(repaired.map(|kind| Token { kind, ..*token }));
    }
    out
}

fn describe(cx: &Context<'_>, token: Token) -> SyntaxError {
    let text = token.text(cx.source);
    let span = cx.span(token.start, token.end);
    match token.kind {
        Kind::BadStr => SyntaxError::new(code::STRING, span, "the string has no closing `\"`")
            .hint("a string ends on the line it begins on; write `\\n` for a new line"),
        Kind::BadNumber => bad_number(
            text,
            SyntaxError::new(code::NUMBER, span, format!("`{}` is no number", shorten(text))),
        ),
        Kind::BadQuote => SyntaxError::new(code::CHARACTER, span, "`'` begins no string")
            .hint("strings stand in double quotes"),
        Kind::BadComment => SyntaxError::new(code::CHARACTER, span, "`/*` begins no comment")
            .hint("comments begin with `//` and end with the line"),
        _ => bad_character(text, span),
    }
}

fn bad_number(text: &str, error: SyntaxError) -> SyntaxError {
    let exponent = text.contains(['e', 'E']) && !text.starts_with("0x");
    if exponent {
        error.hint("numbers have no exponent: write all digits, or `a * 10 ** b`")
    } else if text.starts_with("0x") || text.starts_with("0b") {
        error.hint("`0x` takes the digits 0-9 and a-f, `0b` the digits 0 and 1")
    } else {
        error.hint("a name begins with a letter; a number takes no suffix, write `5 as u8`")
    }
}

fn bad_character(text: &str, span: crate::ast::Span) -> SyntaxError {
    let message = match text.chars().count() {
        1 if !text.trim().is_empty() && !text.contains(char::is_control) => {
            format!("unknown character `{text}`")
        }
        1 => format!("unknown character `{}`", text.escape_default()),
        n => format!("{n} unknown characters"),
    };
    let error = SyntaxError::new(code::CHARACTER, span, message);
    match text.chars().next() {
        Some('&') => error.hint(
            "`&&` is the and of two bits, and of an integer they are `bits::<8>(x)`; there are no references",
        ),
        Some('|') => error.hint("`||` is the or of two bits, and of an integer they are `bits::<8>(x)`"),
        Some('^') => error.hint("a power is written `x ** 2`, and the exclusive or of two bits `a != b`"),
        Some('~') => error.hint("the not of a bit is written `!`"),
        Some('?') => error.hint("write `if c { a } else { b }`"),
        Some('$' | '\\' | '`') => error,
        Some(c) if c.is_alphabetic() => error.hint("names take the letters a-z and A-Z"),
        _ => error,
    }
}

/// At most so much of a text as fits in a message.
pub(crate) fn shorten(text: &str) -> String {
    match text.char_indices().nth(24) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("")),
        None => text.to_owned(),
    }
}
