"""LeNet-5 with tanh and average pooling on the 28×28 digits:
`python -m lenet5.make` in the folder above.

As in the paper (LeCun, Bottou, Bengio, Haffner: Gradient-Based Learning Applied to Document
Recognition, 1998) but for what later versions dropped as well: there the second convolution sees
some of the six maps only, pooling has weights of its own, tanh is stretched, and the last layer
measures distances.
"""

from torch import nn

import digits
import training
from common import HERE
from networks import graph, network


def main():
    images, held_out, labels, held_out_labels = digits.large()
    images, held_out = images[:, None], held_out[:, None]
    training.seed()
    lenet5 = network(
        conv1=nn.Conv2d(1, 6, 5, padding=2),
        tanh1=nn.Tanh(),
        pool1=nn.AvgPool2d(2),
        conv2=nn.Conv2d(6, 16, 5),
        tanh2=nn.Tanh(),
        pool2=nn.AvgPool2d(2),
        flatten=nn.Flatten(),
        fc1=nn.Linear(400, 120),
        tanh3=nn.Tanh(),
        fc2=nn.Linear(120, 84),
        tanh4=nn.Tanh(),
        logits=nn.Linear(84, 10),
    )
    training.train(lenet5, images, labels, epochs=20)
    model = graph("lenet5", "image", [1, 1, 28, 28], lenet5)
    expected = training.predict(lenet5, held_out)
    training.publish(HERE / "lenet5", model, images, held_out, held_out_labels, expected)


if __name__ == "__main__":
    main()
