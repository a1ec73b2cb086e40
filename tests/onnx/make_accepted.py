"""Small models that importers tend to refuse, with what onnxruntime makes of them: accepted.npz.

    python -m pip install -r requirements-quantized.txt
    python make_accepted.py

Of those that must be refused there are `NAME.refused` and the dimensions; accepted.txt says with which
error. For each other case `NAME.model`, `NAME.in.TENSOR` and `NAME.out.TENSOR`, with a first axis of samples, and
`NAME.dim.DIMENSION` for each dimension that has to be fixed. Everything is seeded; inputs are multiples
of 1/64. A result of strings is stored as the places of the strings among those that the model names.
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, parser
from onnxruntime import InferenceSession, SessionOptions

HERE = Path(__file__).resolve().parent
SAMPLES = 24
random = np.random.default_rng(5)
cases = {}


def floats(*shape, low=-2.0, high=2.0):
    return (random.integers(int(low * 64), int(high * 64), (SAMPLES, *shape)) / 64).astype(np.float32)


def ints(*shape, low, high, dtype=np.int64):
    return random.integers(low, high, (SAMPLES, *shape)).astype(dtype)


def case(name, model, dims=None, texts=(), **inputs):
    """`model` is text, or a ModelProto."""
    if isinstance(model, str):
        model = parser.parse_model(model)
    data = model.SerializeToString(deterministic=True)
    options = SessionOptions()
    options.log_severity_level = 3
    session = InferenceSession(data, options, providers=["CPUExecutionProvider"])
    names = [o.name for o in session.get_outputs()]
    found = [session.run(None, {k: v[s] for k, v in inputs.items()}) for s in range(SAMPLES)]
    cases[f"{name}.model"] = np.frombuffer(data, np.uint8)
    for k, v in (dims or {}).items():
        cases[f"{name}.dim.{k}"] = np.array([v])
    plain = lambda a: a.astype(np.uint8) if a.dtype == bool else a
    for k, v in inputs.items():
        cases[f"{name}.in.{k}"] = plain(v)
    for k, n in enumerate(names):
        y = np.stack([np.asarray(f[k]) for f in found])
        if y.dtype.kind in "OUS":
            y = np.vectorize(list(texts).index)(y).astype(np.int64)
        cases[f"{name}.out.{n}"] = plain(y)


def refused(name, model, dims=None):
    cases[f"{name}.refused"] = np.frombuffer(parser.parse_model(model).SerializeToString(deterministic=True), np.uint8)
    for k, v in (dims or {}).items():
        cases[f"{name}.dim.{k}"] = np.array([v])


def text(body, signature, opset=17, more=""):
    opsets = f'"" : {opset}' + (', "ai.onnx.ml" : 3' if "ai.onnx.ml" in body else "") + more
    return f"<ir_version: 8, opset_import: [{opsets}]> g {signature} {{ {body} }}"


def names():
    """The program's own functions and types have these letters in their names."""
    for letter in ("o", "t", "f", "r", "to", "floor", "floor_to"):
        m = text(f"y = Pow (a, {letter})", f"(float[4] a, int32[4] {letter}) => (float[4] y)", 15)
        case(f"pow_{letter}", m, a=floats(4, low=-1.5, high=1.5), **{letter: ints(4, low=0, high=4, dtype=np.int32)})
    m = text("y0 = Pow (a, weights) y = Mul (y0, tables)", "(float[4] a, int32[4] weights, float[4] tables) => (float[4] y)", 15)
    case("pow_weights", m, a=floats(4, low=-1.5, high=1.5), weights=ints(4, low=0, high=4, dtype=np.int32), tables=floats(4))


