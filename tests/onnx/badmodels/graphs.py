"""Graphs that are wrong as graphs, operations that are not known, and shapes that are not fixed."""

import numpy as np
from onnx import SparseTensorProto, helper

from .build import T, bad, const, dense, graph, model, node, one_node, value, weights


def wiring():
    x, y = [value("x", [3])], [value("y", [3])]

    def wired(file, wrong, names, nodes, outputs=y, initializers=()):
        return bad(file, wrong, names, model(graph(nodes, x, outputs, initializers)))

    yield wired("cycle", "two nodes that wait for each other", "loop_", [
        node("Add", "x b", "a", "loop_add"), node("Relu", "a", "b", "loop_relu"),
        node("Relu", "b", "y", "after"),
    ])  # fmt: skip
    yield wired("cycle_self", "a node that reads its own output", "loop_add", [
        node("Add", "x y", "y", "loop_add")
    ])  # fmt: skip
    yield wired("input_missing", "w is neither input, initializer nor output", "dense w_missing", [
        node("MatMul", "x w_missing", "y", "dense")
    ])  # fmt: skip
    relu = node("Relu", "x", "y", "relu")
    yield wired("output_missing", "nothing produces an output", "nowhere", [relu],
                [*y, value("nowhere", [3])])  # fmt: skip
    twice = [
        node("Relu", "x", "twice", "one"), node("Neg", "x", "twice", "two"),
        node("Relu", "twice", "y", "last"),
    ]  # fmt: skip
    yield wired("output_twice", "two nodes with the same output", "twice", twice)
    yield wired("output_is_input", "a node produces an input", "again", [
        node("Relu", "x", "x", "again"), relu
    ])  # fmt: skip
    yield wired("output_is_initializer", "a node produces an initializer", "again", [
        node("Relu", "x", "w", "again"), relu
    ], initializers=[weights("w", 3)])  # fmt: skip
    yield wired("initializer_twice", "two initializers of one name", "twice", [
        node("Add", "x twice", "y", "add")
    ], initializers=[weights("twice", 3), weights("twice", 1)])  # fmt: skip
    both = [value("twice", [3]), value("twice", [4])]
    yield bad("input_twice", "two inputs of one name", "twice",
              model(graph([node("Relu", "twice", "y", "relu")], both, y)))  # fmt: skip
    yield wired("no_outputs", "a graph without outputs", "no_outputs.onnx", [relu], [])
    yield wired("too_few_inputs", "Add of one tensor", "lonely", [node("Add", "x", "y", "lonely")])
    yield wired("too_many_inputs", "Relu of two tensors", "crowded", [
        node("Relu", "x x", "y", "crowded")
    ])  # fmt: skip
    yield wired("too_many_outputs", "Relu with two outputs", "crowded", [
        node("Relu", "x", "y z", "crowded")
    ])  # fmt: skip
    yield wired("input_left_out", "Add without its second tensor", "lonely", [
        node("Add", "x _", "y", "lonely")
    ])  # fmt: skip
    nameless = node("Add", "x w", "nameless_sum")
    yield wired("nameless", "shapes of a node without a name", "Add nameless_sum", [
        nameless, node("Relu", "nameless_sum", "y", "relu")
    ], initializers=[weights("w", 4)])  # fmt: skip
    sparse = dense()
    sparse.ClearField("initializer")
    values, indices = weights("dense_w", 2), const("", [0, 3])
    sparse.sparse_initializer.append(
        SparseTensorProto(values=values, indices=indices, dims=[3, 2])
    )
    yield bad("sparse", "a sparse initializer", "dense_w", model(sparse))


