"""What moves elements, and makes them from shapes."""

import numpy as np
from onnx import TensorProto, helper

from .graph import need

ANY = ("float32", "float32", "int64", "int32", "bool")
NUMBERS = ("float32", "float32", "int64", "int32")


def listed(g, op, x, name, values, since, more=()):
    """A list that is an attribute up to some opset, and an input from there on."""
    if g.opset < since:
        return g.node(op, [x, *more], **{name: [int(v) for v in values]})
    return g.node(op, [x, g.ints(values), *more])


def factors(g, count):
    """A random shape of so many elements."""
    shape = []
    for prime in (2, 3, 5, 7, 11, 13):
        while count % prime == 0:
            count //= prime
            if shape and g.chance(0.5):
                shape[g.int(0, len(shape) - 1)] *= prime
            else:
                shape.insert(g.int(0, len(shape)), prime)
    need(len(shape) < 6)
    return ([count, *shape] if count > 1 or not shape else shape)[:6]


def reshape(g):
    x = g.pick(ANY)
    shape = factors(g, int(np.prod(g.dims(x), dtype=int)))
    if g.chance(0.4):
        shape[g.int(0, len(shape) - 1)] = -1
    if g.chance(0.2) and g.dims(x) and g.dims(x)[0] == shape[0]:
        shape[0] = 0
    g.node("Reshape", [x, g.ints(shape)])


def flatten(g):
    x = g.pick(NUMBERS, least=1)
    rank = len(g.dims(x))
    g.node("Flatten", [x], axis=g.int(-rank if g.opset >= 11 else 0, rank) if g.chance(0.8) else None)


def transpose(g):
    x = g.pick(ANY)
    g.node("Transpose", [x], perm=[int(p) for p in g.random.permutation(len(g.dims(x)))] if g.chance(0.8) else None)


def squeeze(g):
    x = g.pick(ANY, fits=lambda s: 1 in s)
    ones = [k for k, d in enumerate(g.dims(x)) if d == 1]
    if g.chance(0.2):
        return g.node("Squeeze", [x])
    listed(g, "Squeeze", x, "axes", [g.choose(ones)], 13)


def unsqueeze(g):
    x = g.pick(ANY)
    rank = len(g.dims(x)) + 1
    axis = g.int(0, rank - 1)
    listed(g, "Unsqueeze", x, "axes", [axis - rank if g.chance(0.4) and g.opset >= 11 else axis], 13)


def concat(g):
    x = g.pick(NUMBERS, least=1)
    axis = g.axis(x)
    like = lambda n: len(g.dims(n)) == len(g.dims(x)) and np.delete(g.dims(n), axis).tolist() == np.delete(g.dims(x), axis).tolist()
    fitting = [n for n in g.values if g.kind(n) == g.kind(x) and like(n)]
    parts = [g.choose(fitting) for _ in range(g.int(1, 2))]
    if g.chance(0.4):
        shape = list(g.dims(x))
        shape[axis] = g.int(1, 3)
        kind = g.kind(x)
        parts.append(g.constant(g.floats(tuple(shape)) if kind == "float32" else g.whole(tuple(shape), kind)))
    parts.insert(g.int(0, len(parts)), x)
    g.node("Concat", parts, axis=axis)


def split(g):
    x = g.pick(NUMBERS, least=1, fits=lambda s: max(s) > 1)
    axis = g.choose([k for k, d in enumerate(g.dims(x)) if d > 1])
    size = g.dims(x)[axis]
    if g.chance(0.3) and g.opset >= 18:
        parts = g.int(2, size)
        return g.node("Split", [x], parts, axis=axis, num_outputs=parts)
    cut = g.int(1, size - 1)
    if g.opset < 13:
        return g.node("Split", [x], 2, axis=axis, split=[cut, size - cut])
    g.node("Split", [x, g.ints([cut, size - cut])], 2, axis=axis)