def ends():
    """-inf and inf among constants."""
    inf = "<float lo = {-inf}, float hi = {inf}, float[4] some = {-inf, 0.25, -inf, -0.75}, float[4] most = {inf, 0.25, inf, -0.75}>"
    io = "(float[2,4] x) => (float[2,4] y) " + inf
    x = {"x": floats(2, 4)}
    case("max_ninf", text("y = Max (x, lo)", io), **x)
    case("min_inf", text("y = Min (hi, x)", io), **x)
    case("max_ninf_some", text("y = Max (x, some)", io), **x)
    case("min_inf_some", text("y = Min (most, x)", io), **x)
    case("max_three", text("z = Neg (x) y = Max (x, lo, z, some)", io), **x)
    case("where_ninf", text("c = Greater (x, some) z = Where (c, x, lo) y = Softmax <axis = 1> (z)", io), **x)
    case("where_inf", text("c = Greater (x, some) z = Where (c, x, hi) w = Neg (z) y = Softmax <axis = 1> (w)", io), **x)
    case("add_ninf", text("z = Add (x, some) y = Softmax <axis = 1> (z)", io), **x)
    top = "(float[2,4] x) => (float[2,1] y) <float[2,3] lo = {-inf, -inf, -inf, -inf, -inf, -inf}, float[2,2] hi = {inf, inf, inf, inf}, int64[1] one = {1}, float low = {-inf}, int64[4] pads = {0, 1, 0, 2}>"
    case("concat_ninf", text("z = Concat <axis = 1> (lo, x) y = ReduceMax <axes = [1]> (z)", top), **x)
    case("concat_inf", text("z = Concat <axis = 1> (x, hi) y = ReduceMin <axes = [1]> (z)", top), **x)
    case("pad_ninf", text("z = Pad (x, pads, low) y = ReduceMax <axes = [1]> (z)", top), **x)
    image = "(float[1,2,4,5] x) => (float[1,2,3,3] y) <float lo = {-inf}, int64[8] pads = {0, 0, 1, 1, 0, 0, 1, 0}>"
    body = "z = Pad (x, pads, lo) y = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (z)"
    case("pad_pool", text(body, image), x=floats(1, 2, 4, 5))
    body = "z = Pad (x, pads, lo) y0 = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (z) y1 = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (z) y = Add (y0, y1)"
    case("pad_pools", text(body, image), x=floats(1, 2, 4, 5))
    case("clip_ends", text("y0 = Clip (x, lo, hi) y1 = Clip (x, lo, s) y = Add (y0, y1)", io.replace("<float lo", "<float s = {0.5}, float lo")), **x)
    nodes = [
        helper.make_node("Clip", ["x"], ["a"], min=-float("inf"), max=0.5),
        helper.make_node("Clip", ["x"], ["b"], min=-0.5, max=float("inf")),
        helper.make_node("Add", ["a", "b"], ["y"]),
    ]
    value = lambda n, s, t=TensorProto.FLOAT: helper.make_tensor_value_info(n, t, s)
    g = helper.make_graph(nodes, "g", [value("x", [2, 4])], [value("y", [2, 4])])
    case("clip_attributes", helper.make_model(g, opset_imports=[helper.make_opsetid("", 10)], ir_version=8), **x)
    g = helper.make_graph(
        [helper.make_node("Pad", ["x"], ["z"], pads=[0, 1, 0, 1], value=-float("inf")),
         helper.make_node("ReduceMax", ["z"], ["y"], axes=[1])],
        "g", [value("x", [2, 4])], [value("y", [2, 1])],
    )  # fmt: skip
    case("pad_attribute", helper.make_model(g, opset_imports=[helper.make_opsetid("", 10)], ir_version=8), **x)
    scatter = "(float[2,4] x) => (float[2,1] y) <float[2,6] base = {-inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf, -inf}, int64[2,4] at = {0, 2, 4, 5, 1, 2, 3, 0}>"
    case("scatter_ninf", text("z = ScatterElements <axis = 1> (base, at, x) y = ReduceMax <axes = [1]> (z)", scatter), **x)


