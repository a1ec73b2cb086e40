//! Goes through the constraints of the lowered form, one after the other, until each is accounted for.

use super::formal::Formal;
use super::matched::Matcher;
use super::nodes::Nodes;
use super::unchanged::Unchanged;
use super::values::Values;
use super::{Lost, Validation};
use crate::budget::Budget;
use crate::draft::{Constraint, Form};

/// Elements of a constraint up to which builds for testing decide it in both ways.
const CROSS_CHECKED: usize = 4096;

/// Bytes of memory allowed for each element that is computed at once: the value of a tensor takes 32,
/// and so does the residual of a constraint on it.
const ELEMENT: u64 = 64;

/// The ways to account for a constraint, and what they came to so far.
pub(super) struct Judge<'n, 'd> {
    unchanged: Unchanged<'n, 'd>,
    formal: Formal<'n, 'd>,
    matcher: Matcher<'n, 'd>,
    /// Sums of many products count as numbers of their own at first, which is enough nearly always
    /// and spares computing them; then they are read through.
    levels: [Values<'n>; 2],
    /// Elements that may be computed at once.
    room: usize,
    pub(super) found: Validation,
}

impl<'n, 'd> Judge<'n, 'd> {
    pub(super) fn new(nodes: &'n Nodes<'d>, budget: Budget) -> Judge<'n, 'd> {
        let room = usize::try_from(budget.memory / ELEMENT).unwrap_or(usize::MAX);
        Judge {
            unchanged: Unchanged::new(nodes),
            formal: Formal::new(nodes),
            matcher: Matcher::new(nodes),
            levels: [true, false].map(|opaque| Values::new(nodes, opaque, room)),
            room,
            found: Validation::default(),
        }
    }

    /// Accounts for a constraint.
    pub(super) fn constraint(&mut self, c: &Constraint) -> Result<(), Lost> {
        let n: usize = c.shape.iter().product();
        if self.unchanged.has(c) {
            self.found.unchanged += n;
            return Ok(());
        }
        if let Form::Zero(lin) = &c.form
            && self.formal.vanishes(&c.shape, lin)
        {
            self.look_over(c, n)?;
            self.found.solved += n;
            return Ok(());
        }
        self.at_a_point(c, n)
    }

    /// One way to see it looks over the other's shoulder wherever tests run.
    fn look_over(&mut self, c: &Constraint, n: usize) -> Result<(), Lost> {
        if !cfg!(debug_assertions) || n > CROSS_CHECKED {
            return Ok(());
        }
        let [_, through] = &mut self.levels;
        let seen = self.matcher.compare(through, c);
        let refused = through.refused.take().is_some();
        if seen == Ok((n, 0)) || refused {
            return Ok(());
        }
        let what = format!("solved term by term, but not by index: {seen:?}");
        Err(lost(c, n, Some(what)))
    }

    /// Accounts for each element by itself, by the values of residuals.
    fn at_a_point(&mut self, c: &Constraint, n: usize) -> Result<(), Lost> {
        let mut open = n;
        for values in &mut self.levels {
            let compared = self.matcher.compare(values, c);
            let too_large = values.refused.map(|len| (len, self.room));
            let (zero, rest) =
                compared.map_err(|what| Lost { too_large, ..lost(c, n, Some(what)) })?;
            open = rest;
            if open == 0 {
                self.found.solved += zero;
                self.found.merged += n - zero;
                return Ok(());
            }
        }
        Err(lost(c, open, None))
    }
}

/// So many elements of a constraint are lost.
fn lost(c: &Constraint, elements: usize, what: Option<String>) -> Lost {
    let (category, origin) = (Some(c.category), c.origin);
    let all = c.shape.iter().product();
    Lost { category, origin, elements: (elements, all), what, too_large: None }
}
