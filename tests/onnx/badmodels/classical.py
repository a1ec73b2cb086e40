"""Models of `ai.onnx.ml` with attributes that do not fit together."""

import numpy as np
from onnx import numpy_helper

from .build import T, bad, const, one_node

FOREST = {
    "nodes_treeids": [0, 0, 0],
    "nodes_nodeids": [0, 1, 2],
    "nodes_featureids": [1, 0, 0],
    "nodes_modes": ["BRANCH_LEQ", "LEAF", "LEAF"],
    "nodes_values": [0.5, 0.0, 0.0],
    "nodes_truenodeids": [1, 0, 0],
    "nodes_falsenodeids": [2, 0, 0],
}
REGRESSION = {
    "n_targets": 1,
    "target_treeids": [0, 0],
    "target_nodeids": [1, 2],
    "target_ids": [0, 0],
    "target_weights": [1.0, -1.0],
}
CLASSES = {
    "classlabels_int64s": [0, 1],
    "class_treeids": [0, 0],
    "class_nodeids": [1, 2],
    "class_ids": [0, 1],
    "class_weights": [1.0, 1.0],
}


def ml(op, file, wrong, attributes, features=2, **more):
    name = f"wrong_{op.lower()}"
    if op.endswith("Classifier"):
        more["out_shape"] = [1]
    elif not op.endswith(("Scaler", "Normalizer", "Imputer")):
        more["out_shape"] = [1, attributes.get("targets", 1)]
    made = one_node(
        op, more.pop("inputs", "x"), [1, features], *more.pop("initializers", []), name=name,
        domain="ai.onnx.ml", **more, **attributes,
    )  # fmt: skip
    return bad(file, wrong, name, made)


def forests():
    for file, wrong, change in (
        ("tree_cycle", "a branch whose child is itself", {"nodes_truenodeids": [0, 0, 0]}),
        ("tree_cycle_long", "two branches that are each other's child",
         {"nodes_modes": ["BRANCH_LEQ", "BRANCH_LEQ", "LEAF"], "nodes_truenodeids": [1, 0, 0],
          "nodes_falsenodeids": [2, 2, 0]}),
        ("tree_child", "a child 9 of 3 nodes", {"nodes_falsenodeids": [9, 0, 0]}),
        ("tree_child_negative", "a child -1", {"nodes_falsenodeids": [-1, 0, 0]}),
        ("tree_lengths", "2 thresholds of 3 nodes", {"nodes_values": [0.5, 0.0]}),
        ("tree_lengths_modes", "2 modes of 3 nodes", {"nodes_modes": ["BRANCH_LEQ", "LEAF"]}),
        ("tree_mode", "mode BRANCH_MAYBE", {"nodes_modes": ["BRANCH_MAYBE", "LEAF", "LEAF"]}),
        ("tree_feature", "feature 7 of 2", {"nodes_featureids": [7, 0, 0]}),
        ("tree_feature_negative", "feature -1", {"nodes_featureids": [-1, 0, 0]}),
        ("tree_node_twice", "node 1 twice", {"nodes_nodeids": [0, 1, 1]}),
        ("tree_nan", "a threshold that is NaN", {"nodes_values": [float("nan"), 0.0, 0.0]}),
        ("tree_target_node", "a target at node 8", {"target_nodeids": [1, 8]}),
        ("tree_target_branch", "a target at a branch", {"target_nodeids": [0, 2]}),
        ("tree_target", "target 3 of 1", {"target_ids": [0, 3]}),
        ("tree_target_lengths", "1 weight of 2 targets", {"target_weights": [1.0]}),
        ("tree_aggregate", "aggregate MEDIAN", {"aggregate_function": "MEDIAN"}),
        ("tree_transform", "post_transform FOO", {"post_transform": "FOO"}),
    ):  # fmt: skip
        yield ml("TreeEnsembleRegressor", file, wrong, FOREST | REGRESSION | change)
    for file, wrong, change in (
        ("forest_cycle", "a branch whose child is itself", {"nodes_truenodeids": [0, 0, 0]}),
        ("forest_lengths", "3 class weights of 2", {"class_weights": [1.0, 1.0, 1.0]}),
        ("forest_class", "class 5 of 2", {"class_ids": [0, 5]}),
        ("forest_class_node", "a class at node 8", {"class_nodeids": [1, 8]}),
        ("forest_labels", "no labels", {"classlabels_int64s": None}),
    ):
        attributes = {k: v for k, v in (FOREST | CLASSES | change).items() if v is not None}
        yield ml("TreeEnsembleClassifier", file, wrong, attributes, outputs="y z",
                 out_kind=T.INT64)  # fmt: skip


