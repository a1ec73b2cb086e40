//! What each layer, function, source line and kind of constraint costs: sums over provenance.

use crate::{Block, Category, Circuit, Kind, OriginId, Tensor};
use serde::Serialize;
use std::collections::BTreeMap;

mod charge;
mod cost;
mod group;
mod nonzero;
mod place;
mod price;
mod strategy;
mod tree;

use charge::charges;
pub use charge::{Charge, Share, Shared};
pub use cost::Cost;
pub use group::{By, Group};
pub use nonzero::NonZeros;
pub use place::{Place, SourceLine, Trace};
pub use price::{Price, Prices};
pub use strategy::Strategy;
pub use tree::{Branch, LineCost};

/// Reads of elements that counting non-zeros may take before it gives up: row by row, or else tensor by tensor.
pub const DEFAULT_EXPANSION: u64 = 1 << 24;

/// Costs of a circuit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Name of the circuit.
    pub circuit: String,
    /// Its digest, in hexadecimal.
    pub digest: String,
    /// Number of constraints.
    pub constraints: usize,
    /// Number of variables, `ONE` included.
    pub variables: usize,
    /// Number of public variables, `ONE` not counted.
    pub public: usize,
    /// Number of witness variables.
    pub witness: usize,
    /// Non-zero entries of the three matrices; `None` if counting them was too much work.
    pub nonzeros: Option<NonZeros>,
    /// Whether they were counted row by row. Else a variable that a row reads in several ways counts as often, so that
    /// there may be fewer.
    pub nonzeros_exact: bool,
    /// Witness variables by how wide their values may be.
    pub widths: Widths,
    /// Every block, in order.
    pub blocks: Vec<BlockCost>,
    /// Every tensor that has variables, in order.
    pub tensors: Vec<TensorCost>,
    /// What several asked for.
    pub shared: Vec<Shared>,
    /// Who pays for what; what is shared is divided.
    #[serde(skip)]
    pub charges: Vec<Charge>,
}

/// Numbers of witness values by the bits, sign included, that their intervals need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Widths {
    /// 0 or 1.
    pub boolean: usize,
    /// Up to 8 bits.
    pub bits8: usize,
    /// Up to 16 bits.
    pub bits16: usize,
    /// Up to 32 bits.
    pub bits32: usize,
    /// Up to 64 bits.
    pub bits64: usize,
    /// Up to 128 bits.
    pub bits128: usize,
    /// Wider, or elements of the field.
    pub full: usize,
}

/// What a block costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlockCost {
    /// Number of constraints.
    pub constraints: usize,
    /// What they are for.
    pub category: Category,
    /// Non-zero entries, if counted.
    pub nonzeros: Option<NonZeros>,
    /// What asked for them.
    pub place: Place,
}

/// What a tensor costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TensorCost {
    /// Index into [`Circuit::tensors`].
    pub tensor: usize,
    /// Name in the source, if it has one.
    pub name: Option<String>,
    /// Number of variables.
    pub variables: usize,
    /// Whether they are public.
    pub public: bool,
    /// What asked for them; `None` for `ONE`.
    pub place: Option<Place>,
}

impl Report {
    /// Adds up the costs of a circuit.
    #[must_use]
    pub fn new(circuit: &Circuit) -> Report {
        Report::with_expansion(circuit, DEFAULT_EXPANSION)
    }

    /// The same, with a limit on the work of counting non-zeros.
    #[must_use]
    pub fn with_expansion(circuit: &Circuit, limit: u64) -> Report {
        Report::priced(circuit, limit, None)
    }

