//! Warnings about names: what nothing reads, and what hides another. Neither is wrong, and both are what a slip looks
//! like: an input that no constraint reads is proved nothing of, and behind a name that means something new the old
//! one is not said any more.
//!
//! A name that begins with `_` says that this is meant. Nothing is said of the index of a loop, which counts even where
//! it is not read, of generics, and of names of the standard library, which a program may take for its own.

mod items;
#[cfg(test)]
mod tests;

use super::scopes::{self, Binding, Bound, Names};
use super::{World, is_library, item_name};
use crate::diagnostic::{Diagnostic, Severity};
use crate::types::ItemId;
use items::Reached;
use std::collections::{BTreeMap, BTreeSet};
use zirc_grammar::ast::{Attribute, Expr, Function, GenericKind, Ident, ItemKind, Path, Span};

const UNREAD: &str = "E0117";
const UNREAD_INPUT: &str = "E0118";
const UNUSED: &str = "E0119";
const HIDES: &str = "E0120";

/// What is said of the program's own files, in the order of their texts.
pub(crate) fn warnings(world: &World) -> Vec<Diagnostic> {
    let own = world.modules.iter().enumerate().filter(|(_, m)| !is_library(&m.path));
    of_modules(world, own.map(|(k, _)| k))
}

/// Where the variables, parameters and inputs are named that nothing reads.
pub(crate) fn unread(world: &World) -> Vec<Span> {
    let all = warnings(world).into_iter();
    let unread = all.filter(|d| [UNREAD, UNREAD_INPUT].contains(&d.code));
    unread.filter_map(|d| d.labels.first().map(|l| l.span)).collect()
}

/// What is said of some modules.
fn of_modules(world: &World, modules: impl Iterator<Item = usize>) -> Vec<Diagnostic> {
    let modules: Vec<usize> = modules.collect();
    let mut reached = Reached::default();
    let mut all = vec![];
    for &module in &modules {
        for k in 0..world.modules[module].ast.items.len() {
            let id = (module, k);
            let mut reader = Reader::new(world, id);
            scopes::of_item(world.item(id), &mut reader);
            all.append(&mut reader.said);
            reached.reads(id, reader.reads);
        }
    }
    all.extend(reached.warnings(world, &modules));
    all.sort_by_key(|d| d.labels.first().map(|l| l.span));
    all
}

/// A name of an item under way.
struct Local<'a> {
    name: &'a Ident,
    bound: Bound<'a>,
    read: bool,
}

/// Walks along an item.
struct Reader<'a> {
    world: &'a World,
    id: ItemId,
    locals: Vec<Local<'a>>,
    /// Where they are by name, the innermost last: a text may have a name at every second byte.
    places: BTreeMap<&'a str, Vec<usize>>,
    /// What the value reads that names are bound to.
    value: Option<(&'a Expr, BTreeSet<&'a str>)>,
    /// How many names there were where each scope began.
    scopes: Vec<usize>,
    /// Sizes that it reads, and types that it reads a member of, of its own generics.
    asked: BTreeSet<&'a str>,
    /// Items that it reads.
    reads: BTreeSet<ItemId>,
    said: Vec<Diagnostic>,
}

impl<'a> Names<'a> for Reader<'a> {
    fn enter(&mut self) {
        self.scopes.push(self.locals.len());
    }

    fn leave(&mut self) {
        let kept = self.scopes.pop().unwrap_or_default();
        let gone = self.locals.split_off(kept.min(self.locals.len()));
        for l in &gone {
            if let Some(of_name) = self.places.get_mut(l.name.name.as_str()) {
                of_name.pop();
            }
        }
        let lost = gone.iter().filter(|l| !l.read && !self.is_asked_for_its_type(l));
        self.said.extend(lost.filter_map(of_local).collect::<Vec<_>>());
    }

    fn bind(&mut self, name: &'a Ident, bound: Bound<'a>) {
        // Where a result is called what it takes the place of, the names are held apart by the conditions on it.
        // Of a generic, the signature around it says what it means.
        let plain = matches!(bound.by, Binding::Result | Binding::Generic) || is_meant(name);
        if !plain
            && let Some(first) = self.hidden(name)
            && !bound.from.is_some_and(|value| self.is_made_of(value, &name.name))
        {
            self.said.push(hides(name, first));
        }
        self.places.entry(&name.name).or_default().push(self.locals.len());
        self.locals.push(Local { name, bound, read: false });
    }

    /// What a port is called outside is no use of it.
    fn is_read_by(&self, attribute: &Attribute) -> bool {
        attribute.name.name != super::named::NAME
    }

    fn read(&mut self, path: &'a Path) {
        let Some(first) = path.segments.first() else { return };
        if let Some(l) = self.place(&first.name).and_then(|k| self.locals.get_mut(k)) {
            l.read = true;
            // Sizes stand alone; a type that stands alone says nothing of the value that it came with.
            let generic = l.bound.by == Binding::Generic;
            if generic && (path.segments.len() > 1 || self.is_size(&first.name)) {
                self.asked.insert(&first.name);
            }
            return;
        }
        // `Alias::lo` is a member of an item and no item of a module.
        let found = self.world.lookup(self.id.0, &path.segments);
        let found = found.or_else(|| self.world.lookup(self.id.0, std::slice::from_ref(first)));
        self.reads.extend(found);
    }
}

