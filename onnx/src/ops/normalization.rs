//! Normalizations: by mean and variance, by the root of the mean square, and by a norm.

pub(crate) mod batch;
mod group;
mod layer;
mod lp;
mod mean_variance;
mod root;
mod rows;
mod rowwise;

use super::{Operation, plain};

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    plain("BatchNormalization", batch::evaluate, batch::convert),
    plain("GroupNormalization", group::evaluate, group::convert),
    plain("InstanceNormalization", group::evaluate, group::convert),
    plain("LayerNormalization", layer::evaluate, layer::convert),
    plain("LpNormalization", lp::evaluate, lp::convert),
    plain("MeanVarianceNormalization", mean_variance::evaluate, mean_variance::convert),
    plain("RMSNormalization", layer::evaluate_rms, layer::convert_rms),
];
