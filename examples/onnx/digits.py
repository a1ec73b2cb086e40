"""scikit-learn's 1,797 handwritten digits, at 8×8 and at 28×28."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from common import SEED

HELD_OUT, TEST, CALIBRATE = 360, 200, 48


def small():
    """Training and held-out images [n, 8, 8], in sixteenths from 0 to 1, and their digits."""
    data = load_digits()
    images, labels = data.images.astype(np.int64), data.target.astype(np.int64)
    images, held_out, labels, held_out_labels = train_test_split(
        images, labels, test_size=HELD_OUT, stratify=labels, random_state=SEED
    )
    images, held_out = ((pixels / 16).astype(np.float32) for pixels in (images, held_out))
    return images, held_out, labels, held_out_labels


def large():
    """The same images enlarged to [n, 28, 28], pixels from 0 to 255/256 in steps of 1/256."""
    images, held_out, labels, held_out_labels = small()
    return enlarge(images), enlarge(held_out), labels, held_out_labels


def enlarge(images):
    """Bilinear, pixel centres at halves as in ONNX's Resize; in integers, so exact everywhere.

    Pixel i of 28 lies at (4i - 5)/14 on the 8: the weights of its two neighbours are fourteenths.
    """
    weights = np.zeros((28, 8), dtype=np.int64)
    for i in range(28):
        left, part = divmod(4 * i - 5, 14)
        weights[i, max(left, 0)] += 14 - part
        weights[i, min(left + 1, 7)] += part
    pixels = np.rint(images * 16).astype(np.int64)
    sums = np.einsum("ya,nab,xb->nyx", weights, pixels, weights)  # of 16 * 14 * 14
    return (np.minimum((sums * 16 + 98) // 196, 255) / 256).astype(np.float32)
