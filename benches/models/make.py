"""Writes the models of the table into a folder, all or those that are named:

    python benches/models/make.py FOLDER [resnet18 mobilenet_v2 bert_tiny gpt2_block gpt_small]

Each gets a folder as in examples/onnx: NAME.onnx, calibrate.npz, test.npz and input.json. Weights
and samples are drawn from a seed; nothing is trained, since a circuit costs the same whatever its
model is good for.
"""

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx

MODELS = ("resnet18", "mobilenet_v2", "bert_tiny", "gpt2_block", "gpt_small")
SEED = 10


def write(folder, name):
    # A generator for each model, so that none depends on which were made before it.
    rng = np.random.default_rng([SEED, MODELS.index(name)])
    model, calibrate, test = importlib.import_module(name).make(rng)
    folder = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / f"{name}.onnx")
    given = model.graph.input[0].name
    np.savez_compressed(folder / "calibrate.npz", **{given: calibrate})
    np.savez_compressed(folder / "test.npz", **{given: test})
    one = {given: test[:1].tolist()}
    (folder / "input.json").write_text(json.dumps(one) + "\n")
    floats = (t for t in model.graph.initializer if t.data_type == onnx.TensorProto.FLOAT)
    print(f"{name}: {sum(int(np.prod(t.dims)) for t in floats):,} parameters", flush=True)


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: make.py FOLDER [MODEL …]")
    for name in sys.argv[2:] or MODELS:
        if name not in MODELS:
            sys.exit(f"no model {name}: there are {', '.join(MODELS)}")
        write(Path(sys.argv[1]), name)


if __name__ == "__main__":
    main()
