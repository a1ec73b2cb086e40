//! Lowering: what must hold becomes constraints.

mod build;
pub(crate) mod carry;
pub(crate) mod cost;
mod dead;
pub(crate) mod digits;
pub(crate) mod finish;
pub(crate) mod logup;
pub(crate) mod lookup;
pub(crate) mod products;
pub(crate) mod range;
mod reduce;

use crate::budget::Budget;
use crate::diagnostic::Diagnostic;
use crate::draft::{Constraint, Draft, Form, Lookup};
use crate::optimize;
use crate::options::{Checks, Mode};
use crate::program::{Program, Rule};
use crate::translation::{self, Lost, Validation};
pub use dead::Unread;
use logup::Stages;
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::{
    Category, Circuit, Kind, Op, Origin, OriginId, Signature, SourceFile, SourceSpan, Step, Tensor,
    TensorId, Width,
};
use zirc_grammar::ast::Span;

/// A circuit, and where the tensors of the program are in it.
#[derive(Clone, Debug)]
pub(crate) struct Lowered {
    pub(crate) circuit: Circuit,
    /// Tensors that the circuit does not need are missing.
    pub(crate) places: BTreeMap<TensorId, TensorId>,
    /// What came of comparing it with what was lowered.
    pub(crate) validation: Validation,
    /// Calls that were not lowered.
    pub(crate) unread: Vec<Unread>,
}

/// Why no circuit came out.
#[derive(Clone, Debug)]
pub(crate) enum LowerError {
    /// It would be ill-formed.
    IllFormed(String),
    /// It would not enforce what was asked for.
    Lost(Box<Lost>, Box<Origin>),
    /// To compare it with what was lowered, so many elements would be computed at once, and so many are
    /// allowed.
    TooLarge(usize, usize, Box<Origin>),
}

impl LowerError {
    /// As a person is told; `span` is the item that was compiled.
    pub(crate) fn diagnostic(&self, span: Span) -> Diagnostic {
        let bug = "this is a bug in zirc";
        match self {
            LowerError::IllFormed(why) => {
                Diagnostic::error("E0900", span, "the compiler built an ill-formed circuit")
                    .say(why.clone())
                    .note(bug)
            }
            LowerError::TooLarge(used, allowed, origin) => {
                // What the library asked for is shown at the call that led there.
                let call = origin.stack.first().map(|f| f.call);
                let at = call.map_or(place(origin), span_of);
                Diagnostic::error("E0701", at, "the circuit is too large to compile")
                    .say("this is on very many elements, which cannot be compared as a whole")
                    .note(format!("used {used} elements, allowed {allowed} at once"))
                    .help("`--budget 4` allows four times as many")
            }
            LowerError::Lost(lost, origin) => {
                let at = if lost.category.is_some() { place(origin) } else { span };
                let title = "the compiled circuit would not enforce this";
                Diagnostic::error("E0904", at, title).say(lost.to_string()).note(bug)
            }
        }
    }
}

fn place(origin: &Origin) -> Span {
    span_of(origin.span)
}

fn span_of(at: SourceSpan) -> Span {
    let SourceSpan { file, start, end } = at;
    Span { file, start, end }
}

impl From<String> for LowerError {
    fn from(why: String) -> LowerError {
        LowerError::IllFormed(why)
    }
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

/// What a commitment round is used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Round {
    /// There is none.
    #[default]
    None,
    /// For what it makes cheaper.
    WhereCheaper,
    /// For whatever it can be, so that tests see it at work in small circuits.
    Everywhere,
    /// For what it makes cheaper in a circuit of many calls such as the one that is measured: they share its
    /// tables, which none of them would pay for alone.
    Shared,
}

/// Among how many calls of its kind the cost of one is measured with a commitment round.
const CALLS: usize = 1 << 14;

impl Round {
    /// What one call is measured with for a proof system, which [`Mode::Auto`] leaves open.
    pub(crate) fn of_a_call(mode: Mode) -> Round {
        match mode {
            Mode::Groth16 => Round::None,
            Mode::Commit | Mode::Auto => Round::Shared,
        }
    }

    /// Over how many copies of what is lowered the rows of tables are spread.
    pub(crate) fn calls(self) -> usize {
        match self {
            Round::Shared => CALLS,
            Round::None | Round::WhereCheaper | Round::Everywhere => 1,
        }
    }
}

/// What is chosen about a lowering; it changes no value.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct How {
    /// What a commitment round is used for.
    pub(crate) round: Round,
    /// The strategy of every lookup that it applies to, in place of the cheapest.
    pub(crate) strategy: Option<crate::options::Strategy>,
    /// The strategy of every sum of products of two unknowns that it applies to, in place of the cheapest.
    pub(crate) products: Option<crate::options::Products>,
    /// How public values are told, in place of what adds little to a proof.
    pub(crate) public: Option<crate::options::Public>,
}

/// Turns a tensor program into a circuit.
pub(crate) fn lower(
    program: Program,
    signature: Signature,
    sources: Vec<SourceFile>,
    purpose: Purpose,
    how: How,
    budget: Budget,
) -> Result<Lowered, LowerError> {
    let (lowered, origins, unread) = draft(program, signature, purpose, how)?;
    if purpose == Purpose::Forgery {
        return Ok(finish::finish(&lowered, &origins, sources)?);
    }
    let mut out = optimized(&lowered, &origins, sources, purpose, how, budget)?;
    out.unread = unread;
    if out.circuit.has_model() && !out.circuit.has_challenges() {
        name_model(&mut out.circuit);
    }
    if purpose == Purpose::Proof
        && let Some(carried) = carry::apply(&out.circuit, how.round, how.public)?
    {
        out.circuit = carried;
    }
    Ok(out)
}

