#!/bin/sh
# Counts the instructions of fixed work with callgrind, without network and without a clock, and compares them with the
# budgets in instructions.json: slower code is noticed where timings are too noisy to tell.
#
#   tests/benchmark/instructions.sh [--record] [--build DIRECTORY]
#     --record    write what was counted into instructions.json, as the new budgets
#     --build     the build folder (default: COREST_BENCHMARK_BUILD, else build/benchmark)
#
# Exit status: 0 within the budgets and 10 % above, 1 beyond, 77 if they were recorded for another kind of processor
# (without AVX2 libraries choose other code).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${COREST_BENCHMARK_BUILD:-$root/build/benchmark}
record=

while [ $# -gt 0 ]; do
    case $1 in
        --record) record=--record ;;
        --build) shift; build=$1 ;;
        -h | --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "instructions.sh: unknown option $1 (known: --record, --build)" >&2; exit 2 ;;
    esac
    shift
done
if ! command -v valgrind > /dev/null; then
    echo "instructions.sh: valgrind was not found; ./bootstrap.sh --benchmark installs it" >&2
    exit 1
fi

"$here/build.sh" "$build" corest_benchmark benchmark_data
exec python3 "$here/instructions.py" --build "$build" --budgets "$here/instructions.json" $record
