#!/usr/bin/env bash
# Writes compare.csv and compare.svg beside this script: six models at four widths of activations.
set -euo pipefail
cd "$(dirname "$0")"
cargo run --release --quiet -- compare {relu,square,cubic}_{max,avg}.onnx \
    --activation-bits 4,6,8,12 --measure --csv compare.csv --svg compare.svg
