//! The tensor program: what elaboration emits and lowering turns into a circuit.

mod chosen;

use crate::facts::{Facts, Mark};
use crate::instances::Instance;
use crate::options::Checks;
use chosen::Chosen;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use zirc_circuit::{
    Category, ConstId, Constant, Int, Ints, Kind, Lin, Origin, OriginId, Step, Tensor, TensorId,
    Term, Width,
};
use zirc_grammar::ast::Span;

/// Something the circuit must enforce.
#[derive(Clone, Debug)]
pub(crate) struct Enforce {
    pub(crate) shape: Vec<usize>,
    pub(crate) rule: Rule,
    pub(crate) category: Category,
    pub(crate) origin: OriginId,
    /// What the function that asked for it says of the way.
    pub(crate) checks: Option<Checks>,
}

/// The kinds of things to enforce, elementwise over a shape.
#[derive(Clone, Debug)]
pub(crate) enum Rule {
    /// a·b = c
    Product(Lin, Lin, Lin),
    /// lin = 0
    Zero(Lin),
    /// `value` lies in `lo..=hi`, seen as an integer of absolute value below half the order.
    Range { value: Lin, lo: Int, hi: Int },
    /// `out(e, c) = table[index(e)·columns + c]` over the shape, for `columns` values c behind it;
    /// `0 ≤ index < rows` follows from ranges that are enforced elsewhere.
    Lookup { index: Lin, table: ConstId, rows: usize, columns: usize, out: TensorId },
}

impl Rule {
    /// The combinations that it is about.
    pub(crate) fn lins(&self) -> Vec<&Lin> {
        match self {
            Rule::Product(a, b, c) => vec![a, b, c],
            Rule::Zero(a) | Rule::Range { value: a, .. } | Rule::Lookup { index: a, .. } => vec![a],
        }
    }
}

/// A hint variable, so that tests can forge it and audits can find it.
#[derive(Clone, Debug)]
pub(crate) struct Hint {
    pub(crate) name: String,
    pub(crate) tensor: TensorId,
    /// Dimensions of its own, behind those of the loops around it.
    pub(crate) own: usize,
    /// Functions from the outside in.
    pub(crate) functions: Vec<String>,
    /// Why it need not be unique, if the source says so.
    pub(crate) nondet: Option<String>,
    /// The name in its statement.
    pub(crate) span: Span,
    /// Whether that type is `field`.
    pub(crate) field: bool,
}

/// A call of a function with hints of its own: what it added to the program.
#[derive(Clone, Debug)]
pub(crate) struct AuditedCall {
    pub(crate) tensors: Range<usize>,
    pub(crate) enforce: Range<usize>,
}

/// The growing tensor program.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) constants: Vec<Constant>,
    pub(crate) tensors: Vec<Tensor>,
    pub(crate) enforce: Vec<Enforce>,
    pub(crate) steps: Vec<Step>,
    pub(crate) origins: Vec<Origin>,
    pub(crate) hints: Vec<Hint>,
    /// Calls that may turn out to be needed by nothing.
    pub(crate) regions: Vec<Region>,
    /// Calls whose hints are shown unique in an audit of their own.
    pub(crate) audited: Vec<AuditedCall>,
    /// Instances of functions with hints of their own, by key, each once.
    pub(crate) instances: Vec<Rc<Instance>>,
    /// Places of instances by key.
    instance_keys: BTreeMap<String, usize>,
    /// Intervals of a tensor's channels: equal parts along its first dimension.
    pub(crate) channels: BTreeMap<TensorId, Rc<Vec<(Int, Int)>>>,
    /// What is known in branches.
    pub(crate) facts: Facts,
    /// What was made for branches.
    pub(crate) chosen: Chosen,
    /// Constants that are looked up, each once.
    tables: Vec<ConstId>,
    /// Constants by address; the vector keeps the addresses alive.
    addresses: BTreeMap<usize, ConstId>,
    kept: Vec<Rc<Ints>>,
    /// What all of this takes, roughly.
    bytes: u64,
}

