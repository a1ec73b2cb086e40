"""An MLP 64-32-10 with ReLU on the 8×8 digits: `python -m mlp.make` in the folder above."""

from torch import nn

import digits
import training
from common import HERE
from networks import graph, network


def main():
    images, held_out, labels, held_out_labels = digits.small()
    images, held_out = images.reshape(-1, 64), held_out.reshape(-1, 64)
    training.seed()
    mlp = network(fc1=nn.Linear(64, 32), relu1=nn.ReLU(), logits=nn.Linear(32, 10))
    training.train(mlp, images, labels, epochs=60)
    model = graph("mlp", "image", [1, 64], mlp)
    expected = training.predict(mlp, held_out)
    training.publish(HERE / "mlp", model, images, held_out, held_out_labels, expected)


if __name__ == "__main__":
    main()
