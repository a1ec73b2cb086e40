//! What instances of functions cost.

use crate::item::{Item, Kind, on_one_line};
use std::fmt;
use zirc_compiler::{
    CallCost, Enforced, Loader, Mode, Project, Rejected, Strategy, pinned_instances,
};
use zirc_grammar::ast::{Expr, ExprKind, ItemKind};

/// What the compiler chooses.
pub const DEFAULT: &str = "default";

/// The modes of proving that an instance is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modes {
    /// Both, with the same cost.
    Both,
    /// One of them.
    Only(Mode),
}

impl fmt::Display for Modes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Modes::Both => "both",
            Modes::Only(mode) => mode.name(),
        })
    }
}

/// The cost of one instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The function's module, `nn::relu`.
    pub module: String,
    /// Its name.
    pub item: String,
    /// In which mode.
    pub modes: Modes,
    /// How lookups are lowered: `default` is what the compiler chooses, others are there where they
    /// cost something else.
    pub strategy: String,
    /// The instance as written.
    pub instance: String,
    /// What it costs.
    pub cost: CallCost,
}

/// A function or a call of it, to be measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// As written, on one line.
    pub text: String,
    /// What the parser made of it.
    pub call: Expr,
}

/// The instances of a function that its text names: those that its `#[cost(…)]` are about, or else itself, where it
/// has no generics.
#[must_use]
pub fn instances(item: &Item, text: &str) -> Vec<Instance> {
    let mut found: Vec<Instance> = vec![];
    for call in pinned_instances(&item.parsed) {
        let instance = Instance { text: on_one_line(text, call.span), call };
        if !found.iter().any(|i| i.text == instance.text) {
            found.push(instance);
        }
    }
    match &item.parsed.kind {
        ItemKind::Fn(f) if found.is_empty() && f.generics.is_empty() => {
            let path = zirc_grammar::ast::Path {
                segments: vec![f.name.clone()],
                generics: vec![],
                span: f.name.span,
            };
            let call = Expr { kind: ExprKind::Path(path), span: f.name.span };
            vec![Instance { text: item.name.clone(), call }]
        }
        _ => found,
    }
}

/// Every way to enforce an instance; what costs the same in both modes is there once. Of what is no function,
/// nothing.
///
/// # Errors
/// Everything that is wrong with it.
pub fn measure(
    project: &Project,
    item: &Item,
    instance: &Instance,
    loader: &mut dyn Loader,
) -> Result<Vec<Row>, Rejected> {
    if item.kind != Kind::Function {
        return Ok(vec![]);
    }
    let found = project.call_costs(&instance.call, loader)?;
    let same = matches!(&found[..], [plain, round, ..] if plain.cost == round.cost);
    let row = |e: Enforced| Row {
        modes: if same && e.lookup.is_none() { Modes::Both } else { Modes::Only(e.mode) },
        module: item.module.clone(),
        item: item.name.clone(),
        strategy: e.lookup.map_or(DEFAULT, Strategy::name).into(),
        instance: instance.text.clone(),
        cost: e.cost,
    };
    let twice = |e: &Enforced| same && e.mode == Mode::Commit;
    Ok(found.into_iter().filter(|e| !twice(e)).map(row).collect())
}
