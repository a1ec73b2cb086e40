"""Operators of onnxruntime's own with what onnxruntime makes of them, and networks as its optimizer writes them:
fused.npz.

    python -m pip install -r requirements-quantized.txt
    python make_fused.py

Cases are stored as in accepted.npz, with a first axis of samples. Everything is seeded; inputs are multiples of 1/64.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions

HERE = Path(__file__).resolve().parent
SAMPLES = 16
random = np.random.default_rng(23)
cases = {}


def floats(*shape, low=-2.0, high=2.0):
    return (random.integers(int(low * 64), int(high * 64), (SAMPLES, *shape)) / 64).astype(np.float32)


def ints(*shape, high, dtype=np.int32):
    return random.integers(0, high, (SAMPLES, *shape)).astype(dtype)


def normal(*shape, size=0.5):
    return random.normal(0, size, shape).astype(np.float32)


class Graph:
    """Nodes, constants, and inputs with samples."""

    def __init__(self, opset=17, **inputs):
        self.opset, self.inputs, self.nodes, self.constants = opset, inputs, [], []

    def constant(self, value):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(self, op, inputs, domain="", outputs=1, **attributes):
        inputs = [i if isinstance(i, str) else self.constant(i) for i in inputs]
        out = [f"t{len(self.nodes)}" + ("" if k == 0 else f"_{k}") for k in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, out, f"n{len(self.nodes)}", domain=domain, **attributes))
        return out[0] if outputs == 1 else out

    def own(self, op, inputs, **attributes):
        return self.node(op, inputs, "com.microsoft", **attributes)

    def model(self, name, results):
        kinds = {np.dtype("float32"): TensorProto.FLOAT, np.dtype("int32"): TensorProto.INT32, np.dtype("int64"): TensorProto.INT64}
        info = [helper.make_tensor_value_info(n, kinds[v.dtype], v.shape[1:]) for n, v in self.inputs.items()]
        out = [helper.make_tensor_value_info(n, kind, None) for n, kind in results.items()]
        graph = helper.make_graph(self.nodes, name, info, out, self.constants)
        opsets = [helper.make_opsetid("", self.opset), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def options(level):
    o = SessionOptions()
    o.log_severity_level, o.graph_optimization_level = 3, level
    return o


def store(name, model, inputs):
    data = model.SerializeToString(deterministic=True)
    session = InferenceSession(data, options(GraphOptimizationLevel.ORT_DISABLE_ALL), providers=["CPUExecutionProvider"])
    names = [o.name for o in session.get_outputs()]
    found = [session.run(None, {k: v[s] for k, v in inputs.items()}) for s in range(SAMPLES)]
    cases[f"{name}.model"] = np.frombuffer(data, np.uint8)
    cases.update({f"{name}.in.{k}": v for k, v in inputs.items()})
    for k, n in enumerate(names):
        cases[f"{name}.out.{n}"] = np.stack([np.asarray(f[k]) for f in found])


def save(name, g, *results, integers=()):
    kinds = {r: TensorProto.INT32 if r in integers else TensorProto.FLOAT for r in results}
    store(name, g.model(name, kinds), g.inputs)


def optimized(name, g, result, *wanted):
    """What the optimizer makes of a graph, which has to have these operators."""
    model = g.model(name, {result: TensorProto.FLOAT})
    with TemporaryDirectory() as folder:
        path = f"{folder}/optimized.onnx"
        o = options(GraphOptimizationLevel.ORT_ENABLE_EXTENDED)
        o.optimized_model_filepath = path
        InferenceSession(model.SerializeToString(), o, providers=["CPUExecutionProvider"])
        model = onnx.load(path)
    found = {n.op_type for n in model.graph.node}
    assert found >= set(wanted), (name, found)
    # The optimizer names more domains than the model has operators of.
    used = {n.domain for n in model.graph.node}
    opsets = [o for o in model.opset_import if o.domain in used]
    del model.opset_import[:]
    model.opset_import.extend(opsets)
    store(name, model, g.inputs)


def activations():
    for op in ("Gelu", "FastGelu", "QuickGelu"):
        g = Graph(x=floats(2, 6, low=-4, high=4))
        save(op.lower(), g, g.own(op, ["x"]))
    g = Graph(x=floats(2, 6, low=-4, high=4))
    save("fast_gelu_bias", g, g.own("FastGelu", ["x", normal(6)]))
    g = Graph(x=floats(2, 6, low=-4, high=4))
    save("quick_gelu_alpha", g, g.own("QuickGelu", ["x"], alpha=0.9))
    g = Graph(x=floats(2, 6))
    save("bias_gelu", g, g.own("BiasGelu", ["x", normal(6)]))


def norms():
    for shape in ((1, 3, 8), (3, 8), (2, 3, 8)):
        g = Graph(x=floats(2, 3, 8), s=floats(*shape))
        y = g.own("SkipLayerNormalization", ["x", "s", 1 + normal(8, size=0.1), normal(8, size=0.1)], epsilon=1e-5)
        save(f"skip_{len(shape)}_{shape[0]}", g, y)
    g = Graph(x=floats(2, 3, 8), s=floats(2, 3, 8))
    y = g.own("SkipLayerNormalization", ["x", "s", 1 + normal(8, size=0.1), normal(8, size=0.1), normal(8)], outputs=4)
    g.nodes[-1].output[1], g.nodes[-1].output[2] = "", ""
    save("skip_bias_sum", g, y[0], y[3])
    g = Graph(x=floats(2, 3, 8), s=floats(2, 3, 8))
    y = g.own("SkipSimplifiedLayerNormalization", ["x", "s", 1 + normal(8, size=0.1), normal(8)], outputs=4, epsilon=1e-5)
    g.nodes[-1].output[1], g.nodes[-1].output[2] = "", ""
    save("skip_simplified", g, y[0], y[3])
    g = Graph(x=floats(2, 3, 8))
    save("simplified", g, g.node("SimplifiedLayerNormalization", ["x", 1 + normal(8, size=0.1)], axis=-1, epsilon=1e-6))
    # Before ONNX had it.
    g = Graph(opset=13, x=floats(2, 3, 8))
    save("layer_norm_13", g, g.node("LayerNormalization", ["x", 1 + normal(8, size=0.1), normal(8, size=0.1)], axis=-1))


def embeddings():
    def tables(g):
        return [normal(7, 8), normal(6, 8), normal(2, 8), 1 + normal(8, size=0.1), normal(8, size=0.1)]

    g = Graph(ids=ints(2, 4, high=7), segments=ints(2, 4, high=2), mask=ints(2, 4, high=2))
    word, position, segment, gamma, beta = tables(g)
    y = g.own("EmbedLayerNormalization", ["ids", "segments", word, position, segment, gamma, beta, "mask"], outputs=3)
    save("embed", g, *y, integers=[y[1]])
    g = Graph(ids=ints(2, 4, high=7))
    word, position, _, gamma, beta = tables(g)
    y = g.own("EmbedLayerNormalization", ["ids", "", word, position, "", gamma, beta], outputs=2)
    for k in (1, 4):
        g.nodes[-1].input[k] = ""
    save("embed_plain", g, *y, integers=[y[1]])
    g = Graph(ids=ints(2, 4, high=7), places=ints(2, 4, high=6))
    word, position, _, gamma, beta = tables(g)
    y = g.own("EmbedLayerNormalization", ["ids", "", word, position, "", gamma, beta, "", "places"], outputs=2)
    for k in (1, 4, 7):
        g.nodes[-1].input[k] = ""
    save("embed_places", g, y[0])


def products():
    for a in (0, 1):
        for b in (0, 1):
            left, right = (3, 4), (4, 5)
            g = Graph(x=floats(2, *(left[::-1] if a else left)))
            w = normal(2, *(right[::-1] if b else right))
            save(f"matmul_{a}{b}", g, g.own("FusedMatMul", ["x", w], transA=a, transB=b, alpha=0.125))
    g = Graph(x=floats(2, 3, 4), z=floats(2, 5, 4))
    save("matmul_two", g, g.own("FusedMatMul", ["x", "z"], transB=1, alpha=0.5))
    g = Graph(x=floats(3, 2, 4), z=floats(2, 4, 5))
    save("matmul_batch", g, g.own("FusedMatMul", ["x", "z"], transBatchA=1))
    g = Graph(x=floats(4, 2, 3), z=floats(5, 2, 4))
    save("matmul_batches", g, g.own("FusedMatMul", ["x", "z"], transA=1, transBatchA=1, transB=1, transBatchB=1))
    g = Graph(z=floats(4, 5))
    save("matmul_left", g, g.own("FusedMatMul", [normal(3, 4), "z"], alpha=2.0))
    for op, more in (("Relu", {}), ("LeakyRelu", {"activation_alpha": 0.2}), ("HardSigmoid", {"activation_alpha": 0.3, "activation_beta": 0.4}), ("Tanh", {"activation_alpha": 0.1})):
        g = Graph(x=floats(3, 4))
        save(f"gemm_{op.lower()}", g, g.own("FusedGemm", ["x", normal(5, 4), normal(5)], transB=1, alpha=0.5, beta=2.0, activation=op, **more))
    for op, more in (("Relu", []), ("LeakyRelu", [0.2]), ("HardSigmoid", [0.3, 0.4]), ("Clip", [-0.5, 0.75]), ("Clip", [0.25, float(np.finfo(np.float32).max)]), ("Sigmoid", [])):
        g = Graph(x=floats(1, 2, 5, 5))
        name = f"conv_{op.lower()}" + ("_open" if more and more[-1] > 1e38 else "")
        more = {"activation_params": more} if more else {}
        save(name, g, g.own("FusedConv", ["x", normal(3, 2, 3, 3, size=0.3), normal(3)], pads=[1] * 4, activation=op, **more))
    g = Graph(x=floats(1, 2, 5, 5), z=floats(1, 3, 5, 5))
    save("conv_sum", g, g.own("FusedConv", ["x", normal(3, 2, 3, 3, size=0.3), normal(3), "z"], pads=[1] * 4, activation="Relu"))


def networks():
    """A block of a transformer and a small convolutional network, as the optimizer writes them."""
    def linear(g, x, inner, outer):
        return g.node("Add", [g.node("MatMul", [x, normal(inner, outer, size=inner**-0.5)]), normal(outer, size=0.1)])

    def norm(g, x):
        mean = g.node("ReduceMean", [x], axes=[-1])
        d = g.node("Sub", [x, mean])
        square = g.node("ReduceMean", [g.node("Pow", [d, np.float32(2)])], axes=[-1])
        root = g.node("Sqrt", [g.node("Add", [square, np.float32(1e-5)])])
        y = g.node("Mul", [g.node("Div", [d, root]), 1 + normal(8, size=0.1)])
        return g.node("Add", [y, normal(8, size=0.1)])

    g = Graph(opset=13, x=floats(1, 4, 8))
    q, k, v = (linear(g, "x", 8, 8) for _ in range(3))
    scores = g.node("Div", [g.node("MatMul", [q, g.node("Transpose", [k], perm=[0, 2, 1])]), np.float32(8**0.5)])
    y = g.node("MatMul", [g.node("Softmax", [scores], axis=-1), v])
    y = norm(g, g.node("Add", [linear(g, y, 8, 8), "x"]))
    h = linear(g, y, 8, 12)
    erf = g.node("Add", [g.node("Erf", [g.node("Div", [h, np.float32(2**0.5)])]), np.float32(1)])
    gelu = g.node("Mul", [g.node("Mul", [h, erf]), np.float32(0.5)])
    y = norm(g, g.node("Add", [linear(g, gelu, 12, 8), y]))
    optimized("transformer", g, y, "FusedMatMul", "SkipLayerNormalization", "Gelu")

    g = Graph(opset=13, x=floats(1, 2, 6, 6))
    x = g.node("Relu", [g.node("Conv", ["x", normal(4, 2, 3, 3, size=0.3), normal(4)], pads=[1] * 4)])
    y = g.node("Conv", [x, normal(4, 4, 3, 3, size=0.3), normal(4)], pads=[1] * 4)
    y = g.node("Relu", [g.node("Add", [y, x])])
    y = g.node("Flatten", [g.node("GlobalAveragePool", [y])])
    y = g.node("LeakyRelu", [g.node("Gemm", [y, normal(4, 3), normal(3)])], alpha=0.1)
    optimized("convolutions", g, y, "FusedConv", "FusedGemm")


def main():
    activations()
    norms()
    embeddings()
    products()
    networks()
    np.savez_compressed(HERE / "fused.npz", **cases)
    print(len([n for n in cases if n.endswith(".model")]), "cases")


main()
