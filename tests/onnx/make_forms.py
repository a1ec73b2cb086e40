"""Functions in the forms in which exporters write them, with what onnxruntime makes of them: forms.npz.

    python -m pip install -r requirements-quantized.txt
    python make_forms.py

For each form `FUNCTION.FORM.model`, `FUNCTION.FORM.in.x` and `FUNCTION.FORM.out.y`, with a first axis of samples. All
forms of a function stand between the same two layers. `chain.model` has products with constants one after another,
`power.model` a power that fills the field. Everything is seeded.
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper
from onnxruntime import InferenceSession

HERE = Path(__file__).resolve().parent
SAMPLES, INPUTS, UNITS, OUTPUTS = 12, 16, 12, 4
random = np.random.default_rng(11)
cases = {}

X = (random.integers(-128, 128, (SAMPLES, 1, INPUTS)) / 64).astype(np.float32)
W = (random.normal(size=(INPUTS, UNITS)) / 3).astype(np.float32)
V = (random.normal(size=(UNITS, OUTPUTS)) / 3).astype(np.float32)
GAMMA = random.uniform(0.5, 1.5, UNITS).astype(np.float32)
BETA = random.normal(size=UNITS).astype(np.float32)

FORMS = {
    "gelu": {
        "named": "y = Gelu a",
        "div": "b = Div a 1.4142135; c = Erf b; d = Add c 1; e = Mul a d; y = Mul e 0.5",
        "mul": "h = Mul a 0.5; b = Mul a 0.70710677; c = Erf b; d = Add 1 c; y = Mul h d",
    },
    "gelu_tanh": {
        "named": "y = Gelu a approximate=tanh",
        "pow": "p = Pow a 3; k = Mul p 0.044715; s = Add a k; q = Mul s 0.7978846; t = Tanh q; u = Add t 1; h = Mul a 0.5; y = Mul h u",
        "mul": "b = Mul a a; c = Mul b a; k = Mul 0.044715 c; s = Add k a; q = Mul s 0.79788456; t = Tanh q; u = Add 1 t; v = Mul a u; y = Mul v 0.5",
    },
    "silu": {
        "sigmoid": "s = Sigmoid a; y = Mul a s",
        "exp": "n = Neg a; e = Exp n; d = Add e 1; y = Div a d",
    },
    "hard_swish": {
        "named": "y = HardSwish a",
        "clip": "b = Add a 3; c = Clip b 0 6; d = Mul a c; y = Div d 6",
        "hard_sigmoid": "b = HardSigmoid a alpha=0.16666667 beta=0.5; y = Mul b a",
    },
    "mish": {"named": "y = Mish a", "softplus": "s = Softplus a; t = Tanh s; y = Mul a t"},
    "leaky_relu": {
        "named": "y = LeakyRelu a alpha=0.1",
        "max": "b = Mul a 0.1; y = Max a b",
    },
    "relu": {"named": "y = Relu a"},
    "prelu": {"named": "y = PRelu a slope"},
    "softmax": {
        "named": "y = Softmax a axis=-1",
        "exp": "m = ReduceMax a @-1; d = Sub a m; e = Exp d; s = ReduceSum e @-1; y = Div e s",
        "short": "e = Exp a; s = ReduceSum e @-1; y = Div e s",
    },
    "log_softmax": {
        "named": "y = LogSoftmax a axis=-1",
        "log": "e = Exp a; s = ReduceSum e @-1; l = Log s; y = Sub a l",
    },
    "layer_norm": {
        "named": "y = LayerNormalization a gamma beta epsilon=0.00001",
        "pow": "m = ReduceMean a @-1; d = Sub a m; p = Pow d 2; v = ReduceMean p @-1; e = Add v 0.00001; r = Sqrt e; n = Div d r; g = Mul n gamma; y = Add g beta",
        "mul": "m = ReduceMean a @-1; d = Sub a m; p = Mul d d; v = ReduceMean p @-1; e = Add v 0.00001; r = Sqrt e; i = Reciprocal r; n = Mul d i; g = Mul gamma n; y = Add beta g",
    },
    "rms_norm": {
        "pow": "p = Pow a 2; v = ReduceMean p @-1; e = Add v 0.00001; r = Sqrt e; n = Div a r; y = Mul n gamma",
        "mul": "p = Mul a a; v = ReduceMean p @-1; e = Add v 0.00001; r = Sqrt e; i = Reciprocal r; n = Mul a i; y = Mul gamma n",
    },
}
OTHERS = {
    "chain": "; ".join(
        f"m{k} = Mul {'x' if k == 0 else f'm{k - 1}'} {f:.6g}" for k, f in enumerate(random.uniform(0.8, 1.2, 12))
    )
    + "; y = Identity m11",
    # x·x² and so on, so that no constants are side by side; the sum fills the field, and is multiplied.
    "power": "; ".join(f"p{k} = Mul {'x' if k == 0 else f'p{k - 1}'} x" for k in range(11))
    + "; s = Add p10 x; t = Mul s 0.3; y = Tanh t",
}
PARAMETERS = {"gamma": GAMMA, "beta": BETA, "slope": np.full(UNITS, 0.25, np.float32), "before": W, "after": V}


def attribute(text):
    name, value = text.split("=")
    try:
        number = float(value)
    except ValueError:
        return name, value
    return name, int(number) if name == "axis" else number


def model(lines):
    """Lines such as `y = Mul a 0.5`: `@k` is the constant [k] of integers, `k=v` an attribute."""
    nodes, constants = [], {}
    for line in lines.split("; "):
        out, call = line.split(" = ")
        op, *words = call.split(" ")
        inputs = []
        for word in (w for w in words if "=" not in w):
            if word in PARAMETERS:
                constants[word] = PARAMETERS[word]
            elif word.startswith("@"):
                constants[word] = np.array([int(word[1:])], np.int64)
            elif word[0] in "-0123456789":
                constants[word] = np.array(float(word), np.float32)
            inputs.append(word)
        nodes.append(helper.make_node(op, inputs, [out], name=out, **dict(attribute(w) for w in words if "=" in w)))
    sizes = {"x": INPUTS, "y": OUTPUTS if "after" in constants else INPUTS}
    rows = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, size]) for n, size in sizes.items()]
    given = [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()]
    graph = helper.make_graph(nodes, "forms", rows[:1], rows[1:], given)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    checker.check_model(made)
    return made.SerializeToString(deterministic=True)


def case(name, lines):
    data = model(lines)
    session = InferenceSession(data, providers=["CPUExecutionProvider"])
    cases[f"{name}.model"] = np.frombuffer(data, np.uint8)
    cases[f"{name}.in.x"] = X
    cases[f"{name}.out.y"] = np.stack([session.run(None, {"x": x})[0] for x in X])


for function, forms in FORMS.items():
    for form, lines in forms.items():
        inner = lines.replace("y = ", "f = ")
        case(f"{function}.{form}", f"a = MatMul x before; {inner}; y = MatMul f after")
for name, lines in OTHERS.items():
    case(name, lines)
np.savez_compressed(HERE / "forms.npz", **cases)
