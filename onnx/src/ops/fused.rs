//! Operators of onnxruntime's own, of the domain `com.microsoft`, that its optimizer and tools that call it write in
//! place of several: each is written as the ONNX operators that it stands for.
//! <https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md>
//!
//! LayerNormalization, which onnxruntime had before ONNX did, and SimplifiedLayerNormalization are of the default
//! domain there.

mod embed;
mod gelu;
mod products;
mod skip;

use super::quantized::MICROSOFT;
use super::{Operation, composed};
use crate::context::Compose;

const fn contributed(name: &'static str, compose: Compose) -> Operation {
    composed(name, compose).of(MICROSOFT)
}

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    contributed("BiasGelu", gelu::bias),
    contributed("EmbedLayerNormalization", embed::compose),
    contributed("FastGelu", gelu::fast),
    contributed("FusedConv", products::conv),
    contributed("FusedGemm", products::gemm),
    contributed("FusedMatMul", products::matmul),
    contributed("Gelu", gelu::exact),
    contributed("QuickGelu", gelu::quick),
    contributed("SkipLayerNormalization", skip::layer),
    contributed("SkipSimplifiedLayerNormalization", skip::rms),
    contributed("TransposeMatMul", products::matmul),
    composed("SimplifiedLayerNormalization", skip::simplified),
];
