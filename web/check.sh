#!/usr/bin/env bash
# Builds the package for JavaScript and tests it in node: receipts and forgeries, commitments and proofs against zirc on
# this machine, and the program of the guide's page. Needs a Rust toolchain and node; web/build.sh says what else. With
# `--page` also the page, in headless Chromium (CHROMIUM names it, else it is looked for, else apt-get fetches it).
#
#   web/check.sh [--page]
set -euo pipefail
cd "$(dirname "$0")/.."
page=
case ${1:-} in
    --page) page=yes ;;
    '') ;;
    *) echo "usage: web/check.sh [--page]" >&2; exit 2 ;;
esac
for tool in cargo node npm; do
    command -v "$tool" >/dev/null || { echo "web/check.sh: $tool is missing: nothing was tested" >&2; exit 1; }
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

web/build.sh "$scratch"
cargo build --locked --quiet --workspace --bin zirc --example forge --example wide
built=${CARGO_TARGET_DIR:-target}/debug
mkdir "$scratch/fixtures"
cp "$built/zirc" "$scratch/fixtures/zirc"
bash web/test/fixtures.sh "$scratch/fixtures"
for name in loan score; do
    "$built/examples/forge" "$scratch/fixtures/$name.json" "$scratch/fixtures/$name.other.json" >"$scratch/fixtures/$name.forged"
done
"$built/examples/wide" "$scratch/fixtures"

node --test-reporter=spec web/test/package.mjs "$scratch/zirc" "$scratch/fixtures"
node web/test/guide.mjs "$scratch/zirc" "$scratch/fixtures"
[ -n "$page" ] || exit 0

version=1.55.0
chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
if [ -z "$chromium" ]; then
    apt-get update -q && apt-get install -qy chromium || true
    chromium=$(command -v chromium) || { echo "web/check.sh: there is no Chromium: the page was not tested" >&2; exit 1; }
fi
npm install --silent --no-audit --no-fund --prefix "$scratch" "playwright-core@$version"
cp web/test/page.mjs "$scratch/"
node "$scratch/page.mjs" "$chromium" "$scratch/receipt.html" "$scratch/fixtures"
