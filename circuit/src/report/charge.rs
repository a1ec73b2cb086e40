//! Who pays for what: a circuit's costs by origin, and what is shared divided among those that asked for it.

use super::cost::Part;
use super::strategy::{Strategies, Strategy};
use super::{Cost, NonZeros, Place, Prices, Trace};
use crate::{Category, Circuit, Kind, Layout, OriginId};
use serde::Serialize;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What one origin pays of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Who pays.
    pub trace: Rc<Trace>,
    /// What the constraints are for; variables have no category.
    pub category: Option<Category>,
    /// How they show it; variables have no strategy.
    pub strategy: Option<Strategy>,
    /// What it pays.
    pub cost: Cost,
}

/// Something that several asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shared {
    /// What it is: digits, lookups or a table; `None` for variables only.
    pub strategy: Option<Strategy>,
    /// What it costs.
    pub cost: Cost,
    /// Those that pay for it.
    pub users: Vec<Share>,
}

/// What one user pays of what is shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Who.
    pub place: Place,
    /// What it needs it for.
    pub category: Category,
    /// How often it asked.
    pub times: u32,
    /// Its share.
    pub cost: Cost,
}

/// What is added up: one origin's constraints of one kind, or its variables.
type Key = (OriginId, Option<Category>, Option<Strategy>);

/// Costs by key, in the order in which the circuit first mentions them.
#[derive(Default)]
struct Sums {
    list: Vec<(Key, Cost)>,
    known: BTreeMap<Key, usize>,
}

impl Sums {
    fn add(&mut self, key: Key, cost: Cost) {
        let next = self.list.len();
        let k = *self.known.entry(key).or_insert(next);
        if k == next {
            self.list.push((key, Cost::default()));
        }
        self.list[k].1 += cost;
    }
}

/// All charges of a circuit, and what is shared. Takes as many steps as the circuit has blocks, tensors and origins
/// with their users.
pub(super) fn charges(
    circuit: &Circuit,
    layout: &Layout,
    nonzeros: Option<&[NonZeros]>,
    prices: Option<&Prices>,
) -> (Vec<Charge>, Vec<Shared>) {
    let mut sums = Sums::default();
    blocks(circuit, nonzeros, prices, &mut sums);
    tensors(circuit, layout, prices, &mut sums);
    let mut traces: BTreeMap<OriginId, Rc<Trace>> = BTreeMap::new();
    let mut trace = |id: OriginId| {
        let new = || Rc::new(Trace::of(circuit, id));
        Rc::clone(traces.entry(id).or_insert_with(new))
    };
    let (mut out, mut shared) = (vec![], BTreeMap::<OriginId, Shared>::new());
    for ((id, category, strategy), cost) in sums.list {
        let users = &circuit.origins[id.0 as usize].users;
        if users.is_empty() {
            out.push(Charge { trace: trace(id), category, strategy, cost });
            continue;
        }
        let of = users.iter().map(|u| u64::from(u.times)).sum();
        let entry = shared.entry(id).or_insert_with(|| {
            let share = |u: &crate::User| {
                let place = trace(u.origin).place.clone();
                Share { place, category: u.category, times: u.times, cost: Cost::default() }
            };
            let users = users.iter().map(share).collect();
            Shared { strategy: None, cost: Cost::default(), users }
        });
        entry.strategy = entry.strategy.or(strategy);
        entry.cost += cost;
        let mut from = 0;
        for (k, user) in users.iter().enumerate() {
            let to = from + u64::from(user.times);
            let cost = cost.share(Part { from, to, of });
            from = to;
            entry.users[k].cost += cost;
            // Rows of a table are a table's whoever looks them up.
            let own = |c| if c == Category::Table { c } else { user.category };
            let category = category.map(own);
            out.push(Charge { trace: trace(user.origin), category, strategy, cost });
        }
    }
    (out, shared.into_values().collect())
}

fn blocks(
    circuit: &Circuit,
    nonzeros: Option<&[NonZeros]>,
    prices: Option<&Prices>,
    sums: &mut Sums,
) {
    let strategies = Strategies::new(circuit);
    for (i, block) in circuit.blocks.iter().enumerate() {
        let constraints = block.len();
        let when = |is: bool| if is { constraints } else { 0 };
        let price = prices.and_then(|p| p.blocks.get(i)).copied().unwrap_or_default();
        let cost = Cost {
            constraints,
            lookups: when(strategies.is_query(block)),
            tables: when(block.category == Category::Table),
            nonzeros: nonzeros.and_then(|n| n.get(i)).copied(),
            nanoseconds: price.nanoseconds,
            bytes: price.bytes,
            ..Cost::default()
        };
        sums.add((block.origin, Some(block.category), Some(strategies.of(block))), cost);
    }
}

fn tensors(circuit: &Circuit, layout: &Layout, prices: Option<&Prices>, sums: &mut Sums) {
    for (i, tensor) in circuit.tensors.iter().enumerate() {
        if tensor.kind == Kind::One {
            continue;
        }
        let variables = layout.offset[i].map_or(0, |_| tensor.len());
        let when = |is: bool| if is { variables } else { 0 };
        let price = prices.and_then(|p| p.tensors.get(i)).copied().unwrap_or_default();
        let public = super::is_public(&tensor.kind);
        let cost = Cost {
            variables,
            public: when(public),
            full: when(!public && tensor.interval.is_none()),
            nanoseconds: price.nanoseconds,
            bytes: price.bytes,
            ..Cost::default()
        };
        sums.add((tensor.origin, None, None), cost);
    }
}
