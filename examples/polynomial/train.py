"""Trains the 64-16-10 square-activation network of this example and writes every file it needs.

    python -m pip install -r ../digits/requirements.txt
    python train.py

The trainer is the one of ../digits; only the network and its types are here.
"""

import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "digits"))
from exact import (  # noqa: E402
    GRADIENT_GRID, SEED, Layer, fit, hinge, interval, load, on_grid, report, rounded, widest, write,
)

HIDDEN, CLASSES, EPOCHS = 16, 10, 300

# The types in model.zirc. Nothing is rounded between the image and the scores, so each scale is the
# product of those that went into it: 2^-4 for a pixel, 2^-10 for a sum of the first layer, 2^-20
# for its square, 2^-26 for a score.
PIXEL_BITS, W_BITS = 4, 6
SUM_BITS = PIXEL_BITS + W_BITS
SUM_MAX = (1 << 11) - 1  # a first sum stays within -2..2 over every possible image
SCORE_MAX = (1 << 28) - 1  # and a score within -4..4
LAYERS = (
    Layer("l1", 2**PIXEL_BITS - 1, PIXEL_BITS, W_BITS, -SUM_MAX, SUM_MAX),
    Layer("l2", SUM_MAX**2, 2 * SUM_BITS, W_BITS, -SCORE_MAX, SCORE_MAX),
)


def float_scores(p, pixels):
    """The network in floating point."""
    h = pixels / 2.0**PIXEL_BITS @ p["l1.w"].T + p["l1.b"]
    return h * h @ p["l2.w"].T + p["l2.b"]


def integer_scores(q, pixels):
    """The network as the program computes it: the same formula, on integers."""
    h = pixels @ q["l1.w"].T + q["l1.b"]
    return h * h @ q["l2.w"].T + q["l2.b"]


def gradients(p, x, y, integers):
    if integers:
        p = rounded(p, LAYERS)
    z = on_grid(x @ p["l1.w"].T + p["l1.b"])
    h = on_grid(z * z)
    ds = hinge(h @ p["l2.w"].T + p["l2.b"], y)
    dz = on_grid((ds @ p["l2.w"]) * 2 * z, GRADIENT_GRID)
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
        HERE, "polynomial", p, LAYERS, PIXEL_BITS, (test_x, test_y), float_scores, integer_scores
    )
    lo1, hi1 = interval(q["l1.w"], q["l1.b"], 0, LAYERS[0].top)
    square = np.maximum(-lo1, hi1) ** 2
    lo2, hi2 = interval(q["l2.w"], q["l2.b"], 0, square)
    numbers["worst_case"] = {
        "first_sums": [int(lo1.min()), int(hi1.max())],
        "squares": [0, int(square.max())],
        "scores": [int(lo2.min()), int(hi2.max())],
        "scores_difference_bits": widest(lo2, hi2.max()),
    }
    report(HERE, numbers)


if __name__ == "__main__":
    main()
