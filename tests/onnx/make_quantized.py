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

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper
from onnxruntime import InferenceSession

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

    def save(self, samples=None):
        def info(values):
            return [
                helper.make_tensor_value_info(n, KINDS[k.name], s) for n, (k, s) in values.items()
            ]

        graph = helper.make_graph(
            self.nodes, self.name, info(self.inputs), info(self.outputs), self.constants
        )
        opsets = [helper.make_opsetid("", 17)]
        if any(n.domain for n in self.nodes):
            opsets.append(helper.make_opsetid("com.microsoft", 1))
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
        if len(opsets) == 1:
            checker.check_model(model, full_check=True)
        data = model.SerializeToString(deterministic=True)
        session = InferenceSession(data, providers=["CPUExecutionProvider"])
        feeds = samples or {n: integers(k, (SAMPLES, *s)) for n, (k, s) in self.inputs.items()}
        count = len(next(iter(feeds.values())))
        found = [session.run(None, {n: v[i] for n, v in feeds.items()}) for i in range(count)]
        cases[f"{self.name}.model"] = np.frombuffer(data, np.uint8)
        cases.update({f"{self.name}.in.{n}": v for n, v in feeds.items()})
        for k, name in enumerate(self.outputs):
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
    np.savez_compressed(HERE / "quantized.npz", **cases)
    print(len([n for n in cases if n.endswith(".model")]), "cases")


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
