//! The gadgets: short programs that call the library.
//!
//! Constant weights come from a formula, since what they are changes no phase but by their size.

/// A name for IDs, and a program with a circuit `gadget`.
pub(crate) struct Gadget {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

/// All that are measured.
pub(crate) const GADGETS: &[Gadget] = &[
    Gadget {
        // As in `benches/table/relu.zirc`: an accumulator of 20 bits becomes a type of 8 bits.
        name: "relu",
        text: "type Acc = q7.12;
               type Act = q3.4;
               circuit gadget(private high: i8[128], private low: u12[128]) -> private y: Act[128] {
                   let acc: Acc[128] = for i { (4096 * high[i] + low[i]) / 4096 };
                   relu.(clamp_to::<Act>.(acc))
               }",
    },
    Gadget {
        name: "softmax",
        text: "circuit gadget(private x: q3.4[4, 10]) -> private y: uq1.8[4, 10] {
                   for row { softmax(x[row]) }
               }",
    },
    Gadget {
        name: "range",
        text: "circuit gadget(private x: u16[256]) -> private y: _ { sum i { x[i] } }",
    },
    Gadget {
        name: "comparison",
        text: "circuit gadget(private x: i16[96], private y: i16[96]) -> private less: bit[96] {
                   for i { less_than(x[i], y[i]) }
               }",
    },
    Gadget {
        name: "argmax",
        text: "circuit gadget(private x: i16[8, 16]) -> private place: _ { argmax_rows(x) }",
    },
    Gadget {
        name: "linear",
        text: "const W: i8[32, 64] = for i, j { mod(31 * i + 7 * j + i * j, 255) - 127 };
               circuit gadget(private x: u8[64]) -> private y: _ {
                   linear(Linear(W, for i < 32 { 64 * i }), x)
               }",
    },
    Gadget {
        // Each proof shows the ranges of weights that nobody else sees.
        name: "linear_hidden",
        text: "circuit gadget(
                   private w: i8[16, 32], private b: i16[16], private x: u8[32],
               ) -> private y: _ { linear(Linear(w, b), x) }",
    },
    Gadget {
        // The same with a commitment: in the circuit in plain mode, beside the proof in the other.
        name: "linear_committed",
        text: "circuit gadget(
                   committed w: i8[16, 32], committed b: i16[16], private x: u8[32],
               ) -> private y: _ { linear(Linear(w, b), x) }",
    },
    Gadget {
        name: "conv2d",
        text: "const K: i8[4, 2, 3, 3] = for o, c, i, j { mod(31 * o + 17 * c + 7 * i + 3 * j, 255) - 127 };
               circuit gadget(private x: u8[2, 8, 8]) -> private y: q3.4[4, 6, 6] {
                   clamp_to::<q3.4>.(conv2d(K, for o < 4 { o }, x) / 256)
               }",
    },
    Gadget {
        name: "attention",
        text: "circuit gadget(
                   private q: q3.4[4, 4], private k: q3.4[4, 4], private v: q3.4[4, 4],
               ) -> private y: q3.4[4, 4] { attention(q, k, v) }",
    },
    Gadget {
        name: "max_pool2d",
        text: "circuit gadget(private x: u8[4, 8, 8]) -> private y: _ {
                   max_pool2d::<2, 2, 2, 2>(x)
               }",
    },
    Gadget {
        name: "layer_norm",
        text: "circuit gadget(private x: q3.4[4, 16]) -> private y: q3.4[4, 16] {
                   for row {
                       layer_norm::<uq9.12, q3.4>(x[row], for i < 16 { 1 }, for i < 16 { 0 }, 0.00001)
                   }
               }",
    },
    Gadget {
        // Elements of the field have no ranges, and so there is nothing to look up.
        name: "poseidon",
        text: "circuit gadget(private x: field[4, 16]) -> private hash: field[4] {
                   for row { poseidon(x[row]) }
               }",
    },
    Gadget {
        // What a plain circuit does with committed weights.
        name: "commitment",
        text: "circuit gadget(private salt: field, private w: i8[248]) -> public hash: field {
                   commitment(salt, [poseidon_packed(w)])
               }",
    },
    Gadget {
        // A table of 256 rows.
        name: "gelu",
        text: "circuit gadget(private x: q3.4[96]) -> private y: q3.4[96] { gelu::<q3.4>.(x) }",
    },
];