def folded():
    x = {"x": floats(4)}
    e = "float[8] e = {0, 1, 2, 3, 4, 5, 6, 7}"
    io = "(float[4] x) => (float[4] y) <int64[1] ax = {0}, " + e + ">"
    body = "s = Shape (x) o = ConstantOfShape <value = int64[1] {1}> (s) nz = NonZero (o) i = Squeeze (nz, ax) p = Gather (e, i) y = Add (x, p)"
    case("nonzero", text(body, io), **x)
    io = "(float[4] x) => (float[4] y) <bool[8] c = {0, 1, 1, 0, 1, 0, 0, 1}, " + e + ">"
    case("compress", text("p = Compress <axis = 0> (e, c) y = Add (x, p)", io), **x)
    io = "(float[4] x) => (float[4] y) <int32[4] a = {1, 2, 12, -4}, int32[4] b = {3, 6, 10, 7}>"
    body = "n = BitwiseAnd (a, b) o = BitwiseOr (a, b) d = BitwiseXor (n, o) i = BitwiseNot (d) f = Cast <to = 1> (i) y = Add (x, f)"
    case("bitwise", text(body, io, 18), **x)
    io = "(float[4] x) => (float[4] y) <float[4] m = {-inf, 0, inf, 1}, float zero = {0}>"
    body = "c = IsInf <detect_positive = 0> (m) n = IsNaN (m) d = Or (c, n) y = Where (d, zero, x)"
    case("isinf", text(body, io), **x)


def control():
    weights = "<float[4,1] w = {0.5, -0.25, 1.5, 0.75}, int64[1] one = {1}, int64[1] single = {1}, int64[1] ax = {1}>"
    branches = "then_branch = t () => (float[] to) { to = Squeeze (z, ax) }, else_branch = e () => (float[] eo) { eo = Identity (z) }"
    for batch in (1, 3):
        body = f"z = MatMul (x, w) s = Shape (z) d = Gather (s, {'one' if batch == 1 else 'zero'}) c = Equal (d, single) y = If (c) <{branches}>"
        more = weights.replace("<float", "<int64[1] zero = {0}, float")
        case(f"if_batch_{batch}", text(body, f"(float[batch,4] x) => (float[] y) {more}", 13), {"batch": batch}, x=floats(batch, 4))
    inner = "then_branch = a () => (float[2] ao) { q = Add (x, k) ao = Mul (q, u) }, else_branch = b () => (float[2] bo) { bo = Sub (x, k) }"
    body = f"u = Abs (x) y = If (yes) <then_branch = t () => (float[2] to) <float k = {{0.5}}> {{ v = Neg (u) w = If (no) <{inner}> to = Add (v, w) }}, else_branch = e () => (float[2] eo) {{ eo = Loop (x) }}>".replace("eo = Loop (x)", "eo = Identity (x)")
    case("if_nested", text(body, "(float[2] x) => (float[2] y) <bool yes = {1}, bool no = {0}>"), x=floats(2))
    body = "y, ys = Loop (m, , x) <body = b (int64 i, bool c, float[3] s) => (bool co, float[3] so, float[3] sc) <float h = {0.5}> { co = Identity (c) f = Cast <to = 1> (i) p = Mul (s, h) so = Add (p, f) sc = Add (so, x) }>"
    case("loop", text(body, "(float[3] x) => (float[3] y, float[4,3] ys) <int64 m = {4}>"), x=floats(3))
    body = "y = Loop (, yes, x) <body = b (int64 i, bool c, float[3] s) => (bool co, float[3] so) <int64 most = {2}, float h = {0.5}> { co = Less (i, most) so = Mul (s, h) }>"
    case("loop_while", text(body, "(float[3] x) => (float[3] y) <bool yes = {1}>"), x=floats(3))
    body = "z, ys = Scan (h, x) <num_scan_inputs = 1, body = b (float[2] s, float[2] v) => (float[2] so, float[2] sc) <float h2 = {0.5}> { p = Mul (s, h2) so = Add (p, v) sc = Relu (so) }>"
    case("scan", text(body, "(float[3,2] x) => (float[2] z, float[3,2] ys) <float[2] h = {0.25, -0.5}>"), x=floats(3, 2))
    body = "ys = Scan (x) <num_scan_inputs = 1, scan_input_axes = [1], scan_input_directions = [1], scan_output_axes = [1], scan_output_directions = [1], body = b (float[2] v) => (float[2] sc) { sc = Neg (v) }>"
    case("scan_back", text(body, "(float[2,3] x) => (float[2,3] ys)"), x=floats(2, 3))


