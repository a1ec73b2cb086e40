//! Generic arguments as they are written: by order, then by name, and defaults for those left out.

use crate::diagnostic::Diagnostic;
use crate::elaborate::{Elaborator, Res, fail};
use crate::types::{GenericValue, ItemId};
use std::collections::BTreeMap;
use zirc_grammar::ast::{Generic, GenericArg, Ident, Span};

impl Elaborator<'_> {
    /// What is given for each generic; `None` is left to the arguments of a call, or its default.
    pub(in crate::elaborate) fn given_generics(
        &mut self,
        id: ItemId,
        generics: &[Generic],
        args: &[GenericArg],
        span: Span,
    ) -> Res<Vec<Option<GenericValue>>> {
        if args.len() > generics.len() {
            let title = "too many generic arguments";
            let counts = format!("`{}` has {}", self.world.name(id), generics.len());
            return fail(Diagnostic::error("E0213", span, title).say(counts));
        }
        let mut given = vec![None; generics.len()];
        let mut named = false;
        for (k, a) in args.iter().enumerate() {
            let at = match &a.name {
                Some(name) => self.generic_named(id, generics, name)?,
                None if named => {
                    let title = "a generic argument without a name behind one with a name";
                    let help = "give those that go by order first, or name all";
                    return fail(Diagnostic::error("E0213", span, title).help(help));
                }
                None => k,
            };
            named |= a.name.is_some();
            let value = self.generic_value(generics[at].kind, &a.value)?;
            if given[at].replace(value).is_some() {
                let name = &generics[at].name.name;
                let place = a.name.as_ref().map_or(span, |n| n.span);
                let title = format!("`{name}` is given twice");
                return fail(Diagnostic::error("E0213", place, title));
            }
        }
        Ok(given)
    }

    fn generic_named(&self, id: ItemId, generics: &[Generic], name: &Ident) -> Res<usize> {
        if let Some(at) = generics.iter().position(|g| g.name.name == name.name) {
            return Ok(at);
        }
        let title = format!("`{}` has no generic `{}`", self.world.name(id), name.name);
        let d = Diagnostic::error("E0213", name.span, title);
        let names: Vec<String> = generics.iter().map(|g| format!("`{}`", g.name.name)).collect();
        fail(match names.as_slice() {
            [] => d.help("it has none"),
            names => d.help(format!("there are {}", names.join(", "))),
        })
    }

    /// The generics of what has no arguments to infer them from: a type, an instance of a circuit.
    pub(in crate::elaborate) fn all_generics(
        &mut self,
        id: ItemId,
        generics: &[Generic],
        args: &[GenericArg],
        span: Span,
    ) -> Res<Vec<GenericValue>> {
        let given = self.given_generics(id, generics, args, span)?;
        let mut found = BTreeMap::new();
        for (g, v) in generics.iter().zip(given) {
            if let Some(v) = v {
                found.insert(g.name.name.clone(), v);
            }
        }
        self.default_generics(id, generics, &mut found)?;
        let all = generics.iter().map(|g| found.remove(&g.name.name)).collect::<Option<Vec<_>>>();
        all.map_or_else(
            || {
                let counts = format!("{} expected, {} given", generics.len(), args.len());
                let title = "wrong number of generic arguments";
                fail(Diagnostic::error("E0213", span, title).say(counts))
            },
            Ok,
        )
    }

    /// Gives their defaults to generics that are not found, in their order; one may name those before it.
    pub(in crate::elaborate) fn default_generics(
        &mut self,
        id: ItemId,
        generics: &[Generic],
        found: &mut BTreeMap<String, GenericValue>,
    ) -> Res<()> {
        for (k, g) in generics.iter().enumerate() {
            let (name, Some(default)) = (&g.name.name, &g.default) else { continue };
            if found.contains_key(name) {
                continue;
            }
            // Only those before it, whether given or not, so that it means one thing.
            let names = generics[..k].iter().map(|g| &g.name.name);
            let before = names.filter_map(|n| Some((n.clone(), found.get(n)?.clone()))).collect();
            self.guard(id, g.name.span)?;
            let value = self.in_module(id.0, before, |s| s.generic_value(g.kind, default));
            self.at.active.pop();
            found.insert(name.clone(), value?);
        }
        Ok(())
    }
}
