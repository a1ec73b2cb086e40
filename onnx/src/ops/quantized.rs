//! Operations on tensors that are quantized already: their integers are those of onnxruntime, bit
//! for bit.

mod accumulate;
mod binary;
mod conv;
mod doubt;
mod dynamic;
mod fraction;
mod linear;
mod matmul;
pub(crate) mod params;
mod plane;
mod pool;
mod product;
mod rescale;
mod stairs;
pub(crate) mod table;
mod ties;
mod write;

pub(crate) use linear::given;

use super::{Operation, known};
use crate::graph::{Graph, Node};

/// Domain of onnxruntime's own operators.
pub(crate) const MICROSOFT: &str = "com.microsoft";
/// Domain of operators that only the importer makes.
pub(crate) const OWN: &str = "zirc";
/// Operators of the importer's own for sums in floats between integers.
pub(crate) const SUM: &str = "QLinearSum";
pub(crate) const DIFFERENCE: &str = "QLinearDifference";
/// Attribute of nodes that the importer makes: lowest and highest integer of the result, where an
/// activation cuts it.
pub(crate) const RANGE: &str = "zirc.range";

/// Whether a node is one of these: between them, tensors hold integers.
pub(crate) fn is_quantized(n: &Node) -> bool {
    OPERATIONS.iter().any(|o| o.is(n))
}

/// Whether a node makes floats of integers.
pub(crate) fn dequantizes(n: &Node) -> bool {
    n.op == "DequantizeLinear" && n.domain.is_empty()
}

/// Whether a node chooses scales by its input: from then on they are numbers of the circuit.
pub(crate) fn chooses_scales(n: &Node) -> bool {
    n.op == "DynamicQuantizeLinear" && n.domain.is_empty()
}

/// The real numbers that a QuantizeLinear with one scale tells apart, and a step on either side.
pub(crate) fn levels(n: &Node, g: &Graph) -> Option<(f64, f64)> {
    if n.op != "QuantizeLinear" || !n.domain.is_empty() {
        return None;
    }
    let (p, to) = linear::parameters(n, g)?;
    let (scale, zero) = p.whole().ok()?;
    let real = |q: i64| (q - zero) as f64 * f64::from(scale);
    Some((real(to.0 - 1), real(to.1 + 1)))
}

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    known("QuantizeLinear", &[1, 2], linear::quantize_all, linear::convert_quantize),
    known("DequantizeLinear", &[1, 2], linear::dequantize_all, linear::convert_dequantize),
    known("DynamicQuantizeLinear", &[], dynamic::evaluate, dynamic::convert),
    known("QLinearConv", &[1, 2, 4, 5, 6, 7, 8], conv::evaluate, conv::convert),
    known("ConvInteger", &[], conv::evaluate_integer, conv::convert_integer),
    known("QLinearMatMul", &[1, 2, 4, 5, 6, 7], matmul::evaluate, matmul::convert),
    known("MatMulInteger", &[], matmul::evaluate_integer, matmul::convert_integer),
    known("QGemm", &[1, 2, 4, 5, 6, 7, 8], matmul::evaluate, matmul::convert).of(MICROSOFT),
    known("QLinearAdd", &[1, 2, 4, 5, 6, 7], binary::evaluate, binary::convert).of(MICROSOFT),
    known(SUM, &[1, 2, 4, 5, 6, 7], binary::evaluate, binary::convert).of(OWN),
    known(DIFFERENCE, &[1, 2, 4, 5, 6, 7], binary::evaluate, binary::convert).of(OWN),
    known("QLinearMul", &[1, 2, 4, 5, 6, 7], binary::evaluate, binary::convert).of(MICROSOFT),
    known("QLinearAveragePool", &[1, 2, 3, 4], pool::evaluate, pool::convert).of(MICROSOFT),
    known("QLinearGlobalAveragePool", &[1, 2, 3, 4], pool::evaluate, pool::convert).of(MICROSOFT),
    known("QLinearSigmoid", &[1, 2, 3, 4], table::evaluate, table::convert).of(MICROSOFT),
    known("QLinearLeakyRelu", &[1, 2, 3, 4], table::evaluate, table::convert).of(MICROSOFT),
    known("QLinearFunction", &[1, 2, 3, 4], table::evaluate, table::convert).of(OWN),
];