def functions():
    imports = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
    node = helper.make_node
    ref = node("LeakyRelu", ["h"], ["b"])
    a = ref.attribute.add()
    a.name, a.ref_attr_name, a.type = "alpha", "slope", 1
    leaky = helper.make_function("own", "Leaky", ["a", "c"], ["b"], [node("Add", ["a", "c"], ["h"]), ref], imports, ["slope"])
    call = node("Leaky", ["h", "a"], ["g"], domain="own")
    a = call.attribute.add()
    a.name, a.ref_attr_name, a.type = "slope", "outer", 1
    both = helper.make_function(
        "own", "Both", ["a"], ["b"],
        [node("Neg", ["a"], ["h"], "neg"), call, node("Leaky", ["g", "h"], ["b"], domain="own", slope=0.25)], imports, ["outer"],
    )  # fmt: skip
    value = lambda n, s: helper.make_tensor_value_info(n, TensorProto.FLOAT, s)
    nodes = [node("Both", ["x"], ["h"], "first", domain="own", outer=0.5), node("Both", ["h"], ["z"], "second", domain="own", outer=0.125), node("Leaky", ["z", "x"], ["y"], domain="own", slope=0.5)]
    g = helper.make_graph(nodes, "g", [value("x", [4])], [value("y", [4])])
    m = helper.make_model(g, opset_imports=imports, ir_version=8, functions=[both, leaky])
    checker.check_model(m)
    case("functions", m, x=floats(4))


def values():
    conv = "(float[1,1,4,4] x) => (int32[1,2,2,2] y) <float[2,1,3,3] w = {0.5, -0.25, -1.5, -1.25, 1.75, -1.5, -0.5, 1.75, -1.5, -0.25, 1.25, -2, -1.75, 1.75, 0.75, -1, -0.125, -1}>"
    case("conv_cast", text("z = Conv (x, w) y = Cast <to = 6> (z)", conv, 21), x=floats(1, 1, 4, 4))
    case("mean_of_ints", text("z = Cast <to = 6> (x) a = Clip (z, lo, hi) y = ReduceMean <axes = [0], keepdims = 0> (a)", "(float[3] x) => (int32 y) <int32 lo = {-5}, int32 hi = {3}>"), x=floats(3, low=-8, high=8))
    for largest in (0, 1):
        for k in (1, 2):
            m = text(f"v, i = TopK <axis = 1, largest = {largest}> (x, k)", f"(float[3,2] x) => (float[3,{k}] v, int64[3,{k}] i) <int64[1] k = {{{k}}}>", 21)
            x = floats(3, 2)
            x[::3, :, 1] = x[::3, :, 0]
            case(f"topk_{'largest' if largest else 'smallest'}_{k}", m, x=x)
            m = text(f"v, i = TopK <axis = 0, largest = {largest}> (x, k)", f"(float[2,3] x) => (float[{k},3] v, int64[{k},3] i) <int64[1] k = {{{k}}}>", 21)
            case(f"topk_{'largest' if largest else 'smallest'}_{k}_first", m, x=floats(2, 3))
    for alpha in (0.7, 0.1, -0.3, 1.3, 5.5, -7.1):
        case(f"threshold_{alpha}", text(f"y = ThresholdedRelu <alpha = {alpha}> (x)", "(float[4] x) => (float[4] y)", 21), x=floats(4))
    rotary = "(float[1,2,3,4] x, int64[1,3] at) => (float[1,2,3,4] y)"
    angles = np.arange(5)[:, None] * np.array([1.0, 0.25])
    cache = [numpy_helper.from_array(f(angles).astype(np.float32), n) for f, n in ((np.cos, "cos"), (np.sin, "sin"))]
    for interleaved in (0, 1):
        m = parser.parse_model(text(f"y = RotaryEmbedding <interleaved = {interleaved}> (x, cos, sin, at)", rotary, 23).replace("ir_version: 8", "ir_version: 10"))
        m.graph.initializer.extend(cache)
        case(f"rotary_{interleaved}", m, x=floats(1, 2, 3, 4), at=ints(1, 3, low=0, high=5))
    io = "(bool[4] p, bool[4] q, int64[4] k, int64[4] l) => (int64[4] y)"
    data = {"p": ints(4, low=0, high=2).astype(bool), "q": ints(4, low=0, high=2).astype(bool), "k": ints(4, low=-9, high=9), "l": ints(4, low=-9, high=9)}
    for op in ("Xor", "Or", "And", "Equal"):
        for other in ("p", "q"):
            case(f"where_{op.lower()}_{other}", text(f"c = {op} (p, {other}) y = Where (c, k, l)", io), **data)
    case("where_not", text("a = Not (p) b = Or (a, p) c = Xor (b, q) d = Not (c) y = Where (d, k, l)", io), **data)
    case("where_range", text("a = Cast <to = 1> (k) b = Abs (a) c = Less (b, z) y = Where (c, k, l)", io + " <float z = {0}>"), **data)


