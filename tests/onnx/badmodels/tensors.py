"""Initializers that are wrong, and numbers that no field element can stand for."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from .build import T, bad, const, dense, graph, model, node, one_node, value, weights


def with_weights(tensor):
    """x (3) times the given w, which should be 3 by 2 floats."""
    the_graph = dense()
    the_graph.initializer[0].CopyFrom(tensor)
    the_graph.initializer[0].name = "dense_w"
    return model(the_graph)


def tensors():
    def raw(dims, data, kind=T.FLOAT):
        return TensorProto(dims=dims, data_type=kind, raw_data=data)

    six = bytes(24)
    for file, wrong, tensor in (
        ("elements_2_60", "2^60 elements and 4 bytes", raw([1 << 30, 1 << 30], bytes(4))),
        ("elements_wrap", "2^64 elements and no bytes", raw([1 << 32, 1 << 32], b"")),
        ("elements_overflow", "2^125 elements", raw([1 << 62, 1 << 62, 2], six)),
        ("dims_negative", "dimensions -3 and -2", raw([-3, -2], six)),
        ("raw_short", "20 bytes for 6 floats", raw([3, 2], bytes(20))),
        ("raw_long", "28 bytes for 6 floats", raw([3, 2], bytes(28))),
        ("raw_none", "no bytes for 6 floats", TensorProto(dims=[3, 2], data_type=T.FLOAT)),
        ("floats_short", "5 numbers for 6 floats",
         TensorProto(dims=[3, 2], data_type=T.FLOAT, float_data=[1.0] * 5)),
        ("field_wrong", "floats kept as int64",
         TensorProto(dims=[3, 2], data_type=T.FLOAT, int64_data=[1] * 6)),
        ("data_twice", "raw data and floats",
         TensorProto(dims=[3, 2], data_type=T.FLOAT, float_data=[1.0] * 6, raw_data=six)),
        ("type_float8", "float8 weights", raw([3, 2], bytes(6), T.FLOAT8E4M3FN)),
        ("type_int4_short", "2 bytes for 6 int4", raw([3, 2], bytes(2), T.INT4)),
        ("type_complex", "complex weights", raw([3, 2], bytes(48), T.COMPLEX64)),
        ("type_string", "string weights",
         TensorProto(dims=[3, 2], data_type=T.STRING, string_data=[b"a"] * 6)),
        ("type_undefined", "weights of no type", raw([3, 2], six, 0)),
        ("type_unknown", "weights of type 99", raw([3, 2], six, 99)),
    ):  # fmt: skip
        yield bad(file, wrong, "dense_w", with_weights(tensor))
    yield bad("type_int4", "int4 weights times floats", "dense",
              with_weights(raw([3, 2], bytes(3), T.INT4)))
    yield bad("segment", "a part of a tensor", "dense_w", with_weights(TensorProto(
        dims=[3, 2], data_type=T.FLOAT, raw_data=six,
        segment=TensorProto.Segment(begin=0, end=3))))  # fmt: skip
    for word, number in (("nan", np.nan), ("inf", np.inf), ("minus_inf", -np.inf)):
        for kind in (np.float16, np.float32, np.float64):
            values = np.array([[1, 2], [3, number], [5, 6]], kind)
            the_graph = dense()
            the_graph.initializer[0].CopyFrom(numpy_helper.from_array(values, "dense_w"))
            element = the_graph.initializer[0].data_type
            for info in [*the_graph.input, *the_graph.output]:
                info.type.tensor_type.elem_type = element
            yield bad(f"{word}_{np.dtype(kind).name}", f"a weight is {number}", "dense_w",
                      model(the_graph))  # fmt: skip
    made = [
        node("Constant", "", "c", "given", value=const("", [1, np.nan, 3], np.float32)),
        node("Add", "x c", "y", "add"),
    ]
    yield bad("nan_constant", "a Constant is NaN", "given",
              model(graph(made, [value("x", [3])], [value("y", [3])])))  # fmt: skip


def types():
    both = [value("x", [3]), value("k", [3], T.INT64)]
    mixed = graph([node("Add", "x k", "y", "mixed")], both, [value("y", [3])])
    yield bad("add_types", "Add of float and int64", "mixed", model(mixed))
    yield bad("input_string", "a string input", "letters", typed_input(T.STRING))  # fmt: skip
    yield bad("input_float8", "a float8 input", "letters", typed_input(T.FLOAT8E5M2))  # fmt: skip
    yield bad("input_type_unknown", "an input of type 99", "letters", typed_input(99))  # fmt: skip
    yield bad("relu_bool", "Relu of booleans", "relu",
              one_node("Relu", "x", [3], name="relu", kind=T.BOOL, out_shape=[3]))  # fmt: skip
    yield bad("and_float", "And of floats", "both",
              one_node("And", "x x", [3], name="both", out_shape=[3], out_kind=T.BOOL))  # fmt: skip
    yield bad("gather_float_index", "Gather with float indices", "pick",
              one_node("Gather", "x i", [3], const("i", [1.0], np.float32), name="pick",
                       out_shape=[1]))  # fmt: skip
    yield bad("cast_unknown", "Cast to type 99", "cast",
              one_node("Cast", "x", [3], name="cast", to=99))  # fmt: skip
    yield bad("cast_float8", "Cast to float8", "cast",
              one_node("Cast", "x", [3], name="cast", to=T.FLOAT8E5M2,
                       out_kind=T.FLOAT8E5M2))  # fmt: skip


def typed_input(kind):
    made = node("Identity", "letters", "y", "same")
    return model(graph([made], [value("letters", [3], kind)], [value("y", [3], kind)]))


def numbers():
    """Nothing is wrong with these files but the size of their numbers."""
    big = helper.make_tensor("w", T.FLOAT, [3, 3], [1e38] * 9)
    steps = [f"MatMul w {i}" for i in range(10)]
    yield bad("overflow_weights", "ten times 1e38", "grow_", chain(steps, [big]))
    steps = [f"Mul _ {i}" for i in range(12)]
    yield bad("overflow_square", "x^4096 of int64", "grow_", chain(steps, [], T.INT64))
    steps = [f"Mul w {i}" for i in range(8)]
    yield bad("overflow_int64", "eight times 2^62", "grow_",
              chain(steps, [const("w", 1 << 62)], T.INT64))  # fmt: skip
    steps = ["Mul w 0", *(f"Exp - {i}" for i in range(1, 5))]
    hundred = const("w", 100, np.float32)
    yield bad("overflow_exp", "Exp of Exp of Exp of Exp of 100 x", "grow_", chain(steps, [hundred]))
    zero = const("w", [1, 0, 2], np.float32)
    yield bad("div_zero", "division by a constant 0", "divide",
              one_node("Div", "x w", [3], zero, name="divide", out_shape=[3]))  # fmt: skip
    yield bad("mod_zero", "Mod by a constant 0", "rest",
              one_node("Mod", "x w", [3], const("w", 0), name="rest", out_shape=[3],
                       kind=T.INT64))  # fmt: skip
    yield bad("variance_negative", "BatchNormalization with a variance of -1", "norm", one_node(
        "BatchNormalization", "x s s s v", [1, 2, 3], weights("s", 2),
        const("v", [1, -1], np.float32), name="norm", out_shape=[1, 2, 3]))  # fmt: skip
    for word, scale in (("zero", 0.0), ("negative", -0.5), ("nan", np.nan), ("inf", np.inf)):
        yield bad(f"scale_{word}", f"QuantizeLinear with a scale of {scale}", "quantize", one_node(
            "QuantizeLinear", "x s z", [3], const("s", scale, np.float32), const("z", 0, np.int8),
            name="quantize", out_shape=[3], out_kind=T.INT8))  # fmt: skip
    yield bad("zero_point_type", "a zero point of int8 in a QLinearMatMul to uint8", "product",
              one_node("QLinearMatMul", "x s z w s z s zy", [2, 3], const("s", 0.5, np.float32),
                       const("z", 3, np.uint8), const("zy", 3, np.int8),
                       weights("w", 3, 2, kind=np.uint8), name="product", out_shape=[2, 2],
                       kind=T.UINT8))  # fmt: skip


def chain(steps, initializers, kind=T.FLOAT):
    """Nodes one after another; a step is its op, its second input (`_` the same, `-` none) and a
    number."""
    nodes, last = [], "x"
    for step in steps:
        op, second, i = step.split()
        inputs = {"_": f"{last} {last}", "-": last}.get(second, f"{last} {second}")
        nodes.append(node(op, inputs, f"t{i}", f"grow_{i}"))
        last = f"t{i}"
    return model(graph(nodes, [value("x", [3], kind)], [value(last, [3], kind)], initializers))