/// What one call emitted: a call that never refuses, so that it may go when nothing reads it.
#[derive(Clone, Debug)]
pub(crate) struct Region {
    pub(crate) tensors: Range<usize>,
    pub(crate) enforce: Range<usize>,
    pub(crate) steps: Range<usize>,
}

/// A point to return to when a lifted body turns out to need its index as a number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checkpoint {
    constants: usize,
    tensors: usize,
    enforce: usize,
    steps: usize,
    origins: usize,
    hints: usize,
    regions: usize,
    audited: usize,
    instances: usize,
    facts: Mark,
    chosen: usize,
    bytes: u64,
}

impl Program {
    pub(crate) fn new(origin: Origin) -> Program {
        let one = Tensor {
            shape: vec![],
            kind: Kind::One,
            interval: Some((1.into(), 1.into())),
            width: Width::I64,
            name: None,
            origin: OriginId(0),
        };
        Program {
            constants: vec![],
            tensors: vec![one],
            enforce: vec![],
            steps: vec![],
            origins: vec![origin],
            hints: vec![],
            regions: vec![],
            audited: vec![],
            instances: vec![],
            instance_keys: BTreeMap::new(),
            channels: BTreeMap::new(),
            facts: Facts::default(),
            chosen: Chosen::default(),
            tables: vec![],
            addresses: BTreeMap::new(),
            kept: vec![],
            bytes: 0,
        }
    }

    /// Bytes of what was emitted, roughly.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Counts what is kept outside of the program for something in it.
    pub(crate) fn charge(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
    }

    /// Adds a step of the witness program.
    pub(crate) fn add_step(&mut self, step: Step) {
        let lins = match &step {
            Step::Assign { op, .. } => op.args().iter().map(|l| size_of_lin(l)).sum(),
            Step::Check { left, right, .. } => size_of_lin(left) + size_of_lin(right),
        };
        self.bytes += (size_of::<Step>() + lins) as u64;
        self.steps.push(step);
    }

    /// Adds something to enforce.
    pub(crate) fn add_rule(&mut self, e: Enforce) {
        let lins = match &e.rule {
            Rule::Product(a, b, c) => size_of_lin(a) + size_of_lin(b) + size_of_lin(c),
            Rule::Zero(lin) | Rule::Range { value: lin, .. } | Rule::Lookup { index: lin, .. } => {
                size_of_lin(lin)
            }
        };
        self.bytes += (size_of::<Enforce>() + lins) as u64;
        self.enforce.push(e);
    }

    /// The last place that was added, if it is the one that is looked for.
    pub(crate) fn last_origin(&self, is: impl Fn(&Origin) -> bool) -> Option<OriginId> {
        let last = self.origins.len().checked_sub(1)?;
        is(&self.origins[last]).then_some(OriginId(last as u32))
    }

    /// Adds a place that things come from.
    pub(crate) fn add_origin(&mut self, origin: Origin) -> OriginId {
        let names: usize = origin.stack.iter().map(|f| size_of_val(f) + f.function.len()).sum();
        self.bytes += (size_of::<Origin>() + names) as u64;
        self.origins.push(origin);
        OriginId(self.origins.len() as u32 - 1)
    }

    pub(crate) fn add_tensor(&mut self, tensor: Tensor) -> TensorId {
        let lin = match &tensor.kind {
            Kind::Linear(lin) => size_of_lin(lin),
            _ => 0,
        };
        self.bytes += (size_of::<Tensor>() + HEAP + lin) as u64;
        self.tensors.push(tensor);
        TensorId(self.tensors.len() as u32 - 1)
    }

    pub(crate) fn tensor(&self, id: TensorId) -> &Tensor {
        &self.tensors[id.0 as usize]
    }