def tree(name, nodes, op="TreeEnsembleRegressor", features=1, x=None):
    """Nodes: (mode, feature, threshold, yes, no), or a leaf's weight."""
    leaf = [not isinstance(n, tuple) for n in nodes]
    rows = [("LEAF", 0, 0.0, 0, 0) if is_leaf else n for n, is_leaf in zip(nodes, leaf)]
    at = [k for k, is_leaf in enumerate(leaf) if is_leaf]
    node = helper.make_node(
        op, ["x"], ["y"], "trees", domain="ai.onnx.ml", n_targets=1,
        nodes_treeids=[0] * len(nodes), nodes_nodeids=list(range(len(nodes))),
        nodes_modes=[r[0] for r in rows], nodes_featureids=[r[1] for r in rows], nodes_values=[float(r[2]) for r in rows],
        nodes_truenodeids=[r[3] for r in rows], nodes_falsenodeids=[r[4] for r in rows],
        target_treeids=[0] * len(at), target_nodeids=at, target_ids=[0] * len(at), target_weights=[float(nodes[k]) for k in at],
    )  # fmt: skip
    value = lambda n, s: helper.make_tensor_value_info(n, TensorProto.FLOAT, s)
    g = helper.make_graph([node], "g", [value("x", [1, features])], [value("y", [1, 1])])
    m = helper.make_model(g, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)], ir_version=8)
    case(name, m, x=x)


def classical():
    whole = lambda *shape, high: random.integers(0, high, (SAMPLES, *shape)).astype(np.float32)
    tree("shared_leaf", [("BRANCH_EQ", 0, 1, 2, 1), ("BRANCH_EQ", 0, 4, 2, 3), 10, -5], x=whole(1, 1, high=6))
    # A category of 40 values, then another feature, below two branches.
    chain = [("BRANCH_EQ", 0, 2 * k, 41, k + 1) for k in range(40)]
    nodes = [*chain, ("BRANCH_LEQ", 1, 0.5, 42, 43), ("BRANCH_LEQ", 1, 0.25, 43, 44), 1.5, -2.0, 4.0]
    x = np.concatenate([whole(1, 1, high=90), whole(1, 1, high=2) / 2 + 0.125], 2)
    tree("category", nodes, features=2, x=x)
    # onnxruntime lets branches share what they go to where their test holds.
    diamond = [
        ("BRANCH_LEQ", 0, 0.0, 1, 2), ("BRANCH_LEQ", 1, 0.5, 3, 4), ("BRANCH_LEQ", 1, -0.5, 3, 5),
        ("BRANCH_LEQ", 2, 0.25, 6, 7), ("BRANCH_LEQ", 2, -0.25, 3, 8), 1.0, -3.0, 2.0, 0.25,
    ]  # fmt: skip
    tree("diamond", diamond, features=3, x=floats(1, 3))
    body = "i = ArgMax <axis = 1> (x) f = ai.onnx.ml.ArrayFeatureExtractor (classes, i) c = Cast <to = 1> (f) r = Reshape (c, flat) y = Cast <to = 7> (r)"
    io = "(float[n,4] x) => (int64[n] y) <int32[4] classes = {7, -3, 12, 4}, int64[1] flat = {-1}>"
    for n in (1, 3):
        case(f"extract_{n}", text(body, io), {"n": n}, x=floats(n, 4))
    body = "i = ArgMax <axis = 1> (x) y = ai.onnx.ml.ArrayFeatureExtractor (x, i)"
    case("extract_columns", text(body, "(float[1,4] x) => (float[1,1] y)"), x=floats(1, 4))
    encoder = lambda a: f"y = ai.onnx.ml.LabelEncoder <{a}> (x)"
    i = {"x": ints(5, low=-2, high=8)}
    case("label_ints", text(encoder("keys_int64s = [0, 1, 5], values_int64s = [10, -3, 7], default_int64 = 99"), "(int64[5] x) => (int64[5] y)"), **i)
    case("label_floats", text(encoder("keys_int64s = [0, 1, 5], values_floats = [0.5, -3.25, 7.0], default_float = 1.5"), "(int64[5] x) => (float[5] y)"), **i)
    halves = (random.integers(-4, 5, (SAMPLES, 5)) / 2).astype(np.float32)
    case("label_of_floats", text(encoder("keys_floats = [0.5, 1.0, -1.5], values_int64s = [1, 2, 3]"), "(float[5] x) => (int64[5] y)"), x=halves)
    case("label_texts", text(encoder('keys_int64s = [0, 1, 5], values_strings = ["red", "green", "blue"], default_string = "none"'), "(int64[5] x) => (string[5] y)"), texts=["red", "green", "blue", "none"], **i)


