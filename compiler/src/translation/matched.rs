//! Residuals that are 0, and residuals that a constraint of the circuit has as well.

use super::nodes::{Node, Nodes};
use super::values::Values;
use crate::draft::{Constraint, Form};
use ark_ff::AdditiveGroup;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use zirc_circuit::{Block, Fr, Lin, TensorId};

/// Finds the blocks of the circuit that may say what a constraint says.
pub(super) struct Matcher<'n, 'd> {
    nodes: &'n Nodes<'d>,
    /// Places of blocks by the tensors that they read.
    readers: BTreeMap<TensorId, Vec<usize>>,
    /// Places of blocks by the variables that what they read is derived from; seldom asked for.
    indirect: OnceCell<BTreeMap<TensorId, Vec<usize>>>,
}

impl<'n, 'd> Matcher<'n, 'd> {
    pub(super) fn new(nodes: &'n Nodes<'d>) -> Matcher<'n, 'd> {
        let mut readers: BTreeMap<TensorId, Vec<usize>> = BTreeMap::new();
        for (k, b) in nodes.circuit.blocks.iter().enumerate() {
            let reads = reads_of(b);
            reads.into_iter().for_each(|t| readers.entry(t).or_default().push(k));
        }
        Matcher { nodes, readers, indirect: OnceCell::new() }
    }

    fn indirect(&self) -> &BTreeMap<TensorId, Vec<usize>> {
        self.indirect.get_or_init(|| {
            let mut indirect: BTreeMap<TensorId, Vec<usize>> = BTreeMap::new();
            for (k, b) in self.nodes.circuit.blocks.iter().enumerate() {
                let variables = below(self.nodes, &reads_of(b));
                variables.for_each(|t| indirect.entry(t).or_default().push(k));
            }
            indirect
        })
    }

    /// How many elements of a constraint of the lowered form are 0 at this point, and how many are
    /// neither 0 nor, up to sign, an element of a block of the circuit.
    pub(super) fn compare(
        &self,
        values: &mut Values<'_>,
        c: &Constraint,
    ) -> Result<(usize, usize), String> {
        let residual = lowered(values, c)?;
        let mut open: BTreeSet<usize> =
            (0..residual.len()).filter(|&i| residual[i] != Fr::ZERO).collect();
        let zero = residual.len() - open.len();
        if !open.is_empty() {
            for k in self.candidates(c) {
                let found = block(values, &self.nodes.circuit.blocks[k])?;
                strike(&residual, &found, &mut open);
                if open.is_empty() {
                    break;
                }
            }
        }
        Ok((zero, open.len()))
    }

    /// Blocks that read what the constraint reads or what that is derived from, the nearest first; then
    /// those that read what is derived from it.
    fn candidates(&self, c: &Constraint) -> impl Iterator<Item = usize> {
        // What holds a product tells it from others with the same factors.
        let sides: Vec<&Lin> = match &c.form {
            Form::Zero(lin) => vec![lin],
            Form::Product(a, b, out) => vec![out, a, b],
        };
        let sources = sides.into_iter().flat_map(|l| &l.terms);
        let mut queue: VecDeque<Node> = sources.map(|t| self.nodes.of_lowered(t.src)).collect();
        let mut seen: BTreeSet<Node> = queue.iter().copied().collect();
        let mut given: BTreeSet<usize> = BTreeSet::new();
        let mut ready: VecDeque<usize> = VecDeque::new();
        let mut passed: Vec<TensorId> = vec![];
        let shape = c.shape.clone();
        std::iter::from_fn(move || {
            while ready.is_empty() {
                let Some(node) = queue.pop_front() else {
                    let Some(t) = passed.pop() else {
                        // What reads nothing but zeros of it is found by none of its tensors.
                        let mut rest = 0..self.nodes.circuit.blocks.len();
                        let alike = |k: &usize| self.nodes.circuit.blocks[*k].shape == shape;
                        return rest.find(|k| alike(k) && given.insert(*k));
                    };
                    let all = self.indirect().get(&t).into_iter().flatten();
                    ready.extend(all.copied().filter(|k| given.insert(*k)));
                    continue;
                };
                if let Node::Circuit(t) = node
                    && t != TensorId::ONE
                {
                    passed.push(t);
                    let all = self.readers.get(&t).into_iter().flatten();
                    ready.extend(all.copied().filter(|k| given.insert(*k)));
                }
                // What the circuit derives in another way stands there under its own place.
                if let Node::Lowered(t) = node {
                    queue.extend(Some(self.nodes.of_left(t)).filter(|n| seen.insert(*n)));
                }
                if let Some(lin) = self.nodes.definition(node) {
                    let more = lin.terms.iter().map(|t| self.nodes.source(node, t.src));
                    queue.extend(more.filter(|n| seen.insert(*n)));
                }
            }
            ready.pop_front()
        })
    }
}

/// The tensors that a block reads.
fn reads_of(b: &Block) -> BTreeSet<TensorId> {
    [&b.a, &b.b, &b.c].into_iter().flat_map(|l| &l.terms).map(|t| t.src).collect()
}

/// Variables of the circuit that tensors are derived from, through however many others.
fn below<'n>(
    nodes: &'n Nodes<'_>,
    reads: &BTreeSet<TensorId>,
) -> impl Iterator<Item = TensorId> + use<'n> {
    let mut stack: Vec<TensorId> = reads.iter().copied().collect();
    let mut seen: BTreeSet<TensorId> = reads.clone();
    std::iter::from_fn(move || {
        while let Some(t) = stack.pop() {
            match nodes.definition(Node::Circuit(t)) {
                Some(lin) => {
                    stack.extend(lin.terms.iter().map(|t| t.src).filter(|t| seen.insert(*t)));
                }
                None if t != TensorId::ONE => return Some(t),
                None => {}
            }
        }
        None
    })
}

/// A·B − C of every element of a constraint of the lowered form.
fn lowered(values: &mut Values<'_>, c: &Constraint) -> Result<Vec<Fr>, String> {
    let len = c.shape.iter().product();
    match &c.form {
        Form::Zero(lin) => values.lowered(lin, len),
        Form::Product(a, b, out) => {
            let (a, b) = (values.lowered(a, len)?, values.lowered(b, len)?);
            Ok(product(a, b, values.lowered(out, len)?))
        }
    }
}

/// A·B − C of every element of a block of the circuit.
fn block(values: &mut Values<'_>, block: &Block) -> Result<Vec<Fr>, String> {
    let len = block.len();
    let (a, b) = (values.circuit(&block.a, len)?, values.circuit(&block.b, len)?);
    Ok(product(a, b, values.circuit(&block.c, len)?))
}

fn product(a: Vec<Fr>, b: Vec<Fr>, mut c: Vec<Fr>) -> Vec<Fr> {
    for ((c, a), b) in c.iter_mut().zip(a).zip(b) {
        *c = a * b - *c;
    }
    c
}

/// Takes from `open` the elements of a residual that are found, up to sign.
fn strike(residual: &[Fr], found: &[Fr], open: &mut BTreeSet<usize>) {
    let equal = |a: &Fr, b: &Fr| *a == *b || *a == -*b;
    // Most often it is the same element of a block of the same shape.
    open.retain(|&i| !found.get(i).is_some_and(|f| equal(&residual[i], f)));
    if open.is_empty() {
        return;
    }
    let mut all: Vec<Fr> = found.iter().filter(|f| **f != Fr::ZERO).copied().collect();
    all.sort_unstable();
    let has = |r: &Fr| all.binary_search(r).is_ok();
    open.retain(|&i| !has(&residual[i]) && !has(&-residual[i]));
}