impl<'a> Reader<'a> {
    fn new(world: &'a World, id: ItemId) -> Reader<'a> {
        Reader {
            world,
            id,
            locals: vec![],
            places: BTreeMap::new(),
            value: None,
            scopes: vec![],
            asked: BTreeSet::new(),
            reads: BTreeSet::new(),
            said: vec![],
        }
    }

    /// Which of the names around it one means.
    fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).and_then(|all| all.last()).copied()
    }

    /// Whether a value reads a name.
    fn is_made_of(&mut self, value: &'a Expr, name: &str) -> bool {
        if !self.value.as_ref().is_some_and(|(e, _)| std::ptr::eq(*e, value)) {
            self.value = Some((value, scopes::reads(value)));
        }
        self.value.as_ref().is_some_and(|(_, names)| names.contains(name))
    }

    fn function(&self) -> Option<&'a Function> {
        match &self.world.item(self.id).kind {
            ItemKind::Fn(f) | ItemKind::Circuit(f) => Some(f),
            _ => None,
        }
    }

    fn is_size(&self, generic: &str) -> bool {
        let all = self.function().into_iter().flat_map(|f| &f.generics);
        all.into_iter().any(|g| g.name.name == generic && g.kind == GenericKind::Nat)
    }

    /// Whether a parameter tells a size or type that is read: `fn top<T: num>(_: T) -> _ { T::hi }` is a way to write
    /// that.
    fn is_asked_for_its_type(&self, l: &Local<'_>) -> bool {
        let of = |ty| self.asked.iter().any(|g| scopes::is_of(ty, g));
        l.bound.by == Binding::Parameter && l.bound.ty.is_some_and(of)
    }

    /// What a new name hides: one of a scope around this one, or a constant that the file defines or takes from
    /// others.
    /// In the same scope a new `let` is how a name goes on, and a value that nothing has read by then is told as such.
    fn hidden(&self, name: &Ident) -> Option<&'a Ident> {
        let here = self.scopes.last().copied().unwrap_or_default();
        match self.place(&name.name) {
            Some(k) => self.locals.get(k).filter(|_| k < here).map(|l| l.name),
            None => {
                let id = *self.world.modules[self.id.0].names.get(&name.name)?;
                let item = self.world.item(id);
                // What is called stands before a parenthesis.
                if matches!(item.kind, ItemKind::Const { .. }) { item_name(item) } else { None }
            }
        }
    }
}

/// Whether a name says that nothing has to read it.
fn is_meant(name: &Ident) -> bool {
    name.name.starts_with('_')
}

fn warning(code: &'static str, name: &Ident, title: String) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, name.span, title) }
}

/// What is said of a name that nothing reads, if anything.
fn of_local(l: &Local<'_>) -> Option<Diagnostic> {
    let name = &l.name.name;
    let (what, say) = match l.bound.by {
        _ if is_meant(l.name) => return None,
        Binding::Generic | Binding::Result | Binding::Index => return None,
        Binding::Input(_) => return Some(unread_input(l.name)),
        Binding::Parameter => ("parameter", "the function does not depend on it"),
        Binding::Let => ("variable", "its value is lost"),
        Binding::Hint => ("hint", "no constraint and no result needs it"),
        Binding::Accumulator => ("variable", "every step forgets the one before"),
    };
    let d = warning(UNREAD, l.name, format!("nothing reads the {what} `{name}`")).say(say);
    Some(d.help(format!("remove it, or call it `_{name}` if that is meant")))
}

fn unread_input(id: &Ident) -> Diagnostic {
    let name = &id.name;
    let d = warning(UNREAD_INPUT, id, format!("nothing reads the input `{name}`"))
        .say("no result and no assertion depends on it");
    d.help(format!(
        "remove it, or call it `_{name}` if that is meant; `#[named(_{name}, \"{name}\")]` keeps its name in files"
    ))
}

fn hides(name: &Ident, first: &Ident) -> Diagnostic {
    warning(HIDES, name, format!("`{}` hides another `{0}`", name.name))
        .say("from here on the name means this")
        .label(first.span, "and not this any more")
        .help("give one of them another name")
}
