"""Classical models: trees, linear models, support vectors and what prepares features."""

import numpy as np

from .graph import need

ML = "ai.onnx.ml"


def table(g):
    """Features in columns of different size."""
    suits = [n for n, v in g.values.items() if v[0].ndim == 2 and v[0].dtype == np.float32]
    if suits and g.chance(0.7):
        return g.choose(suits)
    rows, columns = g.int(1, 3), g.int(1, 5)
    return g.input("float32", (rows, columns), (g.random.normal(0, 1, (4, rows, columns)) * 2.0 ** g.random.normal(0, 2, columns)).astype(np.float32))


def reals(g, count, size=1.0):
    return [float(v) for v in (g.random.normal(0, size, count)).astype(np.float32)]


def trees(g, x, count, mode):
    """Nodes of random trees whose thresholds lie amid what comes."""
    values = np.concatenate(list(g.all(x)))
    keys = "treeids nodeids featureids modes values truenodeids falsenodeids missing_value_tracks_true".split()
    nodes, leaves = {k: [] for k in keys}, []

    def grow(tree, depth):
        k = sum(1 for t in nodes["treeids"] if t == tree)
        leaf = depth == 0 or g.chance(0.15)
        feature = g.int(0, values.shape[1] - 1)
        two = np.sort(g.random.choice(values[:, feature], 2))
        row = [tree, k, feature, "LEAF" if leaf else mode, 0.0 if leaf else float(np.float32(two.mean())), 0, 0, 0]
        for key, v in zip(keys, row):
            nodes[key].append(v)
        if leaf:
            leaves.append((tree, k))
            return k
        place = len(nodes["treeids"]) - 1
        nodes["truenodeids"][place] = grow(tree, depth - 1)
        nodes["falsenodeids"][place] = grow(tree, depth - 1)
        return k

    for tree in range(count):
        grow(tree, g.int(1, 3))
    return {f"nodes_{k}": v for k, v in nodes.items()}, leaves


def tree_regressor(g):
    x = table(g)
    nodes, leaves = trees(g, x, g.int(1, 4), g.choose(["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GT", "BRANCH_GTE"]))
    targets, aggregate = g.int(1, 2), g.choose(["SUM", "AVERAGE", "MIN", "MAX"])
    if aggregate in ("MIN", "MAX"):
        leaves = [leaf for leaf in leaves for _ in range(targets)]
    ids = [k % targets for k in range(len(leaves))] if aggregate in ("MIN", "MAX") else [g.int(0, targets - 1) for _ in leaves]
    extra = {"base_values": reals(g, targets)} if g.chance(0.5) else {}
    g.node("TreeEnsembleRegressor", [x], domain=ML, n_targets=targets, target_treeids=[t for t, _ in leaves], target_nodeids=[n for _, n in leaves],
           target_ids=ids, target_weights=reals(g, len(leaves)), aggregate_function=aggregate, **nodes, **extra)  # fmt: skip


def tree_classifier(g):
    x = table(g)
    nodes, leaves = trees(g, x, g.int(1, 4), "BRANCH_LEQ")
    classes = g.int(2, 4)
    pairs = [(t, n, c) for t, n in leaves for c in range(classes)]
    weights = [abs(v) for v in reals(g, len(pairs))]
    if classes == 2:
        # onnxruntime compares the second of two scores with 1/2: they are probabilities
        count = len({t for t, _ in leaves})
        ones = g.random.uniform(0, 1 / count, len(leaves))
        weights = [float(np.float32(v)) for w in ones for v in (1 / count - w, w)]
    g.node("TreeEnsembleClassifier", [x], 2, domain=ML, classlabels_int64s=[c if classes == 2 else 3 * c - 1 for c in range(classes)], class_treeids=[p[0] for p in pairs],
           class_nodeids=[p[1] for p in pairs], class_ids=[p[2] for p in pairs], class_weights=weights,
           post_transform=g.choose(["NONE", "SOFTMAX", "LOGISTIC"]), **nodes)  # fmt: skip


def linear_classifier(g):
    x = table(g)
    classes, size = g.int(2, 4), g.dims(x)[1]
    g.node("LinearClassifier", [x], 2, domain=ML, classlabels_ints=list(range(classes)), coefficients=reals(g, classes * size), intercepts=reals(g, classes),
           post_transform=g.choose(["NONE", "SOFTMAX", "LOGISTIC"]), multi_class=g.int(0, 1))  # fmt: skip


def linear_regressor(g):
    x = table(g)
    targets = g.int(1, 3)
    g.node("LinearRegressor", [x], domain=ML, targets=targets, coefficients=reals(g, targets * g.dims(x)[1]), intercepts=reals(g, targets))


def kernel(g, x):
    kind = g.choose(["LINEAR", "RBF", "POLY", "SIGMOID"])
    size = float(np.abs(g.all(x)).max()) ** -2 * 0.3
    return {"kernel_type": kind, "kernel_params": [size, 0.5, 3.0 if kind == "POLY" else 0.0]}


def vectors(g, x, count):
    values = np.concatenate(list(g.all(x)))
    return [float(v) for v in values[g.random.integers(0, len(values), count)].ravel()]


def svm_regressor(g):
    x = table(g)
    count = g.int(1, 5)
    g.node("SVMRegressor", [x], domain=ML, n_supports=count, support_vectors=vectors(g, x, count), coefficients=reals(g, count), rho=reals(g, 1), **kernel(g, x))


def svm_classifier(g):
    x = table(g)
    classes = g.int(2, 3)
    per = [g.int(1, 3) for _ in range(classes)]
    count = sum(per)
    g.node("SVMClassifier", [x], 2, domain=ML, classlabels_ints=list(range(classes)), vectors_per_class=per, support_vectors=vectors(g, x, count),
           coefficients=reals(g, count * (classes - 1)), rho=reals(g, classes * (classes - 1) // 2), **kernel(g, x))  # fmt: skip


def scaler(g):
    x = table(g)
    size = g.dims(x)[1]
    spread = np.concatenate(list(g.all(x))).std(0) + 1e-2
    g.node("Scaler", [x], domain=ML, offset=reals(g, size), scale=[float(np.float32(1 / s)) for s in spread])


def normalizer(g):
    x = table(g)
    need(np.abs(g.all(x)).max(-1).min() > 0.05 * np.abs(g.all(x)).max())
    g.node("Normalizer", [x], domain=ML, norm=g.choose(["MAX", "L1", "L2"]))


def features(g):
    x = table(g)
    g.node("ArrayFeatureExtractor", [x, g.ints([g.int(0, g.dims(x)[1] - 1) for _ in range(g.int(1, 3))])], domain=ML)


def encoder(g):
    keys = sorted({g.int(-5, 9) for _ in range(4)})
    x = g.input("int64", g.shape(1, 2), None)
    floats = g.chance(0.5)
    values = reals(g, len(keys)) if floats else [g.int(-9, 9) for _ in keys]
    given = {"values_floats": values, "default_float": 0.5} if floats else {"values_int64s": values, "default_int64": -7}
    g.node("LabelEncoder", [x], domain=ML, keys_int64s=keys, **given)


OPERATORS = {
    "TreeEnsembleRegressor": tree_regressor, "TreeEnsembleClassifier": tree_classifier, "LinearClassifier": linear_classifier,
    "LinearRegressor": linear_regressor, "SVMRegressor": svm_regressor, "SVMClassifier": svm_classifier, "Scaler": scaler,
    "Normalizer": normalizer, "ArrayFeatureExtractor": features, "LabelEncoder": encoder,
}  # fmt: skip
