"""Writes the weights and the data of this example, and what numpy makes of them.

    python -m pip install -r requirements.txt
    python make.py

Everything is seeded, and what the program computes is integers: the same files come out everywhere.
"""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

HERE = Path(__file__).resolve().parent
SEED, SAMPLES, WORDS, LENGTH, E, CLASSES = 7, 200, 64, 8, 16, 4

# The types in model.zirc: a raw integer is worth 2^-bits.
W_BITS, B_BITS = 6, 12  # q1.6, q1.12


def scores(vectors, w, b, words):
    """In floating point. On multiples of the types' steps every sum is exact."""
    return vectors[words].mean(axis=1) @ w.T + b


def main():
    rng = np.random.default_rng(SEED)
    # Words of one topic point the same way, more or less.
    topics = rng.normal(0, 0.7, (CLASSES, E))
    topic_of = rng.integers(0, CLASSES, WORDS)
    exact = {
        "vectors": topics[topic_of] + rng.normal(0, 0.4, (WORDS, E)),
        "l.w": topics,
        "l.b": rng.normal(0, 0.05, CLASSES),
    }
    bits = {"vectors": W_BITS, "l.w": W_BITS, "l.b": B_BITS}
    raw = {
        n: np.clip(np.rint(v * 2.0 ** bits[n]), -(2 ** (bits[n] + 1)), 2 ** (bits[n] + 1) - 1)
        for n, v in exact.items()
    }
    stored = {n: (v / 2.0 ** bits[n]).astype(np.float32) for n, v in raw.items()}
    save_file(stored, HERE / "embedding.safetensors")

    words = rng.integers(0, WORDS, (SAMPLES, LENGTH))
    as_proved = scores(*(stored[n].astype(np.float64) for n in exact), words)
    unrounded = scores(*exact.values(), words)
    chosen = as_proved.argmax(axis=1)
    by_float = unrounded.argmax(axis=1)
    np.savez(HERE / "test.npz", words=words, **{"class": chosen}, float=by_float, scores=unrounded)
    first = {"words": words[0].tolist(), "class": int(chosen[0])}
    (HERE / "input.json").write_text(json.dumps(first) + "\n")
    error = np.abs(as_proved - unrounded) * 2.0**W_BITS
    numbers = {
        "samples": SAMPLES,
        "same_class_as_float": int((chosen == by_float).sum()),
        "error_of_scores_in_steps_of_the_vectors": {
            "max": float(error.max()), "mean": float(error.mean()),
        },
    }
    text = json.dumps(numbers, indent=2)
    (HERE / "report.json").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
