//! Constants that a program reads from files.

use super::super::{Elaborator, Res, fail};
use super::open_type;
use crate::combination::{Array, View};
use crate::diagnostic::Diagnostic;
use crate::types::{Scalar, Type};
use crate::value::{Data, Num, Value};
use std::rc::Rc;
use zirc_circuit::ModelPart;
use zirc_circuit::lin::row_major;
use zirc_grammar::ast::Span;

impl Elaborator<'_> {
    /// A constant read from a file, by field path.
    pub(super) fn load(
        &mut self,
        param: &str,
        t: &Type,
        file: &str,
        path: &str,
        span: Span,
    ) -> Res<Value> {
        let below = |field: &str| {
            if path.is_empty() { field.to_string() } else { format!("{path}.{field}") }
        };
        match t {
            Type::Struct(id, args) => {
                let mut fields = vec![];
                for (field, t) in self.field_types(*id, args)? {
                    fields.push(self.load(param, &t, file, &below(&field), span)?);
                }
                Ok(Value::Struct(*id, args.clone(), Rc::new(fields)))
            }
            Type::Tuple(parts) => {
                let parts = parts.iter().enumerate();
                let parts =
                    parts.map(|(k, t)| self.load(param, t, file, &below(&k.to_string()), span));
                Ok(Value::Tuple(parts.collect::<Res<_>>()?))
            }
            Type::Num { elem: Some(scalar), dims } => {
                let name = if path.is_empty() { param } else { path };
                self.load_tensor((name, file), t, (scalar, dims), span)
            }
            _ => fail(open_type(span)),
        }
    }

    /// A tensor of a file, of a type `t` of such elements and sizes.
    fn load_tensor(
        &mut self,
        (name, file): (&str, &str),
        t: &Type,
        (scalar, dims): (&Scalar, &[Option<usize>]),
        span: Span,
    ) -> Res<Value> {
        let loaded = match self.loader.tensor(file, name, &scalar.port()) {
            Ok(l) => l,
            Err(why) => {
                let t = format!("`{name}` cannot be read from `{file}`");
                return fail(Diagnostic::error("E0601", span, t).say(why));
            }
        };
        let fits = loaded.shape.len() == dims.len()
            && loaded.shape.iter().zip(dims).all(|(a, d)| d.is_none_or(|d| *a == d));
        if !fits || loaded.shape.iter().product::<usize>() != loaded.data.len() {
            let title = format!("`{name}` in `{file}` has another shape");
            let said = format!("{:?} there, `{}` here", loaded.shape, self.type_name(t));
            return fail(Diagnostic::error("E0201", span, title).say(said));
        }
        if loaded.data.is_empty() {
            let title = format!("`{name}` in `{file}` is empty");
            return fail(Diagnostic::error("E0703", span, title));
        }
        let scale = match scalar {
            Scalar::Field => None,
            Scalar::Fix { lo, hi, scale } => {
                let all = (0..loaded.data.len()).map(|i| loaded.data.get(i));
                if let Some((i, v)) = all.enumerate().find(|(_, v)| v < lo || v > hi) {
                    let title = format!("`{name}` in `{file}` leaves its type");
                    let (v, of) = (crate::number::show(&v, scale), scalar.name());
                    let said = format!("element {i} is {v}, the type is `{of}`");
                    return fail(Diagnostic::error("E0603", span, title).say(said));
                }
                Some(scale.clone())
            }
        };
        let view = View { offset: 0, own: row_major(&loaded.shape), loops: vec![] };
        let array = Array { data: Rc::new(loaded.data), view };
        Ok(Value::Num(Num::new(loaded.shape, scale, Data::Const(array))))
    }

    pub(super) fn record_model(&mut self, param: &str, file: &str, span: Span) -> Res<()> {
        match self.loader.digest(file) {
            Ok(digest) => {
                self.out.model.push(ModelPart { name: param.into(), file: file.into(), digest });
                Ok(())
            }
            Err(why) => {
                fail(Diagnostic::error("E0601", span, format!("`{file}` cannot be read")).say(why))
            }
        }
    }
}
