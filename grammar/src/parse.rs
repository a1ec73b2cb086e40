//! The driver: from a text to items and errors, several of them at once.

use std::cell::Cell;

use crate::ast::{Expr, Item, ItemKind, Module, Span};
use crate::balance::balance;
use crate::depth::{Excess, MAX_BRACKETS, MAX_DEPTH, excess};
use crate::error::{SyntaxError, code};
use crate::explain::{Mistake, explain};
use crate::lexical::significant;
use crate::node::{Context, Entry};
use crate::region::region;
use crate::split::{Chunk, chunks};
use crate::tables::grammar::StartParser;
use crate::token::{Kind, Token, tokens};

/// The largest text that is read, in bytes.
pub const MAX_SIZE: usize = 4 << 20;

/// A token that says that an item is expected.
const ITEM: &str = "fn";

/// How many mistakes are looked for in one item: each costs another pass over it.
const MAX_ITEM_ERRORS: usize = 10;

/// How many errors are reported for one file.
const MAX_ERRORS: usize = 100;

/// Parses a file. All of it must be right.
///
/// # Errors
/// Returns the errors in the order of the text: at most a few for each item, since one mistake
/// often causes others.
///
/// ```
/// let errors = zirc_grammar::parse("fn f() { 1 + }\nfn g() { (2 }", 0).unwrap_err();
/// assert_eq!(errors.len(), 2);
/// assert_eq!(errors[0].message, "expected an expression, found `}`");
/// assert_eq!(errors[1].message, "this `(` is never closed");
/// ```
pub fn parse(text: &str, file: u32) -> Result<Module, Vec<SyntaxError>> {
    let (module, errors) = parse_tolerant(text, file);
    if errors.is_empty() { Ok(module) } else { Err(errors) }
}

/// Parses a file as far as it can be understood. What did not parse is an error node in the
/// tree: a statement where possible, else an item.
///
/// ```
/// let (module, errors) = zirc_grammar::parse_tolerant("fn f() { let a = ; 1 }", 0);
/// assert_eq!((module.items.len(), errors.len()), (1, 1));
/// ```
#[must_use]
pub fn parse_tolerant(text: &str, file: u32) -> (Module, Vec<SyntaxError>) {
    let cx = Context::new(text, file);
    let mut items = Vec::new();
    if check_size(&cx) {
        let tokens = significant(&cx, &tokens(text));
        for chunk in chunks(text, &tokens) {
            items.extend(parse_chunk(&cx, chunk));
            if cx.errors.borrow().len() >= MAX_ERRORS {
                break;
            }
        }
    }
    (Module { items }, sorted(cx))
}

/// Parses one expression and nothing else.
///
/// ```
/// assert!(zirc_grammar::parse_expression("2 * x + 1", 0).is_ok());
/// assert!(zirc_grammar::parse_expression("2 * x + 1;", 0).is_err());
/// ```
///
/// # Errors
/// Returns the errors in the order of the text.
pub fn parse_expression(text: &str, file: u32) -> Result<Expr, Vec<SyntaxError>> {
    let cx = Context::new(text, file);
    if check_size(&cx) {
        let mut tokens = significant(&cx, &tokens(text));
        tokens.retain(|token| token.kind != Kind::Doc);
        let tokens = balance(&cx, tokens);
        if check_depth(&cx, &tokens) {
            match run(&cx, &tokens, Kind::StartExpr) {
                Ok(Entry::Expr(expr)) if cx.errors.borrow().is_empty() => return Ok(expr),
                Ok(_) => {}
                Err(failure) => report(&cx, &tokens, None, &failure),
            }
        }
    }
    Err(sorted(cx))
}

fn check_size(cx: &Context<'_>) -> bool {
    let small = cx.source.len() <= MAX_SIZE;
    if !small {
        let message = format!("the file has {} bytes, at most {MAX_SIZE}", cx.source.len());
        cx.report(SyntaxError::new(code::SIZE, cx.span(0, 0), message));
    }
    small
}

fn check_depth(cx: &Context<'_>, tokens: &[Token]) -> bool {
    let (token, message, hint) = match excess(tokens) {
        None => return true,
        Some(Excess::Brackets(token)) => (
            token,
            format!("more than {MAX_BRACKETS} brackets are open"),
            "name the inner parts with `let`",
        ),
        Some(Excess::Depth(token)) => (
            token,
            format!("the expression has more than {MAX_DEPTH} operators in a row"),
            "name parts of it with `let`, or write a `sum`",
        ),
    };
    let span = cx.span(token.start, token.end);
    cx.report(SyntaxError::new(code::DEPTH, span, message).hint(hint));
    false
}

