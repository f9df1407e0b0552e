#!/usr/bin/env bash
# Installs corest into a prefix, moves the prefix, and builds and runs a small program for each way of taking corest in:
# find_package, pkg-config, add_subdirectory, FetchContent; header-only, compiled once, with standalone Asio. Then checks
# that header-only and separately compiled files do not link into one program.
#
#   tests/consumers/run.sh [BUILD_DIR [WAY...]]     BUILD_DIR is build/consumers by default, and is emptied;
#                                                   the installed, moved prefix is BUILD_DIR/moved
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/consumers
build=${1:-$root/build/consumers}
shift $(($# > 0 ? 1 : 0))
ways=${*:-sources find_package pkg_config standalone_asio mixing}

rm -rf "$build"
mkdir -p "$build"
build=$(cd "$build" && pwd)
prefix=$build/moved
launcher=()
if command -v ccache > "$build/ccache"; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi

fail() {
    echo "tests/consumers/run.sh: $*" >&2
    exit 1
}

install_and_move() {
    cmake -S "$root" -B "$build/corest" -G Ninja -DCOREST_BUILD_TESTS=OFF -DCOREST_BUILD_EXAMPLES=OFF > "$build/configure.log"
    cmake --install "$build/corest" --prefix "$build/installed" > "$build/install.log"
    mv "$build/installed" "$prefix"
    if grep -rlF -e "$root" -e "$build" "$prefix"; then fail "these installed files hold a path of this machine"; fi
}

# with_cmake WAY OPTION...: configures, builds and runs the consumer in the folder WAY.
with_cmake() {
    local way=$1
    shift
    cmake -S "$here/$way" -B "$build/$way" -G Ninja "${launcher[@]}" "$@" > "$build/$way.log" || { cat "$build/$way.log"; return 1; }
    cmake --build "$build/$way" --target consumer > "$build/$way.log" || { cat "$build/$way.log"; return 1; }
    (cd "$build/$way" && ./consumer)
}

find_package() {
    with_cmake find_package -DCMAKE_PREFIX_PATH="$prefix"
    refuses -DCOREST_ASKED_VERSION=99.0 'requested version "99.0"'
    refuses -DCOREST_ASKED_COMPONENT=oracle 'corest has no component oracle'
}

# refuses OPTION MESSAGE: asked for what it has not, find_package says so.
refuses() {
    if cmake -S "$here/find_package" -B "$build/refused" -G Ninja --fresh -DCMAKE_PREFIX_PATH="$prefix" "$1" > "$build/refused.log" 2>&1; then
        fail "find_package finds corest with $1"
    fi
    tr -s ' \n' ' ' < "$build/refused.log" | grep -qF "$2" || { cat "$build/refused.log"; fail "find_package does not say: $2"; }
}

# The command is the README's; pkg-config finds the prefix where it was moved to.
pkg_config() {
    mkdir "$build/pkg_config"
    cp "$here/read.cpp" "$here/fixed_answer.hpp" "$build/pkg_config"
    (
        cd "$build/pkg_config"
        export PKG_CONFIG_PATH=$prefix/lib/pkgconfig:$prefix/lib/$(c++ -print-multiarch)/pkgconfig
        c++ -std=c++20 read.cpp -o read $(pkg-config --cflags --libs corest)
        ./read
    )
}

standalone_asio() {
    with_cmake standalone_asio -DCMAKE_PREFIX_PATH="$prefix"
}

# One after the other: where ccache is installed, the second finds what the first has compiled.
sources() {
    with_cmake add_subdirectory -DCOREST_FOLDER="$root"
    with_cmake fetch_content -DFETCHCONTENT_SOURCE_DIR_COREST="$root"
}

# One program, compiled in two ways: the linker says which macro to define where.
mixing() {
    mkdir "$build/mixing"
    local compile=(c++ -std=c++20 "-I$root/include" -c)
    "${compile[@]}" "$here/mixing/header_only.cpp" -o "$build/mixing/header_only.o"
    "${compile[@]}" "$here/mixing/other.cpp" -o "$build/mixing/same.o"
    "${compile[@]}" -DCOREST_SEPARATE_COMPILATION "$here/mixing/other.cpp" -o "$build/mixing/separate.o"
    c++ "$build/mixing/header_only.o" "$build/mixing/same.o" -o "$build/mixing/same"
    "$build/mixing/same"
    if c++ "$build/mixing/header_only.o" "$build/mixing/separate.o" -o "$build/mixing/mixed" > "$build/mixing.log" 2>&1; then
        fail "files with and without COREST_SEPARATE_COMPILATION link into one program"
    fi
    grep -q 'define_COREST_SEPARATE_COMPILATION_in_all_files_or_in_none' "$build/mixing.log" \
        || { cat "$build/mixing.log"; fail "the linker's message does not say what to do"; }
    echo "mixed compilation is refused"
}

install_and_move
declare -A running=()
failed=0

# Waits for a way, and shows what it said.
finish() {
    if wait "${running[$1]}"; then echo "ok: $1"; else echo "FAILED: $1"; failed=1; fi
    sed 's/^/    /' "$build/$1.out"
    unset "running[$1]"
}

# As many at a time as there are processors: each compiles little more than one file.
for way in $ways; do
    while [ ${#running[@]} -ge "$(nproc)" ]; do
        wait -n "${running[@]}" || true
        for name in "${!running[@]}"; do
            kill -0 "${running[$name]}" 2> "$build/kill" || finish "$name"
        done
    done
    (set -e; "$way"; echo "$SECONDS s after the start") > "$build/$way.out" 2>&1 &
    running[$way]=$!
done
for name in "${!running[@]}"; do finish "$name"; done
exit $failed
