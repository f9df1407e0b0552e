#!/bin/sh
# Builds targets of the benchmark, optimised: build.sh DIRECTORY TARGET...
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
build=$1
shift
for tool in cmake ninja; do
    if ! command -v "$tool" > /dev/null; then
        echo "tests/benchmark: $tool was not found; ./bootstrap.sh --benchmark installs it" >&2
        exit 1
    fi
done
mkdir -p "$build"
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE="-O2 -DNDEBUG" \
    -DCMAKE_C_FLAGS_RELEASE="-O2 -DNDEBUG" -DCOREST_BUILD_EXAMPLES=OFF -DCOREST_BUILD_TESTS=ON -DCOREST_BUILD_TOOLS=ON \
    -DCOREST_BUILD_BENCHMARK=ON \
    > "$build/configure.log" 2>&1 \
    || { cat "$build/configure.log" >&2; exit 1; }
cmake --build "$build" --target "$@"
