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
    #[must_use]
    pub fn rewritten(&self, inline: &dyn Fn(Element) -> Option<Sum>) -> Sum {
        let mut terms: BTreeMap<Element, Int> = BTreeMap::new();
        let mut open: Vec<(Int, Element)> = self.terms.clone();
        while let Some((weight, element)) = open.pop() {
            match inline(element) {
                Some(s) => open.extend(s.terms.into_iter().map(|(w, e)| (w * &weight, e))),
                None => *terms.entry(element).or_default() += weight,
            }
        }
        Sum::of(terms)
    }

    fn of(terms: BTreeMap<Element, Int>) -> Sum {
        let order = scalar::order();
        let half: Int = &order / 2u32;
        let least = |w: Int| {
            let w = w.mod_floor(&order);
            if w > half { w - &order } else { w }
        };
        let terms = terms.into_iter().map(|(e, w)| (least(w), e));
        Sum { terms: terms.filter(|(w, _)| !w.is_zero()).collect() }
    }
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
