#!/usr/bin/env bash
# Measures the table of what models should cost at most: constraints in both modes, proving time (the
# median of five where one takes under 20 s) and peak memory. Prints Markdown, and writes it and table.json after each row.
# Not a part of .ci/run: it takes an hour, and the largest model 4 GB of memory.
#
#   benches/table/run.sh SCRATCH [--only WORD…] [--no-proofs] [--timeout SECONDS]
#
# SCRATCH gets a Python environment and the seeded models, and keeps them. ZIRC is the path of zirc; it is
# built otherwise.
set -euo pipefail

[ $# -ge 1 ] || { echo "usage: benches/table/run.sh SCRATCH [options]" >&2; exit 2; }
mkdir -p "$1"
scratch=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1
if [ -z "${ZIRC:-}" ]; then
    cargo build --release --locked --quiet
    ZIRC=${CARGO_TARGET_DIR:-target}/release/zirc
fi
[ -x "$scratch/models-env/bin/python" ] || python3 -m venv "$scratch/models-env"
"$scratch/models-env/bin/pip" install --quiet --disable-pip-version-check -r benches/models/requirements.txt
for model in resnet18 mobilenet_v2 bert_tiny gpt2_block; do
    [ -f "$scratch/models/$model/input.json" ] ||
        "$scratch/models-env/bin/python" benches/models/make.py "$scratch/models" "$model" >&2
done
"$scratch/models-env/bin/python" benches/table/table.py --zirc "$ZIRC" --models "$scratch/models" \
    --scratch "$scratch/table" --json "$scratch/table.json" "$@"
