//! A function by itself, as it is checked where nothing calls it.

use super::{Entry, Ports, Supply};
use crate::elaborate::{Elaborator, Frame, Res};
use crate::types::{ItemId, Type};
use crate::value::Value;
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_circuit::Visibility;
use zirc_grammar::ast::ItemKind;

impl Elaborator<'_> {
    /// Elaborates a function without generics on inputs of its parameters' types.
    pub(crate) fn check_function(&mut self, id: ItemId) -> Res<()> {
        let world = self.world;
        let ItemKind::Fn(f) = &world.item(id).kind else { return Ok(()) };
        let types = self.in_module(id.0, BTreeMap::new(), |e| {
            f.params.iter().map(|p| e.resolve_type(&p.ty)).collect::<Res<Vec<_>>>()
        })?;
        let mut ports = Ports::default();
        let mut args = vec![];
        for (p, t) in f.params.iter().zip(&types) {
            let open = match t {
                Type::Num { elem, dims } => elem.is_none() || dims.iter().any(Option::is_none),
                Type::Infer => true,
                _ => false,
            };
            if open {
                return Ok(());
            }
            let entry = Entry {
                model: false,
                visibility: Visibility::Private,
                file: None,
                supply: Supply::Inputs,
                span: p.span,
            };
            let name = &p.name.name;
            let v =
                self.in_module(id.0, BTreeMap::new(), |e| e.input(name, t, entry, &mut ports))?;
            args.push((v, p.name.span));
        }
        self.at.frames.push(Frame::new(id.0, BTreeMap::new()));
        let out =
            self.apply(&Value::Function(id, Rc::new(vec![])), args, &Type::Infer, f.name.span);
        self.at.frames.pop();
        out.map(|_| ())
    }
}
