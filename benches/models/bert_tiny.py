"""BERT-tiny: two layers of width 128 with two heads, 16 tokens; 4.37 million parameters, of which
3.91 million are the embedding of 30,522 tokens. Turc et al., 2019.

The input are token ids, as a user of such a model has them. The pooler is left out: the result is
the last hidden state.
"""

import numpy as np
from onnx import TensorProto

from graph import Graph
from transformers import attend, draw, gains

TOKENS, PLACES, LENGTH = 30522, 512, 16
WIDTH, HEADS, INNER, LAYERS = 128, 2, 512, 2
EPSILON, EMBEDDING = 1e-12, 0.02
CALIBRATE, TEST = 32, 8


def embed(g, rng):
    """The embeddings of the tokens, their places and the first segment, normed."""
    words = g.constant("tokens.weight", rng.normal(0, EMBEDDING, (TOKENS, WIDTH)))
    places = rng.normal(0, EMBEDDING, (PLACES, WIDTH))[:LENGTH]
    segments = rng.normal(0, EMBEDDING, (2, WIDTH))[0]
    x = g.node("Gather", "tokens", words, "ids", axis=0)
    x = g.node("Add", "placed", x, g.constant("places", (places + segments)[None]))
    return g.norm("embedded", x, *gains(rng, WIDTH), EPSILON)


def layer(g, rng, name, x):
    """Attention, then two linear layers with GELU between them; a norm after each residual."""
    parts = [g.linear(f"{name}.{p}", x, *draw(rng, WIDTH, WIDTH)) for p in ("query", "key", "value")]
    seen = attend(g, name, *parts, LENGTH, HEADS, WIDTH // HEADS, causal=False)
    seen = g.linear(f"{name}.project", seen, *draw(rng, WIDTH, WIDTH))
    x = g.node("Add", f"{name}.attended", x, seen)
    x = g.norm(f"{name}.norm1", x, *gains(rng, WIDTH), EPSILON)
    inner = g.linear(f"{name}.inner", x, *draw(rng, WIDTH, INNER))
    inner = g.node("Gelu", f"{name}.gelu", inner)
    inner = g.linear(f"{name}.outer", inner, *draw(rng, INNER, WIDTH))
    x = g.node("Add", f"{name}.thought", x, inner)
    return g.norm(f"{name}.norm2", x, *gains(rng, WIDTH), EPSILON)


def make(rng):
    g = Graph("bert_tiny", "ids", [1, LENGTH], TensorProto.INT64)
    x = embed(g, rng)
    for k in range(LAYERS):
        x = layer(g, rng, f"layer{k}", x)
    ids = rng.integers(0, TOKENS, (CALIBRATE + TEST, LENGTH), dtype=np.int64)
    model = g.model([1, LENGTH, WIDTH])
    return model, ids[:CALIBRATE], ids[CALIBRATE:]
