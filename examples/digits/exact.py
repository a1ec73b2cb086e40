"""Training that gives the same bits on every machine.

Weights, activations and gradients are kept on power-of-two grids, coarse enough for every sum in a
matrix product to be exact in a float64: the order of summation, which differs from one
linear-algebra library to the next, cannot matter. The loss is a squared hinge, which needs no
exponential. What is left is elementwise arithmetic, and IEEE 754 fixes that.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = 7
HELD_OUT = 360
BATCH, MARGIN, SHIFT = 64, 0.25, 4
RATE, LAST_RATE = 4e-3, 1e-4
GRID, GRADIENT_GRID = 2.0**20, 2.0**24


@dataclass
class Layer:
    """What a linear layer may do: its inputs are raw 0..=top, its sums raw low..=high."""

    name: str
    top: int
    in_bits: int
    w_bits: int
    low: int
    high: int

    @property
    def out_bits(self):
        """Fraction bits of the sums, and so of the bias."""
        return self.in_bits + self.w_bits


def on_grid(values, grid=GRID):
    """The nearest multiples of 1/grid."""
    return np.rint(values * grid) / grid


def raw(values, frac_bits):
    """Real values as raw integers, rounded half to even."""
    return np.rint(values * 2.0**frac_bits).astype(np.int64)


def load(pixel_bits):
    """Images as raw integers of `pixel_bits` bits and their digits, training and held-out parts."""
    data = load_digits()
    pixels = np.minimum(data.data.astype(np.int64) * 2**pixel_bits // 16, 2**pixel_bits - 1)
    digits = data.target.astype(np.int64)
    return train_test_split(
        pixels, digits, test_size=HELD_OUT, stratify=digits, random_state=SEED
    )


def quantize(p, layers):
    """The raw integers that a program reads from the weights file."""
    q = {}
    for at in layers:
        q[at.name + ".w"] = raw(p[at.name + ".w"], at.w_bits)
        q[at.name + ".b"] = raw(p[at.name + ".b"], at.out_bits)
    return q


def rounded(p, layers):
    """The real values that those raw integers stand for."""
    q, out = quantize(p, layers), {}
    for at in layers:
        out[at.name + ".w"] = q[at.name + ".w"] / 2.0**at.w_bits
        out[at.name + ".b"] = q[at.name + ".b"] / 2.0**at.out_bits
    return out


def interval(w, b, lo, hi):
    """Lowest and highest value of w @ x + b over every x with lo <= x <= hi, row by row."""
    lo, hi = np.broadcast_to(lo, w.shape[1]), np.broadcast_to(hi, w.shape[1])
    pos, neg = np.maximum(w, 0), np.minimum(w, 0)
    return pos @ lo + neg @ hi + b, pos @ hi + neg @ lo + b


def widest(lo, hi):
    """Bits that hold the distance from lo to hi, for the row where it is largest."""
    return int(np.max(hi - lo)).bit_length()


def within(weights, budget):
    """The nearest non-negative rows to `weights` whose sums are at most `budget`, row by row."""
    part = np.maximum(weights, 0)
    for row in np.flatnonzero(part.sum(axis=1) > budget):
        falling = np.sort(part[row])[::-1]
        excess = np.cumsum(falling) - budget[row]
        count = np.arange(1, len(falling) + 1)
        keep = np.flatnonzero(falling * count > excess)[-1]
        part[row] = np.maximum(part[row] - excess[keep] / count[keep], 0)
    return part


def project(p, layers, slack=None):
    """Moves the weights to the nearest ones that keep every sum within its layer's bounds.

    A bias may take up at most half of them.
    """
    for at in layers:
        top, unit = at.top / 2.0**at.in_bits, 2.0**at.out_bits
        w, b = p[at.name + ".w"], p[at.name + ".b"]
        b = p[at.name + ".b"] = on_grid(np.clip(b, at.low / unit / 2, at.high / unit / 2))
        less = slack[at.name] if slack else 0.0
        up, down = (at.high / unit - b) / top - less, (b - at.low / unit) / top - less
        p[at.name + ".w"] = on_grid(within(w, up) - within(-w, down))


def settle(p, layers):
    """Takes a little room from each row that rounding to integers has pushed over its bounds."""
    slack = {at.name: np.zeros(len(p[at.name + ".b"])) for at in layers}
    while True:
        q, over = quantize(p, layers), False
        for at in layers:
            lo, hi = interval(q[at.name + ".w"], q[at.name + ".b"], 0, at.top)
            wide = (lo < at.low) | (hi > at.high)
            slack[at.name] += wide / 256
            over |= bool(wide.any())
        if not over:
            return
        project(p, layers, slack)


def hinge(scores, digits):
    """The gradient, by scores, of the squared multi-class hinge loss."""
    rows = np.arange(len(digits))
    slack = np.maximum(scores - scores[rows, digits][:, None] + MARGIN, 0)
    slack[rows, digits] = 0
    slope = on_grid(slack / len(digits))
    slope[rows, digits] = -slope.sum(axis=1)
    return slope


def shifted(x, rng, pixel_bits):
    """Images moved by a random fraction of a pixel, in eighths, the same for all of them."""
    image = x.reshape(-1, 8, 8)
    for axis in (1, 2):
        eighths = int(rng.integers(-SHIFT, SHIFT + 1))
        moved = np.roll(image, np.sign(eighths), axis)
        edge = [slice(None)] * 3
        edge[axis] = 0 if eighths > 0 else -1
        if eighths:
            moved[tuple(edge)] = 0
        image = image + (moved - image) * abs(eighths) / 8
    return on_grid(image.reshape(x.shape), 2.0**pixel_bits)


def fit(p, layers, gradients, pixels, digits, epochs, rng):
    """Trains `p` in place with Adam.

    `gradients(p, x, y, integers)` is asked twice a step: once for the network with real numbers,
    and once rounding as the program does, its backward pass taking each rounding step for the
    identity (the straight-through estimator). Their mean makes one network that is good at both.
    """
    pixel_bits = layers[0].in_bits
    x = pixels / 2.0**pixel_bits
    first = {k: np.zeros_like(v) for k, v in p.items()}
    second = {k: np.zeros_like(v) for k, v in p.items()}
    per_epoch = -(-len(x) // BATCH)
    steps = epochs * per_epoch
    power1 = power2 = 1.0
    for step in range(steps):
        if step % per_epoch == 0:
            order = rng.permutation(len(x))
        at = order[(step % per_epoch) * BATCH :][:BATCH]
        rate = LAST_RATE + (RATE - LAST_RATE) * (1 - step / steps)
        batch = shifted(x[at], rng, pixel_bits)
        exact = gradients(p, batch, digits[at], integers=True)
        smooth = gradients(p, batch, digits[at], integers=False)
        power1, power2 = power1 * 0.9, power2 * 0.999
        for k in p:
            g = (exact[k] + smooth[k]) / 2
            first[k] = 0.9 * first[k] + 0.1 * g
            second[k] = 0.999 * second[k] + 0.001 * g * g
            move = first[k] / (1 - power1) / (np.sqrt(second[k] / (1 - power2)) + 1e-8)
            p[k] = on_grid(np.clip(p[k] - rate * move, -1.98, 1.98))
        project(p, layers)
    settle(p, layers)


def write(folder, name, p, layers, pixel_bits, test, float_scores, integer_scores):
    """Writes the weights, the held-out images and one of them, and counts what is right.

    The counts are those of the float32 values in the weights file.
    """
    pixels, digits = test
    folder = Path(folder)
    stored = {k: v.astype(np.float32) for k, v in p.items()}
    save_file(stored, folder / f"{name}.safetensors")
    p = {k: v.astype(np.float64) for k, v in stored.items()}
    q = quantize(p, layers)
    by_float = float_scores(p, pixels).argmax(axis=1).astype(np.int64)
    by_integers = integer_scores(q, pixels).argmax(axis=1)
    images = pixels / 2.0**pixel_bits
    np.savez(folder / "test.npz", image=images, digit=digits, float=by_float)
    chosen = int(np.flatnonzero(by_integers == digits)[0])
    one = {"image": images[chosen].tolist(), "digit": int(digits[chosen])}
    (folder / "input.json").write_text(json.dumps(one) + "\n")
    right = {"float": by_float == digits, "integers": by_integers == digits}
    return q, {
        "held_out_images": len(digits),
        "correct": {k: int(v.sum()) for k, v in right.items()},
        "accuracy": {k: float(v.mean()) for k, v in right.items()},
        "float_and_integers_agree": int((by_float == by_integers).sum()),
        "largest_raw": {k: int(np.abs(v).max()) for k, v in q.items()},
    }


def report(folder, numbers):
    """Prints the numbers and keeps them."""
    text = json.dumps(numbers, indent=2)
    (Path(folder) / "report.json").write_text(text + "\n")
    print(text)
