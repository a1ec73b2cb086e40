"""Small random networks as onnxruntime's quantizer writes them, in every mode that it has."""

import contextlib
import io
import logging
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from onnx import TensorProto, helper
from onnxruntime import InferenceSession
from onnxruntime import quantization as ort

from .graph import SAMPLES, Graph, Skip, session

KINDS = {TensorProto.UINT8, TensorProto.INT8, TensorProto.UINT16, TensorProto.INT16}
FORMS, TYPES = ort.QuantFormat, ort.QuantType
STATIC = [
    (form, a, w)
    for form in (FORMS.QDQ, FORMS.QOperator)
    for a, w in ((TYPES.QUInt8, TYPES.QInt8), (TYPES.QUInt8, TYPES.QUInt8), (TYPES.QInt8, TYPES.QInt8))
] + [(FORMS.QDQ, TYPES.QUInt16, TYPES.QInt8), (FORMS.QDQ, TYPES.QInt16, TYPES.QInt16), (FORMS.QDQ, TYPES.QUInt16, TYPES.QUInt16)]


class Reader(ort.CalibrationDataReader):
    def __init__(self, feeds):
        self.samples = iter([{n: v[i] for n, v in feeds.items()} for i in range(SAMPLES)])

    def get_next(self):
        return next(self.samples, None)


def act(g, x):
    kind = g.choose(["Relu", "Relu", "Sigmoid", "Tanh", "LeakyRelu", "HardSwish", "Clip", "Silu", None])
    if kind is None:
        return x
    if kind == "Silu":
        return g.node("Mul", [x, g.node("Sigmoid", [x])])
    if kind == "Clip":
        return g.node("Clip", [x, g.constant(np.float32(0)), g.constant(np.float32(6))])
    return g.node(kind, [x])


def normal(g, *shape, size=None):
    return g.constant(g.random.normal(0, size or 1 / np.sqrt(max(np.prod(shape[1:]), 1)), shape).astype(np.float32))


