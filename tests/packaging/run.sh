#!/usr/bin/env bash
# Checks the Conan recipe and the vcpkg port: always what needs neither tool, and `conan create .` and `vcpkg install`
# where they are installed.
#
#   tests/packaging/run.sh [BUILD_DIR [PREFIX]]    BUILD_DIR is build/packaging by default, and is emptied;
#                                                  PREFIX, where corest was installed already, spares installing it
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${1:-$root/build/packaging}
rm -rf "$build"
mkdir -p "$build"
build=$(cd "$build" && pwd)
prefix=${2:-}
launcher=()
if command -v ccache > "$build/ccache"; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi

if [ -z "$prefix" ]; then
    prefix=$build/prefix
    cmake -S "$root" -B "$build/corest" -G Ninja -DCOREST_BUILD_TESTS=OFF -DCOREST_BUILD_EXAMPLES=OFF > "$build/log"
    cmake --install "$build/corest" --prefix "$prefix" > "$build/log"
fi

python3 "$root/tests/packaging/check_recipes.py" "$prefix"
python3 "$root/tests/packaging/check_recipes.py" --self-test "$prefix"
cmake -DWORK="$build/port" -P "$root/tests/packaging/run_port.cmake"

# The program that `conan create` builds, with the package that the port makes in place of Conan's.
cmake -S "$root/test_package" -B "$build/test_package" -G Ninja "${launcher[@]}" -DCMAKE_PREFIX_PATH="$build/port/package" > "$build/log"
cmake --build "$build/test_package" > "$build/log" || { cat "$build/log"; exit 1; }
"$build/test_package/test_package"

if command -v conan > "$build/conan"; then
    export CONAN_HOME=$build/conan_home
    conan remote remove conancenter
    conan remote add system "$root/packaging/conan/system-index" --type=local-recipes-index
    profile=$root/packaging/conan/profiles/debian12
    conan create "$root" -pr:a "$profile" --build=missing
    conan create "$root" -pr:a "$profile" --build=missing -o '&:with_sqlite=True' -o '&:with_postgres=True' -o '&:standalone_asio=True'
    rm -rf "$root/test_package/build"
else
    echo "skipped: conan create (conan is not installed)"
fi

if command -v vcpkg > "$build/vcpkg"; then
    vcpkg install corest --overlay-ports="$root/packaging/vcpkg/ports" --x-install-root="$build/vcpkg_installed"
else
    echo "skipped: vcpkg install (vcpkg is not installed)"
fi
