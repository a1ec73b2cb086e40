"""A GPT of 12 blocks and 0.2 million parameters, with its embedding and its head: width 36, 4 heads, 8 places.

    x = embedding[tokens] + places;  12 × (x = x + project(attention(norm(x))); x = x + outer(gelu(inner(norm(x)))))
    logits = norm(x) · embeddingᵀ

What it shows is how an import takes many blocks: a stream to which each adds.
"""

import numpy as np
from onnx import TensorProto

from graph import Graph
from transformers import attend, draw, gains

LENGTH, WIDTH, HEADS, BLOCKS, TOKENS = 8, 36, 4, 12, 256
EPSILON = 1e-5
CALIBRATE, TEST = 16, 4


def block(g, rng, name, x):
    normed = g.norm(f"{name}.norm1", x, *gains(rng, WIDTH), EPSILON)
    parts = [g.linear(f"{name}.{p}", normed, *draw(rng, WIDTH, WIDTH)) for p in ("query", "key", "value")]
    seen = attend(g, f"{name}.attention", *parts, LENGTH, HEADS, WIDTH // HEADS, causal=True)
    x = g.node("Add", f"{name}.attended", x, g.linear(f"{name}.project", seen, *draw(rng, WIDTH, WIDTH)))
    normed = g.norm(f"{name}.norm2", x, *gains(rng, WIDTH), EPSILON)
    inner = g.linear(f"{name}.inner", normed, *draw(rng, WIDTH, 4 * WIDTH))
    inner = g.node("Gelu", f"{name}.gelu", inner, approximate="tanh")
    return g.node("Add", f"{name}.out", x, g.linear(f"{name}.outer", inner, *draw(rng, 4 * WIDTH, WIDTH)))


def make(rng, blocks=BLOCKS):
    g = Graph("gpt_small", "tokens", [1, LENGTH], TensorProto.INT64)
    embedding = rng.normal(0, 1, (TOKENS, WIDTH))
    x = g.node("Gather", "embedded", g.constant("embedding", embedding), "tokens")
    x = g.node("Add", "placed", x, g.constant("places", rng.normal(0, 0.3, (LENGTH, WIDTH))))
    for k in range(blocks):
        x = block(g, rng, f"block{k}", x)
    x = g.norm("norm", x, *gains(rng, WIDTH), EPSILON)
    g.node("MatMul", "logits", x, g.constant("head", embedding.T))
    tokens = rng.integers(0, TOKENS, (CALIBRATE + TEST, LENGTH))
    return g.model([1, LENGTH, TOKENS]), tokens[:CALIBRATE], tokens[CALIBRATE:]
