//! The ways in which the same is proved, and their names on command lines.

use std::fmt;
use std::str::FromStr;

/// How a lookup becomes constraints; all give the same values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// A polynomial in the index: no digits.
    Interpolation,
    /// All monomials of the index's digits: every column is free.
    Monomials,
    /// Monomials of the low and of the high half of the digits: about 3·2^(k/2) for k digits.
    TwoLevel,
}

impl Strategy {
    /// All of them.
    pub const ALL: [Strategy; 3] =
        [Strategy::Interpolation, Strategy::Monomials, Strategy::TwoLevel];

    /// As command lines say it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Strategy::Interpolation => "interpolation",
            Strategy::Monomials => "monomials",
            Strategy::TwoLevel => "two-level",
        }
    }
}

/// How sums of products of two unknowns are proved; it changes no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Products {
    /// A constraint for each product.
    Single,
    /// Several sums in one number, where they fit.
    Packed,
    /// At a random point, where there is a commitment round.
    Random,
}

impl Products {
    /// All of them.
    pub const ALL: [Products; 3] = [Products::Single, Products::Packed, Products::Random];
}

impl fmt::Display for Products {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Products::Single => "single",
            Products::Packed => "packed",
            Products::Random => "random",
        })
    }
}

impl FromStr for Products {
    type Err = String;

    fn from_str(s: &str) -> Result<Products, String> {
        let found = Products::ALL.into_iter().find(|p| p.to_string() == s);
        found.ok_or_else(|| "expected single, packed or random".into())
    }
}

/// How the verifier is told public values; it changes none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Public {
    /// An instance variable for each.
    Plain,
    /// Committed to, and bound by one evaluation, where there is a commitment round.
    Carried,
}

impl Public {
    /// Both.
    pub const ALL: [Public; 2] = [Public::Plain, Public::Carried];
}

impl fmt::Display for Public {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Public::Plain => "plain",
            Public::Carried => "carried",
        })
    }
}

impl FromStr for Public {
    type Err = String;

    fn from_str(s: &str) -> Result<Public, String> {
        let found = Public::ALL.into_iter().find(|p| p.to_string() == s);
        found.ok_or_else(|| "expected plain or carried".into())
    }
}
