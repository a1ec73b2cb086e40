//! The values of all tensors at one random point of the circuit's variables.

use super::nodes::{Node, Nodes};
use ark_ff::{BigInt, Field};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::{Combinations, Fr, Lin, TensorId};

/// Bytes of values from which on those are let go that none of as many bytes since had to do with: twice as many are
/// kept from one constraint to the next.
const KEPT_BYTES: usize = 32 << 20;

/// Values by node, computed when they are read.
pub(super) struct Values<'n> {
    nodes: &'n Nodes<'n>,
    /// For the terms of the circuit, of what the passes left, and of the lowered form.
    combinations: [Combinations<'n>; 3],
    /// Whether sums of many products that both forms share are drawn at random as variables are.
    /// What then holds for any values of theirs holds for their own.
    opaque: bool,
    seed: [u8; 32],
    known: BTreeMap<Node, Vec<Fr>>,
    bytes: usize,
    /// What was known before, and may be let go.
    older: BTreeMap<Node, Vec<Fr>>,
    /// Elements that may be computed at once.
    room: usize,
    /// How many it would have been where that was refused.
    pub(super) refused: Option<usize>,
}

impl<'n> Values<'n> {
    pub(super) fn new(nodes: &'n Nodes<'n>, opaque: bool, room: usize) -> Values<'n> {
        let id = TensorId::ONE;
        let kinds = [Node::Circuit(id), Node::Left(id), Node::Lowered(id)];
        Values {
            nodes,
            combinations: kinds.map(|k| Combinations::new(nodes.constants(k))),
            opaque,
            seed: rand::random(),
            known: BTreeMap::new(),
            bytes: 0,
            older: BTreeMap::new(),
            room,
            refused: None,
        }
    }

    /// A combination of the lowered form.
    pub(super) fn lowered(&mut self, lin: &Lin, len: usize) -> Result<Vec<Fr>, String> {
        self.combination(Node::Lowered(TensorId::ONE), lin, len)
    }

    /// A combination of the circuit.
    pub(super) fn circuit(&mut self, lin: &Lin, len: usize) -> Result<Vec<Fr>, String> {
        self.combination(Node::Circuit(TensorId::ONE), lin, len)
    }

    fn combination(&mut self, of: Node, lin: &Lin, len: usize) -> Result<Vec<Fr>, String> {
        if self.bytes > KEPT_BYTES {
            self.older = std::mem::take(&mut self.known);
            self.bytes = 0;
        }
        self.demand_room(len)?;
        if !self.nodes.fits(of, lin, len) {
            return Err("terms that leave what they read".into());
        }
        for t in &lin.terms {
            self.learn(self.nodes.source(of, t.src))?;
        }
        Ok(self.eval(of, lin, len))
    }

    fn demand_room(&mut self, len: usize) -> Result<(), String> {
        if len <= self.room {
            return Ok(());
        }
        self.refused = Some(len);
        Err("too many elements to be computed at once".into())
    }

    /// Computes a node's values and all that they are derived from.
    fn learn(&mut self, node: Node) -> Result<(), String> {
        let mut stack = vec![(node, false)];
        let mut open: BTreeSet<Node> = BTreeSet::new();
        while let Some((n, ready)) = stack.pop() {
            if self.known.contains_key(&n) {
                continue;
            }
            if let Some(values) = self.older.remove(&n) {
                self.keep(n, values);
                continue;
            }
            let len = self.nodes.tensor(n).len();
            self.demand_room(len)?;
            let lin = self.nodes.definition(n).filter(|lin| !self.is_opaque(n, lin));
            let values = match lin {
                None if n == Node::Circuit(TensorId::ONE) => vec![Fr::ONE],
                None => self.random(n, len),
                Some(lin) if ready => self.eval(n, lin, len),
                Some(lin) => {
                    if !open.insert(n) {
                        return Err("a tensor that is derived from itself".into());
                    }
                    if !self.nodes.fits(n, lin, len) {
                        return Err("a tensor whose terms leave what they read".into());
                    }
                    stack.push((n, true));
                    let sources = lin.terms.iter().map(|t| self.nodes.source(n, t.src));
                    stack.extend(
                        sources.filter(|s| !self.known.contains_key(s)).map(|s| (s, false)),
                    );
                    continue;
                }
            };
            self.keep(n, values);
        }
        Ok(())
    }

    fn keep(&mut self, n: Node, values: Vec<Fr>) {
        self.bytes += size_of_val(values.as_slice());
        self.known.insert(n, values);
    }

    /// A combination of what is known already.
    fn eval(&self, of: Node, lin: &Lin, len: usize) -> Vec<Fr> {
        let source = |t: TensorId| -> &[Fr] {
            self.known.get(&self.nodes.source(of, t)).map_or(&[], Vec::as_slice)
        };
        let [circuit, left, lowered] = &self.combinations;
        let combinations = match of {
            Node::Circuit(_) => circuit,
            Node::Left(_) => left,
            Node::Lowered(_) => lowered,
        };
        combinations.eval(lin, len, &source)
    }

    /// Whether a derived tensor is drawn at random: one of the circuit that is dear to compute.
    fn is_opaque(&self, n: Node, lin: &Lin) -> bool {
        self.opaque && matches!(n, Node::Circuit(_)) && Nodes::is_heavy(lin)
    }

    /// Elements of the field below 2^252, in the representation that arithmetic uses.
    fn random(&self, n: Node, len: usize) -> Vec<Fr> {
        let (kind, id) = match n {
            Node::Circuit(t) => (0, t.0),
            Node::Left(t) => (1, t.0),
            Node::Lowered(t) => (2, t.0),
        };
        let mut rng = ChaCha8Rng::from_seed(self.seed);
        rng.set_stream(kind << 32 | u64::from(id));
        let mut element = || {
            let [a, b, c, d] = std::array::from_fn(|_| rng.next_u64());
            Fr::new_unchecked(BigInt([a, b, c, d >> 4]))
        };
        (0..len).map(|_| element()).collect()
    }
}
