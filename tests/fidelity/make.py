"""Writes `targets.onnx` and `factors.onnx` with their data: two results of which one is a millionth of the other,
by a matrix and by a vector of factors. Needs numpy, onnx 1.23 and onnxruntime; the other models here were
reported, and have no script.

    python3 tests/fidelity/make.py
"""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent


def write(name, nodes, constants):
    parts = numpy_helper.from_array(np.array([1, 1], np.int64), "parts")
    nodes = [*nodes, helper.make_node("Split", ["y", "parts"], ["large", "small"], axis=1)]
    value = lambda n, d: helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, d])
    tensors = [numpy_helper.from_array(np.array(v, np.float32), k) for k, v in constants.items()]
    graph = helper.make_graph(nodes, name, [value("x", 4)], [value("large", 1), value("small", 1)], [*tensors, parts])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, HERE / f"{name}.onnx")
    x = np.random.default_rng(7).normal(size=(40, 1, 4)).astype(np.float32)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    found = [session.run(None, {"x": s}) for s in x]
    outputs = {f"float.{o}": np.stack([f[k] for f in found]) for k, o in enumerate(["large", "small"])}
    np.savez_compressed(HERE / f"{name}.npz", x=x, **outputs)


rows = np.array([[0.7, -0.4], [-0.2, 0.9], [0.5, 0.3], [-0.8, -0.6]])
write("targets", [helper.make_node("Gemm", ["x", "w", "b"], ["y"])],
      {"w": rows * [1e6, 1], "b": [0, 1000]})
write("factors", [helper.make_node("MatMul", ["x", "w"], ["z"]), helper.make_node("Mul", ["z", "f"], ["y"])],
      {"w": rows, "f": [1e6, 1]})
