"""Layers with weights, poolings, normalizations and reductions."""

import numpy as np

from .graph import need

FLOAT = ("float32",)


def gemm(g):
    x = g.pick(FLOAT, rank=2)
    a, b = g.int(0, 1), g.int(0, 1)
    rows, inner = g.dims(x)[::-1] if a else g.dims(x)
    columns = g.int(1, 5)
    w = g.weight(*((columns, inner) if b else (inner, columns)))
    bias = g.weight(*g.choose([(columns,), (1, columns), (rows, 1), (rows, columns), ()])) if g.chance(0.7) or g.opset < 11 else ""
    alpha, beta = (float(np.float32(g.random.uniform(-2, 2))) if g.chance(0.4) else None for _ in range(2))
    swap = g.chance(0.15)
    if swap and not bias:
        left = g.weight(*((inner, columns) if a else (columns, inner)))
        right = x if (g.dims(x)[1] if b else g.dims(x)[0]) == inner else None
        need(right)
        return g.node("Gemm", [left, right], transA=a, transB=b, alpha=alpha)
    g.node("Gemm", [x, w, bias], transA=a, transB=b, alpha=alpha, beta=beta)


def matmul(g):
    x = g.pick(FLOAT, least=1)
    shape = g.dims(x)
    fitting = [n for n in g.values if len(shape) > 1 and g.kind(n) == "float32" and len(g.dims(n)) == len(shape)
               and g.dims(n)[-2] == shape[-1] and g.dims(n)[:-2] == shape[:-2]]  # fmt: skip
    if fitting and g.chance(0.5):
        return g.node("MatMul", [x, g.choose(fitting)])
    if g.chance(0.3) and len(shape) > 1:
        return g.node("MatMul", [g.weight(*((shape[-2],) if g.chance(0.2) else (g.int(1, 4), shape[-2]))), x])
    batch = shape[:-2] if g.chance(0.3) else ()
    g.node("MatMul", [x, g.weight(*batch, shape[-1], g.int(1, 5)) if g.chance(0.9) else g.weight(shape[-1])])


def attention_scores(g):
    """A tensor with its own transpose."""
    x = g.pick(FLOAT, least=2)
    rank = len(g.dims(x))
    y = g.node("Transpose", [x], perm=[*range(rank - 2), rank - 1, rank - 2])
    g.node("MatMul", [x, y] if g.chance(0.5) else [y, x])


def einsum(g):
    need(g.opset >= 12)
    x = g.pick(FLOAT, least=2, fits=lambda s: len(s) <= 3)
    letters = "abc"[: len(g.dims(x))]
    w = g.weight(g.dims(x)[-1], g.int(1, 4))
    last = letters[-1]
    way = g.choose([f"{letters},{last}d->{letters[:-1]}d", f"{letters},{last}d->d", f"...{last},{last}d->...d", f"{letters}->{letters[::-1]}", f"{letters}->{letters[:1]}"])
    g.node("Einsum", [x, w] if "," in way else [x], equation=way)


def window(g, shape, dilate=True):
    """Kernel, strides, pads and dilations for a shape of an image."""
    rank = len(shape)
    kernel = [g.int(1, min(3, d)) for d in shape]
    extra = {}
    if g.chance(0.5):
        extra["strides"] = [g.int(1, 2) for _ in range(rank)]
    if dilate and g.chance(0.25):
        extra["dilations"] = [g.int(1, 2) for _ in range(rank)]
    if g.chance(0.2):
        extra["auto_pad"] = g.choose(["SAME_UPPER", "SAME_LOWER", "VALID"])
    elif g.chance(0.6):
        extra["pads"] = [g.int(0, max(k - 1, 0)) for k in kernel] + [g.int(0, max(k - 1, 0)) for k in kernel]
    return kernel, extra


def image(g):
    return g.pick(FLOAT, fits=lambda s: 3 <= len(s) <= 5 if g.opset else False, least=3)


