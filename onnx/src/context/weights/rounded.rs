//! What is known of how a constant became integers.

use super::group;
use crate::context::{Converter, Operand};

/// A constant of floats that is rounded to steps that are powers of two, without zero point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rounded {
    /// Bits that the largest of each channel has, its sign among them; fewer where finer steps are of no use.
    pub(crate) bits: u32,
    /// Whether channels have steps of their own, and there are several.
    pub(crate) channels: bool,
}

impl Converter<'_> {
    /// Notes it of the weight that an operand is. Several constants with the same integers are one weight.
    pub(super) fn note_rounded(&mut self, made: &Operand, how: Rounded) {
        let own = |w: &&mut super::Weight| made.text == format!("{}.{}", group(w.fixed), w.name);
        if let Some(w) = self.weights.iter_mut().find(own) {
            let before = w.rounded.unwrap_or(how);
            let bits = how.bits.max(before.bits);
            w.rounded = Some(Rounded { bits, channels: how.channels || before.channels });
        }
    }
}
