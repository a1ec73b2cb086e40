//! Digits that are only read in runs become one number for each run.
//!
//! A *piece* is a number made of neighbouring digits, [`digits`] cut where some reader's run begins or ends,
//! and every `width` digits. First all readers read pieces, which are still sums of digits
//! ([`read_pieces`]); nothing is changed by that, and translation validation compares it as a pass. Then
//! the digits go and the pieces become variables that a range argument holds to their sizes
//! ([`release`]). Why nothing is lost by that: nothing reads the digits but the sums and the constraints
//! that make them boolean, and digits with the sums Σ 2^i·d_i = p exist for every p below 2^n.

use super::reads::{digits_behind, runs, view_of};
use crate::draft::{Constraint, Draft, Form};
use crate::lower::digits::boolean_constraint;
use crate::options::Checks;
use crate::recognize::{boolean, decomposition};
use num_traits::One;
use std::collections::{BTreeMap, BTreeSet};
use zirc_circuit::lin::row_major;
use zirc_circuit::{
    Access, Category, Int, Kind, Lin, Op, OriginId, Step, Tensor, TensorId, Term, Weight, Width,
};

/// Digits that may be cut into pieces.
#[derive(Clone, Debug)]
pub(crate) struct Digits {
    pub(crate) tensor: TensorId,
    /// Elements.
    pub(crate) elements: usize,
    /// Where pieces have to end, 0 and the number of digits included.
    pub(crate) cuts: BTreeSet<usize>,
    /// How all functions that say so want them held to be digits, if they agree.
    pub(crate) asked: Option<Checks>,
}

/// A number made of digits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece {
    pub(crate) digits: TensorId,
    pub(crate) start: usize,
    pub(crate) len: usize,
    pub(crate) tensor: TensorId,
    pub(crate) category: Category,
    pub(crate) origin: OriginId,
}

/// All digits that only constraints and derived tensors read, in runs that are understood.
pub(crate) fn candidates(d: &Draft) -> Vec<Digits> {
    let mut found: BTreeMap<TensorId, Digits> = BTreeMap::new();
    let booleans: BTreeSet<TensorId> = d.constraints.iter().filter_map(|c| boolean(d, c)).collect();
    let asked = asked(d);
    for c in &d.constraints {
        let Some(x) = decomposition(d, c) else { continue };
        let count = x.weights.len();
        if booleans.contains(&x.digits) && count > 1 {
            let elements = d.tensor(x.digits).len() / count;
            let cuts = BTreeSet::from([0, count]);
            let asked = asked.get(&x.digits).copied().flatten();
            found.insert(x.digits, Digits { tensor: x.digits, elements, cuts, asked });
        }
    }
    // What a port shows, or a table gives, is not there for its sums alone.
    let ports = d.signature.inputs.iter().chain(&d.signature.outputs).map(|p| p.tensor);
    ports.chain(d.lookups.iter().map(|l| l.out)).for_each(|t| {
        found.remove(&digits_behind(d, t));
    });
    for lin in lins(d) {
        for t in &lin.terms {
            let of = digits_behind(d, t.src);
            let Some(x) = found.get_mut(&of) else { continue };
            match runs(d, t, of) {
                Some(all) => all.iter().for_each(|r| x.cuts.extend([r.start, r.start + r.len])),
                None => {
                    found.remove(&of);
                }
            }
        }
    }
    found.into_values().filter(|x| x.elements > 0).collect()
}

/// What functions say of digits: nothing where they say different things of the same.
fn asked(d: &Draft) -> BTreeMap<TensorId, Option<Checks>> {
    let mut all = BTreeMap::new();
    for (digits, checks) in &d.asked {
        let said = all.entry(digits_behind(d, *digits)).or_insert(Some(*checks));
        if *said != Some(*checks) {
            *said = None;
        }
    }
    all
}

/// The tensor that a constraint makes boolean and that is no view of another: a view's constraint reads
/// the digits behind it as any other does.
fn own(d: &Draft, c: &Constraint) -> Option<TensorId> {
    boolean(d, c).filter(|t| view_of(d, *t).is_none())
}

/// How many terms read each tensor of digits, through whatever views.
pub(super) fn readers(d: &Draft) -> BTreeMap<TensorId, usize> {
    let mut count = BTreeMap::new();
    for t in lins(d).flat_map(|l| &l.terms) {
        *count.entry(digits_behind(d, t.src)).or_default() += 1;
    }
    // A port shows what it reads, and a lookup defines what it gives.
    let ports = d.signature.inputs.iter().chain(&d.signature.outputs).map(|p| p.tensor);
    for t in ports.chain(d.lookups.iter().map(|l| l.out)) {
        *count.entry(digits_behind(d, t)).or_default() += 1;
    }
    count
}

