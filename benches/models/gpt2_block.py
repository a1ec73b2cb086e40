"""One block of GPT-2: width 768, 12 heads, 16 places, each of which sees only those before it;
7.1 million parameters. Radford et al., 2019.

    y = x + project(attention(norm(x)));  out = y + outer(gelu(inner(norm(y))))

The input is the stream of a block somewhere in the network, standard normal.
"""

import numpy as np

from graph import Graph
from transformers import attend, draw, gains

LENGTH, WIDTH, HEADS, INNER = 16, 768, 12, 3072
EPSILON = 1e-5
CALIBRATE, TEST = 32, 8


def make(rng):
    g = Graph("gpt2_block", "x", [1, LENGTH, WIDTH])
    normed = g.norm("norm1", "x", *gains(rng, WIDTH), EPSILON)
    all_three = g.linear("attend", normed, *draw(rng, WIDTH, 3 * WIDTH))
    sizes = g.constant("thirds", [WIDTH] * 3, np.int64)
    parts = ["query", "key", "value"]
    parts = g.node("Split", "split", all_three, sizes, outputs=parts, axis=2)
    seen = attend(g, "attention", *parts, LENGTH, HEADS, WIDTH // HEADS, causal=True)
    seen = g.linear("project", seen, *draw(rng, WIDTH, WIDTH))
    y = g.node("Add", "attended", "x", seen)
    normed = g.norm("norm2", y, *gains(rng, WIDTH), EPSILON)
    inner = g.linear("inner", normed, *draw(rng, WIDTH, INNER))
    # GPT-2 has the approximation by tanh.
    inner = g.node("Gelu", "gelu", inner, approximate="tanh")
    g.node("Add", "y", y, g.linear("outer", inner, *draw(rng, INNER, WIDTH)))
    x = np.rint(rng.normal(0, 64, (CALIBRATE + TEST, LENGTH, WIDTH))).clip(-256, 256) / 64
    x = x.astype(np.float32)
    return g.model([1, LENGTH, WIDTH]), x[:CALIBRATE], x[CALIBRATE:]
