"""Writes the fixture set of ONNX node tests: node.tar.gz, excluded.csv and the counts in README.md.

    python -m pip install -r requirements.txt
    python make_fixtures.py [--unpack FOLDER]

The cases come from the pinned `onnx` package; README.md says which are taken.
"""

import argparse
import collections
import csv
import gzip
import io
import tarfile
from pathlib import Path

from cases import is_finite, sort_cases, tensors
from listed import CONSTANT, GROUPS, INDEX, LISTED, QUANTIZATION, WEIGHT

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- counts: written by make_fixtures.py -->\n", "<!-- end of counts -->\n"


def entries(case):
    """The files of one case."""
    inputs, outputs = tensors(case)
    yield "meta", meta(case, [*inputs, *outputs]).encode()
    yield "model.onnx", fixed(case, inputs).SerializeToString(deterministic=True)
    for kind, values in (("input", inputs), ("output", outputs)):
        for i, tensor in enumerate(values):
            yield f"{kind}_{i}.pb", tensor.SerializeToString(deterministic=True)


def meta(case, values):
    """What a reader would otherwise have to work out, a line each."""
    lines = [f"rtol {case.rtol}", f"atol {case.atol}"]
    graph, said = case.model.graph, set()
    for role, found in (
        ("constant", behind(graph, CONSTANT | QUANTIZATION)),
        ("weight", direct(graph, WEIGHT)),
        ("index", direct(graph, INDEX)),
    ):
        names = [v.name for v in graph.input if v.name in found - said]
        lines += [f"{role} {name}" for name in names]
        said.update(names)
    lines += [f"nonfinite {tensor.name}" for tensor in values if not is_finite(tensor)]
    return "".join(line + "\n" for line in lines)


def fixed(case, inputs):
    """The model with the inputs that a real one holds itself, shapes and weights, as initializers."""
    model = type(case.model)()
    model.CopyFrom(case.model)
    graph = model.graph
    held = behind(graph, CONSTANT | QUANTIZATION) | direct(graph, WEIGHT)
    there = {tensor.name for tensor in graph.initializer}
    graph.initializer.extend(t for t in inputs if t.name in held - there)
    return model


def direct(graph, positions):
    """Names that stand at one of the positions."""
    return {
        node.input[p]
        for node in graph.node
        for p in positions.get(node.op_type, [])
        if p < len(node.input)
    }


def behind(graph, positions):
    """Names whose value, and not only whose shape, decides what stands at one of the positions."""
    found = direct(graph, positions)
    for node in reversed(graph.node):
        if node.op_type not in ("Shape", "Size") and found.intersection(node.output):
            found.update(node.input)
    return found


def archive(used):
    """The same bytes for the same cases: sorted, no dates, no owners."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for case in used:
            for name, data in sorted(entries(case)):
                info = tarfile.TarInfo(f"{case.name}/{name}")
                info.size, info.mtime, info.mode = len(data), 0, 0o644
                tar.addfile(info, io.BytesIO(data))
    return gzip.compress(raw.getvalue(), compresslevel=9, mtime=0)


def counts(used, excluded, unlisted, subject):
    """The tables of README.md."""
    taken = collections.Counter(subject[case.name] for case in used)
    dropped = collections.Counter(subject[case.name] for case, _ in excluded)
    reasons = collections.Counter(reason for _, reason in excluded)
    total = len(used) + len(excluded) + sum(unlisted.values())
    expanded = sum("_expanded" in case.name for case in used)
    yield f"{total} cases: {sum(unlisted.values())} left out, {len(excluded)} excluded, "
    yield f"**{len(used)} in the fixture set**. Of those, {expanded} are expanded functions.\n\n"
    yield "| group | cases | excluded | cases by operation |\n|---|---|---|---|\n"
    groups = {group: [op for op in LISTED if LISTED[op] == group] for group in GROUPS}
    groups["expanded from others"] = sorted((set(taken) | set(dropped)) - set(LISTED))
    for group, ops in groups.items():
        each = ", ".join(f"{op[1]} {taken[op]}" for op in ops)
        sums = " | ".join(str(sum(which[op] for op in ops)) for which in (taken, dropped))
        yield f"| {group} | {sums} | {each} |\n"
    yield "\n| excluded because of | cases |\n|---|---|\n"
    yield from (f"| {reason} | {n} |\n" for reason, n in sorted(reasons.items()))
    yield "\nLeft out, by the operations that are not listed: "
    yield ", ".join(f"{ops} {n}" for ops, n in sorted(unlisted.items())) + ".\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--unpack", type=Path)
    options = parser.parse_args()
    used, excluded, unlisted, subject = sort_cases()
    data = archive(used)
    (HERE / "node.tar.gz").write_bytes(data)
    with open(HERE / "excluded.csv", "w") as file:
        rows = [[case.name, subject[case.name][1], reason] for case, reason in excluded]
        csv.writer(file, lineterminator="\n").writerows([["case", "op", "reason"], *rows])
    text = "".join(counts(used, excluded, unlisted, subject))
    before, rest = (HERE / "README.md").read_text().split(BEGIN)
    (HERE / "README.md").write_text(before + BEGIN + text + END + rest.split(END)[1])
    print(text)
    if options.unpack:
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            tar.extractall(options.unpack, filter="data")


main()
