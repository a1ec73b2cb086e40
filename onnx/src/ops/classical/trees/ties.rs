//! Votes that are tied, and what rounding makes of them.

use super::super::ensemble::Ensemble;
use super::super::scores::largest_by;
use super::super::votes;
use super::classifier::{Pair, binary, candidates};
use super::ensemble;
use crate::context::Trees;
use crate::graph::Node;
use crate::model::Array;

/// A classifier whose trees vote.
pub(crate) struct Ballot {
    /// Scores are sums of floats.
    floats: Ensemble,
    /// Scores are numbers of votes.
    votes: Ensemble,
    pair: Pair,
    candidates: Vec<usize>,
}

impl Ballot {
    /// The trees of a node, if they vote and nothing else counts.
    pub(crate) fn of(n: &Node) -> Option<Ballot> {
        let (floats, base, pair) = binary(n, ensemble(Trees::Classes, n).ok()?).ok()?;
        let votes = votes::of(&floats)?;
        let plain =
            base.iter().all(|b| *b == 0.0) && pair != Pair::Margin && pair != Pair::Second(false);
        let candidates = candidates(n, &floats).ok()?;
        plain.then_some(Ballot { floats, votes, pair, candidates })
    }

    /// How many rows have a class by their votes that is another one by the sums of 32-bit floats.
    pub(crate) fn differ(&self, x: &Array) -> usize {
        let Some(features) = x.shape.last().copied().filter(|f| *f > 0) else { return 0 };
        let none = vec![0.0; self.floats.targets];
        let one = |row: &&[f64]| {
            let x: Vec<f64> = row.iter().map(|v| f64::from(*v as f32)).collect();
            let floats = self.place(&self.floats.scores(&x, &none, true), 0.5, |a, b| a > b);
            let half = self.votes.trees.len() as f64 / 2.0;
            floats != self.place(&self.votes.scores(&x, &none, false), half, votes::more)
        };
        x.data.chunks_exact(features).filter(one).count()
    }

    /// The class by scores.
    fn place(&self, scores: &[f64], half: f64, more: fn(f64, f64) -> bool) -> usize {
        if self.pair == Pair::No {
            return largest_by(scores, &|k| self.candidates.contains(&k), more);
        }
        usize::from(scores.first().is_some_and(|s| more(*s, half)))
    }

    /// Whether half of the votes, of leaves that all have a whole one, are more than a half as a sum of floats.
    pub(super) fn halves_round_up(&self) -> bool {
        let mut vote = None;
        let values = self.floats.values().filter(|v| *v != 0.0);
        let whole = values
            .into_iter()
            .all(|v| *vote.get_or_insert(v) == v && votes::part(v, self.trees()) == Some((1, 1)));
        let (Some(vote), true) = (vote, whole && self.pair != Pair::No) else { return false };
        let sum = (0..self.trees() / 2).fold(0.0f32, |s, _| s + vote as f32);
        self.trees().is_multiple_of(2) && sum > 0.5
    }

    fn trees(&self) -> usize {
        self.floats.trees.len()
    }
}
