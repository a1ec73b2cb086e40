//! Characters to tokens.
//!
//! The lexer never fails: what is no token becomes one of the `Bad…` kinds and is reported
//! later. White space and comments are tokens too, so that the tokens cover the text without
//! gaps and the printer can put the comments back.

use logos::Logos;

/// The kind of a token. The text of a token is read from the source by its place.
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    // Trivia.
    #[regex(r"[ \t\r\n\f]+")]
    Space,
    #[regex(r"//[^\n]*", priority = 2, allow_greedy = true)]
    Comment,
    // Exactly three slashes; four or more are an ordinary comment, as a ruler line is.
    #[regex(r"///([^/\n][^\n]*)?", priority = 20, allow_greedy = true)]
    Doc,

    // Names and literals. `i8`, `bit` and the like are plain names that only a type position
    // gives a meaning to; `q3.4` has to be one token because of its point.
    #[regex(r"[A-Za-z_][A-Za-z0-9_]*", priority = 1)]
    Name,
    #[regex(r"u?q[0-9]+\.[0-9]+")]
    QType,
    #[regex(r"[0-9][0-9_]*", priority = 5)]
    #[regex(r"0x_*[0-9a-fA-F][0-9a-fA-F_]*", priority = 6)]
    #[regex(r"0b_*[01][01_]*", priority = 6)]
    Int,
    #[regex(r"[0-9][0-9_]*\.[0-9][0-9_]*", priority = 5)]
    Decimal,
    #[regex(r#""([^"\\\n]|\\[^\n])*""#, priority = 5)]
    Str,

    // Keywords.
    #[token("as")]
    As,
    #[token("assert")]
    Assert,
    #[token("circuit")]
    Circuit,
    #[token("committed")]
    Committed,
    #[token("const")]
    Const,
    #[token("else")]
    Else,
    #[token("ensures")]
    Ensures,
    #[token("false")]
    False,
    #[token("fix")]
    Fix,
    #[token("fn")]
    Fn,
    #[token("fold")]
    Fold,
    #[token("for")]
    For,
    #[token("hint")]
    Hint,
    #[token("if")]
    If,
    #[token("in")]
    In,
    #[token("int")]
    IntType,
    #[token("let")]
    Let,
    #[token("private")]
    Private,
    #[token("prod")]
    Prod,
    #[token("pub")]
    Pub,
    #[token("public")]
    Public,
    #[token("struct")]
    Struct,
    #[token("sum")]
    Sum,
    #[token("test")]
    Test,
    #[token("true")]
    True,
    #[token("type")]
    Type,
    #[token("use")]
    Use,
    #[token("where")]
    Where,

    // Punctuation.
    #[token("(")]
    OpenParen,
    #[token(")")]
    CloseParen,
    #[token("[")]
    OpenBracket,
    #[token("]")]
    CloseBracket,
    #[token("{")]
    OpenBrace,
    #[token("}")]
    CloseBrace,
    #[token(",")]
    Comma,
    #[token(";")]
    Semicolon,
    #[token(":")]
    Colon,
    #[token("::")]
    PathSep,
    #[token("->")]
    Arrow,
    #[token("=")]
    Assign,
    #[token("==")]
    Eq,
    #[token("!=")]
    Ne,
    #[token("<")]
    Lt,
    #[token("<=")]
    Le,
    #[token(">")]
    Gt,
    #[token(">=")]
    Ge,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("**")]
    Power,
    #[token("/")]
    Slash,
    #[token("%")]
    Percent,
    #[token("@")]
    At,
    #[token("!")]
    Not,
    #[token("&&")]
    And,
    #[token("||")]
    Or,
    #[token(".")]
    Dot,
    #[token("..")]
    DotDot,
    #[token("..=")]
    DotDotEq,
    #[token("#")]
    Hash,
    #[token("_", priority = 3)]
    Underscore,

    // What is no token.
    #[regex(r#""([^"\\\n]|\\[^\n])*\\?"#, priority = 3)]
    BadStr,
    #[regex(r"'[^'\n]*'?")]
    BadQuote,
    #[regex(r"[0-9][0-9A-Za-z_]*", priority = 3)]
    #[regex(r"[0-9][0-9_]*\.[0-9][0-9A-Za-z_]*", priority = 3)]
    BadNumber,
    #[token("/*", block_comment)]
    BadComment,
    BadChar,

    // Never lexed: the parser's driver puts these where text did not parse, and first of all one
    // that says what is to be parsed.
    BadStatement,
    StartItem,
    StartExpr,
}

/// Takes a `/* … */` as a whole, so that its words are not reported one by one.
fn block_comment(lexer: &mut logos::Lexer<'_, Kind>) {
    let rest = lexer.remainder();
    lexer.bump(rest.find("*/").map_or(rest.len(), |end| end + 2));
}

