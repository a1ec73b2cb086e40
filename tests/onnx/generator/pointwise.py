"""Functions of each element, and of elements at the same place."""

import numpy as np

from .graph import need

FLOAT = ("float32",)
UNARY = """Abs Neg Floor Ceil Round Sign Sqrt Reciprocal Exp Log Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh
    Erf Relu Sigmoid Tanh Softsign Softplus Identity Mish HardSwish Elu Selu Celu LeakyRelu ThresholdedRelu HardSigmoid
    Gelu Swish""".split()
ATTRIBUTES = {
    "Elu": {"alpha": 0.8}, "LeakyRelu": {"alpha": 0.05}, "ThresholdedRelu": {"alpha": 1.0}, "Celu": {"alpha": 1.0},
    "HardSigmoid": {"alpha": 0.2, "beta": 0.5}, "Selu": {"alpha": 1.6, "gamma": 1.05}, "Swish": {"alpha": 1.0},
}  # fmt: skip
SINCE = {"Mish": 18, "HardSwish": 14, "Celu": 12, "Gelu": 20, "Swish": 24, "Round": 11}
# where functions are defined, and not too steep
DOMAIN = {
    "Sqrt": (1e-3, None), "Reciprocal": (0.05, None), "Log": (0.02, None), "Exp": (-8, 6), "Asin": (-0.98, 0.98),
    "Acos": (-0.98, 0.98), "Atanh": (-0.97, 0.97), "Acosh": (1.05, None), "Sinh": (-5, 5), "Cosh": (-5, 5), "Tan": (-1.3, 1.3),
}  # fmt: skip


def into(g, x, low, high):
    """A tensor within bounds: x itself if it is, or x squeezed or moved there by nodes."""
    values = g.all(x)
    if values.min() >= (-np.inf if low is None else low) and values.max() <= (np.inf if high is None else high):
        return x
    if high is not None:
        reach, middle = np.float32((high - low) / 2), np.float32((high + low) / 2)
        bounded = g.node("Tanh", [x]) if g.chance(0.5) else clip(g, x, -1.0, 1.0)
        scaled = g.node("Mul", [bounded, g.constant(reach)])
        return g.node("Add", [scaled, g.constant(middle)]) if middle else scaled
    up = g.node(g.choose(["Abs", "Softplus", "Sigmoid"]), [x])
    return g.node("Add", [up, g.constant(np.float32(low + g.random.uniform(0, 1)))])


def clip(g, x, low, high):
    if g.opset < 11:
        return g.node("Clip", [x], min=low, max=high)
    kind = g.kind(x)
    ends = [g.constant(np.array(v, kind)) if v is not None else "" for v in (low, high)]
    return g.node("Clip", [x, *ends])


def unary(op):
    def add(g):
        need(g.opset >= SINCE.get(op, 1))
        x = g.pick(FLOAT) if op not in ("Abs", "Neg", "Sign", "Identity") or g.chance(0.7) else g.pick(("int32", "int64", "int8"))
        if op in DOMAIN and g.kind(x) in FLOAT:
            x = into(g, x, *DOMAIN[op])
        given = {k: float(np.float32(v * g.random.uniform(0.3, 2))) for k, v in ATTRIBUTES.get(op, {}).items() if g.chance(0.6)}
        if op == "Gelu" and g.chance(0.5):
            given["approximate"] = "tanh"
        g.node(op, [x], **given)

    return add


def partner(g, x, kind):
    """A tensor that can be broadcast with x: of inputs, or a constant; for whole numbers, whole ones."""
    shape = list(g.dims(x))
    if g.chance(0.5):
        shape = [1 if g.chance(0.4) else d for d in shape]
        shape = shape[g.int(0, len(shape)) if shape else 0 :]
        if g.chance(0.1):
            shape = [g.int(1, 2), *([1] * (len(g.dims(x)) - len(shape))), *shape]
    fitting = [n for n in g.values if n != x and g.kind(n) == kind and fits(g.dims(n), g.dims(x))]
    if fitting and g.chance(0.5):
        return g.choose(fitting)
    if kind in FLOAT or kind in ("float64", "float16"):
        return g.constant(g.floats(tuple(shape), kind))
    return g.constant(g.whole(tuple(shape), kind))


def fits(a, b):
    return all(x == y or 1 in (x, y) for x, y in zip(a[::-1], b[::-1]))


def pair(g, kinds):
    x = g.pick(kinds)
    y = partner(g, x, g.kind(x))
    return [x, y] if g.chance(0.6) else [y, x]


def binary(op, kinds):
    def add(g):
        a, b = pair(g, kinds)
        kind = g.kind(a)
        if op == "Div":
            b = divisor(g, b)
        extra = {}
        if op == "Mod":
            need(g.opset >= 10)
            b = divisor(g, b)
            extra = {"fmod": 1} if kind in FLOAT or g.chance(0.4) else {}
        g.node(op, [a, b], **extra)

    return add


