"""Convolutional networks whose batch norms are folded, as deployed models have them.

A network that was trained has statistics in its batch norms, and one that was only initialised has
none: its activations would grow from block to block, and with them what is quantized. So each
convolution is followed, while the graph is built, over a batch of samples; the mean and the
deviation of each channel are what a batch norm would have stored, and go into weight and bias.
They are rounded to 2^-10 first, so that no file depends on the order in which a machine sums.
"""

import numpy as np

from graph import Graph

SIDE = 32
STATISTICS, CALIBRATE, TEST = 16, 8, 4


def images(rng, count):
    """Coarse patches with noise on them, 8-bit pixels as multiples of 1/256."""
    coarse = rng.uniform(32, 224, (count, 3, 8, 8)).repeat(4, axis=2).repeat(4, axis=3)
    noisy = coarse + rng.normal(0, 16, (count, 3, SIDE, SIDE))
    return (np.clip(np.rint(noisy), 0, 255) / 256).astype(np.float32)


class Network:
    """A graph, and what each of its tensors is on the samples that statistics are taken from."""

    def __init__(self, name, rng):
        self.rng = rng
        self.graph = Graph(name, "image", [1, 3, SIDE, SIDE])
        self.values = {"image": images(rng, STATISTICS)}

    def conv(self, name, x, width, size=3, stride=1, groups=1):
        """A convolution, drawn as He has it, and the batch norm after it."""
        inside = self.values[x].shape[1] // groups
        fan = inside * size * size
        weight = self.rng.normal(0, np.sqrt(2 / fan), (width, inside, size, size))
        y = convolve(self.values[x], weight.astype(np.float32), stride, groups)
        mean, deviation = rounded(y.mean(axis=(0, 2, 3))), rounded(y.std(axis=(0, 2, 3)))
        deviation = np.maximum(deviation, 2.0**-10)
        w = self.graph.constant(f"{name}.weight", weight / deviation[:, None, None, None])
        b = self.graph.constant(f"{name}.bias", -mean / deviation)
        normed = (y - mean[:, None, None]) / deviation[:, None, None]
        self.values[name] = normed.astype(np.float32)
        window = {"kernel_shape": [size] * 2, "pads": [size // 2] * 4, "strides": [stride] * 2}
        return self.graph.node("Conv", name, x, w, b, group=groups, **window)

    def relu(self, name, x):
        self.values[name] = np.maximum(self.values[x], 0)
        return self.graph.node("Relu", name, x)

    def relu6(self, name, x):
        if "zero" not in (t.name for t in self.graph.initializers):
            self.graph.constant("zero", 0)
            self.graph.constant("six", 6)
        self.values[name] = np.clip(self.values[x], 0, 6)
        return self.graph.node("Clip", name, x, "zero", "six")

    def add(self, name, x, y):
        self.values[name] = self.values[x] + self.values[y]
        return self.graph.node("Add", name, x, y)

    def classify(self, x, classes=10):
        """The mean of each channel, and a linear layer."""
        width = self.values[x].shape[1]
        mean = self.graph.node("GlobalAveragePool", "pool", x)
        flat = self.graph.node("Flatten", "flat", mean)
        weight = self.rng.normal(0, np.sqrt(1 / width), (classes, width))
        w = self.graph.constant("logits.weight", weight)
        b = self.graph.constant("logits.bias", self.rng.normal(0, 0.1, classes))
        self.graph.node("Gemm", "logits", flat, w, b, transB=1)

    def made(self):
        """The model, samples to calibrate it, and others."""
        model = self.graph.model([1, 10])
        return model, images(self.rng, CALIBRATE), images(self.rng, TEST)


def rounded(x):
    return np.rint(x.astype(np.float64) * 1024) / 1024


def convolve(x, weight, stride, groups):
    """A convolution with half of the window as padding, in float32."""
    width, inside, size, _ = weight.shape
    half = size // 2
    padded = np.pad(x, [(0, 0), (0, 0), (half, half), (half, half)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]
    count, _, rows, columns = windows.shape[:4]
    windows = windows.reshape(count, groups, inside, rows, columns, size, size)
    kernels = weight.reshape(groups, width // groups, inside, size, size)
    y = [
        np.tensordot(windows[:, g], kernels[g], axes=([1, 4, 5], [1, 2, 3])) for g in range(groups)
    ]
    return np.concatenate(y, axis=-1).transpose(0, 3, 1, 2).astype(np.float32)
