//! Names: which item of which module a name means.

mod assumes;
mod attributes;
pub(crate) mod checks;
mod claims;
mod closed;
mod commits;
mod containment;
mod fusions;
mod hashed;
mod labels;
mod named;
pub(crate) mod pinned;
pub(crate) mod scopes;
pub(crate) mod sizes;
mod total;
mod twice;
mod unread;

pub(crate) use claims::Claim;
pub(crate) use commits::Hashed;
pub(crate) use fusions::Fusions;
pub(crate) use labels::misnamed;
pub(crate) use named::PortNames;
pub use pinned::pinned_instances;
pub(crate) use unread::{unread, warnings};

use crate::budget::Budget;
use crate::diagnostic::Diagnostic;
use crate::loader::Loader;
use crate::options::Checks;
use crate::types::ItemId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};
use zirc_circuit::{Labels, SourceFile};
use zirc_grammar::ast::{Ident, Item, ItemKind, Module, Span, UseKind};

/// One source file with its names.
#[derive(Debug)]
pub(crate) struct Scope {
    /// `std::num`, `layers::conv`; empty for the root.
    pub(crate) path: String,
    pub(crate) ast: Arc<Module>,
    pub(crate) names: BTreeMap<String, ItemId>,
}

/// All modules of a program.
#[derive(Debug)]
pub struct World {
    /// Sources by the file index that spans carry.
    pub files: Vec<SourceFile>,
    pub(crate) modules: Vec<Scope>,
    /// Public items of the standard library, visible everywhere unless shadowed.
    prelude: BTreeMap<String, ItemId>,
    /// What the standard library says of its functions.
    pub(crate) fusions: Fusions,
    /// Functions that accept all arguments of their types.
    pub(crate) total: BTreeSet<ItemId>,
    /// How functions ask for their checks to be enforced.
    pub(crate) checks: BTreeMap<ItemId, Checks>,
    /// What outputs of circuits stand for.
    pub(crate) labels: BTreeMap<ItemId, Vec<Labels>>,
    /// What the proofs of circuits do not cover, in their authors' words.
    pub(crate) assumes: BTreeMap<ItemId, Vec<String>>,
    /// What inputs and outputs of circuits are called outside of the program.
    pub(crate) named: BTreeMap<ItemId, PortNames>,
    /// Functions of the library by which `committed` values are hashed.
    pub(crate) commits: BTreeMap<Hashed, ItemId>,
    /// Parameters of circuits that a hash names in every mode.
    pub(crate) hashed: BTreeMap<ItemId, BTreeSet<String>>,
    /// What circuits claim of their inputs and outputs.
    pub(crate) claims: BTreeMap<ItemId, Vec<Claim>>,
    /// What elaborating one of its items may take.
    pub(crate) budget: Budget,
}

const MAX_MODULES: usize = 256;

/// Whether a module's path is one of the standard library's. A program may have a module `stdev`.
pub(crate) fn is_library(path: &str) -> bool {
    path == "std" || path.starts_with("std::")
}

impl World {
    /// The standard library alone, of which elaborating an item may take as much.
    ///
    /// # Errors
    /// What is wrong with the library that was built in: none is.
    pub fn of_library(budget: Budget) -> Result<World, Diagnostic> {
        let (world, diagnostics) = World::load("", "", &mut crate::NoFiles);
        match diagnostics.into_iter().next() {
            Some(d) => Err(d),
            None => Ok(World { budget, ..world }),
        }
    }

