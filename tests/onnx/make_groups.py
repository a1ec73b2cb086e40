"""Float operations between DequantizeLinear and QuantizeLinear with what onnxruntime makes of them: groups.npz.

    python -m pip install -r requirements-quantized.txt
    python make_groups.py

Cases are stored as in quantized.npz. Most of these groups onnxruntime has no operator on integers for: it
computes them in floats of 32 bits. Everything is seeded.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions
from onnxruntime import quantization as ort

HERE = Path(__file__).resolve().parent
SAMPLES = 8
random = np.random.default_rng(11)
cases = {}


class Graph:
    def __init__(self, name, opset=21):
        self.name, self.opset = name, opset
        self.nodes, self.constants, self.inputs, self.outputs = [], [], {}, {}

    def constant(self, value):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(self, op, inputs, domain="", **attributes):
        out = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [out], f"n{len(self.nodes)}", domain=domain, **attributes))
        return out

    def params(self, scale, zero, kind):
        return [self.constant(np.float32(scale)), self.constant(np.array(zero, kind))]

    def input(self, shape, scale, zero=0, kind="int8"):
        """An input that is quantized, and what is dequantized of it."""
        name = f"x{len(self.inputs)}"
        reach = (1 << 7 if "8" in kind else 1 << 15) * scale
        self.inputs[name] = (shape, reach)
        q = self.node("QuantizeLinear", [name, *self.params(scale, zero, kind)])
        return self.node("DequantizeLinear", [q, *self.params(scale, zero, kind)])

    def weight(self, shape, scale, kind="int8", zero=0, **attributes):
        info = np.iinfo(kind)
        q = random.integers(info.min // 2, info.max // 2, shape).astype(kind)
        scale = np.asarray(scale, np.float32)
        zeros = np.full(scale.shape, zero, kind)
        parts = [self.constant(q), self.constant(scale), self.constant(zeros)]
        return self.node("DequantizeLinear", parts, **attributes)

    def quantize(self, x, scale, zero=0, kind="int8"):
        q = self.node("QuantizeLinear", [x, *self.params(scale, zero, kind)])
        self.outputs[q] = kind

    def save(self):
        info = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, (s, _) in self.inputs.items()]
        kinds = {k: helper.np_dtype_to_tensor_dtype(np.dtype(k)) for k in set(self.outputs.values())}
        results = [helper.make_tensor_value_info(n, kinds[k], None) for n, k in self.outputs.items()]
        graph = helper.make_graph(self.nodes, self.name, info, results, self.constants)
        opsets = [helper.make_opsetid("", self.opset)]
        if any(n.domain for n in self.nodes):
            opsets.append(helper.make_opsetid("com.microsoft", 1))
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
        feeds = {n: random.uniform(-r, r, (SAMPLES, *s)).astype(np.float32) for n, (s, r) in self.inputs.items()}
        # Optimized, float biases are rounded to a step of the accumulator, which the model does not say.
        store(self.name, model, feeds, optimize="bias" not in self.name)


def store(name, model, feeds, optimize=True):
    data = model.SerializeToString(deterministic=True)
    options = SessionOptions()
    if not optimize:
        options.graph_optimization_level = GraphOptimizationLevel.ORT_DISABLE_ALL
    session = InferenceSession(data, options, providers=["CPUExecutionProvider"])
    found = [session.run(None, {n: v[i] for n, v in feeds.items()}) for i in range(SAMPLES)]
    cases[f"{name}.model"] = np.frombuffer(data, np.uint8)
    cases.update({f"{name}.in.{n}": v for n, v in feeds.items()})
    for k, output in enumerate(o.name for o in model.graph.output):
        cases[f"{name}.out.{output}"] = np.stack([f[k] for f in found])


def expose(model):
    """Every tensor of integers as a result."""
    kinds = {i.name: i.data_type for i in model.graph.initializer}
    known = {o.name for o in model.graph.output}
    for n in model.graph.node:
        zero = n.input[-1]
        if n.op_type == "QLinearConv" and len(n.input) == 9:
            zero = n.input[7]
        if n.op_type == "DynamicQuantizeLinear":
            kind = TensorProto.UINT8
        elif n.op_type != "DequantizeLinear" and kinds.get(zero) in (TensorProto.INT8, TensorProto.UINT8, TensorProto.INT16, TensorProto.UINT16) and n.op_type.startswith(("Q",)):
            kind = kinds[zero]
        else:
            continue
        if n.output[0] not in known:
            model.graph.output.append(helper.make_tensor_value_info(n.output[0], kind, None))
    return model


def floats(*shape, size=0.5):
    return random.normal(0, size, shape).astype(np.float32)


def single():
    """One operation between integers of 8 bits."""
    for kind in ("int8", "uint8"):
        zero = 0 if kind == "int8" else 131
        g = Graph(f"gemm_bias_{kind}")
        x, w = g.input([2, 20], 0.0213, zero, kind), g.weight((6, 20), 0.0113)
        g.quantize(g.node("Gemm", [x, w, g.constant(floats(6))], transB=1, alpha=0.5, beta=2.0), 0.03, zero, kind)
        g.save()

        g = Graph(f"conv_bias_{kind}")
        x = g.input([1, 3, 6, 6], 0.02, zero, kind)
        w = g.weight((4, 3, 3, 3), floats(4, size=0.002).__abs__() + 0.004, axis=0)
        g.quantize(g.node("Conv", [x, w, g.constant(floats(4))], pads=[1, 1, 1, 1]), 0.05, zero, kind)
        g.save()

        g = Graph(f"conv_transpose_bias_{kind}")
        x, w = g.input([1, 3, 4, 5], 0.0271, zero, kind), g.weight((3, 4, 3, 2), 0.0093)
        g.quantize(g.node("ConvTranspose", [x, w, g.constant(floats(4))], strides=[2, 1]), 0.03, zero, kind)
        g.save()

        g = Graph(f"matmul_add_{kind}")
        x, w = g.input([3, 10], 0.0213, zero, kind), g.weight((10, 5), 0.0113)
        g.quantize(g.node("Add", [g.node("MatMul", [x, w]), g.constant(floats(5))]), 0.05, zero, kind)
        g.save()

        # Thirds, and scales of which a difference is often exactly half a step.
        for name, scales in (("thirds", (0.02, 0.03, 0.03)), ("halves", (0.02, 0.03, 0.04)), ("odd", (0.0173, 0.0291, 0.0377))):
            g = Graph(f"sub_{name}_{kind}")
            a, b = g.input([4, 8], scales[0], zero, kind), g.input([8], scales[1], zero, kind)
            g.quantize(g.node("Sub", [a, b]), scales[2], zero, kind)
            g.save()

        g = Graph(f"prelu_{kind}")
        g.quantize(g.node("PRelu", [g.input([2, 8], 0.0273, zero, kind), g.weight((8,), 0.00493)]), 0.03, zero, kind)
        g.save()

        g = Graph(f"softmax_{kind}", 13)
        scale = 1 / 255 if kind == "uint8" else 1 / 256
        g.quantize(g.node("Softmax", [g.input([2, 3, 7], 0.05, zero, kind)], axis=1), scale, 0 if kind == "uint8" else -128, kind)
        g.save()

        g = Graph(f"layer_norm_{kind}")
        x = g.input([3, 16], 0.02, zero, kind)
        w = g.weight((16,), 0.0113)
        g.quantize(g.node("LayerNormalization", [x, w, g.constant(floats(16))], axis=-1), 0.03, zero, kind)
        g.save()

        g = Graph(f"batch_norm_{kind}")
        x = g.input([1, 3, 4, 4], 0.02, zero, kind)
        p = [g.weight((3,), 0.0113), g.constant(floats(3)), g.constant(floats(3)), g.constant(floats(3) ** 2 + 0.3)]
        g.quantize(g.node("BatchNormalization", [x, *p]), 0.03, zero, kind)
        g.save()

        g = Graph(f"choose_{kind}")
        a, b = g.input([4, 6], 0.02, zero, kind), g.input([4, 6], 0.031, zero, kind)
        g.quantize(g.node("Where", [g.constant(random.integers(0, 2, (4, 6)) > 0), a, b]), 0.027, zero, kind)
        g.quantize(g.node("Max", [a, b]), 0.029, zero, kind)
        g.quantize(g.node("Min", [a, b]), 0.033, zero, kind)
        g.save()

        g = Graph(f"conv_silu_{kind}")
        x, w = g.input([1, 2, 5, 5], 0.0273, zero, kind), g.weight((3, 2, 2, 2), 0.00493)
        y = g.node("Conv", [x, w])
        g.quantize(g.node("Mul", [y, g.node("Sigmoid", [y])]), 0.02, zero, kind)
        g.save()

        g = Graph(f"matmul_tanh_{kind}")
        x, w = g.input([3, 10], 0.0213, zero, kind), g.weight((10, 5), 0.0113)
        g.quantize(g.node("Tanh", [g.node("MatMul", [x, w])]), 0.008, zero, kind)
        g.save()

    # The same for the operator of onnxruntime's own.
    g = Graph("add_halves")
    a, b = g.input([4, 8], 0.02, 3, "uint8"), g.input([4, 8], 0.03, 120, "uint8")
    g.quantize(g.node("Add", [a, b]), 0.04, 100, "uint8")
    g.save()

    g = Graph("add_types")
    a, b = g.input([4, 8], 0.02, 3, "int8"), g.input([4, 8], 0.03, 120, "uint8")
    g.quantize(g.node("Add", [a, b]), 0.04, 0, "int8")
    g.save()

    g = Graph("div")
    a, b = g.input([4, 8], 0.02), g.weight((4, 8), 0.013, "uint8", -100 % 256)
    g.quantize(g.node("Div", [a, b]), 0.04)
    g.save()

    g = Graph("mean_pow")
    x = g.input([2, 3, 8], 0.02)
    g.quantize(g.node("ReduceMean", [x, g.constant(np.array([-1]))], keepdims=1), 0.011)
    g.quantize(g.node("Pow", [x, g.constant(np.float32(2))]), 0.027)
    g.save()


def wide():
    """Integers of 16 bits."""
    for kind in ("int16", "uint16"):
        zero = 0 if kind == "int16" else 33001
        g = Graph(f"conv_{kind}")
        x, w = g.input([1, 2, 6, 6], 6.1e-5, zero, kind), g.weight((3, 2, 3, 3), [0.004, 0.005, 0.0033], axis=0)
        g.quantize(g.node("Conv", [x, w], pads=[1, 1, 1, 1]), 1.1e-4, zero, kind)
        g.save()

        g = Graph(f"gemm_{kind}")
        x, w = g.input([2, 12], 6.1e-5, zero, kind), g.weight((12, 5), 1.9e-5, "int16")
        g.quantize(g.node("Gemm", [x, w, g.constant(floats(5))]), 1.3e-4, zero, kind)
        g.save()

        for op in ("Add", "Mul", "Sub"):
            g = Graph(f"{op.lower()}_{kind}")
            a, b = g.input([4, 8], 6.1e-5, zero, kind), g.input([4, 8], 7.3e-5, zero, kind)
            g.quantize(g.node(op, [a, b]), 1.1e-4, zero, kind)
            g.save()

        for op, out in (("Sigmoid", 1.5e-5), ("Tanh", 3.1e-5), ("Softmax", 1.6e-5)):
            g = Graph(f"{op.lower()}_{kind}")
            out_zero = 0
            g.quantize(g.node(op, [g.input([2, 10], 1.1e-4, zero, kind)]), out * (2 if kind == "int16" else 1), out_zero, kind)
            g.save()

        g = Graph(f"pool_{kind}")
        x = g.input([1, 2, 6, 6], 6.1e-5, zero, kind)
        g.quantize(g.node("GlobalAveragePool", [x]), 2.1e-5, zero, kind)
        g.quantize(g.node("LeakyRelu", [x], alpha=0.1), 6.3e-5, zero, kind)
        g.save()


class Reader(ort.CalibrationDataReader):
    def __init__(self, feeds):
        self.samples = iter([{n: v[i] for n, v in feeds.items()} for i in range(SAMPLES)])

    def get_next(self):
        return next(self.samples, None)


def quantized(name, g, result, shape, feeds, **settings):
    """A float network as onnxruntime's quantizer writes it."""
    info = [helper.make_tensor_value_info(n, TensorProto.FLOAT, v.shape[1:]) for n, v in feeds.items()]
    out = [helper.make_tensor_value_info(result, TensorProto.FLOAT, shape)]
    graph = helper.make_graph(g.nodes, name, info, out, g.constants)
    opsets = [helper.make_opsetid("", g.opset)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    with TemporaryDirectory() as folder:
        source, path = f"{folder}/float.onnx", f"{folder}/quantized.onnx"
        onnx.save(model, source)
        ort.quantize_static(source, path, Reader(feeds), **settings)
        store(name, expose(onnx.load(path)), feeds)


def attention(g):
    """A block of a transformer with one head."""
    def linear(x, inner, outer):
        return g.node("Add", [g.node("MatMul", [x, g.constant(floats(inner, outer, size=inner**-0.5))]), g.constant(floats(outer, size=0.1))])

    def norm(x):
        return g.node("LayerNormalization", [x, g.constant(1 + floats(8, size=0.1)), g.constant(floats(8, size=0.1))], axis=-1)

    q, k, v = (linear("x", 8, 8) for _ in range(3))
    scores = g.node("Div", [g.node("MatMul", [q, g.node("Transpose", [k], perm=[0, 2, 1])]), g.constant(np.float32(8**0.5))])
    y = g.node("MatMul", [g.node("Softmax", [scores], axis=-1), v])
    y = norm(g.node("Add", ["x", linear(y, 8, 8)]))
    hidden = linear(y, 8, 12)
    erf = g.node("Erf", [g.node("Div", [hidden, g.constant(np.float32(2**0.5))])])
    gelu = g.node("Mul", [g.node("Mul", [hidden, g.node("Add", [erf, g.constant(np.float32(1))])]), g.constant(np.float32(0.5))])
    return norm(g.node("Add", [y, linear(gelu, 12, 8)]))


def convolutions(g):
    x = g.node("Conv", ["x", g.constant(floats(4, 2, 3, 3, size=0.3)), g.constant(floats(4))], pads=[1, 1, 1, 1])
    x = g.node("BatchNormalization", [x] + [g.constant(v) for v in (floats(4), floats(4), floats(4), floats(4) ** 2 + 0.3)])
    x = g.node("PRelu", [x, g.constant(np.abs(floats(4, 1, 1)))])
    x = g.node("ConvTranspose", [x, g.constant(floats(4, 3, 2, 2, size=0.3)), g.constant(floats(3))], strides=[2, 2])
    x = g.node("Mul", [x, g.node("Sigmoid", [x])])
    x = g.node("Flatten", [g.node("AveragePool", [x], kernel_shape=[4, 4], strides=[4, 4])])
    return g.node("Gemm", [x, g.constant(floats(5, 27)), g.constant(floats(5))], transB=1)


def networks():
    kinds = ort.QuantType
    for activations, weights in ((kinds.QUInt8, kinds.QInt8), (kinds.QInt8, kinds.QInt8), (kinds.QUInt16, kinds.QInt8), (kinds.QInt16, kinds.QInt16)):
        for form in (ort.QuantFormat.QDQ, ort.QuantFormat.QOperator):
            if form == ort.QuantFormat.QOperator and activations not in (kinds.QUInt8, kinds.QInt8):
                continue
            settings = {"quant_format": form, "activation_type": activations, "weight_type": weights}
            suffix = f"{activations.name.lower()}_{form.name.lower()}"
            g = Graph(f"attention_{suffix}")
            feeds = {"x": floats(SAMPLES, 1, 4, 8, size=1)}
            quantized(g.name, g, attention(g), [1, 4, 8], feeds, **settings)
            g = Graph(f"convolutions_{suffix}")
            feeds = {"x": floats(SAMPLES, 1, 2, 6, 6, size=1)}
            quantized(g.name, g, convolutions(g), [1, 5], feeds, per_channel=form == ort.QuantFormat.QDQ, **settings)


def dynamic():
    """Networks whose scales follow from the data: the integers of each layer are results."""
    for name, build, shape, out in (("attention", attention, (4, 8), [1, 4, 8]), ("convolutions", convolutions, (2, 6, 6), [1, 5])):
        g = Graph(f"dynamic_{name}")
        feeds = {"x": floats(SAMPLES, 1, *shape, size=1)}
        result = build(g)
        info = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, *shape])]
        graph = helper.make_graph(g.nodes, g.name, info, [helper.make_tensor_value_info(result, TensorProto.FLOAT, out)], g.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", g.opset)], ir_version=10)
        with TemporaryDirectory() as folder:
            source, path = f"{folder}/float.onnx", f"{folder}/quantized.onnx"
            onnx.save(model, source)
            ort.quantize_dynamic(source, path, weight_type=ort.QuantType.QInt8)
            model = onnx.load(path)
        store(g.name, expose(model), feeds)


def normalizations():
    """What is normalized between integers of 8 and 16 bits."""
    for kind, step, out in (("int8", 0.02, 0.03), ("uint8", 0.02, 0.03), ("int16", 7e-5, 1.3e-4), ("uint16", 7e-5, 1.3e-4)):
        zero = 0 if kind.startswith("int") else 131 if kind == "uint8" else 33001
        for op, opset, shapes, attributes in (
            ("InstanceNormalization", 21, [(3,), (3,)], {}),
            ("GroupNormalization", 21, [(4,), (4,)], {"num_groups": 2}),
            ("RMSNormalization", 23, [(4,)], {"axis": -1}),
            ("LpNormalization", 21, [], {"axis": -1, "p": 2}),
            ("LpNormalization", 21, [], {"axis": -1, "p": 1}),
            ("MeanVarianceNormalization", 21, [], {}),
        ):
            g = Graph(f"{op.lower()}{attributes.get('p', '')}_{kind}", opset)
            x = g.input([1, 4 if op.startswith("Group") else 3, 4, 4], step, zero, kind)
            # A scale in integers, and a bias in those of 32 bits, as the quantizer writes them.
            more = [g.weight(shape, 0.0113) for shape in shapes[:1]]
            more += [g.node("DequantizeLinear", [g.constant(random.integers(-3000, 3000, shape).astype(np.int32)), g.constant(np.float32(step * 0.0113))]) for shape in shapes[1:]]
            scale = out if shapes or op.startswith("Mean") else step * 0.4
            g.quantize(g.node(op, [x, *more], **attributes), scale, zero, kind)
            g.save()

    kinds = ort.QuantType
    for activations, weights in ((kinds.QUInt8, kinds.QInt8), (kinds.QInt8, kinds.QInt8), (kinds.QUInt16, kinds.QInt8), (kinds.QInt16, kinds.QInt16)):
        g = Graph(f"instances_{activations.name.lower()}_qdq")
        x = g.node("Conv", ["x", g.constant(floats(4, 2, 3, 3, size=0.3)), g.constant(floats(4))], pads=[1] * 4)
        x = g.node("InstanceNormalization", [x, g.constant(1 + floats(4, size=0.2)), g.constant(floats(4))])
        x = g.node("Conv", [g.node("Relu", [x]), g.constant(floats(3, 4, 1, 1))])
        feeds = {"x": floats(SAMPLES, 1, 2, 6, 6, size=1)}
        quantized(g.name, g, x, [1, 3, 6, 6], feeds, activation_type=activations, weight_type=weights)


def pads():
    """What a Pad adds between integers: at the scale of its input or not, given as an integer, a float or not at all."""
    around = np.array([0, 0, 1, 0, 0, 0, 2, 1])
    for kind, step in (("int8", 0.02), ("uint8", 0.02), ("int16", 7e-5)):
        zero = 0 if kind.startswith("int") else 131
        for name, value, scale, mode in (
            ("same", 0.7371, 1.0, "constant"),
            ("other", 0.7371, 1.7, "constant"),
            ("beyond", 1e6, 1.0, "constant"),
            ("least", -np.inf, 1.3, "constant"),
            ("none", None, 1.0, "constant"),
            ("none_other", None, 0.7, "constant"),
            ("edge", None, 1.0, "edge"),
            ("reflect", None, 1.4, "reflect"),
        ):
            g = Graph(f"pad_{name}_{kind}")
            x = g.input([1, 2, 4, 3], step, zero, kind)
            more = [] if value is None else [g.constant(np.float32(value))]
            g.quantize(g.node("Pad", [x, g.constant(around), *more], mode=mode), step * scale, zero, kind)
            g.save()
        g = Graph(f"pad_integer_{kind}")
        x, value = g.input([1, 2, 4, 3], step, zero, kind), g.weight((), step / 3, kind)
        g.quantize(g.node("Pad", [x, g.constant(around), value]), step, zero, kind)
        g.save()
    g = Graph("pad_attribute", 10)
    x = g.input([1, 2, 4, 3], 0.02, 131, "uint8")
    g.quantize(g.node("Pad", [x], pads=around.tolist(), value=0.7371), 0.02, 131, "uint8")
    g.save()

    kinds = ort.QuantType
    for value in (0.1, 40.0, None):
        for activations in (kinds.QUInt8, kinds.QInt16):
            g = Graph(f"padded_{value}_{activations.name.lower()}_qdq")
            x = g.node("Conv", ["x", g.constant(floats(4, 2, 3, 3, size=0.3))], pads=[1] * 4)
            more = [] if value is None else [g.constant(np.float32(value))]
            x = g.node("Pad", [x, g.constant(around), *more])
            x = g.node("Conv", [x, g.constant(floats(3, 4, 3, 3, size=0.3))])
            feeds = {"x": floats(SAMPLES, 1, 2, 6, 6, size=1)}
            quantized(g.name, g, x, [1, 3, 7, 5], feeds, activation_type=activations, weight_type=kinds.QInt8)


def main():
    single()
    wide()
    networks()
    dynamic()
    normalizations()
    pads()
    np.savez_compressed(HERE / "groups.npz", **cases)
    print(len([n for n in cases if n.endswith(".model")]), "cases")


main()