    /// The constant that holds this array, added at first use.
    pub(crate) fn constant(&mut self, data: &Rc<Ints>) -> ConstId {
        let address = Rc::as_ptr(data) as usize;
        if let Some(&id) = self.addresses.get(&address) {
            return id;
        }
        let id = ConstId(self.constants.len() as u32);
        self.bytes += data.len() as u64 * 8;
        self.constants.push(Constant { shape: vec![data.len()], data: (**data).clone() });
        self.addresses.insert(address, id);
        self.kept.push(data.clone());
        id
    }

    /// The constant that holds these rows, the same for all who look them up.
    pub(crate) fn table(&mut self, rows: Ints) -> ConstId {
        let known = self.tables.iter().find(|t| self.constants[t.0 as usize].data == rows);
        if let Some(id) = known {
            return *id;
        }
        let id = self.constant(&Rc::new(rows));
        self.tables.push(id);
        id
    }

    /// Whether an instance was noted.
    pub(crate) fn has_instance(&self, key: &str) -> bool {
        self.instance_keys.contains_key(key)
    }

    /// Notes an instance.
    pub(crate) fn add_instance(&mut self, i: Instance) {
        self.instance_keys.insert(i.key.clone(), self.instances.len());
        self.instances.push(Rc::new(i));
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            constants: self.constants.len(),
            tensors: self.tensors.len(),
            enforce: self.enforce.len(),
            steps: self.steps.len(),
            origins: self.origins.len(),
            hints: self.hints.len(),
            regions: self.regions.len(),
            audited: self.audited.len(),
            instances: self.instances.len(),
            facts: self.facts.mark(),
            chosen: self.chosen.mark(),
            bytes: self.bytes,
        }
    }

    /// Everything emitted since the checkpoint, as a region.
    pub(crate) fn region_since(&mut self, at: Checkpoint) {
        let region = Region {
            tensors: at.tensors..self.tensors.len(),
            enforce: at.enforce..self.enforce.len(),
            steps: at.steps..self.steps.len(),
        };
        if !region.enforce.is_empty() {
            self.regions.push(region);
        }
    }

    pub(crate) fn roll_back(&mut self, to: Checkpoint) {
        self.constants.truncate(to.constants);
        self.kept.truncate(to.constants);
        self.tables.retain(|id| (id.0 as usize) < to.constants);
        self.addresses.retain(|_, id| (id.0 as usize) < to.constants);
        self.tensors.truncate(to.tensors);
        self.enforce.truncate(to.enforce);
        self.steps.truncate(to.steps);
        self.origins.truncate(to.origins);
        self.hints.truncate(to.hints);
        self.regions.truncate(to.regions);
        self.audited.truncate(to.audited);
        self.instances.truncate(to.instances);
        self.facts.roll_back(to.facts);
        self.chosen.roll_back(to.chosen);
        self.bytes = to.bytes;
        self.instance_keys.retain(|_, k| *k < to.instances);
        self.channels.retain(|id, _| (id.0 as usize) < to.tensors);
    }
}

impl Program {
    /// What a tensor was computed from, as bare terms: enough to follow growth backwards.
    pub(crate) fn sources_of(&self, id: TensorId) -> Vec<crate::combination::LTerm> {
        let mut ids: Vec<TensorId> = vec![];
        if let Kind::Linear(lin) = &self.tensor(id).kind {
            ids.extend(lin.terms.iter().map(|t| t.src));
        }
        for s in &self.steps {
            if let Step::Assign { tensor, op } = s
                && *tensor == id
            {
                ids.extend(op.args().iter().flat_map(|l| l.terms.iter().map(|t| t.src)));
            }
        }
        ids.iter()
            .map(|&src| {
                let mut t = crate::combination::LTerm::one(1.into(), 0);
                t.src = src;
                t
            })
            .collect()
    }
}

/// Bytes behind pointers of a tensor or a term: its shapes, strides and name.
const HEAP: usize = 96;

fn size_of_lin(lin: &Lin) -> usize {
    lin.terms.len() * (size_of::<Term>() + HEAP)
}