def images(g):
    """Convolutions, poolings and joints, then a classifier."""
    channels, size = g.int(1, 3), g.int(4, 6)
    x = g.input("float32", (1, channels, size, size), g.random.normal(0, 1, (SAMPLES, 1, channels, size, size)).astype(np.float32))
    for _ in range(g.int(1, 3)):
        n, c = g.dims(x)[:2]
        step = g.choose(["conv", "conv", "residual", "pool", "norm", "depthwise", "transposed", "concat", "resize"])
        if step == "conv":
            outer, k = g.int(1, 4), g.choose([1, 3])
            x = act(g, g.node("Conv", [x, normal(g, outer, c, k, k), normal(g, outer, size=0.3)], pads=[k // 2] * 4, strides=[g.int(1, 2)] * 2))
        elif step == "residual":
            x = act(g, g.node("Add", [x, g.node("Conv", [x, normal(g, c, c, 3, 3)], pads=[1] * 4)]))
        elif step == "pool" and min(g.dims(x)[2:]) > 1:
            x = g.node(g.choose(["MaxPool", "AveragePool"]), [x], kernel_shape=[2, 2], strides=[g.int(1, 2)] * 2)
        elif step == "norm":
            x = g.node("BatchNormalization", [x, normal(g, c), normal(g, c), normal(g, c), g.constant(g.random.uniform(0.3, 2, c).astype(np.float32))])
        elif step == "depthwise":
            x = act(g, g.node("Conv", [x, normal(g, c, 1, 3, 3)], pads=[1] * 4, group=c))
        elif step == "transposed":
            x = g.node("ConvTranspose", [x, normal(g, c, 2, 2, 2)], strides=[2, 2]) if max(g.dims(x)[2:]) < 4 else x
        elif step == "concat":
            x = g.node("Concat", [x, g.node("Relu", [x])], axis=1)
        elif step == "resize" and max(g.dims(x)[2:]) < 4:
            x = g.node("Resize", [x, "", g.constant(np.array([1, 1, 2, 2], np.float32))], mode="nearest")
    x = g.node("Flatten", [g.node("GlobalAveragePool", [x]) if g.chance(0.4) else x])
    x = g.node("Gemm", [x, normal(g, 4, g.dims(x)[1]), normal(g, 4)], transB=1)
    return g.node("Softmax", [x], axis=-1) if g.chance(0.3) else x


def tables(g):
    """Dense layers."""
    size = g.int(2, 6)
    x = g.input("float32", (g.int(1, 2), size), None)
    for _ in range(g.int(1, 3)):
        columns = g.int(2, 6)
        if g.chance(0.5):
            x = g.node("Gemm", [x, normal(g, columns, g.dims(x)[1]), normal(g, columns)], transB=1)
        else:
            x = g.node("MatMul", [x, normal(g, g.dims(x)[1], columns)])
            x = g.node("Add", [x, normal(g, columns)]) if g.chance(0.6) else x
        x = act(g, x)
    return x


def texts(g):
    """A block of a transformer."""
    steps, size = g.int(2, 4), g.int(2, 4)
    x = g.input("float32", (1, steps, size), g.random.normal(0, 1, (SAMPLES, 1, steps, size)).astype(np.float32))
    linear = lambda x, a, b: g.node("Add", [g.node("MatMul", [x, normal(g, a, b)]), normal(g, b, size=0.1)])
    q, k, v = (linear(x, size, size) for _ in range(3))
    scores = g.node("Mul", [g.node("MatMul", [q, g.node("Transpose", [k], perm=[0, 2, 1])]), g.constant(np.float32(size**-0.5))])
    y = g.node("Add", [x, linear(g.node("MatMul", [g.node("Softmax", [scores], axis=-1), v]), size, size)])
    if g.chance(0.6) and g.opset >= 17:
        y = g.node("LayerNormalization", [y, normal(g, size), normal(g, size)], axis=-1)
    if g.chance(0.4):
        y = g.node("Add", [y, linear(act(g, linear(y, size, size + 1)), size + 1, size)])
    return y


def expose(model):
    """Every tensor of integers that a quantizing node makes, as a result."""
    known = {o.name for o in model.graph.output}
    kinds = {i.name: i.data_type for i in model.graph.initializer}
    for n in model.graph.node:
        zero = n.input[7] if n.op_type == "QLinearConv" and len(n.input) == 9 else n.input[-1] if n.input else ""
        quantizes = n.op_type.startswith("Q") and kinds.get(zero) in KINDS
        kind = TensorProto.UINT8 if n.op_type == "DynamicQuantizeLinear" else kinds[zero] if quantizes else None
        if kind is not None and n.output[0] not in known:
            model.graph.output.append(helper.make_tensor_value_info(n.output[0], kind, None))
    return model


def settings(random, number):
    """How the quantizer is called: its mode goes round, the rest is chance."""
    modes = len(STATIC) + 2
    mode = number % modes
    per_channel, reduce_range = (bool(random.integers(2)) for _ in range(2))
    if mode >= len(STATIC):
        return None, {"weight_type": TYPES.QInt8 if mode == len(STATIC) else TYPES.QUInt8, "per_channel": per_channel, "reduce_range": reduce_range}
    form, activation, weight = STATIC[mode]
    extra = {k: True for k in ("ActivationSymmetric", "WeightSymmetric", "ForceQuantizeNoInputCheck", "QuantizeBias") if random.random() < 0.25}
    name = f"{form.name}_{activation.name[1:]}_{weight.name[1:]}".lower()
    given = {"quant_format": form, "activation_type": activation, "weight_type": weight, "extra_options": extra}
    return name, {**given, "per_channel": per_channel, "reduce_range": reduce_range}


def network(random, number):
    """Name, model, inputs and results of a quantized network, or None."""
    way, given = settings(random, number)
    for _ in range(20):
        g = Graph(random, int(random.choice([13, 15, 17, 18, 21])))
        try:
            build = [images, images, tables, texts][int(random.integers(4))]
            result = build(g)
        except Skip:
            continue
        name = f"quantized_{build.__name__}_{way or 'dynamic'}_{number}"
        graph = helper.make_graph(g.nodes, name, *ends(g, result))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", g.opset)], ir_version=10)
        feeds = {n: np.stack(g.values[n]) for n in g.inputs}
        try:
            return name, *written(model, feeds, way, given)
        except Exception as e:  # what its quantizer does not take
            logging.debug("%s: %s", name, e)
    return None


def ends(g, result):
    value = lambda n: helper.make_tensor_value_info(n, TensorProto.FLOAT, g.dims(n))
    constants = [onnx.numpy_helper.from_array(v, n) for n, v in g.constants.items() if any(n in node.input for node in g.nodes)]
    return [value(n) for n in g.inputs], [value(result)], constants


def written(model, feeds, way, given):
    with TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        source, path = Path(folder) / "float.onnx", Path(folder) / "quantized.onnx"
        onnx.save(model, source)
        logging.disable(logging.WARNING)
        if way is None:
            ort.quantize_dynamic(source, path, **given)
        else:
            ort.quantize_static(source, path, Reader(feeds), **given)
        made = expose(onnx.load(path))
    # Optimized, it quantizes the float constants of such layers too, which the model does not say.
    floats = {i.name for i in made.graph.initializer if i.data_type == TensorProto.FLOAT}
    mixed = any(n.op_type in ("Conv", "ConvTranspose", "Gemm", "MatMul") and floats & set(n.input) for n in made.graph.node)
    run = session(made) if mixed else InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [o.name for o in made.graph.output]
    found = [run.run(names, {n: v[k] for n, v in feeds.items()}) for k in range(SAMPLES)]
    return made, feeds, {n: np.stack([f[k] for f in found]) for k, n in enumerate(names)}


