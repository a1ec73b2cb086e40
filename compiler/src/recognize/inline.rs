//! Reads linear tensors through to what they are made of, so that a constraint on a named sum can
//! be solved for one of its terms.

use crate::draft::Draft;
use crate::term::scaled;
use zirc_circuit::{Kind, Lin, Term, Weight};

/// Terms that one combination may grow to.
const MAX_TERMS: usize = 256;
/// Definitions followed one behind the other.
const MAX_DEPTH: usize = 4;

/// The combination with whole linear tensors replaced by their definitions, if there are any. All
/// terms of the result run over `shape` in row-major order, as those of the argument do.
pub(crate) fn inline(d: &Draft, shape: &[usize], lin: &Lin) -> Option<Lin> {
    let mut out = lin.clone();
    let mut changed = false;
    for _ in 0..MAX_DEPTH {
        let mut terms: Vec<Term> = vec![];
        let mut here = false;
        for t in &out.terms {
            match definition(d, shape, t) {
                Some(inner) => {
                    here = true;
                    terms.extend(inner);
                }
                None => terms.push(t.clone()),
            }
        }
        if !here || terms.len() > MAX_TERMS {
            break;
        }
        out.terms = terms;
        changed = true;
    }
    changed.then_some(out)
}

/// What a term stands for when it reads a linear tensor element by element.
fn definition(d: &Draft, shape: &[usize], t: &Term) -> Option<Vec<Term>> {
    let tensor = d.tensor(t.src);
    let Kind::Linear(lin) = &tensor.kind else { return None };
    let Weight::Scalar(k) = &t.weight else { return None };
    let whole = t.is_whole(shape) && tensor.shape == shape;
    if !whole || !lin.terms.iter().all(|x| x.writes_in_order(shape)) {
        return None;
    }
    Some(lin.terms.iter().map(|x| scaled(x, k)).collect())
}
