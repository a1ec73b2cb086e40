"""Operators on integers: quantization, and what works on its integers."""

import numpy as np

from .graph import need


def scale(g, *shape, low=0.004, high=0.05):
    return g.constant(g.random.uniform(low, high, shape).astype(np.float32))


def whole(g, kind, *shape):
    info = np.iinfo(kind)
    return g.constant(g.random.integers(info.min, info.max + 1, shape).astype(kind))


def zero(g, kind):
    return g.constant(np.array(g.int(-20, 20) if kind == "int8" else g.int(90, 160), kind))


def kind(g):
    return g.choose(["int8", "uint8"])


def bytes_(g, k, shape):
    info = np.iinfo(k)
    return g.input(k, shape, g.random.integers(info.min, info.max + 1, (4, *shape)).astype(k))


def quantize(g):
    """Numbers that are rounded, and back."""
    x = g.pick(("float32",))
    k = kind(g)
    step = np.float32(np.abs(g.all(x)).max() / g.random.uniform(60, 127))
    need(step > 0)
    params = [g.constant(step), zero(g, k)]
    g.node("DequantizeLinear", [g.node("QuantizeLinear", [x, *params]), *params])


def dequantize(g):
    k = kind(g)
    x = bytes_(g, k, g.shape(2, 3))
    if g.chance(0.4) and g.opset >= 13:
        axis = g.axis(x)
        count = g.dims(x)[axis]
        return g.node("DequantizeLinear", [x, scale(g, count), whole(g, k, count)], axis=axis)
    g.node("DequantizeLinear", [x, scale(g), zero(g, k) if g.chance(0.7) or k == "int8" else ""])


def matmul_integer(g):
    need(g.opset >= 10)
    a, b = kind(g), kind(g)
    x = bytes_(g, a, g.shape(2, 3, 4))
    w = whole(g, b, g.dims(x)[-1], g.int(1, 4))
    zeros = [zero(g, a), zero(g, b)] if g.chance(0.7) else []
    y = g.node("MatMulInteger", [x, w, *zeros])
    g.node("Mul", [g.node("Cast", [y], to=1), scale(g)])


def conv_integer(g):
    need(g.opset >= 10)
    x = bytes_(g, "uint8", (1, g.int(1, 3), g.int(3, 5), g.int(3, 5)))
    w = whole(g, kind(g), g.int(1, 3), g.dims(x)[1], g.int(1, 3), g.int(1, 3))
    g.node("ConvInteger", [x, w, zero(g, "uint8")], pads=[g.int(0, 1)] * 4, strides=[g.int(1, 2)] * 2)


def qlinear_matmul(g):
    need(g.opset >= 10)
    a, y = "uint8", "uint8"
    b = kind(g)
    if g.chance(0.4):
        a = b = y = "int8"
    x = bytes_(g, a, g.shape(2, 3, 4))
    columns = g.int(1, 4)
    w = whole(g, b, g.dims(x)[-1], columns)
    g.node("QLinearMatMul", [x, scale(g), zero(g, a), w, scale(g), zero(g, b), scale(g, low=0.02, high=0.2), zero(g, y)])


def qlinear_conv(g):
    need(g.opset >= 10)
    k = kind(g)
    x = bytes_(g, k, (1, g.int(1, 3), g.int(3, 5), g.int(3, 5)))
    outer = g.int(1, 3)
    w = whole(g, "int8", outer, g.dims(x)[1], g.int(1, 3), g.int(1, 3))
    channels = (outer,) if g.chance(0.5) else ()
    bias = g.constant(g.random.integers(-2000, 2000, outer).astype(np.int32)) if g.chance(0.5) else ""
    zeros = g.constant(np.zeros(channels, np.int8))
    inputs = [x, scale(g), zero(g, k), w, scale(g, *channels), zeros, scale(g, low=0.02, high=0.2), zero(g, k), bias]
    g.node("QLinearConv", inputs, pads=[g.int(0, 1)] * 4, strides=[g.int(1, 2)] * 2)


def dynamic(g):
    need(g.opset >= 11)
    x = g.pick(("float32",), least=2)
    q, s, z = g.node("DynamicQuantizeLinear", [x], 3)
    columns = g.int(1, 4)
    w = whole(g, "int8", g.dims(x)[-1], columns)
    y = g.node("MatMulInteger", [q, w, z, g.constant(np.int8(0))])
    both = g.node("Mul", [s, scale(g)])
    g.node("Mul", [g.node("Cast", [y], to=1), both])


OPERATORS = {
    "QuantizeLinear": quantize, "DequantizeLinear": dequantize, "MatMulInteger": matmul_integer, "ConvInteger": conv_integer,
    "QLinearMatMul": qlinear_matmul, "QLinearConv": qlinear_conv, "DynamicQuantizeLinear": dynamic,
}  # fmt: skip