def divisor(g, b):
    values = g.all(b).astype(float)
    if np.abs(values).min() > 0.03 * max(np.abs(values).max(), 1e-3):
        return b
    if b in g.constants:
        moved = np.where(g.constants[b] >= 0, g.constants[b] + 1, g.constants[b] - 1 if values.min() < 0 else 1)
        return g.constant(moved.astype(g.constants[b].dtype))
    need(g.kind(b) in FLOAT, "divides by zero")
    return into(g, b, 0.2, None)


def power(g):
    x = g.pick(FLOAT)
    exponent = g.choose([2, 3, 0.5, -1, -0.5, 1.5, 4, 0, 1])
    if exponent != int(exponent) or exponent < 0:
        x = into(g, x, 0.1, None)
    if g.chance(0.15):
        shape = g.dims(x)[-1:]
        return g.node("Pow", [into(g, x, 0.1, None), g.constant(g.random.choice([1.0, 2.0, 0.5], shape).astype(np.float32))])
    kinds = ["float32"] if exponent != int(exponent) or g.opset < 12 else ["float32", "int64", "int32"]
    g.node("Pow", [x, g.constant(np.array(exponent, g.choose(kinds)))])


def variadic(op):
    def add(g):
        kinds = FLOAT if g.chance(0.75) or g.opset < 12 or op in ("Mean", "Sum") else ("int32", "int64")
        x = g.pick(kinds)
        others = [partner(g, x, g.kind(x)) for _ in range(g.choose([0, 1, 1, 1, 2]))]
        g.node(op, [x, *others])

    return add


def compare(op):
    def add(g):
        kinds = ("int32", "int64") if op == "Equal" or g.chance(0.4) else FLOAT
        if op == "Equal" and g.chance(0.3):
            kinds = FLOAT if g.opset >= 11 else ("bool",)
        need(g.opset >= (12 if op.endswith("OrEqual") else 9))
        g.node(op, pair(g, kinds))

    return add


def logic(op):
    def add(g):
        x = boolean(g)
        g.node(op, [x] if op == "Not" else [x, partner(g, x, "bool")])

    return add


def boolean(g):
    if any(g.kind(n) == "bool" for n in g.values) and g.chance(0.7):
        return g.choose([n for n in g.values if g.kind(n) == "bool"])
    if g.chance(0.3):
        return g.pick(("bool",))
    x = g.pick(FLOAT)
    return g.node(g.choose(["Greater", "Less"]), [x, g.constant(np.float32(np.median(g.all(x)) + 0.01))])


def where(g):
    condition = boolean(g)
    x = g.pick(FLOAT, fits=lambda s: fits(s, g.dims(condition))) if g.chance(0.8) else g.pick(("int64", "int32"))
    need(fits(g.dims(x), g.dims(condition)))
    y = partner(g, x, g.kind(x))
    g.node("Where", [condition, x, y] if g.chance(0.5) else [condition, y, x])


def shift(g):
    need(g.opset >= 11)
    x = g.input(g.choose(["uint8", "uint16", "uint32"]), g.shape(1, 2))
    by = g.random.integers(0, 4, g.dims(x)[-1:]).astype(g.kind(x))
    g.node("BitShift", [x, g.constant(by)], direction=g.choose(["LEFT", "RIGHT"]))


def clipped(g):
    x = g.pick(FLOAT) if g.chance(0.8) or g.opset < 12 else g.pick(("int32", "int64"))
    low, high = np.sort(np.quantile(g.all(x), g.random.uniform(0, 1, 2)))
    low, high = (int(low), int(high)) if g.kind(x) not in FLOAT else (float(low), float(high))
    if g.opset < 11:
        return g.node("Clip", [x], min=low, max=high)
    clip(g, x, low if g.chance(0.8) else None, high if g.chance(0.8) else None)


def prelu(g):
    x = g.pick(FLOAT, least=1)
    shape = g.choose([(1,), g.dims(x)[-1:], (g.dims(x)[1], *[1] * (len(g.dims(x)) - 2)) if len(g.dims(x)) > 1 else (1,)])
    g.node("PRelu", [x, g.weight(*shape)])


ARITHMETIC = ("float32", "float32", "float32", "int32", "int64")
OPERATORS = {op: unary(op) for op in UNARY}
OPERATORS |= {op: binary(op, ARITHMETIC) for op in ("Add", "Sub", "Mul")}
OPERATORS |= {op: variadic(op) for op in ("Min", "Max", "Mean", "Sum")}
OPERATORS |= {op: compare(op) for op in ("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual")}
OPERATORS |= {op: logic(op) for op in ("And", "Or", "Xor", "Not")}
OPERATORS |= {"Div": binary("Div", ("float32", "float32", "int32", "int64")), "Mod": binary("Mod", ("float32", "int32", "int64"))}
OPERATORS |= {"Pow": power, "Where": where, "BitShift": shift, "Clip": clipped, "PRelu": prelu}
