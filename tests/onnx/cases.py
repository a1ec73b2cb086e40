"""The node tests of the pinned `onnx` package, and why some of them cannot be used."""

import collections
import warnings

import numpy as np
from onnx import AttributeProto, TensorProto, numpy_helper
from onnx.backend.test.case.node import collect_testcases

from listed import LISTED, QUANTIZATION

LARGEST = 50_000  # elements of inputs and outputs together

T = TensorProto
FLOATS = {T.FLOAT, T.FLOAT16, T.BFLOAT16, T.DOUBLE}
INTEGERS = {T.INT8, T.INT16, T.INT32, T.INT64, T.UINT8, T.UINT16, T.UINT32, T.UINT64, T.BOOL}
INTEGERS |= {T.INT2, T.INT4, T.UINT2, T.UINT4}


def sort_cases():
    """The cases that are used, those excluded with the reason, and how many were left out for
    which unlisted ops."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cases = sorted(collect_testcases(None), key=lambda case: case.name)
    used, excluded, unlisted = [], [], collections.Counter()
    for case in cases:
        others = {op for op in map(op_of, all_nodes(case.model)) if op not in LISTED}
        if others:
            unlisted[" ".join(sorted(op for _, op in others))] += 1
        elif reason := reason_against(case):
            excluded.append((case, reason))
        else:
            used.append(case)
    return used, excluded, unlisted, subjects(cases)


def subjects(cases):
    """Case name -> the op it is about. An expanded case is about the op that was expanded."""
    plain = {case.name: op_of(case.model.graph.node[0]) for case in cases}
    return {name: plain.get(name.split("_expanded")[0], op) for name, op in plain.items()}


def op_of(node):
    return ("" if node.domain == "ai.onnx" else node.domain, node.op_type)


def all_nodes(model):
    """Every node of a model: of its graph, of the graphs inside nodes, of its functions."""
    for graph in [model.graph, *model.functions]:
        yield from nodes_of(graph)


def nodes_of(graph):
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for inner in [attribute.g, *attribute.graphs]:
                yield from nodes_of(inner)


def reason_against(case):
    """Why a case of listed operations cannot be used, or None."""
    graph = case.model.graph
    for value in [*graph.input, *graph.output]:
        kind = value.type.WhichOneof("value")
        if kind != "tensor_type":
            return f"{kind.removesuffix('_type')} instead of a tensor"
    for number in element_types(case.model):
        if number not in FLOATS | INTEGERS:
            return f"element type {TensorProto.DataType.Name(number).lower()}"
    for value in [*graph.input, *graph.output]:
        shape = value.type.tensor_type.shape
        if not value.type.tensor_type.HasField("shape"):
            return "shape not stated"
        if any(not d.HasField("dim_value") for d in shape.dim):
            return "symbolic shape"
    for node in all_nodes(case.model):
        if reason := reason_against_node(case, node):
            return reason
    if sum(numpy_helper.to_array(t).size for t in sum(tensors(case), [])) > LARGEST:
        return f"size: more than {LARGEST} elements"
    return None


def reason_against_node(case, node):
    computed = {name for other in case.model.graph.node for name in other.output if name}
    scales = [node.input[p] for p in QUANTIZATION.get(node.op_type, []) if p < len(node.input)]
    if node.op_type == "DynamicQuantizeLinear" or computed & set(scales):
        return "scale and zero point depend on the data"
    if node.op_type == "Dropout" and drops(case, node):
        return "random"
    return None


def drops(case, node):
    """Whether a Dropout runs in training mode."""
    if len(node.input) < 3 or not node.input[2]:
        return False
    position = [v.name for v in case.model.graph.input].index(node.input[2])
    return bool(np.any(case.data_sets[0][0][position]))


def element_types(model):
    """Every element type that a model states: of inputs, outputs, constants and casts."""
    for value in [*model.graph.input, *model.graph.output]:
        yield value.type.tensor_type.elem_type
    for node in all_nodes(model):
        for attribute in node.attribute:
            if attribute.type == AttributeProto.TENSOR:
                yield attribute.t.data_type
            elif node.op_type == "Constant" and attribute.name.startswith("value_string"):
                yield T.STRING
            elif attribute.name in ("to", "dtype", "output_dtype") and attribute.i:
                yield attribute.i


def tensors(case):
    """The inputs and the outputs of a case as TensorProto, named and ordered as in the graph."""
    infos = (case.model.graph.input, case.model.graph.output)
    return [
        [as_tensor(value, info.name) for value, info in zip(values, side, strict=True)]
        for values, side in zip(case.data_sets[0], infos, strict=True)
    ]


def as_tensor(value, name):
    if not isinstance(value, TensorProto):
        return numpy_helper.from_array(np.asarray(value), name)
    tensor = TensorProto()
    tensor.CopyFrom(value)
    tensor.name = name
    return tensor


def is_finite(tensor):
    array = numpy_helper.to_array(tensor)
    return tensor.data_type not in FLOATS or bool(np.isfinite(array.astype(np.float64)).all())
