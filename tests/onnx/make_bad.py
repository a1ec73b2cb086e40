"""Writes models that have to be refused: the folder bad/ and bad.csv, which says why.

    python -m pip install -r requirements.txt
    python make_bad.py [--deep FILE]

`--deep` writes a good model instead, a chain of 20,000 nodes, which is too large to be kept here.
"""

import argparse
import csv
from pathlib import Path

from badmodels import classical, files, graphs, movement, nodes, tensors
from badmodels.build import graph, model, node, value

HERE = Path(__file__).resolve().parent
DEEP = 20_000

PARTS = (
    files.files, files.versions, files.external, files.functions,
    graphs.wiring, graphs.unsupported, graphs.shapes,
    tensors.tensors, tensors.types, tensors.numbers,
    nodes.convolutions, nodes.matrices, nodes.layers, movement.movement,
    classical.forests, classical.new_forests, classical.others,
)  # fmt: skip


def deep():
    """A chain of nodes: nothing may recurse along it."""
    ops = ("Identity", "Relu")
    chain = [node(ops[i % 2], f"t{i}", f"t{i + 1}") for i in range(DEEP)]
    return model(graph(chain, [value("t0", [1])], [value(f"t{DEEP}", [1])]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--deep", type=Path)
    options = parser.parse_args()
    if options.deep:
        options.deep.write_bytes(deep().SerializeToString(deterministic=True))
        return
    folder = HERE / "bad"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (folder / "weights.bin").write_bytes(bytes(8))
    rows = []
    for bad in (bad for part in PARTS for bad in part()):
        path = folder / f"{bad.file}.onnx"
        if path.exists():
            raise ValueError(f"two models of the name {bad.file}")
        path.write_bytes(bad.data)
        rows.append([path.name, bad.wrong, bad.names])
    with open(HERE / "bad.csv", "w") as file:
        csv.writer(file, lineterminator="\n").writerows([["file", "wrong", "names"], *rows])
    print(f"{len(rows)} models, {sum(f.stat().st_size for f in folder.iterdir())} bytes")


main()
