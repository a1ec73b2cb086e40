//! Normalizations: by mean and variance, by the root of the mean square, and by a norm.

pub(crate) mod batch;
mod group;
mod layer;
mod lp;
mod lrn;
mod mean_variance;
mod root;
mod rows;
mod rowwise;

use super::{Operation, Role, Written, composed, family, plain};
use group::Grouping;

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    plain("BatchNormalization", batch::evaluate, batch::convert).role(Role::BatchNormalization),
    family("GroupNormalization", &Grouping::Given),
    family("InstanceNormalization", &Grouping::Channel),
    plain("LayerNormalization", layer::evaluate, layer::convert)
        .role(Role::LayerNormalization)
        .written(Written::Normalization(17)),
    composed("LRN", lrn::compose),
    plain("LpNormalization", lp::evaluate, lp::convert),
    plain("MeanVarianceNormalization", mean_variance::evaluate, mean_variance::convert),
    plain("RMSNormalization", layer::evaluate_rms, layer::convert_rms)
        .written(Written::Normalization(23)),
];
