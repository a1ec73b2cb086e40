//! What a circuit costs, as tables.

use super::columns::Columns;
use super::instance::short;
use super::number::grouped;
use super::{clean, table::Table};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use zirc_circuit::report::{By, Cost, Group, Place, Share, Shared, Strategy};
use zirc_circuit::{Category, Circuit, Kind, Report};

/// Constraints of one function in one layer.
#[derive(Clone, Debug, Default)]
struct Operation {
    function: String,
    total: usize,
    categories: BTreeMap<Category, usize>,
}

/// A layer with its operations, in the order of the circuit.
#[derive(Clone, Debug, Default)]
struct Layer {
    name: String,
    operations: Vec<Operation>,
}

impl Layer {
    fn total(&self) -> usize {
        self.operations.iter().map(|o| o.total).sum()
    }

    fn of(&self, category: Category) -> usize {
        self.operations.iter().map(|o| o.of(category)).sum()
    }
}

impl Operation {
    fn of(&self, category: Category) -> usize {
        self.categories.get(&category).copied().unwrap_or(0)
    }
}

/// The layers of a circuit, those without constraints included.
fn layers(circuit: &Circuit, report: &Report) -> Vec<Layer> {
    let mut layers: Vec<Layer> = vec![];
    let tensors = circuit.tensors.iter().filter(|t| t.kind != Kind::One);
    let mut origins: Vec<_> = tensors.map(|t| t.origin).collect();
    origins.dedup();
    for origin in origins {
        operation(&mut layers, &Place::of(circuit, origin));
    }
    for charge in &report.charges {
        let Some(category) = charge.category else { continue };
        let op = operation(&mut layers, &charge.trace.place);
        op.total += charge.cost.constraints;
        *op.categories.entry(category).or_default() += charge.cost.constraints;
    }
    for layer in &mut layers {
        // In a layer that costs something, what costs nothing is no news.
        if layer.total() > 0 {
            layer.operations.retain(|o| o.total > 0);
        }
    }
    layers
}

/// The operation that a place belongs to, made if need be.
fn operation<'l>(layers: &'l mut Vec<Layer>, place: &Place) -> &'l mut Operation {
    let k = layers.iter().position(|l| l.name == place.layer).unwrap_or_else(|| {
        layers.push(Layer { name: place.layer.clone(), operations: vec![] });
        layers.len() - 1
    });
    let operations = &mut layers[k].operations;
    let k = operations.iter().position(|o| o.function == place.function).unwrap_or_else(|| {
        let function = place.function.clone();
        operations.push(Operation { function, ..Operation::default() });
        operations.len() - 1
    });
    &mut operations[k]
}

/// The categories that occur, in their usual order.
fn categories(report: &Report) -> Vec<Category> {
    let mut all: Vec<Category> = report.charges.iter().filter_map(|c| c.category).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Constraints by layer, operation and category.
pub(crate) fn by_operation(circuit: &Circuit, report: &Report) -> Table {
    let categories = categories(report);
    let mut header = vec!["layer, operation".to_owned(), "constraints".into()];
    header.extend(categories.iter().map(|c| c.name().to_owned()));
    let mut table = Table::new(1, header);
    let cell = |n: usize| if n == 0 { "·".to_owned() } else { grouped(n) };
    let mut add = |name: String, total: usize, of: &dyn Fn(Category) -> usize| {
        let row = [clean(&name), grouped(total)];
        table.row(row.into_iter().chain(categories.iter().map(|c| cell(of(*c)))));
    };
    for layer in layers(circuit, report) {
        add(short(&layer.name), layer.total(), &|c| layer.of(c));
        let alone = |o: &Operation| layer.name.split(" at ").next() == Some(&o.function);
        if layer.operations.iter().all(alone) {
            continue;
        }
        for o in &layer.operations {
            add(format!("  {}", short(&o.function)), o.total, &|c| o.of(c));
        }
    }
    add("all".into(), report.constraints, &|c| {
        let own = report.charges.iter().filter(|x| x.category == Some(c));
        own.map(|x| x.cost.constraints).sum()
    });
    table
}

/// The same for machines.
pub(crate) fn by_operation_json(circuit: &Circuit, report: &Report) -> Value {
    let operation = |o: &Operation| {
        let of = o.categories.iter().map(|(c, n)| (c.name().to_owned(), (*n).into()));
        let categories: serde_json::Map<String, Value> = of.collect();
        json!({ "function": o.function, "constraints": o.total, "categories": categories })
    };
    let layer = |l: Layer| {
        let operations: Vec<Value> = l.operations.iter().map(operation).collect();
        json!({ "layer": l.name, "constraints": l.total(), "operations": operations })
    };
    layers(circuit, report).into_iter().map(layer).collect()
}

/// A word for a grouping.
pub(crate) fn by_name(by: By) -> &'static str {
    match by {
        By::Layer => "layer",
        By::Function => "function",
        By::Line => "line",
        By::Category => "category",
        By::Strategy => "strategy",
    }
}

