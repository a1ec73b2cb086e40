//! Elements of the field: inputs, conversions, products, equalities and choices.

use super::{Draft, Kind, Value};
use rand::Rng;

impl Draft {
    fn field_input(&mut self) -> String {
        let role = self.role();
        let name = self.parameter(role, "field");
        self.values.push(Value { name: name.clone(), kind: Kind::Field });
        name
    }

    /// A field element that is there, a number taken as one, or a new input.
    fn field(&mut self) -> String {
        let is = |v: &&Value| v.kind == Kind::Field;
        let all: Vec<String> = self.values.iter().filter(is).map(|v| v.name.clone()).collect();
        match self.pick(&all).cloned() {
            Some(f) if !self.one_in(4) => f,
            _ if self.one_in(2) => self.field_input(),
            _ => {
                let (x, ..) = self.number();
                format!("(raw({x}) as field)")
            }
        }
    }

    pub(super) fn fields(&mut self) {
        let (f, g) = (self.field(), self.field());
        match self.rng.gen_range(0..10) {
            0 => drop(self.bind(&format!("{f} * {g}"), Kind::Field, "field product")),
            1 => {
                let h = self.field();
                drop(self.bind(&format!("{f} * {g} - {h} * {f}"), Kind::Field, "field product"));
            }
            2 => {
                let k = self.rng.gen_range(-5..=9i64);
                drop(self.bind(&format!("{f} + ({k}) * {g}"), Kind::Field, "field sum"));
            }
            3 | 4 => {
                let zero = self.zero_test();
                let text = format!("{zero}({f} - {g})");
                drop(self.bind(&text, Kind::Number(0, 1), "field equality"));
            }
            5 => {
                let ((a, ..), (b, ..)) = (self.number(), self.number());
                let text = format!("(if {a} < {b} {{ {f} }} else {{ {g} }})");
                drop(self.bind(&text, Kind::Field, "field choice"));
            }
            6 => {
                let zero = self.zero_test();
                let text = format!("(if {zero}({f}) {{ {f} + 1 }} else {{ {g} * {g} }})");
                drop(self.bind(&text, Kind::Field, "field choice"));
            }
            7 => self.inverse(&f),
            8 => self.line(format!("assert {f} != {g};"), "field relation"),
            _ => {
                let name = self.field_input();
                self.equality(&name, &format!("{f} * {g}"), "field equals");
            }
        }
    }

    /// A function that says whether an element is 0; `==` of two of them is no value in a circuit.
    fn zero_test(&mut self) -> String {
        let f = self.name("f");
        self.program.items.push(format!(
            "fn {f}(x: field) -> bit {{ let z: bit = hint x == 0; let v: field = hint inverse(x); \
             assert x * v == (1 - z) as field; assert (z as field) * (x + v) == 0; z }}"
        ));
        f
    }

    /// 1/f, where f is not 0: a hint that its product pins, in a function now and then.
    fn inverse(&mut self, f: &str) {
        let steps = |x: &str, v: &str| {
            (format!("let {v}: field = hint inverse({x});"), format!("assert {v} * {x} == 1;"))
        };
        if self.one_in(2) {
            let g = self.name("f");
            let (hint, check) = steps("x", "v");
            let item = format!("fn {g}(x: field) -> field {{ {hint} {check} v }}");
            self.program.items.push(item);
            self.bind(&format!("{g}({f})"), Kind::Field, "inverse");
        } else {
            let v = self.name("v");
            let (hint, check) = steps(f, &v);
            // One line: neither is any use without the other.
            self.line(format!("{hint} {check}"), "inverse");
            self.values.push(Value { name: v, kind: Kind::Field });
        }
    }
}
