//! Many curve additions at once, in affine coordinates with shared inversions.
//!
//! Setup and prover spend nearly all their time here. The two workloads are multi-scalar
//! multiplication ([`msm`]) and many multiples of one point ([`fixed`]).

pub(crate) mod arithmetic;
pub(crate) mod batch;
pub(crate) mod fixed;
pub(crate) mod msm;
