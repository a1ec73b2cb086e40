"""A graph that grows node by node, with the values that onnxruntime gives each tensor.

A node that is not valid, or whose numbers are none, is not added. What rounding does to the results is
measured with noise: a model whose results do not follow from its inputs to a few digits says nothing
about who computes it."""

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions, set_default_logger_severity

set_default_logger_severity(4)

SAMPLES = 4
# a tensor has at most so many elements, and no number of floats is larger
ELEMENTS, LARGEST = 240, 3e4
# noise as a part of the largest number of a tensor, and what it may do to results
NOISE, STIRRED = 2.0**-12, 0.008
FLOATS = {"float32", "float64", "float16"}
INTEGERS = {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"}


class Skip(Exception):
    """What was tried makes no valid node."""


def need(condition, why=""):
    if not condition:
        raise Skip(why)


def session(model):
    options = SessionOptions()
    options.graph_optimization_level = GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    return InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def info(name, array):
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)


class Graph:
    def __init__(self, random, opset):
        self.random, self.opset = random, opset
        self.nodes, self.constants, self.inputs, self.values, self.sessions = [], {}, [], {}, []

    # choices

    def chance(self, p):
        return self.random.random() < p

    def choose(self, options):
        options = list(options)
        need(options, "nothing to choose from")
        return options[int(self.random.integers(len(options)))]

    def int(self, low, high):
        """An integer in low..=high."""
        return int(self.random.integers(low, high + 1))

    def shape(self, low=1, high=4, most=5):
        return tuple(self.int(1, most) for _ in range(self.int(low, high)))

    def size(self):
        """A magnitude: mostly near 1, sometimes far from it."""
        return 2.0 ** self.random.normal(0, 1 if self.chance(0.8) else 4)

    def floats(self, shape, kind="float32"):
        """Numbers of a random size; of sizes that differ along the last axis sometimes."""
        way = self.random.random()
        if way < 0.15:
            return (self.random.integers(-12, 13, shape) / 4).astype(kind)
        if way < 0.25:
            return self.random.uniform(0, 2, shape).astype(kind)
        value = self.random.normal(0, self.size(), shape)
        if way < 0.4 and len(shape):
            value = value * 2.0 ** self.random.normal(0, 3, shape[-1:])
        return value.astype(kind)

    # tensors

    def input(self, kind="float32", shape=None, values=None):
        shape = self.shape() if shape is None else tuple(shape)
        need(np.prod(shape, dtype=int) <= ELEMENTS, "too large")
        if values is None:
            values = self.floats((SAMPLES, *shape), kind) if kind in FLOATS else self.whole((SAMPLES, *shape), kind)
        name = f"x{len(self.inputs)}"
        self.inputs.append(name)
        self.values[name] = [np.ascontiguousarray(v) for v in values]
        return name

    def whole(self, shape, kind):
        if kind == "bool":
            return self.random.integers(0, 2, shape).astype(bool)
        low = 0 if kind.startswith("u") else -self.choose([3, 20, 100])
        return self.random.integers(low, self.choose([3, 20, 100]), shape).astype(kind)

    def constant(self, value):
        value = np.asarray(value)
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def weight(self, *shape, kind="float32"):
        """A constant tensor of random size."""
        return self.constant(self.floats(shape, kind))

    def ints(self, values):
        return self.constant(np.asarray(values, np.int64))

    def dims(self, name):
        return self.array(name).shape

    def kind(self, name):
        return str(self.array(name).dtype)

    def array(self, name):
        """A value of a tensor: of the first sample."""
        return self.constants[name] if name in self.constants else self.values[name][0]

    def all(self, name):
        return np.stack(self.values[name]) if name in self.values else self.constants[name][None]

    def pick(self, kinds=("float32",), rank=None, least=0, fits=lambda shape: True):
        """A tensor that depends on the inputs; a new input if there is none that suits."""
        suits = [
            n
            for n, v in self.values.items()
            if str(v[0].dtype) in kinds and (v[0].ndim == rank if rank is not None else v[0].ndim >= least) and fits(v[0].shape)
        ]
        if suits and self.chance(0.9):
            # the last ones are likelier, so that graphs are deep
            return suits[max(len(suits) - 1 - int(self.random.exponential(1.5)), 0)]
        need(len(self.inputs) < 4, "no more inputs")
        for _ in range(20):
            shape = self.shape(max(least, 1), max(4, least)) if rank is None else self.shape(rank, rank)
            if fits(shape) and np.prod(shape, dtype=int) <= ELEMENTS:
                return self.input(self.choose(sorted(kinds)), shape)
        raise Skip("no tensor suits")

    def axis(self, x):
        rank = len(self.dims(x))
        need(rank)
        axis = self.int(0, rank - 1)
        return axis - rank if self.chance(0.4) else axis

    # nodes

    def node(self, op, inputs, outputs=1, domain="", **attributes):
        """The first result of a new node, or all of them where `outputs` names more."""
        inputs = list(inputs)
        while inputs and not inputs[-1]:
            inputs.pop()
        attributes = {k: v for k, v in attributes.items() if v is not None and v != []}
        present = [True] * outputs if isinstance(outputs, int) else outputs
        names = [f"t{len(self.nodes)}" + ("" if k == 0 else f"_{k}") if p else "" for k, p in enumerate(present)]
        node = helper.make_node(op, inputs, names, f"n{len(self.nodes)}", domain=domain, **attributes)
        try:
            model = self.model_of([node], [n for n in names if n])
            known = checker.C.CheckerContext()
            known.ir_version, known.opset_imports = model.ir_version, {o.domain: o.version for o in model.opset_import}
            checker.check_node(node, known)
            run = session(model)
            found = [self.run(run, node, k, self.values) for k in range(SAMPLES)]
        except Skip:
            raise
        except Exception as e:
            raise Skip(f"{op}: {e}") from e
        for values in zip(*found):
            for v in values:
                need(isinstance(v, np.ndarray) and 0 < v.size <= ELEMENTS, f"{op}: size")
                need(all(v.shape == w.shape for w in values), f"{op}: shape")
                need(v.dtype.kind != "f" or (np.isfinite(v).all() and np.abs(v).max() <= LARGEST), f"{op}: numbers")
                need(v.dtype.kind not in "iu" or np.abs(v.astype(float)).max() <= 2**30, f"{op}: integers")
        self.nodes.append(node)
        self.sessions.append(run)
        for name, values in zip([n for n in names if n], zip(*found)):
            self.values[name] = list(values)
        return names[0] if outputs == 1 else names

    def run(self, run, node, sample, values):
        feeds = {n: values[n][sample] for n in node.input if n and n not in self.constants}
        return [np.asarray(v) if not isinstance(v, list) else v for v in run.run(None, feeds)]

    def model_of(self, nodes, outputs):
        reads = list(dict.fromkeys(i for n in nodes for i in n.input if i))
        made = {o for n in nodes for o in n.output}
        constants = [numpy_helper.from_array(self.constants[r], r) for r in reads if r in self.constants]
        inputs = [info(r, self.values[r][0]) for r in reads if r not in self.constants and r not in made]
        known = [info(o, self.values[o][0]) if o in self.values else helper.make_empty_tensor_value_info(o) for o in outputs]
        graph = helper.make_graph(nodes, "random", inputs, known, constants)
        opsets = [helper.make_opsetid("", self.opset)]
        if domains := {n.domain for n in nodes} - {""}:
            opsets += [helper.make_opsetid(d, {"ai.onnx.ml": 3 if self.opset < 21 else 5}.get(d, 1)) for d in sorted(domains)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)

    # the whole

    def leaves(self):
        read = {i for n in self.nodes for i in n.input}
        return [o for n in self.nodes for o in n.output if o and o not in read]

    def steady(self):
        """Whether results follow from the inputs to a few digits."""
        outputs = self.leaves()
        for _ in range(3):
            stirred = {n: self.stir(self.values[n]) for n in self.inputs}
            for node, run in zip(self.nodes, self.sessions):
                try:
                    found = [self.run(run, node, k, stirred) for k in range(SAMPLES)]
                except Exception:
                    return False
                for name, values in zip([o for o in node.output if o], zip(*found)):
                    stirred[name] = self.stir(list(values), name not in outputs)
            for name in outputs:
                a, b = np.stack(self.values[name]).astype(float), np.stack(stirred[name]).astype(float)
                whole = self.values[name][0].dtype.kind != "f"
                if not (np.array_equal(a, b) if whole else np.abs(a - b).max() <= STIRRED * np.abs(a).max()):
                    return False
        return True

    def stir(self, values, inner=True):
        """Values with noise, but for those that need few digits."""
        all_ = np.stack(values).astype(float)
        largest = np.abs(all_).max()
        if not inner or values[0].dtype.kind != "f" or largest == 0 or exact(all_, largest):
            return values
        noise = self.random.uniform(-NOISE, NOISE, all_.shape) * largest
        return [v.astype(values[0].dtype) for v in all_ + noise]

    def model(self):
        used = self.leaves()
        return self.model_of(self.nodes, used)


def exact(values, largest):
    """Whether all are multiples of a step that is no less than 2^-9 of the largest."""
    step = 2.0 ** (np.floor(np.log2(largest)) - 9)
    return bool(np.array_equal(values, np.round(values / step) * step))
