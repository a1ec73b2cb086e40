"""Tree ensembles where runtimes, or floats and integers, may part, with what onnxruntime says: trees.npz.

    python -m pip install -r requirements-quantized.txt
    python make_trees.py

For each case `NAME.model`, `NAME.in.INPUT` and `NAME.out.TENSOR`, with a first axis of samples, and
`NAME.cal.INPUT` where the types are chosen by other samples. Everything is seeded.
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession, SessionOptions

HERE = Path(__file__).resolve().parent
F = np.float32
random = np.random.default_rng(23)
cases = {}
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
FORESTS = (6, 10, 12, 14, 18, 20, 22, 24, 26, 28, 30, 34, 36, 38, 50, 60, 80, 100)


def attributes(trees, kind):
    """Trees are lists of nodes: (mode, feature, threshold, yes, no), or a leaf's values by output."""
    names = ("treeids", "nodeids", "modes", "featureids", "values", "truenodeids", "falsenodeids")
    a, w = {k: [] for k in names}, {k: [] for k in ("treeids", "nodeids", "ids", "weights")}
    for t, tree in enumerate(trees):
        for k, node in enumerate(tree):
            leaf = isinstance(node, dict)
            mode, feature, threshold, yes, no = ("LEAF", 0, 0.0, 0, 0) if leaf else node
            for key, v in zip(a, (t, k, mode, feature, float(threshold), yes, no)):
                a[key].append(v)
            for output, value in node.items() if leaf else ():
                for key, v in zip(w, (t, k, output, float(value))):
                    w[key].append(v)
    return {f"nodes_{k}": v for k, v in a.items()} | {f"{kind}_{k}": v for k, v in w.items()}


def stump(mode, feature, threshold, yes, no):
    return [(mode, feature, threshold, 1, 2), yes, no]


def case(name, nodes, inputs, outputs, calibrate=None, version=3):
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape[1:]) for n, v in inputs.items()],
        [helper.make_tensor_value_info(n, k, None) for n, k in outputs],
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", version)]
    data = helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString(deterministic=True)
    options = SessionOptions()
    # Sums are taken tree by tree.
    options.intra_op_num_threads = 1
    session = InferenceSession(data, options, providers=["CPUExecutionProvider"])
    count = len(next(iter(inputs.values())))
    found = [session.run(None, {n: v[k] for n, v in inputs.items()}) for k in range(count)]
    cases[f"{name}.model"] = np.frombuffer(data, np.uint8)
    for n, v in inputs.items():
        cases[f"{name}.in.{n}"] = v
    for n, v in (calibrate or {}).items():
        cases[f"{name}.cal.{n}"] = v
    for k, (n, _) in enumerate(outputs):
        cases[f"{name}.out.{n}"] = np.stack([f[k] for f in found])


def regressor(name, trees, x, calibrate=None, targets=1, **more):
    node = helper.make_node("TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml", n_targets=targets, **attributes(trees, "target"), **more)
    case(name, [node], {"x": x}, [("y", FLOAT)], calibrate and {"x": calibrate})


def classifier(name, trees, x, classes, **more):
    node = helper.make_node("TreeEnsembleClassifier", ["x"], ["label", "scores"], domain="ai.onnx.ml", classlabels_int64s=list(range(classes)), **attributes(trees, "class"), **more)
    case(name, [node], {"x": x}, [("label", INT64), ("scores", FLOAT)])


def votes():
    """Forests of stumps, half of whose votes are for either class, in an order that differs."""
    for n in FORESTS:
        x = np.array([random.permutation(np.arange(n) < k) for k in [n // 2] * 6 + [n // 2 - 1, n // 2 + 1]], F)[:, None]
        vote = F(1 / n)
        for first in (0, 1):
            trees = [stump("BRANCH_LEQ", k, 0.5, {first: 0.0}, {first: vote}) for k in range(n)]
            classifier(f"votes_{n}_{first}", trees, x, 2)
    # Leaves that hold parts of a vote: thirds, quarters and fifths that make a half.
    n = 12
    parts = [(1 / 3, 2 / 3), (1 / 4, 3 / 4), (2 / 5, 3 / 5), (1 / 7, 6 / 7), (0, 1), (5 / 12, 7 / 12)] * 2
    trees = [stump("BRANCH_LEQ", k, 0.5, {0: F(a / n)}, {0: F(b / n)}) for k, (a, b) in enumerate(parts)]
    x = np.zeros((12, n), F)
    for row in x:
        for k in range(n // 2):
            row[k] = random.integers(2)
            row[k + n // 2] = 1 - row[k]
    classifier("votes_of_parts", trees, x[:, None], 2)
    # Three classes, of which two have five votes each.
    n = 10
    trees = [stump("BRANCH_LEQ", k, 0.5, {0: 0.0, 1: F(1 / n), 2: 0.0}, {0: 0.0, 1: 0.0, 2: F(1 / n)}) for k in range(n)]
    x = np.array([random.permutation(np.arange(n) < k) for k in [5] * 6 + [4, 6]], F)[:, None]
    classifier("votes_of_three", trees, x, 3)


def main():
    votes()
    np.savez_compressed(HERE / "trees.npz", **cases)
    print(len([n for n in cases if n.endswith(".model")]), "cases")


main()
