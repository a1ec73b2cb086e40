"""Building a readable ONNX model, and writing the files that stand next to it.

Every tensor has the name of the node that makes it, every initializer the name of its node and
what it is: `conv1`, `conv1.weight`, `conv1.bias`.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
OPSET, IR = 17, 8
SEED = 7


class Graph:
    """A model with one input and one output, both float32 and of fixed shape."""

    def __init__(self, name, input_name, shape):
        self.name, self.nodes, self.initializers = name, [], []
        self.input = helper.make_tensor_value_info(input_name, TensorProto.FLOAT, shape)

    def constant(self, name, values, dtype=np.float32):
        array = np.ascontiguousarray(values, dtype=dtype)
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def node(self, op, name, *inputs, **attributes):
        """Adds a node with one output, named as the node itself."""
        self.nodes.append(helper.make_node(op, list(inputs), [name], name=name, **attributes))
        return name

    def layer(self, op, name, x, weight, bias, **attributes):
        """Adds a node with a weight and a bias: Conv, Gemm, LayerNormalization."""
        w = self.constant(name + ".weight", weight)
        b = self.constant(name + ".bias", bias)
        return self.node(op, name, x, w, b, **attributes)

    def model(self, shape):
        """The checked model; its output is that of the last node."""
        output = helper.make_tensor_value_info(self.nodes[-1].output[0], TensorProto.FLOAT, shape)
        graph = helper.make_graph(
            self.nodes, self.name, [self.input], [output], self.initializers
        )
        opset = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=IR, producer_name="zirc")
        onnx.checker.check_model(model, full_check=True)
        return model


def dims(value):
    return [d.dim_value for d in value.type.tensor_type.shape.dim]


def run(model, samples, optimize=True):
    """What onnxruntime makes of each sample: an array per output, its first axis the samples.

    A batch axis of one, where an output begins with one, is left out.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    if not optimize:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    names = [o.name for o in session.get_outputs()]
    found = {name: [] for name in names}
    shape = dims(model.graph.input[0])
    for sample in samples:
        values = session.run(names, {model.graph.input[0].name: sample.reshape(shape)})
        for name, value in zip(names, values):
            found[name].append(value[0] if value.shape[0] == 1 else value)
    return {name: np.stack(values) for name, values in found.items()}


def sizes(model):
    return {
        "bytes": len(model.SerializeToString()),
        "initializer_values": sum(int(np.prod(t.dims)) for t in model.graph.initializer),
    }


def write(folder, model, calibrate, test, report):
    """Writes a model, its data with onnxruntime's outputs, and its report.

    `calibrate` holds samples, `test` samples and what else is known of them: the label, a target.
    """
    floats = run(model, test[model.graph.input[0].name])
    onnx.save(model, folder / f"{folder.name}.onnx")
    write_data(folder, model, calibrate, test | {f"float.{o}": v for o, v in floats.items()})
    write_report(folder, report | sizes(model))


def write_data(folder, model, calibrate, test):
    """Writes `calibrate.npz`, `test.npz`, and `input.json` with the first sample of `test`."""
    name, shape = model.graph.input[0].name, dims(model.graph.input[0])
    np.savez_compressed(folder / "calibrate.npz", **{name: calibrate})
    np.savez_compressed(folder / "test.npz", **test)
    one = {name: test[name][0].reshape(shape).tolist()}
    (folder / "input.json").write_text(json.dumps(one) + "\n")


def write_report(folder, numbers):
    text = json.dumps(numbers, indent=2)
    (folder / "report.json").write_text(text + "\n")
    print(folder.name, text)
