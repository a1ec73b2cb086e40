//! Costs added up by what they have in common.

use super::{Charge, Cost, Report};
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
    /// How constraints show what they show; variables have no strategy and are left out.
    Strategy,
}

/// Costs of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// What its members have in common.
    pub key: String,
    /// What they cost.
    #[serde(flatten)]
    pub cost: Cost,
}

impl Report {
    /// Groups in the order in which the circuit first mentions them. What they cost adds up to what the circuit
    /// does, for variables except by category and strategy.
    #[must_use]
    pub fn groups(&self, by: By) -> Vec<Group> {
        let mut groups = Groups::default();
        for charge in &self.charges {
            if let Some(key) = charge.key(by) {
                groups.get(key).cost += charge.cost;
            }
        }
        groups.list
    }
}

impl Charge {
    fn key(&self, by: By) -> Option<&str> {
        let place = &self.trace.place;
        match by {
            By::Layer => Some(&place.layer),
            By::Function => Some(&place.function),
            By::Line => Some(&place.line),
            By::Category => self.category.map(Category::name),
            By::Strategy => self.strategy.map(super::Strategy::name),
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