def new_forests():
    """TreeEnsemble of ai.onnx.ml 5."""

    def floats(*numbers):
        return numpy_helper.from_array(np.array(numbers, np.float32), "")

    good = {
        "n_targets": 1, "tree_roots": [0], "nodes_featureids": [1], "nodes_splits": floats(0.5),
        "nodes_modes": numpy_helper.from_array(np.zeros(1, np.uint8), ""),
        "nodes_truenodeids": [0], "nodes_trueleafs": [1],
        "nodes_falsenodeids": [1], "nodes_falseleafs": [1],
        "leaf_targetids": [0, 0], "leaf_weights": floats(1, -1),
    }  # fmt: skip
    for file, wrong, change in (
        ("ensemble_cycle", "a node whose child is itself", {"nodes_trueleafs": [0]}),
        ("ensemble_root", "root 4 of 1 node", {"tree_roots": [4]}),
        ("ensemble_leaf", "leaf 6 of 2", {"nodes_falsenodeids": [6]}),
        ("ensemble_leaf_negative", "leaf -1", {"nodes_falsenodeids": [-1]}),
        ("ensemble_lengths", "2 splits of 1 node", {"nodes_splits": floats(0.5, 1)}),
        ("ensemble_mode", "mode 77",
         {"nodes_modes": numpy_helper.from_array(np.full(1, 77, np.uint8), "")}),
        ("ensemble_feature", "feature 7 of 2", {"nodes_featureids": [7]}),
        ("ensemble_target", "target 3 of 1", {"leaf_targetids": [0, 3]}),
        ("ensemble_leaf_lengths", "3 leaf weights of 2 leaves", {"leaf_weights": floats(1, -1, 2)}),
        ("ensemble_members", "mode MEMBER without a set",
         {"nodes_modes": numpy_helper.from_array(np.full(1, 6, np.uint8), "")}),
    ):  # fmt: skip
        yield ml("TreeEnsemble", file, wrong, good | change)


def others():
    linear = {"coefficients": [1.0, 2.0], "intercepts": [0.5]}
    svm = {
        "coefficients": [1.0, -1.0], "support_vectors": [1.0, 2.0, 3.0, 4.0], "n_supports": 2,
        "rho": [0.5], "kernel_type": "RBF", "kernel_params": [0.5, 0.0, 3.0],
    }  # fmt: skip
    labels = {"classlabels_ints": [0, 1]}
    two = {"outputs": "y z", "out_kind": T.INT64}
    yield ml("LinearRegressor", "linear_coefficients", "2 coefficients of 3 features", linear, 3)
    yield ml("LinearRegressor", "linear_targets", "2 targets, 1 intercept",
             linear | {"targets": 2, "coefficients": [1.0] * 4})  # fmt: skip
    yield ml("LinearClassifier", "linear_classes", "3 coefficients of 2 by 2",
             labels | {"coefficients": [1.0] * 3, "intercepts": [0.0] * 2}, **two)  # fmt: skip
    yield ml("SVMRegressor", "svm_vectors", "4 numbers for 3 vectors of 2",
             svm | {"n_supports": 3, "coefficients": [1.0, -1.0, 1.0]})  # fmt: skip
    yield ml("SVMRegressor", "svm_kernel", "kernel WAVY", svm | {"kernel_type": "WAVY"})
    yield ml("SVMRegressor", "svm_sigmoid", "kernel SIGMOID, known but not listed",
             svm | {"kernel_type": "SIGMOID"})  # fmt: skip
    yield ml("SVMRegressor", "svm_rho", "no rho", svm | {"rho": None})
    classifier = {k: v for k, v in svm.items() if k != "n_supports"} | labels
    yield ml("SVMClassifier", "svm_per_class", "vectors of 3 classes, labels of 2",
             classifier | {"vectors_per_class": [1, 1, 1]}, **two)  # fmt: skip
    yield ml("Scaler", "scaler_lengths", "3 offsets of 2 features",
             {"offset": [0.0] * 3, "scale": [1.0] * 2})  # fmt: skip
    yield ml("Normalizer", "normalizer_norm", "norm L7", {"norm": "L7"})
    yield ml("Imputer", "imputer_lengths", "3 values of 2 features",
             {"imputed_value_floats": [0.0] * 3, "replaced_value_float": -1.0})  # fmt: skip
    yield ml("ArrayFeatureExtractor", "extract_range", "feature 5 of 2", {}, inputs="x i",
             initializers=[const("i", [5])])  # fmt: skip
