//! Operations on tensors that are quantized already: their integers are those of onnxruntime, bit
//! for bit.

mod accumulate;
mod binary;
mod conv;
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
mod write;

pub(crate) use linear::given;

use super::Operation;

/// Domain of onnxruntime's own operators.
pub(crate) const MICROSOFT: &str = "com.microsoft";
/// Domain of operators that only the importer makes.
pub(crate) const OWN: &str = "zirc";
/// Attribute of nodes that the importer makes: lowest and highest integer of the result, where an
/// activation cuts it.
pub(crate) const RANGE: &str = "zirc.range";

macro_rules! operation {
    ($domain:expr, $name:literal, $known:expr, $evaluate:path, $convert:path) => {
        Operation {
            name: $name,
            domain: $domain,
            known: $known,
            evaluate: $evaluate,
            convert: $convert,
        }
    };
}

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    operation!("", "QuantizeLinear", &[1, 2], linear::quantize_all, linear::convert_quantize),
    operation!("", "DequantizeLinear", &[1, 2], linear::dequantize_all, linear::convert_dequantize),
    operation!("", "QLinearConv", &[1, 2, 4, 5, 6, 7, 8], conv::evaluate, conv::convert),
    operation!("", "ConvInteger", &[2, 3], conv::evaluate_integer, conv::convert_integer),
    operation!("", "QLinearMatMul", &[1, 2, 4, 5, 6, 7], matmul::evaluate, matmul::convert),
    operation!("", "MatMulInteger", &[2, 3], matmul::evaluate_integer, matmul::convert_integer),
    operation!(MICROSOFT, "QGemm", &[1, 2, 4, 5, 6, 7, 8], matmul::evaluate, matmul::convert),
    operation!(MICROSOFT, "QLinearAdd", &[1, 2, 4, 5, 6, 7], binary::evaluate, binary::convert),
    operation!(MICROSOFT, "QLinearMul", &[1, 2, 4, 5, 6, 7], binary::evaluate, binary::convert),
    operation!(MICROSOFT, "QLinearAveragePool", &[1, 2, 3, 4], pool::evaluate, pool::convert),
    operation!(MICROSOFT, "QLinearGlobalAveragePool", &[1, 2, 3, 4], pool::evaluate, pool::convert),
    operation!(MICROSOFT, "QLinearSigmoid", &[1, 2, 3, 4], table::evaluate, table::convert),
    operation!(MICROSOFT, "QLinearLeakyRelu", &[1, 2, 3, 4], table::evaluate, table::convert),
    operation!(OWN, "QLinearFunction", &[1, 2, 3, 4], table::evaluate, table::convert),
];
