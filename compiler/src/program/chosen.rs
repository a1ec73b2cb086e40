//! What was made for a branch, and need not be made again in it.

use crate::facts::BranchId;
use crate::value::Num;
use std::collections::BTreeMap;

/// A branch, and whether it is seen from a hint, whose values no constraint may read.
pub(crate) type Seen = (BranchId, bool);

/// Values that were made for a branch, and need not be made again in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chosen {
    /// 1 where the branch and all around it are chosen.
    guards: BTreeMap<Seen, Num>,
    /// Numbers, and what stands for them where the branch is not chosen.
    settled: BTreeMap<Seen, Vec<(Num, Num)>>,
    /// What was noted, in order: a guard, or a number.
    order: Vec<(Seen, bool)>,
}

impl Chosen {
    pub(crate) fn mark(&self) -> usize {
        self.order.len()
    }

    pub(crate) fn roll_back(&mut self, to: usize) {
        for (of, guard) in self.order.drain(to.min(self.order.len())..).rev() {
            if guard {
                self.guards.remove(&of);
            } else if let Some(list) = self.settled.get_mut(&of) {
                list.pop();
            }
        }
    }

    pub(crate) fn guard(&self, of: Seen) -> Option<&Num> {
        self.guards.get(&of)
    }

    pub(crate) fn note_guard(&mut self, of: Seen, guard: Num) {
        self.guards.insert(of, guard);
        self.order.push((of, true));
    }

    pub(crate) fn settled(&self, of: Seen, same: impl Fn(&Num) -> bool) -> Option<&Num> {
        self.settled.get(&of)?.iter().rev().find(|s| same(&s.0)).map(|s| &s.1)
    }

    pub(crate) fn note_settled(&mut self, of: Seen, number: Num, stands_for_it: Num) {
        self.settled.entry(of).or_default().push((number, stands_for_it));
        self.order.push((of, false));
    }
}
