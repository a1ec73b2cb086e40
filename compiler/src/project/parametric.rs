//! Functions and circuits with what varies in them: their generic parameters.

use super::Project;
use crate::types::ItemId;
use zirc_grammar::ast::{self, ItemKind};

/// A function or a circuit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parametric {
    /// Its name.
    pub name: String,
    /// Whether it is a circuit.
    pub is_circuit: bool,
    /// Whether it is the program's own, and not the library's.
    pub own: bool,
    /// Its generic parameters, in order.
    pub parameters: Vec<Parameter>,
}

/// A generic parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Whether it is a type, and not a size.
    pub is_type: bool,
    /// Whether it need not be given.
    pub has_default: bool,
}

impl Project {
    /// Every function and circuit that the program sees by its bare name: its own by name, then the library's.
    ///
    /// ```
    /// # use zirc_compiler::{NoFiles, Project};
    /// let text = "fn twice<N: nat, T: num>(x: T[N]) -> _ { 2 * x }";
    /// let project = Project::load("model.zirc", text, &mut NoFiles).unwrap();
    /// let twice = &project.parametric()[0];
    /// assert_eq!((twice.name.as_str(), twice.parameters.len()), ("twice", 2));
    /// assert!(!twice.parameters[0].is_type && twice.parameters[1].is_type);
    /// ```
    #[must_use]
    pub fn parametric(&self) -> Vec<Parametric> {
        let own = &self.world.modules[0].names;
        let library = self.world.prelude().filter(|(name, _)| !own.contains_key(*name));
        let all = own.iter().map(|(n, id)| (n, id, true));
        let all = all.chain(library.map(|(n, id)| (n, id, false)));
        all.filter_map(|(name, id, own)| self.one(name, *id, own)).collect()
    }

    fn one(&self, name: &str, id: ItemId, own: bool) -> Option<Parametric> {
        let (f, is_circuit) = match &self.world.item(id).kind {
            ItemKind::Fn(f) => (f, false),
            ItemKind::Circuit(f) => (f, true),
            _ => return None,
        };
        let parameter = |g: &ast::Generic| Parameter {
            name: g.name.name.clone(),
            is_type: g.kind == ast::GenericKind::Num,
            has_default: g.default.is_some(),
        };
        let parameters = f.generics.iter().map(parameter).collect();
        Some(Parametric { name: name.to_owned(), is_circuit, own, parameters })
    }
}
