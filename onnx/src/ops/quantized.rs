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

use super::{Operation, Role, family, known};
use crate::context::Meaning;
use crate::graph::{Graph, Node};
use binary::Binary;
use pool::Area;
use table::Applied;

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

/// What a node of this group is.
fn role(n: &Node) -> Role {
    OPERATIONS.iter().find(|o| o.is(n)).map_or(Role::Other, |o| o.role)
}

/// Whether a node makes floats of integers.
pub(crate) fn dequantizes(n: &Node) -> bool {
    role(n) == Role::DequantizeLinear
}

/// Whether a node chooses scales by its input: from then on they are numbers of the circuit.
pub(crate) fn chooses_scales(n: &Node) -> bool {
    role(n) == Role::DynamicQuantizeLinear
}

/// The real numbers that a QuantizeLinear with one scale tells apart, and a step on either side.
pub(crate) fn levels(n: &Node, g: &Graph) -> Option<(f64, f64)> {
    if role(n) != Role::QuantizeLinear {
        return None;
    }
    let (p, to) = linear::parameters(n, g)?;
    let (scale, zero) = p.whole().ok()?;
    let real = |q: i64| (q - zero) as f64 * f64::from(scale);
    Some((real(to.0 - 1), real(to.1 + 1)))
}

/// Parameters of two operands, of weights for each slice, and of a bias.
const OF_PRODUCT: &[usize] = &[1, 2, 4, 5, 6, 7, 8];
/// Parameters of two operands and of the result.
const OF_TWO: &[usize] = &[1, 2, 4, 5, 6, 7];
/// Parameters of one operand and of the result.
const OF_ONE: &[usize] = &[1, 2, 3, 4];

/// What is given are integers that are equal to others, or are not.
const EQUAL: &[Meaning] = &[Meaning::Integers];

/// The operations of this group.
pub(crate) const OPERATIONS: &[Operation] = &[
    known("QuantizeLinear", &[1, 2], linear::quantize_all, linear::convert_quantize)
        .role(Role::QuantizeLinear)
        .gives(EQUAL),
    known("DequantizeLinear", &[1, 2], linear::dequantize_all, linear::convert_dequantize)
        .role(Role::DequantizeLinear)
        .gives(EQUAL),
    known("DynamicQuantizeLinear", &[], dynamic::evaluate, dynamic::convert)
        .role(Role::DynamicQuantizeLinear),
    known("QLinearConv", OF_PRODUCT, conv::evaluate, conv::convert).gives(EQUAL),
    known("ConvInteger", &[], conv::evaluate_integer, conv::convert_integer),
    family("QLinearMatMul", &matmul::MATMUL).known(OF_TWO).gives(EQUAL),
    known("MatMulInteger", &[], matmul::evaluate_integer, matmul::convert_integer),
    family("QGemm", &matmul::GEMM).known(OF_PRODUCT).of(MICROSOFT).gives(EQUAL),
    family("QLinearAdd", &Binary::Add).known(OF_TWO).of(MICROSOFT).gives(EQUAL),
    family(SUM, &Binary::FloatSum).known(OF_TWO).of(OWN).gives(EQUAL),
    family(DIFFERENCE, &Binary::FloatDifference).known(OF_TWO).of(OWN).gives(EQUAL),
    family("QLinearMul", &Binary::Mul).known(OF_TWO).of(MICROSOFT).gives(EQUAL),
    family("QLinearAveragePool", &Area::Windows).known(OF_ONE).of(MICROSOFT).gives(EQUAL),
    family("QLinearGlobalAveragePool", &Area::All).known(OF_ONE).of(MICROSOFT).gives(EQUAL),
    family("QLinearSigmoid", &Applied::Own("Sigmoid")).known(OF_ONE).of(MICROSOFT).gives(EQUAL),
    family("QLinearLeakyRelu", &Applied::Own("LeakyRelu")).known(OF_ONE).of(MICROSOFT).gives(EQUAL),
    family("QLinearFunction", &Applied::Given).known(OF_ONE).of(OWN).gives(EQUAL),
];
