//! Values as people see them: what an expression gives, and what a test prints.

use crate::number::{Ratio, show};
use num_traits::One;
use std::collections::BTreeMap;
use std::fmt;
use zirc_circuit::Int;
use zirc_grammar::ast::Span;

/// What stands for numbers and parts of a value that are not kept.
pub(crate) const REST: &str = "…";

/// What one `print(…)` shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The call.
    pub span: Span,
    /// The text that was given, or else the value as it is written.
    pub label: String,
    /// The value; nothing if only a text is printed.
    pub value: Option<Shown>,
}

/// A value with its type: of a large one the first thousand numbers, and `…` for the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A number or a tensor of numbers.
    Numbers(Numbers),
    /// Several values.
    Tuple(Vec<Shown>),
    /// A struct: its type's name, and its fields in order.
    Struct(String, Vec<(String, Shown)>),
    /// Text.
    Text(String),
    /// What `cost(…)` gives.
    Cost {
        /// What was measured, as written.
        what: String,
        /// Constraints, without those of tables that all calls share.
        total: usize,
        /// The same by category, those of tables among them.
        by: BTreeMap<String, usize>,
    },
    /// What has no value, such as a function: what it is.
    Other(String),
}

/// A number, or a tensor of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// Sizes, the outermost first; none of a single number.
    pub shape: Vec<usize>,
    /// The first raw integers, row-major.
    pub raw: Vec<Int>,
    /// What all raw integers lie in, and what one step is worth; nothing of elements of the field.
    pub fix: Option<(Int, Int, Ratio)>,
    /// The type as programs write it.
    pub ty: String,
}

impl Numbers {
    /// What an element is worth.
    #[must_use]
    pub fn worth(&self, raw: &Int) -> String {
        match &self.fix {
            Some((_, _, scale)) => show(raw, scale),
            None => raw.to_string(),
        }
    }

    /// Elements from `at` on, nested as the dimensions are.
    fn write(&self, dims: &[usize], at: &mut usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((&count, rest)) = dims.split_first() else {
            let one = self.raw.get(*at).map(|raw| self.worth(raw));
            *at += 1;
            return f.write_str(one.as_deref().unwrap_or(REST));
        };
        f.write_str("[")?;
        for k in 0..count {
            f.write_str(if k > 0 { ", " } else { "" })?;
            if *at >= self.raw.len() {
                f.write_str(REST)?;
                break;
            }
            self.write(rest, at, f)?;
        }
        f.write_str("]")
    }
}

/// The value alone, without its type.
impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shown::Numbers(n) => n.write(&n.shape, &mut 0, f),
            Shown::Tuple(parts) => {
                f.write_str("(")?;
                for (k, part) in parts.iter().enumerate() {
                    write!(f, "{}{part}", if k > 0 { ", " } else { "" })?;
                }
                f.write_str(")")
            }
            Shown::Struct(_, fields) => {
                f.write_str("(")?;
                for (k, (name, part)) in fields.iter().enumerate() {
                    write!(f, "{}{name}: {part}", if k > 0 { ", " } else { "" })?;
                }
                f.write_str(")")
            }
            Shown::Text(text) => write!(f, "{text:?}"),
            Shown::Cost { total, .. } => {
                write!(f, "{total} {}", if *total == 1 { "constraint" } else { "constraints" })
            }
            Shown::Other(what) => f.write_str(what),
        }
    }
}

impl Shown {
    /// What is to be said of the type, such as `q3.4 (-8 to 7.9375 in steps of 0.0625)`; of a cost, what it is
    /// made of.
    #[must_use]
    pub fn kind(&self) -> Option<String> {
        match self {
            Shown::Numbers(n) => Some(match &n.fix {
                Some((lo, hi, scale)) => {
                    let step = match scale.is_one() {
                        true => String::new(),
                        false => format!(" in steps of {}", show(&Int::one(), scale)),
                    };
                    format!("{} ({} to {}{step})", n.ty, show(lo, scale), show(hi, scale))
                }
                None => n.ty.clone(),
            }),
            Shown::Tuple(parts) if parts.is_empty() => None,
            Shown::Tuple(parts) => {
                let kinds = parts.iter().map(|p| p.kind().unwrap_or_else(|| p.to_string()));
                Some(format!("({})", kinds.collect::<Vec<_>>().join(", ")))
            }
            Shown::Struct(name, _) => Some(name.clone()),
            Shown::Cost { by, .. } => {
                let parts: Vec<String> = by.iter().map(|(c, n)| format!("{n} {c}")).collect();
                (!parts.is_empty()).then(|| parts.join(", "))
            }
            Shown::Text(_) => Some("text".into()),
            Shown::Other(_) => None,
        }
    }

    /// Numbers and parts that are kept.
    pub(crate) fn size(&self) -> usize {
        match self {
            Shown::Numbers(n) => n.raw.len(),
            Shown::Tuple(parts) => parts.iter().map(|p| 1 + p.size()).sum(),
            Shown::Struct(_, fields) => fields.iter().map(|(_, p)| 1 + p.size()).sum(),
            _ => 0,
        }
    }

    /// Value and type on one line.
    #[must_use]
    pub fn line(&self) -> String {
        match self.kind() {
            Some(kind) => format!("{self}: {kind}"),
            None => self.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(shape: &[usize], raw: &[i64]) -> Shown {
        let raw = raw.iter().map(|&n| Int::from(n)).collect();
        let scale = Ratio::new(1.into(), 16.into());
        let fix = Some((Int::from(-128), Int::from(127), scale));
        Shown::Numbers(Numbers { shape: shape.to_vec(), raw, fix, ty: "q3.4".into() })
    }

    #[test]
    fn tensors_are_nested() {
        assert_eq!(numbers(&[], &[-24]).line(), "-1.5: q3.4 (-8 to 7.9375 in steps of 0.0625)");
        assert_eq!(numbers(&[2, 2], &[16, 0, 8, 1]).to_string(), "[[1, 0], [0.5, 0.0625]]");
        assert_eq!(numbers(&[1, 2], &[16, 0]).to_string(), "[[1, 0]]");
        // What was not kept is left out where it would stand.
        assert_eq!(numbers(&[2, 3], &[16, 0, 16, 0]).to_string(), "[[1, 0, 1], [0, …]]");
        assert_eq!(numbers(&[3, 2], &[16, 0]).to_string(), "[[1, 0], …]");
    }
}
