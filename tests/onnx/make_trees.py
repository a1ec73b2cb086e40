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


def case(name, nodes, inputs, outputs, calibrate=None, version=3, shape=None):
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape[1:]) for n, v in inputs.items()],
        [helper.make_tensor_value_info(n, k, shape) for n, k in outputs],
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
    case(name, [node], {"x": x}, [("y", FLOAT)], {} if calibrate is None else {"x": calibrate})


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


def base_values():
    """Base values between the steps that leaves have."""
    x = random.uniform(0, 1, (12, 1, 2)).astype(F)
    regressor("base_far", [stump("BRANCH_LEQ", 0, 0.5, {0: 64.0}, {0: 128.0})], x, base_values=[3.3])
    regressor("base_million", [stump("BRANCH_LEQ", 0, 0.5, {0: 1e6}, {0: 2e6})], x, base_values=[77777.0])
    regressor("base_zero", [stump("BRANCH_LEQ", 0, 0.5, {0: 0.0}, {0: 0.0})], x, base_values=[0.7])
    regressor("base_alone", [[{0: 0.0}]], x, base_values=[0.7])
    regressor("base_mean", [stump("BRANCH_LEQ", k, 0.5, {0: 64.0}, {0: 128.0}) for k in (0, 1, 1)], x, base_values=[3.3], aggregate_function="AVERAGE")
    votes = [stump("BRANCH_LEQ", 0, 0.5, {0: 1.0}, {1: 1.0}), stump("BRANCH_LEQ", 1, 0.5, {1: 1.0}, {2: 1.0}), [{0: 1.0, 1: 1.0, 2: 1.0}]]
    classifier("base_classes", votes, x, 3, base_values=[0.0, 0.4, 0.2])


def integers():
    """Integer inputs on both sides of k and k + 1/2."""
    x = np.arange(-4, 5)[:, None, None]
    thresholds = (-2.5, -1.5, -1.0, -0.5, 0.0, 0.5, 1.5, 2.0, 2.5)
    for mode in ("LEQ", "LT", "GTE", "GT", "EQ", "NEQ"):
        trees = [stump(f"BRANCH_{mode}", 0, t, {0: 7.0, 1: 0.0, 2: 1.0}, {0: 0.0, 1: float(2**k), 2: 1.0}) for k, t in enumerate(thresholds)]
        for kind in (np.int64, np.int32):
            classifier(f"integers_{mode.lower()}_{kind.__name__}", trees, x.astype(kind), 3)
    # onnxruntime rounds integers to floats.
    large = np.array([2**24 - 1, 2**24, 2**24 + 1, 2**24 + 2], np.int64)[:, None, None]
    classifier("large_integers", [stump("BRANCH_LEQ", 0, 2.0**24, {0: 1.0, 1: 2.0, 2: 3.0}, {0: 3.0, 1: 2.0, 2: 1.0})], large, 3)


def ends():
    """Inputs beyond what calibration saw, and thresholds at its ends, at 0, and at infinity."""
    seen = random.uniform(0.25, 1, (8, 1, 1)).astype(F)
    x = np.array([-1e6, -1.0, -0.01, 0.0, 0.01, 1.0, 1e6], F)[:, None, None]
    for mode in ("LEQ", "LT", "GTE", "GT"):
        trees = [stump(f"BRANCH_{mode}", 0, t, {0: 1.0 + k}, {0: 10.0 + 10 * k}) for k, t in enumerate((0.0, 0.5))]
        regressor(f"ends_low_{mode.lower()}", trees, x, seen)
        trees = [stump(f"BRANCH_{mode}", 0, t, {0: 1.0 + k}, {0: 10.0 + 10 * k}) for k, t in enumerate((0.0, -0.5))]
        regressor(f"ends_high_{mode.lower()}", trees, x, -seen)
        trees = [stump(f"BRANCH_{mode}", 0, t, {0: 1.0 + k}, {0: 10.0 + 10 * k}) for k, t in enumerate((np.inf, -np.inf, 0.0))]
        regressor(f"infinite_{mode.lower()}", trees, x)
    x = np.array([-1.0, -0.01, -0.0, 0.0, 0.01, 1.0], F)[:, None, None]
    for mode in ("LEQ", "LT", "GTE", "GT", "EQ", "NEQ"):
        trees = [stump(f"BRANCH_{mode}", 0, t, {0: 2.0**k}, {0: 0.0}) for k, t in enumerate((1e-35, -1e-35, 0.0, 0.7, -0.7))]
        regressor(f"nothing_{mode.lower()}", trees, x)
    trees = [stump("BRANCH_LEQ", 0, 1.5e9, {0: 100.0}, {0: 110.0}), stump("BRANCH_LEQ", 1, 1e-35, {0: 1.0}, {0: 4.0})]
    x = np.array([[1.4e9, 0.1], [1.6e9, -0.1], [1.4e9, 0.0], [1.6e9, 0.001], [1e8, -0.001], [1e8, 5e8]], F)[:, None]
    regressor("signs", trees, x)