def conv(g):
    x = image(g)
    channels, size = g.dims(x)[1], g.dims(x)[2:]
    kernel, extra = window(g, size)
    group = g.choose([k for k in range(1, channels + 1) if channels % k == 0]) if g.chance(0.4) else 1
    outer = group * g.int(1, 3)
    bias = g.weight(outer) if g.chance(0.6) else ""
    given = {"kernel_shape": kernel} if g.chance(0.5) else {}
    g.node("Conv", [x, g.weight(outer, channels // group, *kernel), bias], group=group, **extra, **given)


def conv_transpose(g):
    x = image(g)
    channels, size = g.dims(x)[1], g.dims(x)[2:]
    kernel, extra = window(g, size)
    group = g.choose([k for k in range(1, channels + 1) if channels % k == 0]) if g.chance(0.4) else 1
    outer = g.int(1, 2)
    if "strides" in extra and g.chance(0.3):
        extra["output_padding"] = [s - 1 for s in extra["strides"]]
    g.node("ConvTranspose", [x, g.weight(channels, outer, *kernel), g.weight(outer * group) if g.chance(0.5) else ""], group=group, **extra)


def pool(op):
    def add(g):
        x = image(g)
        dilate = op == "MaxPool" and g.opset >= 10 or op == "AveragePool" and g.opset >= 19 or op == "LpPool" and g.opset >= 18
        kernel, extra = window(g, g.dims(x)[2:], dilate)
        same = extra.get("auto_pad", "").startswith("SAME")
        need(not same or max(extra.get("dilations", [1])) == 1, "onnxruntime pads as if nothing were dilated")
        if g.chance(0.3) and g.opset >= (19 if op != "MaxPool" else 10) and "auto_pad" not in extra:
            extra["ceil_mode"] = 1
        if op == "AveragePool" and g.chance(0.4):
            extra["count_include_pad"] = 1
        if op == "LpPool":
            extra["p"] = g.int(1, 2)
        g.node(op, [x], kernel_shape=kernel, **extra)

    return add


def batch_norm(g):
    x = g.pick(FLOAT, least=2)
    count = g.dims(x)[1]
    variance = g.constant(g.random.uniform(0.01, 4, count).astype(np.float32))
    extra = {"epsilon": g.choose([1e-5, 1e-3, 0.1])} if g.chance(0.6) else {}
    g.node("BatchNormalization", [x, g.weight(count), g.weight(count), g.weight(count), variance], **extra)


def varied(g, x, axes):
    """Whether elements along axes differ by enough for their variance to be known."""
    v = g.all(x).astype(float)
    spread = v.std(tuple(a % (v.ndim - 1) + 1 for a in axes))
    need(spread.min() > 0.02 * np.abs(v).max(), "hardly varies")


def layer_norm(g):
    need(g.opset >= 17)
    x = g.pick(FLOAT, least=1)
    axis = g.int(-len(g.dims(x)), -1)
    varied(g, x, range(axis, 0))
    shape = g.dims(x)[axis:]
    g.node("LayerNormalization", [x, g.weight(*shape), g.weight(*shape) if g.chance(0.7) else ""], axis=axis, epsilon=g.choose([1e-5, 1e-2]))


def instance_norm(g):
    x = g.pick(FLOAT, least=3)
    varied(g, x, range(2, len(g.dims(x))))
    g.node("InstanceNormalization", [x, g.weight(g.dims(x)[1]), g.weight(g.dims(x)[1])], epsilon=g.choose([1e-5, 1e-2]))


def group_norm(g):
    need(g.opset >= 21)
    x = g.pick(FLOAT, least=3)
    channels = g.dims(x)[1]
    groups = g.choose([k for k in range(1, channels + 1) if channels % k == 0])
    v = g.all(x).reshape(4, g.dims(x)[0], groups, -1)
    need(v.std(-1).min() > 0.02 * np.abs(v).max())
    g.node("GroupNormalization", [x, g.weight(channels), g.weight(channels)], num_groups=groups)


def rms_norm(g):
    need(g.opset >= 23)
    x = g.pick(FLOAT, least=1)
    axis = g.int(-len(g.dims(x)), -1)
    g.node("RMSNormalization", [x, g.weight(*g.dims(x)[axis:])], axis=axis, epsilon=g.choose([1e-5, 1e-2]))


def lp_norm(g):
    x = g.pick(FLOAT, least=1)
    g.node("LpNormalization", [x], axis=g.axis(x), p=g.int(1, 2))


def mean_variance(g):
    need(g.opset >= 9)
    x = g.pick(FLOAT, rank=4)
    varied(g, x, [0, 2, 3])
    g.node("MeanVarianceNormalization", [x])


def softmax(op):
    def add(g):
        x = g.pick(FLOAT, least=1)
        axis = g.axis(x)
        g.node(op, [x], axis=axis % len(g.dims(x)) if g.opset < 11 else axis)

    return add


def reduce(op):
    since = 13 if op == "ReduceSum" else 18

    def add(g):
        kinds = FLOAT if g.chance(0.8) or op in ("ReduceMean", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp") else ("int32", "int64")
        x = g.pick(kinds, least=1)
        if g.kind(x) == "int32":
            # a product of these may not fit
            need(op not in ("ReduceProd", "ReduceSumSquare") or np.abs(g.all(x)).max() <= 3)
        if op in ("ReduceLogSum",):
            need(g.all(x).min() > 0)
        keep = g.choose([None, 0, 1])
        if g.chance(0.2):
            return g.node(op, [x], keepdims=keep, **({"noop_with_empty_axes": g.int(0, 1)} if g.opset >= since and g.chance(0.5) else {}))
        rank = len(g.dims(x))
        axes = [int(a) for a in g.random.choice(rank, g.int(1, rank), replace=False)]
        axes = [a - rank if g.chance(0.4) and g.opset >= 11 else a for a in axes]
        if g.opset < since:
            return g.node(op, [x], axes=axes, keepdims=keep)
        g.node(op, [x, g.ints(axes)], keepdims=keep)

    return add


def arg(op):
    def add(g):
        x = g.pick(FLOAT if g.chance(0.8) else ("int32",), least=1)
        g.node(op, [x], axis=g.axis(x) if g.opset >= 11 else 0, keepdims=g.choose([None, 0]), select_last_index=g.choose([None, 1]) if g.opset >= 12 else None)

    return add


def top_k(g):
    need(g.opset >= 11)
    x = g.pick(FLOAT, least=1)
    axis = g.axis(x)
    k = g.int(1, min(g.dims(x)[axis], 4))
    values, places = g.node("TopK", [x, g.ints([k])], 2, axis=axis, largest=g.int(0, 1))
    need(values and places)


def cum_sum(g):
    need(g.opset >= 11)
    x = g.pick(("float32", "float32", "int32", "int64"), least=1)
    g.node("CumSum", [x, g.constant(np.array(g.axis(x), g.choose(["int64", "int32"])))], exclusive=g.int(0, 1), reverse=g.int(0, 1))


def global_pool(op):
    def add(g):
        g.node(op, [image(g)], **({"p": g.int(1, 2)} if op == "GlobalLpPool" else {}))

    return add


REDUCTIONS = "Sum Mean Max Min Prod L1 L2 SumSquare LogSum LogSumExp".split()
OPERATORS = {
    "Gemm": gemm, "MatMul": matmul, "Scores": attention_scores, "Einsum": einsum, "Conv": conv, "ConvTranspose": conv_transpose,
    "BatchNormalization": batch_norm, "LayerNormalization": layer_norm, "InstanceNormalization": instance_norm,
    "GroupNormalization": group_norm, "RMSNormalization": rms_norm, "LpNormalization": lp_norm,
    "MeanVarianceNormalization": mean_variance, "TopK": top_k, "CumSum": cum_sum,
}  # fmt: skip
OPERATORS |= {op: pool(op) for op in ("MaxPool", "AveragePool", "LpPool")}
OPERATORS |= {op: global_pool(op) for op in ("GlobalMaxPool", "GlobalAveragePool", "GlobalLpPool")}
OPERATORS |= {op: softmax(op) for op in ("Softmax", "LogSoftmax", "Hardmax")}
OPERATORS |= {f"Reduce{r}": reduce(f"Reduce{r}") for r in REDUCTIONS}
OPERATORS |= {op: arg(op) for op in ("ArgMax", "ArgMin")}
