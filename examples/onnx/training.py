"""Training a classifier with torch: seeded, on one thread, with deterministic algorithms."""

import numpy as np
import torch
from torch import nn

import digits
from common import SEED, run, write

BATCH = 64


def seed():
    """To be called before a network is made: its first weights come from the seed too."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(SEED)


def train(network, images, labels, epochs, rate=2e-3, decay=1e-4):
    """Cross-entropy by AdamW; the rate falls to zero; long gradients are cut, for polynomials."""
    images, labels = torch.from_numpy(images), torch.from_numpy(labels)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=decay)
    steps = epochs * -(-len(images) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(epochs):
        for batch in torch.randperm(len(images)).split(BATCH):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(images[batch]), labels[batch]).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()


def predict(network, images):
    with torch.no_grad():
        return network(torch.from_numpy(images)).numpy()


def measure(model, held_out, labels, expected):
    """The model's accuracy by onnxruntime, and how far it is from `expected`, the framework's."""
    logits = run(model, held_out)["logits"]
    correct = logits.argmax(axis=1) == labels
    off = np.abs(logits - expected).max()
    assert off < 1e-5 * np.abs(expected).max(), off
    return {
        "held_out": len(held_out),
        "accuracy": float(correct.mean()),
        "accuracy_on_test_npz": float(correct[: digits.TEST].mean()),
        "largest_logit": float(np.abs(logits).max()),
        "off_from_training": float(off),
    }


def samples(model, images, held_out, labels):
    """What goes into `calibrate.npz` and, but for outputs, into `test.npz`."""
    name = model.graph.input[0].name
    test = {name: held_out[: digits.TEST], "label": labels[: digits.TEST]}
    return images[: digits.CALIBRATE], test


def publish(folder, model, images, held_out, labels, expected):
    """Writes the files of a digit classifier."""
    report = measure(model, held_out, labels, expected)
    write(folder, model, *samples(model, images, held_out, labels), report)
