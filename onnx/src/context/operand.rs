//! What a node reads and gives, as text of the program.

use super::Expr;
use crate::quantize::Fixed;
use crate::tensor::Element;
use num_bigint::BigInt;
use num_traits::{One, ToPrimitive};
use std::fmt;
use zirc_compiler::session::Known;
use zirc_compiler::{Ratio, type_bits};

/// A variable, a weight or a literal.
#[derive(Clone, Debug)]
pub(crate) struct Operand {
    /// An atom: a name, `weights.name`, or a number in parentheses.
    pub(crate) text: String,
    /// The graph's name of the tensor; empty for what only the program has.
    pub(crate) tensor: String,
    /// The element type in the graph.
    pub(crate) element: Element,
    pub(crate) shape: Vec<usize>,
    /// Raw values lie in `lo..=hi`, and are worth `scale` each.
    pub(crate) lo: BigInt,
    pub(crate) hi: BigInt,
    pub(crate) scale: Ratio,
    /// It is one number, written out: it has no elements to index.
    pub(crate) literal: bool,
}

impl Operand {
    pub(crate) fn variable(text: String, tensor: String, element: Element, k: Known) -> Operand {
        let (lo, hi, scale) = k.fix.unwrap_or((BigInt::default(), BigInt::default(), Ratio::one()));
        Operand { text, tensor, element, shape: k.shape, lo, hi, scale, literal: false }
    }

    /// Bits of its raw values.
    pub(crate) fn bits(&self) -> u64 {
        type_bits(&self.lo, &self.hi)
    }

    /// Number of raw values, if they can be counted: rows of a table over it.
    pub(crate) fn values(&self) -> Option<usize> {
        (&self.hi - &self.lo + 1u32).to_usize()
    }

    /// Its interval in real numbers.
    pub(crate) fn interval(&self) -> (f64, f64) {
        super::real(&self.lo, &self.hi, &self.scale)
    }

    /// All values it may have, ascending; for tables.
    pub(crate) fn points(&self) -> Vec<f64> {
        let s = self.scale.to_f64().unwrap_or(0.0);
        let lo = self.lo.to_f64().unwrap_or(0.0);
        (0..self.values().unwrap_or(0).min(1 << 16)).map(|k| (lo + k as f64) * s).collect()
    }

    /// The type that holds a function's value at each of its points.
    pub(crate) fn image(&self, bits: u32, f: impl Fn(f64) -> f64) -> Fixed {
        let values: Vec<f64> = self.points().into_iter().map(f).filter(|v| v.is_finite()).collect();
        let lo = values.iter().copied().fold(f64::INFINITY, f64::min);
        let hi = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if values.is_empty() {
            Fixed::holding(0.0, 1.0, bits)
        } else {
            Fixed::holding(lo, hi, bits)
        }
    }

    /// A function of one number applied to every element: `f.(x)`, or `f(x)` of a scalar.
    pub(crate) fn map(&self, f: &str) -> String {
        self.map_expr(f, &self.expr())
    }

    /// The same of an expression with as many elements.
    pub(crate) fn map_expr(&self, f: &str, e: &Expr) -> String {
        let dot = if self.shape.is_empty() || self.literal { "" } else { "." };
        format!("{f}{dot}({e})")
    }

    /// A function applied to every element, which also takes arguments that are the same for all:
    /// `f.(x, a)`.
    pub(crate) fn map_with(&self, f: &str, arguments: &str) -> String {
        let dot = if self.shape.is_empty() || self.literal { "" } else { "." };
        format!("{f}{dot}({}, {arguments})", self.text)
    }

    /// The element that a result's element at `index` reads, by the rules of broadcasting:
    /// dimensions are aligned at the end, and those of size 1 are repeated.
    pub(crate) fn at(&self, index: &[String]) -> Expr {
        if self.literal || self.shape.is_empty() {
            return self.expr();
        }
        let skip = index.len().saturating_sub(self.shape.len());
        let own = self.shape.iter().zip(&index[skip..]);
        let own: Vec<&str> = own.map(|(d, i)| if *d == 1 { "0" } else { i.as_str() }).collect();
        self.expr().at(&own)
    }

    /// It as an expression.
    pub(crate) fn expr(&self) -> Expr {
        Expr::atom(self.text.clone())
    }
}

/// Loops over a shape: `for i < 2, j < 3 { body }`, where the body reads the indices' names. A
/// shape without dimensions has no loop.
pub(crate) fn each<E: fmt::Display>(shape: &[usize], body: impl FnOnce(&[String]) -> E) -> String {
    let names: Vec<String> = (0..shape.len()).map(index_name).collect();
    let body = body(&names);
    if shape.is_empty() {
        return body.to_string();
    }
    let binders = names.iter().zip(shape).map(|(n, d)| format!("{n} < {d}"));
    format!("for {} {{ {body} }}", binders.collect::<Vec<_>>().join(", "))
}

/// `i`, `j`, `k`, … and then `i6`, `i7`, …
pub(crate) fn index_name(k: usize) -> String {
    match ["i", "j", "k", "l", "m", "n"].get(k) {
        Some(name) => (*name).into(),
        None => format!("i{k}"),
    }
}
