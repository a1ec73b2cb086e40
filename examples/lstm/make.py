"""Writes the weights and the data of this example, and onnxruntime's LSTM on them.

    python -m pip install -r requirements.txt
    python make.py

Everything is seeded, and what the program computes is integers: the same integers come out
everywhere. The reference is float32 and may differ in its last bits.
"""

import json
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

HERE = Path(__file__).resolve().parent
SEED, SAMPLES, I, H = 7, 200, 4, 8

# The types in model.zirc: a raw integer is worth 2^-bits.
X_BITS, W_BITS, H_BITS, C_BITS = 4, 6, 7, 8  # q3.4, q1.6, q0.7, q3.8
Z_BITS, GATE_BITS, TANH_BITS = 4, 8, 7  # q3.4, uq0.8, q0.7
Z = np.arange(-128, 128) / 2.0**Z_BITS


def table(values, bits, low, high):
    """The nearest raw integers, saturated."""
    return np.clip(np.rint(values * 2.0**bits), low, high).astype(np.int64)


SIGMOID = table(1 / (1 + np.exp(-Z)), GATE_BITS, 0, 255)
TANH = table(np.tanh(Z), TANH_BITS, -128, 127)


def shift(u, bits, low, high):
    """u / 2^bits to the nearest, halves up, saturated."""
    return np.clip((u + (1 << (bits - 1))) >> bits, low, high)


def look_up(t, z):
    return t[z + 128]


def integers(w, x, h, c):
    """The program's steps, on raw integers."""
    # x·w has 10 fraction bits, h·r 13, the biases 6.
    z = ((x @ w["w"].T) << 3) + h @ w["r"].T + ((w["wb"] + w["rb"]) << 7)
    i, o, f, g = np.split(shift(z, 13 - Z_BITS, -128, 127), 4, axis=1)
    i, o, f, g = look_up(SIGMOID, i), look_up(SIGMOID, o), look_up(SIGMOID, f), look_up(TANH, g)
    c = shift(f * c + 2 * i * g, GATE_BITS, -2048, 2047)
    seen = look_up(TANH, shift(c, C_BITS - Z_BITS, -128, 127))
    return shift(o * seen, GATE_BITS, -128, 127), c


def reference(w, x, h, c):
    """The operator itself, from the same weights."""
    names = ["x", "w", "r", "b", "", "h", "c"]
    node = helper.make_node("LSTM", names, ["", "h_next", "c_next"], hidden_size=H)
    constants = {
        "w": w["w"][None], "r": w["r"][None], "b": np.concatenate([w["wb"], w["rb"]])[None],
    }
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        [node],
        "lstm",
        [info("x", TensorProto.FLOAT, [1, SAMPLES, I])]
        + [info(n, TensorProto.FLOAT, [1, SAMPLES, H]) for n in ("h", "c")],
        [info(n, TensorProto.FLOAT, [1, SAMPLES, H]) for n in ("h_next", "c_next")],
        [numpy_helper.from_array(v.astype(np.float32), n) for n, v in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    inputs = {n: v[None].astype(np.float32) for n, v in (("x", x), ("h", h), ("c", c))}
    return [v[0] for v in session.run(["h_next", "c_next"], inputs)]


def main():
    rng = np.random.default_rng(SEED)
    # Uniform in ±1/√H, as recurrent layers begin, here times 2 so that the gates open and close.
    bound = int(2 * 2**W_BITS / np.sqrt(H))
    shapes = {"w": (4 * H, I), "r": (4 * H, H), "wb": (4 * H,), "rb": (4 * H,)}
    w = {name: rng.integers(-bound, bound + 1, shape) for name, shape in shapes.items()}
    x = np.clip(np.rint(rng.normal(0, 16, (SAMPLES, I))), -128, 127).astype(np.int64)
    h = np.clip(np.rint(rng.normal(0, 48, (SAMPLES, H))), -128, 127).astype(np.int64)
    c = np.clip(np.rint(rng.normal(0, 256, (SAMPLES, H))), -2048, 2047).astype(np.int64)
    real_w = {name: m / 2.0**W_BITS for name, m in w.items()}
    save_file({name: m.astype(np.float32) for name, m in real_w.items()}, HERE / "lstm.safetensors")
    real = {"x": x / 2.0**X_BITS, "h": h / 2.0**H_BITS, "c": c / 2.0**C_BITS}
    h_next, c_next = integers(w, x, h, c)
    h_float, c_float = reference(real_w, **real)
    np.savez(
        HERE / "test.npz",
        **real,
        h_next=h_next / 2.0**H_BITS,
        c_next=c_next / 2.0**C_BITS,
        h_reference=h_float,
        c_reference=c_float,
    )
    first = {name: v[0].tolist() for name, v in real.items()}
    (HERE / "input.json").write_text(json.dumps(first) + "\n")
    errors = {
        "h_next": np.abs(h_next - h_float.astype(np.float64) * 2**H_BITS),
        "c_next": np.abs(c_next - c_float.astype(np.float64) * 2**C_BITS),
    }
    numbers = {
        "samples": SAMPLES,
        "error_in_steps": {
            n: {"max": float(e.max()), "mean": float(e.mean())} for n, e in errors.items()
        },
    }
    text = json.dumps(numbers, indent=2)
    (HERE / "report.json").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
