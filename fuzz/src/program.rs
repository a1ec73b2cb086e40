//! A random program as lines of text, so that it can be shrunk by leaving lines out.

use crate::input::{Input, Port, Role, split};
use std::fmt::Write;

/// A program with one circuit `c`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Items in front of the circuit, each whole.
    pub items: Vec<String>,
    /// Parameters of the circuit.
    pub inputs: Vec<Input>,
    /// Statements of its body.
    pub body: Vec<String>,
    /// Expressions that it gives, each a public output.
    pub outputs: Vec<String>,
    /// What the generator put in, for counting.
    pub features: Vec<&'static str>,
}

impl Program {
    /// The circuit's input ports in order, with who sees them.
    pub fn ports(&self) -> impl Iterator<Item = (&Port, Role)> {
        self.inputs.iter().flat_map(|i| i.ports.iter().map(|p| (p, i.role)))
    }

    /// The source.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for item in &self.items {
            let _ = writeln!(out, "{item}");
        }
        let port = |i: &Input| format!("{} {}: {}", i.role.word(), i.name, i.ty);
        let ports: Vec<String> = self.inputs.iter().map(port).collect();
        let outs: Vec<String> =
            (0..self.outputs.len()).map(|k| format!("public o{k}: _")).collect();
        let _ = writeln!(out, "circuit c({}) -> ({}) {{", ports.join(", "), outs.join(", "));
        for line in &self.body {
            let _ = writeln!(out, "    {line}");
        }
        let _ = writeln!(out, "    ({})\n}}", self.outputs.join(", "));
        out
    }
}

impl Program {
    /// Reads what [`Program::text`] wrote, comments in front of it left out.
    #[must_use]
    pub fn parse(text: &str) -> Option<Program> {
        let lines: Vec<&str> = text.lines().filter(|l| !l.starts_with("//")).collect();
        let head = lines.iter().position(|l| l.starts_with("circuit c("))?;
        let items: Vec<String> = lines[..head].iter().map(|l| (*l).to_string()).collect();
        let (ports, _) = lines[head].strip_prefix("circuit c(")?.split_once(") -> ")?;
        let inputs = split(ports).into_iter().map(|i| Input::parse(i, &items));
        let inputs = inputs.collect::<Option<Vec<_>>>()?;
        let end = lines.iter().rposition(|l| *l == "}")?;
        let body: Vec<String> = lines[head + 1..end].iter().map(|l| l.trim().to_string()).collect();
        let (last, body) = body.split_last()?;
        let outputs = last.strip_prefix('(')?.strip_suffix(')')?;
        let outputs = split(outputs).into_iter().map(String::from).collect();
        Some(Program { items, inputs, body: body.to_vec(), outputs, features: vec![] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate;

    #[test]
    fn what_is_written_can_be_read() {
        for seed in 0..300 {
            let p = generate::program(seed);
            let read = Program::parse(&p.text()).unwrap();
            assert_eq!(read, Program { features: vec![], ..p }, "seed {seed}");
        }
    }

    #[test]
    fn one_seed_one_program() {
        assert_eq!(generate::program(7), generate::program(7));
        assert_ne!(generate::program(7).text(), generate::program(8).text());
    }
}
