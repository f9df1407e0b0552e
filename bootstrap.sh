#!/bin/sh
# Installs what corest is built with, on Debian 12 and its relatives: only what is missing, and nothing at all when
# nothing is. It stops before apt would remove a package (the Boost versions' -dev packages exclude one another).
#
#   ./bootstrap.sh [--ci] [--benchmark] [--allow-remove]
#     --ci             also what .ci/run needs: the other compilers, standalone Asio, ccache, PostgreSQL and the servers of tests/foreign
#     --benchmark      also what tests/benchmark needs: libcurl, nginx with its echo module, valgrind
#     --allow-remove   let apt remove the packages that are in the way
set -eu

packages="g++ cmake ninja-build pkg-config libssl-dev libsqlite3-dev libpq-dev libdeflate-dev libzstd-dev libcli11-dev libtomlplusplus-dev libyaml-cpp-dev
          libgtest-dev libgmock-dev libsimdjson-dev sqlite3 openssl ca-certificates python3"
ci_packages="git zsh fish mandoc clang-14 clang-19 clang-format-19 clang-tidy-14 libclang-rt-14-dev libclang-rt-19-dev libasio-dev ccache doxygen postgresql
             docker-registry python3-httpbin nginx-light tinyproxy"
benchmark_packages="libcurl4-openssl-dev nginx-light libnginx-mod-http-echo valgrind"
allow_remove=no

for argument in "$@"; do
    case $argument in
        --ci) packages="$packages $ci_packages" ;;
        --benchmark) packages="$packages $benchmark_packages" ;;
        --allow-remove) allow_remove=yes ;;
        -h | --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "bootstrap.sh: unknown option $argument (known: --ci, --benchmark, --allow-remove)" >&2; exit 2 ;;
    esac
done

if ! command -v apt-get > /dev/null; then
    echo "bootstrap.sh installs Debian packages, and there is no apt-get here. Install these by your own means:" >&2
    echo "a C++20 compiler, CMake 3.25, Ninja, Boost 1.81 or later (headers, JSON), OpenSSL, and optionally SQLite, libpq," >&2
    echo "libdeflate, libzstd, CLI11, toml++ and yaml-cpp (the command corest), GoogleTest, simdjson and Boost.URL (the tests)." >&2
    exit 1
fi

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

is_installed() {
    dpkg-query -W -f='${db:Status-Status}\n' "$1" 2> /dev/null | grep -qx installed
}

is_available() {
    apt-cache show "$1" > /dev/null 2>&1
}

missing_packages() {
    for package in $packages; do
        is_installed "$package" || printf '%s ' "$package"
    done
}

# Boost: the version that is installed with its JSON library, or else the newest that the release has.
boost_versions="1.90 1.88 1.83 1.81"
boost_version=
for version in $boost_versions; do
    if is_installed "libboost-json$version-dev"; then boost_version=$version; break; fi
done
if [ -z "$boost_version" ]; then
    as_root apt-get update
    for version in $boost_versions; do
        if is_available "libboost-json$version-dev"; then boost_version=$version; break; fi
    done
fi
if [ -z "$boost_version" ]; then
    echo "bootstrap.sh: this release has no libboost-json-dev of $boost_versions; corest needs Boost 1.81 or later" >&2
    exit 1
fi
for library in boost boost-json boost-url; do # Boost.URL: for the tests
    packages="$packages lib$library$boost_version-dev"
done

missing=$(missing_packages)
if [ -z "$missing" ]; then
    echo "nothing to install"
    exit 0
fi

for package in $missing; do
    if ! is_available "$package"; then as_root apt-get update; break; fi
done

# shellcheck disable=SC2086 # a list of words
removals=$(apt-get -s --no-install-recommends install $missing | sed -n 's/^Remv \([^ ]*\).*/\1/p')
if [ -n "$removals" ] && [ "$allow_remove" = no ]; then
    echo "bootstrap.sh: to install ${missing% }, apt would remove these packages:" >&2
    echo "$removals" | sed 's/^/    /' >&2
    echo "Nothing was changed. ./bootstrap.sh --allow-remove accepts that." >&2
    exit 1
fi

# shellcheck disable=SC2086
as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600 $missing
