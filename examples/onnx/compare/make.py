"""Six CNNs on the 8×8 digits, for `zirc compare`: `python -m compare.make` in the folder above.

All have the same layers but for the activation (ReLU, x·x or x·x·x) and the pooling (maximum or
average), and are trained alike from the same first weights.
"""

import onnx
from torch import nn

import digits
import training
from common import HERE, sizes, write_data, write_report
from networks import Cube, Square, graph, network

FOLDER = HERE / "compare"
ACTIVATIONS = {"relu": nn.ReLU, "square": Square, "cubic": Cube}
POOLS = {"max": nn.MaxPool2d, "avg": nn.AvgPool2d}


def main():
    images, held_out, labels, held_out_labels = digits.small()
    images, held_out = images[:, None], held_out[:, None]
    report = {}
    for activation, Activation in ACTIVATIONS.items():
        for pool, Pool in POOLS.items():
            training.seed()
            cnn = network(
                conv1=nn.Conv2d(1, 8, 3, padding=1),
                act1=Activation(),
                pool1=Pool(2),
                conv2=nn.Conv2d(8, 16, 3, padding=1),
                act2=Activation(),
                pool2=Pool(2),
                flatten=nn.Flatten(),
                logits=nn.Linear(64, 10),
            )
            training.train(cnn, images, labels, epochs=60, rate=1e-2)
            name = f"{activation}_{pool}"
            model = graph(name, "image", [1, 1, 8, 8], cnn)
            expected = training.predict(cnn, held_out)
            report[name] = training.measure(model, held_out, held_out_labels, expected)
            report[name] |= sizes(model)
            onnx.save(model, FOLDER / f"{name}.onnx")
    # The inputs are those of any of the models; the outputs are not, and are left out.
    write_data(FOLDER, model, *training.samples(model, images, held_out, held_out_labels))
    write_report(FOLDER, report)


if __name__ == "__main__":
    main()
