"""An LSTM reads an 8×8 digit row by row: `python -m lstm.make` in the folder above."""

import numpy as np
from torch import nn

import digits
import training
from common import HERE, Graph
from networks import array, linear

HIDDEN = 16


class Reader(nn.Module):
    """Takes [samples, row, batch of 1, pixel]: the model's own shape behind an axis of samples."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(8, HIDDEN)
        self.logits = nn.Linear(HIDDEN, 10)

    def forward(self, rows):
        _, (hidden, _) = self.lstm(rows[:, :, 0].transpose(0, 1))
        return self.logits(hidden[0])


def gates(values):
    """From torch's order, input forget cell output, to ONNX's, input output forget cell."""
    i, f, c, o = np.split(array(values), 4)
    return np.concatenate([i, o, f, c])


def graph(reader):
    g = Graph("lstm", "rows", [8, 1, 8])
    w = g.constant("lstm.input_weight", gates(reader.lstm.weight_ih_l0)[None])
    r = g.constant("lstm.recurrent_weight", gates(reader.lstm.weight_hh_l0)[None])
    b = np.concatenate([gates(reader.lstm.bias_ih_l0), gates(reader.lstm.bias_hh_l0)])
    g.node("LSTM", "lstm", "rows", w, r, g.constant("lstm.bias", b[None]), hidden_size=HIDDEN)
    g.nodes[-1].output[:] = ["", "lstm_last"]  # the last hidden state only: [1, 1, HIDDEN]
    axes = g.constant("squeeze.axes", [0], np.int64)
    x = g.node("Squeeze", "squeeze", "lstm_last", axes)
    linear(g, "logits", x, reader.logits)
    return g.model([1, 10])


def main():
    images, held_out, labels, held_out_labels = digits.small()
    images, held_out = images[:, :, None], held_out[:, :, None]
    training.seed()
    reader = Reader()
    training.train(reader, images, labels, epochs=60, rate=1e-2)
    expected = training.predict(reader, held_out)
    training.publish(HERE / "lstm", graph(reader), images, held_out, held_out_labels, expected)


if __name__ == "__main__":
    main()