def columns():
    """Columns that differ in size, in one input or in one for each."""
    thresholds = {"a": 1.7, "b": 0.3, "c": 2.2408931}
    near = lambda t: [F(t), np.nextafter(F(t), F(9)), np.nextafter(F(t), F(-9))]
    trees = [stump("BRANCH_LT", k, F(t), {0: 10.0**k}, {0: 2 * 10.0**k}) for k, t in enumerate(thresholds.values())]
    x = {n: np.array([random.choice(near(t)) for _ in range(24)], F)[:, None, None] for n, t in thresholds.items()}
    # What calibration sees is far from thresholds: it cannot tell how fine the columns must be.
    seen = {n: random.uniform(0, t / 2, (8, 1, 1)).astype(F) for n, t in thresholds.items()}
    join = helper.make_node("Concat", list(x), ["joined"], axis=1)
    forest = lambda i, trees: helper.make_node("TreeEnsembleRegressor", [i], ["y"], domain="ai.onnx.ml", n_targets=1, **attributes(trees, "target"))
    case("columns_joined", [join, forest("joined", trees)], x, [("y", FLOAT)], seen)
    twice = [helper.make_node("Concat", ["a", "b"], ["two"], axis=1), helper.make_node("Identity", ["two"], ["same"]), helper.make_node("Concat", ["same", "c"], ["joined"], axis=1)]
    case("columns_joined_twice", [*twice, forest("joined", trees)], x, [("y", FLOAT)], seen)
    x["c"] = np.array([random.choice(near(3e7)) for _ in range(24)], F)[:, None, None]
    trees[2] = stump("BRANCH_LT", 2, F(3e7), {0: 100.0}, {0: 200.0})
    case("columns_joined_large", [join, forest("joined", trees)], x, [("y", FLOAT)], seen)
    flat = {n: v[:, :, 0] for n, v in x.items()}
    few = {n: v[:, :, 0] for n, v in seen.items()}
    shape = numpy_helper.from_array(np.array([1, 1], np.int64), "shape")
    made = [helper.make_node("Constant", [], ["shape"], value=shape)]
    made += [helper.make_node("Reshape", [n, "shape"], [n + "1"]) for n in flat]
    made.append(helper.make_node("Concat", [n + "1" for n in flat], ["joined"], axis=1))
    case("columns_reshaped", [*made, forest("joined", trees)], flat, [("y", FLOAT)], few)
    small, large = 1.25e-6, 1.1e8
    trees = [stump("BRANCH_LEQ", k, F(t), {0: 10.0**k}, {0: 2 * 10.0**k}) for k, t in enumerate((small, large))]
    x = np.array([[random.choice(near(small)), random.choice(near(large))] for _ in range(24)], F)[:, None]
    regressor("apart", trees, x)


def others():
    """What onnxruntime and ONNX see differently."""
    x = np.array([-1.0, 1.0], F)[:, None, None]
    one = lambda yes, no: stump("BRANCH_LEQ", 0, 0.0, yes, no)
    classifier("unscored", [one({0: -1.0}, {1: -1.0}), one({0: -1.0}, {2: -2.0})], x, 3)
    classifier("one_class", [one({0: -1.0}, {0: 1.0})], x, 1)
    a = attributes([one({0: 1.0}, {0: 2.0})], "target")
    for part, v in (("treeids", 0), ("nodeids", 1), ("ids", 0), ("weights", 5.0)):
        a[f"target_{part}"].append(v)
    regressor_of("twice", a, x)
    wide = random.uniform(-2, 2, (6, 1, 2)).astype(F)
    trees = [stump("BRANCH_LEQ", k % 2, 0.0, {0: 1.0, 1: 2.0 * k, 2: -1.0}, {0: 2.0, 1: 1.0, 2: 0.0}) for k in range(3)]
    regressor_of("one_column", attributes(trees, "target"), wide, n_targets=3, shape=[1, 1])
    for post, name in ((1, "softmax"), (2, "logistic")):
        modern(f"post_{name}", wide, 2, [(0, 0.0, (0, 1.0), (1, 2.0))], post_transform=post)
    members = np.array([1.0, 3.0, 3.4, 4.0, 5.9, 33.0], F)[:, None, None]
    modern("members", members, 1, [(6, 0.0, (0, 1.0), (0, 2.0))], sets=[3.0, 5.0, 33.0, np.nan])


def regressor_of(name, a, x, n_targets=1, shape=None):
    node = helper.make_node("TreeEnsembleRegressor", ["x"], ["y"], domain="ai.onnx.ml", n_targets=n_targets, **a)
    case(name, [node], {"x": x}, [("y", FLOAT)], shape=shape)


def modern(name, x, targets, stumps, sets=None, **more):
    """A TreeEnsemble of stumps (mode, threshold, leaf, leaf) about the first feature; a leaf is (target, value)."""
    tensor = lambda values, kind: numpy_helper.from_array(np.array(values, kind))
    leaves = [leaf for s in stumps for leaf in s[2:]]
    count = range(len(stumps))
    node = helper.make_node(
        "TreeEnsemble", ["x"], ["y"], domain="ai.onnx.ml", n_targets=targets, tree_roots=list(count),
        nodes_featureids=[0 for _ in count], nodes_modes=tensor([s[0] for s in stumps], np.uint8),
        nodes_splits=tensor([s[1] for s in stumps], F),
        nodes_truenodeids=[2 * k for k in count], nodes_trueleafs=[1 for _ in count],
        nodes_falsenodeids=[2 * k + 1 for k in count], nodes_falseleafs=[1 for _ in count],
        leaf_targetids=[t for t, _ in leaves], leaf_weights=tensor([v for _, v in leaves], F),
        **({"membership_values": tensor(sets, F)} if sets else {}), **more,
    )  # fmt: skip
    case(name, [node], {"x": x}, [("y", FLOAT)], version=5)


def main():
    votes()
    base_values()
    integers()
    ends()
    columns()
    others()
    np.savez_compressed(HERE / "trees.npz", **cases)
    print(len([n for n in cases if n.endswith(".model")]), "cases")


main()
