#!/usr/bin/env bash
# A Rust compiler with the standard library of wasm32, for machines on which `rustup target add` cannot fetch one:
# unpacks that of a newer Debian suite, with its linker, into DIR, and leaves the system as it is. Writes DIR/env.sh,
# which says where they are. Takes 1 GB, a Debian of x86-64 with apt-get, and the mirror that apt-get is set up for.
#
#   web/toolchain.sh DIR [SUITE]
set -euo pipefail
if [ "$(uname -m)" != x86_64 ] || ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
    echo "web/toolchain.sh: this is no Debian of x86-64: rustup target add wasm32-unknown-unknown, or point RUSTC at a" \
        "compiler with that target" >&2
    exit 1
fi
mkdir -p "$1"
dir=$(cd "$1" && pwd)
suite=${2:-sid}
if [ -f "$dir/env.sh" ] && "$dir/bin/rustc" --version >/dev/null 2>&1; then exit 0; fi
rm -rf "$dir"/{apt,debs,root,bin}
mkdir -p "$dir"/{apt/lists/partial,apt/cache/archives/partial,debs,root,bin}

# The first mirror of Debian itself, whichever way it is written down.
mirror=$( (cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list /etc/apt/sources.list 2>/dev/null || true) |
    grep -E '^(URIs:|deb )' | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' ' || true)
if [ -z "$mirror" ]; then
    echo "web/toolchain.sh: apt-get knows no mirror of Debian" >&2
    exit 1
fi
keys=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keys] $mirror $suite main" >"$dir/apt/list"
apt=(apt-get -qq -o "Dir::Etc::sourcelist=$dir/apt/list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$dir/apt/lists"
    -o "Dir::Cache=$dir/apt/cache" -o Dir::State::status=/dev/null -o APT::Install-Recommends=false
    -o APT::Sandbox::User=root)
"${apt[@]}" update
# The compiler, the library, the linker and the libraries that these load: not what a whole system has besides.
wanted='^(rustc|libstd-rust|libllvm|lld|libc6|libgcc-s1|libstdc|zlib1g|libzstd1|libxml2|libffi|libedit|libtinfo|libbsd|libmd|libz3)'
mapfile -t names < <("${apt[@]}" -s install rustc libstd-rust-dev-wasm32 lld | awk '/^Inst/ {print $2}' | grep -E "$wanted")
(cd "$dir/debs" && "${apt[@]}" download "${names[@]}" && for deb in *.deb; do dpkg -x "$deb" "$dir/root"; done)
rm -rf "$dir/debs" "$dir/apt"

# They run with their own C library, whatever the system's is.
lib=$dir/root/usr/lib/x86_64-linux-gnu
llvm=$(printf '%s/lib:' "$dir"/root/usr/lib/llvm-*)
lld=$(printf '%s\n' "$dir"/root/usr/lib/llvm-*/bin/lld | head -n 1)
start() {
    printf '#!/bin/sh\nexec %q --library-path %q "$@"\n' "$lib/ld-linux-x86-64.so.2" "$lib:$llvm"
}
start | sed "s#\"\$@\"#$dir/root/usr/bin/rustc --sysroot $dir/root/usr \"\$@\"#" >"$dir/bin/rustc"
start | sed "s#\"\$@\"#$lld \"\$@\"#" >"$dir/bin/wasm-ld"
chmod +x "$dir"/bin/*
"$dir/bin/rustc" --version
printf 'export RUSTC=%q\n' "$dir/bin/rustc" >"$dir/env.sh.new"
for target in UNKNOWN_UNKNOWN WASIP1; do
    printf 'export CARGO_TARGET_WASM32_%s_LINKER=%q\n' "$target" "$dir/bin/wasm-ld" >>"$dir/env.sh.new"
done
# Last, so that half a toolchain is none.
mv "$dir/env.sh.new" "$dir/env.sh"
