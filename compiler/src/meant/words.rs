//! What people who know other languages and libraries write, and what stands for it here.
//!
//! What stands in backticks is the language's: a test parses all of it and looks up what it calls.

/// Words that mean the same, and what to say of them.
pub(super) struct Row {
    pub(super) words: &'static [&'static str],
    pub(super) help: &'static str,
}

const fn row(words: &'static [&'static str], help: &'static str) -> Row {
    Row { words, help }
}

/// Of types with their number of bits, the letter that begins them here.
pub(super) const WIDTHS: &[(&[&str], &str)] = &[
    (&["int", "Int", "sint", "qint", "I", "s", "si"], "i"),
    (&["uint", "UInt", "Uint", "quint", "unsigned", "U", "ui", "bits", "bit"], "u"),
];

const FIXED: &str =
    "numbers are fixed-point: `q3.4` has a sign, 3 bits before the point and 4 behind it";

pub(super) const TYPES: &[Row] = &[
    row(&["bool", "boolean", "Bool", "Boolean"], "write `bit`: 0 or 1"),
    row(&["byte", "uchar"], "write `u8`"),
    row(&["short"], "write `i16`"),
    row(
        &["integer", "Integer", "long", "isize", "Int", "num"],
        "say how many bits, `i32`, or which integers, `int<0..=9>`",
    ),
    row(
        &["uint", "unsigned", "usize", "size_t", "natural", "nat"],
        "say how many bits, `u32`, or which integers, `int<0..=9>`; a size is a generic, `fn f<N: nat>(x: i8[N]) {}`",
    ),
    row(&["float", "double", "half", "real", "decimal", "fixed", "Fixed"], FIXED),
    row(&["f16", "f32", "f64", "float16", "float32", "float64", "bfloat16", "bf16"], FIXED),
    row(
        &["felt", "Felt", "Field", "FieldElement", "Fr", "Fp", "F", "scalar", "Scalar"],
        "write `field`",
    ),
    row(
        &[
            "Tensor", "tensor", "Array", "array", "ndarray", "Matrix", "Vec", "vec", "Vector",
            "list", "List",
        ],
        "a tensor is written by its elements and sizes: `i8[3, 4]`",
    ),
    row(
        &["str", "String", "string", "char"],
        "there is no text in a circuit; `#[labels(y, \"no\", \"yes\")] circuit c(private x: bit) -> public y: bit { x }` names the integers of a result",
    ),
];