/// A token and the bytes it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Token {
    /// The token's text.
    pub(crate) fn text(self, source: &str) -> &str {
        source.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

impl Kind {
    /// Keywords that can only begin an item (`const` also begins a parameter).
    pub(crate) fn begins_item(self) -> bool {
        use Kind::{Circuit, Const, Fn, Pub, Struct, Test, Type, Use};
        matches!(self, Circuit | Const | Fn | Pub | Struct | Test | Type | Use)
    }

    /// Keywords that can only begin a statement.
    pub(crate) fn begins_statement(self) -> bool {
        matches!(self, Kind::Let | Kind::Assert)
    }

    /// Operators and brackets that may follow a finished operand.
    pub(crate) fn continues(self) -> bool {
        use Kind::{
            And, As, At, Dot, Eq, Ge, Gt, In, Le, Lt, Minus, Ne, OpenBracket, OpenParen, Or,
            Percent, Plus, Power, Slash, Star,
        };
        matches!(
            self,
            And | As
                | At
                | Dot
                | Eq
                | Ge
                | Gt
                | In
                | Le
                | Lt
                | Minus
                | Ne
                | OpenBracket
                | OpenParen
                | Or
                | Percent
                | Plus
                | Power
                | Slash
                | Star
        )
    }

    /// Tokens that an operand may end in.
    pub(crate) fn ends_operand(self) -> bool {
        use Kind::{Decimal, False, Int, Name, QType, Str, True};
        self.closes() || matches!(self, Decimal | False | Int | Name | QType | Str | True)
    }

    /// The closing bracket that belongs to an opening one.
    pub(crate) fn closer(self) -> Option<Kind> {
        match self {
            Kind::OpenParen => Some(Kind::CloseParen),
            Kind::OpenBracket => Some(Kind::CloseBracket),
            Kind::OpenBrace => Some(Kind::CloseBrace),
            _ => None,
        }
    }

    /// Whether it is a closing bracket.
    pub(crate) fn closes(self) -> bool {
        matches!(self, Kind::CloseParen | Kind::CloseBracket | Kind::CloseBrace)
    }
}

/// The byte order mark.
const MARK: char = '\u{feff}';

/// All tokens of a text, trivia included. The text must be shorter than 4 GiB.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut lexer = Kind::lexer(source);
    // A mark that some editors put before a text says nothing.
    if source.starts_with(MARK) {
        lexer.bump(MARK.len_utf8());
        tokens.push(Token { kind: Kind::Space, start: 0, end: MARK.len_utf8() as u32 });
    }
    for (kind, range) in lexer.spanned() {
        let kind = kind.unwrap_or(Kind::BadChar);
        let (start, end) = (range.start as u32, range.end as u32);
        match tokens.last_mut() {
            // A run of unknown characters is one mistake, not many.
            Some(last) if kind == Kind::BadChar && last.kind == kind => last.end = end,
            _ => tokens.push(Token { kind, start, end }),
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::{Kind, tokens};

    fn kinds(source: &str) -> Vec<Kind> {
        let tokens = tokens(source);
        let mut end = 0;
        for token in &tokens {
            assert_eq!(token.start, end, "a gap in {source:?}");
            end = token.end;
        }
        assert_eq!(end as usize, source.len());
        tokens.iter().map(|token| token.kind).filter(|kind| *kind != Kind::Space).collect()
    }

    #[test]
    fn points_are_not_always_decimal() {
        use Kind::{Decimal, Dot, DotDot, DotDotEq, Int, Name, OpenParen, QType};
        assert_eq!(kinds("0..=5"), [Int, DotDotEq, Int]);
        assert_eq!(kinds("1..n"), [Int, DotDot, Name]);
        assert_eq!(kinds("a.0"), [Name, Dot, Int]);
        assert_eq!(kinds("x.("), [Name, Dot, OpenParen]);
        assert_eq!(kinds("0.5 q3.4 uq0.8 q3.w"), [Decimal, QType, QType, Name, Dot, Name]);
    }

    #[test]
    fn comments_and_documentation() {
        use Kind::{BadComment, Comment, Doc, Slash};
        assert_eq!(kinds("// a\n/// b\n////\n///\n//! c"), [Comment, Doc, Comment, Doc, Comment]);
        assert_eq!(kinds("/* a */ /"), [BadComment, Slash]);
    }

    #[test]
    fn what_is_no_token() {
        use Kind::{BadChar, BadNumber, BadQuote, BadStr, Name, Str};
        assert_eq!(kinds("\"a\\\"b\" \"a\\"), [Str, BadStr]);
        assert_eq!(kinds("\"a\nb"), [BadStr, Name]);
        assert_eq!(kinds("1e5 0xg 1.5x 0x_"), [BadNumber; 4]);
        assert_eq!(kinds("'a' 'b"), [BadQuote; 2]);
        assert_eq!(kinds("\u{e9}\u{e9} $"), [BadChar, BadChar]);
    }

    #[test]
    fn a_mark_before_the_text_is_space() {
        use Kind::{BadChar, Comment, Name};
        assert_eq!(kinds("\u{feff}a"), [Name]);
        assert_eq!(kinds("\u{feff}// a"), [Comment]);
        assert_eq!(kinds("\u{feff}\u{feff}a \u{feff}"), [BadChar, Name, BadChar]);
        assert_eq!(kinds("\u{feff}"), []);
    }
}
