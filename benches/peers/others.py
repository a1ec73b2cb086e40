"""The peers, each step by a process of its own. Every function returns what it measured as one record:
times in seconds, sizes in bytes, `failure` where it ended early. A time without `_command` is that of the
call, so that no start of Python or node is held against anybody.
"""

import json
import math
import os
from pathlib import Path

import measure

HERE = Path(__file__).resolve().parent
# From here on, one run is enough.
LONG = 20.0
# Powers of tau beyond this are not made.
LARGEST_POWER = 18


class Failed(Exception):
    pass


class Steps:
    """Commands of one peer in one folder, and the record of what they took."""

    def __init__(self, command, folder, timeout, repeats=5):
        folder.mkdir(parents=True, exist_ok=True)
        self.command, self.folder, self.timeout, self.repeats = command, folder, timeout, repeats
        self.record = {"failure": None}

    def call(self, *args):
        # EZKL keeps files in the home folder unless told otherwise.
        env = os.environ | {"EZKL_REPO_PATH": str(self.folder), "HOME": str(self.folder)}
        ran = measure.run([*self.command, *args], self.timeout, cwd=self.folder, env=env)
        if ran.failure:
            lines = [line.strip() for line in ran.error.splitlines() if line.strip()]
            last = f": {lines[-1][:200]}" if lines and ran.failure.startswith("exit") else ""
            raise Failed(f"{args[0]} {ran.failure}{last}")
        return json.loads(ran.out), ran

    def once(self, name, *args):
        said, ran = self.call(*args)
        self.record |= {name: said.pop("seconds", None), f"{name}_peak": ran.peak} | said
        return said

    def often(self, name, *args):
        """The median of several runs, or one that takes long."""
        took = []
        for _ in range(self.repeats):
            said, ran = self.call(*args)
            took.append((said.pop("seconds"), ran))
            if ran.seconds > LONG:
                break
        self.record |= said | {
            name: measure.median([s for s, _ in took]),
            f"{name}_command": measure.median([r.seconds for _, r in took]),
            f"{name}_cpu": measure.median([r.cpu for _, r in took]),
            f"{name}_peak": max(r.peak for _, r in took),
            f"{name}_runs": len(took),
        }


def ending(work):
    """Runs the steps of a peer, and keeps what was measured before one of them failed."""

    def run(steps, *args):
        try:
            work(steps, *args)
        except Failed as failed:
            steps.record["failure"] = str(failed)
        for large in ("pk.key", "key.zkey", "ark.key"):
            (steps.folder / large).unlink(missing_ok=True)
        return steps.record

    return run


@ending
def ezkl(steps, model, parameters, samples, count, srs_folder):
    """EZKL with its defaults; `parameters` is its visibility of weights, `fixed` or `private`."""
    compiled = steps.once("compile", "compile", model, parameters, samples / "calibrate.json")
    rows = compiled["settings"]["logrows"]
    srs = srs_folder / f"{rows}.srs"
    steps.call("srs", str(rows), srs)
    # The first sample comes last, and is what is proved.
    outputs = []
    for k in reversed(range(count)):
        said = steps.once("witness", "witness", samples / f"ezkl{k}.json")
        outputs.insert(0, said["outputs"])
    steps.record |= {"logrows": rows, "outputs": outputs}
    steps.once("setup", "setup", srs)
    steps.often("prove", "prove", srs)
    steps.often("verify", "verify", srs)


@ending
def snarkjs(steps, *args):
    """snarkjs on an exported circuit."""
    groth16(steps, *args)


@ending
def circom(steps, compiler, name, tool, ptau_folder, expected):
    """A circom program and its input in the steps' folder, compiled, and proved by snarkjs."""
    source = [f"{name}.circom", "--r1cs", "--wasm", "--O2", "-o", "."]
    ran = measure.run(["node", compiler, *source], steps.timeout, cwd=steps.folder)
    if ran.failure:
        raise Failed(f"circom {ran.failure}: {' '.join((ran.error or ran.out).split())[-200:]}")
    r1cs, wasm = f"{name}.r1cs", f"{name}_js/{name}.wasm"
    said = steps.once("witness", "witness", wasm, f"{name}.input.json", r1cs)
    groth16(steps, tool, ptau_folder, r1cs, "circom.wtns", said["constraints"], said["public"])
    found = json.loads((steps.folder / "public.json").read_text())
    if [int(v) for v in found] != expected:
        raise Failed("the circom program gives other values than zirc")


def groth16(steps, tool, ptau_folder, r1cs, wtns, constraints, public):
    """Powers of tau are made by `tool`, and are not part of setup."""
    power = math.ceil(math.log2(constraints + public + 1))
    steps.record["constraints"] = constraints
    if power > LARGEST_POWER:
        raise Failed(f"not run: 2^{power} rows, and powers of tau are made up to 2^{LARGEST_POWER}")
    ptau = ptau_folder / f"{power}.ptau"
    if not ptau.exists():
        ptau_folder.mkdir(parents=True, exist_ok=True)
        made = measure.run([tool, "ptau", power, ptau], steps.timeout)
        if made.failure:
            ptau.unlink(missing_ok=True)
            raise Failed(f"powers of tau: {made.failure}")
    steps.once("setup", "setup", r1cs, ptau)
    steps.often("prove", "prove", wtns)
    steps.often("verify", "verify")


@ending
def held(steps, circuit, data):
    """zirc as `ark` is measured: one process, the key in memory, and no witness."""
    said, _ = steps.call("held", circuit, data, str(steps.repeats))
    steps.record |= {
        "constraints": said["constraints"],
        "prove": measure.median(said["prove_ms"]) / 1e3,
        "prove_runs": len(said["prove_ms"]),
        "verify": measure.median(said["verify_ms"]) / 1e3,
        "proof_bytes": 128,
    }


@ending
def ark(steps, circuit, data):
    """ark-groth16 on the constraints of a circuit file; matrices are built before it proves."""
    said, _ = steps.call("setup", circuit, steps.folder / "ark.key")
    steps.record |= {
        "setup": said["setup_ms"] / 1e3,
        "setup_peak": said["peak_bytes"],
        "key_bytes": said["key_bytes"],
    }
    said, _ = steps.call("prove", circuit, steps.folder / "ark.key", data, str(steps.repeats))
    steps.record |= {
        "constraints": said["constraints"],
        "matrices": said["matrices_ms"] / 1e3,
        "prove": measure.median(said["prove_ms"]) / 1e3,
        "prove_peak": said["peak_bytes"],
        "prove_runs": len(said["prove_ms"]),
        "verify": measure.median(said["verify_ms"]) / 1e3,
        # Two points in G1 and one in G2, compressed.
        "proof_bytes": 128,
    }
