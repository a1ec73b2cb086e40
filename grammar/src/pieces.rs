//! A text of the language as what it consists of, for those who show it and need no tree.

use crate::token::{Kind, tokens};

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// A name that is no keyword.
    Name(&'t str),
    /// White space and comments, however many.
    Space,
    /// Everything else: literals, keywords, signs.
    Other(&'t str),
}

impl<'t> Piece<'t> {
    /// Its text; a space for [`Piece::Space`].
    #[must_use]
    pub fn text(self) -> &'t str {
        match self {
            Piece::Name(text) | Piece::Other(text) => text,
            Piece::Space => " ",
        }
    }
}

/// The pieces of a text in their order.
///
/// ```
/// use zirc_grammar::{Piece, pieces};
///
/// let all = pieces("score  in 0.8..1.0 // near");
/// assert_eq!(all[..3], [Piece::Name("score"), Piece::Space, Piece::Other("in")]);
/// assert_eq!(all.last(), Some(&Piece::Space));
/// ```
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut all: Vec<Piece<'_>> = vec![];
    for token in tokens(text) {
        let own = token.text(text);
        let piece = match token.kind {
            Kind::Name => Piece::Name(own),
            Kind::Space | Kind::Comment | Kind::Doc => Piece::Space,
            _ => Piece::Other(own),
        };
        if piece != Piece::Space || all.last() != Some(&Piece::Space) {
            all.push(piece);
        }
    }
    all
}
