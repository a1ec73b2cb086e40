"""Measures the rows of the table, prints them as Markdown, and writes them as JSON too. Called by
run.sh, which has the options.
"""

import argparse
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "common"))

import measure
import show
from rows import PLAIN_LIMIT, ROWS
from zirc import Failed, Zirc

MODES = ("groth16", "groth16-commit")


def arguments():
    parser = argparse.ArgumentParser(prog="benches/table/run.sh")
    parser.add_argument("--zirc", required=True, help="path of zirc")
    parser.add_argument("--models", type=Path, required=True, help="folder of the seeded models")
    parser.add_argument("--scratch", type=Path, required=True, help="folder for circuits and keys")
    parser.add_argument("--only", nargs="*", metavar="WORD", help="rows with one of these in their names")
    parser.add_argument("--no-proofs", action="store_true", help="count constraints and prove nothing")
    parser.add_argument("--timeout", type=int, default=900, help="seconds for one command")
    parser.add_argument("--json", type=Path, required=True, help="file for the numbers")
    return parser.parse_args()


def constraints(row, steps):
    """Of a whole circuit, or of one of many alike, without tables and input ranges."""
    if steps["constraints"] is None or row.alike == 1:
        return steps["constraints"]
    apart = (steps["category table"] or 0) + (steps["category input-range"] or 0)
    return (steps["constraints"] - apart) / row.alike


def measure_row(row, args, zirc):
    program = args.models / row.program if row.seeded else row.program
    data = program / "input.json"
    if row.committed:
        # Weights are no part of the circuit, and lie beside it.
        model, options = program / f"{program.name}.onnx", ["--weights", "committed", *row.options]
        try:
            program = zirc.imported(model, options, f"{program.name}-committed")
        except Failed as failed:
            return {mode: {"failure": str(failed), "counted": None} for mode in MODES}
    found = {}
    for mode in MODES:
        options = [*row.options, "--mode", mode]
        steps = zirc.steps(program, options, prove=False)
        small = mode != "groth16" or (steps["constraints"] or 0) <= PLAIN_LIMIT
        if row.proved and small and not args.no_proofs and not steps.failure:
            committed = row.committed and mode != "groth16"
            steps = zirc.steps(program, options, data=data, cut=row.cut, committed=committed)
        found[mode] = {"failure": steps.failure, **steps.numbers, "counted": constraints(row, steps)}
    return found


def verdicts(row, found):
    """For each thing that is asked of the row, whether it holds; nothing where it was not measured."""
    plain, commit = (found[mode] for mode in MODES)
    checks = [("constraints", commit["counted"], row.target)]
    if row.apart_from_model and "model-range" in commit:
        others = commit["counted"] - commit.get("category input-range", 0)
        checks.append(("not ranges of inputs", others, row.apart_from_model))
    checks.append(("time", commit.get("prove"), row.seconds))
    checks.append(("memory", commit.get("prove_peak"), row.peak))
    if row.faster and commit.get("prove") and plain.get("prove"):
        checks.append((f"{row.faster}× faster", row.faster, plain["prove"] / commit["prove"]))
    return {what: is_ <= most for what, is_, most in checks if is_ is not None and most is not None}


def line(row, found, said):
    plain, commit = (found[mode] for mode in MODES)
    target = [show.count(row.target)]
    target += [f"{show.count(row.apart_from_model)} apart from weights"] if row.apart_from_model else []
    target += [f"{row.seconds} s"] if row.seconds else []
    target += [show.size(row.peak)] if row.peak else []
    target += [f"{row.faster}× faster than plain"] if row.faster else []

    def counted(f):
        number = f["counted"]
        return "not available" if number is None else f"{number:,.4g}" if row.alike > 1 else f"{number:,}"

    missed = [what for what, holds in said.items() if not holds]
    return [
        row.name,
        ", ".join(target),
        counted(plain),
        counted(commit),
        show.count(commit.get("category table")),
        show.count(commit.get("model-range") if row.committed else None),
        show.seconds(plain.get("prove")),
        show.seconds(commit.get("prove")),
        show.seconds(commit.get("prove_cpu")),
        show.size(commit.get("prove_peak")),
        show.size(commit.get("proof_bytes")),
        "–" if not said else "missed: " + ", ".join(missed) if missed else "met",
    ]


HEAD = ["", "at most", "`groth16`", "`groth16-commit`", "of these tables", "ranges of weights",
        "plain proof", "proof", "processor", "peak memory", "size of a proof", "verdict"]


def main():
    args = arguments()
    about, lines, record, notes = measure.machine(), [], [], []
    text = ""
    zirc = Zirc(args.zirc, args.scratch, timeout=args.timeout)
    for row in ROWS:
        if args.only and not any(word in row.name for word in args.only):
            continue
        print(row.name, file=sys.stderr, flush=True)
        found = measure_row(row, args, zirc)
        said = verdicts(row, found)
        lines.append(line(row, found, said))
        record.append({"row": row.name, "target": row.target, "verdicts": said, **found})
        failures = {f["failure"] for f in found.values() if f["failure"]}
        notes += [f"- {row.name}: {why}" for why in sorted(failures)]
        # What is measured is kept, whatever comes after it.
        load = os.getloadavg()[0]
        text = "\n".join([show.machine(about, load), show.table(HEAD, lines), *notes])
        args.json.write_text(json.dumps({"machine": about, "load_after": load, "rows": record}, indent=1))
        args.json.with_suffix(".md").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
