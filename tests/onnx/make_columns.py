"""Two pipelines whose columns differ, as skl2onnx exports them: pipelines/power and pipelines/columns.

    python -m pip install -r requirements-pipelines.txt
    python make_columns.py

A power transformation (Yeo-Johnson) of the irises, whose functions are written with NaN on the branch that a mask
drops; and a column up to 1e8 beside one up to 0.1, behind a StandardScaler. NAME_cal.npz has 40 samples that trained
the model, NAME_test.npz 40 others and what onnxruntime gives for them. Everything is seeded.
"""

from pathlib import Path

import numpy as np
import onnx
from onnxruntime import InferenceSession
from skl2onnx import to_onnx
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PowerTransformer, StandardScaler

FOLDER = Path(__file__).resolve().parent / "pipelines"
random = np.random.default_rng(3)


def save(name, model, x, y):
    x = x.astype(np.float32)
    model.fit(x[:-40], y[:-40])
    data = to_onnx(model, x[:1], options={"zipmap": False}, target_opset=17)
    onnx.save(data, FOLDER / f"{name}.onnx")
    session = InferenceSession(data.SerializeToString(), providers=["CPUExecutionProvider"])
    found = [session.run(None, {"X": v[None]}) for v in x[-40:]]
    results = {f"float.{o.name}": np.stack([f[k] for f in found]) for k, o in enumerate(session.get_outputs())}
    np.savez_compressed(FOLDER / f"{name}_cal.npz", X=x[:40, None])
    np.savez_compressed(FOLDER / f"{name}_test.npz", X=x[-40:, None], **results)


def main():
    x, y = load_iris(return_X_y=True)
    order = random.permutation(len(x))
    save("power", make_pipeline(PowerTransformer(), LogisticRegression(max_iter=1000)), x[order], y[order])
    x = np.column_stack([random.uniform(0, 1e8, 200), random.uniform(0, 0.1, 200), random.normal(0, 1, 200)])
    y = (x[:, 0] / 1e8 + 10 * x[:, 1] + x[:, 2] / 2 > 1).astype(int)
    save("columns", make_pipeline(StandardScaler(), LogisticRegression()), x, y)


main()
