"""Random valid models with what onnxruntime makes of them: random.npz, or any number of others.

    python -m pip install -r requirements-quantized.txt
    python make_random.py
    python make_random.py --seed 7 --count 1000 --output /tmp/random.npz

For each case `NAME.model` holds the bytes of the model, `NAME.in.TENSOR` inputs and `NAME.out.TENSOR` results, with a
first axis of samples. A name is the operator that the case began with, and a number; those of networks that
onnxruntime's quantizer wrote begin with `quantized`. Everything follows from the seed.
"""

import argparse
import collections
import warnings
from pathlib import Path

import numpy as np

from generator import OPERATORS
from generator.graph import SAMPLES, Graph, Skip, session
from generator.networks import network

HERE = Path(__file__).resolve().parent
OPSETS = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24]
LAYERS = 8


def grow(random, first):
    """A graph that begins with an operator, and has up to 8 nodes or a few more."""
    for _ in range(60):
        g = Graph(random, int(random.choice(OPSETS)))
        try:
            OPERATORS[first](g)
        except Skip:
            continue
        for _ in range(g.int(0, LAYERS - 1)):
            try:
                OPERATORS[g.choose(OPERATORS)](g)
            except Skip:
                continue
            if len(g.nodes) >= LAYERS:
                break
        if g.steady():
            return g
    return None


def results(model, feeds, names):
    run = session(model)
    used = {i.name for i in model.graph.input}
    found = [run.run(names, {n: v[k] for n, v in feeds.items() if n in used}) for k in range(SAMPLES)]
    return {n: np.stack([f[k] for f in found]) for k, n in enumerate(names)}


def store(cases, name, model, feeds, outputs):
    cases[f"{name}.model"] = np.frombuffer(model.SerializeToString(deterministic=True), np.uint8)
    cases.update({f"{name}.in.{n}": v for n, v in feeds.items()})
    cases.update({f"{name}.out.{n}": v for n, v in outputs.items()})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--count", type=int, default=len(OPERATORS) * 5 // 4)
    parser.add_argument("--networks", type=int, default=None)
    parser.add_argument("--output", default=HERE / "random.npz")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    cases, lost = {}, collections.Counter()
    order = sorted(OPERATORS)
    for k in range(given.count):
        random = np.random.default_rng([given.seed, k])
        first = order[k % len(order)]
        g = grow(random, first)
        if g is None:
            lost[first] += 1
            continue
        model = g.model()
        read = {i.name for i in model.graph.input}
        feeds = {n: np.stack(g.values[n]) for n in g.inputs if n in read}
        name = f"{first.lower()}_{k}"
        store(cases, name, model, feeds, results(model, feeds, [o.name for o in model.graph.output]))
    for k in range(given.count // 4 if given.networks is None else given.networks):
        made = network(np.random.default_rng([given.seed, 1, k]), k)
        if made:
            store(cases, *made)
    np.savez_compressed(given.output, **cases)
    print(len([n for n in cases if n.endswith(".model")]), "models;", dict(lost), "gave none")


main()
