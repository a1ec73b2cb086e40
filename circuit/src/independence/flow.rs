//! Which elements are computed from a part of an input.

use super::Dependent;
use crate::{Circuit, Ints, Kind, Lin, Op, Part, Step, TensorId, Term, Weight};
use num_traits::Zero;

/// For each tensor, its elements that depend on the part; none where there are no such elements.
type Marks = Vec<Option<Vec<bool>>>;

/// The elements that depend on a part of an input.
pub(super) struct Flow<'c> {
    pub(super) circuit: &'c Circuit,
    pub(super) marks: Marks,
    /// How each tensor is computed.
    pub(super) ops: Vec<Option<&'c Op>>,
    part: &'c Part,
}

/// A check that reads what depends on the part: which step, and what it reads.
type Read = (usize, (TensorId, usize));

impl<'c> Flow<'c> {
    pub(super) fn of(circuit: &'c Circuit, part: &'c Part) -> Flow<'c> {
        let n = circuit.tensors.len();
        let mut flow = Flow { circuit, marks: vec![None; n], ops: vec![None; n], part };
        for step in &circuit.program {
            if let Step::Assign { tensor, op } = step {
                flow.ops[tensor.0 as usize] = Some(op);
                let marks = flow.assigned(*tensor, op);
                flow.marks[tensor.0 as usize] = marks.filter(|m| m.contains(&true));
            }
        }
        flow
    }

    /// The first output or check that depends on the part, and the element that it reads.
    pub(super) fn reached(&self) -> Option<(Dependent, (TensorId, usize))> {
        let outputs = self.circuit.signature.outputs.iter().enumerate();
        for (k, port) in outputs.filter(|(_, p)| !is_commitment(self.circuit, &p.name)) {
            let marks = self.marks[port.tensor.0 as usize].as_ref();
            if let Some(element) = marks.and_then(|m| m.iter().position(|on| *on)) {
                return Some((Dependent::Output(k, element), (port.tensor, element)));
            }
        }
        let (step, read) = self.checked()?;
        match &self.circuit.program[step] {
            Step::Check { origin, .. } => Some((Dependent::Check(*origin), read)),
            Step::Assign { .. } => None,
        }
    }

    fn checked(&self) -> Option<Read> {
        let early = &self.circuit.program[..self.circuit.challenge_step()];
        early.iter().enumerate().find_map(|(k, step)| {
            let Step::Check { shape, left, right, .. } = step else { return None };
            let len = shape.iter().product();
            [left, right].into_iter().find_map(|lin| {
                let element = self.lin(lin, len)?.iter().position(|on| *on)?;
                Some((k, self.source(lin, element)?))
            })
        })
    }

    /// What an operation makes of what its arguments depend on.
    fn assigned(&self, tensor: TensorId, op: &Op) -> Option<Vec<bool>> {
        let tensor = &self.circuit.tensors[tensor.0 as usize];
        let len = tensor.len();
        match op {
            Op::Input(port) => {
                let port = self.circuit.signature.inputs.get(*port as usize)?;
                (port.name == self.part.input).then(|| self.part.elements())
            }
            Op::Derive => match &tensor.kind {
                Kind::Linear(lin) => self.lin(lin, len),
                _ => None,
            },
            // Challenges follow from all that was committed to.
            Op::Challenge => {
                let any = self.marks.iter().any(Option::is_some);
                any.then(|| vec![true; len])
            }
            op => {
                let space = op.argument_len(&tensor.shape);
                let mut all: Option<Vec<bool>> = None;
                for marks in op.args().into_iter().filter_map(|lin| self.lin(lin, space)) {
                    match &mut all {
                        None => all = Some(marks),
                        Some(all) => all.iter_mut().zip(marks).for_each(|(a, b)| *a |= b),
                    }
                }
                all.map(|args| spread(op, &args, len))
            }
        }
    }

    /// The elements of a combination that read what depends on the part.
    fn lin(&self, lin: &Lin, len: usize) -> Option<Vec<bool>> {
        let mut out = None;
        for term in &lin.terms {
            let Some(marks) = &self.marks[term.src.0 as usize] else { continue };
            let out = out.get_or_insert_with(|| vec![false; len]);
            self.points(term, &mut |to, from| {
                out[to] |= marks[from];
                false
            });
        }
        out
    }

    /// An element that depends on the part and that a combination reads for this one of its own.
    pub(super) fn source(&self, lin: &Lin, element: usize) -> Option<(TensorId, usize)> {
        let mut found = None;
        for term in &lin.terms {
            let Some(marks) = &self.marks[term.src.0 as usize] else { continue };
            self.points(term, &mut |to, from| {
                if to == element && marks[from] {
                    found = Some((term.src, from));
                }
                found.is_some()
            });
            if found.is_some() {
                break;
            }
        }
        found
    }

    /// All reads of a term with a weight that is not zero, destination and source, until one is enough.
    fn points(&self, term: &Term, f: &mut dyn FnMut(usize, usize) -> bool) {
        let data = match &term.weight {
            Weight::Scalar(w) if w.is_zero() => return,
            Weight::Tensor { factor, .. } if factor.is_zero() => return,
            Weight::Scalar(_) => None,
            Weight::Tensor { constant, access, .. } => {
                Some((&self.circuit.constants[constant.0 as usize].data, access))
            }
        };
        let space: Vec<usize> = term.free.iter().chain(&term.bound).copied().collect();
        if space.contains(&0) {
            return;
        }
        let mut index = vec![0usize; space.len()];
        loop {
            let counts = data.is_none_or(|(data, access)| match data {
                Ints::Small(v) => v[access.at(&index) as usize] != 0,
                Ints::Big(v) => !v[access.at(&index) as usize].is_zero(),
            });
            let to = term.dst.at(&index[..term.free.len()]) as usize;
            if counts && f(to, term.src_access.at(&index) as usize) {
                return;
            }
            // The next index, the last dimension first.
            let Some(k) = (0..space.len()).rev().find(|k| index[*k] + 1 < space[*k]) else {
                return;
            };
            index[k] += 1;
            index[k + 1..].fill(0);
        }
    }
}

/// Elements of the result by elements of the arguments' space.
fn spread(op: &Op, args: &[bool], len: usize) -> Vec<bool> {
    match args.len() {
        // All counts come of all keys.
        _ if matches!(op, Op::Count { .. }) => vec![args.contains(&true); len],
        0 => vec![false; len],
        // Digits are along a further dimension.
        n if n < len => (0..len).map(|k| args[k / (len / n)]).collect(),
        // What is reduced was.
        n => args.chunks(n / len.max(1)).map(|c| c.contains(&true)).collect(),
    }
}

/// For an element of the result, the elements of the arguments' space that it is computed from.
pub(super) fn arguments(
    op: &Op,
    element: usize,
    space: usize,
    len: usize,
) -> std::ops::Range<usize> {
    match space {
        n if matches!(op, Op::Count { .. }) => 0..n,
        n if n < len => element / (len / n.max(1))..element / (len / n.max(1)) + 1,
        n => element * (n / len.max(1))..(element + 1) * (n / len.max(1)),
    }
}

/// Whether an output is the commitment to a parameter, which has a salt: names that the compiler gives to nothing
/// else.
fn is_commitment(circuit: &Circuit, name: &str) -> bool {
    let salt = name.strip_suffix(".commitment").map(|of| format!("{of}.salt"));
    salt.is_some_and(|salt| circuit.signature.inputs.iter().any(|p| p.name == salt))
}
