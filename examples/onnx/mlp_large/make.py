"""An MLP 784-128-10 with ReLU on the 28×28 digits:
`python -m mlp_large.make` in the folder above.
"""

from torch import nn

import digits
import training
from common import HERE
from networks import graph, network


def main():
    images, held_out, labels, held_out_labels = digits.large()
    images, held_out = images.reshape(-1, 784), held_out.reshape(-1, 784)
    training.seed()
    mlp = network(fc1=nn.Linear(784, 128), relu1=nn.ReLU(), logits=nn.Linear(128, 10))
    training.train(mlp, images, labels, epochs=30)
    model = graph("mlp_large", "image", [1, 784], mlp)
    expected = training.predict(mlp, held_out)
    training.publish(HERE / "mlp_large", model, images, held_out, held_out_labels, expected)


if __name__ == "__main__":
    main()
