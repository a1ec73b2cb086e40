"""Writes the data of this example: scores, what the program makes of them, and numpy's softmax.

    python -m pip install -r requirements.txt
    python make.py

Everything is seeded, and what the program computes is integers: the same files come out everywhere.
"""

import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
SEED, SAMPLES, N = 7, 200, 10

# The types in model.zirc: a raw integer is worth 2^-bits.
X_BITS, E_BITS, Y_BITS = 4, 15, 8  # q3.4, uq1.15, uq1.8
EXP = np.rint(np.exp(-np.arange(256) / 2.0**X_BITS) * 2**E_BITS).astype(np.int64)


def integers(x):
    """The program's steps, on raw integers."""
    e = EXP[x.max(axis=1, keepdims=True) - x]
    s = e.sum(axis=1, keepdims=True)
    return (2 * (e << Y_BITS) + s) // (2 * s)  # to the nearest, halves up


def softmax(x):
    """In floating point."""
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def main():
    rng = np.random.default_rng(SEED)
    x = np.clip(np.rint(rng.normal(0, 32, (SAMPLES, N))), -128, 127).astype(np.int64)
    x[0] = 5  # all the same
    x[1] = [127] + 9 * [-128]  # as far apart as the type allows
    real, y = x / 2.0**X_BITS, integers(x)
    reference = softmax(real)
    np.savez(HERE / "test.npz", x=real, y=y / 2.0**Y_BITS, reference=reference)
    (HERE / "input.json").write_text(json.dumps({"x": real[2].tolist()}) + "\n")
    error = np.abs(y - reference * 2**Y_BITS)
    numbers = {
        "samples": SAMPLES,
        "error_in_steps_of_y": {"max": float(error.max()), "mean": float(error.mean())},
        "same_largest": int((y.argmax(axis=1) == reference.argmax(axis=1)).sum()),
        "sum_of_y": [float(y.sum(axis=1).min() / 256), float(y.sum(axis=1).max() / 256)],
    }
    text = json.dumps(numbers, indent=2)
    (HERE / "report.json").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
