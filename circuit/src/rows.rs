//! Constraints, expanded to sparse rows one at a time: for export and for cross-checks.

use crate::evaluate::Engine;
use crate::invert::{Inverse, reads};
use crate::satisfy::Side;
use crate::{Circuit, ConstId, Fr, Kind, Layout, Lin, Weight, scalar};
use ark_ff::{AdditiveGroup, Field};
use std::collections::BTreeMap;

/// One constraint as three sparse rows over variable indices: sorted, merged, without zeros.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Row {
    /// Left factor.
    pub a: Vec<(usize, Fr)>,
    /// Right factor.
    pub b: Vec<(usize, Fr)>,
    /// Product.
    pub c: Vec<(usize, Fr)>,
}

/// Iterator over the rows of a circuit, in the order of its constraints. It holds one row at a
/// time; derived tensors are expanded anew for each.
pub struct Rows<'c> {
    circuit: &'c Circuit,
    engine: Engine<'c>,
    layout: Layout,
    /// Of each derived tensor.
    plans: Vec<Plan<'c>>,
    /// The current block, the plans of its sides, and the element that comes next.
    block: usize,
    sides: [Plan<'c>; 3],
    element: usize,
    /// Reads of source elements so far: what expansion has cost.
    pub(crate) work: u64,
}

/// The terms of a combination, prepared for expanding single elements.
type Plan<'c> = Vec<TermPlan<'c>>;

struct TermPlan<'c> {
    term: &'c crate::Term,
    inverse: Inverse,
    /// The scalar weight, or the factor of the constant.
    weight: Fr,
    constant: Option<ConstId>,
}

/// Expands a circuit to sparse rows over the variables of [`Circuit::layout`].
#[must_use]
pub fn rows(circuit: &Circuit) -> Rows<'_> {
    let plans = circuit.tensors.iter().map(|t| match &t.kind {
        Kind::Linear(lin) => plan(lin),
        _ => Vec::new(),
    });
    Rows {
        circuit,
        engine: Engine::new(&circuit.constants),
        layout: circuit.layout(),
        plans: plans.collect(),
        block: 0,
        sides: sides_of(circuit, 0),
        element: 0,
        work: 0,
    }
}

fn sides_of(circuit: &Circuit, block: usize) -> [Plan<'_>; 3] {
    let block = circuit.blocks.get(block);
    Side::ALL.map(|side| block.map(|b| plan(side.of(b))).unwrap_or_default())
}

fn plan(lin: &Lin) -> Plan<'_> {
    let prepared = lin.terms.iter().filter_map(|term| {
        let inverse = Inverse::new(&term.dst, &term.free).ok()??;
        let (weight, constant) = match &term.weight {
            Weight::Scalar(w) => (w, None),
            Weight::Tensor { factor, constant, .. } => (factor, Some(*constant)),
        };
        Some(TermPlan { term, inverse, weight: scalar::to_fr(weight), constant })
    });
    prepared.collect()
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        while self.element >= self.circuit.blocks.get(self.block)?.len() {
            self.block += 1;
            self.element = 0;
            self.sides = sides_of(self.circuit, self.block);
        }
        let [a, b, c] = [0, 1, 2].map(|side| {
            let (row, work) = self.expand(&self.sides[side], self.element);
            self.work += work;
            row
        });
        self.element += 1;
        Some(Row { a, b, c })
    }
}

impl Rows<'_> {
    /// Expands one element of a combination; also counts reads.
    ///
    /// A derived tensor reads earlier ones only. So going through tensors from the last to the
    /// first, all that reads a tensor has been collected by the time its turn comes, and every
    /// element is expanded once however many paths lead to it.
    fn expand(&self, plan: &[TermPlan<'_>], element: usize) -> (Vec<(usize, Fr)>, u64) {
        let mut pending: BTreeMap<u32, Vec<(usize, Fr)>> = BTreeMap::new();
        let mut work = self.read(plan, element, Fr::ONE, &mut pending);
        let mut row = Vec::new();
        while let Some((tensor, mut found)) = pending.pop_last() {
            merge(&mut found);
            if let Some(first) = self.layout.offset[tensor as usize] {
                row.extend(found.into_iter().map(|(i, c)| (first + i, c)));
            } else {
                for (i, c) in found {
                    work += self.read(&self.plans[tensor as usize], i, c, &mut pending);
                }
            }
        }
        row.sort_unstable_by_key(|&(variable, _)| variable);
        (row, work)
    }

    /// Adds what one element of a combination reads, times a coefficient.
    fn read(
        &self,
        plan: &[TermPlan<'_>],
        element: usize,
        coefficient: Fr,
        pending: &mut BTreeMap<u32, Vec<(usize, Fr)>>,
    ) -> u64 {
        let mut work = 0;
        for p in plan {
            work += 1;
            let Some(free) = p.inverse.index(element as i64) else { continue };
            let found = pending.entry(p.term.src.0).or_default();
            let scale = coefficient * p.weight;
            let data = p.constant.map(|id| self.engine.field(id));
            let before = found.len();
            reads(p.term, &free, |source, weight| {
                found.push((source, data.map_or(scale, |d| scale * d[weight])));
            });
            work += (found.len() - before) as u64;
        }
        work
    }
}

/// Sorts by index, adds up what has the same, and drops zeros.
fn merge(entries: &mut Vec<(usize, Fr)>) {
    entries.sort_unstable_by_key(|&(i, _)| i);
    entries.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    entries.retain(|(_, c)| *c != Fr::ZERO);
}
