//! Instances of functions with hints of their own: what a call of one is told apart from others by.

use crate::combination::LoopId;
use crate::interval::Interval;
use crate::types::{GenericValue, ItemId, Scalar};
use crate::value::{GenericValues, Value};
use std::fmt::Write;
use zirc_circuit::SourceSpan;

/// What a call hands to a function.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    pub(crate) id: ItemId,
    pub(crate) generics: GenericValues,
    pub(crate) args: Vec<Given>,
    /// Loops that constant arguments depend on, and their extents.
    pub(crate) loops: Vec<(LoopId, usize)>,
    /// For people, e.g. `relu<q3.4>`.
    pub(crate) name: String,
    /// The same for calls that need no audit of their own.
    pub(crate) key: String,
    /// The calls that led here, the last one being its own.
    pub(crate) calls: Vec<(String, SourceSpan)>,
}

/// One argument.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    /// A constant, or something that is no number.
    Known(Value),
    /// Any value of the type.
    Unknown(Unknown),
    Tuple(Vec<Given>),
    Struct(ItemId, GenericValues, Vec<Given>),
}

/// A number of which only its type is known.
#[derive(Clone, Debug)]
pub(crate) struct Unknown {
    pub(crate) scalar: Scalar,
    pub(crate) shape: Vec<usize>,
    pub(crate) channels: Option<Vec<Interval>>,
}

impl Instance {
    /// The key of an instance without constant arguments, as a call of it would have it.
    pub(crate) fn key_of(id: ItemId, generics: &[GenericValue], args: &[Given]) -> String {
        let mut key = format!("{id:?}");
        for g in generics {
            let _ = write!(key, "|{}", g.name());
        }
        args.iter().for_each(|a| a.describe(&mut key));
        key
    }
}

impl Given {
    pub(crate) fn unknown(&self) -> bool {
        match self {
            Given::Known(_) => false,
            Given::Unknown(_) => true,
            Given::Tuple(parts) | Given::Struct(_, _, parts) => parts.iter().any(Given::unknown),
        }
    }

    pub(crate) fn describe(&self, key: &mut String) {
        match self {
            Given::Known(_) => {}
            Given::Unknown(Unknown { scalar, shape, channels }) => {
                let _ = write!(key, "|{}{shape:?}{channels:?}", scalar.name());
            }
            Given::Tuple(parts) => {
                key.push('(');
                parts.iter().for_each(|p| p.describe(key));
                key.push(')');
            }
            Given::Struct(id, generics, parts) => {
                let _ = write!(key, "|{id:?}{{");
                for g in generics.iter() {
                    let _ = write!(key, "{},", g.name());
                }
                parts.iter().for_each(|p| p.describe(key));
                key.push('}');
            }
        }
    }
}
