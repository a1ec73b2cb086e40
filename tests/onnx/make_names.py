"""Writes names/names.onnx: a model whose names are no identifiers, with several open dimensions, inputs and results.

    python3 tests/onnx/make_names.py

With the packages of requirements.txt. names/input.json has the inputs in order, and names/results.json what
onnxruntime says for them.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent / "names"


def model():
    w = np.array([[1, -2, 0.5, 0], [0.25, 1, -1, 2], [-0.5, 0, 1, 1]], np.float32)
    b = np.array([0.5, -0.25, 0, 1], np.float32)
    nodes = [
        helper.make_node("Gemm", ["input.1", "w", "b"], ["dense/bias:0"], "dense"),
        helper.make_node("Relu", ["dense/bias:0"], ["act.1"], "act"),
        helper.make_node("Add", ["act.1", "X"], ["out:0"], "add"),
        helper.make_node("ArgMax", ["act.1"], ["label"], "argmax", axis=1, keepdims=0),
    ]
    given = helper.make_tensor_value_info
    inputs = [
        given("input.1", TensorProto.FLOAT, ["batch", 3]),
        given("X", TensorProto.FLOAT, ["batch", None]),
    ]
    outputs = [
        given("out:0", TensorProto.FLOAT, ["batch", 4]),
        given("label", TensorProto.INT64, ["batch"]),
        given("dense/bias:0", TensorProto.FLOAT, ["batch", 4]),
    ]
    constants = [numpy_helper.from_array(w, "w"), numpy_helper.from_array(b, "b")]
    graph = helper.make_graph(nodes, "names", inputs, outputs, constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    made.ir_version = 8
    onnx.checker.check_model(made)
    return made


def main():
    HERE.mkdir(exist_ok=True)
    made = model()
    (HERE / "names.onnx").write_bytes(made.SerializeToString())
    x = [[0.5, -1.25, 1.5], [0.25, 0.75, -0.5, 0.75]]
    extra = {"input_shapes": [[1, 3], [1, 4]], "output_data": None, "input_data": x}
    (HERE / "input.json").write_text(json.dumps(extra) + "\n")
    session = onnxruntime.InferenceSession(made.SerializeToString())
    names = [o.name for o in session.get_outputs()]
    values = {"input.1": np.array([x[0]], np.float32), "X": np.array([x[1]], np.float32)}
    results = dict(zip(names, session.run(names, values)))
    lists = {name: values.flatten().tolist() for name, values in results.items()}
    (HERE / "results.json").write_text(json.dumps(lists) + "\n")
    samples = np.random.default_rng(1).uniform(-2, 2, (16, 1, 3)).astype(np.float32)
    more = np.random.default_rng(2).uniform(-1, 1, (16, 1, 4)).astype(np.float32)
    np.savez(HERE / "calibrate.npz", **{"input.1": samples, "X": more})


main()