def found():
    """What was off in random models."""
    encoder = "y = ai.onnx.ml.LabelEncoder <keys_int64s = [0, 1, 5], values_floats = [0.3, -1.234567, 0.0999], default_float = 0.5> (x)"
    case("label_odd_floats", text(encoder, "(int64[5] x) => (float[5] y)"), x=ints(5, low=-2, high=8))
    body = "a = DequantizeLinear (x, s, z) y = Clip (a, lo, hi)"
    io = "(uint8[6] x) => (float[6] y) <float s = {0.04434253}, uint8 z = {157}, float lo = {-1}, float hi = {1}>"
    case("clip_dequantized", text(body, io), x=ints(6, low=0, high=256, dtype=np.uint8))
    body = 'y = Resize <coordinate_transformation_mode = "half_pixel", mode = "nearest", nearest_mode = "floor"> (x, , s)'
    case("resize_tenths", text(body, "(float[1,1,5,5] x) => (float[1,1,3,3] y) <float[4] s = {1, 1, 0.6, 0.6}>"), x=floats(1, 1, 5, 5))
    io = "(float[1,1,3,3] x) => (uint8[1,1,2,2] y) <float s = {0.0237}, uint8 z = {121}>"
    case("pool_quantized", text("a = MaxPool <kernel_shape = [2, 2]> (x) y = QuantizeLinear (a, s, z)", io), x=floats(1, 1, 3, 3, low=-3, high=3))
    io = "(float[1,6] x) => (uint8[1,6] y) <float s = {0.02352941}, uint8 z = {128}>"
    case("ends_quantized", text("y = QuantizeLinear (x, s, z)", io), x=np.maximum(floats(1, 6, low=-4, high=4), -3))