def slices(g):
    x = g.pick(ANY, least=1)
    axes = sorted(int(a) for a in g.random.choice(len(g.dims(x)), g.int(1, min(2, len(g.dims(x)))), replace=False))
    starts, ends, steps = [], [], []
    for a in axes:
        size = g.dims(x)[a]
        forward = g.chance(0.7) or g.opset < 10
        lo, hi = sorted((g.int(0, size - 1), g.int(0, size - 1)))
        steps.append(g.choose([1, 1, 2]) if forward and g.opset >= 10 else 1 if forward else g.choose([-1, -2]))
        starts.append((lo if forward else hi) - (size if g.chance(0.3) else 0))
        ends.append(hi + 1 if forward else lo - 1 - size if g.chance(0.5) else -(2**31) if lo == 0 else lo - 1)
        if forward and g.chance(0.2):
            ends[-1] = 2**31
    axes = [a - len(g.dims(x)) if g.chance(0.3) else a for a in axes] if g.opset >= 10 else axes
    if g.opset < 10:
        return g.node("Slice", [x], starts=starts, ends=ends, axes=axes)
    g.node("Slice", [x, g.ints(starts), g.ints(ends), g.ints(axes), g.ints(steps)])


def pad(g):
    x = g.pick(("float32", "float32", "int64") if g.opset >= 11 else ("float32",), least=1)
    mode = g.choose(["constant", "reflect", "edge"] + (["wrap"] if g.opset >= 19 else []))
    most = 2 if mode in ("constant", "edge") else max(min(g.dims(x)) - 1, 0)
    pads = [g.int(-1 if mode == "constant" and g.chance(0.1) else 0, most) for _ in range(2 * len(g.dims(x)))]
    if g.opset < 11:
        return g.node("Pad", [x], mode=mode, pads=pads, value=0.5 if mode == "constant" and g.chance(0.5) else None)
    value = g.constant(np.array(g.choose([0, 1, -3]), g.kind(x))) if mode == "constant" and g.chance(0.6) else ""
    g.node("Pad", [x, g.ints(pads), value], mode=mode)


def expand(g):
    x = g.pick(ANY)
    shape = [g.int(2, 3) if d == 1 and g.chance(0.6) else d if g.chance(0.7) else 1 for d in g.dims(x)]
    g.node("Expand", [x, g.ints([g.int(1, 2)] * g.int(0, 1) + shape)])


def tile(g):
    x = g.pick(NUMBERS, least=1)
    g.node("Tile", [x, g.ints([g.choose([1, 1, 2, 3]) for _ in g.dims(x)])])


def places(g, shape, size):
    """Constant places in 0..size, or places that the circuit reads."""
    value = g.random.integers(-size if g.chance(0.3) and g.opset >= 11 else 0, size, shape)
    if g.chance(0.25) and len(g.inputs) < 4:
        stack = g.random.integers(0, size, (4, *shape)).astype(np.int64)
        return g.input("int64", shape, stack)
    return g.constant(value.astype(g.choose(["int64", "int32"])))


def gather(g):
    x = g.pick(NUMBERS, least=1)
    axis = g.axis(x)
    g.node("Gather", [x, places(g, g.shape(0, 2, 3), g.dims(x)[axis])], axis=axis)


def gather_elements(g):
    need(g.opset >= 11)
    x = g.pick(NUMBERS, least=1)
    axis = g.axis(x)
    shape = list(g.dims(x))
    shape[axis] = g.int(1, 3)
    g.node("GatherElements", [x, places(g, tuple(shape), g.dims(x)[axis])], axis=axis)


def gather_nd(g):
    need(g.opset >= 12)
    x = g.pick(NUMBERS, least=1)
    batch = g.int(0, 1) if len(g.dims(x)) > 1 else 0
    depth = g.int(1, len(g.dims(x)) - batch)
    rows = g.int(1, 3)
    tuples = np.stack([g.random.integers(0, d, (*g.dims(x)[:batch], rows)) for d in g.dims(x)[batch : batch + depth]], -1)
    g.node("GatherND", [x, g.ints(tuples)], batch_dims=batch)


