//! Parameters of a random program: their types as written, and the ports that they become.
//!
//! A parameter of a struct type is a port for each field, a committed one has a salt beside it.

use crate::Random;
use rand::Rng;
use zirc_circuit::{Int, scalar};

/// A parameter of the circuit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// Its type as written.
    pub ty: String,
    /// Who sees it.
    pub role: Role,
    /// What it becomes in the circuit, in order.
    pub ports: Vec<Port>,
}

/// Who sees a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The verifier, who checks its type.
    Public,
    /// The prover.
    Private,
    /// The prover; the verifier sees a hash.
    Committed,
}

impl Role {
    /// As it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Role::Public => "public",
            Role::Private => "private",
            Role::Committed => "committed",
        }
    }
}

/// A tensor that the prover supplies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name in the circuit's signature.
    pub name: String,
    /// Sizes, none for a scalar.
    pub dims: Vec<usize>,
    /// Raw values.
    pub range: Range,
}

/// Raw values of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// From the lowest to the highest.
    Between(i64, i64),
    /// All elements of the field.
    Field,
}

impl Range {
    /// Of an element type as written: `u3`, `i4`, `bit`, `q1.2`, `uq0.3`, `int<…>`, `fix<…>`, `field`.
    #[must_use]
    pub fn of(ty: &str) -> Option<Range> {
        let bits = |digits: &str| {
            let parts: Option<Vec<u32>> = digits.split('.').map(|d| d.parse().ok()).collect();
            parts.map(|p| p.iter().sum::<u32>()).filter(|b| (1..=60).contains(b))
        };
        let unsigned = |b: u32| Range::Between(0, (1 << b) - 1);
        let signed = |b: u32| Range::Between(-(1 << (b - 1)), (1 << (b - 1)) - 1);
        let ends = |inner: &str| {
            let (lo, hi) = inner.split_once("..=")?;
            Some(Range::Between(lo.parse().ok()?, hi.parse().ok()?))
        };
        if ty == "field" {
            Some(Range::Field)
        } else if ty == "bit" {
            Some(unsigned(1))
        } else if let Some(inner) = ty.strip_prefix("int<") {
            ends(inner.strip_suffix('>')?)
        } else if let Some(inner) = ty.strip_prefix("fix<") {
            ends(inner.split_once(',')?.0)
        } else if let Some(b) = ty.strip_prefix("uq").or(ty.strip_prefix('u')).and_then(bits) {
            Some(unsigned(b))
        } else if let Some(b) = ty.strip_prefix('q').and_then(bits) {
            Some(signed(b + 1))
        } else {
            Some(signed(ty.strip_prefix('i').and_then(bits)?))
        }
    }
}

impl Range {
    /// A value: an end now and then, an element of the field that is small or large or any.
    pub fn draw(self, rng: &mut Random) -> Int {
        match (self, rng.gen_range(0..6)) {
            (Range::Between(lo, _), 0) => Int::from(lo),
            (Range::Between(_, hi), 1) => Int::from(hi),
            (Range::Between(lo, hi), _) => Int::from(rng.gen_range(lo..=hi)),
            (Range::Field, 0) => Int::from(0),
            (Range::Field, 1) => scalar::order() - 1,
            (Range::Field, 2) => {
                (0..8).fold(Int::from(0), |n, _| (n << 32) + rng.r#gen::<u32>()) % scalar::order()
            }
            (Range::Field, _) => Int::from(rng.gen_range(0..=20)),
        }
    }

    /// Whether a value is one.
    #[must_use]
    pub fn holds(self, v: &Int) -> bool {
        match self {
            Range::Between(lo, hi) => *v >= Int::from(lo) && *v <= Int::from(hi),
            Range::Field => *v >= Int::from(0) && *v < scalar::order(),
        }
    }

    /// The value that is the same element of the field, if there is one.
    #[must_use]
    pub fn fit(self, v: &Int) -> Option<Int> {
        let residue = ((v % scalar::order()) + scalar::order()) % scalar::order();
        [residue.clone(), residue - scalar::order()].into_iter().find(|v| self.holds(v))
    }
}

impl Input {
    /// The parameter of a name and a type, whose struct is among the items.
    #[must_use]
    pub fn new(role: Role, name: &str, ty: &str, items: &[String]) -> Option<Input> {
        let mut ports = vec![];
        if let Some(port) = port(name, ty) {
            ports.push(port);
        } else {
            let head = format!("struct {ty} {{");
            let fields = items.iter().find_map(|i| i.strip_prefix(&head))?;
            for field in split(fields.strip_suffix('}')?) {
                let (f, ty) = field.split_once(": ")?;
                ports.push(port(&format!("{name}.{f}"), ty)?);
            }
        }
        if role == Role::Committed {
            ports.extend(port(&format!("{name}.salt"), "field"));
        }
        Some(Input { name: name.into(), ty: ty.into(), role, ports })
    }

    /// Reads a parameter as it is written.
    #[must_use]
    pub fn parse(text: &str, items: &[String]) -> Option<Input> {
        let (word, rest) = text.split_once(' ')?;
        let (name, ty) = rest.split_once(": ")?;
        let roles = [Role::Public, Role::Private, Role::Committed];
        let role = roles.into_iter().find(|r| r.word() == word)?;
        Input::new(role, name, ty, items)
    }
}

impl Port {
    /// Elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.dims.iter().product()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element of the last indices of an assertion in loops.
    #[must_use]
    pub fn flat(&self, index: &[usize]) -> usize {
        let index = &index[index.len().saturating_sub(self.dims.len())..];
        index.iter().zip(&self.dims).fold(0, |at, (i, n)| at * n + i)
    }
}

fn port(name: &str, ty: &str) -> Option<Port> {
    let (element, dims) = match ty.split_once('[') {
        Some((e, n)) => (e, n.strip_suffix(']')?),
        None => (ty, ""),
    };
    let dims = split(dims).into_iter().map(|n| n.parse().ok()).collect::<Option<Vec<_>>>()?;
    Some(Port { name: name.into(), dims, range: Range::of(element)? })
}

/// The parts of a list; commas in brackets separate nothing.
#[must_use]
pub fn split(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, vec![]);
    for (at, c) in list.char_indices() {
        match c {
            '<' | '[' | '(' => depth += 1,
            '>' | ']' | ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(list[start..].trim());
    parts.retain(|p| !p.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_of_types() {
        let items = ["struct S { a: q1.2, b: fix<-3..=4, 0.5>[2, 3] }".to_string()];
        let i = Input::parse("committed s: S", &items).unwrap();
        let ports: Vec<_> = i.ports.iter().map(|p| (p.name.as_str(), p.len(), p.range)).collect();
        let expected = [
            ("s.a", 1, Range::Between(-8, 7)),
            ("s.b", 6, Range::Between(-3, 4)),
            ("s.salt", 1, Range::Field),
        ];
        assert_eq!(ports, expected);
        assert_eq!(Range::of("uq0.3"), Some(Range::Between(0, 7)));
        assert_eq!(Range::of("i4"), Some(Range::Between(-8, 7)));
    }
}
