//! What a circuit costs, as tables.

use super::instance::short;
use super::number::grouped;
use super::{clean, table::Table};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use zirc_circuit::report::{By, NonZeros, Place};
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
    for block in &report.blocks {
        let op = operation(&mut layers, &block.place);
        op.total += block.constraints;
        *op.categories.entry(block.category).or_default() += block.constraints;
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
    let mut all: Vec<Category> = report.blocks.iter().map(|b| b.category).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// As the report's JSON writes it.
pub(crate) fn category_name(category: Category) -> String {
    match serde_json::to_value(category) {
        Ok(Value::String(name)) => name,
        _ => format!("{category:?}"),
    }
}

/// Constraints by layer, operation and category.
pub(crate) fn by_operation(circuit: &Circuit, report: &Report) -> Table {
    let categories = categories(report);
    let mut header = vec!["layer, operation".to_owned(), "constraints".into()];
    header.extend(categories.iter().map(|c| category_name(*c)));
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
        report.blocks.iter().filter(|b| b.category == c).map(|b| b.constraints).sum()
    });
    table
}

/// The same for machines.
pub(crate) fn by_operation_json(circuit: &Circuit, report: &Report) -> Value {
    let operation = |o: &Operation| {
        let of = o.categories.iter().map(|(c, n)| (category_name(*c), (*n).into()));
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
    }
}

/// Constraints, variables and non-zeros of each group.
pub(crate) fn by_group(report: &Report, by: By, pick: &Pick) -> Table {
    let counted = report.nonzeros.is_some();
    let line = |key: &str, rest: [&str; 5]| {
        let mut row = vec![key.to_owned(), rest[0].to_owned()];
        // Variables have no category.
        row.extend((by != By::Category).then(|| rest[1].to_owned()));
        row.extend(rest[2..].iter().filter(|_| counted).map(|&n| n.to_owned()));
        row
    };
    let mut table =
        Table::new(1, line(by_name(by), ["constraints", "variables", "in A", "in B", "in C"]));
    let mut add = |key: &str, constraints, variables, n: Option<NonZeros>| {
        let n = n.unwrap_or_default();
        let cells = [constraints, variables, n.a, n.b, n.c].map(grouped);
        table.row(line(&clean(key), cells.each_ref().map(String::as_str)));
    };
    for g in pick.of(report.groups(by), |g| g.constraints) {
        add(&short(&g.key), g.constraints, g.variables, g.nonzeros);
    }
    let variables = report.public + report.witness;
    add("all", report.constraints, variables, report.nonzeros);
    table
}

/// Which rows are shown, and in which order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pick {
    /// The most expensive first, in place of the order of the circuit.
    pub(crate) by_cost: bool,
    /// No more than so many, the most expensive.
    pub(crate) top: Option<usize>,
}

impl Pick {
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
