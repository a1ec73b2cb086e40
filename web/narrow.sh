#!/usr/bin/env bash
# Tests of `circuit` where addresses have 32 bits: as WebAssembly with a system interface, in node. Arithmetic that wraps
# there and not on 64 bits ends a test, as in every debug build.
#
#   web/narrow.sh
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in cargo node; do
    command -v "$tool" >/dev/null || { echo "web/narrow.sh: $tool is missing: nothing was tested" >&2; exit 1; }
done
base=${CARGO_TARGET_DIR:-target}
mkdir -p "$base"
base=$(cd "$base" && pwd)
target=wasm32-wasip1
# shellcheck disable=SC1090,SC1091
. "$(bash web/target.sh "$target" "$base")"
export CARGO_TARGET_DIR=$base/wasm
export CARGO_TARGET_WASM32_WASIP1_RUNNER="node --no-warnings $PWD/web/test/wasi.mjs"
cargo test --locked --target "$target" -p zirc-circuit
