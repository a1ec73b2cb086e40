//! Types with all sizes and intervals known.

use crate::number::{Ratio, to_integer, type_bits};
use num_traits::{One, Signed, Zero};
use std::rc::Rc;
use zirc_circuit::{Int, PortType};

/// Index of a struct or function: module and item.
pub(crate) type ItemId = (usize, usize);

/// The type of one number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scalar {
    /// An element of the scalar field.
    Field,
    /// `raw` in `lo..=hi`, worth `raw·scale`.
    Fix { lo: Int, hi: Int, scale: Ratio },
}

/// A type; parts that the source leaves open are `None`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    /// `_`
    Infer,
    /// A scalar (no dimension) or tensor.
    Num { elem: Option<Scalar>, dims: Vec<Option<usize>> },
    /// Several.
    Tuple(Vec<Type>),
    /// A struct with its generic arguments.
    Struct(ItemId, Rc<Vec<GenericValue>>),
}

/// The value of a generic parameter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum GenericValue {
    /// Of `N: nat`.
    Nat(Int),
    /// Of `T: num`.
    Num(Scalar),
}

impl Scalar {
    /// The integers `lo..=hi`.
    pub(crate) fn int(lo: impl Into<Int>, hi: impl Into<Int>) -> Scalar {
        Scalar::Fix { lo: lo.into(), hi: hi.into(), scale: Ratio::one() }
    }

    /// `bits` bits in all, of which `frac` after the point.
    pub(crate) fn fixed(signed: bool, bits: u32, frac: u32) -> Scalar {
        let one = Int::one();
        let (lo, hi) = if signed {
            (-(&one << (bits - 1)), (&one << (bits - 1)) - 1)
        } else {
            (Int::zero(), (&one << bits) - 1)
        };
        Scalar::Fix { lo, hi, scale: Ratio::new(one.clone(), one << frac) }
    }

    /// The type that a word of the language names: `i8`, `u4`, `bit`, `field`, `q3.4`, `uq0.8`.
    pub(crate) fn of_word(word: &str) -> Option<Scalar> {
        match word {
            "bit" => return Some(Scalar::int(0, 1)),
            "field" => return Some(Scalar::Field),
            _ => {}
        }
        let number = |digits: &str| {
            let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            digits.parse::<u32>().ok().filter(|_| plain)
        };
        let fixed = word.strip_prefix("uq").or_else(|| word.strip_prefix('q'));
        let (signed, bits, frac) = match fixed {
            Some(digits) => {
                let (int, frac) = digits.split_once('.')?;
                let (int, frac, signed) = (number(int)?, number(frac)?, word.starts_with('q'));
                (signed, int.checked_add(frac)?.checked_add(u32::from(signed))?, frac)
            }
            None => (word.starts_with('i'), number(word.strip_prefix(['i', 'u'])?)?, 0),
        };
        (1..=253).contains(&bits).then(|| Scalar::fixed(signed, bits, frac))
    }

    /// The name that people use for it.
    pub(crate) fn name(&self) -> String {
        let Scalar::Fix { lo, hi, scale } = self else { return "field".into() };
        let bits = type_bits(lo, hi);
        let full = if lo.is_negative() {
            *lo == -(Int::one() << (bits - 1)) && *hi == (Int::one() << (bits - 1)) - 1
        } else {
            lo.is_zero() && *hi == (Int::one() << bits) - 1 && bits > 0
        };
        let sign = if lo.is_negative() { "" } else { "u" };
        let frac = scale.denom().magnitude().bits() - 1;
        let binary = scale.numer().is_one() && *scale.denom() == Int::one() << frac;
        if full && scale.is_one() {
            return match (sign, bits) {
                ("u", 1) => "bit".into(),
                ("", _) => format!("i{bits}"),
                _ => format!("u{bits}"),
            };
        }
        let signed = u64::from(lo.is_negative());
        if full && binary && bits >= frac + signed {
            return format!("{sign}q{}.{frac}", bits - frac - signed);
        }
        match to_integer(scale) {
            Some(s) if s.is_one() => format!("int<{lo}..={hi}>"),
            _ => format!("fix<{lo}..={hi}, {scale}>"),
        }
    }

    /// As the circuit's signature says it.
    pub(crate) fn port(&self) -> PortType {
        match self {
            Scalar::Field => PortType::Field,
            Scalar::Fix { lo, hi, scale } => PortType::Fix {
                lo: lo.clone(),
                hi: hi.clone(),
                numerator: scale.numer().clone(),
                denominator: scale.denom().clone(),
            },
        }
    }
}

impl GenericValue {
    /// As it stands between `<` and `>`.
    pub(crate) fn name(&self) -> String {
        match self {
            GenericValue::Nat(n) => n.to_string(),
            GenericValue::Num(s) => s.name(),
        }
    }
}

impl Type {
    /// The type without its first dimension, for the body of a loop.
    pub(crate) fn inner(&self, count: usize) -> Type {
        match self {
            Type::Num { elem, dims } if dims.len() >= count => {
                Type::Num { elem: elem.clone(), dims: dims[count..].to_vec() }
            }
            _ => Type::Infer,
        }
    }

    /// The size of one leading dimension, if written.
    pub(crate) fn dim(&self, k: usize) -> Option<usize> {
        match self {
            Type::Num { dims, .. } => dims.get(k).copied().flatten(),
            _ => None,
        }
    }

    /// The element type, if it is numeric and written.
    pub(crate) fn elem(&self) -> Option<&Scalar> {
        match self {
            Type::Num { elem, .. } => elem.as_ref(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Scalar;

    #[test]
    fn words_are_the_names_of_their_types() {
        for word in ["i8", "u4", "bit", "field", "q3.4", "uq0.8", "i253", "u253"] {
            assert_eq!(Scalar::of_word(word).map(|s| s.name()).as_deref(), Some(word));
        }
        for word in [
            "i",
            "u",
            "i0",
            "i254",
            "uuq1.1",
            "q",
            "q3",
            "q3.",
            "q+1.2",
            "i+8",
            "x8",
            "",
            "q9999999999.1",
        ] {
            assert_eq!(Scalar::of_word(word), None, "{word}");
        }
    }
}
