"""Small classical models with what onnxruntime makes of them: classical.npz.

    python -m pip install -r requirements-quantized.txt
    python make_classical.py

As in make_quantized.py: for each case `NAME.model`, `NAME.in.x` and `NAME.out.TENSOR`, with a first
axis of samples. Everything is seeded. Inputs are multiples of 1/64, so that they are exact in
fixed point; thresholds of trees are multiples of 1/16, and some inputs are equal to them.
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession

HERE = Path(__file__).resolve().parent
SAMPLES = 40
random = np.random.default_rng(11)
cases = {}
MODES = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"]


def inputs(features, low=-2.0, high=2.0):
    x = random.integers(int(low * 64), int(high * 64), (SAMPLES, 1, features)) / 64
    # Every second sample on the grid of the thresholds.
    x[::2] = np.round(x[::2] * 16) / 16
    return x.astype(np.float32)


def case(name, op, outputs, x, version=3, **attributes):
    names = [n for n, _ in outputs]
    node = helper.make_node(op, ["x"], names, op, domain="ai.onnx.ml", **attributes)
    graph = helper.make_graph(
        [node],
        name,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape[1:])],
        [helper.make_tensor_value_info(n, k, None) for n, k in outputs],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", version)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    data = model.SerializeToString(deterministic=True)
    session = InferenceSession(data, providers=["CPUExecutionProvider"])
    found = [session.run(None, {"x": v}) for v in x]
    cases[f"{name}.model"] = np.frombuffer(data, np.uint8)
    cases[f"{name}.in.x"] = x
    for k, n in enumerate(names):
        y = np.stack([f[k] for f in found])
        if y.dtype.kind in "OUS":
            labels = attributes["classlabels_strings"]
            y = np.vectorize(labels.index)(y).astype(np.int64)
        cases[f"{name}.out.{n}"] = y


SCORES = [("y", TensorProto.FLOAT)]
LABELS = [("label", TensorProto.INT64), ("scores", TensorProto.FLOAT)]


def tree(depth, features, modes):
    """Nodes in preorder: (mode, feature, threshold, yes, no); a leaf has the mode LEAF."""
    nodes = []

    def grow(left):
        at = len(nodes)
        if left == 0 or (left < depth and random.random() < 0.2):
            nodes.append(("LEAF", 0, 0.0, 0, 0))
            return at
        nodes.append(None)
        mode = modes[random.integers(len(modes))]
        feature = int(random.integers(features))
        threshold = float(random.integers(-28, 29)) / 16
        yes, no = grow(left - 1), grow(left - 1)
        nodes[at] = (mode, feature, threshold, yes, no)
        return at

    grow(depth)
    return nodes


def trees(kind, count, depth, features, outputs, modes=MODES, low=-1.0, high=1.0, only=None):
    a = {k: [] for k in ("treeids", "nodeids", "modes", "featureids", "values", "truenodeids", "falsenodeids")}
    w = {k: [] for k in ("treeids", "nodeids", "ids", "weights")}
    for t in range(count):
        for k, (mode, feature, threshold, yes, no) in enumerate(tree(depth, features, modes)):
            row = (t, k, mode, feature, threshold, yes, no)
            for key, value in zip(a, row):
                a[key].append(value)
            if mode == "LEAF":
                for o in range(outputs) if only is None else [only]:
                    value = float(random.integers(int(low * 1024), int(high * 1024))) / 1024
                    for key, v in zip(w, (t, k, o, value)):
                        w[key].append(v)
    nodes = {f"nodes_{k}": v for k, v in a.items()}
    return nodes | {f"{kind}_{k}": v for k, v in w.items()}


def modern(count, depth, features, targets):
    """A TreeEnsemble, with sets of members."""
    a = {k: [] for k in ("featureids", "modes", "splits", "truenodeids", "trueleafs", "falsenodeids", "falseleafs")}
    roots, ids, weights, members = [], [], [], []
    for _ in range(count):
        roots.append(len(a["modes"]))
        nodes = tree(depth, features, MODES + ["MEMBER"])
        place = {}
        for k, n in enumerate(nodes):
            if n[0] == "LEAF":
                place[k] = len(ids)
                ids.append(int(random.integers(targets)))
                weights.append(float(random.integers(-512, 512)) / 256)
            else:
                place[k] = roots[-1] + sum(m[0] != "LEAF" for m in nodes[:k])
        for mode, feature, threshold, yes, no in nodes:
            if mode == "LEAF":
                continue
            a["featureids"].append(feature)
            a["modes"].append(6 if mode == "MEMBER" else MODES.index(mode))
            a["splits"].append(threshold)
            if mode == "MEMBER":
                # onnxruntime takes small whole numbers only.
                members += [*random.choice([1, 2, 3, 5], 2, replace=False), np.nan]
            for side, child in (("true", yes), ("false", no)):
                a[f"{side}nodeids"].append(place[child])
                a[f"{side}leafs"].append(int(nodes[child][0] == "LEAF"))
    lists = {f"nodes_{k}": v for k, v in a.items()}
    lists["nodes_modes"] = numpy_helper.from_array(np.array(a["modes"], np.uint8))
    lists["nodes_splits"] = numpy_helper.from_array(np.array(a["splits"], np.float32))
    lists["leaf_weights"] = numpy_helper.from_array(np.array(weights, np.float32))
    if members:
        lists["membership_values"] = numpy_helper.from_array(np.array(members, np.float32))
    return lists | {"tree_roots": roots, "leaf_targetids": ids, "n_targets": targets}


def main():
    x = inputs(5)
    for how in ("SUM", "AVERAGE", "MIN", "MAX"):
        a = trees("target", 4, 4, 5, 2)
        case(f"regressor_{how.lower()}", "TreeEnsembleRegressor", SCORES, x, n_targets=2, aggregate_function=how, base_values=[0.5, -0.25], **a)
    a = trees("target", 5, 5, 5, 1)
    case("regressor_one", "TreeEnsembleRegressor", SCORES, x, n_targets=1, **a)
    for post in ("LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO"):
        a = trees("target", 3, 3, 5, 3)
        case(f"regressor_{post.lower()}", "TreeEnsembleRegressor", SCORES, x, n_targets=3, post_transform=post, **a)
    # Binary classifiers with the weights of one class, with and without negative ones.
    for name, low, only in (("positive", 0.0, 0), ("mixed", -1.0, 0), ("second", 0.0, 1), ("second_mixed", -1.0, 1)):
        for post in ("NONE", "LOGISTIC"):
            a = trees("class", 3, 3, 5, 1, low=low, high=0.3, only=only)
            case(f"binary_{name}_{post.lower()}", "TreeEnsembleClassifier", LABELS, x, classlabels_int64s=[4, 9], post_transform=post, **a)
    a = trees("class", 6, 4, 5, 1, only=0)
    case("binary_base", "TreeEnsembleClassifier", LABELS, x, classlabels_int64s=[0, 1], base_values=[0.125], post_transform="LOGISTIC", **a)
    for post in ("NONE", "SOFTMAX", "LOGISTIC"):
        a = trees("class", 4, 4, 5, 3)
        case(f"classes_{post.lower()}", "TreeEnsembleClassifier", LABELS, x, classlabels_int64s=[7, 3, 5], base_values=[0.0, 0.25, -0.5], post_transform=post, **a)
    a = trees("class", 4, 4, 5, 3)
    texts = [("label", TensorProto.STRING), LABELS[1]]
    case("classes_text", "TreeEnsembleClassifier", texts, x, classlabels_strings=["red", "green", "blue"], **a)
    whole = inputs(5)
    whole[::2] = random.integers(-2, 6, whole[::2].shape)
    case("ensemble", "TreeEnsemble", SCORES, whole, version=5, aggregate_function=1, post_transform=0, **modern(4, 4, 5, 2))

    w = (random.integers(-64, 64, 15) / 64).tolist()
    case("linear_regressor", "LinearRegressor", SCORES, x, coefficients=w[:10], intercepts=[0.25, -1.0], targets=2)
    for post in ("NONE", "LOGISTIC", "SOFTMAX"):
        case(f"linear_{post.lower()}", "LinearClassifier", LABELS, x, coefficients=w, intercepts=[0.5, 0.0, -0.25], classlabels_ints=[2, 1, 0], post_transform=post)
    for post in ("NONE", "LOGISTIC"):
        case(f"linear_one_{post.lower()}", "LinearClassifier", LABELS, x, coefficients=w[:5], intercepts=[0.1], classlabels_ints=[0, 1], post_transform=post)

    v = (random.integers(-64, 64, 30) / 64).tolist()
    c = (random.integers(-64, 64, 6) / 64).tolist()
    for kernel in ("LINEAR", "RBF", "POLY"):
        case(f"svr_{kernel.lower()}", "SVMRegressor", SCORES, x, kernel_type=kernel, kernel_params=[0.25, 0.5, 2.0], support_vectors=v, coefficients=c, n_supports=6, rho=[0.125])
    case("svr_direct", "SVMRegressor", SCORES, x, kernel_type="LINEAR", kernel_params=[0.0, 0.0, 0.0], coefficients=c[:5], n_supports=0, rho=[0.125])
    case("svr_one_class", "SVMRegressor", SCORES, x, kernel_type="RBF", kernel_params=[0.25, 0.0, 0.0], support_vectors=v, coefficients=[abs(k) for k in c], n_supports=6, rho=[-0.4], one_class=1)
    for post in ("NONE", "LOGISTIC"):
        case(f"svc_{post.lower()}", "SVMClassifier", LABELS, x, kernel_type="RBF", kernel_params=[0.25, 0.0, 0.0], support_vectors=v, coefficients=c, vectors_per_class=[4, 2], rho=[0.125], classlabels_ints=[5, 6], post_transform=post)
    case("svc_probability", "SVMClassifier", LABELS, x, kernel_type="RBF", kernel_params=[0.25, 0.0, 0.0], support_vectors=v, coefficients=c, vectors_per_class=[4, 2], rho=[0.125], classlabels_ints=[0, 1], prob_a=[-1.5], prob_b=[0.1])
    case("svc_three", "SVMClassifier", LABELS, x, kernel_type="LINEAR", kernel_params=[0.0, 0.0, 0.0], support_vectors=v, coefficients=c + c[::-1], vectors_per_class=[2, 3, 1], rho=[0.125, -0.5, 0.25], classlabels_ints=[0, 1, 2])

    case("scaler", "Scaler", SCORES, x, offset=[0.5, -1.0, 0.0, 2.0, 0.25], scale=[2.0, 0.5, 1.25, -1.0, 3.0])
    case("scaler_one", "Scaler", SCORES, x, offset=[0.5], scale=[0.75])
    positive = inputs(5, 0.0, 3.0)
    for norm in ("MAX", "L1", "L2"):
        case(f"normalizer_{norm.lower()}", "Normalizer", SCORES, positive if norm == "MAX" else x, norm=norm)
    holes = x.copy()
    holes[:, 0, ::2][::3] = -1.0
    case("imputer", "Imputer", SCORES, holes, replaced_value_float=-1.0, imputed_value_floats=[0.5, 1.0, 1.5, 0.25, 0.75])
    np.savez_compressed(HERE / "classical.npz", **cases)
    print(len([n for n in cases if n.endswith(".model")]), "cases")


main()
