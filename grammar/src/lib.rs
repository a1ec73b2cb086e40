//! Text to syntax tree and back.
//!
//! The way of a text: `token` cuts it into tokens that cover it without gaps, `lexical` reports
//! what is no token, `split` cuts the file into items, `balance` makes their brackets match,
//! `depth` refuses what would make the tree too deep, and `parse` runs the generated parser,
//! once more for each statement that it had to leave out (`region`). `explain` words the errors.
//! `print` goes the other way.
//!
//! No text makes this crate panic, overflow the stack or take more than linear time.
//!
//! ```
//! use zirc_grammar::{format, parse};
//!
//! let module = parse("fn f(x: i8)->_{x*x}", 0).expect("it is right");
//! assert_eq!(module.items.len(), 1);
//!
//! assert_eq!(format("fn f(x: i8)->_{x*x}").as_deref(), Ok("fn f(x: i8) -> _ { x * x }\n"));
//!
//! let errors = parse("fn f() { let a = 1 let b = 2; }", 0).unwrap_err();
//! assert_eq!(errors[0].message, "expected `;` or an operator, found `let`");
//! ```

pub mod ast;
mod balance;
mod depth;
mod error;
mod escape;
mod explain;
mod lexical;
mod node;
mod parse;
mod pieces;
mod print;
mod region;
mod split;
mod token;

#[allow(missing_docs, unreachable_pub, unused, clippy::all, clippy::pedantic)]
mod tables {
    lalrpop_util::lalrpop_mod!(pub(super) grammar);
}

pub use error::{SyntaxError, code};
pub use parse::{MAX_SIZE, parse, parse_expression, parse_tolerant};
pub use pieces::{Piece, pieces};
pub use print::{FormatError, format, signature};
