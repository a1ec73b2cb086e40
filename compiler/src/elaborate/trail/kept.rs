//! What a run on known values leaves for the next run of the same circuit: constants of the program, and
//! tables. Neither depends on inputs, and tables of real functions take longer than all that reads them.

use crate::elaborate::Elaborator;
use crate::elaborate::state::Made;
use crate::types::ItemId;
use crate::value::Value;
use std::collections::BTreeMap;

/// Constants and results of functions without parameters.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    constants: BTreeMap<ItemId, Value>,
    made: BTreeMap<(ItemId, bool), Made>,
}

impl Elaborator<'_> {
    /// Begins with what another run has left.
    pub(crate) fn start_with(&mut self, kept: Kept) {
        self.memo.constants = kept.constants;
        self.memo.made = kept.made;
    }

    /// What is left of this run. An error is not kept: it is found again, and reported.
    pub(crate) fn kept(&mut self) -> Kept {
        let mut constants = std::mem::take(&mut self.memo.constants);
        constants.retain(|_, v| !matches!(v, Value::Poison));
        Kept { constants, made: std::mem::take(&mut self.memo.made) }
    }
}
