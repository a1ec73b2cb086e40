//! Guesses what was meant: mistakes that people who know other languages make often.

use super::Mistake;
use crate::error::SyntaxError;
use crate::node::Context;
use crate::token::{Kind, Token};

/// Words that begin statements or items elsewhere and what stands for them here.
const FOREIGN: &[(&str, &str)] = &[
    ("while", "all lengths are known: write `for i in lo..hi { … }`, `sum` or `fold`"),
    ("loop", "all lengths are known: write `for i in lo..hi { … }`, `sum` or `fold`"),
    ("return", "the value of a block is its last expression, without `;`"),
    ("match", "write `if … { … } else if … { … } else { … }`"),
    ("mut", "values never change; use `fold` or a new `let`"),
    ("var", "a name is given with `let`"),
    ("enum", "there are no enums; use a range-typed integer"),
    ("impl", "there are no methods; write a `fn` that takes the struct"),
    ("trait", "there are no traits; `T: num` stands for any scalar type"),
    ("mod", "each file is a module; take from it with `use`"),
    ("import", "write `use module::name;`"),
    ("def", "functions begin with `fn`"),
    ("func", "functions begin with `fn`"),
    ("function", "functions begin with `fn`"),
    ("static", "write `const NAME: Type = …;`"),
    ("and", "the and of two bits is written `&&`"),
    ("or", "the or of two bits is written `||`"),
    ("elif", "write `else if`"),
];

const CHANGES: &str = "values never change; use `sum`, `fold` or a new `let`";

