"""Writes the weights and the data of this example, and numpy's attention on them.

    python -m pip install -r requirements.txt
    python make.py

Everything is seeded, and what the program computes is integers: the same files come out everywhere.
"""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

HERE = Path(__file__).resolve().parent
SEED, SAMPLES, T, D = 7, 50, 6, 16

# The types in model.zirc: a raw integer is worth 2^-bits.
ACT_BITS, W_BITS, E_BITS, A_BITS = 4, 6, 15, 8  # q3.4, q1.6, uq1.15, uq1.8
EXP = np.rint(np.exp(-np.arange(256) / 2.0**ACT_BITS) * 2**E_BITS).astype(np.int64)


def act(u, bits):
    """Raw integers with `bits` fraction bits as a q3.4: to the nearest, halves up, saturated."""
    half = 1 << (bits - ACT_BITS - 1)
    return np.clip((u + half) >> (bits - ACT_BITS), -128, 127)


def integers(w, x):
    """The program's steps, on raw integers."""
    q, k, v = (act(x @ w[name].T, ACT_BITS + W_BITS) for name in "qkv")
    s = act(q @ k.swapaxes(1, 2), 2 * ACT_BITS + 2)  # divided by √16
    e = EXP[s.max(axis=2, keepdims=True) - s]
    total = e.sum(axis=2, keepdims=True)
    a = (2 * (e << A_BITS) + total) // (2 * total)
    return act(a @ v, A_BITS + ACT_BITS)


def attention(w, x):
    """In floating point, with the same weights."""
    q, k, v = (x @ w[name].T for name in "qkv")
    s = q @ k.swapaxes(1, 2) / np.sqrt(D)
    e = np.exp(s - s.max(axis=2, keepdims=True))
    return e / e.sum(axis=2, keepdims=True) @ v


def main():
    rng = np.random.default_rng(SEED)
    w = {name: np.rint(rng.normal(0, 64 / np.sqrt(D), (D, D))).astype(np.int64) for name in "qkv"}
    assert all(-128 <= m.min() and m.max() <= 127 for m in w.values())
    x = np.clip(np.rint(rng.normal(0, 16, (SAMPLES, T, D))), -128, 127).astype(np.int64)
    real_w = {name: m / 2.0**W_BITS for name, m in w.items()}
    save_file({name: m.astype(np.float32) for name, m in real_w.items()}, HERE / "attention.safetensors")
    real, y = x / 2.0**ACT_BITS, integers(w, x)
    reference = attention(real_w, real)
    np.savez(HERE / "test.npz", x=real, y=y / 2.0**ACT_BITS, reference=reference)
    (HERE / "input.json").write_text(json.dumps({"x": real[0].tolist()}) + "\n")
    error = np.abs(y - reference * 2**ACT_BITS)
    numbers = {
        "samples": SAMPLES,
        "error_in_steps_of_y": {"max": float(error.max()), "mean": float(error.mean())},
        "largest_value": float(np.abs(reference).max()),
    }
    text = json.dumps(numbers, indent=2)
    (HERE / "report.json").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