/// Every combination that constraints depend on, but for those that make digits boolean and those that
/// are nothing but another name.
fn lins(d: &Draft) -> impl Iterator<Item = &Lin> {
    let constraints = d.constraints.iter().filter(|c| own(d, c).is_none()).flat_map(sides);
    let ids = (0..d.tensors().len()).map(|k| TensorId(k as u32));
    let derived =
        ids.filter(|id| view_of(d, *id).is_none()).filter_map(|id| match &d.tensor(id).kind {
            Kind::Linear(lin) => Some(lin),
            _ => None,
        });
    constraints.chain(derived).chain(d.lookups.iter().map(|l| &l.index))
}

fn sides(c: &Constraint) -> Vec<&Lin> {
    match &c.form {
        Form::Product(a, b, out) => vec![a, b, out],
        Form::Zero(lin) => vec![lin],
    }
}

fn sides_mut(c: &mut Constraint) -> Vec<&mut Lin> {
    match &mut c.form {
        Form::Product(a, b, out) => vec![a, b, out],
        Form::Zero(lin) => vec![lin],
    }
}

/// Lets every reader of these digits read pieces that end at the cuts. Pieces are derived from the
/// digits, so that everything means what it meant.
pub(crate) fn read_pieces(d: &Draft, all: &[Digits]) -> (Draft, Vec<Piece>) {
    let mut out = d.clone();
    let made = cut(&mut out, all);
    let mut pieces: BTreeMap<TensorId, Vec<&Piece>> = BTreeMap::new();
    made.iter().for_each(|p| pieces.entry(p.digits).or_default().push(p));
    let through = |lin: &Lin| through_pieces(d, &pieces, lin);
    for (c, _) in
        out.constraints.iter_mut().zip(&d.constraints).filter(|(_, c)| own(d, c).is_none())
    {
        for lin in sides_mut(c) {
            if let Some(new) = through(lin) {
                *lin = new;
            }
        }
    }
    for l in &mut out.lookups {
        if let Some(new) = through(&l.index) {
            l.index = new;
        }
    }
    for k in 0..d.tensors().len() {
        let id = TensorId(k as u32);
        let Kind::Linear(lin) = &out.tensor(id).kind else { continue };
        if view_of(d, id).is_some() {
            continue;
        }
        if let Some(new) = through(lin) {
            // The pieces do not depend on anything but digits, which depend on nothing.
            let _ = out.reword(id, new);
        }
    }
    (out, made)
}

/// Cuts these digits into pieces: derived tensors that nothing reads yet.
fn cut(d: &mut Draft, all: &[Digits]) -> Vec<Piece> {
    let held = d.constraints.iter().filter_map(|c| Some((boolean(d, c)?, (c.category, c.origin))));
    let held: BTreeMap<TensorId, (Category, OriginId)> = held.collect();
    let mut made = vec![];
    for x in all {
        let ends: Vec<usize> = x.cuts.iter().copied().collect();
        let Some(&(category, origin)) = held.get(&x.tensor) else { continue };
        for w in ends.windows(2) {
            let (start, len) = (w[0], w[1] - w[0]);
            let tensor = piece(d, x, start, len);
            made.push(Piece { digits: x.tensor, start, len, tensor, category, origin });
        }
    }
    made
}

/// A combination that reads pieces in place of digits; `None` if it reads none that are cut, or reads them
/// in no runs.
fn through_pieces(d: &Draft, pieces: &BTreeMap<TensorId, Vec<&Piece>>, lin: &Lin) -> Option<Lin> {
    let mut terms = vec![];
    let mut changed = false;
    for t in &lin.terms {
        let of = digits_behind(d, t.src);
        match pieces.get(&of) {
            None => terms.push(t.clone()),
            Some(own) => {
                changed = true;
                let runs = runs(d, t, of)?;
                terms.extend(runs.iter().flat_map(|r| r.of_pieces(own)));
            }
        }
    }
    changed.then_some(Lin { terms, width: lin.width })
}

