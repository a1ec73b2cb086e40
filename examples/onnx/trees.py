"""Breast-cancer data, and a tree ensemble as ONNX."""

import numpy as np
from onnx import checker, helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

from common import SEED, run, write

HELD_OUT, CALIBRATE = 142, 48
OPSETS = {"": 17, "ai.onnx.ml": 1}


def publish(folder, ensemble):
    """Trains `ensemble`, converts it with outputs `label` and `probabilities`, writes its files."""
    x, y = load_breast_cancer(return_X_y=True)
    # The thresholds are to be compared with the same float32 numbers everywhere.
    x, y = x.astype(np.float32), y.astype(np.int64)
    x, held_out, y, labels = train_test_split(
        x, y, test_size=HELD_OUT, stratify=y, random_state=SEED
    )
    ensemble.fit(x, y)
    model = to_onnx(
        ensemble,
        name=folder.name,
        initial_types=[("x", FloatTensorType([1, x.shape[1]]))],
        options={"zipmap": False},
        target_opset=OPSETS,
    )
    # The converter names a domain twice, in an order that depends on the process.
    del model.opset_import[:]
    model.opset_import.extend(helper.make_opsetid(*opset) for opset in OPSETS.items())
    checker.check_model(model, full_check=True)
    out = run(model, held_out)
    off = np.abs(out["probabilities"] - ensemble.predict_proba(held_out)).max()
    assert (out["label"] == ensemble.predict(held_out)).all() and off < 1e-5, off
    report = {
        "held_out": len(held_out),
        "accuracy": float((out["label"] == labels).mean()),
        "off_from_training": float(off),
        "trees": len(np.ravel(ensemble.estimators_)),
        "nodes": sum(int(tree.tree_.node_count) for tree in np.ravel(ensemble.estimators_)),
    }
    test = {"x": held_out, "label": labels}
    write(folder, model, x[:CALIBRATE], test, report)
