//! The compiler, statement by statement, for what writes programs: a statement is elaborated as it is
//! written, so that every interval that a writer decides by is the one that the compiler infers from the
//! real weights.
//!
//! ```
//! # use zirc_compiler::{Budget, NoFiles, World, session::Session};
//! let world = World::of_library(Budget::default()).unwrap();
//! let mut none = NoFiles;
//! let mut session = Session::new(&world, &mut none);
//! session.input("x", "i8[3]").unwrap();
//! session.statement("let y = for k < 3 { 2 * x[k] };").unwrap();
//! let y = session.variable("y").unwrap();
//! assert_eq!((y.shape, y.fix.unwrap().1), (vec![3], 254.into()));
//! assert_eq!(session.statement("let z = y + w;").unwrap_err().code, "E0101");
//! ```

use crate::combination::{Array, View};
use crate::diagnostic::Severity;
use crate::elaborate::item::Ports;
use crate::elaborate::{Elaborator, Frame, Stop};
use crate::loader::NoFiles;
use crate::lower::{How, Purpose};
use crate::number::Ratio;
use crate::pipeline::compile;
use crate::resolve::World;
use crate::types::{GenericValue, Scalar};
use crate::value::{Data, Num, Value, pack};
use std::collections::BTreeMap;
use std::rc::Rc;
use zirc_circuit::lin::row_major;
use zirc_circuit::{Circuit, Int, Port, Signature, Visibility};
use zirc_grammar::ast::{ItemKind, Span};

/// Why a statement is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The compiler's code.
    pub code: &'static str,
    /// What it says.
    pub message: String,
}

/// What the compiler knows of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Sizes, the outermost first.
    pub shape: Vec<usize>,
    /// Raw values lie in `lo..=hi` and are worth `scale` each; `None` for elements of the field.
    pub fix: Option<(Int, Int, Ratio)>,
}

/// A circuit's body under way.
pub struct Session<'w> {
    elaborator: Elaborator<'w>,
    inputs: Vec<Port>,
    /// Bytes of the longest text so far.
    longest: usize,
}