fn sorted(cx: Context<'_>) -> Vec<SyntaxError> {
    let mut errors = cx.errors.into_inner();
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    errors.truncate(MAX_ERRORS);
    errors
}

/// Parses one item; where a statement does not parse, leaves it out and tries again.
fn parse_chunk(cx: &Context<'_>, chunk: Chunk) -> Vec<Item> {
    let span = whole(cx, &chunk.tokens);
    if !chunk.is_item {
        let failure = Failure { at: 0, expected: vec![ITEM.to_owned()] };
        report(cx, &chunk.tokens, chunk.next, &failure);
        return vec![error_item(span)];
    }
    let mut tokens = balance(cx, chunk.tokens);
    if !check_depth(cx, &tokens) {
        return vec![error_item(span)];
    }
    let mut rest = None;
    for _ in 0..MAX_ITEM_ERRORS {
        let attempt = Context::new(cx.source, cx.file);
        let result = run(&attempt, &tokens, Kind::StartItem);
        let mut failure = match result {
            Ok(entry) => {
                cx.errors.borrow_mut().extend(attempt.errors.into_inner());
                let Entry::Item(item) = entry else { break };
                return std::iter::once(item).chain(rest).collect();
            }
            Err(failure) => failure,
        };
        let complete = failure.expected.is_empty() && failure.at > 0;
        if complete {
            failure.expected.push(ITEM.to_owned());
        }
        report(cx, &tokens, chunk.next, &failure);
        if complete {
            // The item is complete; the rest belongs to nothing.
            rest = tokens.get(failure.at..).map(|tokens| error_item(whole(cx, tokens)));
            tokens.truncate(failure.at);
        } else if let Some(region) = region(&tokens, failure.at) {
            let span = whole(cx, tokens.get(region.clone()).unwrap_or(&[]));
            let bad = Token { kind: Kind::BadStatement, start: span.start, end: span.end };
            tokens.splice(region, [bad]);
        } else {
            break;
        }
    }
    vec![error_item(span)]
}

fn error_item(span: Span) -> Item {
    Item { doc: Vec::new(), attributes: Vec::new(), public: false, kind: ItemKind::Error, span }
}

/// The text that tokens cover.
fn whole(cx: &Context<'_>, tokens: &[Token]) -> Span {
    let start = tokens.first().map_or(0, |token| token.start);
    cx.span(start, tokens.last().map_or(start, |token| token.end))
}

/// Where the parser stopped and what could have stood there.
struct Failure {
    at: usize,
    expected: Vec<String>,
}

/// Runs the generated parser.
fn run(cx: &Context<'_>, tokens: &[Token], start: Kind) -> Result<Entry, Failure> {
    let read = Cell::new(0_usize);
    let first = tokens.first().map_or(0, |token| token.start);
    let stream = std::iter::once((first, start, first)).chain(tokens.iter().map(|token| {
        read.set(read.get() + 1);
        (token.start, token.kind, token.end)
    }));
    StartParser::new().parse(cx, stream).map_err(|error| {
        use lalrpop_util::ParseError::{
            ExtraToken, InvalidToken, UnrecognizedEof, UnrecognizedToken, User,
        };
        let last = read.get().saturating_sub(1);
        match error {
            UnrecognizedToken { expected, .. } => Failure { at: last, expected },
            UnrecognizedEof { expected, .. } => Failure { at: tokens.len(), expected },
            ExtraToken { .. } | InvalidToken { .. } | User { .. } => {
                Failure { at: last, expected: Vec::new() }
            }
        }
    })
}

/// Reports where the parser stopped, unless what went wrong there is reported: at a bracket that
/// was put in, and at what is no token.
fn report(cx: &Context<'_>, tokens: &[Token], next: Option<Token>, failure: &Failure) {
    let found = tokens.get(failure.at).copied();
    let before = tokens.get(..failure.at).unwrap_or(&[]);
    let put_in = |token: &Token| token.start == token.end;
    if found.as_ref().or(before.last()).is_some_and(put_in) {
        return;
    }
    let start = before.last().map_or(0, |token| token.start);
    let end = found.map_or(u32::MAX, |token| token.start);
    let lexical = [code::CHARACTER, code::STRING, code::NUMBER];
    let known = |error: &SyntaxError| {
        lexical.contains(&error.code) && error.span.start >= start && error.span.end <= end
    };
    if cx.errors.borrow().iter().any(known) {
        return;
    }
    let mistake = Mistake { before, found: found.or(next), expected: &failure.expected };
    cx.report(explain(cx, &mistake));
}
