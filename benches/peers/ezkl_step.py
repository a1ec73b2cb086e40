"""One step of EZKL, by its Python package, in the folder it is started in: `ezkl_step.py STEP …`.

    compile MODEL PARAMETERS CALIBRATE    settings by its own defaults, calibrated; the circuit
    srs LOGROWS FILE                      a reference string for tests, where there is none
    setup SRS | witness INPUT | prove SRS | verify SRS

Prints JSON: how long the call took, without Python's start, and what it says. What EZKL prints itself
goes to standard error.
"""

import json
import os
import sys
import time
from pathlib import Path

import ezkl

ANSWER = os.dup(1)
os.dup2(2, 1)


def compile_model(model, parameters, calibrate):
    run = ezkl.PyRunArgs()
    run.input_visibility, run.output_visibility = "private", "public"
    run.param_visibility = parameters
    ezkl.gen_settings(model, "settings.json", py_run_args=run)
    ezkl.calibrate_settings(calibrate, model, "settings.json", "resources")
    ezkl.compile_circuit(model, "model.compiled", "settings.json")


def srs(logrows, file):
    if not Path(file).exists():
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        ezkl.gen_srs(file + ".part", int(logrows))
        os.replace(file + ".part", file)


def verify(srs_file):
    if not ezkl.verify("proof.json", "settings.json", "vk.key", srs_file):
        sys.exit("EZKL refuses its own proof")


STEPS = {
    "compile": compile_model,
    "srs": srs,
    "setup": lambda srs: ezkl.setup("model.compiled", "vk.key", "pk.key", srs),
    "witness": lambda data: ezkl.gen_witness(data, "model.compiled", "witness.json"),
    "prove": lambda srs: ezkl.prove("witness.json", "model.compiled", "pk.key", "proof.json", srs),
    "verify": verify,
}


def said(step):
    if step == "compile":
        settings = json.loads(Path("settings.json").read_text())
        return {"settings": settings["run_args"], "rows": settings["num_rows"]}
    if step == "setup":
        return {"key_bytes": os.path.getsize("pk.key"), "verifying_key_bytes": os.path.getsize("vk.key")}
    if step == "witness":
        pretty = json.loads(Path("witness.json").read_text())["pretty_elements"]
        return {"outputs": [float(v) for v in pretty["rescaled_outputs"][0]]}
    if step == "prove":
        return {"proof_bytes": len(json.loads(Path("proof.json").read_text())["proof"])}
    return {}


def main():
    step, *args = sys.argv[1:]
    started = time.monotonic()
    STEPS[step](*args)
    answer = {"seconds": time.monotonic() - started} | said(step)
    os.write(ANSWER, json.dumps(answer).encode())


if __name__ == "__main__":
    main()