impl<'w> Session<'w> {
    /// An empty body. `world` is that of an empty program.
    pub fn new(world: &'w World, none: &'w mut NoFiles) -> Session<'w> {
        let elaborator = Elaborator::inside(world, none, 0);
        Session { elaborator, inputs: vec![], longest: 0 }
    }

    /// Binds a field of `group` to a constant: raw integers in row-major order.
    pub fn constant(
        &mut self,
        (group, name): (&str, &str),
        shape: &[usize],
        raw: Vec<Int>,
        scale: &Ratio,
    ) {
        let view = View { offset: 0, own: row_major(shape), loops: vec![] };
        let data = Data::Const(Array { data: Rc::new(pack(raw)), view });
        let n = Num::new(shape.to_vec(), Some(scale.clone()), data);
        self.bind(group, name, Value::Num(n));
    }

    fn bind(&mut self, group: &str, name: &str, v: Value) {
        self.elaborator.at.fields.entry(group.into()).or_default().insert(name.into(), v);
    }

    /// Declares an input of a type, given as text.
    pub fn input(&mut self, name: &str, ty: &str) -> Result<(), Refused> {
        let v = self.parameter(name, ty)?;
        self.elaborator.frame_mut().variables.push((name.into(), v));
        Ok(())
    }

    /// Binds a field of `group` to an input of a type, given as text.
    pub fn field(&mut self, group: &str, name: &str, ty: &str) -> Result<(), Refused> {
        let v = self.parameter(name, ty)?;
        self.bind(group, name, v);
        Ok(())
    }

    fn parameter(&mut self, name: &str, ty: &str) -> Result<Value, Refused> {
        let text = format!("circuit c(private {name}: {ty}) {{}}");
        self.longest = self.longest.max(text.len());
        let (module, faults) = zirc_grammar::parse_tolerant(&text, 0);
        if let Some(f) = faults.first() {
            return Err(Refused { code: f.code, message: f.message.clone() });
        }
        for item in &module.items {
            let ItemKind::Circuit(f) = &item.kind else { continue };
            if let Some(p) = f.params.first() {
                let mut ports = Ports::default();
                let made = self.elaborator.input_parameter(p, &mut ports);
                self.inputs.append(&mut ports.inputs);
                return made.map_err(|stop| self.why(stop));
            }
        }
        Err(Refused { code: "E0900", message: format!("`{text}` has no input") })
    }

    /// Elaborates a statement.
    pub fn statement(&mut self, text: &str) -> Result<(), Refused> {
        let text = format!("fn f() {{ {text} }}");
        self.longest = self.longest.max(text.len());
        let (module, faults) = zirc_grammar::parse_tolerant(&text, 0);
        if let Some(f) = faults.first() {
            let message = format!("{} in `{text}`", f.message);
            return Err(Refused { code: f.code, message });
        }
        for item in &module.items {
            let ItemKind::Fn(f) = &item.kind else { continue };
            for s in &f.body.statements {
                if let Err(stop) = self.elaborator.statement(s) {
                    return Err(self.why(stop));
                }
            }
        }
        Ok(())
    }

    /// What is known of the variable of this name.
    pub fn variable(&mut self, name: &str) -> Result<Known, Refused> {
        let bug = |message: String| Refused { code: "E0900", message };
        let variables = &self.elaborator.frame().variables;
        let Some((_, v)) = variables.iter().rev().find(|(n, _)| n == name) else {
            return Err(bug(format!("there is no variable `{name}`")));
        };
        let Value::Num(n) = v.clone() else {
            return Err(bug(format!("`{name}` is no number")));
        };
        let span = Span { file: 0, start: 0, end: 0 };
        let fix = match &n.scale {
            None => None,
            Some(s) => match self.elaborator.range(&n, span) {
                Ok((lo, hi)) => Some((lo, hi, s.clone())),
                Err(stop) => return Err(self.why(stop)),
            },
        };
        Ok(Known { shape: n.shape, fix })
    }

    /// What the body so far costs: a circuit that gives out these expressions, privately and in order, without the
    /// constraints on the ranges of its inputs. It is there to be counted and evaluated, and was compared with
    /// nothing. The body is empty afterwards.
    pub fn circuit(&mut self, outputs: &[&str]) -> Result<Circuit, Refused> {
        let span = Span { file: 0, start: 0, end: 0 };
        let mut ports = Ports::default();
        for (k, text) in outputs.iter().enumerate() {
            let name = format!("result_{k}");
            self.statement(&format!("let {name} = {text};"))?;
            let variables = &self.elaborator.frame().variables;
            let found = variables.iter().rev().find(|(n, _)| *n == name);
            let v = found.map(|(_, v)| v.clone()).ok_or_else(|| Refused {
                code: "E0900",
                message: format!("there is no variable `{name}`"),
            })?;
            let given =
                self.elaborator.output_value(&name, &v, Visibility::Private, &mut ports, span);
            given.map_err(|stop| self.why(stop))?;
        }
        let e = &mut self.elaborator;
        let program = e.take_program();
        e.at.frames.clear();
        e.at.frames.push(Frame::new(0, BTreeMap::new()));
        let signature = Signature::new("body", std::mem::take(&mut self.inputs), ports.outputs);
        let (mut sources, budget) = (e.world.files.clone(), e.world.budget);
        // Every statement is a text of its own, whose places are in none of the world's files.
        if let Some(own) = sources.first_mut() {
            own.text = " ".repeat(self.longest);
        }
        let made = compile(program, signature, sources, Purpose::Cost, How::default(), budget);
        made.map(|l| l.circuit).map_err(|why| {
            let d = why.diagnostic(span);
            let said = d.labels.first().map_or("", |l| l.text.as_str());
            Refused { code: d.code, message: format!("{}: {said}", d.title) }
        })
    }

    /// Whether a name means something already, in the language or its library.
    pub fn taken(world: &World, name: &str) -> bool {
        let ident = zirc_grammar::ast::Ident { name: name.into(), span: Span::default() };
        world.lookup(0, &[ident]).is_some() || crate::builtins().any(|b| b == name)
    }

    fn why(&mut self, stop: Stop) -> Refused {
        self.elaborator.report(stop);
        // What is reported behind the first error of a statement may follow from it.
        let mut errors = self.elaborator.out.diagnostics.iter();
        let Some(d) = errors.find(|d| d.severity == Severity::Error) else {
            return Refused { code: "E0900", message: "the compiler gave no reason".into() };
        };
        let said = d
            .labels
            .iter()
            .map(|l| l.text.as_str())
            .find(|t| !t.is_empty() && !t.starts_with("in this call of"));
        let message = match said {
            Some(s) => format!("{}: {s}", d.title),
            None => d.title.clone(),
        };
        let refused = Refused { code: d.code, message };
        self.elaborator.forget_errors(0);
        refused
    }
}

/// The text of a type.
pub fn type_text(lo: &Int, hi: &Int, scale: &Ratio) -> String {
    GenericValue::Num(Scalar::Fix { lo: lo.clone(), hi: hi.clone(), scale: scale.clone() }).name()
}

#[cfg(test)]
mod tests {
    use super::Session;
    use crate::resolve::World;
    use crate::{Budget, NoFiles};

    /// What follows from an error is not the reason.
    #[test]
    fn the_first_error_of_a_statement_is_told() {
        let world = World::of_library(Budget::default()).unwrap();
        let mut none = NoFiles;
        let mut session = Session::new(&world, &mut none);
        session.input("x", "fix<-137..=118, 14452367 / 536870912>[2, 3, 3]").unwrap();
        // The step of what is quantized, and a bias of whole ones.
        let call = "let y = group_norm::<2, uq10.23, q2.19>(x, [1, 1], [1, 0], \
                    21990233 / 2199023255552);";
        assert_eq!(session.statement(call).unwrap_err().code, "E0204");
    }
}