def further():
    """Operators that came later."""
    whole = lambda *shape: ints(*shape, low=-3, high=7)
    encode = lambda a, x="x": f"y = ai.onnx.ml.OneHotEncoder <{a}> ({x})"
    io = "(int64[2,3] x) => (float[2,3,4] y)"
    case("one_hot_zeros", text(encode("cats_int64s = [3, -2, 0, 900], zeros = 1"), io), x=whole(2, 3))
    case("one_hot_known", text(encode("cats_int64s = [3, -2, 0, 6], zeros = 0"), io), x=random.choice([3, -2, 0, 6], (SAMPLES, 2, 3)))
    # onnxruntime drops what is behind the point.
    case("one_hot_floats", text(encode("cats_int64s = [1, 0, -1, 2], zeros = 1"), "(float[2,3] x) => (float[2,3,4] y)"), x=floats(2, 3))
    label = 'l = ai.onnx.ml.LabelEncoder <keys_int64s = [0, 1, 5], values_strings = ["red", "green", "blue"], default_string = "none"> (x) '
    case("one_hot_texts", text(label + encode('cats_strings = ["blue", "red", "black", "none"], zeros = 1', "l"), io), x=whole(2, 3))
    case("binarizer", text("y = ai.onnx.ml.Binarizer <threshold = 0.25> (x)", "(float[2,5] x) => (float[2,5] y)"), x=floats(2, 5))
    up = lambda mode, scales: text(f'y = Upsample <mode = "{mode}"> (x, s)', f"(float[1,2,3,4] x) => (float[n,c,h,w] y) <float[4] s = {{1, 1, {scales}}}>", 9)
    case("upsample_nearest", up("nearest", "2, 3"), x=floats(1, 2, 3, 4))
    case("upsample_linear", up("linear", "2, 1.5"), x=floats(1, 2, 3, 4))
    case("upsample_7", text('y = Upsample <mode = "nearest", scales = [1.0, 1.0, 2.0, 2.0]> (x)', "(float[1,2,3,4] x) => (float[1,2,6,8] y)", 7), x=floats(1, 2, 3, 4))
    for shape, size in (((2, 7, 3, 2), 3), ((1, 4, 5, 1), 5), ((1, 3, 2, 2), 9)):
        sizes = ",".join(map(str, shape))
        lrn = text(f"y = LRN <alpha = 0.5, beta = 0.6, bias = 1.5, size = {size}> (x)", f"(float[{sizes}] x) => (float[{sizes}] y)")
        case(f"lrn_{size}", lrn, x=floats(*shape))
    case("shrink", text("y = Shrink <lambd = 0.7, bias = 0.2> (x)", "(float[2,6] x) => (float[2,6] y)"), x=floats(2, 6))
    body = "n = IsNaN (x) i = IsInf (x) b = Or (n, i) y = Where (b, zero, x)"
    case("finite", text(body, "(float[2,6] x) => (float[2,6] y) <float zero = {0}>"), x=floats(2, 6))
    grid = random.uniform(-1.6, 1.6, (2, 3, 4, 2)).astype(np.float32)
    for mode in ("linear", "nearest", "cubic"):
        for outside in ("zeros", "border", "reflection"):
            for aligned in (0, 1):
                attributes = {"mode": mode, "padding_mode": outside, "align_corners": aligned}
                node = helper.make_node("GridSample", ["x", "g"], ["y"], **attributes)
                one("grid_" + "_".join(map(str, attributes.values())), node, {"g": grid}, floats(2, 2, 4, 5))
    grid = random.uniform(-1.4, 1.4, (1, 2, 3, 2, 3)).astype(np.float32)
    one("grid_volume", helper.make_node("GridSample", ["x", "g"], ["y"], mode="linear"), {"g": grid}, floats(1, 2, 3, 2, 4))
    for name, sizes, more in (("larger", [1, 1, 7, 9], {}), ("smaller", [1, 1, 3, 2], {"exclude_outside": 1}), ("sharper", [1, 1, 8, 5], {"cubic_coeff_a": -0.5, "coordinate_transformation_mode": "align_corners"}), ("antialias", [1, 1, 3, 4], {"antialias": 1}), ("one", [1, 1, 3, 1], {"coordinate_transformation_mode": "pytorch_half_pixel", "exclude_outside": 1})):
        node = helper.make_node("Resize", ["x", "", "", "s"], ["y"], mode="cubic", **more)
        one(f"resize_cubic_{name}", node, {"s": np.array(sizes)}, floats(1, 1, 4, 5))


def one(name, node, constants, x, opset=20):
    """A node with constants."""
    graph = helper.make_graph(
        [node],
        name,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape[1:])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(v, k) for k, v in constants.items()],
    )
    case(name, helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8), x=x)


