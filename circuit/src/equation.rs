//! Constraints and derived values as equations: what one element says, over elements of tensors.
//!
//! A circuit holds no rows, so each equation is read off the combinations of its block, for one index.
//! Derived elements stay what they are: [`Circuit::definition`] says what they stand for, so that a sum
//! that many constraints read is shown once.

use crate::invert::{Inverse, reads};
use crate::{Circuit, Int, Kind, Lin, TensorId, Weight, scalar};
use num_integer::Integer;
use num_traits::Zero;
use std::collections::BTreeMap;

mod names;

pub use names::{Names, index_of};

/// One element of a tensor, by its row-major place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Element {
    /// The tensor.
    pub tensor: TensorId,
    /// The element.
    pub index: usize,
}

impl Element {
    /// The constant 1.
    pub const ONE: Element = Element { tensor: TensorId::ONE, index: 0 };
}

/// `Σ weight·element`: ascending by element, none twice, no weight zero. Weights are the representatives of
/// least absolute value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The terms.
    pub terms: Vec<(Int, Element)>,
}

/// `a·b = c`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equation {
    /// Left factor.
    pub a: Sum,
    /// Right factor.
    pub b: Sum,
    /// Product.
    pub c: Sum,
}

impl Sum {
    /// The number, if it is one.
    #[must_use]
    pub fn constant(&self) -> Option<Int> {
        match self.terms.as_slice() {
            [] => Some(Int::ZERO),
            [(weight, Element::ONE)] => Some(weight.clone()),
            _ => None,
        }
    }

    /// The same sum, with what `inline` gives in place of an element, and of elements in that in turn.
    /// A derived element reads earlier ones only, so that what [`Circuit::definition`] gives comes to an end.
    ///
    /// The last element goes first: all that reads it has been looked at then, and it is rewritten once,
    /// however many ways lead to it.
    #[must_use]
    pub fn rewritten(&self, inline: &dyn Fn(Element) -> Option<Sum>) -> Sum {
        let mut terms: BTreeMap<Element, Int> = BTreeMap::new();
        let mut open: BTreeMap<Element, Int> = BTreeMap::new();
        self.terms.iter().for_each(|(w, e)| *open.entry(*e).or_default() += w);
        while let Some((element, weight)) = open.pop_last() {
            let weight = least(weight);
            match inline(element) {
                Some(s) => {
                    s.terms
                        .into_iter()
                        .for_each(|(w, e)| *open.entry(e).or_default() += w * &weight);
                }
                None => *terms.entry(element).or_default() += weight,
            }
        }
        Sum::of(terms)
    }

    fn of(terms: BTreeMap<Element, Int>) -> Sum {
        let terms = terms.into_iter().map(|(e, w)| (least(w), e));
        Sum { terms: terms.filter(|(w, _)| !w.is_zero()).collect() }
    }
}

/// The representative of least absolute value.
fn least(weight: Int) -> Int {
    let order = scalar::order();
    let w = weight.mod_floor(&order);
    if w > &order / 2u32 { w - order } else { w }
}

impl Circuit {
    /// The constraint of a block at a row-major place; `None` beyond the last.
    #[must_use]
    pub fn equation(&self, block: usize, element: usize) -> Option<Equation> {
        let block = self.blocks.get(block).filter(|b| element < b.len())?;
        let side = |lin: &Lin| self.element_of(lin, element);
        Some(Equation { a: side(&block.a), b: side(&block.b), c: side(&block.c) })
    }

    /// What a derived element stands for; `None` for variables, and for what only the witness program knows.
    #[must_use]
    pub fn definition(&self, of: Element) -> Option<Sum> {
        let tensor = self.tensors.get(of.tensor.0 as usize).filter(|t| of.index < t.len())?;
        match &tensor.kind {
            Kind::Linear(lin) => Some(self.element_of(lin, of.index)),
            _ => None,
        }
    }

    fn element_of(&self, lin: &Lin, element: usize) -> Sum {
        let mut terms: BTreeMap<Element, Int> = BTreeMap::new();
        for term in &lin.terms {
            let Ok(Some(inverse)) = Inverse::new(&term.dst, &term.free) else { continue };
            let Some(free) = i64::try_from(element).ok().and_then(|at| inverse.index(at)) else {
                continue;
            };
            reads(term, &free, |index, place| {
                let weight = match &term.weight {
                    Weight::Scalar(w) => w.clone(),
                    Weight::Tensor { factor, constant, .. } => {
                        factor * self.constants[constant.0 as usize].data.get(place)
                    }
                };
                *terms.entry(Element { tensor: term.src, index }).or_default() += weight;
            });
        }
        Sum::of(terms)
    }
}

#[cfg(test)]
mod tests {
    use super::{Element, Sum, least};
    use crate::{Int, TensorId};

    /// As the state of a hash: every element of a level reads both of the one before.
    #[test]
    fn what_many_ways_lead_to_is_rewritten_once() {
        let element = |level: u32, index| Element { tensor: TensorId(level), index };
        let both = |level: u32| Sum {
            terms: (0..2).map(|k| (Int::from(k as u32 + 1), element(level, k))).collect(),
        };
        let inline = |e: Element| (e.tensor.0 > 1).then(|| both(e.tensor.0 - 1));
        // (1, 2) times itself, level by level: 3 for each.
        let weight = Int::from(3).pow(299);
        let expected = [(1, 0), (2, 1)].map(|(w, k)| (least(&weight * w), element(1, k)));
        assert_eq!(both(300).rewritten(&inline).terms, expected);
    }
}
