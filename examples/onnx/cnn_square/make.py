"""The layers of `cnn` with squares for ReLU and averages for maxima, on the 28×28 digits:
`python -m cnn_square.make` in the folder above.

Additions and multiplications only. Squares of squares grow quickly, in values and in gradients:
the rate is small, and long gradients are cut.
"""

from torch import nn

import digits
import training
from common import HERE
from networks import Square, graph, network


def main():
    images, held_out, labels, held_out_labels = digits.large()
    images, held_out = images[:, None], held_out[:, None]
    training.seed()
    cnn = network(
        conv1=nn.Conv2d(1, 16, 3, padding=1),
        square1=Square(),
        pool1=nn.AvgPool2d(2),
        conv2=nn.Conv2d(16, 32, 3, padding=1),
        square2=Square(),
        pool2=nn.AvgPool2d(2),
        flatten=nn.Flatten(),
        fc1=nn.Linear(1568, 128),
        square3=Square(),
        logits=nn.Linear(128, 10),
    )
    training.train(cnn, images, labels, epochs=12, rate=1e-3)
    model = graph("cnn_square", "image", [1, 1, 28, 28], cnn)
    expected = training.predict(cnn, held_out)
    training.publish(HERE / "cnn_square", model, images, held_out, held_out_labels, expected)


if __name__ == "__main__":
    main()
