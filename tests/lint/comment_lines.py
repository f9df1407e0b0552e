#!/usr/bin/env python3
"""A line with a comment has at most 120 characters, as clang-format has it for code; it leaves comments as they are.
What a compiler is to say (`// says: `, in tests/compile_fail) is one line, however long.

    tests/lint/comment_lines.py FILE...       checks the files
    tests/lint/comment_lines.py --self-test   checks that a longer one is noticed
"""
import pathlib
import re
import sys

MOST = 120
RAW_STRING = re.compile(r'R"([^()\\ ]{0,16})\(.*?\)\1"', re.DOTALL)
LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)\'')


def faults(text):
    """The numbers of the lines whose comment reaches too far."""
    lines = text.split("\n")
    bare = RAW_STRING.sub(lambda m: '""' + "\n" * m[0].count("\n"), text).split("\n")
    return [n for n, (line, code) in enumerate(zip(lines, bare), 1)
            if len(line) > MOST and not line.startswith("// says: ") and "//" in LITERAL.sub('""', code)]


def self_test():
    long = "x" * MOST
    cases = [(f"// {long}\n", [1]), (f"// says: {long}\n", []), (f"int x; ///< {long}\n", [1]), ("// " + "ü" * (MOST - 3) + "\n", []),
             (f'auto s = "http://{long}";\n', []), (f'auto s = R"(\n// {long}\n)";\n', []),
             (f'auto s = R"(a\nb)";\n// {long}\n', [3])]
    for text, expected in cases:
        assert faults(text) == expected, text
    print(f"self-test: {len(cases)} cases, 0 failures")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    found = [f"{file}:{n}: a comment of more than {MOST} characters" for file in sys.argv[1:]
             for n in faults(pathlib.Path(file).read_text())]
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