/// Adds a hint and, where the guess is certain, better words.
pub(super) fn improve(
    cx: &Context<'_>,
    mistake: &Mistake<'_>,
    mut error: SyntaxError,
) -> SyntaxError {
    let last = mistake.before.last().copied();
    let found = mistake.found;
    if is_comparison(found) && mistake.expects("&&") && !mistake.expects("<") {
        error.message = "comparisons cannot be chained".to_owned();
        let generic = found.is_some_and(|token| token.kind == Kind::Gt);
        return error.hint(if generic {
            "write `a < b && b < c`; generic arguments in an expression are `f::<…>`"
        } else {
            "write `a < b && b < c`, or `b in lo..=hi`"
        });
    }
    let hint = foreign(cx, last)
        .or_else(|| foreign(cx, found))
        .or_else(|| by_found(cx, mistake, last, found?))
        .or_else(|| by_missing(mistake, last));
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

fn is_comparison(token: Option<Token>) -> bool {
    use Kind::{Eq, Ge, Gt, In, Le, Lt, Ne};
    token.is_some_and(|token| matches!(token.kind, Eq | Ge | Gt | In | Le | Lt | Ne))
}

fn foreign(cx: &Context<'_>, token: Option<Token>) -> Option<&'static str> {
    let token = token.filter(|token| token.kind == Kind::Name)?;
    let text = token.text(cx.source);
    FOREIGN.iter().find(|(word, _)| *word == text).map(|(_, hint)| *hint)
}

/// Guesses from the token that was found and the one before it.
fn by_found(
    cx: &Context<'_>,
    mistake: &Mistake<'_>,
    last: Option<Token>,
    found: Token,
) -> Option<&'static str> {
    let before = last.map(|token| token.kind);
    let glued = last.is_some_and(|token| token.end == found.start);
    // The parser may have closed the expression already when it stopped.
    let after_operand = mistake.expects("||")
        || (mistake.expects(";") && last.is_some_and(|token| token.kind.ends_operand()));
    Some(match found.kind {
        Kind::Lt | Kind::Gt if glued && before == Some(found.kind) => {
            "there are no shifts: `x << 2` is `4 * x`, and `x >> 2` is `floor_div::<4>(x)`"
        }
        Kind::Plus if glued && before == Some(found.kind) => CHANGES,
        Kind::Semicolon if doubled(mistake, Kind::Minus) => CHANGES,
        Kind::Gt if glued && before == Some(Kind::Assign) => "`=>` has no meaning here",
        Kind::Assign if after_operand => {
            "`==` compares; a name is given with `let x = …;` and never changes"
        }
        Kind::Assign
            if matches!(
                before,
                Some(Kind::Plus | Kind::Minus | Kind::Star | Kind::Slash | Kind::Percent)
            ) =>
        {
            CHANGES
        }
        Kind::Colon if mistake.expects("->") => "results are written `-> T`",
        Kind::Colon if after_operand && before == Some(Kind::Name) => {
            "a name is given with `let x: T = …;`"
        }
        Kind::OpenBrace if after_operand => {
            "structs are built by a call with the fields in order: `Point(x, y)`"
        }
        Kind::Semicolon if mistake.expects("}") && !after_operand => {
            "what stands between these braces is separated by commas"
        }
        Kind::DotDot if mistake.expects("..=") => {
            "both ends of this range are included: write `lo..=hi`"
        }
        Kind::OpenBracket if mistake.expects("as") => {
            "`as` takes a scalar type and works on tensors too; to index, write `(x as T)[i]`"
        }
        Kind::Power if after_operand => {
            "what `**` joins are postfix terms: write `a ** (b ** c)`, `(x as T) ** 2`"
        }
        Kind::Minus | Kind::Not if before == Some(Kind::Power) => {
            "put the exponent in parentheses: `2 ** (-1)`"
        }
        _ => return by_word(cx, mistake, before, found),
    })
}

/// Guesses from the token that was found, whatever its neighbours touch.
fn by_word(
    cx: &Context<'_>,
    mistake: &Mistake<'_>,
    before: Option<Kind>,
    found: Token,
) -> Option<&'static str> {
    Some(match found.kind {
        Kind::Hint => "a hint stands only in `let name: T = hint …;`",
        Kind::Underscore => "`_` stands for a type or an unused name, never for a value",
        Kind::Arrow => "`->` stands only before the results of a `fn` or `circuit`",
        Kind::Fn | Kind::Circuit | Kind::Struct | Kind::Type | Kind::Use | Kind::Test
            if mistake.expects("let") =>
        {
            "items stand at the top of a file, not inside others"
        }
        Kind::Let | Kind::Assert if mistake.expects("fn") => {
            "statements stand inside a `fn`, `circuit` or `test`"
        }
        _ if mistake.expects("name") && is_word(cx, found) => {
            "this word is a keyword; choose another name"
        }
        _ if after_statement(before, found) => {
            "a statement that begins with `for`, `if` or `{` ends at its `}`; put it in \
             parentheses to go on with it"
        }
        _ => return None,
    })
}

/// Guesses from what is missing.
fn by_missing(mistake: &Mistake<'_>, last: Option<Token>) -> Option<&'static str> {
    let before = last.map(|token| token.kind);
    if mistake.expects(";") && mistake.expects("||") {
        return Some(if mistake.expects("}") {
            "only the last expression of a block goes without `;`"
        } else {
            "end the statement with `;`"
        });
    }
    let only_type = mistake.expects(":") && !mistake.expects("::") && !mistake.expects("=");
    if only_type && before == Some(Kind::Name) {
        return Some("write the type after the name: `x: T`");
    }
    None
}

/// Whether what stands before is an operator twice, without a space between: `x--`.
fn doubled(mistake: &Mistake<'_>, kind: Kind) -> bool {
    matches!(mistake.before, [.., a, b] if a.kind == kind && b.kind == kind && a.end == b.start)
}

/// Whether a token is spelled like a name.
fn is_word(cx: &Context<'_>, token: Token) -> bool {
    token.kind != Kind::Name && token.text(cx.source).bytes().all(|b| b.is_ascii_alphabetic())
}

/// Whether an operator follows a `}` that ended a statement.
fn after_statement(before: Option<Kind>, found: Token) -> bool {
    before == Some(Kind::CloseBrace) && found.kind.continues()
}
