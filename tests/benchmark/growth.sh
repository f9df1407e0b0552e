#!/bin/sh
# Measures what one record, parent, resource or request costs where there are few of them and where there are many, and
# how much memory is needed: CPU time, the least of several runs in one process. Prints tables; cost and memory should be
# flat within 5 % over the upper decades. The packages that it needs are installed by `./bootstrap.sh --benchmark`.
#
#   tests/benchmark/growth.sh [--quick | --full] [--svg FILE] [--json FILE] [--data DIRECTORY]
#     --full      up to 10,000,000 records in place of 1,000,000
#     --quick     up to a tenth of it: to see that everything works
#     --svg       also draw it to this file; doc/growth.svg is made by `tests/benchmark/growth.sh --full --svg doc/growth.svg`
#     --json      also write the figures to FILE
#     --data      where the data are made, or found if they are there already; by default memory, as for run.sh
#
# The build is in build/benchmark (COREST_BENCHMARK_BUILD names another folder). Exit status: 0 if everything was read
# that there was, whether goals were met or not; 1 if not.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=${COREST_BENCHMARK_BUILD:-$here/../../build/benchmark}

for argument in "$@"; do
    case $argument in
        -h | --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit 0 ;;
    esac
done
"$here/build.sh" "$build" benchmark_programs
exec python3 "$here/growth.py" --build "$build" "$@"
