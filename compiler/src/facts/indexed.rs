//! Things about sums of terms, found by the tensors that these read.

use crate::combination::LTerm;
use std::collections::BTreeMap;
use zirc_circuit::TensorId;

/// A list that grows and is cut at its end, with the places of what is about each tensor.
#[derive(Clone, Debug)]
pub(super) struct Indexed<T> {
    all: Vec<(Vec<TensorId>, T)>,
    places: BTreeMap<TensorId, Vec<usize>>,
}

impl<T> Default for Indexed<T> {
    fn default() -> Self {
        Indexed { all: vec![], places: BTreeMap::new() }
    }
}

impl<T> Indexed<T> {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn truncate(&mut self, len: usize) {
        while self.all.len() > len {
            let Some((of, _)) = self.all.pop() else { return };
            for t in of {
                if let Some(list) = self.places.get_mut(&t) {
                    list.pop();
                }
            }
        }
    }

    /// Adds something to be found by any of these tensors, each named once.
    pub(super) fn push(&mut self, tensors: Vec<TensorId>, thing: T) {
        for &t in &tensors {
            self.places.entry(t).or_default().push(self.all.len());
        }
        self.all.push((tensors, thing));
    }

    /// What was added since a place about tensors of a form, the last first.
    pub(super) fn about<'a>(&'a self, form: &[LTerm], since: usize) -> impl Iterator<Item = &'a T> {
        let lists = tensors(form).into_iter().filter_map(|t| self.places.get(&t));
        let recent = lists.flat_map(|l| l.iter().rev().take_while(|p| **p >= since));
        let mut places: Vec<usize> = recent.copied().collect();
        places.sort_unstable_by(|a, b| b.cmp(a));
        places.dedup();
        places.into_iter().map(|p| &self.all[p].1)
    }
}

/// The tensors that a form reads, each once.
pub(super) fn tensors(form: &[LTerm]) -> Vec<TensorId> {
    let mut all: Vec<TensorId> = form.iter().map(|t| t.src).collect();
    all.sort_unstable();
    all.dedup();
    all
}
