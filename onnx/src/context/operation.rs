//! A row of the table of operations: what is known of one, and how it is computed and written.

mod role;

pub use role::Meaning;
pub(crate) use role::{Effect, Role, Trees, Written};

use super::{Args, Compose, Converter};
use crate::fault::{Import, refuse};
use crate::graph::Node;
use crate::tensor::Tensor;

/// What ONNX says an operation computes.
type Evaluate = fn(&Node, &Args<'_>) -> Import<Vec<Tensor>>;
/// Writes the call of a layer.
type Convert = fn(&Node, &mut Converter<'_>) -> Import<()>;

/// How operators of one formula are computed and written: what they differ in is a value of the type, which
/// the row of each holds.
pub(crate) trait Family: Sync {
    /// What ONNX says the operation computes.
    fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>>;
    /// Writes the call of a layer.
    fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()>;
}

enum Rule {
    Own(Evaluate, Convert),
    Family(&'static dyn Family),
    Composed(Compose),
}

/// An operation.
pub(crate) struct Operation {
    /// The operator.
    pub(crate) name: &'static str,
    /// Its domain; the default one is empty.
    pub(crate) domain: &'static str,
    /// Inputs that must be known at import, as the shape of the result depends on them.
    pub(crate) known: &'static [usize],
    /// Whether its results follow from the shapes and types of its inputs alone.
    pub(crate) by_shape: bool,
    /// Whether its results may be far larger than its inputs: beyond what a 32-bit float holds for
    /// ordinary numbers.
    pub(crate) grows: bool,
    /// Whether it is a function of each element, of which a table of 256 results may hold all.
    pub(crate) function: bool,
    /// Whether each element of its result follows from the elements at the same place alone.
    pub(crate) pointwise: bool,
    /// Whether each element of its result follows from the element at the same place and from its column.
    pub(crate) columnwise: bool,
    /// Whether it reduces axes to one number each.
    pub(crate) reduces: bool,
    /// Whether it only multiplies and adds what it reads: more bits of that cost nothing in it.
    pub(crate) multiplies: bool,
    /// Whether its results are elements of its first input at other places, and nothing else.
    pub(crate) moves: bool,
    /// What becomes of an error of its input.
    pub(crate) effect: Effect,
    /// What its first results are for.
    pub(crate) gives: &'static [Meaning],
    /// Whether its second result has a number for each class of its first, in their order, the largest for the
    /// likeliest.
    pub(crate) ranks: bool,
    /// What rules that rewrite graphs know it as.
    pub(crate) role: Role,
    /// Whether nodes that are written out may be tried as it.
    pub(crate) written: Written,
    /// Why it cannot be where its inputs are no constants, if it cannot.
    pub(crate) refused: Option<&'static Refusal>,
    rule: Rule,
}

/// Why an operation cannot be, and what to do.
pub(crate) struct Refusal {
    /// The reason, in a few words.
    pub(crate) why: &'static str,
    /// What to do.
    pub(crate) help: &'static str,
}

const fn row(name: &'static str, rule: Rule) -> Operation {
    Operation {
        name,
        domain: "",
        known: &[],
        by_shape: false,
        grows: false,
        function: false,
        pointwise: false,
        columnwise: false,
        reduces: false,
        multiplies: false,
        moves: false,
        effect: Effect::Other,
        gives: &[],
        ranks: false,
        role: Role::Other,
        written: Written::No,
        refused: None,
        rule,
    }
}

/// An operation of the default domain without inputs that must be known.
pub(crate) const fn plain(name: &'static str, evaluate: Evaluate, convert: Convert) -> Operation {
    row(name, Rule::Own(evaluate, convert))
}

/// One that shares its formula with others.
pub(crate) const fn family(name: &'static str, own: &'static dyn Family) -> Operation {
    row(name, Rule::Family(own))
}

/// An operation of the default domain that is written as others, as soon as the shapes of its inputs are known.
pub(crate) const fn composed(name: &'static str, compose: Compose) -> Operation {
    row(name, Rule::Composed(compose))
}

/// An operation of the default domain with inputs that must be known.
pub(crate) const fn known(
    name: &'static str,
    known: &'static [usize],
    evaluate: Evaluate,
    convert: Convert,
) -> Operation {
    plain(name, evaluate, convert).known(known)
}

impl Operation {
    /// The same of another domain.
    pub(crate) const fn of(self, domain: &'static str) -> Operation {
        Operation { domain, ..self }
    }

    /// These inputs must be known.
    pub(crate) const fn known(self, known: &'static [usize]) -> Operation {
        Operation { known, ..self }
    }

    /// Its results follow from the shapes and types of its inputs.
    pub(crate) const fn by_shape(self) -> Operation {
        Operation { by_shape: true, ..self }
    }

    /// Its results may be far larger than its inputs.
    pub(crate) const fn grows(self) -> Operation {
        Operation { grows: true, ..self }
    }

    /// It is a function of each element, which a table may hold.
    pub(crate) const fn function(self) -> Operation {
        Operation { function: true, pointwise: true, ..self }
    }

    /// Each element of its result follows from the elements at the same place.
    pub(crate) const fn pointwise(self) -> Operation {
        Operation { pointwise: true, ..self }
    }

    /// Each element of its result follows from the element at the same place and from its column.
    pub(crate) const fn columnwise(self) -> Operation {
        Operation { columnwise: true, ..self }
    }

    /// It reduces axes to one number each.
    pub(crate) const fn reduces(self) -> Operation {
        Operation { reduces: true, ..self }
    }

    /// It only multiplies and adds what it reads.
    pub(crate) const fn multiplies(self) -> Operation {
        Operation { multiplies: true, ..self }
    }

    /// Its results are elements of its first input at other places.
    pub(crate) const fn moves(self) -> Operation {
        Operation { moves: true, ..self }
    }

    /// What becomes of an error of its input.
    pub(crate) const fn effect(self, effect: Effect) -> Operation {
        Operation { effect, ..self }
    }

    /// What its first results are for.
    pub(crate) const fn gives(self, gives: &'static [Meaning]) -> Operation {
        Operation { gives, ..self }
    }

    /// Its second result has a number for each class, in their order.
    pub(crate) const fn ranks(self) -> Operation {
        Operation { ranks: true, ..self }
    }

    /// What rules that rewrite graphs know it as.
    pub(crate) const fn role(self, role: Role) -> Operation {
        Operation { role, ..self }
    }

    /// Nodes that are written out may be tried as it.
    pub(crate) const fn written(self, written: Written) -> Operation {
        Operation { written, ..self }
    }

    /// It cannot be where its inputs are no constants.
    pub(crate) const fn refused(self, refused: &'static Refusal) -> Operation {
        Operation { refused: Some(refused), ..self }
    }

    /// Whether a node is one.
    pub(crate) fn is(&self, n: &Node) -> bool {
        self.name == n.op && self.domain == n.domain
    }

    /// What ONNX says that a node of this operation computes.
    pub(crate) fn evaluate(&self, n: &Node, a: &Args<'_>) -> Import<Vec<Tensor>> {
        match self.rule {
            Rule::Own(evaluate, _) => evaluate(n, a),
            Rule::Family(own) => own.evaluate(n, a),
            Rule::Composed(_) => refuse("it is written as other operations"),
        }
    }

    /// Writes the call of a layer.
    pub(crate) fn convert(&self, n: &Node, c: &mut Converter<'_>) -> Import<()> {
        match self.rule {
            Rule::Own(_, convert) => convert(n, c),
            Rule::Family(own) => own.convert(n, c),
            Rule::Composed(_) => refuse("it is written as other operations"),
        }
    }

    /// How a node of this operation is written as others, if it is.
    pub(crate) fn composed(&self) -> Option<Compose> {
        match self.rule {
            Rule::Composed(compose) => Some(compose),
            _ => None,
        }
    }
}
