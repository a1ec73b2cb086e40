//! Which keys a query sees: what is known of that at import, and what a mask adds to the scores.

use super::form::Form;
use crate::fault::{Import, refuse};
use crate::ops::elementwise::broadcast;
use crate::tensor::{Tensor, Values};
use ndarray::{Array4, ArrayD, IxDyn};

/// What excludes keys apart from the mask: the causal frontier, windows, padding.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    /// How many keys come before the first query, for each sample.
    offset: Vec<i128>,
    /// How many keys are no padding, for each sample.
    valid: Vec<usize>,
    causal: bool,
    left: Option<usize>,
    right: Option<usize>,
}

impl Limits {
    /// `valid` are the numbers of valid keys, if they are given.
    pub(super) fn new(f: &Form, valid: Option<&Tensor>) -> Import<Limits> {
        let (valid, offset) = match valid {
            None => (vec![f.keys(); f.batch], vec![f.past as i128; f.batch]),
            Some(_) if f.past > 0 => {
                return refuse("`nonpad_kv_seqlen` does not go with past keys");
            }
            Some(t) => {
                let list = t.int_list()?;
                let fits = |v: &i64| usize::try_from(*v).ok().filter(|v| *v <= f.keys());
                let counts: Vec<usize> = list.iter().filter_map(fits).collect();
                if counts.len() != f.batch || list.len() != f.batch {
                    return refuse(format!("`nonpad_kv_seqlen` is {list:?}"));
                }
                let offset = counts.iter().map(|v| *v as i128 - f.queries as i128).collect();
                (counts, offset)
            }
        };
        Ok(Limits { offset, valid, causal: f.causal, left: f.left, right: f.right })
    }

    /// Whether query `i` of sample `b` may see key `j`.
    pub(super) fn sees(&self, b: usize, i: usize, j: usize) -> bool {
        let own = i as i128 + self.offset[b];
        let j_ = j as i128;
        j < self.valid[b]
            && (!self.causal || j_ <= own)
            && self.left.is_none_or(|w| own - j_ <= w as i128)
            && self.right.is_none_or(|w| j_ - own <= w as i128)
    }

    /// Whether that differs from sample to sample.
    pub(super) fn varies(&self) -> bool {
        self.valid.iter().any(|v| *v != self.valid[0])
    }
}

/// What a mask tensor says: excluded keys, and numbers that are added elsewhere.
pub(super) struct Bias {
    pub(super) keep: ArrayD<bool>,
    pub(super) added: ArrayD<f64>,
}

impl Bias {
    /// Keys beyond the mask's last column are excluded.
    pub(super) fn new(f: &Form, mask: &Tensor) -> Import<Bias> {
        let shape = mask.shape();
        let columns = *shape.last().unwrap_or(&1);
        let (keep, added) = match &mask.values {
            Values::Bool(a) => (a.clone(), ArrayD::zeros(IxDyn(shape))),
            Values::Float(a) => {
                if a.iter().any(|v| v.is_nan() || *v == f64::INFINITY) {
                    return refuse("the mask holds numbers that are not finite");
                }
                let keep = a.mapv(|v| v != f64::NEG_INFINITY);
                (keep, a.mapv(|v| if v == f64::NEG_INFINITY { 0.0 } else { v }))
            }
            _ => return refuse(format!("a mask of {} is none", mask.element.name())),
        };
        let all = [f.batch, f.heads, f.queries, if columns == 1 { 1 } else { f.keys() }];
        let rank = shape.len();
        let suits = (1..=4).contains(&rank)
            && columns <= f.keys()
            && shape[..rank - 1].iter().zip(&all[4 - rank..]).all(|(d, a)| *d == 1 || d == a);
        if !suits {
            return refuse(format!("a mask of shape {shape:?} does not suit"));
        }
        Ok(Bias { keep, added })
    }

    /// Its columns; what is behind them is excluded. One column stands for all.
    pub(super) fn columns(&self, f: &Form) -> usize {
        match self.keep.shape().last() {
            None | Some(1) => f.keys(),
            Some(n) => *n,
        }
    }

    /// Spread over [batch, heads, queries, keys].
    pub(super) fn spread(&self, f: &Form) -> Import<(Array4<bool>, Array4<f64>)> {
        let columns = self.columns(f);
        let shape = [f.batch, f.heads, f.queries, columns];
        let keep = broadcast::spread(&self.keep, &shape)?;
        let added = broadcast::spread(&self.added, &shape)?;
        let all = (f.batch, f.heads, f.queries, f.keys());
        let keep = Array4::from_shape_fn(all, |(b, h, i, j)| j < columns && keep[[b, h, i, j]]);
        let added = Array4::from_shape_fn(
            all,
            |(b, h, i, j)| {
                if j < columns { added[[b, h, i, j]] } else { 0.0 }
            },
        );
        Ok((keep, added))
    }
}

/// Queries in a row that see keys out of one range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Band {
    pub(super) queries: std::ops::Range<usize>,
    pub(super) keys: std::ops::Range<usize>,
    /// All of them see all of these.
    pub(super) full: bool,
}

/// The bands of a mask that is known, in the order of the queries.
pub(super) fn bands(keep: &Array4<bool>) -> Vec<Band> {
    let (_, _, queries, keys) = keep.dim();
    let mut out: Vec<Band> = vec![];
    for i in 0..queries {
        let row = keep.index_axis(ndarray::Axis(2), i);
        let seen = |j: &usize| row.index_axis(ndarray::Axis(2), *j).iter().any(|k| *k);
        let start = (0..keys).find(seen).unwrap_or(0);
        let end = (start..keys).rev().find(seen).map_or(start, |j| j + 1);
        let full = (start..end).all(|j| row.index_axis(ndarray::Axis(2), j).iter().all(|k| *k));
        match out.last_mut() {
            Some(b) if b.keys == (start..end) => {
                b.queries.end = i + 1;
                b.full &= full;
            }
            _ => out.push(Band { queries: i..i + 1, keys: start..end, full }),
        }
    }
    out
}
