"""Writes `wide.onnx`, in which four layers read the result of one that nothing rounds, and which is a result itself,
twice as large; and data for it, of any numbers and of those that are steps of an input. Needs numpy and onnx;
`resid4.onnx`, a stream to which each of four blocks adds, was reported, and has no script.

    python3 tests/rounding/make.py
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent
SIZE, READERS = 16, 4

rng = np.random.default_rng(3)
draw = lambda name: numpy_helper.from_array(rng.normal(0, 0.25, (SIZE, SIZE)).astype(np.float32), name)
tensors = [draw("w"), numpy_helper.from_array(np.array([2], np.float32), "two")]
nodes = [helper.make_node("MatMul", ["x", "w"], ["z"]), helper.make_node("Mul", ["z", "two"], ["twice"])]
for k in range(READERS):
    tensors.append(draw(f"w{k}"))
    nodes.append(helper.make_node("MatMul", ["z", f"w{k}"], [f"a{k}"]))
    nodes.append(helper.make_node("Relu", [f"a{k}"], [f"b{k}"]))
nodes.append(helper.make_node("Concat", [f"b{k}" for k in range(READERS)], ["y"], axis=1))
value = lambda n, d: helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, d])
graph = helper.make_graph(
    nodes, "wide", [value("x", SIZE)], [value("y", READERS * SIZE), value("twice", SIZE)], tensors
)
# Weights that are steps of their own, so that only the input decides whether `twice` is exact.
for t in tensors:
    a = np.round(numpy_helper.to_array(t) * 64) / 64
    t.CopyFrom(numpy_helper.from_array(a.astype(np.float32), t.name))
graph = helper.make_graph(nodes, "wide", graph.input, graph.output, tensors)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
onnx.checker.check_model(model)
onnx.save(model, HERE / "wide.onnx")
x = np.clip(rng.normal(size=(40, 1, SIZE)), -3, 3).astype(np.float32)
np.savez_compressed(HERE / "any.npz", x=x)
np.savez_compressed(HERE / "steps.npz", x=np.round(x * 16) / 16)
