//! Builds tree nodes for the grammar: items, statements, and the few checks that are about form
//! and that the grammar cannot say.

mod expr;
mod types;

use std::cell::RefCell;

use crate::ast::{
    Attribute, Block, Expr, Item, ItemKind, Pattern, Span, Statement, StatementKind, Type,
};
use crate::error::{SyntaxError, code};

/// What the parser returns.
#[derive(Debug)]
pub(crate) enum Entry {
    Item(Item),
    Expr(Expr),
}

/// What may stand before an item.
#[derive(Debug)]
pub(crate) enum Head {
    Doc(String),
    Attribute(Attribute),
}

/// A statement and whether it ended in `;`.
#[derive(Debug)]
pub(crate) struct Part {
    statement: Statement,
    ended: bool,
}

/// A statement that ended in `;`.
pub(crate) fn ended(kind: StatementKind) -> (StatementKind, bool) {
    (kind, true)
}

/// A list with one more element.
pub(crate) fn push<T>(mut list: Vec<T>, next: T) -> Vec<T> {
    list.push(next);
    list
}

/// What the grammar's actions know besides the tokens.
pub(crate) struct Context<'t> {
    pub(crate) source: &'t str,
    pub(crate) file: u32,
    pub(crate) errors: RefCell<Vec<SyntaxError>>,
}

impl<'t> Context<'t> {
    pub(crate) fn new(source: &'t str, file: u32) -> Context<'t> {
        Context { source, file, errors: RefCell::new(Vec::new()) }
    }

    pub(crate) fn report(&self, error: SyntaxError) {
        self.errors.borrow_mut().push(error);
    }

    pub(crate) fn span(&self, start: u32, end: u32) -> Span {
        Span { file: self.file, start, end }
    }

    pub(crate) fn text(&self, start: u32, end: u32) -> &'t str {
        self.source.get(start as usize..end as usize).unwrap_or("")
    }

    pub(crate) fn item(
        &self,
        l: u32,
        heads: Vec<Head>,
        public: bool,
        kind: ItemKind,
        r: u32,
    ) -> Item {
        let (mut doc, mut attributes) = (Vec::new(), Vec::new());
        for head in heads {
            match head {
                Head::Doc(line) => doc.push(line),
                Head::Attribute(attribute) => attributes.push(attribute),
            }
        }
        Item { doc, attributes, public, kind, span: self.span(l, r) }
    }

    /// A line of documentation without its slashes.
    pub(crate) fn doc(&self, l: u32, r: u32) -> String {
        let text = self.text(l, r).trim_end();
        let text = text.strip_prefix("///").unwrap_or(text);
        text.strip_prefix(' ').unwrap_or(text).to_owned()
    }

    pub(crate) fn hint(
        &self,
        l: u32,
        pattern: Pattern,
        ty: Option<Type>,
        value: Expr,
        r: u32,
    ) -> StatementKind {
        match (pattern, ty) {
            (Pattern::Name(name), Some(ty)) => StatementKind::Hint { name, ty, value },
            (Pattern::Name(name), None) => {
                let message = format!("the hint `{}` has no type", name.name);
                self.report(SyntaxError::new(code::HINT, name.span, message).hint(format!(
                    "write `let {}: T = hint …;`: the type is what the circuit enforces",
                    name.name
                )));
                StatementKind::Error
            }
            _ => {
                let message = "a hint gives a value to one name";
                self.report(
                    SyntaxError::new(code::HINT, self.span(l, r), message)
                        .hint("write one `let name: T = hint …;` for each name"),
                );
                StatementKind::Error
            }
        }
    }

    pub(crate) fn part(
        &self,
        l: u32,
        attributes: Vec<Attribute>,
        (kind, ended): (StatementKind, bool),
        r: u32,
    ) -> Part {
        Part { statement: Statement { attributes, kind, span: self.span(l, r) }, ended }
    }

    /// A block. A last `for`, `if` or block without `;` is its value.
    pub(crate) fn block(&self, l: u32, parts: Vec<Part>, tail: Option<Expr>, r: u32) -> Block {
        for (i, part) in parts.iter().enumerate() {
            if let (false, StatementKind::Expr(_)) = (part.ended, &part.statement.kind) {
                let next = parts.get(i + 1).map(|part| part.statement.span);
                if let Some(next) = next.or(tail.as_ref().map(|tail| tail.span)) {
                    self.check_break(part.statement.span, next);
                }
            }
        }
        let (mut parts, mut tail) = (parts, tail.map(Box::new));
        if tail.is_none() && parts.last().is_some_and(Part::is_value) {
            let last = parts.pop().map(|part| part.statement.kind);
            if let Some(StatementKind::Expr(expr)) = last {
                tail = Some(Box::new(expr));
            }
        }
        let statements = parts.into_iter().map(|part| part.statement).collect();
        Block { statements, tail, span: self.span(l, r) }
    }

    /// After a `for`, `if` or block that ended a statement, `- x` would silently begin another
    /// one where the writer may have meant a difference; so would a bracket right at the brace.
    fn check_break(&self, before: Span, next: Span) {
        let first = self.text(next.start, next.start + 1);
        let glued = before.end == next.start;
        if first == "-" || (glued && ["(", "["].contains(&first)) {
            let span = self.span(next.start, next.start + 1);
            let message = format!("`{first}` after a statement that ended in `}}` is ambiguous");
            self.report(
                SyntaxError::new(code::AMBIGUOUS, span, message)
                    .hint("put the block in parentheses to go on with it, or write `;` after it"),
            );
        }
    }
}

impl Part {
    /// Whether it is the value of its block when nothing follows.
    fn is_value(&self) -> bool {
        !self.ended
            && self.statement.attributes.is_empty()
            && matches!(self.statement.kind, StatementKind::Expr(_))
    }
}
