"""An ONNX graph that grows node by node. Tensors are named as in examples/onnx: `conv1`,
`conv1.weight`, `conv1.bias`.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# Gelu is an operation since 20. The IR version is the oldest that this opset goes with.
OPSET, IR = 20, 9


class Graph:
    """A model with one input of fixed shape, batch of one included, and one output."""

    def __init__(self, name, input_name, shape, kind=TensorProto.FLOAT):
        self.name, self.nodes, self.initializers = name, [], []
        self.input = helper.make_tensor_value_info(input_name, kind, shape)

    def constant(self, name, values, dtype=np.float32):
        array = np.ascontiguousarray(values, dtype=dtype)
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def node(self, op, name, *inputs, outputs=None, **attributes):
        """Adds a node; its only output has its name, unless `outputs` are named."""
        made = outputs or [name]
        self.nodes.append(helper.make_node(op, list(inputs), made, name=name, **attributes))
        return made if outputs else name

    def linear(self, name, x, weight, bias):
        """x · weight + bias along the last axis, as exporters of transformers write it."""
        product = self.node("MatMul", f"{name}_product", x, self.constant(f"{name}.weight", weight))
        return self.node("Add", name, product, self.constant(f"{name}.bias", bias))

    def norm(self, name, x, gain, bias, epsilon):
        scale = self.constant(f"{name}.weight", gain)
        shift = self.constant(f"{name}.bias", bias)
        return self.node("LayerNormalization", name, x, scale, shift, axis=-1, epsilon=epsilon)

    def model(self, shape):
        """The checked model; its output is that of the last node."""
        output = helper.make_tensor_value_info(self.nodes[-1].output[0], TensorProto.FLOAT, shape)
        graph = helper.make_graph(self.nodes, self.name, [self.input], [output], self.initializers)
        opsets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR, producer_name="zirc")
        onnx.checker.check_model(model, full_check=True)
        return model
