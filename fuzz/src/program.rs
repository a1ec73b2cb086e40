//! A random program as lines of text, so that it can be shrunk by leaving lines out.

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

/// A parameter of the circuit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// Its type as written.
    pub ty: String,
    /// Whether the verifier sees it.
    pub public: bool,
    /// Elements.
    pub len: usize,
    /// Lowest and highest raw value.
    pub range: (i64, i64),
}

impl Program {
    /// The source.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for item in &self.items {
            let _ = writeln!(out, "{item}");
        }
        let port = |i: &Input| {
            format!("{} {}: {}", if i.public { "public" } else { "private" }, i.name, i.ty)
        };
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
        let items = lines[..head].iter().map(|l| (*l).to_string()).collect();
        let (ports, _) = lines[head].strip_prefix("circuit c(")?.split_once(") -> ")?;
        let inputs = ports.split(", ").map(Input::parse).collect::<Option<Vec<_>>>()?;
        let end = lines.iter().rposition(|l| *l == "}")?;
        let body: Vec<String> = lines[head + 1..end].iter().map(|l| l.trim().to_string()).collect();
        let (last, body) = body.split_last()?;
        let outputs = last.strip_prefix('(')?.strip_suffix(')')?;
        let outputs = outputs.split(", ").map(String::from).collect();
        Some(Program { items, inputs, body: body.to_vec(), outputs, features: vec![] })
    }
}

impl Input {
    fn parse(text: &str) -> Option<Input> {
        let (visibility, rest) = text.split_once(' ')?;
        let (name, ty) = rest.split_once(": ")?;
        let (element, len) = match ty.split_once('[') {
            Some((e, n)) => (e, n.strip_suffix(']')?.parse().ok()?),
            None => (ty, 1),
        };
        let bits = |digits: &str| digits.parse::<u32>().ok().filter(|b| (1..=60).contains(b));
        let range = if let Some(ends) = element.strip_prefix("int<") {
            let (lo, hi) = ends.strip_suffix('>')?.split_once("..=")?;
            (lo.parse().ok()?, hi.parse().ok()?)
        } else if let Some(b) = element.strip_prefix('u').and_then(bits) {
            (0, (1 << b) - 1)
        } else {
            let b = element.strip_prefix('i').and_then(bits)?;
            (-(1 << (b - 1)), (1 << (b - 1)) - 1)
        };
        let public = visibility == "public";
        Some(Input { name: name.into(), ty: ty.into(), public, len, range })
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