/// Σ 2^i·digit (start + i), as a derived tensor of the elements' shape, computed behind its digits.
fn piece(d: &mut Draft, x: &Digits, start: usize, len: usize) -> TensorId {
    let digits = d.tensor(x.tensor).clone();
    let shape = digits.shape[..digits.shape.len() - 1].to_vec();
    let weights = d.constant((0..len).map(|i| Int::one() << i).collect());
    let mut along = vec![0; shape.len()];
    along.push(1);
    let run = Access { offset: start as i64, strides: row_major(&digits.shape) };
    let access = Access { offset: 0, strides: along };
    let weight = Weight::Tensor { factor: Int::one(), constant: weights, access };
    let term = Term::read(x.tensor, &shape, &[len], run).weighed(weight);
    let last = (Int::one() << len) - 1;
    let width = Width::of(&Int::from(0), &last);
    let tensor = Tensor {
        shape,
        kind: Kind::Linear(Lin { terms: vec![term], width }),
        interval: Some((Int::from(0), last)),
        width,
        name: digits.name,
        origin: digits.origin,
    };
    let id = d.push(tensor);
    let computes = |s: &Step| matches!(s, Step::Assign { tensor, .. } if *tensor == x.tensor);
    let at = d.steps.iter().position(computes).map_or(d.steps.len(), |k| k + 1);
    d.steps.insert(at, Step::Assign { tensor: id, op: Op::Derive });
    id
}

/// Leaves digits, and what is nothing but a view of them, to the witness program.
pub(super) fn hide(d: &mut Draft, digits: &BTreeSet<TensorId>) {
    let views = (0..d.tensors().len()).map(|k| TensorId(k as u32));
    let views: Vec<TensorId> = views
        .filter(|id| view_of(d, *id).is_some() && digits.contains(&digits_behind(d, *id)))
        .collect();
    views.into_iter().chain(digits.iter().copied()).for_each(|id| d.hide(id));
}

/// Whether nothing is lost between a draft whose readers read pieces and one without the digits: each
/// constraint stands there, in order, or says that digits are boolean which are cut into pieces as a whole;
/// and a piece of one digit is boolean itself. That wider pieces lie in their range is the argument's.
pub(crate) fn accounts_for(before: &Draft, after: &Draft, pieces: &[Piece]) -> Result<(), String> {
    let mut rest = after.constraints.iter().peekable();
    let mut cut: BTreeMap<TensorId, Vec<(usize, usize)>> = BTreeMap::new();
    for p in pieces {
        cut.entry(p.digits).or_default().push((p.start, p.len));
    }
    for (digits, parts) in &mut cut {
        parts.sort_unstable();
        let end = parts.iter().try_fold(0, |at, (start, len)| (at == *start).then_some(at + len));
        if end != before.tensor(*digits).shape.last().copied() {
            return Err(format!("pieces of digits {} do not cover them", digits.0));
        }
    }
    for c in &before.constraints {
        let gone = boolean(before, c).is_some_and(|t| cut.contains_key(&t));
        if !gone && rest.next_if(|a| *a == c).is_none() {
            return Err("a constraint is lost that is none of the digits'".into());
        }
    }
    let boolean: BTreeSet<TensorId> = rest.filter_map(|c| boolean(after, c)).collect();
    match pieces.iter().find(|p| p.len == 1 && !boolean.contains(&p.tensor)) {
        Some(p) => Err(format!("piece {} is not held to a digit", p.tensor.0)),
        None => Ok(()),
    }
}

/// Takes the digits out: pieces become variables, and those of one digit are boolean by a constraint of
/// their own. Gives the pieces that an argument has to hold to their range.
///
/// # Errors
/// Digits that something else reads.
pub(crate) fn release(d: &mut Draft, pieces: &[Piece]) -> Result<Vec<Piece>, String> {
    let gone: BTreeSet<TensorId> = pieces.iter().map(|p| p.digits).collect();
    let all = std::mem::take(&mut d.constraints);
    let stays = |c: &Constraint| own(d, c).is_none_or(|t| !gone.contains(&t));
    d.constraints = all.into_iter().filter(stays).collect();
    hide(d, &gone);
    for p in pieces {
        d.free(p.tensor);
    }
    let (single, wide): (Vec<&Piece>, Vec<&Piece>) = pieces.iter().partition(|p| p.len == 1);
    for p in single {
        let c = boolean_constraint(d, p.tensor, p.category, p.origin);
        d.constraints.push(c);
    }
    match d.reads_hidden() {
        Some(id) => Err(format!("digits {} are read by more than their pieces", id.0)),
        None => Ok(wide.into_iter().cloned().collect()),
    }
}
