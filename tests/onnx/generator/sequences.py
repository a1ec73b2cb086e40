"""Recurrent layers, attention and rotary embeddings."""

import numpy as np

from .graph import need

GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
ACTIVATIONS = ["Tanh", "Sigmoid", "Relu", "HardSigmoid", "Softsign", "Affine", "ThresholdedRelu", "LeakyRelu", "Elu", "ScaledTanh", "Softplus"]
COUNT = {"RNN": 1, "GRU": 2, "LSTM": 3}


def small(g, *shape):
    return g.constant(g.random.normal(0, 0.6, shape).astype(np.float32))


def recurrent(op):
    def add(g):
        x = g.pick(("float32",), rank=3)
        layout = int(g.opset >= 14 and g.chance(0.2))
        steps, batch, size = (g.dims(x)[1], g.dims(x)[0], g.dims(x)[2]) if layout else g.dims(x)
        direction = g.choose(["forward", "reverse", "bidirectional"])
        ways, hidden, gates = 1 + (direction == "bidirectional"), g.int(1, 4), GATES[op]
        inputs = [x, small(g, ways, gates * hidden, size), small(g, ways, gates * hidden, hidden)]
        inputs.append(small(g, ways, 2 * gates * hidden) if g.chance(0.7) else "")
        inputs.append(g.constant(g.random.integers(1, steps + 1, batch).astype(np.int32)) if g.chance(0.25) else "")
        state = (batch, ways, hidden) if layout else (ways, batch, hidden)
        inputs.append(small(g, *state) if g.chance(0.4) else "")
        if op == "LSTM":
            inputs.append(small(g, *state) if g.chance(0.3) else "")
            inputs.append(small(g, ways, 3 * hidden) if g.chance(0.3) else "")
        extra = {"hidden_size": hidden, "direction": direction, "layout": layout or None}
        if g.chance(0.3):
            extra["activations"] = [g.choose(ACTIVATIONS[:5]) for _ in range(ways * COUNT[op])]
        if g.chance(0.2):
            extra["clip"] = 1.5
        if op == "GRU" and g.chance(0.5):
            extra["linear_before_reset"] = 1
        if op == "LSTM" and g.chance(0.15):
            extra["input_forget"] = 1
        outputs = [g.chance(0.8), True] + ([g.chance(0.5)] if op == "LSTM" else [])
        g.node(op, inputs, outputs, **extra)

    return add


def attention(g):
    need(g.opset >= 23)
    groups = g.int(1, 2)
    heads = groups * g.int(1, 2)
    size, width, queries, keys = g.int(1, 4), g.int(1, 4), g.int(1, 4), g.int(1, 4)
    if g.chance(0.3):
        shapes = [(1, queries, heads * size), (1, keys, groups * size), (1, keys, groups * width)]
        extra = {"q_num_heads": heads, "kv_num_heads": groups}
    else:
        shapes, extra = [(1, heads, queries, size), (1, groups, keys, size), (1, groups, keys, width)], {}
    q, k, v = (g.input("float32", s, g.random.normal(0, 1, (4, *s)).astype(np.float32)) for s in shapes)
    mask = ""
    if g.chance(0.4):
        shape = g.choose([(queries, keys), (1, 1, queries, keys), (heads, queries, keys)])
        allowed = g.random.random(shape) < 0.7
        allowed[..., 0] = True
        mask = g.constant(allowed if g.chance(0.5) else g.random.normal(0, 1, shape).astype(np.float32))
    if g.chance(0.3):
        extra["is_causal"] = 1
    if g.chance(0.3):
        extra["scale"] = float(np.float32(g.random.uniform(0.1, 1)))
    if g.chance(0.2):
        extra["softcap"] = 2.0
    g.node("Attention", [q, k, v, mask], **extra)


def rotary(g):
    need(g.opset >= 23)
    heads, steps, size = g.int(1, 2), g.int(1, 4), 2 * g.int(1, 3)
    shape = (1, heads, steps, size)
    x = g.pick(("float32",), rank=4, fits=lambda s: s[3] % 2 == 0) if g.chance(0.5) else g.input("float32", shape)
    steps, size = g.dims(x)[2], g.dims(x)[3]
    angles = np.outer(np.arange(steps + 2), 0.5 ** np.arange(size // 2)).astype(np.float32)
    places = g.random.integers(0, steps + 2, (g.dims(x)[0], steps))
    g.node("RotaryEmbedding", [x, g.constant(np.cos(angles)), g.constant(np.sin(angles)), g.ints(places)], interleaved=g.int(0, 1))


OPERATORS = {op: recurrent(op) for op in GATES} | {"Attention": attention, "RotaryEmbedding": rotary}