    /// Parses the root program, the standard library and every module used.
    pub(crate) fn load(
        name: &str,
        text: &str,
        loader: &mut dyn Loader,
    ) -> (World, Vec<Diagnostic>) {
        let mut w = World {
            files: vec![],
            modules: vec![],
            prelude: BTreeMap::new(),
            fusions: Fusions::default(),
            total: BTreeSet::new(),
            checks: BTreeMap::new(),
            labels: BTreeMap::new(),
            assumes: BTreeMap::new(),
            named: BTreeMap::new(),
            commits: BTreeMap::new(),
            hashed: BTreeMap::new(),
            claims: BTreeMap::new(),
            budget: Budget::default(),
        };
        let mut errors = vec![];
        w.add(String::new(), name, text, &mut errors);
        for ((path, text), ast) in zirc_stdlib::MODULES.iter().zip(library()) {
            let module = w.modules.len();
            w.files.push(SourceFile { name: (*path).into(), text: (*text).into() });
            w.add_parsed(module_path(path), ast.clone(), &mut errors);
            let public = w.modules[module].ast.items.iter().enumerate().filter(|(_, i)| i.public);
            let names: Vec<(String, ItemId)> = public
                .filter_map(|(k, i)| Some((item_name(i)?.name.clone(), (module, k))))
                .collect();
            w.prelude.extend(names);
        }
        let mut next = 0;
        while next < w.modules.len() {
            w.imports(next, loader, &mut errors);
            next += 1;
        }
        twice::check(&w, &mut errors);
        attributes::check(&w, &mut errors);
        w.fusions = Fusions::read(&w, &mut errors);
        w.total = total::read(&w, &mut errors);
        w.checks = checks::read(&w, &mut errors);
        w.labels = labels::read(&w, &mut errors);
        w.assumes = assumes::read(&w, &mut errors);
        w.named = named::read(&w, &mut errors);
        w.commits = commits::read(&w, &mut errors);
        w.hashed = hashed::read(&w, &mut errors);
        w.claims = claims::read(&w, &mut errors);
        pinned::check(&w, &mut errors);
        containment::check(&w, &mut errors);
        (w, errors)
    }

    fn add(&mut self, path: String, name: &str, text: &str, errors: &mut Vec<Diagnostic>) {
        let file = self.files.len() as u32;
        self.files.push(SourceFile { name: name.into(), text: text.into() });
        let (ast, faults) = zirc_grammar::parse_tolerant(text, file);
        errors.extend(faults.into_iter().map(Diagnostic::from));
        self.add_parsed(path, Arc::new(ast), errors);
    }

    fn add_parsed(&mut self, path: String, ast: Arc<Module>, errors: &mut Vec<Diagnostic>) {
        let module = self.modules.len();
        let mut names: BTreeMap<String, ItemId> = BTreeMap::new();
        for (k, item) in ast.items.iter().enumerate() {
            let Some(id) = item_name(item) else { continue };
            if let Some(first) = names.get(&id.name) {
                let first = item_name(&ast.items[first.1]).map_or(id.span, |i| i.span);
                errors.push(twice::defined(&id.name, id.span, first, "first defined here"));
            } else {
                names.insert(id.name.clone(), (module, k));
            }
        }
        self.modules.push(Scope { path, ast, names });
    }

    fn imports(&mut self, module: usize, loader: &mut dyn Loader, errors: &mut Vec<Diagnostic>) {
        let uses: Vec<(Vec<Ident>, UseKind, Span)> = self.modules[module]
            .ast
            .items
            .iter()
            .filter_map(|i| match &i.kind {
                ItemKind::Use { path, what } => Some((path.clone(), what.clone(), i.span)),
                _ => None,
            })
            .collect();
        let mut taken = twice::Taken::default();
        for (path, what, span) in uses {
            let (segments, wanted) = match what {
                UseKind::Item => match path.split_last() {
                    Some((last, rest)) => (rest.to_vec(), Some(vec![last.clone()])),
                    None => continue,
                },
                UseKind::List(names) => (path, Some(names)),
                UseKind::All => (path, None),
            };
            let name = segments.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join("::");
            let Some(target) = self.module(&name, span, loader, errors) else { continue };
            match wanted {
                None => {
                    let items = self.modules[target].ast.items.iter().enumerate();
                    for (k, item) in items.filter(|(_, i)| i.public) {
                        let Some(n) = item_name(item) else { continue };
                        taken.note((&n.name, (target, k)), true, span, errors);
                    }
                }
                Some(names) => {
                    for n in names {
                        if let Some(id) = self.wanted(target, &name, &n, errors) {
                            taken.note((&n.name, id), false, n.span, errors);
                        }
                    }
                }
            }
        }
        taken.settle(self, module, errors);
    }

    /// The public item of a module that a `use` names.
    fn wanted(
        &self,
        target: usize,
        module: &str,
        n: &Ident,
        errors: &mut Vec<Diagnostic>,
    ) -> Option<ItemId> {
        match self.modules[target].names.get(&n.name) {
            Some(&id) if self.item(id).public => return Some(id),
            Some(_) => {
                let title = format!("`{}` is not public", n.name);
                let d = Diagnostic::error("E0104", n.span, title);
                errors.push(d.help("mark it `pub` where it is defined"));
            }
            None => {
                let t = format!("there is no `{}` in module `{module}`", n.name);
                let d = Diagnostic::error("E0103", n.span, t);
                let module = &self.modules[target];
                let public = module.ast.items.iter().filter(|i| i.public).filter_map(item_name);
                let near = crate::similar(&n.name, public.map(|i| i.name.as_str()));
                errors.push(match near {
                    Some(near) => d.help(format!("did you mean `{near}`?")),
                    None => d,
                });
            }
        }
        None
    }

