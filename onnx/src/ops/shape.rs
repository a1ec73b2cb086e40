//! Operations that move elements and compute nothing, and those of constants.

pub(crate) mod cast;
mod concat;
mod constants;
mod depth;
mod dropout;
pub(crate) mod gather;
mod grid_sample;
pub(crate) mod lines;
pub(crate) mod moves;
mod onehot;
mod pad;
#[cfg(test)]
mod reasons;
mod repeat;
mod reshape;
mod resize;
mod scatter;
mod slice;
pub(crate) mod squeeze;
mod transpose;
mod trilu;
mod upsample;

use super::{Effect, Operation, Role, composed, family, known, plain};
use scatter::Places;

/// One of which every result is an element of its input.
const fn moving(row: Operation) -> Operation {
    row.moves().effect(Effect::Same)
}

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    moving(plain("Identity", reshape::same, moves::convert)).role(Role::Identity),
    moving(plain("Flatten", reshape::flatten, moves::convert)),
    moving(known("Reshape", &[1], reshape::reshape, moves::convert)),
    moving(plain("Transpose", transpose::evaluate, moves::convert)).role(Role::Transpose),
    moving(known("Squeeze", &[1], squeeze::squeeze, moves::convert)),
    moving(known("Unsqueeze", &[1], squeeze::unsqueeze, moves::convert)),
    plain("Concat", concat::concat, concat::convert).effect(Effect::Same).role(Role::Choice(0)),
    known("Split", &[1], concat::split, moves::convert),
    known("Slice", &[1, 2, 3, 4], slice::evaluate, moves::convert).moves(),
    known("Pad", &[1, 3], pad::evaluate, pad::convert).role(Role::Pad),
    known("Expand", &[1], repeat::expand, moves::convert).moves(),
    known("Tile", &[1], repeat::tile, moves::convert).moves(),
    moving(plain("Gather", gather::gather, gather::convert_gather)),
    plain("GatherElements", gather::elements_of, gather::convert_elements).moves(),
    plain("GatherND", gather::nd, gather::convert_nd).moves(),
    family("ScatterElements", &Places::Elements),
    family("ScatterND", &Places::Tuples),
    plain("Shape", constants::shape, constants::never).by_shape(),
    plain("Size", constants::size, constants::never).by_shape(),
    plain("Constant", constants::constant, constants::never),
    known("ConstantOfShape", &[0], constants::of_shape, constants::never),
    known("Range", &[0, 1, 2], constants::range, constants::never),
    plain("EyeLike", constants::eye, constants::never).by_shape(),
    plain("Cast", cast::evaluate, cast::convert).effect(Effect::Same).role(Role::Cast),
    plain("CastLike", cast::evaluate_like, cast::convert),
    plain("DepthToSpace", depth::to_space, moves::convert),
    plain("SpaceToDepth", depth::to_depth, moves::convert),
    known("Resize", &[1, 2, 3], resize::evaluate, resize::convert),
    composed("Upsample", upsample::compose).known(&[1]),
    known("GridSample", &[1], grid_sample::evaluate, grid_sample::convert),
    known("Trilu", &[1], trilu::evaluate, trilu::convert),
    known("OneHot", &[1], onehot::evaluate, onehot::convert),
    known("Dropout", &[1, 2], dropout::evaluate, dropout::convert).role(Role::Dropout),
];
