//! The file of weights.

use super::Weight;
use num_traits::ToPrimitive;
use std::collections::BTreeMap;

/// The weights as a `.safetensors` file of integers, each in the narrowest width.
pub(crate) fn safetensors(weights: &[Weight]) -> Result<Vec<u8>, String> {
    use safetensors::tensor::{Dtype, TensorView};
    let mut held: BTreeMap<&str, (Dtype, &[usize], Vec<u8>)> = BTreeMap::new();
    for w in weights {
        let list: Vec<i64> = w.raw.iter().filter_map(ToPrimitive::to_i64).collect();
        let fits =
            |bits: u32| list.iter().all(|v| (-(1i64 << (bits - 1))..1 << (bits - 1)).contains(v));
        let (kind, size) = if fits(8) {
            (Dtype::I8, 1)
        } else if fits(16) {
            (Dtype::I16, 2)
        } else if fits(32) {
            (Dtype::I32, 4)
        } else {
            (Dtype::I64, 8)
        };
        let bytes = list.iter().flat_map(|v| v.to_le_bytes()[..size].to_vec()).collect();
        held.insert(&w.name, (kind, &w.shape, bytes));
    }
    let views = held.iter().map(|(name, (kind, shape, bytes))| {
        let view = TensorView::new(*kind, shape.to_vec(), bytes);
        view.map(|v| (*name, v)).map_err(|e| e.to_string())
    });
    let views = views.collect::<Result<Vec<_>, _>>()?;
    safetensors::serialize(views, None).map_err(|e| e.to_string())
}
