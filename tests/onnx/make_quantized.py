"""Small quantized models with what onnxruntime makes of them: quantized.npz.

    python -m pip install -r requirements-quantized.txt
    python make_quantized.py

For each case `NAME.model` holds the bytes of the model, `NAME.in.TENSOR` inputs and
`NAME.out.TENSOR` results, with a first axis of samples. Everything is seeded.

onnxruntime rewrites DequantizeLinear – operation – QuantizeLinear into operators on integers, as it
does unless told otherwise. Scales of the `near` cases make many accumulators lie where float32
rounds an exact half, or its neighbour, to one side or the other.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from onnx import TensorProto, checker, helper, numpy_helper
from onnxruntime import InferenceSession
from onnxruntime import quantization as ort

HERE = Path(__file__).resolve().parent
KINDS = {"float32": TensorProto.FLOAT, "uint8": TensorProto.UINT8, "int8": TensorProto.INT8, "int32": TensorProto.INT32}
SAMPLES = 24
random = np.random.default_rng(7)
cases = {}


def limits(kind):
    return (0, 256) if np.dtype(kind) == np.uint8 else (-128, 128)


def integers(kind, shape):
    return random.integers(*limits(kind), shape).astype(kind)


def scale(low=0.002, high=0.05, shape=()):
    return random.uniform(low, high, shape).astype(np.float32)


class Graph:
    def __init__(self, name):
        self.name, self.nodes, self.constants, self.inputs, self.outputs = name, [], [], {}, {}

    def constant(self, value, name=None):
        name = name or f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def input(self, name, kind, shape):
        self.inputs[name] = (np.dtype(kind), shape)
        return name

    def node(self, op, inputs, domain="", **attributes):
        out = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [out], f"n{len(self.nodes)}", domain=domain, **attributes))
        return out

    def output(self, name, kind, shape):
        self.outputs[name] = (np.dtype(kind), shape)

    def params(self, scale, zero, kind):
        return [self.constant(np.float32(scale)), self.constant(np.array(zero, kind))]

    def dequantize(self, x, scale, zero, kind, **attributes):
        return self.node("DequantizeLinear", [x, *self.params(scale, zero, kind)], **attributes)

    def quantize(self, x, scale, zero, kind, shape):
        out = self.node("QuantizeLinear", [x, *self.params(scale, zero, kind)])
        self.output(out, kind, shape)

    opset = 17

    def save(self, samples=None):
        self.run(self.model(), samples)

    def model(self):
        def info(values):
            return [
                helper.make_tensor_value_info(n, KINDS[k.name], s) for n, (k, s) in values.items()
            ]

        graph = helper.make_graph(
            self.nodes, self.name, info(self.inputs), info(self.outputs), self.constants
        )
        opsets = [helper.make_opsetid("", self.opset)]
        if any(n.domain for n in self.nodes):
            opsets.append(helper.make_opsetid("com.microsoft", 1))
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
        if len(opsets) == 1:
            checker.check_model(model, full_check=True)
        return model

    def run(self, model, samples=None):
        data = model.SerializeToString(deterministic=True)
        session = InferenceSession(data, providers=["CPUExecutionProvider"])
        feeds = samples or {n: integers(k, (SAMPLES, *s)) for n, (k, s) in self.inputs.items()}
        count = len(next(iter(feeds.values())))
        found = [session.run(None, {n: v[i] for n, v in feeds.items()}) for i in range(count)]
        cases[f"{self.name}.model"] = np.frombuffer(data, np.uint8)
        cases.update({f"{self.name}.in.{n}": v for n, v in feeds.items()})
        for k, name in enumerate(o.name for o in model.graph.output):
            cases[f"{self.name}.out.{name}"] = np.stack([f[k] for f in found])


def zero(kind):
    return int(random.integers(*limits(kind)))


def qlinear_conv(name, kind, weights, per_channel, shape, kernel, bias=True, group=1, **attributes):
    g = Graph(name)
    x = g.input("x", kind, shape)
    channels, inner = kernel[0], int(np.prod(kernel[1:]))
    w_scale = scale(0.001, 0.02, (channels,)) if per_channel else scale(0.001, 0.02)
    w_zero = np.zeros(w_scale.shape) if weights == "int8" else np.full(w_scale.shape, zero(weights))
    sx, zx = scale(), zero(kind)
    sy = np.float32(sx * w_scale.mean() * 100 * np.sqrt(inner) / 3)
    inputs = [x, *g.params(sx, zx, kind), g.constant(integers(weights, kernel))]
    inputs += [g.constant(w_scale), g.constant(w_zero.astype(weights)), *g.params(sy, zero(kind), kind)]
    if bias:
        inputs.append(g.constant(random.integers(-3000, 3000, channels).astype(np.int32)))
    out = g.node("QLinearConv", inputs, group=group, **attributes)
    spatial = np.ones(shape[2:])  # only the number of dimensions
    g.output(out, kind, [shape[0], channels] + [f"d{k}" for k in range(spatial.ndim)])
    g.save()


def main():
    qlinear_conv("conv_odd", "uint8", "uint8", False, [1, 3, 5, 7], [4, 3, 3, 2], pads=[1, 0, 0, 2], strides=[2, 1])
    qlinear_conv("conv_channels", "uint8", "int8", True, [1, 2, 5, 5], [6, 2, 3, 3], pads=[1, 1, 1, 1])
    qlinear_conv("conv_signed", "int8", "int8", True, [1, 4, 4, 4], [4, 1, 3, 3], group=4, bias=False)
    qlinear_conv("conv_line", "int8", "int8", False, [1, 2, 11], [3, 2, 3], dilations=[2], pads=[2, 1])

    # QLinearMatMul, with B known and not.
    for name, kind, known in [("matmul", "uint8", True), ("matmul_signed", "int8", True), ("matmul_both", "uint8", False)]:
        g = Graph(name)
        a = [g.input("a", kind, [3, 7]), *g.params(scale(), zero(kind), kind)]
        b = g.constant(integers(kind, (7, 4))) if known else g.input("b", kind, [7, 4])
        b = [b, *g.params(scale(), zero(kind), kind)]
        out = g.node("QLinearMatMul", a + b + g.params(scale(0.02, 0.2), zero(kind), kind))
        g.output(out, kind, [3, 4])
        g.save()

    g = Graph("conv_integer")
    inputs = [g.input("x", "uint8", [1, 2, 4, 5]), g.constant(integers("uint8", (3, 2, 2, 3)))]
    inputs += [g.constant(np.uint8(117)), g.constant(np.uint8(131))]
    g.output(g.node("ConvInteger", inputs, pads=[0, 1, 1, 0]), "int32", [1, 3, 4, 4])
    g.save()

    g = Graph("matmul_integer")
    inputs = [g.input("a", "uint8", [2, 5]), g.constant(integers("int8", (5, 3)))]
    inputs += [g.constant(np.uint8(100)), g.constant(np.array([1, -3, 7], np.int8))]
    g.output(g.node("MatMulInteger", inputs), "int32", [2, 3])
    g.save()

    # An operation between DequantizeLinear and QuantizeLinear.
    for kind in ("uint8", "int8"):
        for op in ("Add", "Mul"):
            for even in (False, True):
                g = Graph(f"{op.lower()}_{kind}{'_even' if even else ''}")
                s = [np.float32(v) for v in ((0.25, 0.125, 0.5) if even else (scale(), scale(), scale()))]
                a = g.dequantize(g.input("a", kind, [40]), s[0], zero(kind), kind)
                b = g.dequantize(g.input("b", kind, [40]), s[1], zero(kind), kind)
                g.quantize(g.node(op, [a, b]), s[2], zero(kind), kind, [40])
                g.save()

        g = Graph(f"gemm_{kind}")
        w, w_scale = integers("int8", (6, 9)), scale(0.001, 0.02, (6,))
        sx = scale()
        x = g.dequantize(g.input("x", kind, [2, 9]), sx, zero(kind), kind)
        b = g.dequantize(g.constant(w), w_scale, np.zeros(6), "int8", axis=0)
        bias = g.constant(random.integers(-2000, 2000, 6).astype(np.int32))
        c = g.dequantize(bias, (sx * w_scale).astype(np.float32), np.zeros(6), "int32", axis=0)
        g.quantize(g.node("Gemm", [x, b, c], transB=1), scale(0.02, 0.1), zero(kind), kind, [2, 6])
        g.save()

        g = Graph(f"global_{kind}")
        x = g.dequantize(g.input("x", kind, [1, 3, 5, 7]), scale(), zero(kind), kind)
        g.quantize(g.node("GlobalAveragePool", [x]), scale(), zero(kind), kind, [1, 3, 1, 1])
        g.save()

        # A scale for which no mean of four is half way between two integers.
        g = Graph(f"average_{kind}")
        x = g.dequantize(g.input("x", kind, [1, 2, 6, 6]), np.float32(0.03137), zero(kind), kind)
        pool = g.node("AveragePool", [x], kernel_shape=[2, 2], strides=[2, 2])
        g.quantize(pool, np.float32(0.0371), zero(kind), kind, [1, 2, 3, 3])
        g.save()

        g = Graph(f"concat_{kind}")
        a = g.dequantize(g.input("a", kind, [1, 3, 4]), scale(), zero(kind), kind)
        s, z = scale(), zero(kind)
        b = g.dequantize(g.input("b", kind, [1, 2, 4]), s, z, kind)
        g.quantize(g.node("Concat", [a, b], axis=1), s, z, kind, [1, 5, 4])
        g.save()

        for op, attributes in (("LeakyRelu", {"alpha": 0.07}), ("Sigmoid", {}), ("Relu", {}), ("MaxPool", {"kernel_shape": [2]})):
            g = Graph(f"{op.lower()}_{kind}")
            x = g.dequantize(g.input("x", kind, [1, 1, 256]), np.float32(0.037), zero(kind), kind)
            z = zero(kind)
            out = [1, 1, 255] if op == "MaxPool" else [1, 1, 256]
            g.quantize(g.node(op, [x], **attributes), np.float32(1 / 256 if op == "Sigmoid" else 0.041), z, kind, out)
            g.save({"x": np.arange(*limits(kind)).astype(kind).reshape(1, 1, 1, 256)})

    # Accumulators next to exact halves: weights of 1, so that x runs through them one by one.
    g = Graph("near_even")
    near(g, np.float32(2.0**-3))
    g = Graph("near_above")
    near(g, np.nextafter(np.float32(2.0**-3), np.float32(1)))
    g = Graph("near_third")
    near(g, np.float32(1) / np.float32(6))
    # A Relu that saturation does not stand for, as the zero point is in the middle.
    g = Graph("conv_relu")
    w, w_scale = integers("int8", (5, 2, 3, 3)), scale(0.001, 0.02, (5,))
    x = g.dequantize(g.input("x", "int8", [1, 2, 6, 6]), 0.0213, 0, "int8")
    w = g.dequantize(g.constant(w), w_scale, np.zeros(5), "int8", axis=0)
    y = g.node("Relu", [g.node("Conv", [x, w], pads=[1, 1, 1, 1])])
    g.quantize(y, 0.0371, 0, "int8", [1, 5, 6, 6])
    g.save()
    g = Graph("matmul_clip")
    a = g.dequantize(g.input("a", "uint8", [2, 3, 5]), scale(), 128, "uint8")
    b = g.dequantize(g.constant(integers("int8", (5, 4))), scale(0.01, 0.02, (4,)), np.zeros(4), "int8", axis=1)
    y = g.node("Clip", [g.node("MatMul", [a, b]), g.constant(np.float32(-1)), g.constant(np.float32(6))])
    g.quantize(y, scale(0.02, 0.05), 100, "uint8", [2, 3, 4])
    g.save()
    for kind in (ort.QuantType.QUInt8, ort.QuantType.QInt8):
        for form in (ort.QuantFormat.QDQ, ort.QuantFormat.QOperator):
            network(kind, form)
    # Wide integers, which only the operators themselves take.
    for kind, top in (("int16", 2**15), ("uint16", 2**16)):
        g = Graph(f"wide_{kind}")
        x = g.input("x", "float32", [40])
        q = g.node("QuantizeLinear", [x, *g.params(0.0071, top // 3, kind)])
        y = g.node("DequantizeLinear", [q, *g.params(0.0123, top // 5, kind)])
        g.quantize(y, 1.37, 7, "uint8", [40])
        g.opset = 21
        g.save({"x": random.integers(-(2**14), 2**14, (SAMPLES, 40)).astype(np.float32) / 64})
    requantized()
    rewritten()
    np.savez_compressed(HERE / "quantized.npz", **cases)
    print(len([n for n in cases if n.endswith(".model")]), "cases")


def requantized():
    """Scales of which one is a simple multiple of the other: many integers lie half way between two of the result."""
    scales = {"up": (0.03, 0.02), "half": (0.02, 0.04), "odd": (0.0235, 0.047), "quarters": (0.03, 0.04)}
    for name, (before, after) in scales.items():
        for kind, zeros in (("uint8", (100, 100)), ("int8", (-7, 12))):
            g = Graph(f"requantized_{name}_{kind}")
            x = g.dequantize(g.input("x", kind, [256]), before, zeros[0], kind)
            g.quantize(x, after, zeros[1], kind, [256])
            g.save({"x": np.arange(*limits(kind)).astype(kind).reshape(1, 256)})


def pair(g, x, scale, zero, kind):
    return g.dequantize(g.node("QuantizeLinear", [x, *g.params(scale, zero, kind)]), scale, zero, kind)


def rewritten():
    """What onnxruntime rewrites before it makes operators on integers of anything."""
    floats = lambda low, shape: random.normal(0, low, shape).astype(np.float32)

    # Two or three pairs in a row.
    for kind, pairs in (
        ("uint8", [(0.02, 128), (0.027, 100)]),
        ("int8", [(0.02, -3), (0.017, 5)]),
        ("uint8", [(0.02, 128), (0.03, 128), (0.021, 110)]),
    ):
        g = Graph(f"pairs_{kind}_{len(pairs)}")
        x = g.input("x", "float32", [40])
        for scale_, zero_ in pairs:
            x = pair(g, x, scale_, zero_, kind)
        g.output(x, "float32", [40])
        g.save({"x": floats(1.5, (SAMPLES, 40))})

    # Signed bytes that nobody else reads.
    g = Graph("softmax_signed_to_unsigned")
    x = g.node("Softmax", [pair(g, g.input("x", "float32", [2, 16]), 0.0147, 75, "int8")])
    g.quantize(x, 0.0033, 0, "uint8", [2, 16])
    g.save({"x": floats(1.0, (SAMPLES, 2, 16))})
    g = Graph("add_signed_and_unsigned")
    a = pair(g, g.input("a", "float32", [40]), 0.0213, -9, "int8")
    b = pair(g, g.input("b", "float32", [40]), 0.0157, 120, "uint8")
    g.quantize(g.node("Add", [a, b]), 0.0291, 131, "uint8", [40])
    g.save({"a": floats(1.0, (SAMPLES, 40)), "b": floats(1.0, (SAMPLES, 40))})

    # What moves elements before an operation and behind it.
    g = Graph("moved_matmul")
    x = pair(g, g.input("x", "float32", [2, 3, 2]), 0.0237, 121, "uint8")
    x = g.node("Reshape", [x, g.constant(np.array([2, 6], np.int64))])
    w = g.dequantize(g.constant(integers("int8", (6, 4))), 0.0051, 0, "int8")
    y = g.node("Reshape", [g.node("MatMul", [x, w]), g.constant(np.array([4, 2], np.int64))])
    g.quantize(y, 0.031, 110, "uint8", [4, 2])
    g.save({"x": floats(1.0, (SAMPLES, 2, 3, 2))})
    g = Graph("mean_of_moved")
    x = g.dequantize(g.input("x", "uint8", [3, 20]), 0.02, 100, "uint8")
    x = g.node("Reshape", [x, g.constant(np.array([1, 3, 4, 5], np.int64))])
    g.quantize(g.node("GlobalAveragePool", [x]), 0.02, 100, "uint8", [1, 3, 1, 1])
    g.save()

    # Weights and biases that are floats, which onnxruntime rounds. Float biases alone are in groups.npz.
    shapes = {
        "Conv": ([1, 3, 5, 5], (4, 3, 3, 3), [1, 4, 3, 3]),
        "Gemm": ([2, 9], (9, 4), [2, 4]),
    }
    for op, (shape, kernel, out) in shapes.items():
        g = Graph(f"float_weights_{op.lower()}")
        x = pair(g, g.input("x", "float32", shape), 0.0237, 121, "uint8")
        y = g.node(op, [x, g.constant(floats(0.3, kernel)), g.constant(floats(0.5, (4,)))])
        y = g.node("Relu", [y]) if op == "Gemm" else y
        g.quantize(y, 0.031, 110, "uint8", out)
        g.save({"x": floats(1.0, (SAMPLES, *shape))})


class Reader(ort.CalibrationDataReader):
    def __init__(self, samples):
        self.samples = iter([{"x": x} for x in samples])

    def get_next(self):
        return next(self.samples, None)


def network(kind, form):
    """A residual network with random weights, as onnxruntime's quantizer writes it."""
    g = Graph(f"network_{kind.name.lower()}_{form.name.lower()}")
    x = g.input("x", "float32", [1, 2, 8, 8])

    def conv(x, channels, inner, **attributes):
        w = g.constant(random.normal(0, 0.3, (channels, inner, 3, 3)).astype(np.float32))
        b = g.constant(random.normal(0, 0.1, channels).astype(np.float32))
        return g.node("Conv", [x, w, b], pads=[1, 1, 1, 1], **attributes)

    first = g.node("Relu", [conv(x, 6, 2, strides=[2, 2])])
    second = g.node("LeakyRelu", [conv(first, 6, 6)], alpha=0.1)
    y = g.node("Relu", [g.node("Add", [first, conv(second, 6, 6)])])
    y = g.node("Concat", [y, g.node("MaxPool", [first], kernel_shape=[3, 3], pads=[1, 1, 1, 1])], axis=1)
    y = g.node("Flatten", [g.node("GlobalAveragePool", [y])])
    w = g.constant(random.normal(0, 1, (5, 12)).astype(np.float32))
    b = g.constant(random.normal(0, 1, 5).astype(np.float32))
    g.output(g.node("Gemm", [y, w, b], transB=1), "float32", [1, 5])
    samples = random.normal(0, 1, (SAMPLES, 1, 2, 8, 8)).astype(np.float32)
    with TemporaryDirectory() as folder:
        source, path = f"{folder}/float.onnx", f"{folder}/quantized.onnx"
        onnx.save(g.model(), source)
        ort.quantize_static(
            source,
            path,
            Reader(samples),
            quant_format=form,
            per_channel=form == ort.QuantFormat.QDQ,
            activation_type=kind,
            weight_type=ort.QuantType.QInt8,
        )
        g.run(onnx.load(path), {"x": samples})


def near(g, multiplier):
    """acc = 256·a + b + bias through one QLinearMatMul with the multiplier as its scale."""
    one = np.float32(1)
    a = [g.input("a", "uint8", [1, 3]), *g.params(one, 0, "uint8")]
    b = g.constant(np.array([[64], [16], [1]], np.uint8))
    inputs = a + [b, *g.params(multiplier, 0, "uint8"), *g.params(one, 3, "uint8")]
    g.output(g.node("QLinearMatMul", inputs), "uint8", [1, 1])
    x = np.array([[[k // 64 % 32, k // 16 % 4, k % 16]] for k in range(0, 2048)], np.uint8)
    g.save({"a": x})


main()
