#!/bin/sh
# The form of every C++ and C file: .clang-format, as clang-format-19 reads it, and comments of at most 120 characters.
#
#   tests/lint/format.sh            says what differs, and fails then
#   tests/lint/format.sh --fix      formats
#   tests/lint/format.sh --staged   looks at the files that the next commit changes only
#
# To have it run before each commit: git config core.hooksPath .githooks
set -eu
cd "$(dirname "$0")/../.."

formatter=${CLANG_FORMAT:-clang-format-19}
if ! command -v "$formatter" > /dev/null; then
    echo "tests/lint/format.sh: $formatter was not found; ./bootstrap.sh --ci installs it" >&2
    exit 1
fi
case ${1:-} in
    "") list="git ls-files -z"; action="--dry-run --Werror" ;;
    --fix) list="git ls-files -z"; action="-i" ;;
    --staged) list="git diff --cached --name-only --diff-filter=d -z"; action="--dry-run --Werror" ;;
    *) sed -n '2,/^set /s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
# shellcheck disable=SC2086 # lists of words
$list -- '*.hpp' '*.ipp' '*.cpp' '*.c' | xargs -0 -r "$formatter" $action || {
    echo "tests/lint/format.sh --fix formats what is named above" >&2
    exit 1
}
# clang-format breaks no comment, since it would break tables and examples in them too.
# shellcheck disable=SC2086
$list -- '*.hpp' '*.ipp' '*.cpp' '*.c' | xargs -0 -r python3 tests/lint/comment_lines.py || {
    echo "Wrap what is named above" >&2
    exit 1
}