    fn module(
        &mut self,
        name: &str,
        span: Span,
        loader: &mut dyn Loader,
        errors: &mut Vec<Diagnostic>,
    ) -> Option<usize> {
        if let Some(k) = self.modules.iter().position(|m| m.path == name) {
            return Some(k);
        }
        let file = format!("{}.zirc", name.replace("::", "/"));
        if name.is_empty() || is_library(name) || self.modules.len() >= MAX_MODULES {
            let t = format!("there is no module `{name}`");
            errors.push(Diagnostic::error("E0103", span, t));
            return None;
        }
        match loader.source(&file) {
            Ok(text) => {
                self.add(name.into(), &file, &text, errors);
                Some(self.modules.len() - 1)
            }
            Err(why) => {
                let t = format!("module `{name}` cannot be read");
                errors.push(Diagnostic::error("E0601", span, t).say(why));
                None
            }
        }
    }

    /// The item that a name means in a module.
    pub(crate) fn lookup(&self, module: usize, segments: &[Ident]) -> Option<ItemId> {
        match segments {
            [one] => {
                let own = self.modules[module].names.get(&one.name);
                own.or_else(|| self.prelude.get(&one.name)).copied()
            }
            [path @ .., last] => {
                let name = path.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join("::");
                let m = self.modules.iter().position(|m| m.path == name && !name.is_empty())?;
                let id = *self.modules[m].names.get(&last.name)?;
                self.item(id).public.then_some(id)
            }
            [] => None,
        }
    }

    pub(crate) fn item(&self, id: ItemId) -> &Item {
        &self.modules[id.0].ast.items[id.1]
    }

    pub(crate) fn name(&self, id: ItemId) -> &str {
        item_name(self.item(id)).map_or("", |i| &i.name)
    }

    /// The text of a span.
    pub(crate) fn text(&self, span: Span) -> &str {
        let text = self.files.get(span.file as usize).map_or("", |f| f.text.as_str());
        text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The library's public items by name.
    pub(crate) fn prelude(&self) -> impl Iterator<Item = (&String, &ItemId)> {
        self.prelude.iter()
    }

    /// Whether a file is part of the standard library.
    #[must_use]
    pub fn is_std(&self, file: u32) -> bool {
        self.files.get(file as usize).is_some_and(|f| f.name.starts_with("std/"))
    }

    /// All names that mean an item in a module.
    pub(crate) fn names(&self, module: usize) -> impl Iterator<Item = (&str, ItemId)> {
        let all = self.modules[module].names.iter().chain(&self.prelude);
        all.map(|(name, id)| (name.as_str(), *id))
    }
}

/// The modules of the standard library, parsed once in a process: their place among the files, which
/// spans carry, is the same in every program.
fn library() -> &'static [Arc<Module>] {
    static PARSED: OnceLock<Vec<Arc<Module>>> = OnceLock::new();
    PARSED.get_or_init(|| {
        let files = 1u32..;
        let parse = |((_, text), file): (&(&str, &str), u32)| {
            Arc::new(zirc_grammar::parse_tolerant(text, file).0)
        };
        zirc_stdlib::MODULES.iter().zip(files).map(parse).collect()
    })
}

/// `std/nn/linear.zirc` is module `std::nn::linear`.
fn module_path(file: &str) -> String {
    file.trim_end_matches(".zirc").replace('/', "::")
}

/// The name that an item defines.
pub(crate) fn item_name(item: &Item) -> Option<&Ident> {
    match &item.kind {
        ItemKind::Fn(f) | ItemKind::Circuit(f) => Some(&f.name),
        ItemKind::CircuitAlias { name, .. }
        | ItemKind::Struct { name, .. }
        | ItemKind::TypeAlias { name, .. }
        | ItemKind::Const { name, .. }
        | ItemKind::Test { name, .. } => Some(name),
        ItemKind::Use { .. } | ItemKind::Error => None,
    }
}
