#!/usr/bin/env bash
# Opens the pages that `zirc inspect --html` writes in headless Chromium, 1280 and 400 pixels wide, and uses them as a
# reader does: zoom, sort, equations, keyboard. Needs node, npm and a Chromium (CHROMIUM names it, else it is looked for).
# Not a part of .ci/run: machines without a browser must pass that too.
#
#   tests/page/check.sh [path of zirc] [folder for pictures]
set -euo pipefail

version=1.55.0
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
zirc=${1:-}
pictures=${2:-}
if [ -z "$zirc" ]; then
    cargo build --release --locked --quiet
    zirc=${CARGO_TARGET_DIR:-target}/release/zirc
fi
chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --prefix "$scratch" "playwright-core@$version"
for example in digits relu onnx/mlp; do
    name=$(basename "$example")
    "$zirc" inspect "examples/$example" --html "$scratch/$name.html" --json >"$scratch/$name.json" 2>/dev/null
done
"$zirc" inspect examples/onnx/mlp --mode groth16-commit --html "$scratch/commit.html" --json >"$scratch/commit.json" 2>/dev/null
cp tests/page/check.mjs "$scratch/"
node "$scratch/check.mjs" "$chromium" "$scratch" "${pictures:-$scratch}" digits relu mlp commit
