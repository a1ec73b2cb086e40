#!/usr/bin/env bash
# Prints the name of a script that sets up a compiler for a target of WebAssembly: an empty one if the toolchain has the
# target or rustup can add it, else that of web/toolchain.sh, which is fetched into the second folder that is named.
#
#   web/target.sh TARGET FOLDER
set -euo pipefail
has() { [ -d "$("${RUSTC:-rustc}" --print target-libdir --target "$1")" ]; }
if has "$1" || { command -v rustup >/dev/null && timeout 60 rustup target add "$1" >&2 && has "$1"; }; then
    echo /dev/null
    exit 0
fi
echo "note: rustup has no $1 for this machine: taking that of Debian" >&2
bash "$(dirname "$0")/toolchain.sh" "${ZIRC_WASM_TOOLCHAIN:-$2/wasm-toolchain}" >&2
echo "${ZIRC_WASM_TOOLCHAIN:-$2/wasm-toolchain}/env.sh"