def unsupported():
    """Several at once: one run has to name them all, and nothing but them."""
    body = graph([node("Identity", "x", "z")], [], [value("z", [3])])
    loop = graph(
        [node("Identity", "go", "on"), node("Relu", "v", "w")],
        [value("i", [], T.INT64), value("go", [], T.BOOL), value("v", [3])],
        [value("on", [], T.BOOL), value("w", [3])],
    )
    nodes = [
        node("NonZero", "x", "n", "find"),
        node("If", "c", "i1", "choose", then_branch=body, else_branch=body),
        node("Loop", "m c x", "l1", "repeat", body=loop),
        node("Relu", "x", "fine", "relu"),
        node("Spin", "x", "s1", "turn", domain="com.example"),
        node("DynamicQuantizeLinear", "x", "q qs qz", "measure"),
        node("Unique", "x", "u", "distinct"),
    ]
    inputs = [value("x", [3]), value("c", [], T.BOOL)]
    outputs = [value("n", [1, 3], T.INT64), *(value(name, [3]) for name in ("i1", "l1", "s1")),
               value("fine", [3]), value("q", [3], T.UINT8), value("u", [1])]  # fmt: skip
    the_graph = graph(nodes, inputs, outputs, [const("m", 2)])
    yield bad(
        "unsupported", "five operations that are not known",
        "find NonZero choose If repeat Loop turn com.example Spin distinct Unique", model(the_graph, others=[("com.example", 1)]),
    )  # fmt: skip
    yield bad("misspelt", "an operation that does not exist", "typo Rleu",
              one_node("Rleu", "x", [3], name="typo", out_shape=[3]))  # fmt: skip


def shapes():
    def of(file, wrong, names, image, y=None):
        made = node("Relu", "image", "y", "relu")
        x = value("image", image)
        return bad(file, wrong, names, model(graph([made], [x], [value("y", y or image)])))

    yield of("symbolic", "an input of N by 3", "image N", ["N", 3])
    yield of("unknown_dim", "an input of ? by 3", "image", [None, 3])
    yield of("no_shape", "an input without a shape", "image", None, [3])
    yield of("negative_dim", "an input of -1 by 3", "image", [-1, 3])
    yield of("huge_input", "an input of 2^60 elements", "image", [1 << 30, 1 << 30])
    yield of("overflow_input", "an input of 2^96 elements", "image", [1 << 32] * 3)
    yield of("zero_dim", "an input of 0 by 3", "image", [0, 3])
    yield of("other_output", "an output of 3 that is said to be of 7", "relu", [3], [7])
    sequence = helper.make_tensor_sequence_value_info("image", T.FLOAT, [3])
    made = node("SequenceLength", "image", "y", "count")
    yield bad("sequence", "an input that is a sequence", "image",
              model(graph([made], [sequence], [value("y", [], T.INT64)])))  # fmt: skip
    cut = node("Reshape", "x s", "y", "by_data")
    two = [value("x", [6]), value("s", [2], T.INT64)]
    yield bad("shape_from_input", "a shape that is an input", "by_data",
              model(graph([cut], two, [value("y", ["a", "b"])])))  # fmt: skip
    keep = [node("Cast", "x", "s", "to_shape", to=T.INT64), node("Reshape", "x s", "y", "by_data")]
    yield bad("shape_computed", "a shape computed from data", "by_data",
              model(graph(keep, [value("x", [2])], [value("y", ["a", "b"])])))  # fmt: skip
    for name, op, inputs, extra in (
        ("constant_of_shape", "ConstantOfShape", "n", [const("n", [1 << 30, 1 << 30])]),
        ("expand", "Expand", "x n", [const("n", [1 << 30, 1 << 30, 3])]),
        ("tile", "Tile", "x n", [const("n", [1 << 60])]),
        ("pad", "Pad", "x n", [const("n", [1 << 60, 0])]),
        ("range", "Range", "a b c", [const("a", 0), const("b", 1 << 60), const("c", 1)]),
        ("one_hot", "OneHot", "i n v",
         [const("i", [0]), const("n", 1 << 60), const("v", [0, 1], np.float32)]),
        ("resize", "Resize", "x _ n", [const("n", [1e18], np.float32)]),
    ):  # fmt: skip
        the_graph = graph(
            [node(op, inputs, "big", "explode"), node("ReduceSum", "big", "y", "sum", keepdims=0)],
            [value("x", [3])],
            [value("y", [], T.INT64 if op == "Range" else T.FLOAT)],
            extra,
        )
        yield bad(f"huge_{name}", f"{op} to 2^60 elements", "explode", model(the_graph))
