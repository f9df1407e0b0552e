#!/usr/bin/env bash
# Runs clang-tidy 14 on definitions (.ipp), headers or programs of this project; every finding is a failure.
#
#   tests/lint/clang_tidy.sh FILE...       about half a minute of CPU time for each file
#   tests/lint/clang_tidy.sh --changed     the .ipp and .cpp files that differ from the commit before
#
# Every .ipp includes its own header first, so it is checked as a file of its own, as in a separately compiled program.
set -euo pipefail
cd "$(dirname "$0")/../.."

files=("$@")
if [ "${1:-}" = --changed ]; then
    changed=$(git diff --name-only --diff-filter=d HEAD~1 -- 'include/*.ipp' 'examples/*.cpp' 'tools/*.cpp')
    mapfile -t files < <(printf '%s' "$changed")
fi
if [ ${#files[@]} -eq 0 ]; then
    echo "clang-tidy: no files to check"
    exit 0
fi
printf '%s\0' "${files[@]}" | xargs -0 -P "$(nproc)" -I{} sh -c '
    clang-tidy-14 --quiet "$1" -- -x c++ -std=c++20 -Iinclude -Iexamples -DCOREST_SEPARATE_COMPILATION \
        -DCOREST_WITH_LIBDEFLATE=1 -DCOREST_WITH_ZSTD=1
' sh {}
echo "clang-tidy: ${#files[@]} files, no findings"
