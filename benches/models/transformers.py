"""What the two transformers share: heads, and weights from a generator.

Weights have a variance of one over the width that they read, as in examples/onnx/attention: with the
0.02 that training starts from, every token would look at all others alike.
"""

import numpy as np


def draw(rng, rows, columns):
    """A linear layer's weight and bias."""
    return rng.normal(0, np.sqrt(1 / rows), (rows, columns)), rng.normal(0, 0.02, columns)


def gains(rng, width):
    """A layer norm's weight and bias."""
    return 1 + rng.normal(0, 0.1, width), rng.normal(0, 0.1, width)


def attend(g, name, query, key, value, length, heads, size, causal):
    """softmax(q·kᵀ / √size)·v for each head, joined again. All are [1, length, heads·size]."""
    if not any(t.name == "heads" for t in g.initializers):
        g.constant("heads", [1, length, heads, size], np.int64)
        g.constant("joined", [1, length, heads * size], np.int64)
        g.constant("scale", 1 / np.sqrt(size))

    def split(part, x, order):
        apart = g.node("Reshape", f"{name}.{part}_split", x, "heads")
        return g.node("Transpose", f"{name}.{part}_heads", apart, perm=order)

    q = split("query", query, [0, 2, 1, 3])
    k = split("key", key, [0, 2, 3, 1])
    v = split("value", value, [0, 2, 1, 3])
    scores = g.node("Mul", f"{name}.scores", g.node("MatMul", f"{name}.product", q, k), "scale")
    if causal:
        seen = np.tril(np.ones((1, 1, length, length), dtype=bool))
        sees = g.constant(f"{name}.sees", seen, bool)
        # What GPT-2 has for keys that come later; −∞ is no number that could be rounded.
        never = g.constant(f"{name}.never", -1e4)
        scores = g.node("Where", f"{name}.masked", sees, scores, never)
    looks = g.node("Softmax", f"{name}.softmax", scores, axis=-1)
    mixed = g.node("MatMul", f"{name}.mixed", looks, v)
    mixed = g.node("Transpose", f"{name}.by_place", mixed, perm=[0, 2, 1, 3])
    return g.node("Reshape", f"{name}.joined", mixed, "joined")
