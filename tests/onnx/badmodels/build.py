"""Models without the checks of `onnx.checker`, so that they can be wrong in one chosen place."""

import collections

import numpy as np
from onnx import TensorProto, helper, numpy_helper

T = TensorProto
OPSET, IR = 20, 10

# file: without its suffix; wrong: what is wrong; names: what the error has to contain
Bad = collections.namedtuple("Bad", "file wrong names data")


def value(name, shape, kind=T.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def weights(name, *shape, kind=np.float32):
    """Small weights that are not all alike."""
    count = int(np.prod(shape))
    return numpy_helper.from_array((np.arange(count) % 7 - 3).astype(kind).reshape(shape), name)


def const(name, numbers, kind=np.int64):
    return numpy_helper.from_array(np.array(numbers, kind), name)


def node(op, inputs, outputs, name=None, **attributes):
    """A node; inputs and outputs are names with spaces between them, `_` for one left out."""
    split = [["" if n == "_" else n for n in names.split()] for names in (inputs, outputs)]
    return helper.make_node(op, *split, name=name, **attributes)


def graph(nodes, inputs, outputs, initializers=()):
    return helper.make_graph(nodes, "g", inputs, outputs, list(initializers))


def model(the_graph, opset=OPSET, ir=IR, others=(), functions=()):
    imports = [helper.make_opsetid("", opset)] if opset else []
    imports += [helper.make_opsetid(domain, version) for domain, version in others]
    out = helper.make_model(
        the_graph, opset_imports=imports, ir_version=ir, functions=list(functions)
    )
    if not imports:
        out.ClearField("opset_import")
    return out


def bad(file, wrong, names, proto):
    """`names` has spaces between words that all have to be in the error."""
    data = proto if isinstance(proto, bytes) else proto.SerializeToString(deterministic=True)
    return Bad(file, wrong, names, data)


def one_node(op, inputs, shape, *initializers, name, outputs="y", out_shape=None, kind=T.FLOAT,
             out_kind=None, opset=OPSET, domain="", **attributes):  # fmt: skip
    """The model of one node that reads x of the given shape. The output is said to have that shape
    too, where no other is given."""
    made = node(op, inputs, outputs, name, domain=domain, **attributes)
    others = [(domain, 5 if op == "TreeEnsemble" else 3)] if domain else []
    out = value(outputs.split()[0], shape if out_shape is None else out_shape, out_kind or kind)
    the_graph = graph([made], [value("x", shape, kind)], [out], initializers)
    return model(the_graph, opset, others=others)


def dense(name="dense"):
    """A model with nothing wrong: x (3) times dense_w (3 by 2)."""
    return graph(
        [node("MatMul", "x dense_w", "y", name)], [value("x", [3])], [value("y", [2])],
        [weights("dense_w", 3, 2)],
    )  # fmt: skip
