//! Circuits: parameters become inputs or constants, results become outputs.

use super::{Elaborator, Frame, Mode, Res, fail};
use crate::diagnostic::Diagnostic;
use crate::program::Rule;
use crate::types::{GenericValue, Scalar, Type};
use crate::value::{Array, Data, GenericValues, ItemId, Num, Value, View};
use std::rc::Rc;
use zirc_circuit::lin::row_major;
use zirc_circuit::{Category, Int, Kind, ModelPart, Op, Port, TensorId, Visibility};
use zirc_grammar::ast::{self, Expr, ExprKind, Function, ItemKind, Output, Param, Span};

/// Inputs and outputs of the circuit being built.
#[derive(Debug, Default)]
pub(crate) struct Ports {
    pub(crate) inputs: Vec<Port>,
    pub(crate) outputs: Vec<Port>,
}

/// Where the values of parameters come from.
#[derive(Clone, Copy)]
pub(crate) enum Supply<'v> {
    /// They are inputs of the circuit.
    Inputs,
    /// They are these raw integers, by flattened port name: the interpreter.
    Values(&'v std::collections::BTreeMap<String, Vec<Int>>),
}

/// How a parameter gets its values and who sees them.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'v> {
    pub(crate) visibility: Visibility,
    /// `file("…")` that supplies the values unless the caller does.
    pub(crate) file: Option<&'v str>,
    pub(crate) supply: Supply<'v>,
    pub(crate) span: Span,
}

