"""Trains the forest of this example with scikit-learn and writes every file that the program needs.

    python -m pip install -r requirements.txt
    python train.py
"""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

HERE = Path(__file__).resolve().parent
SEED = 7
HELD_OUT = 143
TREES, DEPTH = 20, 4
NODES = 2 ** (DEPTH + 1) - 1

# The types in model.zirc.
TOP = 255  # a measurement is a u8
VALUE_BITS = 7  # a leaf's value is a q0.7: the probability of "benign", less one half


def steps(values, low, step):
    """Measurements, or thresholds, as a number of steps from the lowest one in the training data."""
    return np.clip(np.floor((values - low) / step), 0, TOP).astype(np.int64)


def tables(forest, low, step):
    """The forest as the tables of `Forest` in the standard library, in raw integers."""
    shape = (TREES, NODES)
    leaf = np.broadcast_to(np.arange(NODES), shape)
    left, right = leaf.copy(), leaf.copy()
    feature, threshold = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    value = np.zeros((*shape, 1), np.int64)
    for t, estimator in enumerate(forest.estimators_):
        tree = estimator.tree_
        n = np.arange(tree.node_count)
        inner = tree.children_left >= 0
        left[t, n[inner]] = tree.children_left[inner]
        right[t, n[inner]] = tree.children_right[inner]
        feature[t, n[inner]] = f = tree.feature[inner]
        threshold[t, n[inner]] = steps(tree.threshold[inner], low[f], step[f])
        benign = tree.value[:, 0, 1] / tree.value[:, 0].sum(axis=1)
        value[t, n, 0] = np.rint((benign - 0.5) * 2**VALUE_BITS)
    value[left != leaf] = 0

    inner = left != leaf
    each = [np.unique(threshold[inner & (feature == f)]) for f in range(len(low))]
    cuts = np.full((len(low), max(map(len, each))), TOP)
    for f, c in enumerate(each):
        cuts[f, : len(c)] = c
    cut = np.zeros(shape, np.int64)
    for t, n in zip(*np.nonzero(inner)):
        cut[t, n] = np.searchsorted(each[feature[t, n]], threshold[t, n])
    return {
        "cuts": cuts, "feature": feature, "cut": cut, "left": left, "right": right, "value": value,
    }


def integer_scores(q, x):
    """The sum over the trees as the program computes it, for rows of raw measurements."""
    t = np.arange(TREES)
    n = np.zeros((len(x), TREES), np.int64)
    for _ in range(DEPTH):
        f = q["feature"][t, n]
        right = np.take_along_axis(x, f, axis=1) > q["cuts"][f, q["cut"][t, n]]
        n = np.where(right, q["right"][t, n], q["left"][t, n])
    return q["value"][t, n, 0].sum(axis=1)


def main():
    data = load_breast_cancer()
    train_x, test_x, train_y, test_y = train_test_split(
        data.data, data.target, test_size=HELD_OUT, stratify=data.target, random_state=SEED
    )
    forest = RandomForestClassifier(TREES, max_depth=DEPTH, random_state=SEED)
    forest.fit(train_x, train_y)

    low = train_x.min(axis=0)
    step = (train_x.max(axis=0) - low) / (TOP + 1)
    q = tables(forest, low, step)
    x = steps(test_x, low, step)
    scores = integer_scores(q, x)
    by_float = forest.predict(test_x).astype(np.int64)
    by_integers = (scores > 0).astype(np.int64)
    probability = forest.predict_proba(test_x)[:, 1]

    small = {"cuts": np.uint8, "value": np.int8}
    stored = {k: np.ascontiguousarray(v.astype(small.get(k, np.uint16))) for k, v in q.items()}
    save_file(stored | {"low": low, "step": step}, HERE / "forest.safetensors")
    np.savez(
        HERE / "test.npz", x=x.astype(np.uint8), benign=test_y.astype(np.int64), float=by_float,
        score=scores, probability=probability,
    )
    chosen = int(np.flatnonzero((by_integers == test_y) & (test_y == 0))[0])
    one = {"x": x[chosen].tolist(), "benign": int(test_y[chosen])}
    (HERE / "input.json").write_text(json.dumps(one) + "\n")

    inner = q["left"] != np.arange(NODES)
    numbers = {
        "held_out_samples": HELD_OUT,
        "correct": {
            "float": int((by_float == test_y).sum()),
            "integers": int((by_integers == test_y).sum()),
        },
        "float_and_integers_agree": int((by_float == by_integers).sum()),
        "largest_difference_of_probabilities": float(
            np.abs(scores / TREES / 2**VALUE_BITS + 0.5 - probability).max()
        ),
        "inner_nodes": int(inner.sum()),
        "different_conditions": int((q["cuts"] < TOP).sum()),
        "features_in_use": int((q["cuts"] < TOP).any(axis=1).sum()),
        "most_cuts_of_a_feature": q["cuts"].shape[1],
        "sums": [int(scores.min()), int(scores.max())],
    }
    text = json.dumps(numbers, indent=2)
    (HERE / "report.json").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