def scatter_elements(g):
    need(g.opset >= 11)
    x = g.pick(NUMBERS, least=1)
    axis = g.axis(x)
    shape = [g.int(1, d) for d in g.dims(x)]
    # no place twice, unless what is written is added up
    reduction = g.choose(["none"] + (["add", "mul"] if g.opset >= 16 else []) + (["max", "min"] if g.opset >= 18 else []))
    size = g.dims(x)[axis]
    where = np.argsort(g.random.random([*shape[:axis], size, *shape[axis:][1:]]), axis) if axis >= 0 else None
    need(where is not None)
    where = np.take(where, range(shape[axis]), axis)
    kind = g.kind(x)
    updates = g.constant(g.floats(tuple(shape)) if kind == "float32" else g.whole(tuple(shape), kind))
    g.node("ScatterElements", [x, g.ints(where), updates], axis=axis, reduction=reduction if g.opset >= 16 else None)


def scatter_nd(g):
    need(g.opset >= 11)
    x = g.pick(NUMBERS, least=1)
    depth = g.int(1, len(g.dims(x)))
    rows = g.int(1, 2)
    count = int(np.prod(g.dims(x)[:depth]))
    need(count >= rows)
    flat = g.random.choice(count, rows, replace=False)
    tuples = np.stack(np.unravel_index(flat, g.dims(x)[:depth]), -1)
    shape = (rows, *g.dims(x)[depth:])
    kind = g.kind(x)
    updates = g.constant(g.floats(shape) if kind == "float32" else g.whole(shape, kind))
    reduction = g.choose(["none", "add", "mul"] + (["max", "min"] if g.opset >= 18 else [])) if g.opset >= 16 else None
    g.node("ScatterND", [x, g.ints(tuples), updates], reduction=reduction)


def cast(g):
    x = g.pick(("float32", "int64", "int32", "bool", "uint8", "int8"))
    to = g.choose(["float32", "int32", "int64", "bool", "float16", "float64", "uint8", "int8"])
    values = g.all(x).astype(float)
    need(to not in ("uint8",) or (values.min() >= 0 and values.max() < 256))
    need(to not in ("int8",) or (values.min() >= -128 and values.max() < 128))
    y = g.node("Cast", [x], to=helper.np_dtype_to_tensor_dtype(np.dtype(to)))
    if to in ("float16", "float64"):
        g.node("Cast", [y], to=TensorProto.FLOAT)


def shuffle(op):
    def add(g):
        size = g.int(2, 3) if g.chance(0.3) else 2
        deep = op == "DepthToSpace"
        ok = lambda s: s[1] % (size * size) == 0 if deep else s[2] % size == 0 and s[3] % size == 0
        suits = [n for n, v in g.values.items() if v[0].ndim == 4 and v[0].dtype == np.float32 and ok(v[0].shape)]
        shape = (g.int(1, 2), size * size * g.int(1, 2), 2, g.int(1, 3)) if deep else (1, g.int(1, 3), size * g.int(1, 2), size * 2)
        x = g.choose(suits) if suits else g.input("float32", shape)
        mode = g.choose(["DCR", "CRD"]) if deep and g.opset >= 11 else None
        g.node(op, [x], blocksize=size, mode=mode)

    return add


