#!/usr/bin/env bash
# Builds the package for JavaScript and the page: FOLDER/zirc, as npm has it, and FOLDER/receipt.html, which needs
# nothing beside it. Needs a Rust toolchain and node. Takes the target wasm32-unknown-unknown of the toolchain, which
# `rustup target add` fetches; where it cannot, the one of a newer Debian (web/toolchain.sh).
#
#   web/build.sh [FOLDER]    [default: web/dist]
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-web/dist}
target=wasm32-unknown-unknown
base=${CARGO_TARGET_DIR:-target}
mkdir -p "$out" "$base"
out=$(cd "$out" && pwd)
base=$(cd "$base" && pwd)
command -v node >/dev/null || { echo "web/build.sh: node is missing" >&2; exit 1; }

# Of its own folder: two compilers in one throw away each other's work.
wasm() (
    export CARGO_TARGET_DIR=$base/wasm
    # shellcheck disable=SC1090,SC1091
    . "$(bash web/target.sh "$target" "$base")"
    cargo build --locked --quiet --profile web --target "$target" -p zirc-web "$@"
)

rm -rf "$out/zirc" "$out/receipt.html"
mkdir -p "$out/zirc/wasm"
module=$base/wasm/$target/web/zirc_web.wasm
# Of the whole workspace: what its tests were built of serves here too.
cargo build --locked --quiet --workspace --bin bindgen
bindgen() { "$base/debug/bindgen" "$module" "$out/zirc/wasm" "$1"; }
wasm --no-default-features
bindgen zirc_verify
wasm
bindgen zirc_prove
cp web/js/{package.json,index.js,index.d.ts,engine.js,README.md} LICENSE-MIT LICENSE-APACHE "$out/zirc/"
node web/pack.mjs "$out"
wc -c "$out"/zirc/wasm/*.wasm "$out/receipt.html"
