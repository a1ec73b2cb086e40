//! Things about sums of terms, found by the tensors that these read.

use crate::value::LTerm;
use std::collections::BTreeMap;
use zirc_circuit::TensorId;

/// A list that grows and is cut at its end, with the places of what is about each tensor.
#[derive(Clone, Debug)]
pub(super) struct Indexed<T> {
    all: Vec<(TensorId, T)>,
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
            if let Some(list) = self.places.get_mut(&of) {
                list.pop();
            }
        }
    }

    /// Adds something about a form. A form in which that one is contained reads its first tensor.
    pub(super) fn push(&mut self, form: &[LTerm], thing: T) {
        let Some(of) = form.iter().map(|t| t.src).min() else { return };
        self.places.entry(of).or_default().push(self.all.len());
        self.all.push((of, thing));
    }

    /// What was added since a place about tensors of a form, the last first.
    pub(super) fn about<'a>(&'a self, form: &[LTerm], since: usize) -> impl Iterator<Item = &'a T> {
        let mut tensors: Vec<TensorId> = form.iter().map(|t| t.src).collect();
        tensors.sort_unstable();
        tensors.dedup();
        let lists = tensors.into_iter().filter_map(|t| self.places.get(&t));
        let places = lists.flat_map(move |l| l.iter().rev().take_while(move |p| **p >= since));
        places.map(|p| &self.all[*p].1)
    }
}
