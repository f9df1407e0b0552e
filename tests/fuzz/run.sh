#!/usr/bin/env bash
# Builds the fuzz targets with libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer, and runs each from its corpus.
#
#     tests/fuzz/run.sh [SECONDS] [NAME...]    each target, or those that are named, for so long: 60 seconds by default
#
# What is found on the way is kept in build/fuzz/grown/NAME, and a run goes on from there. An input that fails is in
# build/fuzz/failed/: mend what it shows, and add it to tests/fuzz/corpus/NAME, which tests/fuzz/corpus_test.cpp runs.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-60}
shift || true
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
    mapfile -t names < <(find tests/fuzz -name '*_fuzz.cpp' -printf '%f\n' | sed 's/_fuzz[.]cpp$//' | sort)
fi

build=build/fuzz
mkdir -p "$build/failed"
compiler=(clang++-19)
! command -v ccache > /dev/null || compiler=(ccache clang++-19)
flags=(-std=c++20 -O1 -g1 -fno-sanitize-recover=all -Iinclude -Itests -Itools/corest -DCOREST_SEPARATE_COMPILATION -DCOREST_WITH_LIBDEFLATE=1
    -DCOREST_WITH_ZSTD=1 -DCOREST_WITH_YAML=1)

# compile SOURCE OBJECT FOLDER...: nothing where the object is newer than all that it may be made of.
compile() {
    if [ -e "$2" ] && [ -z "$(find "$1" "${@:3}" -newer "$2" -name '*.[chi]pp' -print -quit)" ]; then
        return
    fi
    echo "compiling $1"
    "${compiler[@]}" "${flags[@]}" -fsanitize=fuzzer-no-link,address,undefined -c "$1" -o "$2"
}

for part in flow source; do
    compile "cmake/compiled/$part.cpp" "$build/$part.o" include
done
for file in secrets_file environment_file yaml_file; do
    compile "tools/corest/$file.cpp" "$build/$file.o" include tools/corest
done
for name in "${names[@]}"; do
    compile "tests/fuzz/${name}_fuzz.cpp" "$build/${name}_fuzz.o" include tools/corest tests/fuzz/fuzz_target.hpp tests/support
    clang++-19 -fsanitize=fuzzer,address,undefined "$build/${name}_fuzz.o" "$build"/{flow,source,secrets_file,environment_file,yaml_file}.o \
        -o "$build/${name}_fuzz" -lboost_json -lboost_container -lboost_url -lsimdjson -lyaml-cpp -lssl -lcrypto -ldeflate -lz -lzstd
done

failed=0
for name in "${names[@]}"; do
    mkdir -p "$build/grown/$name"
    log=$build/$name.log
    if "$build/${name}_fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 -print_final_stats=1 \
        -artifact_prefix="$build/failed/$name-" "$build/grown/$name" "tests/fuzz/corpus/$name" > "$log" 2>&1
    then
        awk -v name="$name" '/^#[0-9]+.*DONE/ { covered = $4 } /number_of_executed_units/ { runs = $2 }
             END { printf "%-16s %10d inputs, %6d places reached\n", name, runs, covered }' "$log"
    else
        failed=1
        printf '%-16s FAILED, see %s:\n' "$name" "$log"
        grep -m 12 -E 'ERROR|exception|what\(\)|runtime error|    #[0-9]+ .*corest|artifact' "$log" || tail -20 "$log"
    fi
done
exit "$failed"
