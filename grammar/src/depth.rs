//! Bounds the depth of the tree before it is built: every later pass, down to dropping the
//! tree, recurses over it, and text from strangers must not exhaust the stack.

use crate::token::{Kind, Token};

/// How many brackets may be open at once.
pub(crate) const MAX_BRACKETS: usize = 64;

/// How deep a tree may be, counted in operators and brackets.
pub(crate) const MAX_DEPTH: u32 = 256;

/// What a token is one too many of.
pub(crate) enum Excess {
    /// More than [`MAX_BRACKETS`].
    Brackets(Token),
    /// More than [`MAX_DEPTH`].
    Depth(Token),
}

/// What one bracket holds so far.
///
/// Without brackets an expression is at most as deep as it has operators, whichever way they
/// associate. So a bound for the whole is the operators at this level plus the deepest bracket
/// among them; both start anew where one expression has certainly ended.
#[derive(Default)]
struct Level {
    operators: u32,
    inner: u32,
    /// The largest bound among the expressions that have ended.
    deepest: u32,
    /// `<` that may be waiting for their `>`: a comma inside `A<B, …>` ends nothing.
    angles: u32,
    /// For each loop or `if` whose body is still to come, `angles` at its keyword: a comma in
    /// `for i < n, j < m {` ends nothing.
    headers: Vec<u32>,
}

impl Level {
    fn bound(&self) -> u32 {
        self.operators + self.inner
    }

    fn end(&mut self) {
        self.deepest = self.deepest.max(self.bound());
        (self.operators, self.inner, self.angles) = (0, 0, 0);
        self.headers.clear();
    }
}

/// The first token that makes the tree too deep. The brackets must match.
pub(crate) fn excess(tokens: &[Token]) -> Option<Excess> {
    let mut levels = vec![Level::default()];
    for (i, token) in tokens.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|at| tokens.get(at)).map(|token| token.kind);
        let after = tokens.get(i + 1).map(|token| token.kind);
        let kind = token.kind;
        if kind.closes() && levels.len() > 1 {
            let depth = levels.pop().map_or(0, |level| level.deepest.max(level.bound())) + 1;
            if let Some(outer) = levels.last_mut() {
                outer.inner = outer.inner.max(depth);
                if kind == Kind::CloseBrace && after.is_none_or(begins_anew) {
                    outer.end();
                }
            }
        } else if let Some(level) = levels.last_mut() {
            step(level, kind, before);
        }
        if levels.last().is_some_and(|level| level.bound() > MAX_DEPTH) {
            return Some(Excess::Depth(*token));
        }
        if kind.closer().is_some() {
            levels.push(Level::default());
            if levels.len() > MAX_BRACKETS + 1 {
                return Some(Excess::Brackets(*token));
            }
        }
    }
    None
}

/// Counts a token that closes nothing.
fn step(level: &mut Level, kind: Kind, before: Option<Kind>) {
    match kind {
        Kind::Semicolon => level.end(),
        Kind::Comma if level.angles == 0 && level.headers.is_empty() => level.end(),
        Kind::For | Kind::Sum | Kind::Prod | Kind::Fold | Kind::If => {
            level.operators += 1;
            level.headers.push(level.angles);
        }
        Kind::OpenBrace => {
            level.operators += 1;
            // A brace after an operand is a body; any other is a block among the operands.
            if before.is_some_and(Kind::ends_operand) {
                level.angles = level.headers.pop().unwrap_or(level.angles);
            }
        }
        Kind::Lt => {
            level.operators += 1;
            level.angles += 1;
        }
        Kind::Gt => {
            level.operators += 1;
            level.angles = level.angles.saturating_sub(1);
        }
        Kind::Not | Kind::Else => level.operators += 1,
        _ if kind.continues() => level.operators += 1,
        _ => {}
    }
}

/// Whether a token after `}` certainly begins something new.
fn begins_anew(kind: Kind) -> bool {
    let goes_on = kind.continues() || kind.closes();
    !goes_on
        && !matches!(kind, Kind::Else | Kind::OpenBrace | Kind::Comma | Kind::Semicolon)
        && !matches!(kind, Kind::DotDot | Kind::DotDotEq)
}