impl Elaborator<'_> {
    /// The function behind a circuit name, and its generic arguments.
    pub(crate) fn circuit_target(&mut self, id: ItemId) -> Res<(ItemId, GenericValues)> {
        let world = self.world;
        match &world.item(id).kind {
            ItemKind::CircuitAlias { target, name } => {
                let Some(to) = world.lookup(id.0, &target.segments) else {
                    return self.in_module(id.0, Default::default(), |s| {
                        fail(s.unknown_name("circuit", &target.segments, target.span))
                    });
                };
                let ItemKind::Circuit(f) = &world.item(to).kind else {
                    return fail(
                        Diagnostic::error("E0212", target.span, "this is no circuit")
                            .label(name.span, "this name stands for an instance of a circuit"),
                    );
                };
                if f.generics.len() != target.generics.len() {
                    return fail(
                        Diagnostic::error(
                            "E0213",
                            target.span,
                            "wrong number of generic arguments",
                        )
                        .say(format!(
                            "{} expected, {} given",
                            f.generics.len(),
                            target.generics.len()
                        )),
                    );
                }
                let args = self.in_module(id.0, Default::default(), |s| {
                    let args = f.generics.iter().zip(&target.generics);
                    args.map(|(g, a)| s.generic_arg(g.kind, a)).collect::<Res<Vec<_>>>()
                })?;
                Ok((to, Rc::new(args)))
            }
            _ => Ok((id, Rc::new(vec![]))),
        }
    }

    /// Elaborates a circuit; the program then holds its constraints and witness steps.
    pub(crate) fn circuit(
        &mut self,
        id: ItemId,
        generics: &[GenericValue],
        supply: Supply<'_>,
    ) -> Res<(Ports, Vec<Value>)> {
        let world = self.world;
        let ItemKind::Circuit(f) = &world.item(id).kind else { return Err(super::Stop::Reported) };
        let names = f.generics.iter().map(|g| g.name.name.clone());
        let generics = names.zip(generics.iter().cloned()).collect();
        self.frames.push(Frame { module: id.0, variables: vec![], generics });
        self.active.push(id);
        let out = self.circuit_body(f, supply);
        let out = out.map_err(|s| self.report(s));
        self.active.pop();
        self.frames.pop();
        out
    }

    fn circuit_body(&mut self, f: &Function, supply: Supply<'_>) -> Res<(Ports, Vec<Value>)> {
        let mut ports = Ports::default();
        let mut failed = false;
        let mut committed = vec![];
        for p in &f.params {
            let v = self.parameter(p, supply, &mut ports).and_then(|v| {
                if p.visibility == Some(ast::Visibility::Committed) {
                    let name = &p.name.name;
                    let c = self.committed(name, v.clone(), supply, p.span, &mut ports)?;
                    committed.push(c);
                }
                Ok(v)
            });
            let v = v.unwrap_or_else(|s| {
                self.report(s);
                failed = true;
                Value::Poison
            });
            self.frame_mut().variables.push((p.name.name.clone(), v));
        }
        let want = self.result_type(&f.results)?;
        let v = self.block(&f.body, &want);
        if failed {
            return Err(super::Stop::Reported);
        }
        let at = f.body.tail.as_ref().map_or(f.body.span, |t| t.span);
        let v = self.convert(v?, &want, at)?;
        let mut values = match (f.results.len(), v) {
            (0, _) => vec![],
            (1, v) => vec![v],
            (_, Value::Tuple(parts)) => parts,
            _ => return Err(super::Stop::Reported),
        };
        if let Supply::Inputs = supply {
            for (k, (o, v)) in f.results.iter().zip(&values).enumerate() {
                let at = if f.results.len() == 1 { at } else { o.span };
                self.output(o, k, v, &mut ports, at)?;
            }
        }
        for c in committed {
            let hash = self.commit(&c)?;
            if let Supply::Inputs = supply {
                let name = format!("{}.commitment", c.name);
                self.output_value(&name, &hash, Visibility::Public, &mut ports, c.span())?;
            }
            values.push(hash);
        }
        Ok((ports, values))
    }

    /// The value of an input on its own.
    pub(crate) fn input_parameter(&mut self, p: &Param) -> Res<Value> {
        self.parameter(p, Supply::Inputs, &mut Ports::default())
    }

    fn parameter(&mut self, p: &Param, supply: Supply<'_>, ports: &mut Ports) -> Res<Value> {
        let t = self.resolve_type(&p.ty)?;
        match p.visibility.unwrap_or(ast::Visibility::Private) {
            ast::Visibility::Const => match &p.default {
                None => fail(
                    Diagnostic::error("E0602", p.span, "a `const` parameter needs its value here")
                        .help("bind it: `= file(\"weights.safetensors\")` or `= [1, 2, 3]`"),
                ),
                Some(e) => match file_name(e) {
                    Some(name) => {
                        let v = self.load(&p.name.name, &t, name, "", e.span)?;
                        self.record_model(&p.name.name, name, e.span)?;
                        Ok(v)
                    }
                    None => {
                        let v = self.expr(e, &t)?;
                        let v = self.convert(v, &t, e.span)?;
                        match v {
                            Value::Num(n) if !n.is_const() => {
                                fail(super::constant::not_constant(e.span))
                            }
                            // Weights count with their own values, not as any value of the type,
                            // wherever they come from.
                            Value::Num(n) => Ok(Value::Num(Num::new(n.shape, n.scale, n.data))),
                            other => Ok(other),
                        }
                    }
                },
            },
            visible => {
                let file = match &p.default {
                    None => None,
                    Some(e) => match file_name(e) {
                        Some(f) => Some(f.to_string()),
                        None => {
                            return fail(
                                Diagnostic::error(
                                    "E0602",
                                    e.span,
                                    "an input is bound to a file only",
                                )
                                .help("`const` parameters take values written in the source"),
                            );
                        }
                    },
                };
                let visibility = match visible {
                    ast::Visibility::Public => Visibility::Public,
                    _ => Visibility::Private,
                };
                {
                    let entry = Entry { visibility, file: file.as_deref(), supply, span: p.span };
                    self.input(&p.name.name, &t, entry, ports)
                }
            }
        }
    }

    /// A tensor, or a struct of tensors, that the prover or verifier supplies.
    pub(crate) fn input(
        &mut self,
        name: &str,
        t: &Type,
        entry: Entry<'_>,
        ports: &mut Ports,
    ) -> Res<Value> {
        let span = entry.span;
        match t {
            Type::Struct(id, args) => {
                let mut fields = vec![];
                for (field, t) in self.field_types(*id, args)? {
                    let name = format!("{name}.{field}");
                    fields.push(self.input(&name, &t, entry, ports)?);
                }
                Ok(Value::Struct(*id, args.clone(), Rc::new(fields)))
            }
            Type::Tuple(parts) => {
                let parts = parts.iter().enumerate();
                let parts = parts.map(|(k, t)| self.input(&format!("{name}.{k}"), t, entry, ports));
                Ok(Value::Tuple(parts.collect::<Res<_>>()?))
            }
            Type::Num { elem: Some(scalar), dims } => {
                let shape: Option<Vec<usize>> = dims.iter().copied().collect();
                let Some(shape) = shape else { return fail(open_type(span)) };
                self.input_tensor(name, scalar, shape, entry, ports)
            }
            _ => fail(open_type(span)),
        }
    }

    fn input_tensor(
        &mut self,
        name: &str,
        scalar: &Scalar,
        shape: Vec<usize>,
        entry: Entry<'_>,
        ports: &mut Ports,
    ) -> Res<Value> {
        let Entry { visibility, file, supply, span } = entry;
        let count = self.elements(&shape, span)?;
        if count == 0 {
            return fail(Diagnostic::error("E0703", span, "an input has at least one element"));
        }
        let (interval, scale) = match scalar {
            Scalar::Field => (None, None),
            Scalar::Fix { lo, hi, scale } => (Some((lo.clone(), hi.clone())), Some(scale.clone())),
        };
        let tensor = match supply {
            Supply::Values(values) => {
                let Some(data) = values.get(name).filter(|d| d.len() == count) else {
                    return fail(Diagnostic::error(
                        "E0602",
                        span,
                        format!("no values for `{name}`"),
                    ));
                };
                let view = View { offset: 0, own: row_major(&shape), loops: vec![] };
                let data = Rc::new(crate::value::pack(data.clone()));
                let n = Num::new(shape.clone(), scale, Data::Const(Array { data, view }));
                let n = match interval {
                    Some((lo, hi)) => n.declare(lo, hi),
                    None => n,
                };
                return Ok(Value::Num(n));
            }
            Supply::Inputs => {
                let kind = match visibility {
                    Visibility::Public => Kind::Public,
                    Visibility::Private => Kind::Witness,
                };
                let label = Some(name.to_string());
                let (id, n) = self.fresh(kind, &[], &shape, interval.clone(), label, span)?;
                self.assign(id, Op::Input(ports.inputs.len() as u32));
                if let (Visibility::Private, Some((lo, hi))) = (visibility, interval.clone()) {
                    let value = self.lin(&n, &[], &shape, span)?;
                    let origin = self.origin(span);
                    let rule = Rule::Range { value, lo, hi };
                    self.enforce(shape.clone(), rule, Category::InputRange, origin);
                }
                let mut n = n.at_scale(scale);
                n.declared = interval.is_some();
                (id, n)
            }
        };
        ports.inputs.push(Port {
            name: name.into(),
            shape,
            ty: scalar.port(),
            written: scalar.name(),
            visibility,
            tensor: tensor.0,
            file: file.map(String::from),
        });
        Ok(Value::Num(tensor.1))
    }

    /// A constant read from a file, by field path.
    fn load(&mut self, param: &str, t: &Type, file: &str, path: &str, span: Span) -> Res<Value> {
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
                    return fail(
                        Diagnostic::error(
                            "E0201",
                            span,
                            format!("`{name}` in `{file}` has another shape"),
                        )
                        .say(format!(
                            "{:?} there, `{}` here",
                            loaded.shape,
                            self.type_name(t)
                        )),
                    );
                }
                if loaded.data.is_empty() {
                    return fail(Diagnostic::error(
                        "E0703",
                        span,
                        format!("`{name}` in `{file}` is empty"),
                    ));
                }
                let scale = match scalar {
                    Scalar::Field => None,
                    Scalar::Fix { lo, hi, scale } => {
                        let out = (0..loaded.data.len()).find(|&i| {
                            let v = loaded.data.get(i);
                            v < *lo || v > *hi
                        });
                        if let Some(i) = out {
                            let t = format!("`{name}` in `{file}` leaves its type");
                            let v = crate::number::show(&loaded.data.get(i), scale);
                            return fail(Diagnostic::error("E0603", span, t).say(format!(
                                "element {i} is {v}, the type is `{}`",
                                scalar.name()
                            )));
                        }
                        Some(scale.clone())
                    }
                };
                let view = View { offset: 0, own: row_major(&loaded.shape), loops: vec![] };
                let array = Array { data: Rc::new(loaded.data), view };
                Ok(Value::Num(Num::new(loaded.shape, scale, Data::Const(array))))
            }
            _ => fail(open_type(span)),
        }
    }

    fn record_model(&mut self, param: &str, file: &str, span: Span) -> Res<()> {
        match self.loader.digest(file) {
            Ok(digest) => {
                self.model.push(ModelPart { name: param.into(), file: file.into(), digest });
                Ok(())
            }
            Err(why) => {
                fail(Diagnostic::error("E0601", span, format!("`{file}` cannot be read")).say(why))
            }
        }
    }

    fn output(
        &mut self,
        o: &Output,
        k: usize,
        v: &Value,
        ports: &mut Ports,
        span: Span,
    ) -> Res<()> {
        let name = o.name.as_ref().map_or_else(|| format!("out{k}"), |n| n.name.clone());
        let visibility = match o.visibility {
            None | Some(ast::Visibility::Public) => Visibility::Public,
            Some(ast::Visibility::Private) => Visibility::Private,
            Some(ast::Visibility::Committed) => {
                return fail(
                    Diagnostic::error("E0602", o.span, "parameters are committed, not outputs")
                        .help("`public` shows the value; give the hash of it to show less"),
                );
            }
            Some(ast::Visibility::Const) => {
                return fail(Diagnostic::error("E0602", o.span, "an output is not a constant"));
            }
        };
        self.output_value(&name, v, visibility, ports, span)
    }

    /// A value that the circuit gives out; a public one is equal to instance variables.
    pub(crate) fn output_value(
        &mut self,
        name: &str,
        v: &Value,
        visibility: Visibility,
        ports: &mut Ports,
        span: Span,
    ) -> Res<()> {
        match v {
            Value::Tuple(parts) => parts.iter().enumerate().try_for_each(|(k, v)| {
                self.output_value(&format!("{name}.{k}"), v, visibility, ports, span)
            }),
            Value::Struct(id, args, fields) => {
                let types = self.field_types(*id, args)?;
                types.iter().zip(fields.iter()).try_for_each(|((f, _), v)| {
                    self.output_value(&format!("{name}.{f}"), v, visibility, ports, span)
                })
            }
            v => {
                let n = self.as_number(v.clone(), span)?;
                self.output_tensor(name, n, visibility, ports, span)
            }
        }
    }

    fn output_tensor(
        &mut self,
        name: &str,
        n: Num,
        visibility: Visibility,
        ports: &mut Ports,
        span: Span,
    ) -> Res<()> {
        debug_assert_eq!(self.mode, Mode::Circuit, "outputs are values of the circuit");
        let r = if n.is_field() { None } else { Some(self.range(&n, span)?) };
        let scalar = match (&r, &n.scale) {
            (Some((lo, hi)), Some(s)) => {
                Scalar::Fix { lo: lo.clone(), hi: hi.clone(), scale: s.clone() }
            }
            _ => Scalar::Field,
        };
        let shape = n.shape.clone();
        let lin = self.lin(&n, &[], &shape, span)?;
        let label = Some(name.to_string());
        let tensor: TensorId = match visibility {
            Visibility::Public => {
                let (id, out) = self.fresh(Kind::Public, &[], &shape, r, label, span)?;
                self.assign(id, Op::Linear(lin));
                let d = self.add(n.clone(), out.at_scale(n.scale.clone()), -1, span)?;
                // output = value
                self.enforce_zero(&d, Category::Equality, span)?;
                id
            }
            Visibility::Private => {
                let (id, _) = self.fresh(Kind::Linear(lin), &[], &shape, r, label, span)?;
                self.assign(id, Op::Derive);
                id
            }
        };
        ports.outputs.push(Port {
            name: name.into(),
            shape,
            ty: scalar.port(),
            written: scalar.name(),
            visibility,
            tensor,
            file: None,
        });
        Ok(())
    }
}

/// The name in `file("name")`.
fn file_name(e: &Expr) -> Option<&str> {
    let ExprKind::Call { callee, args, .. } = &e.kind else { return None };
    let ExprKind::Path(p) = &callee.kind else { return None };
    let [arg] = args.as_slice() else { return None };
    match (&arg.value.kind, p.segments.as_slice()) {
        (ExprKind::Str(s), [one]) if one.name == "file" => Some(s),
        _ => None,
    }
}

fn open_type(span: Span) -> Diagnostic {
    Diagnostic::error("E0212", span, "the type of an input says everything")
        .say("an element type or size is left open here")
}
