//! Range checks and lookups by one argument over all of them, in circuits with a commitment round.
//!
//! A number of n bits is n digits and as many constraints in plain Groth16. With a commitment round it is
//! ⌈n/w⌉ pieces of w bits, each looked up in a table that all of them share, and the lookups of a
//! function are one or two constraints each, however large its table is. What is shared by digits stays
//! shared: pieces are made from digits after equal decompositions have become one.
//!
//! - [`reads`]: how constraints read digits;
//! - [`plan`]: how wide pieces are, and whether they are worth it;
//! - [`implied`]: ranges that lookups show by themselves;
//! - [`compose`]: lookups at values that were looked up;
//! - [`pieces`]: digits become pieces;
//! - [`argument`]: pieces and lookups are shown to be rows of tables, with the lemma;
//! - [`check`]: that what is claimed is what the constraints show.

pub(crate) mod argument;
pub(crate) mod check;
mod compose;
mod implied;
pub(crate) mod pieces;
pub(crate) mod plan;
mod reads;

use super::{How, Stage};
use crate::draft::{Draft, Lookup};
use crate::options::{Checks, Round};
use check::Claim;
use plan::Ranges;

/// Replaces digits by pieces where that is cheaper, and adds the argument for them and for the lookups
/// that are left to it: afterwards there are none.
///
/// First ranges that lookups show go, and lookups at looked up values become one; then readers of digits
/// read pieces, which changes nothing else; then the pieces are variables, held to their ranges by the
/// argument.
pub(crate) fn apply(d: &Draft, how: &How) -> Result<Vec<Stage>, String> {
    let round = how.round;
    if round == Round::None {
        return Ok(vec![]);
    }
    let mut implied = d.clone();
    implied::remove(&mut implied);
    implied::accounts_for(d, &implied)?;
    compose::apply(&mut implied, round)?;
    let mut digits = pieces::candidates(&implied);
    digits.retain(|x| x.asked != Some(Checks::Digits));
    let ranges = match round {
        Round::None => None,
        Round::WhereCheaper | Round::Shared => Ranges::choose(&digits, round.calls()),
        Round::Everywhere => Some(Ranges::everywhere()),
    };
    match ranges {
        Some(ranges) => digits.retain_mut(|x| ranges.cut(x)),
        None => digits.clear(),
    }
    if digits.is_empty() && implied.lookups.is_empty() {
        return Ok(vec![]);
    }
    let (read, made) = pieces::read_pieces(&implied, &digits);
    let mut argued = read.clone();
    let wide = pieces::release(&mut argued, &made)?;
    pieces::accounts_for(&read, &argued, &made)?;
    let lookups = std::mem::take(&mut argued.lookups);
    let claims = argument::emit(&mut argued, &wide, lookups.clone());
    check::check(&argued, &claims)?;
    check_complete(&claims, &wide, &lookups)?;
    Ok(vec![Stage::Proved(implied), Stage::Reworded(read), Stage::Proved(argued)])
}

/// Every piece and every lookup is among the claims.
fn check_complete(
    claims: &[Claim],
    wide: &[pieces::Piece],
    lookups: &[Lookup],
) -> Result<(), String> {
    let ranges = wide.iter().map(|p| Claim::Range { tensor: p.tensor, bits: p.len });
    let mut all = ranges.chain(lookups.iter().map(|l| Claim::Function(l.clone())));
    match all.find(|c| !claims.contains(c)) {
        Some(lost) => Err(format!("nothing is claimed for {lost:?}")),
        None => Ok(()),
    }
}
