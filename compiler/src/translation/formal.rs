//! Linear residuals that are 0 term by term, whatever the sizes of their loops.
//!
//! A residual is written as a sum of *reads*: for every index e of a box, Σ_b w(e, b)·v[o(b) + s·e]
//! with a node v, strides s, and weights that are numbers or elements of constants, read along strides
//! of their own. Reads of one node over one box with the same strides are one class. Within a class
//! the element at offset o is told by X^o for a random X of the node, an element of a constant that
//! depends on e by Y^p for a random Y of the constant, and the sum over the class is a polynomial in
//! these. If it is 0, every product of elements stands in it with the weight 0, at every index e; so
//! the residual is 0. A wrong sum is 0 with probability at most 2^−200, as its degree is below 2^50.
//!
//! What is derived is read through by composing the two maps, where they fit each other; where they
//! do not, it stays a node, the sum will hardly be 0, and the residual is left to
//! [`super::matched`], which takes one index after the other.

use super::nodes::{Node, Nodes};
use super::read::{Factor, Read};
use ark_ff::{AdditiveGroup, Field, UniformRand};
use std::cell::RefCell;
use std::collections::BTreeMap;
use zirc_circuit::{ConstId, Fr, Lin, TensorId, scalar};

/// Reads that one residual may grow to.
const MAX_READS: usize = 1 << 10;
/// Definitions that are read through for one residual.
const MAX_STEPS: usize = 1 << 13;
/// Points of the bound indices of one read.
const MAX_POINTS: usize = 1 << 14;

/// A constant, by the form whose terms read it.
type ConstKey = (u8, ConstId);
/// What reads of one class share: the node, the box, its strides, and constants with their strides.
type Class = (Node, Vec<(usize, usize)>, Vec<i64>, Vec<(ConstKey, Vec<i64>)>);

/// Decides residuals by one random number for each node and constant.
pub(super) struct Formal<'n, 'd> {
    nodes: &'n Nodes<'d>,
    points: RefCell<BTreeMap<Point, Fr>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Point {
    Node(Node),
    Constant(ConstKey),
}

impl<'n, 'd> Formal<'n, 'd> {
    pub(super) fn new(nodes: &'n Nodes<'d>) -> Formal<'n, 'd> {
        Formal { nodes, points: RefCell::default() }
    }

    /// Whether a combination of the lowered form over a shape is 0 for all values of the circuit's
    /// variables; `false` says nothing.
    pub(super) fn vanishes(&self, shape: &[usize], lin: &Lin) -> bool {
        let Some(reads) = self.reads(shape, lin) else { return false };
        let mut sums: BTreeMap<Class, Fr> = BTreeMap::new();
        for r in &reads {
            let Some((class, sum)) = self.summed(r) else { return false };
            *sums.entry(class).or_insert(Fr::ZERO) += sum;
        }
        sums.values().all(|s| *s == Fr::ZERO)
    }

    /// The combination as reads of what is not derived, as far as derived tensors can be read through.
    fn reads(&self, shape: &[usize], lin: &Lin) -> Option<Vec<Read>> {
        let at = Node::Lowered(TensorId::ONE);
        let first = lin.terms.iter().map(|t| Read::new(shape, t, self.nodes.source(at, t.src), at));
        let mut open: Vec<Read> = first.collect::<Option<_>>()?;
        let mut done = vec![];
        // A definition that led back to itself would be read through for ever.
        for _ in 0..MAX_STEPS {
            let Some(r) = open.pop() else { return Some(done) };
            if open.len() + done.len() > MAX_READS {
                return None;
            }
            match self.through(&r) {
                Some(more) => open.extend(more),
                None => done.push(r),
            }
        }
        None
    }

    /// A read of a derived tensor as reads of what it is derived from.
    fn through(&self, r: &Read) -> Option<Vec<Read>> {
        let lin = self.nodes.definition(r.node)?;
        if matches!(r.node, Node::Circuit(_)) && Nodes::is_heavy(lin) {
            return None;
        }
        let inner = |t| r.compose(t, self.nodes.source(r.node, t.src));
        // A term that the read does not meet gives nothing.
        lin.terms
            .iter()
            .map(inner)
            .collect::<Option<Vec<_>>>()
            .map(|v| v.into_iter().flatten().collect())
    }

