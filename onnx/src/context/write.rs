//! Statements of the program, elaborated as they are written.

use super::{Converter, Operand};
use crate::fault::{Fault, Import, refuse};
use crate::tensor::Element;
use zirc_circuit::labels::Quoted;
use zirc_compiler::session::{Known, Refused};

/// Most bits of a result: rounding one takes a few more, for the half and for steps that do not divide.
const ROOM: u64 = 224;

/// What can still be rounded.
fn roomy(k: Known) -> Result<Known, Refused> {
    let bits = k.fix.as_ref().map_or(0, |(lo, hi, _)| zirc_compiler::type_bits(lo, hi));
    if bits <= ROOM {
        return Ok(k);
    }
    let message = format!("a result of {bits} bits leaves no room to round it in the field");
    Err(Refused { code: "E0401", message })
}

impl Converter<'_> {
    /// A variable of this node's own.
    pub(crate) fn local(&mut self, hint: &str, text: &str) -> Import<Operand> {
        self.local_as(hint, "", text)
    }

    /// A variable of this node's own with a type, such as `_[2, 3]`.
    pub(crate) fn local_as(&mut self, hint: &str, ty: &str, text: &str) -> Import<Operand> {
        let name = self.names.fresh(hint);
        let known = self.statement(&name, ty, text)?;
        Ok(Operand::variable(name, String::new(), Element::Float, known))
    }

    /// Two variables of this node's own, from a text that gives two values.
    pub(crate) fn pair(&mut self, a: &str, b: &str, text: &str) -> Import<(Operand, Operand)> {
        let (a, b) = (self.names.fresh(a), self.names.fresh(b));
        let first = self.declare(&[&a, &b], &format!("let ({a}, {b}) = {text};"))?;
        let second = self.session.variable(&b).map_err(|r| Fault::new(r.message))?;
        let one = |name, known| Operand::variable(name, String::new(), Element::Float, known);
        Ok((one(a, first), one(b, second)))
    }

    /// Gives output `k` its value.
    pub(crate) fn bind(&mut self, k: usize, text: &str) -> Import<()> {
        self.bind_as(k, "", text)
    }

    /// Gives output `k` its value with a type, such as `_[2, 3]`.
    pub(crate) fn bind_as(&mut self, k: usize, ty: &str, text: &str) -> Import<()> {
        if !self.wants(k) {
            return Ok(());
        }
        let tensor = self.node.outputs[k].clone();
        let sample = self.result(k)?;
        let name = self.names.fresh(&tensor);
        let known = self.statement(&name, ty, text)?;
        if known.shape != sample.shape() {
            return refuse(format!(
                "its result has the shape {:?} here, {:?} in the model; this is a bug in zirc",
                known.shape,
                sample.shape()
            ));
        }
        let v = Operand::variable(name, tensor.clone(), sample.element, known);
        self.keep(tensor, v)
    }

    /// Notes the value of a tensor, rounded to the type that was chosen for it if nothing else rounds it.
    fn keep(&mut self, tensor: String, v: Operand) -> Import<()> {
        let forced = self.forced.contains(&tensor) && v.element.is_float();
        let v = match self.settings.choices.tensors.get(&tensor).filter(|_| forced) {
            Some(t) => {
                self.obeyed.tensor(&tensor);
                if t.holds(&v.lo, &v.hi, &v.scale) { v } else { self.clamp(&v, *t)? }
            }
            None => v,
        };
        self.values.insert(tensor, v);
        Ok(())
    }

    /// Output `k` is an operand that exists.
    pub(crate) fn alias(&mut self, k: usize, v: &Operand) -> Import<()> {
        if !self.wants(k) {
            return Ok(());
        }
        let element = self.result(k)?.element;
        if v.literal || v.shape != self.result(k)?.shape() {
            return self.bind(k, &v.text);
        }
        let tensor = self.node.outputs[k].clone();
        self.keep(tensor.clone(), Operand { tensor, element, ..v.clone() })
    }

    fn statement(&mut self, name: &str, ty: &str, text: &str) -> Import<Known> {
        let colon = if ty.is_empty() { "" } else { ": " };
        self.declare(&[name], &format!("let {name}{colon}{ty} = {text};"))
    }

    /// Writes a statement that declares variables; what is known of the first.
    fn declare(&mut self, names: &[&str], line: &str) -> Import<Known> {
        let known = self.session.statement(line);
        let known = known.and_then(|()| self.session.variable(names[0]));
        let known = known.and_then(|k| if self.roomy { roomy(k) } else { Ok(k) });
        match known {
            Ok(k) => {
                let layer = Quoted(&[self.node.layer_path()]).to_string();
                self.lines.push(format!("#[layer({layer})]"));
                self.lines.push(line.into());
                Ok(k)
            }
            Err(r) => {
                names.iter().for_each(|n| self.names.release(n));
                let t = format!("the compiler refuses it ({}): {}", r.code, r.message);
                let help = match r.code {
                    "E0401" => Some(
                        "fewer bits for weights or activations, or calibration data, keep integers small",
                    ),
                    "E0701" => {
                        Some("`--budget 4` allows four times as much, for a model that you trust")
                    }
                    _ => None,
                };
                let f = Fault { code: Some(r.code), ..Fault::new(t) };
                self.refused = Some(r);
                Err(match help {
                    Some(h) => f.help(h),
                    None => f,
                })
            }
        }
    }
}
