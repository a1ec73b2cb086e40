"""A self-attention block, layer norm before it and a residual around it, 16 places of width 32:
`python -m attention.make` in the folder above.

    y = x + concat over heads of (softmax(q kᵀ / √16) v) · w + b,   q, k, v = norm(x) · w + b

Two heads of width 16. The weights are drawn from a seed, twice as large for q and k as is usual:
otherwise every place would look at all others alike, and softmax would have nothing to do.
"""

import numpy as np

from common import HERE, SEED, Graph, run, write

LENGTH, WIDTH, HEADS = 16, 32, 2
SIZE = WIDTH // HEADS
SAMPLES, CALIBRATE = 100, 48
EPSILON = 1e-5


def draw(rng):
    """Weights and biases by layer."""
    p = {"norm": (1 + rng.normal(0, 0.1, WIDTH), rng.normal(0, 0.1, WIDTH))}
    for name, size in (("query", 2), ("key", 2), ("value", 1), ("project", 1)):
        weight = rng.normal(0, size / np.sqrt(WIDTH), (WIDTH, WIDTH))
        p[name] = weight, rng.normal(0, 0.1, WIDTH)
    return {name: (w.astype(np.float32), b.astype(np.float32)) for name, (w, b) in p.items()}


def graph(p):
    g = Graph("attention", "x", [1, LENGTH, WIDTH])
    heads = g.constant("heads", [1, LENGTH, HEADS, SIZE], np.int64)
    joined = g.constant("joined", [1, LENGTH, WIDTH], np.int64)

    def linear(name, x):
        x = g.node("MatMul", name + "_product", x, g.constant(name + ".weight", p[name][0]))
        return g.node("Add", name, x, g.constant(name + ".bias", p[name][1]))

    def split(name, x, order):
        x = g.node("Reshape", name + "_split", linear(name, x), heads)
        return g.node("Transpose", name + "_heads", x, perm=order)

    norm = g.layer("LayerNormalization", "norm", "x", *p["norm"], axis=-1, epsilon=EPSILON)
    query = split("query", norm, [0, 2, 1, 3])
    key = split("key", norm, [0, 2, 3, 1])
    value = split("value", norm, [0, 2, 1, 3])
    product = g.node("MatMul", "product", query, key)
    scores = g.node("Mul", "scores", product, g.constant("scale", 1 / np.sqrt(SIZE)))
    looks = g.node("Softmax", "softmax", scores, axis=-1)
    seen = g.node("MatMul", "seen", looks, value)
    seen = g.node("Transpose", "seen_by_place", seen, perm=[0, 2, 1, 3])
    seen = g.node("Reshape", "seen_joined", seen, joined)
    g.node("Add", "y", "x", linear("project", seen))
    return g.model([1, LENGTH, WIDTH])


def attention(p, x):
    """The same in numpy, in float64. Also what softmax gives."""
    centred = x - x.mean(axis=-1, keepdims=True)
    norm = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
    norm = norm * p["norm"][0] + p["norm"][1]
    q, k, v = (
        (norm @ p[n][0] + p[n][1]).reshape(-1, LENGTH, HEADS, SIZE).swapaxes(1, 2)
        for n in ("query", "key", "value")
    )
    scores = q @ k.swapaxes(2, 3) / np.sqrt(SIZE)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    looks = e / e.sum(axis=-1, keepdims=True)
    seen = (looks @ v).swapaxes(1, 2).reshape(-1, LENGTH, WIDTH)
    return x + seen @ p["project"][0] + p["project"][1], looks


def main():
    rng = np.random.default_rng(SEED)
    p = draw(rng)
    # Multiples of 1/64 within ±4: few bits a number, so that the files stay small.
    x = np.clip(np.rint(rng.normal(0, 64, (SAMPLES + CALIBRATE, LENGTH, WIDTH))), -256, 256) / 64
    x, calibrate = np.split(x.astype(np.float32), [SAMPLES])
    model = graph(p)
    expected, looks = attention(p, x.astype(np.float64))
    y = run(model, x)["y"]
    off = np.abs(y - expected).max()
    assert off < 1e-5, off
    report = {
        "off_from_numpy": float(off),
        "largest_value": float(np.abs(y).max()),
        "largest_softmax": {"mean": float(looks.max(axis=-1).mean()), "max": float(looks.max())},
    }
    write(HERE / "attention", model, calibrate, {"x": x}, report)


if __name__ == "__main__":
    main()
