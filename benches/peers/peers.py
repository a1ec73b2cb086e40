"""Runs the same models through zirc and its peers, prints tables as Markdown, and writes all numbers as
JSON. Called by run.sh, which installs what it needs and has the options.
"""

import argparse
import json
import os
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "common"))

import measure
import models
import others
import show
from zirc import Failed, Zirc

HERE = Path(__file__).resolve().parent
ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617
ITEMS = 262_140
RAW = ("bits", "squares")


def arguments():
    parser = argparse.ArgumentParser(prog="benches/peers/run.sh")
    parser.add_argument("--zirc", required=True, help="path of zirc")
    parser.add_argument("--tool", required=True, help="path of the example `peers`")
    parser.add_argument("--python", required=True, help="a Python with EZKL and onnxruntime")
    parser.add_argument("--modules", required=True, help="the folder of node's modules")
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--only", nargs="*", metavar="MODEL", help="of " + ", ".join(models.MODELS + RAW))
    parser.add_argument("--without", nargs="*", default=[], metavar="PEER", help="ezkl, snarkjs, ark")
    parser.add_argument("--timeout", type=int, default=600, help="seconds for one step")
    parser.add_argument("--samples", type=int, default=5, help="how many the error is taken over")
    parser.add_argument("--bits", nargs="*", type=int, default=[models.USUAL_BITS], help="of zirc")
    parser.add_argument("--json", type=Path, required=True)
    return parser.parse_args()


class Comparison:
    def __init__(self, args):
        self.args, self.scratch = args, args.scratch
        self.zirc = Zirc(args.zirc, self.scratch / "zirc", timeout=args.timeout)
        self.about, self.records = measure.machine(), []

    def save(self):
        """What is measured is kept, whatever comes after it."""
        load = os.getloadavg()[0]
        record = {"machine": self.about, "load_after": load, "records": self.records}
        self.args.json.write_text(json.dumps(record, indent=1))
        text = report(self.about, load, self.records)
        self.args.json.with_suffix(".md").write_text(text)
        return text

    def add(self, prover, model, weights, record):
        failed = record.get("failure")
        print(f"{model}, {weights}: {prover}" + (f": {failed}" if failed else ""), file=sys.stderr, flush=True)
        self.records.append({"prover": prover, "model": model, "weights": weights} | record)
        self.save()

    def folder(self, *names):
        return self.scratch.joinpath(*names)

    def model(self, name):
        samples, args = self.folder("samples", name), self.args
        script = [args.python, HERE / "samples.py", models.ONNX / name, samples, args.samples]
        made = measure.run(script, args.timeout)
        if made.failure:
            sys.exit(f"samples of {name}: {made.failure}\n{made.error}")
        bits = list(args.bits)
        for weights, parameters in (("known to all", "fixed"), ("hidden", "private")):
            found = self.ezkl(name, weights, parameters, samples)
            if weights == "known to all" and found is not None:
                matching = models.width_for(self.zirc, name, found, samples, args.samples)
                bits += [matching] if matching and matching not in bits else []
            self.ours(name, weights, bits, models.MODES, samples)
            self.same_constraints(name, weights, samples / "sample0.json")
        if name in models.CIRCOM and "snarkjs" not in args.without:
            self.circom(name, samples / "sample0.json")
        self.ours(name, "committed", bits, models.MODES[1:], samples)

    def ezkl(self, name, weights, parameters, samples):
        """EZKL's error, if it got as far as that."""
        if "ezkl" in self.args.without:
            return None
        command = [self.args.python, HERE / "ezkl_step.py"]
        steps = others.Steps(command, self.folder("ezkl", f"{name}-{parameters}"), self.args.timeout)
        srs = self.folder("srs")
        record = others.ezkl(steps, models.model(name), parameters, samples, self.args.samples, srs)
        outputs = record.pop("outputs", [])
        if len(outputs) == self.args.samples:
            record["error"] = models.worst(outputs, json.loads((samples / "float.json").read_text()))
        self.add("EZKL", name, weights, record)
        return record.get("error")

    def ours(self, name, weights, bits, modes, samples):
        for width in bits:
            for mode in modes:
                record = models.prove(self.zirc, name, weights, width, mode, samples, self.args.samples)
                self.add(f"zirc `{mode}`", name, weights, record)

    def same_constraints(self, name, weights, data):
        """Those who prove the constraints that zirc has at the usual width in plain mode."""
        where = f"{name}-{models.USUAL_BITS}-{models.WEIGHTS[weights]}"
        circuit = self.zirc.scratch / where / "groth16.circuit"
        self.circuit(name, weights, circuit, data, {"bits": models.USUAL_BITS})

    def circom(self, name, data):
        """A circom program of the integers that zirc has at the usual width, weights in it."""
        args, folder = self.args, self.folder("circom", name)
        program = self.zirc.scratch / f"{name}-{models.USUAL_BITS}-const" / f"{name}.zirc"
        witness = program.with_suffix(".witness.json")
        said, _ = self.zirc.call("witness", program, "--input", data, "-o", witness)
        expected = [int(v) % ORDER for port in said["public"] for v in port["raw"]]
        made = measure.run([args.python, HERE / "circom.py", program, witness, folder, name], args.timeout)
        if made.failure:
            sys.exit(f"circom program of {name}: {made.failure}\n{made.error}")
        node = ["node", HERE / "snarkjs_step.cjs", args.modules]
        steps = others.Steps(node, folder, args.timeout)
        compiler = Path(args.modules) / "circom2/cli.js"
        record = others.circom(steps, compiler, name, args.tool, self.folder("ptau"), expected)
        self.add("circom, snarkjs", name, "known to all", record | {"bits": models.USUAL_BITS})

    def raw(self, name):
        """zirc and the others on plain constraints, of bits or of field elements."""
        data = self.folder(f"{name}.json")
        data.parent.mkdir(parents=True, exist_ok=True)
        data.write_text(json.dumps(inputs(name)))
        steps = self.zirc.steps(HERE / f"{name}.zirc", data=data, name=name)
        self.add("zirc `groth16`", name, "–", {"failure": steps.failure} | steps.numbers)
        self.circuit(name, "–", self.zirc.scratch / f"{name}.circuit", data, {})

    def circuit(self, name, weights, circuit, data, more):
        folder, args = self.folder("same", f"{name}-{weights.replace(' ', '-')}"), self.args
        if not circuit.exists():
            return
        try:
            said, _ = self.zirc.call("witness", circuit, "--input", data)
            public = sum(len(port["values"]) for port in said["public"])
            if said["constraints"] > models.PLAIN_LIMIT:
                raise Failed(f"not proved: more than {models.PLAIN_LIMIT:,} constraints")
            made, _ = self.zirc.call("export", circuit, "--to", folder, "--input", data)
        except Failed as failed:
            self.add("snarkjs and ark-groth16", name, weights, {"failure": str(failed)} | more)
            return
        if "ark" not in args.without:
            record = others.held(others.Steps([args.tool], folder, args.timeout), circuit, data)
            self.add("zirc `groth16`, key in memory", name, weights, record | more)
            record = others.ark(others.Steps([args.tool], folder, args.timeout), circuit, data)
            self.add("ark-groth16", name, weights, record | more)
        if "snarkjs" not in args.without:
            files = {Path(f["file"]).suffix: f["file"] for f in made["files"]}
            node = ["node", HERE / "snarkjs_step.cjs", args.modules]
            steps = others.Steps(node, folder, args.timeout)
            ptau = self.folder("ptau")
            record = others.snarkjs(steps, args.tool, ptau, *files_of(files), said["constraints"], public)
            self.add("snarkjs", name, weights, record | more)


