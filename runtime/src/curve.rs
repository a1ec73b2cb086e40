//! Many curve additions at once, in affine coordinates with shared inversions.
//!
//! Setup and prover spend nearly all their time here. The two workloads are multi-scalar
//! multiplication ([`msm`]) and many multiples of one point ([`fixed`]).

pub(crate) mod arithmetic;
pub(crate) mod batch;
mod chord;
pub(crate) mod fixed;
#[cfg(target_arch = "x86_64")]
mod lanes;
pub(crate) mod msm;
