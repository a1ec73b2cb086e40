#!/usr/bin/env bash
# Runs the same models through zirc, EZKL, snarkjs and ark-groth16, one after the other on this machine.
# Prints Markdown, and writes it and peers.json after each step. Not a part of .ci/run: it installs the peers from their
# registries, and takes an hour.
#
#   benches/peers/run.sh SCRATCH [--only MODEL…] [--without PEER…] [--bits N…] [--timeout SECONDS]
#
# SCRATCH gets the peers, reference strings and whatever they write, and keeps them. ZIRC is the path of
# zirc and TOOL that of the example `peers`; they are built otherwise.
set -euo pipefail

[ $# -ge 1 ] || { echo "usage: benches/peers/run.sh SCRATCH [options]" >&2; exit 2; }
mkdir -p "$1"
scratch=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1
if [ -z "${ZIRC:-}" ] || [ -z "${TOOL:-}" ]; then
    cargo build --release --locked --quiet --bin zirc --example peers
    ZIRC=${CARGO_TARGET_DIR:-target}/release/zirc
    TOOL=${CARGO_TARGET_DIR:-target}/release/examples/peers
fi
python=$scratch/peers-env/bin/python
[ -x "$python" ] || python3 -m venv "$scratch/peers-env"
"$scratch/peers-env/bin/pip" install --quiet --disable-pip-version-check -r benches/peers/requirements.txt
npm install --silent --no-audit --no-fund --prefix "$scratch/node" snarkjs@0.7.6 circom2@0.2.23
"$python" benches/peers/peers.py --zirc "$(realpath "$ZIRC")" --tool "$(realpath "$TOOL")" \
    --python "$python" --modules "$scratch/node/node_modules" --scratch "$scratch/peers" \
    --json "$scratch/peers.json" "$@"
