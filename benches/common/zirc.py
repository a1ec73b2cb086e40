"""zirc, each step by a process of its own: `Zirc(path).steps(…)`."""

import json
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import measure

# From here on, one run is enough.
LONG = 20.0


@dataclass
class Steps:
    """What the steps gave, or where it ended and why. Times are seconds, sizes bytes."""

    failure: str | None = None
    numbers: dict = field(default_factory=dict)
    outputs: dict = field(default_factory=dict)

    def __getitem__(self, name):
        return self.numbers.get(name)


class Failed(Exception):
    pass


class Zirc:
    def __init__(self, path, scratch, timeout=600, repeats=5):
        self.path, self.scratch = path, Path(scratch)
        self.timeout, self.repeats = timeout, repeats

    def call(self, *args):
        """One command, and the object that it prints."""
        ran = measure.run([self.path, *args, "--json"], self.timeout)
        try:
            said = json.loads(ran.out)
        except ValueError:
            said = {}
        if ran.failure:
            words = said.get("error", {}).get("message") or last_error(ran.error) or ran.failure
            why = words if words == ran.failure else f"{words} ({ran.failure})"
            raise Failed(f"{args[0]}: {why}")
        return said, ran

    def steps(self, program, options=(), data=None, prove=True, name="circuit", cut=False, committed=False):
        """Compile and inspect; then set up, and prove and verify several times.

        `data` is the input's file; the program's own by default. With `cut`, the model is compiled for
        each proof: only then are values cut to the range that it was calibrated for. With `committed`, proofs
        are about a model that is committed to once, and the verifier asks for it.
        """
        self.scratch.mkdir(parents=True, exist_ok=True)
        # Private weights are looked for beside the circuit.
        folder = Path(program).parent if self.scratch in Path(program).parents else self.scratch
        steps = Steps()
        paths = {k: folder / f"{name}.{k}" for k in ("circuit", "pk", "vk", "proof", "opening")}
        try:
            self.compile(steps, program, options, paths)
            if prove:
                self.keys(steps, paths)
                source = [program, *options] if cut else [paths["circuit"]]
                model = self.commitment(steps, paths, source) if committed else None
                self.proofs(steps, paths, source, data or Path(program) / "input.json", model)
        except Failed as failed:
            steps.failure = str(failed)
        finally:
            # Keys are large, and nobody needs them any more; an opening is good for one key.
            for done in ("pk", "opening"):
                paths[done].unlink(missing_ok=True)
        return steps

    def imported(self, model, options, name):
        """An ONNX model as a program, beside its weights, where `prove` looks for private ones."""
        folder = self.scratch / name
        folder.mkdir(parents=True, exist_ok=True)
        program = folder / f"{Path(model).stem}.zirc"
        # The program is the same in both modes; in this one it is compiled whatever its weights are.
        self.call("import", model, *options, "--mode", "groth16-commit", "-o", program)
        return program

    def answers(self, program, options, samples):
        """The public values of some inputs, as numbers."""
        circuit = Path(program).with_suffix(".circuit")
        self.call("compile", program, *options, "-o", circuit)
        found = []
        for sample in samples:
            said, _ = self.call("witness", circuit, "--input", sample)
            found.append([float(Fraction(v)) for port in said["public"] for v in port["values"]])
        return found

    def compile(self, steps, program, options, paths):
        said, ran = self.call("compile", program, *options, "-o", paths["circuit"])
        steps.numbers |= {
            "constraints": said["constraints"],
            "variables": said["variables"],
            "compile": said["compile_ms"] / 1e3,
            "compile_command": ran.seconds,
            "compile_peak": ran.peak,
        }
        said, _ = self.call("inspect", paths["circuit"], "--by", "category")
        for group in said["by"]["category"]:
            steps.numbers["category " + group["key"]] = group["constraints"]
        if Path(program).suffix == ".zirc":
            declared = committed_lines(program)
            ranges = [b for b in said["report"]["blocks"] if b["category"] == "input-range"]
            of_model = [b["constraints"] for b in ranges if (b["place"] or {}).get("line") in declared]
            steps.numbers["model-range"] = sum(of_model)

    def keys(self, steps, paths):
        said, ran = self.call("setup", paths["circuit"], "--pk", paths["pk"], "--vk", paths["vk"])
        steps.numbers |= {
            "setup": said["setup_ms"] / 1e3,
            "setup_cpu": ran.cpu,
            "setup_peak": said["peak_memory_bytes"],
            "key_bytes": said["proving_key"]["bytes"],
            "verifying_key_bytes": said["verifying_key"]["bytes"],
        }

    def commitment(self, steps, paths, source):
        """The commitment to the model, which is made once for all proofs."""
        # One of an earlier run is not written over.
        paths["opening"].unlink(missing_ok=True)
        said, ran = self.call("commit", *source, "--pk", paths["pk"], "-o", paths["opening"])
        steps.numbers |= {"commit_command": ran.seconds, "commit_cpu": ran.cpu, "commit_peak": ran.peak}
        return said["commitment"]

    def proofs(self, steps, paths, source, data, model):
        args = ["prove", *source, "--pk", paths["pk"], "--input", data, "-o", paths["proof"]]
        args += ["--receipt", paths["proof"].with_suffix(".receipt")]
        args += ["--opening", paths["opening"]] if model else []
        runs = []
        for _ in range(self.repeats):
            said, ran = self.call(*args)
            runs.append((said, ran))
            if ran.seconds > LONG:
                break
        asked = ["--model", model] if model else []
        verified = [self.call("verify", paths["proof"], "--vk", paths["vk"], *asked) for _ in runs]
        receipt = json.loads(paths["proof"].with_suffix(".receipt").read_text())
        steps.numbers |= {
            "runs": len(runs),
            "prove": measure.median([s["prove_ms"] / 1e3 for s, _ in runs]),
            "prove_command": measure.median([r.seconds for _, r in runs]),
            "prove_cpu": measure.median([r.cpu for _, r in runs]),
            "prove_peak": max(s["peak_memory_bytes"] for s, _ in runs),
            "witness": measure.median([s["witness_ms"] / 1e3 for s, _ in runs]),
            "verify": measure.median([s["verify_ms"] / 1e3 for s, _ in verified]),
            "verify_command": measure.median([r.seconds for _, r in verified]),
            "proof_bytes": len(bytes.fromhex(receipt["proof"].removeprefix("0x"))),
        }


def committed_lines(program):
    """The places of a program's committed parameters, as reports name them."""
    lines = enumerate(Path(program).read_text().splitlines(), 1)
    return {f"{Path(program).name}:{n}" for n, line in lines if line.lstrip().startswith("committed ")}


def last_error(text):
    """The line of an error message that says what is wrong."""
    lines = [l for l in text.splitlines() if l.startswith("error")]
    return lines[0].removeprefix("error: ") if lines else None
