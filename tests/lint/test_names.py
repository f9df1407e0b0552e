#!/usr/bin/env python3
"""Suites and tests have names in UpperCamelCase: TEST(PathTemplate, APlaceholderWithoutANameIsRefused), and the tests
that doc/guarantees.md and SECURITY.md name are there.

    tests/lint/test_names.py               checks the files in tests/, and the pages
    tests/lint/test_names.py --self-test   checks that another form is noticed
"""
import pathlib
import re
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
DEFINITION = re.compile(r"^[ \t]*(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)", re.MULTILINE)
PAGES = [TESTS.parent / "doc" / "guarantees.md", TESTS.parent / "SECURITY.md"]
MENTION = re.compile(r"`([A-Z]\w*)\.([A-Z]\w*)`")
UPPER_CAMEL_CASE = re.compile(r"[A-Z][A-Za-z0-9]*")


def faults(text):
    """What is named otherwise: its line and both its names."""
    return [(text.count("\n", 0, m.start()) + 1, m[1], m[2]) for m in DEFINITION.finditer(text)
            if not all(UPPER_CAMEL_CASE.fullmatch(name) for name in m.groups())]


def missing(page, tests):
    """The tests that a page names and that are none."""
    return [f"{suite}.{name}" for suite, name in MENTION.findall(page) if (suite, name) not in tests]


def self_test():
    cases = [("TEST(Url, KeepsItsQuery)\n{\n}\n", []),
             ("TYPED_TEST_P(Contract, Http2IsNotAsked)\n", []),
             ("\nTEST_F(url_test, KeepsItsQuery)\n", [(2, "url_test", "KeepsItsQuery")]),
             ("TEST_P(Url, keeps_its_query)\n", [(1, "Url", "keeps_its_query")]),
             ("TYPED_TEST(Url,\n    Keeps_Its_Query)\n", [(1, "Url", "Keeps_Its_Query")])]
    for text, expected in cases:
        assert faults(text) == expected, text
    assert missing("as `Url.KeepsItsQuery`, `Url.Keeps` and `out.db`", {("Url", "KeepsItsQuery")}) == ["Url.Keeps"]
    print(f"self-test: {len(cases) + 1} cases, 0 failures")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    tests, found = set(), 0
    for path in sorted(p for p in TESTS.rglob("*") if p.suffix in (".cpp", ".hpp")):
        text = path.read_text()
        tests.update(DEFINITION.findall(text))
        for line, suite, name in faults(text):
            print(f"{path.relative_to(TESTS.parent)}:{line}: {suite}.{name} is to be in UpperCamelCase, "
                  "say UrlParser.KeepsTheQuery", file=sys.stderr)
            found += 1
    for page in PAGES:
        for name in missing(page.read_text(), tests):
            print(f"{page.relative_to(TESTS.parent)} names {name}, and there is no such test", file=sys.stderr)
            found += 1
    print(f"{len(tests)} tests, {found} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
