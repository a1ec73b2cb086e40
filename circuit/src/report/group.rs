//! Costs added up by what they have in common.

use super::{NonZeros, Place, Report};
use crate::Category;
use serde::Serialize;
use std::collections::BTreeMap;

/// What to group by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The call in the circuit's body.
    Layer,
    /// The innermost function.
    Function,
    /// The source line.
    Line,
    /// What constraints are for; variables have no category and are left out.
    Category,
}

/// Costs of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// What its members have in common.
    pub key: String,
    /// Number of constraints.
    pub constraints: usize,
    /// Number of variables, `ONE` not counted.
    pub variables: usize,
    /// Non-zero entries, if counted.
    pub nonzeros: Option<NonZeros>,
}

impl Report {
    /// Groups in the order in which the circuit first mentions them. Their constraints and
    /// non-zeros add up to the circuit's, and so do their variables, except by category.
    #[must_use]
    pub fn groups(&self, by: By) -> Vec<Group> {
        let mut groups = Groups::default();
        for block in &self.blocks {
            let key = match by {
                By::Category => name(block.category),
                _ => block.place.key(by),
            };
            let group = groups.get(key);
            group.constraints += block.constraints;
            if let Some(nonzeros) = block.nonzeros {
                group.nonzeros = Some(group.nonzeros.unwrap_or_default() + nonzeros);
            }
        }
        for tensor in self.tensors.iter().filter(|_| by != By::Category) {
            if let Some(place) = &tensor.place {
                groups.get(place.key(by)).variables += tensor.variables;
            }
        }
        groups.list
    }
}

impl Place {
    fn key(&self, by: By) -> &str {
        match by {
            By::Layer => &self.layer,
            By::Function => &self.function,
            By::Line | By::Category => &self.line,
        }
    }
}

/// Groups in order of first mention.
#[derive(Default)]
struct Groups {
    list: Vec<Group>,
    known: BTreeMap<String, usize>,
}

impl Groups {
    fn get(&mut self, key: &str) -> &mut Group {
        let next = self.list.len();
        let i = *self.known.entry(key.to_owned()).or_insert(next);
        if i == next {
            self.list.push(Group { key: key.to_owned(), ..Group::default() });
        }
        &mut self.list[i]
    }
}

/// As serialised.
fn name(category: Category) -> &'static str {
    match category {
        Category::Product => "product",
        Category::Boolean => "boolean",
        Category::Recompose => "recompose",
        Category::Range => "range",
        Category::Lookup => "lookup",
        Category::Select => "select",
        Category::Equality => "equality",
        Category::InputRange => "input-range",
        Category::Commitment => "commitment",
        Category::Table => "table",
    }
}
