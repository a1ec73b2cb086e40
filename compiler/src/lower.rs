//! Lowering: what must hold becomes constraints.

mod build;
pub(crate) mod cost;
mod dead;
pub(crate) mod digits;
mod finish;
pub(crate) mod lookup;
mod range;
mod reduce;

use crate::optimize;
use crate::program::{Program, Rule};
use std::collections::BTreeMap;
use zirc_circuit::{
    Block, Category, Circuit, Constant, Lin, OriginId, Signature, SourceFile, Step, Tensor,
    TensorId, Width,
};

/// A circuit that optimization may still change.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) constants: Vec<Constant>,
    pub(crate) tensors: Vec<Tensor>,
    pub(crate) constraints: Vec<Constraint>,
    pub(crate) steps: Vec<Step>,
    pub(crate) signature: Signature,
}

/// A family of constraints over a shape.
#[derive(Clone, Debug)]
pub(crate) struct Constraint {
    pub(crate) shape: Vec<usize>,
    pub(crate) form: Form,
    pub(crate) category: Category,
    pub(crate) origin: OriginId,
}

/// The two forms of constraints.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// a·b = c
    Product(Lin, Lin, Lin),
    /// lin = 0: may disappear by solving for a variable.
    Zero(Lin),
}

/// A circuit, and where the tensors of the program are in it.
#[derive(Clone, Debug)]
pub(crate) struct Lowered {
    pub(crate) circuit: Circuit,
    /// Tensors that the circuit does not need are missing.
    pub(crate) places: BTreeMap<TensorId, TensorId>,
}

/// What a circuit is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be proved: as small as the passes make it.
    Proof,
    /// To count the constraints of one call: as for a proof, but without the ranges of its
    /// arguments, whose digits must not be shared either.
    Cost,
    /// To try forgeries: every hint stays a variable.
    Forgery,
}

/// Turns a tensor program into a circuit.
pub(crate) fn lower(
    program: Program,
    signature: Signature,
    sources: Vec<SourceFile>,
    purpose: Purpose,
    strategy: Option<lookup::Strategy>,
) -> Result<Lowered, String> {
    let mut program = match purpose {
        Purpose::Forgery => program,
        Purpose::Proof | Purpose::Cost => dead::remove(program, &signature),
    };
    if purpose == Purpose::Cost {
        program.enforce.retain(|e| e.category != Category::InputRange);
    }
    let mut d = Draft {
        constants: program.constants,
        tensors: program.tensors,
        constraints: vec![],
        steps: program.steps,
        signature,
    };
    for e in program.enforce {
        let (shape, category, origin) = (e.shape, e.category, e.origin);
        match e.rule {
            Rule::Product(a, b, c) => {
                d.constraints.push(Constraint {
                    shape,
                    form: Form::Product(a, b, c),
                    category,
                    origin,
                });
            }
            Rule::Zero(lin) => {
                d.constraints.push(Constraint { shape, form: Form::Zero(lin), category, origin });
            }
            Rule::Range { value, lo, hi } => {
                range::lower(&mut d, shape, value, lo, hi, category, origin);
            }
            Rule::Lookup { index, table, rows, columns, out } => {
                let l = lookup::Lookup { shape, index, table, rows, columns, out, origin };
                lookup::lower(&mut d, l, strategy);
            }
        }
    }
    if purpose != Purpose::Forgery {
        for pass in optimize::PASSES {
            (pass.run)(&mut d);
        }
    }
    finish::finish(d, program.origins, sources)
}

/// lin = 0 as a block: 0·0 = lin, so that its variables enter one of the three matrices only.
pub(crate) fn zero_block(c: Constraint, lin: Lin) -> Block {
    let none = || Lin { terms: vec![], width: Width::I64 };
    Block { shape: c.shape, a: none(), b: none(), c: lin, category: c.category, origin: c.origin }
}
