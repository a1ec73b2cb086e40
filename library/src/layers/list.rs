//! The layers of the page: what is measured, at which sizes, and the formulas.

/// A layer.
pub(super) struct Layer {
    pub(super) name: &'static str,
    /// What is measured; `{n}` is the value of n.
    pub(super) call: &'static str,
    /// Variables with their values: every combination is measured.
    pub(super) variables: &'static [(&'static str, &'static [u64])],
    /// Constraints without a commitment round.
    pub(super) plain: Option<&'static str>,
    /// The same with one, tables apart.
    pub(super) round: Option<&'static str>,
}

const fn layer(
    name: &'static str,
    call: &'static str,
    variables: &'static [(&'static str, &'static [u64])],
    plain: &'static str,
    round: &'static str,
) -> Layer {
    Layer { name, call, variables, plain: formula(plain), round: formula(round) }
}

/// An empty text is no formula.
const fn formula(text: &'static str) -> Option<&'static str> {
    if text.is_empty() { None } else { Some(text) }
}

type Sizes = &'static [(&'static str, &'static [u64])];

/// Bits of numbers, up to those of an accumulator.
const WIDE: Sizes = &[("n", &[4, 6, 8, 12, 16, 20])];
/// Those that one query shows.
const NARROW: Sizes = &[("n", &[4, 6, 8, 12])];
/// The bits of an index of a table.
const INDEX: Sizes = &[("n", &[6, 7, 8, 9, 10])];

/// All of them.
pub(super) const LAYERS: &[Layer] = &[
    layer(
        "linear, constant weights",
        "linear(Linear(for i < 4, j < 8 { i - j }, [1, 2, 3, 4]), for j < 8 { 0 as i{n} })",
        WIDE,
        "0",
        "0",
    ),
    layer(
        "convolution, constant weights",
        "conv2d(for o < 2, c < 3, i < 3, j < 3 { i - j }, [1, 2], for c < 3, i < 8, j < 8 { 0 as i{n} })",
        WIDE,
        "0",
        "0",
    ),
    layer(
        "average pooling",
        "average_pool2d::<kernel: 2, stride: 2, C: 1, H: 4, W: 4, T: u{n}>",
        WIDE,
        "0",
        "0",
    ),
    layer(
        "linear with hidden weights, m×k",
        "linear::<{m}, {k}, i8, i8, i32>",
        &[("m", &[1, 4]), ("k", &[3, 8])],
        "m * k",
        "",
    ),
    layer(
        "matrix product, m×k×p, both unknown",
        "matmul::<{m}, {k}, {p}, i8, i8>",
        &[("m", &[2, 4]), ("k", &[3, 8]), ("p", &[2, 3])],
        "m * k * p",
        "",
    ),
    layer("ReLU", "relu::<i{n}>", WIDE, "n + 1", "2 + q(n - 1)"),
    layer(
        "leaky ReLU, constant slope",
        "leaky_relu(0 as i{n}, 0.125)",
        WIDE,
        "n + 1",
        "2 + q(n - 1)",
    ),
    layer("absolute value", "abs::<i{n}>", WIDE, "n + 1", "2 + q(n - 1)"),
    layer("sign", "sign::<i{n}>", WIDE, "n + 4", "5 + q(n - 1)"),
    layer("x < 0", "is_negative::<i{n}>", WIDE, "n", "1 + q(n - 1)"),
    layer("x < y", "less_than::<u{n}, u{n}>", WIDE, "n + 1", "1 + q(n)"),
    layer("x = 0", "is_zero::<i{n}>", WIDE, "3", "3"),
    layer("maximum of two", "max::<u{n}, u{n}>", WIDE, "n + 2", "2 + q(n)"),
    layer("choice between two", "select::<u{n}, u{n}>", WIDE, "1", "1"),
    layer("x²", "square::<i{n}>", WIDE, "1", "1"),
    layer("rounding n bits away, 4 are left", "floor_to::<i4, q3.{n}>", WIDE, "n + 4", "1 + q(n)"),
    layer(
        "saturation of n bits to 4",
        "saturate::<i4, i{n}>",
        &[("n", &[6, 8, 12, 16, 20])],
        "n + 6",
        "",
    ),
    layer("clip to 0..6", "clip(0 as i{n}, 0, 6)", &[("n", &[6, 8, 12, 16, 20])], "n + 6", ""),
    layer(
        "maximum of m",
        "max_of::<{m}, u{n}>",
        &[("m", &[2, 4, 10]), ("n", &[6, 8, 12])],
        "(m - 1) * (n + 2)",
        "(m - 1) * (2 + q(n))",
    ),
    layer(
        "max pooling, a window of 2×2",
        "max_pool2d::<kernel: 2, stride: 2, C: 1, H: 2, W: 2, T: u{n}>",
        NARROW,
        "3 * (n + 2)",
        "3 * (2 + q(n))",
    ),
    layer(
        "argmax of m, an even number",
        "argmax::<{m}, i{n}>",
        &[("m", &[2, 4, 10]), ("n", &[4, 6, 8, 12])],
        "(m - 1) * (n + 2) + m / 2 - 1",
        "(m - 1) * (2 + q(n)) + m / 2 - 1",
    ),
    layer(
        "a function by a table of n bits (GELU, sigmoid, exp, …)",
        "by_table(0 as u{n}, for k < 2 ** {n} { mod(k ** 7, 97) })",
        INDEX,
        "2 * 2 ** (n / 2) + 2 ** ((n + 1) / 2) - 3",
        "2",
    ),
    layer("softmax of m", "softmax_with::<uq1.15, uq1.8, {m}, q3.4>", &[("m", &[10, 40])], "", ""),
    layer(
        "layer normalization of 8",
        "layer_norm::<uq9.12, q3.4>(for i < 8 { 0 as q3.4 }, for i < 8 { 1 }, for i < 8 { 0 }, 0.00001)",
        &[],
        "",
        "",
    ),
    layer("attention, 3 tokens of 4 numbers", "attention::<3, 4>", &[], "", ""),
    layer("Poseidon of 2", "poseidon::<2>", &[], "", ""),
];
