"""A CNN on the 8×8 digits in 8-bit integers, as onnxruntime's quantizer writes it:
`python -m qdq_cnn.make` in the folder above.

int8 weights with a scale per output channel, int8 activations with zero points, int32 biases. The
quantizer leaves the ReLUs out: with the zero point at -128, saturation does their work.
"""

from tempfile import TemporaryDirectory

import onnx
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions
from onnxruntime import quantization as ort
from torch import nn

import digits
import training
from common import HERE, run, write
from networks import graph, network

FUSED = {"QuantizeLinear", "QLinearConv", "MaxPool", "Flatten", "QGemm", "DequantizeLinear"}
INTEGERS = 20  # samples whose integer tensors are kept


class Reader(ort.CalibrationDataReader):
    def __init__(self, images):
        self.samples = iter([{"image": image[None]} for image in images])

    def get_next(self):
        return next(self.samples, None)


def quantize(model, images):
    with TemporaryDirectory() as folder:
        path = folder + "/qdq_cnn.onnx"
        ort.quantize_static(
            model,
            path,
            Reader(images),
            quant_format=ort.QuantFormat.QDQ,
            per_channel=True,
            activation_type=ort.QuantType.QInt8,
            weight_type=ort.QuantType.QInt8,
        )
        return onnx.load(path)


def fused(model):
    """onnxruntime's own rewriting of the model into operators on integers."""
    with TemporaryDirectory() as folder:
        options = SessionOptions()
        options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        # Otherwise int8 becomes uint8, and the tensors lose their names.
        options.add_session_config_entry("session.qdqisint8allowed", "1")
        options.optimized_model_filepath = folder + "/fused.onnx"
        InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
        rewritten = onnx.load(options.optimized_model_filepath)
    left = {node.op_type for node in rewritten.graph.node}
    assert left == FUSED, left
    return rewritten


def integers(model, types, samples):
    """The integer tensors, by running `model` as it is, without any rewriting.

    Asking for them before the rewriting would prevent it: a Conv would be left in floats.
    """
    names = {o.name for o in model.graph.output}
    model.graph.output.extend(v for name, v in types.items() if name not in names)
    found = run(model, samples, optimize=False)
    return {name: found[name] for name in types}


def main():
    images, held_out, labels, held_out_labels = digits.small()
    images, held_out = images[:, None], held_out[:, None]
    training.seed()
    cnn = network(
        conv1=nn.Conv2d(1, 8, 3, padding=1),
        relu1=nn.ReLU(),
        pool1=nn.MaxPool2d(2),
        conv2=nn.Conv2d(8, 16, 3, padding=1),
        relu2=nn.ReLU(),
        pool2=nn.MaxPool2d(2),
        flatten=nn.Flatten(),
        fc1=nn.Linear(64, 32),
        relu3=nn.ReLU(),
        logits=nn.Linear(32, 10),
    )
    training.train(cnn, images, labels, epochs=40, rate=5e-3)
    float_model = graph("qdq_cnn", "image", [1, 1, 8, 8], cnn)
    expected = training.predict(cnn, held_out)
    in_float = training.measure(float_model, held_out, held_out_labels, expected)

    model = quantize(float_model, images[: digits.CALIBRATE])
    onnx.checker.check_model(model, full_check=True)
    full = onnx.shape_inference.infer_shapes(model)
    made = {n.output[0] for n in full.graph.node if n.op_type == "QuantizeLinear"}
    types = {v.name: v for v in full.graph.value_info if v.name in made}
    in_integers = integers(fused(model), types, held_out)
    one_by_one = integers(full, types, held_out)
    predicted = run(model, held_out)["logits"].argmax(axis=1)
    report = {
        "held_out": len(held_out),
        "accuracy_in_float": in_float["accuracy"],
        "accuracy": float((predicted == held_out_labels).mean()),
        "accuracy_on_test_npz": float((predicted == held_out_labels)[: digits.TEST].mean()),
        "same_digit_as_float": int((predicted == expected.argmax(axis=1)).sum()),
        # onnxruntime in integers against onnxruntime node by node, where Conv and Gemm are floats.
        "integers": {
            name: {"compared": value.size, "differ": int((value != one_by_one[name]).sum())}
            for name, value in in_integers.items()
        },
    }
    calibrate, test = training.samples(model, images, held_out, held_out_labels)
    test |= {f"int.{name}": value[:INTEGERS] for name, value in in_integers.items()}
    write(HERE / "qdq_cnn", model, calibrate, test, report)


if __name__ == "__main__":
    main()
