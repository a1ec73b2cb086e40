//! What constraints say, however they are written: read off a draft by whatever goes on from it.
//!
//! Lowering asks so as not to write digits twice, passes so as to merge what is equal, and strategies so as
//! to know what holds a number to its range. Nothing here changes a draft.
//!
//! - [`canonical`]: one form for equal combinations, in which names are read through;
//! - [`digits`]: numbers that are taken apart into digits, and digits that are held to 0 and 1.

mod canonical;
mod digits;
mod inline;

pub(crate) use canonical::{canonical, original};
pub(crate) use digits::{Decomposition, boolean, decomposition};
pub(crate) use inline::inline;
