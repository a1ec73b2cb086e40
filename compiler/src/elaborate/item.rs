//! Circuits: parameters become inputs or constants, results become outputs.

pub(super) mod claims;
mod commitment;
mod function;
mod input;
mod load;
mod output;

use super::{Elaborator, Frame, Res, fail};
use crate::diagnostic::Diagnostic;
use crate::meant::Place;
use crate::types::{GenericValue, ItemId};
use crate::value::{GenericValues, Num, Value};
use commitment::Commitment;
use std::collections::BTreeSet;
use std::rc::Rc;
use zirc_circuit::{Int, Part, Port, Visibility};
use zirc_grammar::ast::{self, Expr, ExprKind, Function, ItemKind, Param, Span};

/// Inputs and outputs of the circuit being built.
#[derive(Debug, Default)]
pub(crate) struct Ports {
    pub(crate) inputs: Vec<Port>,
    pub(crate) outputs: Vec<Port>,
    /// Parts of inputs that no output depends on, as the circuit says.
    pub(crate) independent_of: Vec<Part>,
    names: BTreeSet<String>,
    /// Whether the ports that come are those of a `committed` parameter: a receipt says of their names what they
    /// are, so that nothing else has such.
    pub(crate) commits: bool,
}

impl Ports {
    /// Files give values by name: no two ports share one.
    fn demand_new(&mut self, name: &str, span: Span) -> Res<()> {
        let kept = [".commitment", ".salt"].iter().find(|end| name.ends_with(**end));
        if let Some(end) = kept.filter(|_| !self.commits) {
            let d = Diagnostic::error("E0102", span, format!("a port is called `{name}`"));
            let why = format!("`{end}` is what the ports of `committed` parameters end in");
            return fail(d.say(why).help("give the field another name"));
        }
        if self.names.insert(name.to_owned()) {
            return Ok(());
        }
        fail(
            Diagnostic::error("E0102", span, format!("two ports are called `{name}`"))
                .say("inputs and outputs are told apart by their names")
                .help("a `committed` parameter `x` has the ports `x.salt` and `x.commitment` too"),
        )
    }
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
    /// Whether a commitment of its own fixes it, which takes no constraint.
    pub(crate) model: bool,
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
                        fail(s.unknown_name(Place::Circuit, &target.segments, target.span))
                    });
                };
                let ItemKind::Circuit(f) = &world.item(to).kind else {
                    return fail(
                        Diagnostic::error("E0212", target.span, "this is no circuit")
                            .label(name.span, "this name stands for an instance of a circuit"),
                    );
                };
                let args = self.in_module(id.0, Default::default(), |s| {
                    s.all_generics(to, &f.generics, &target.generics, target.span)
                })?;
                Ok((to, Rc::new(args)))
            }
            _ => Ok((id, Rc::new(vec![]))),
        }
    }

    /// Elaborates a circuit that has no generic parameters, or is called by the name of an instance.
    pub(crate) fn named_circuit(
        &mut self,
        id: ItemId,
        supply: Supply<'_>,
    ) -> Res<(Ports, Vec<Value>)> {
        let (id, generics) = self.circuit_target(id)?;
        self.circuit(id, &generics, supply)
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
        self.at.frames.push(Frame::new(id.0, generics));
        self.at.active.push(id);
        let out = self.checked_as(id, |s| s.circuit_body(id, f, supply));
        let out = out.map_err(|s| self.report(s));
        self.at.active.pop();
        self.at.frames.pop();
        out
    }

    fn circuit_body(
        &mut self,
        id: ItemId,
        f: &Function,
        supply: Supply<'_>,
    ) -> Res<(Ports, Vec<Value>)> {
        let mut ports = Ports::default();
        let mut failed = false;
        let mut committed = vec![];
        for p in &f.params {
            let v = self.parameter(p, supply, &mut ports).and_then(|v| {
                if self.commitment_of(p) == Commitment::Hash {
                    committed.push(self.committed(p, v.clone(), supply, &mut ports)?);
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
        self.claims(id, f, &values)?;
        let attributes = &self.world.item(id).attributes;
        if let Supply::Inputs = supply {
            ports.independent_of = self.independent_of(attributes, f, &ports)?;
        }
        for c in committed {
            let hash = self.commit(&c)?;
            if let Supply::Inputs = supply {
                let name = format!("{}.commitment", c.name);
                ports.commits = true;
                self.output_value(&name, &hash, Visibility::Public, &mut ports, c.span())?;
                ports.commits = false;
            }
            values.push(hash);
        }
        Ok((ports, values))
    }

    /// The value of an input on its own.
    pub(crate) fn input_parameter(&mut self, p: &Param, ports: &mut Ports) -> Res<Value> {
        self.parameter(p, Supply::Inputs, ports)
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
                                fail(super::arith::constant::not_constant(e.span))
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
                let model = self.commitment_of(p) == Commitment::Model;
                let file = file.as_deref();
                let entry = Entry { visibility, model, file, supply, span: p.span };
                let name = self.outer_name(p).to_owned();
                self.input(&name, &t, entry, ports)
            }
        }
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
