"""A CNN with ReLU and max pooling on the 28×28 digits: `python -m cnn.make` in the folder above."""

from torch import nn

import digits
import training
from common import HERE
from networks import graph, network


def main():
    images, held_out, labels, held_out_labels = digits.large()
    images, held_out = images[:, None], held_out[:, None]
    training.seed()
    cnn = network(
        conv1=nn.Conv2d(1, 16, 3, padding=1),
        relu1=nn.ReLU(),
        pool1=nn.MaxPool2d(2),
        conv2=nn.Conv2d(16, 32, 3, padding=1),
        relu2=nn.ReLU(),
        pool2=nn.MaxPool2d(2),
        flatten=nn.Flatten(),
        fc1=nn.Linear(1568, 128),
        relu3=nn.ReLU(),
        logits=nn.Linear(128, 10),
    )
    training.train(cnn, images, labels, epochs=12)
    model = graph("cnn", "image", [1, 1, 28, 28], cnn)
    expected = training.predict(cnn, held_out)
    training.publish(HERE / "cnn", model, images, held_out, held_out_labels, expected)


if __name__ == "__main__":
    main()
