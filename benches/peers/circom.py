"""The same integers as a circom program: `circom.py PROGRAM.zirc WITNESS.json OUT NAME`.

Reads what `zirc import` wrote of a model of linear layers with ReLUs between them: the types of its
activations, its integer weights, and from a witness the integers of the input. Writes OUT/NAME.circom
and OUT/NAME.input.json. As in zirc, each number takes as many digits as its own interval asks for, and
saturates where its type ends.
"""

import json
import re
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
KINDS = {"I8": np.int8, "I16": np.int16, "I32": np.int32, "I64": np.int64, "U8": np.uint8}


def tensors(file):
    """A safetensors file: the length of a header, the header, the data."""
    raw = file.read_bytes()
    size = int.from_bytes(raw[:8], "little")
    found = {}
    for name, t in json.loads(raw[8 : 8 + size]).items():
        if name != "__metadata__":
            data = raw[8 + size :][slice(*t["data_offsets"])]
            found[name] = np.frombuffer(data, KINDS[t["dtype"]]).reshape(t["shape"]).astype(object)
    return found


def layers(text, types):
    """Names and shapes in order: the Gemms, and the fraction and whole bits of the ReLU after each."""
    gemms = re.findall(r"// Gemm `(\w+)`", text)
    relus = re.findall(r"// Relu `(\w+)`", text)
    if len(relus) != len(gemms) - 1 or text.count("    // ") != len(gemms) + len(relus):
        sys.exit("only linear layers with a ReLU after each but the last")
    return gemms, [types[r] for r in relus]


def fraction(text, name):
    """The fraction bits of a weight: its type is q1.6, or a fix with a power of two as its step."""
    kind = re.search(rf"\b{name}: (\S.*?)\[", text).group(1)
    step = re.search(r"1 / (\d+)>", kind)
    return int(step.group(1)).bit_length() - 1 if step else int(kind.split(".")[1])


# In a line of a sum.
TERMS = 16


def linear(name, weight, bias, source):
    """Σ weight · source + bias, a few terms a line: circom descends into long expressions."""
    lines = [f"    signal {name}[{len(bias)}];"]
    for j, b in enumerate(bias):
        lines.append(f"    sum = {b};")
        terms = [f"{w} * {source}[{i}]" for i, w in enumerate(weight[:, j]) if w]
        lines += [f"    sum += {' + '.join(terms[i : i + TERMS])};" for i in range(0, len(terms), TERMS)]
        lines.append(f"    {name}[{j}] <== sum;")
    return lines


def interval(weight, bias, high):
    """Of each output, where inputs are 0..=high."""
    up, down = np.maximum(weight, 0).sum(axis=0), np.minimum(weight, 0).sum(axis=0)
    return down * high + bias, up * high + bias


def program(text, types, weights):
    gemms, relus = layers(text, types)
    bits, scale = digits_of(types["image"]), fraction_of(types["image"])
    count = weights[f"{gemms[0]}_weight"].shape[0]
    out = [f"    signal input image[{count}];", f"    component pixel[{count}];", "    var sum;",
           f"    for (var i = 0; i < {count}; i++) {{",
           f"        pixel[i] = Digits({bits});", "        pixel[i].in <== image[i];", "    }"]
    source, high = "image", 2**bits - 1
    for gemm, relu in zip(gemms, [*relus, None]):
        weight, bias = weights[f"{gemm}_weight"], weights[f"{gemm}_bias"]
        out += linear(gemm, weight, bias, source)
        scale += fraction(text, f"{gemm}_weight")
        if relu is None:
            return [*out, f"    signal output logits_out[{len(bias)}] <== {gemm};"]
        shift, width = scale - fraction_of(relu), digits_of(relu) - (relu[0] == "q")
        out += [f"    signal {gemm}_out[{len(bias)}];"]
        half = 2 ** (shift - 1) if shift else 0
        for j, (lo, hi) in enumerate(zip(*interval(weight, bias, high))):
            n = max(int(hi + half).bit_length(), int(-lo - half - 1).bit_length()) + 1
            out.append(f"    {gemm}_out[{j}] <== Activation({n}, {shift}, {width})({gemm}[{j}]);")
        source, high, scale = f"{gemm}_out", 2**width - 1, fraction_of(relu)


def fraction_of(kind):
    return int(kind.split(".")[1])


def digits_of(kind):
    """Of uq1.7 eight, of q3.5 nine with its sign."""
    whole = kind.split(".")[0]
    return int(whole.lstrip("uq")) + fraction_of(kind) + (whole[0] == "q")


def main():
    source, witness, out, name = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    types = source.with_suffix(".quantization.toml").read_text()
    types = dict(re.findall(r'^(\w+) = "(u?q[\d.]+)"$', types, re.M))
    text = source.read_text()
    body = program(text, types, tensors(source.with_suffix(".safetensors")))
    head = (HERE / "network.circom").read_text()
    lines = [head, "template Network() {", *body, "}", "", "component main = Network();", ""]
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{name}.circom").write_text("\n".join(lines))
    raw = next(p["raw"] for p in json.loads(witness.read_text())["inputs"] if p["name"] == "image")
    (out / f"{name}.input.json").write_text(json.dumps({"image": raw}))


if __name__ == "__main__":
    main()