pub(super) const VALUES: &[Row] = &[
    row(&["True", "TRUE"], "write `true`"),
    row(&["False", "FALSE"], "write `false`"),
    row(
        &["None", "null", "nil", "NULL", "undefined", "Some"],
        "every name has a value; a bit beside it can say whether it counts: `if known == 1 { x } else { 0 }`",
    ),
    row(
        &["nan", "NaN", "inf", "Infinity"],
        "there are no such numbers; the largest of a type is `T::hi`",
    ),
    row(
        &["println", "printf", "console", "dbg", "debug"],
        "`print(x)` shows a value in a test: `test t { print(relu(3 as i8)); }`",
    ),
    row(
        &["assert_eq", "assertEqual", "require", "ensure", "constrain", "enforce"],
        "write `assert a == b;`",
    ),
    row(
        &["shape", "dims", "ndim", "rank"],
        "sizes are generics, `fn f<M: nat, N: nat>(x: i8[M, N]) {}`; `len(x)` is the first",
    ),
    row(
        &["length", "size", "count", "numel"],
        "write `len(x)`, or name the size: `fn f<N: nat>(x: i8[N]) {}`",
    ),
    row(&["range", "xrange"], "a loop has its range: `for i in 2..9 { i }`"),
    row(
        &["map", "enumerate", "zip", "filter"],
        "a loop goes through elements, `for i { 2 * x[i] }`, and `relu.(x)` calls on each",
    ),
    row(&["reduce", "foldl", "accumulate", "scan"], "write `fold a = 0, i { a + x[i] }`"),
    row(&["mean", "avg", "average"], "write `mean_of(x)`, or `mean_rows(x)` for each row"),
    row(&["cumsum"], "write `cumulative_sum(x)`"),
    row(&["amax", "reduce_max"], "write `max_of(x)`"),
    row(&["amin", "reduce_min"], "write `min_of(x)`"),
    row(&["reduce_sum", "total"], "write `sum_of(x)`, or `sum i { x[i] }`"),
    row(&["dot", "mm", "bmm", "inner", "vdot", "einsum"], "write `a @ b`"),
    row(
        &["dense", "Dense", "fc", "fully_connected", "gemm", "Gemm"],
        "write `linear(p, x)`, with `struct Linear<M: nat, N: nat> { w: i8[M, N], b: i16[M] }` as the library has it",
    ),
    row(
        &["conv", "Conv", "convolution"],
        "write `conv2d(k, b, x)`; `conv1d` and `conv2d_with` are there, too",
    ),
    row(&["pow"], "write `x ** 2`"),
    row(
        &["rem", "remainder", "modulo", "fmod", "modulus"],
        "write `mod_floor(x, 3)`; `mod_trunc` has the sign of `x`",
    ),
    row(
        &["floordiv", "quotient", "idiv"],
        "write `floor_div::<3>(x)` for a constant, else `div_floor::<T>(a, b)`",
    ),
    row(
        &["round", "rint", "nearbyint"],
        "write `round_to::<T>(x)`; `even_to` and `away_to` round halves otherwise",
    ),
    row(&["floor"], "write `floor_to::<T>(x)`"),
    row(&["ceil"], "write `ceil_to::<T>(x)`"),
    row(&["trunc", "truncate"], "write `trunc_to::<T>(x)`"),
    row(
        &["clamp", "clamped"],
        "write `clip(x, 0, 9)`, or `clamp_to::<T>(x)` for the ends of a type",
    ),
    row(
        &["cast", "astype", "convert"],
        "write `x as T` where nothing is lost, `round_to::<T>(x)` where something is",
    ),
    row(&["sgn", "signum"], "write `sign(x)`"),
    row(&["zeros", "zeros_like"], "write `for i < 3 { 0 }`"),
    row(&["ones", "ones_like"], "write `for i < 3 { 1 }`"),
    row(&["cat", "concatenate", "hstack", "append", "push"], "write `concat(a, b)`"),
    row(&["stack", "vstack"], "write `[a, b]`"),
    row(&["ifelse", "ternary", "mux", "cond", "Mux1"], "write `if c == 1 { a } else { b }`"),
    row(&["xor", "XOR"], "of bits, write `a != b`"),
    row(&["and", "AND"], "write `a && b`"),
    row(&["or", "OR"], "write `a || b`"),
    row(&["not", "NOT"], "write `!a`"),
    row(&["Num2Bits", "to_binary", "decompose"], "write `bits::<8>(x)`"),
    row(&["IsZero", "isZero", "iszero"], "write `is_zero(x)`, or `x == 0`"),
    row(&["LessThan", "lt"], "write `a < b`"),
    row(
        &["sha256", "keccak256", "keccak", "mimc", "pedersen", "hash", "Poseidon"],
        "write `poseidon(x)`, of elements of the field",
    ),
    row(
        &["inv", "recip"],
        "in a hint `inverse(x)` is free: `let v: field = hint inverse(x);`, and `assert x * v == 1;`",
    ),
];

pub(super) const MEMBERS: &[Row] = &[
    row(
        &["shape", "dims", "ndim"],
        "sizes are generics, `fn f<M: nat, N: nat>(x: i8[M, N]) {}`; `len(x)` is the first",
    ),
    row(
        &["length", "size", "count", "numel"],
        "write `len(x)`, or name the size: `fn f<N: nat>(x: i8[N]) {}`",
    ),
    row(&["T", "t"], "write `transpose(x)`"),
    row(&["mean"], "write `mean_of(x)`"),
    row(&["max", "amax"], "write `max_of(x)`"),
    row(&["min", "amin"], "write `min_of(x)`"),
    row(&["map"], "write `f.(x)`"),
    row(&["dot", "matmul", "mm"], "write `a @ b`"),
    row(&["pow"], "write `x ** 2`"),
    row(
        &["to", "astype", "cast", "into"],
        "write `x as T` where nothing is lost, `round_to::<T>(x)` where something is",
    ),
    row(
        &["lo", "hi", "bits", "scale", "dtype"],
        "a type has them: `T::hi` with `fn f<T: num>(x: T) {}`",
    ),
    row(&["append", "push", "concat"], "write `concat(a, b)`"),
    row(&["view"], "write `reshape(x)`, with a type that says the sizes"),
];