def resize(g):
    need(g.opset >= 11)
    x = g.pick(("float32",), rank=g.choose([3, 4]))
    rank = len(g.dims(x))
    mode = g.choose(["nearest", "linear"])
    ways = ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"] + (["half_pixel_symmetric"] if g.opset >= 19 else [])
    extra = {"coordinate_transformation_mode": g.choose(ways)}
    if mode == "nearest":
        extra["nearest_mode"] = g.choose(["round_prefer_floor", "floor", "ceil", "round_prefer_ceil"])
    fixed = 2 if rank == 4 or mode == "linear" else 1
    roi = "" if g.opset >= 13 else g.constant(np.zeros(0, np.float32))
    if g.chance(0.5):
        scales = [1.0] * fixed + [g.choose([0.5, 2.0, 1.5, 0.6, 3.0]) for _ in range(rank - fixed)]
        # onnxruntime divides by the whole size, the reference of ONNX by one that is not whole
        need(extra["coordinate_transformation_mode"] != "align_corners" or all(s * d % 1 == 0 for s, d in zip(scales, g.dims(x))))
        return g.node("Resize", [x, roi, g.constant(np.array(scales, np.float32))], mode=mode, **extra)
    sizes = [*g.dims(x)[:fixed], *[g.int(1, 7) for _ in range(rank - fixed)]]
    empty = "" if g.opset >= 13 else g.constant(np.zeros(0, np.float32))
    g.node("Resize", [x, roi, empty, g.ints(sizes)], mode=mode, **extra)


def trilu(g):
    need(g.opset >= 14)
    x = g.pick(NUMBERS, least=2)
    g.node("Trilu", [x, g.constant(np.int64(g.int(-2, 2))) if g.chance(0.7) else ""], upper=g.int(0, 1))


def one_hot(g):
    need(g.opset >= 9)
    depth = g.int(2, 6)
    x = places(g, g.shape(1, 2), depth)
    need(x in g.values)
    g.node("OneHot", [x, g.constant(np.int64(depth)), g.constant(np.array(g.choose([[0, 1], [-1, 3]]), np.float32))], axis=g.choose([-1, 0]))


def shaped(g):
    """A shape becomes numbers that meet a tensor."""
    x = g.pick(("float32",), least=1)
    sizes = g.node("Cast", [g.node("Shape", [x])], to=TensorProto.FLOAT)
    size = g.node("Gather", [sizes, g.constant(np.int64(g.int(0, len(g.dims(x)) - 1)))])
    g.node(g.choose(["Mul", "Div", "Add"]), [x, size])


def made(g):
    """Constants that nodes make."""
    x = g.pick(("float32",), least=1)
    which = g.choose(["EyeLike", "ConstantOfShape", "Range", "Size"])
    if which == "EyeLike":
        need(len(g.dims(x)) == 2 and g.opset >= 9)
        y = g.node("EyeLike", [x], k=g.int(-1, 1))
    elif which == "ConstantOfShape":
        need(g.opset >= 9)
        value = helper.make_tensor("value", TensorProto.FLOAT, [1], [float(np.float32(g.random.normal()))])
        y = g.node("ConstantOfShape", [g.node("Shape", [x])], value=value)
    elif which == "Range":
        need(g.opset >= 11)
        ends = [g.constant(np.float32(v)) for v in (0, g.dims(x)[-1], 1)]
        y = g.node("Range", ends)
    else:
        y = g.node("Cast", [g.node("Size", [x])], to=TensorProto.FLOAT)
    g.node(g.choose(["Add", "Mul"]), [x, y])


def dropout(g):
    x = g.pick(("float32",))
    g.node("Dropout", [x])


OPERATORS = {
    "Reshape": reshape, "Flatten": flatten, "Transpose": transpose, "Squeeze": squeeze, "Unsqueeze": unsqueeze, "Concat": concat,
    "Split": split, "Slice": slices, "Pad": pad, "Expand": expand, "Tile": tile, "Gather": gather, "GatherElements": gather_elements,
    "GatherND": gather_nd, "ScatterElements": scatter_elements, "ScatterND": scatter_nd, "Cast": cast, "DepthToSpace": shuffle("DepthToSpace"),
    "SpaceToDepth": shuffle("SpaceToDepth"), "Resize": resize, "Trilu": trilu, "OneHot": one_hot, "Shape": shaped, "Constants": made,
    "Dropout": dropout,
}  # fmt: skip
