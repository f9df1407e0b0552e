#!/bin/sh
# Measures corest against libcurl, SQLite, libpq, DuckDB and simdjson: builds the programs, makes the data, starts nginx
# on loopback, prints a table. The packages that it needs are installed by `./bootstrap.sh --benchmark`. The group
# `databases` starts a PostgreSQL server of its own, on a unix socket; its jobs are skipped where PostgreSQL
# (`./bootstrap.sh --ci`) or DuckDB (`cmake/fetch_duckdb.sh build/duckdb`) is not there.
#
#   tests/benchmark/run.sh [--quick] [--jobs NAME,...] [--pairs N] [--json FILE] [--data DIRECTORY]
#                           [--versus DIRECTORY] [--list]
#     --quick     a tenth of the data, 3 pairs in place of 7: to see that everything works
#     --jobs      only these, by their names or their group's; --list says which there are
#     --pairs     how often ours and theirs are run, alternating
#     --json      also write the figures, every single run included, to FILE
#     --data      where the data are made, or found if they are there already (3 GB with what is stored). By default that
#                 is memory, in /dev/shm, if there is room, until the end; else the build folder
#     --versus    the build of another commit, which `tests/benchmark/build.sh DIRECTORY benchmark_programs` has made there:
#                 in place of the table, this build beside that one, taking turns; the group `latency` only if named
#
# The build is in build/benchmark (COREST_BENCHMARK_BUILD names another folder). Exit status: 0 if every job read and
# stored what the generator made, whether goals were met or not; 1 if one did not.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=${COREST_BENCHMARK_BUILD:-$here/../../build/benchmark}

for argument in "$@"; do
    case $argument in
        --list) exec python3 "$here/run.py" --build "$build" "$@" ;;
        -h | --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit 0 ;;
    esac
done
if ! command -v openssl > /dev/null; then
    echo "run.sh: openssl was not found; ./bootstrap.sh --benchmark installs it" >&2
    exit 1
fi
"$here/build.sh" "$build" benchmark_programs
exec python3 "$here/run.py" --build "$build" "$@"
