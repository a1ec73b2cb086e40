"""The models that all peers run, and zirc's part in the comparison: which widths and modes, and how far
each is from the float model.
"""

import json

from measure import ROOT
from zirc import Failed, Steps

ONNX = ROOT / "examples/onnx"
MODELS = ("logistic", "mlp", "mlp_large", "attention")
# Those that are linear layers with ReLUs between them, and written in circom too.
CIRCOM = ("logistic", "mlp", "mlp_large")
MODES = ("groth16", "groth16-commit")
# For EZKL the visibility of parameters, for zirc where weights are.
WEIGHTS = {"known to all": "const", "hidden": "private", "committed": "committed"}
USUAL_BITS, MOST_BITS = 8, 20
# A circuit with more is compiled and not proved in plain mode: a setup takes minutes.
PLAIN_LIMIT = 1_000_000


def model(name):
    return ONNX / name / f"{name}.onnx"


def bits_options(bits):
    return ["--activation-bits", bits, "--weight-bits", bits]


def worst(outputs, floats):
    """The largest difference from the float model, over all outputs of all samples."""
    return max(abs(a - b) for o, f in zip(outputs, floats) for a, b in zip(o, f, strict=True))


def error(zirc, name, bits, samples, count):
    """zirc's error at a width; weights are constants, as whoever sees them changes no value."""
    program = zirc.imported(model(name), bits_options(bits), f"{name}-{bits}")
    data = [samples / f"sample{k}.json" for k in range(count)]
    return worst(zirc.answers(program, (), data), json.loads((samples / "float.json").read_text()))


def width_for(zirc, name, wanted, samples, count):
    """The least width of activations and weights at which zirc is as near to the float model."""
    for bits in range(USUAL_BITS, MOST_BITS + 1):
        if error(zirc, name, bits, samples, count) <= wanted:
            return bits
    return None


def prove(zirc, name, weights, bits, mode, samples, count):
    """One configuration of zirc, as a record like those of the others."""
    record = {"bits": bits, "mode": mode}
    try:
        options = [*bits_options(bits), "--weights", WEIGHTS[weights]]
        program = zirc.imported(model(name), options, f"{name}-{bits}-{WEIGHTS[weights]}")
        record["error"] = error(zirc, name, bits, samples, count)
    except Failed as failed:
        return record | {"failure": str(failed)}
    options, data = ["--mode", mode], samples / "sample0.json"
    # In plain mode a commitment is a hash in the circuit, and a public output.
    committed = WEIGHTS[weights] == "committed" and mode != "groth16"
    steps: Steps = zirc.steps(program, options, prove=False, name=mode)
    if not steps.failure and mode == "groth16" and steps["constraints"] > PLAIN_LIMIT:
        steps.failure = f"not proved: more than {PLAIN_LIMIT:,} constraints"
    elif not steps.failure:
        steps = zirc.steps(program, options, data=data, name=mode, committed=committed)
    return record | {"failure": steps.failure} | steps.numbers
