"""Inputs for all provers, and what onnxruntime says of them: `samples.py MODEL_FOLDER OUT COUNT`.

The samples are the first of test.npz. Writes OUT/sample<k>.json as zirc reads it, OUT/ezkl<k>.json and OUT/calibrate.json as EZKL reads them,
and OUT/float.json with the float model's outputs. A process of its own, so that numpy and onnxruntime
are in nobody else's memory.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime as ort

CALIBRATE = 4


def main():
    folder, out, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    session = ort.InferenceSession(folder / f"{folder.name}.onnx", providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    test = np.load(folder / "test.npz")[given.name][:count].astype(np.float32)
    calibrate = np.load(folder / "calibrate.npz")[given.name].astype(np.float32)
    # An imported program refuses what lies beyond the range it was calibrated for.
    test = test.clip(calibrate.min(), calibrate.max())
    out.mkdir(parents=True, exist_ok=True)
    floats = []
    for k, sample in enumerate(test):
        sample = sample.reshape(given.shape)
        (out / f"sample{k}.json").write_text(json.dumps({given.name: sample.tolist()}))
        (out / f"ezkl{k}.json").write_text(json.dumps({"input_data": [sample.flatten().tolist()]}))
        floats.append(session.run(None, {given.name: sample})[0].flatten().tolist())
    # EZKL cuts what follows each other into samples.
    one_after_the_other = {"input_data": [calibrate[:CALIBRATE].flatten().tolist()]}
    (out / "calibrate.json").write_text(json.dumps(one_after_the_other))
    (out / "float.json").write_text(json.dumps(floats))


if __name__ == "__main__":
    main()