    /// The same, with what a proof takes for each block and tensor.
    #[must_use]
    pub fn priced(circuit: &Circuit, limit: u64, prices: Option<&Prices>) -> Report {
        let layout = circuit.layout();
        let (nonzeros, nonzeros_exact) = match nonzero::count(circuit, limit) {
            Some(exact) => (Some(exact), true),
            None => (nonzero::at_most(circuit, limit), false),
        };
        let total = nonzeros.as_ref().map(|blocks| blocks.iter().copied().sum());
        let (charges, shared) = charges(circuit, &layout, nonzeros.as_deref(), prices);
        let mut places = Places { circuit, known: BTreeMap::new() };
        let block = |(i, b): (usize, &Block)| BlockCost {
            constraints: b.len(),
            category: b.category,
            nonzeros: nonzeros.as_ref().map(|blocks| blocks[i]),
            place: places.of(b.origin),
        };
        let blocks = circuit.blocks.iter().enumerate().map(block).collect();
        let tensor = |(i, t): (usize, &Tensor)| {
            layout.offset[i].map(|_| TensorCost {
                tensor: i,
                name: t.name.clone(),
                variables: t.len(),
                public: t.kind == Kind::One || is_public(&t.kind),
                place: (t.kind != Kind::One).then(|| places.of(t.origin)),
            })
        };
        let tensors = circuit.tensors.iter().enumerate().filter_map(tensor).collect();
        Report {
            circuit: circuit.signature.name.clone(),
            digest: circuit.digest().to_string(),
            constraints: circuit.num_constraints(),
            variables: layout.num_variables(),
            public: layout.num_public + layout.num_carried,
            witness: layout.num_witness - layout.num_carried,
            nonzeros: total,
            nonzeros_exact,
            widths: Widths::of(circuit),
            blocks,
            tensors,
            shared,
            charges,
        }
    }

    /// Notes beside each cost what it was in another circuit, by the same names: what the program says before
    /// optimisation, or an earlier version.
    pub fn after(&mut self, before: &Report) {
        let noted = before.charges.iter().map(|c| {
            let cost = Cost { before: c.cost.constraints, ..Cost::default() };
            Charge { cost, ..c.clone() }
        });
        self.charges.extend(noted.collect::<Vec<_>>());
    }

    /// What all of it costs.
    #[must_use]
    pub fn total(&self) -> Cost {
        let mut sum = Cost::default();
        self.charges.iter().for_each(|c| sum += c.cost);
        sum
    }
}

/// Whether a proof's verifier has the values, or computes them.
fn is_public(kind: &Kind) -> bool {
    matches!(kind, Kind::Public | Kind::Carried | Kind::Challenge | Kind::Evaluation)
}

/// Places already worked out: many blocks share an origin.
struct Places<'c> {
    circuit: &'c Circuit,
    known: BTreeMap<OriginId, Place>,
}

impl Places<'_> {
    fn of(&mut self, origin: OriginId) -> Place {
        let place = self.known.entry(origin).or_insert_with(|| Place::of(self.circuit, origin));
        place.clone()
    }
}

impl Widths {
    fn of(circuit: &Circuit) -> Widths {
        let mut widths = Widths::default();
        for tensor in circuit
            .tensors
            .iter()
            .filter(|t| matches!(t.kind, Kind::Witness | Kind::Model | Kind::Response))
        {
            *widths.class(tensor) += tensor.len();
        }
        widths
    }

    fn class(&mut self, tensor: &Tensor) -> &mut usize {
        use num_traits::Signed;
        let Some((lo, hi)) = &tensor.interval else { return &mut self.full };
        let bits = lo.bits().max(hi.bits());
        match bits + u64::from(lo.is_negative()) {
            0..=1 => &mut self.boolean,
            2..=8 => &mut self.bits8,
            9..=16 => &mut self.bits16,
            17..=32 => &mut self.bits32,
            33..=64 => &mut self.bits64,
            65..=128 => &mut self.bits128,
            _ => &mut self.full,
        }
    }

    /// All classes together.
    #[must_use]
    pub fn total(&self) -> usize {
        let Widths { boolean, bits8, bits16, bits32, bits64, bits128, full } = self;
        boolean + bits8 + bits16 + bits32 + bits64 + bits128 + full
    }
}
