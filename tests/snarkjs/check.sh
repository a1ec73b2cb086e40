#!/usr/bin/env bash
# Has snarkjs read what `zirc export` writes: `r1cs info` and `wtns check` of every example with an
# input; `tests/snarkjs.rs` has it do all else, of fewer circuits. Needs node and npm. Not a part of .ci/run, since it
# takes minutes.
#
#   tests/snarkjs/check.sh [path of zirc]
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
zirc=${1:-}
if [ -z "$zirc" ]; then
    cargo build --release --locked --quiet
    zirc=${CARGO_TARGET_DIR:-target}/release/zirc
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp tests/snarkjs/package.json tests/snarkjs/package-lock.json "$scratch/"
npm ci --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch"
version=$(node -p 'require(process.argv[1]).version' "$scratch/node_modules/snarkjs/package.json")
snarkjs=$scratch/node_modules/.bin/snarkjs

# Names of files are those of circuits, which `zirc export --json` says.
file() {
    node -e '
        const made = JSON.parse(require("fs").readFileSync(0, "utf8"));
        console.log(made.files.find(f => f.file.endsWith(process.argv[1])).file);
    ' "$1" <"$scratch/made.json"
}

# Exports one circuit and checks its files. A changed value must be refused.
check() {
    local out=$scratch/out r1cs sym wtns
    "$zirc" export "$@" --to "$out" --json >"$scratch/made.json"
    r1cs=$(file .r1cs) sym=$(file .sym) wtns=$(file .wtns)
    "$snarkjs" r1cs info "$r1cs"
    "$snarkjs" r1cs print "$r1cs" "$sym" >"$scratch/printed"
    "$snarkjs" wtns check "$r1cs" "$wtns" | tee "$scratch/said"
    grep -q "WITNESS IS CORRECT" "$scratch/said"
    # Wire 1, the first of public values, starts 32 bytes after wire 0; both follow 12 + 52 + 12 bytes.
    printf '\x7b' | dd of="$wtns" bs=1 seek=$((12 + 52 + 12 + 32)) conv=notrunc status=none
    "$snarkjs" wtns check "$r1cs" "$wtns" >"$scratch/said" || true
    grep -q "WITNESS IS NOT CORRECT" "$scratch/said"
}

checked=0
for program in examples/*/model.zirc; do
    folder=$(dirname "$program")
    [ -f "$folder/input.json" ] || continue
    "$zirc" check "$folder" --json >"$scratch/program.json"
    circuits=$(node -e '
        const said = JSON.parse(require("fs").readFileSync(0, "utf8"));
        console.log(said.circuits.join(" "));
    ' <"$scratch/program.json")
    for circuit in $circuits; do
        # Of several circuits, those that the input is for.
        "$zirc" witness "$folder" --circuit "$circuit" >"$scratch/ignored" 2>&1 || continue
        for mode in "" --unoptimized; do
            printf '\n== %s %s %s\n' "$folder" "$circuit" "$mode"
            # shellcheck disable=SC2086
            check "$folder" --circuit "$circuit" --input "$folder/input.json" $mode
            checked=$((checked + 1))
        done
    done
done
[ "$checked" -gt 0 ] || { echo "nothing was checked"; exit 1; }
printf '\n%s exports accepted by snarkjs %s\n' "$checked" "$version"
