"""Trains the 64-32-10 ReLU network of this example and writes every file that the program needs.

    python -m pip install -r requirements.txt
    python train.py

The same files come out on every machine; exact.py says why.
"""

from pathlib import Path

import numpy as np
from exact import (
    GRADIENT_GRID, SEED, Layer, fit, hinge, interval, load, on_grid, report, rounded, widest, write,
)

HERE = Path(__file__).resolve().parent
HIDDEN, CLASSES, EPOCHS = 32, 10, 300

# The types in model.zirc. A raw integer is worth 2^-bits.
PIXEL_BITS = 8  # uq0.8
W_BITS = 6  # q1.6, so the biases are q1.14 (6 + 8) and q1.10 (6 + 4)
ACT_BITS, ACT_LO, ACT_HI = 4, -128, 127  # q3.4
DROP = PIXEL_BITS + W_BITS - ACT_BITS  # bits that a sum of the first layer loses on its way to q3.4
HALF = 1 << (DROP - 1)

# Bounds on each sum over every possible image, not only those in the data set: narrow sums take few
# bits to prove. Those of the first layer round to -32..=31, so nothing can saturate at q3.4, whose
# raw values are -128..=127. A class score fits 15 bits for any activations that are a q3.4.
LOW, HIGH = -(32 << DROP) - HALF, (32 << DROP) - HALF - 1
LAYERS = (
    Layer("l1", 2**PIXEL_BITS - 1, PIXEL_BITS, W_BITS, LOW, HIGH),
    Layer("l2", ACT_HI, ACT_BITS, W_BITS, -(1 << 14), (1 << 14) - 1),
)


def float_scores(p, pixels):
    """The network in floating point."""
    h = np.maximum(pixels / 2.0**PIXEL_BITS @ p["l1.w"].T + p["l1.b"], 0)
    return h @ p["l2.w"].T + p["l2.b"]


def integer_scores(q, pixels):
    """The network as the program computes it: integers all the way."""
    h = (pixels @ q["l1.w"].T + q["l1.b"] + HALF) >> DROP
    return np.clip(h, 0, ACT_HI) @ q["l2.w"].T + q["l2.b"]


def gradients(p, x, y, integers):
    if integers:
        p = rounded(p, LAYERS)
    z = x @ p["l1.w"].T + p["l1.b"]
    h = np.maximum(z, 0)
    if integers:
        h = np.clip(np.floor(h * 2.0**ACT_BITS + 0.5), 0, ACT_HI) / 2.0**ACT_BITS
    else:
        h = on_grid(h)
    ds = hinge(h @ p["l2.w"].T + p["l2.b"], y)
    dz = on_grid((ds @ p["l2.w"]) * (z > 0), GRADIENT_GRID)
    return {"l1.w": dz.T @ x, "l1.b": dz.sum(axis=0), "l2.w": ds.T @ h, "l2.b": ds.sum(axis=0)}


def main():
    train_x, test_x, train_y, test_y = load(PIXEL_BITS)
    rng = np.random.default_rng(SEED)
    p = {
        "l1.w": on_grid(rng.uniform(-0.25, 0.25, (HIDDEN, train_x.shape[1]))),
        "l1.b": np.zeros(HIDDEN),
        "l2.w": on_grid(rng.uniform(-0.35, 0.35, (CLASSES, HIDDEN))),
        "l2.b": np.zeros(CLASSES),
    }
    fit(p, LAYERS, gradients, train_x, train_y, EPOCHS, rng)
    q, numbers = write(
        HERE, "digits", p, LAYERS, PIXEL_BITS, (test_x, test_y), float_scores, integer_scores
    )
    for name, bits in {"l1.w": 8, "l1.b": 16, "l2.w": 8, "l2.b": 12}.items():
        half = 1 << (bits - 1)
        assert -half <= q[name].min() and q[name].max() < half, f"{name} does not fit its type"

    lo1, hi1 = interval(q["l1.w"], q["l1.b"], 0, LAYERS[0].top)
    lo_act, hi_act = (lo1 + HALF) >> DROP, (hi1 + HALF) >> DROP
    assert ACT_LO <= lo_act.min() and hi_act.max() <= ACT_HI, "the clamp would be needed"
    lo_any, hi_any = interval(q["l2.w"], q["l2.b"], 0, ACT_HI)
    lo2, hi2 = interval(q["l2.w"], q["l2.b"], 0, np.maximum(hi_act, 0))
    numbers["worst_case"] = {
        "first_sums": [int(lo1.min()), int(hi1.max())],
        "first_sums_bits": widest(lo1, hi1),
        "rounded_to_q3.4": [int(lo_act.min()), int(hi_act.max())],
        "scores": [int(lo2.min()), int(hi2.max())],
        "scores_difference_bits": widest(lo2, hi2.max()),
        "scores_if_activations_were_any_q3.4": [int(lo_any.min()), int(hi_any.max())],
    }
    report(HERE, numbers)


if __name__ == "__main__":
    main()
