#!/usr/bin/env bash
# fetch_duckdb.sh FOLDER: DuckDB's C library for Linux on x86-64, from the npm registry, as FOLDER/include and FOLDER/lib.
# Distributions without a package of DuckDB have no other that is pinned and checked. Does nothing where FOLDER has it.
set -euo pipefail

version=1.4.4
bindings=@duckdb/node-bindings-linux-x64@$version-r.4 # ships the library, with parquet, json and icu in it
sources=duckdb@$version                               # ships the header among its sources
library_sum=1ef33048e12235115ac0d277a0aaccbb560e33248144f488b5ac005cd9ba81b5
header_sum=cbe6a827284375c5a646b8f27dbd3a00808ce8738b5bbb49c190cb1e08540281

folder=$(realpath -m "${1:?where to put it}")

is_there() {
    printf '%s  %s\n' "$library_sum" "$folder/lib/libduckdb.so" "$header_sum" "$folder/include/duckdb.h" |
        sha256sum --check --status 2> /dev/null
}

if is_there; then
    exit 0
fi
if [ "$(uname -sm)" != "Linux x86_64" ] || ! command -v npm > /dev/null; then
    echo "DuckDB is not fetched: that needs npm, and Linux on x86-64" >&2
    exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
npm pack --silent "$bindings" "$sources" > packed
mkdir -p bindings sources "$folder/include" "$folder/lib"
tar -xzf "$(sed -n 1p packed)" -C bindings package/libduckdb.so
tar -xzf "$(sed -n 2p packed)" -C sources package/src/duckdb/src/include/duckdb.h
cp bindings/package/libduckdb.so "$folder/lib/"
cp sources/package/src/duckdb/src/include/duckdb.h "$folder/include/"
if ! is_there; then
    rm -f "$folder/lib/libduckdb.so" "$folder/include/duckdb.h"
    echo "DuckDB $version from the registry is not what it was: its checksums differ" >&2
    exit 1
fi