/// Gives a circuit with a model a challenge, though nothing asks for one: what is hashed into it, the model's
/// commitment among it, is what a proof is about. Without one, Dₘ + t·[δ]₁ and C − t·[δₘ]₁ would be another proof,
/// about a model that is called something else, and made by somebody who has neither the model nor its opening.
fn name_model(circuit: &mut Circuit) {
    let tensor = TensorId(circuit.tensors.len() as u32);
    circuit.tensors.push(Tensor {
        shape: vec![],
        kind: Kind::Challenge,
        interval: None,
        width: Width::Field,
        name: None,
        origin: OriginId(0),
    });
    circuit.program.push(Step::Assign { tensor, op: Op::Challenge });
}

/// The circuit of a draft, as small as strategies and passes make it.
fn optimized(
    lowered: &Draft,
    origins: &[Origin],
    sources: Vec<SourceFile>,
    purpose: Purpose,
    how: How,
    budget: Budget,
) -> Result<Lowered, LowerError> {
    let validate = purpose == Purpose::Proof;
    let finished = |d: &Draft| finish::finish(d, origins, sources.clone());
    let compare = |from: &Draft, to: &Draft, out: &Lowered| {
        if !validate {
            return Ok(Validation::default());
        }
        translation::validate(from, to, out, budget).map_err(|l| l.at(&to.shared.with(origins)))
    };
    // Each step is compared with the one before; what is between `summed` and `proved`, `d` and `implied`,
    // `pieces` and `argued` is checked where it is done.
    let (lowered, summed) = match products::apply(lowered, how.round, how.products)? {
        None => (lowered.clone(), Validation::default()),
        Some(products::Stages { summed, proved }) => {
            (proved, compare(lowered, &summed, &finished(&summed)?)?)
        }
    };
    let mut d = lowered.clone();
    optimize::PASSES.iter().for_each(|p| (p.run)(&mut d));
    let stages = logup::apply(&d, how.round)?;
    let Some(Stages { implied, pieces, argued }) = stages else {
        optimize::LAST.iter().for_each(|p| (p.run)(&mut d));
        let mut out = finished(&d)?;
        out.validation = summed.and(compare(&lowered, &d, &out)?);
        return Ok(out);
    };
    let first = compare(&lowered, &d, &finished(&d)?)?;
    let second = compare(&implied, &pieces, &finished(&pieces)?)?;
    let mut last = argued.clone();
    optimize::LAST.iter().for_each(|p| (p.run)(&mut last));
    let mut out = finished(&last)?;
    let third = compare(&argued, &last, &out)?;
    out.validation = summed.and(first).and(second).and(third);
    Ok(out)
}

/// Every rule of a program as constraints, where they come from, and the calls that are left out as
/// nothing reads them.
pub(crate) fn draft(
    program: Program,
    signature: Signature,
    purpose: Purpose,
    how: How,
) -> Result<(Draft, Vec<Origin>, Vec<Unread>), LowerError> {
    let (mut program, unread) = match purpose {
        Purpose::Forgery => (program, vec![]),
        Purpose::Proof | Purpose::Cost => dead::remove(program, &signature),
    };
    if purpose == Purpose::Cost {
        program.enforce.retain(|e| e.category != Category::InputRange);
    }
    // Forgeries are of hints, which a commitment round leaves as they are.
    let argued = match how.round {
        Round::None => BTreeSet::new(),
        _ if purpose == Purpose::Forgery => BTreeSet::new(),
        round => lookup::argued(&program, how.strategy, round),
    };
    let origins = program.origins.len();
    let mut d = Draft::new(program.constants, program.tensors, program.steps, signature, origins);
    for (k, e) in program.enforce.into_iter().enumerate() {
        let (shape, category, origin) = (e.shape, e.category, e.origin);
        let first = d.constraints.len();
        let mut push = |form| {
            let shape = shape.clone();
            d.constraints.push(Constraint { shape, form, category, origin });
        };
        match e.rule {
            Rule::Product(a, b, c) => push(Form::Product(a, b, c)),
            Rule::Zero(lin) => push(Form::Zero(lin)),
            Rule::Range { value, lo, hi } => {
                range::lower(&mut d, shape, value, lo, hi, category, origin);
            }
            Rule::Lookup { index, table, rows, columns, out } => {
                if argued.contains(&k) {
                    d.lookups.push(Lookup { shape, index, table, out, origin });
                    continue;
                }
                let l = lookup::Lookup { shape, index, table, rows, columns, out, origin };
                lookup::lower(&mut d, l, how.strategy)?;
            }
        }
        if let Some(checks) = e.checks {
            note_digits(&mut d, first, checks);
        }
    }
    Ok((d, program.origins, unread))
}

/// Notes what a function says of the digits that constraints from `first` on make boolean. Constraints may
/// go where digits are merged; the tensors keep their names.
fn note_digits(d: &mut Draft, first: usize, checks: Checks) {
    let digits = d.constraints[first..].iter().filter_map(|c| digits::boolean(d, c));
    let digits: Vec<TensorId> = digits.collect();
    d.asked.extend(digits.into_iter().map(|t| (t, checks)));
}