def errors():
    refused("dims_open", text("y = ReduceSum (a)", "(float[n,3,?] a, float[m,n] b) => (float y)"))
    refused("dims_quoted", text("y = ReduceSum (a)", '(float[batch_size] a, float[?] b) => (float y)').replace("batch_size", "n"), {"n": 1})
    refused("dims_unknown", text("y = Relu (x)", "(float[n,3] x) => (float[n,3] y)"), {"n": 1, "x.2": 4, "batch": 1})
    branches = "then_branch = t () => (float[2] to) { to = Neg (x) }, else_branch = e () => (float[2] eo) { eo = Identity (x) }"
    refused("if_data", text(f"y = If (c) <{branches}>", "(float[2] x, bool c) => (float[2] y)"))
    body = "body = b (int64 i, bool c, float[2] s) => (bool co, float[2] so) { co = Identity (c) so = Neg (s) }"
    refused("loop_data", text(f"y = Loop (m, , x) <{body}>", "(float[2] x, int64 m) => (float[2] y)"))
    body = "body = b (int64 i, bool c, float[2] s) => (bool co, float[2] so) { t = ReduceSum (s) co = Less (t, t0) so = Neg (s) }"
    refused("loop_until", text(f"y = Loop (m, , x) <{body}>", "(float[2] x) => (float[2] y) <int64 m = {3}, float t0 = {1}>"))
    body = "body = b (int64 i, bool c, float[2] s) => (bool co, float[2] so) { co = Identity (c) so = Neg (s) }"
    refused("loop_endless", text(f"y = Loop (, , x) <{body}>", "(float[2] x) => (float[2] y)"))
    body = "body = b (int64 i, bool c, float[2] s) => (bool co, float[2] so) { co = Identity (c) so = own (s) }"
    refused("loop_unknown", text(f"y = Loop (m, , x) <{body}>", "(float[2] x) => (float[2] y) <int64 m = {3}>").replace("own (s)", "Unheard (s)"))
    refused("nonzero_data", text("n = NonZero (x) y = Cast <to = 1> (n)", "(float[4] x) => (float[1,k] y)"))
    refused("max_inf", text("y = Max (x, hi)", "(float[4] x) => (float[4] y) <float hi = {inf}>"))
    refused("clip_inf", text("y = Clip (x, hi)", "(float[4] x) => (float[4] y) <float hi = {inf}>"))
    refused("label_keys", text('y = ai.onnx.ml.LabelEncoder <keys_strings = ["a"], values_int64s = [1]> (x)', "(int64[4] x) => (int64[4] y)"))
    refused("one_hot_texts_unknown", text('y = ai.onnx.ml.OneHotEncoder <cats_strings = ["a", "b"]> (x)', "(int64[4] x) => (float[4,2] y)"))
    refused("one_hot_strings", text('y = ai.onnx.ml.OneHotEncoder <cats_strings = ["a", "b"]> (x)', "(string[4] x) => (float[4,2] y)"))
    refused("one_hot_twice", text("y = ai.onnx.ml.OneHotEncoder <cats_int64s = [1, 2, 1]> (x)", "(int64[4] x) => (float[4,3] y)"))
    refused("grid_data", text("y = GridSample (x, g)", "(float[1,1,3,3] x, float[1,2,2,2] g) => (float[1,1,2,2] y)"))
    refused("upsample_10", text("y = Upsample (x, s)", "(float[1,1,3,3] x) => (float[1,1,6,6] y) <float[4] s = {1, 1, 2, 2}>", 10))
    refused("lrn_size", text("y = LRN (x)", "(float[1,3,2,2] x) => (float[1,3,2,2] y)"))
    machine = 'kernel_type = "LINEAR", kernel_params = [0.0, 0.0, 0.0], support_vectors = [1.0, 0.0, 0.0, 1.0, 1.0, 1.0], vectors_per_class = [1, 1, 1]'
    more = "coefficients = [1.0, 1.0, -1.0, 1.0, -1.0, -1.0], rho = [0.0, 0.0, 0.0], prob_a = [-1.0, -1.0, -1.0], prob_b = [0.0, 0.0, 0.0]"
    body = f"l, s = ai.onnx.ml.SVMClassifier <{machine}, {more}, classlabels_ints = [0, 1, 2]> (x)"
    refused("svm_probabilities", text(body, "(float[1,2] x) => (int64[1] l, float[1,3] s)"))
    contributed = ', "com.microsoft" : 1'
    body = "y, m = com.microsoft.SkipLayerNormalization (x, x, g)"
    refused("skip_mean", text(body, "(float[2,4] x) => (float[2,4] y, float[2,1] m) <float[4] g = {1, 1, 1, 1}>", more=contributed))
    body = 'y = com.microsoft.FusedGemm <activation = "Unheard"> (x, x)'
    refused("fused_unknown", text(body, "(float[2,2] x) => (float[2,2] y)", more=contributed))
    refused("contributed", text("y = com.microsoft.Inverse (x)", "(float[2,2] x) => (float[2,2] y)", more=contributed))


errors()
for part in (names, ends, folded, control, functions, values, classical, found, further):
    part()
np.savez_compressed(HERE / "accepted.npz", **cases)
print(len([n for n in cases if n.endswith(".model")]), "cases")