def files_of(files):
    return Path(files[".r1cs"]).resolve(), Path(files[".wtns"]).resolve()


def inputs(name):
    """Random bits, or random elements of the field with their squares."""
    rng = random.Random(1)
    if name == "bits":
        return {"x": [rng.getrandbits(1) for _ in range(ITEMS)]}
    x = [rng.randrange(ORDER) for _ in range(ITEMS)]
    return {"x": [str(v) for v in x], "y": [str(v * v % ORDER) for v in x]}


HEAD = ["prover", "weights", "bits", "constraints", "prove", "processor", "verify", "setup", "witness",
        "proof", "proving key", "peak memory", "error"]


def line(r):
    if r.get("failure") and r.get("prove") is None:
        return [r["prover"], r["weights"], r.get("bits", "–"), show.count(r.get("constraints")),
                "–", "–", "–", show.seconds(r.get("setup")), show.seconds(r.get("witness")), "–",
                show.size(r.get("key_bytes")), "–", digits(r.get("error"))]
    return [
        r["prover"], r["weights"], r.get("bits", "–"), show.count(r.get("constraints")),
        show.seconds(r.get("prove")), show.seconds(r.get("prove_cpu")), show.seconds(r.get("verify")),
        show.seconds(r.get("setup")), show.seconds(r.get("witness")), show.size(r.get("proof_bytes")),
        show.size(r.get("key_bytes")), show.size(r.get("prove_peak")), digits(r.get("error")),
    ]


def digits(error):
    return "–" if error is None else f"{error:.2g}"


def report(about, load, records):
    out = [show.machine(about, load)]
    for name in dict.fromkeys(r["model"] for r in records):
        here = [r for r in records if r["model"] == name]
        out.append(f"## {name}\n\n" + show.table(HEAD, [line(r) for r in here]))
        why = [f"- {r['prover']}, {r['weights']}: {r['failure']}" for r in here if r.get("failure")]
        out += dict.fromkeys(why)
        out.append("")
    return "\n".join(out)


def main():
    args = arguments()
    comparison = Comparison(args)
    for name in args.only or models.MODELS + RAW:
        comparison.raw(name) if name in RAW else comparison.model(name)
    print(comparison.save())


if __name__ == "__main__":
    main()
