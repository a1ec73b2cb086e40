//! The standard library of zirc, as source text.
//!
//! Its public items are visible in every program without a `use`; an item of the program with the
//! same name shadows them.

/// Every module: its path, from which its name follows (`std/nn/linear.zirc` is
/// `std::nn::linear`), and its text.
pub const MODULES: &[(&str, &str)] = &[
    ("std/num/bits.zirc", include_str!("../num/bits.zirc")),
    ("std/num/compare.zirc", include_str!("../num/compare.zirc")),
    ("std/num/extrema.zirc", include_str!("../num/extrema.zirc")),
    ("std/num/division.zirc", include_str!("../num/division.zirc")),
    ("std/num/roots.zirc", include_str!("../num/roots.zirc")),
    ("std/num/range.zirc", include_str!("../num/range.zirc")),
    ("std/num/halves.zirc", include_str!("../num/halves.zirc")),
    ("std/num/rounding.zirc", include_str!("../num/rounding.zirc")),
    ("std/num/clamp.zirc", include_str!("../num/clamp.zirc")),
    ("std/num/clamp_even.zirc", include_str!("../num/clamp_even.zirc")),
    ("std/tensor/one_hot.zirc", include_str!("../tensor/one_hot.zirc")),
    ("std/tensor/gather.zirc", include_str!("../tensor/gather.zirc")),
    ("std/tensor/reduce.zirc", include_str!("../tensor/reduce.zirc")),
    ("std/quant/requantize.zirc", include_str!("../quant/requantize.zirc")),
    ("std/quant/linear.zirc", include_str!("../quant/linear.zirc")),
    ("std/nn/relu.zirc", include_str!("../nn/relu.zirc")),
    ("std/nn/requantized.zirc", include_str!("../nn/requantized.zirc")),
    ("std/nn/linear.zirc", include_str!("../nn/linear.zirc")),
    ("std/nn/conv.zirc", include_str!("../nn/conv.zirc")),
    ("std/nn/polynomial.zirc", include_str!("../nn/polynomial.zirc")),
    ("std/nn/argmax.zirc", include_str!("../nn/argmax.zirc")),
    ("std/crypto/poseidon.zirc", include_str!("../crypto/poseidon.zirc")),
    ("std/crypto/poseidon/t2.zirc", include_str!("../crypto/poseidon/t2.zirc")),
    ("std/crypto/poseidon/t3.zirc", include_str!("../crypto/poseidon/t3.zirc")),
    ("std/crypto/poseidon/t4.zirc", include_str!("../crypto/poseidon/t4.zirc")),
    ("std/crypto/poseidon/t5.zirc", include_str!("../crypto/poseidon/t5.zirc")),
    ("std/crypto/poseidon/t6.zirc", include_str!("../crypto/poseidon/t6.zirc")),
    ("std/crypto/poseidon/t7.zirc", include_str!("../crypto/poseidon/t7.zirc")),
    ("std/crypto/poseidon/t17.zirc", include_str!("../crypto/poseidon/t17.zirc")),
    ("std/crypto/sponge.zirc", include_str!("../crypto/sponge.zirc")),
    ("std/crypto/commitment.zirc", include_str!("../crypto/commitment.zirc")),
    ("std/crypto/merkle.zirc", include_str!("../crypto/merkle.zirc")),
    ("std/nn/hardmax.zirc", include_str!("../nn/hardmax.zirc")),
    ("std/nn/piecewise.zirc", include_str!("../nn/piecewise.zirc")),
    ("std/nn/sqrt_exact.zirc", include_str!("../nn/sqrt_exact.zirc")),
];