/// What each group costs.
pub(crate) fn by_group(report: &Report, by: By, pick: &Pick) -> Table {
    let total = report.total();
    let columns = pick.columns(&total);
    let columns = match by {
        By::Layer | By::Function | By::Line => columns,
        By::Category | By::Strategy => columns.of_constraints(),
    };
    let name = by_name(by).to_owned();
    let mut table = Table::new(1, std::iter::once(name).chain(columns.names(None)));
    let groups = report.groups(by);
    let total = match by {
        By::Layer | By::Function | By::Line => total,
        By::Category | By::Strategy => groups.iter().fold(Cost::default(), |mut sum, g| {
            sum += g.cost;
            sum
        }),
    };
    let mut add = |key: String, cost: &Cost| {
        table.row(std::iter::once(clean(&key)).chain(columns.cells(cost, None)));
    };
    let some = groups.into_iter().filter(|g| columns.show(&g.cost)).collect();
    for g in pick.of(some, |g: &Group| g.cost.constraints) {
        add(short(&g.key), &g.cost);
    }
    add("all".into(), &total);
    table
}

/// What several asked for, who they are, and what each pays.
pub(crate) fn shared(report: &Report, pick: &Pick) -> Table {
    let mut table =
        Table::new(2, ["shared", "for", "constraints", "share", "variables", "times asked"]);
    let all = report.shared.iter().filter(|s| s.cost.constraints > 0).collect();
    for s in pick.of(all, |s: &&Shared| s.cost.constraints) {
        let name = s.strategy.map_or("variables", Strategy::name);
        let row = [name.to_owned(), String::new(), grouped(s.cost.constraints), String::new()];
        table.row(row.into_iter().chain([grouped(s.cost.variables), String::new()]));
        let mut users: Vec<&Share> = s.users.iter().collect();
        users.sort_by_key(|u| std::cmp::Reverse(u.times));
        for u in users {
            let place = match &u.place.named {
                Some(layer) => format!("{layer}, {}", u.place.line),
                None => short(&u.place.layer),
            };
            let what = format!("{}, {place}", u.category.name());
            let row = [String::new(), clean(&what), String::new(), grouped(u.cost.constraints)];
            table
                .row(row.into_iter().chain([grouped(u.cost.variables), grouped(u.times as usize)]));
        }
    }
    table
}

/// Which rows and columns are shown, and in which order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pick {
    /// The most expensive first, in place of the order of the circuit.
    pub(crate) by_cost: bool,
    /// No more than so many, the most expensive.
    pub(crate) top: Option<usize>,
    /// Only the columns of an overview.
    pub(crate) brief: bool,
}

impl Pick {
    /// The columns that are shown of a circuit that costs so much in all.
    pub(crate) fn columns(&self, total: &Cost) -> Columns {
        let columns = Columns::of(total);
        if self.brief { columns.brief() } else { columns }
    }

    /// The rows that are shown of all.
    pub(crate) fn of<T>(&self, all: Vec<T>, cost: impl Fn(&T) -> usize) -> Vec<T> {
        let mut ranked: Vec<(usize, T)> = all.into_iter().enumerate().collect();
        ranked.sort_by_key(|(k, row)| (std::cmp::Reverse(cost(row)), *k));
        ranked.truncate(self.top.unwrap_or(usize::MAX));
        if !self.by_cost {
            ranked.sort_by_key(|(k, _)| *k);
        }
        ranked.into_iter().map(|(_, row)| row).collect()
    }
}
