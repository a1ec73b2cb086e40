//! Makes the brackets of an item match, so that the parser meets no bracket mistakes and one
//! lost bracket is reported once, where it was opened.

use crate::error::{SyntaxError, code};
use crate::node::Context;
use crate::token::{Kind, Token};

/// Returns the tokens with lost closing brackets put in (with no text) and stray ones left out,
/// and reports each.
pub(crate) fn balance(cx: &Context<'_>, tokens: Vec<Token>) -> Vec<Token> {
    let mut balancer = Balancer { cx, out: Vec::with_capacity(tokens.len()), open: Vec::new() };
    for token in tokens {
        balancer.token(token);
    }
    balancer.close_to(0);
    balancer.out
}

struct Balancer<'c, 't> {
    cx: &'c Context<'t>,
    out: Vec<Token>,
    /// The opening brackets that wait for their partner.
    open: Vec<Token>,
}

impl Balancer<'_, '_> {
    fn token(&mut self, token: Token) {
        let kind = token.kind;
        if kind.closer().is_some() {
            self.open.push(token);
        } else if kind == Kind::Semicolon || kind.begins_statement() {
            // Neither can stand inside `(` or `[`.
            let brace = self.open.iter().rposition(|open| open.kind == Kind::OpenBrace);
            self.close_to(brace.map_or(0, |at| at + 1));
        } else if kind.closes() {
            match self.partner(kind) {
                Some(at) => {
                    self.close_to(at + 1);
                    self.open.pop();
                }
                None => {
                    self.report(token, "closes nothing");
                    return;
                }
            }
        }
        self.out.push(token);
    }

    /// The opening bracket for a closing one. A brace is stronger than the other brackets: they
    /// do not close across it.
    fn partner(&self, closer: Kind) -> Option<usize> {
        for (at, open) in self.open.iter().enumerate().rev() {
            if open.kind.closer() == Some(closer) {
                return Some(at);
            }
            if open.kind == Kind::OpenBrace {
                return None;
            }
        }
        None
    }

    /// Closes the brackets opened last until `keep` are left.
    fn close_to(&mut self, keep: usize) {
        while self.open.len() > keep {
            let Some(open) = self.open.pop() else { return };
            self.report(open, "is never closed");
            let end = self.out.last().map_or(open.end, |last| last.end);
            if let Some(kind) = open.kind.closer() {
                self.out.push(Token { kind, start: end, end });
            }
        }
    }

    fn report(&self, token: Token, what: &str) {
        let message = format!("this `{}` {what}", token.text(self.cx.source));
        let span = self.cx.span(token.start, token.end);
        self.cx.report(SyntaxError::new(code::BRACKET, span, message));
    }
}