    /// The class of a read, and its sum over the bound indices.
    fn summed(&self, r: &Read) -> Option<(Class, Fr)> {
        let points = r.bound.iter().try_fold(1usize, |n, d| n.checked_mul(*d));
        if points.is_none_or(|n| n > MAX_POINTS) {
            return None;
        }
        let fixed = |f: &&Factor| f.free.iter().all(|s| *s == 0);
        let (numbers, symbols): (Vec<&Factor>, Vec<&Factor>) = r.weights.iter().partition(fixed);
        // Two of one constant would give the same power for c[0]·c[3] as for c[1]·c[2].
        if symbols.len() > 1 {
            return None;
        }
        let mut class: Vec<_> = symbols.iter().map(|f| (key(f), f.free.clone())).collect();
        class.sort();
        let mut sum = Fr::ZERO;
        let mut index = vec![0usize; r.bound.len()];
        loop {
            let mut term = self.power(Point::Node(r.node), r.source.at(&index))?;
            for f in &numbers {
                let all = self.nodes.constants(f.of);
                let data = &all.get(f.constant.0 as usize)?.data;
                let at = usize::try_from(f.bound.at(&index)).ok().filter(|i| *i < data.len())?;
                term *= scalar::to_fr(&data.get(at));
            }
            for f in &symbols {
                term *= self.power(Point::Constant(key(f)), f.bound.at(&index))?;
            }
            sum += term;
            if !next(&mut index, &r.bound) {
                break;
            }
        }
        let class = (r.node, r.place.clone(), r.free.clone(), class);
        Some((class, sum * scalar::to_fr(&r.factor)))
    }

    fn power(&self, of: Point, exponent: i64) -> Option<Fr> {
        let exponent = u64::try_from(exponent).ok()?;
        let mut points = self.points.borrow_mut();
        let x = points.entry(of).or_insert_with(|| Fr::rand(&mut rand::thread_rng()));
        Some(x.pow([exponent]))
    }
}

fn key(f: &Factor) -> ConstKey {
    let form = match f.of {
        Node::Circuit(_) => 0,
        Node::Left(_) => 1,
        Node::Lowered(_) => 2,
    };
    (form, f.constant)
}

/// The next index in row-major order; `false` after the last.
fn next(index: &mut [usize], extents: &[usize]) -> bool {
    for (i, n) in index.iter_mut().zip(extents).rev() {
        *i += 1;
        if *i < *n {
            return true;
        }
        *i = 0;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::Translation;
    use super::*;
    use crate::draft::Draft;
    use zirc_circuit::{
        Access, Circuit, Int, Kind, OriginId, Signature, Tensor, Term, Weight, Width,
    };

    #[test]
    fn products_of_elements_of_one_constant_are_told_apart() {
        // W[i]·(W[i + 3]·x[i]) is not W[i + 1]·(W[i + 2]·x[i]), though the places have the same sum.
        let mut d = Draft::new(vec![], vec![], vec![], Signature::new("c", vec![], vec![]), 1);
        let mut push = |shape: &[usize], kind| {
            let shape = shape.to_vec();
            let (interval, width, name, origin) = (None, Width::I64, None, OriginId(0));
            d.push(Tensor { shape, kind, interval, width, name, origin })
        };
        let (one, x) = (push(&[], Kind::One), push(&[2], Kind::Witness));
        let circuit = Circuit {
            constants: vec![],
            tensors: d.tensors().to_vec(),
            blocks: vec![],
            program: vec![],
            signature: d.signature.clone(),
            sources: vec![],
            origins: vec![],
        };
        let places = [one, x].into_iter().map(|t| (t, t)).collect();
        let w = d.constant([1, 2, 3, 5, 7, 11].map(Int::from).to_vec());
        let weighed = |src, offset, factor: i64| {
            let access = Access { offset, strides: vec![1] };
            let weight = Weight::Tensor { factor: Int::from(factor), constant: w, access };
            Term::whole(src, &[2]).weighed(weight)
        };
        let lin = |terms| Lin { terms, width: Width::I64 };
        let mut derived = |offset| {
            let kind = Kind::Linear(lin(vec![weighed(x, offset, 1)]));
            let tensor = Tensor { shape: vec![2], kind, ..d.tensor(x).clone() };
            d.push(tensor)
        };
        let (u, v) = (derived(3), derived(2));
        let t = Translation { lowered: &d, optimized: &d, circuit: &circuit, places: &places };
        let nodes = Nodes::new(t);
        let vanishes = |terms| Formal::new(&nodes).vanishes(&[2], &lin(terms));
        assert!(!vanishes(vec![weighed(u, 0, 1), weighed(v, 1, -1)]));
        // What is the same is seen where one constant stands in it, and may be left to others otherwise.
        assert!(vanishes(vec![weighed(x, 1, 1), weighed(x, 1, -1)]));
        assert!(!vanishes(vec![weighed(x, 1, 1), weighed(x, 2, -1)]));
        let scaled = |src, n: i64| Term::whole(src, &[2]).weighed(Weight::Scalar(Int::from(n)));
        assert!(vanishes(vec![scaled(u, 2), weighed(x, 3, -2)]));
        assert!(!vanishes(vec![scaled(u, 2), weighed(x, 3, -1)]));
    }
}
