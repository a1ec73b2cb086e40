"""Writes `targets.onnx` and `factors.onnx` with their data: two results of which one is a millionth of the other,
by a matrix and by a vector of factors; and `heads.onnx`, whose one result has a column of some thousands beside one
between 0 and 1. Needs numpy, onnx 1.23 and onnxruntime; the other models here were
reported, and have no script.

    python3 tests/fidelity/make.py
"""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent


def split(name, nodes, constants):
    parts = np.array([1, 1], np.int64)
    nodes = [*nodes, helper.make_node("Split", ["y", "parts"], ["large", "small"], axis=1)]
    write(name, nodes, {**constants, "parts": parts}, {"large": 1, "small": 1})


def write(name, nodes, constants, results):
    value = lambda n, d: helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, d])
    array = lambda v: v if isinstance(v, np.ndarray) and v.dtype == np.int64 else np.array(v, np.float32)
    tensors = [numpy_helper.from_array(array(v), k) for k, v in constants.items()]
    outputs = [value(o, n) for o, n in results.items()]
    graph = helper.make_graph(nodes, name, [value("x", 4)], outputs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, HERE / f"{name}.onnx")
    x = np.random.default_rng(7).normal(size=(40, 1, 4)).astype(np.float32)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    found = [session.run(None, {"x": s}) for s in x]
    outputs = {f"float.{o}": np.stack([f[k] for f in found]) for k, o in enumerate(results)}
    np.savez_compressed(HERE / f"{name}.npz", x=x, **outputs)


rows = np.array([[0.7, -0.4], [-0.2, 0.9], [0.5, 0.3], [-0.8, -0.6]])
split("targets", [helper.make_node("Gemm", ["x", "w", "b"], ["y"])],
      {"w": rows * [1e6, 1], "b": [0, 1000]})
split("factors", [helper.make_node("MatMul", ["x", "w"], ["z"]), helper.make_node("Mul", ["z", "f"], ["y"])],
      {"w": rows, "f": [1e6, 1]})
write("heads", [helper.make_node("MatMul", ["x", "w"], ["large"]), helper.make_node("MatMul", ["x", "v"], ["z"]),
                helper.make_node("Sigmoid", ["z"], ["small"]),
                helper.make_node("Concat", ["large", "small"], ["both"], axis=1),
                helper.make_node("Relu", ["both"], ["y"])],
      {"w": rows[:, :1] * 4000, "v": rows[:, 1:] * 3}, {"y": 2})
# Near its pole a tangent differs by more from row to row of a table than anything is worth.
pole = np.array([[1.0], [0], [0], [0]])
write("steep", [helper.make_node("Abs", ["x"], ["a"]), helper.make_node("MatMul", ["a", "w"], ["z"]),
                helper.make_node("Tan", ["z"], ["tan"]), helper.make_node("Log", ["z"], ["log"])],
      {"w": pole * 0.66}, {"tan": 1, "log": 1})
