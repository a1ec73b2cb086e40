//! The substitution: what the circuit makes of each tensor of the lowered form.

use super::Translation;
use crate::draft::Draft;
use std::cell::RefCell;
use std::collections::BTreeMap;
use zirc_circuit::{Circuit, ConstId, Constant, Kind, Lin, Tensor, TensorId, Term, Weight};

/// Products per element from which on a sum counts as a number of its own.
const MANY: usize = 8;

/// A tensor of one of the three forms, after all that is the same has become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    /// Of the circuit.
    Circuit(TensorId),
    /// That the passes left, but nothing in the circuit needs.
    Left(TensorId),
    /// Derived in the lowered form, in a way that the circuit does not have.
    Lowered(TensorId),
}

/// The three forms of a program and what is the same in them.
pub(super) struct Nodes<'d> {
    pub(super) lowered: &'d Draft,
    left: &'d Draft,
    pub(super) circuit: &'d Circuit,
    places: &'d BTreeMap<TensorId, TensorId>,
    /// Derived tensors of the lowered form that the circuit derives in the same way from the same.
    same: Vec<bool>,
    /// Constants of the lowered form compared with the circuit's so far.
    constants: RefCell<BTreeMap<(ConstId, ConstId), bool>>,
}

impl<'d> Nodes<'d> {
    pub(super) fn new(t: Translation<'d>) -> Nodes<'d> {
        let Translation { lowered, optimized: left, circuit, places } = t;
        let mut nodes = Nodes {
            lowered,
            left,
            circuit,
            places,
            same: vec![false; lowered.tensors().len()],
            constants: RefCell::default(),
        };
        let mut back = vec![None; circuit.tensors.len()];
        for (from, to) in places {
            if let Some(slot) = back.get_mut(to.0 as usize) {
                *slot = Some(*from);
            }
        }
        // A derived tensor of the circuit reads earlier ones only.
        for (k, tensor) in circuit.tensors.iter().enumerate() {
            let Some(from) = back[k].filter(|t| (t.0 as usize) < nodes.same.len()) else {
                continue;
            };
            let old = lowered.tensor(from);
            if let (Kind::Linear(a), Kind::Linear(b)) = (&old.kind, &tensor.kind) {
                nodes.same[from.0 as usize] = old.shape == tensor.shape && nodes.same_lin(a, b);
            }
        }
        nodes
    }

    /// What a tensor of the lowered form is.
    pub(super) fn of_lowered(&self, t: TensorId) -> Node {
        match &self.lowered.tensor(t).kind {
            Kind::Linear(_) if !self.same[t.0 as usize] => Node::Lowered(t),
            _ => self.of_left(t),
        }
    }

    /// What a tensor is that the passes left.
    pub(super) fn of_left(&self, t: TensorId) -> Node {
        self.places.get(&t).map_or(Node::Left(t), |&to| Node::Circuit(to))
    }

    /// How a node is derived, if it is; otherwise it is a variable or 1.
    pub(super) fn definition(&self, node: Node) -> Option<&'d Lin> {
        match &self.tensor(node).kind {
            Kind::Linear(lin) => Some(lin),
            _ => None,
        }
    }

    pub(super) fn tensor(&self, node: Node) -> &'d Tensor {
        match node {
            Node::Circuit(t) => &self.circuit.tensors[t.0 as usize],
            Node::Left(t) => self.left.tensor(t),
            Node::Lowered(t) => self.lowered.tensor(t),
        }
    }

    /// The node that a term reads, where the term defines this node.
    pub(super) fn source(&self, of: Node, t: TensorId) -> Node {
        match of {
            Node::Circuit(_) => Node::Circuit(t),
            Node::Left(_) => self.of_left(t),
            Node::Lowered(_) => self.of_lowered(t),
        }
    }

    /// The constants that terms read which define this node.
    pub(super) fn constants(&self, of: Node) -> &'d [Constant] {
        match of {
            Node::Circuit(_) => &self.circuit.constants,
            Node::Left(_) => &self.left.constants,
            Node::Lowered(_) => &self.lowered.constants,
        }
    }

    /// Whether the terms of a combination stay inside of what they read.
    pub(super) fn fits(&self, of: Node, lin: &Lin, len: usize) -> bool {
        let tensors = match of {
            Node::Circuit(_) => &self.circuit.tensors,
            Node::Left(_) => self.left.tensors(),
            Node::Lowered(_) => self.lowered.tensors(),
        };
        fits(lin, len, self.constants(of), tensors)
    }

    /// Whether a definition takes many products with weights of its own for each element.
    pub(super) fn is_heavy(lin: &Lin) -> bool {
        let heavy = |t: &Term| {
            let own = match &t.weight {
                Weight::Scalar(_) => false,
                Weight::Tensor { access, .. } => {
                    access.strides.iter().zip(&t.free).any(|(s, n)| *s != 0 && *n > 1)
                }
            };
            own && t.bound.iter().product::<usize>() >= MANY
        };
        lin.terms.iter().any(heavy)
    }

    /// Whether a combination of the lowered form and one of the circuit are the same terms of the
    /// same nodes.
    pub(super) fn same_lin(&self, lowered: &Lin, circuit: &Lin) -> bool {
        lowered.terms.len() == circuit.terms.len()
            && lowered.terms.iter().zip(&circuit.terms).all(|(a, b)| self.same_term(a, b))
    }

    fn same_term(&self, a: &Term, b: &Term) -> bool {
        let weights = match (&a.weight, &b.weight) {
            (Weight::Scalar(x), Weight::Scalar(y)) => x == y,
            (
                Weight::Tensor { factor: x, constant: c, access: p },
                Weight::Tensor { factor: y, constant: k, access: q },
            ) => x == y && p == q && self.same_constant(*c, *k),
            _ => false,
        };
        weights
            && (&a.free, &a.bound, &a.dst, &a.src_access)
                == (&b.free, &b.bound, &b.dst, &b.src_access)
            && self.of_lowered(a.src) == Node::Circuit(b.src)
    }

    fn same_constant(&self, lowered: ConstId, circuit: ConstId) -> bool {
        *self.constants.borrow_mut().entry((lowered, circuit)).or_insert_with(|| {
            let all = (&self.lowered.constants, &self.circuit.constants);
            all.0.get(lowered.0 as usize).map(|c| &c.data)
                == all.1.get(circuit.0 as usize).map(|c| &c.data)
        })
    }
}

/// Whether every term of a combination over `len` elements stays inside of what it reads.
pub(super) fn fits(lin: &Lin, len: usize, constants: &[Constant], tensors: &[Tensor]) -> bool {
    lin.terms.iter().all(|t| {
        let space: Vec<usize> = t.free.iter().chain(&t.bound).copied().collect();
        let weight = match &t.weight {
            Weight::Scalar(_) => true,
            Weight::Tensor { constant, access, .. } => constants
                .get(constant.0 as usize)
                .is_some_and(|c| access.check(&space, c.data.len()).is_ok()),
        };
        let source = tensors
            .get(t.src.0 as usize)
            .is_some_and(|x| t.src_access.check(&space, x.len()).is_ok());
        weight && source && t.dst.check(&t.free, len).is_ok()
    })
}
