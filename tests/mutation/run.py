#!/usr/bin/env python3
"""Do the tests notice a mistake? Changes one token of a header's code at random - a comparison, a boolean, a sign, a
number by one, a negation - builds the suite of that header with it, and runs it.

    tests/mutation/run.py [--count N] [--seed S] [--only PATTERN] [--least PERCENT] [--build FOLDER]
    tests/mutation/run.py --self-test

A header's suite is the test file of the same name, include/corest/http/impl/url.ipp -> tests/http/url_test.cpp, and what
SUITES names besides; headers without one are left out: their tests take too long. Each suite is built alone, with the
header changed in a folder that is looked through first, and without sanitizers; one that needs more than itself is said,
and left out. The same seed makes the same changes. The exit status is 1 where fewer than --least percent were noticed.
"""
import argparse
import concurrent.futures
import fnmatch
import os
import pathlib
import random
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADERS = ROOT / "include" / "corest"
TESTS = ROOT / "tests"

# Headers (without suffix, below include/corest) whose code other suites look at, too.
SUITES = {
    "auth/secret_finder": ["auth/conceal"],
    "http/url": ["http/url_differential"],
    "http/response_parser": ["http/framing"],
    "http/redirect": ["http/framing"],
    "paginate/counted_paginator": ["paginate/offset", "paginate/page_number"],
    "paginate/next_url": ["paginate/link"],
    "paginate/json_link": ["paginate/link"],
    "paginate/header_link": ["paginate/link"],
    "paginate/statements": ["paginate/completeness", "paginate/standard_links"],
    "select/path_parser": ["select/json_path"],
    "select/path_filter": ["select/json_path"],
    "select/path_segment": ["select/json_path"],
    "select/i_regexp": ["select/json_path"],
    "select/json_lines": ["select/selector"],
    "incremental/decimal": ["incremental/cursor_value"],
    "detail/csv_reader": ["select/csv_rows"],
}

COMPILER = ["clang++-19", "-std=c++20", "-O0", "-w"]
FLAGS = ["-Itests", "-DCOREST_WITH_LIBDEFLATE=1", f'-DCOREST_TESTS_DIR="{TESTS}"', f'-DCOREST_SOURCE_DIR="{ROOT}"',
         f'-DCOREST_SUITES_DIR="{os.environ.get("COREST_SUITES_DIR", ROOT.parent / "shared" / "suites")}"',
         f'-DCOREST_SEEDS_DIR="{os.environ.get("COREST_SEEDS_DIR", ROOT.parent / "shared" / "seeds")}"']
LIBRARIES = ["-lgtest", "-lgmock", "-lgtest_main", "-lboost_json", "-lboost_container", "-lboost_url", "-lsimdjson", "-lssl",
             "-lcrypto", "-ldeflate", "-lsqlite3"]

# What a token becomes. Templates and shifts are told from comparisons by the spaces that clang-format sets.
CHANGES = [(re.compile(p), b) for p, b in [
    (r" == ", " != "), (r" != ", " == "), (r" < ", " <= "), (r" <= ", " < "), (r" > ", " >= "), (r" >= ", " > "),
    (r" && ", " || "), (r" \|\| ", " && "), (r" \+ ", " - "), (r" - ", " + "), (r" \+= ", " -= "), (r" -= ", " += "),
    (r"\+\+", "--"), (r"(?<!-)--(?!-)", "++"), (r"(?<![\w!])!(?=[\w(])", ""), (r"\btrue\b", "false"), (r"\bfalse\b", "true"),
    (r"(?<![\w.'])\d+(?![\w.'])", lambda m: str(int(m[0]) + 1)),
]]
CODE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|^[ \t]*#(?:\\\n|[^\n])*'
                  r"|\b(?:static_assert|requires|template|noexcept)\b[^\n]*", re.DOTALL | re.MULTILINE)


def suites_of(header):
    """The test files that look at a header."""
    relative = header.relative_to(HEADERS)
    folder = pathlib.Path(*[part for part in relative.parts[:-1] if part not in ("impl", "detail")])
    name = folder / relative.stem
    if relative.parts[0] == "detail":
        name = pathlib.Path("detail") / relative.stem
    names = [str(name)] + SUITES.get(str(name), [])
    return [path for path in (TESTS / (each + "_test.cpp") for each in names) if path.exists()]


def changes_of(text):
    """Every change that can be made: from where to where, and what stands there instead."""
    hidden = CODE.sub(lambda m: re.sub(r"[^\n]", "\0", m[0]), text)
    return sorted((m.start(), m.end(), by(m) if callable(by) else by)
                  for pattern, by in CHANGES for m in pattern.finditer(hidden))


def described(text, change):
    begin, end, by = change
    line = text.count("\n", 0, begin) + 1
    start = text.rfind("\n", 0, begin) + 1
    stop = text.find("\n", end)
    return line, f"{text[start:begin].lstrip()}[{text[begin:end].strip()} -> {by.strip() or 'nothing'}]{text[end:stop]}"


class Builder:
    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.prefix = folder / "prefix.hpp"
        self.compiled = folder / "prefix.pch"
        if not self.compiled.exists():
            # What no mutant changes, read once.
            self.prefix.write_text("\n".join(["#include <boost/asio.hpp>", "#include <boost/beast.hpp>",
                                              "#include <boost/json.hpp>", "#include <gmock/gmock.h>", "#include <gtest/gtest.h>",
                                              "#include <simdjson.h>", ""]))
            subprocess.run(COMPILER + FLAGS + ["-x", "c++-header", self.prefix, "-o", self.compiled], check=True, cwd=ROOT)

    def program(self, suite, place, overlay=None):
        """Builds a suite, with a changed header in `overlay`. Nothing where that does not compile, or link."""
        out = place / "-".join(suite.relative_to(TESTS).with_suffix("").parts)  # two folders may have files of one name
        includes = ([f"-I{overlay}"] if overlay else []) + ["-Iinclude"]
        made = subprocess.run(COMPILER + ["-include-pch", str(self.compiled)] + includes + FLAGS + [str(suite), "-o", str(out)]
                              + LIBRARIES, cwd=ROOT, capture_output=True, text=True)
        if made.returncode != 0 and overlay is None and "undefined reference" not in made.stderr:
            sys.exit(f"{suite} does not compile alone:\n{made.stderr[-3000:]}")
        return out if made.returncode == 0 else None


def run(program, seconds):
    """The first test that fails, or "time"; nothing where all is well."""
    try:
        done = subprocess.run([program, "--gtest_brief=1", "--gtest_fail_fast"], capture_output=True, text=True, timeout=seconds,
                              errors="replace", cwd=program.parent, preexec_fn=limit_memory)
    except subprocess.TimeoutExpired:
        return "it does not end"
    if done.returncode == 0:
        return None
    failed = re.search(r"\[  FAILED  \] (\S+?),? ", done.stdout + " ")
    return failed[1] if failed else f"status {done.returncode}"


def limit_memory():
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))  # a loop that grows must end
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def try_one(builder, number, header, text, change, suites):
    place = builder.folder / f"mutant{number}"
    overlay = place / "include"
    target = overlay / header.relative_to(ROOT / "include")
    target.parent.mkdir(parents=True, exist_ok=True)
    begin, end, by = change
    target.write_text(text[:begin] + by + text[end:])
    try:
        for suite in suites:
            program = builder.program(suite, place, overlay)
            if program is None:
                return "does not compile"
            noticed = run(program, 60)
            if noticed:
                return "noticed by " + noticed
        return None
    finally:
        subprocess.run(["rm", "-rf", place], check=True)


def self_test():
    text = 'int f(int a) // a == b\n{\n    return a < 10 && !g("x != y") ? a + 1 : 0x1F;\n}\n'
    found = [described(text, change)[1] for change in changes_of(text)]
    assert found == ['return a[< -> <=]10 && !g("x != y") ? a + 1 : 0x1F;', 'return a < [10 -> 11] && !g("x != y") ? a + 1 : 0x1F;',
                     'return a < 10[&& -> ||]!g("x != y") ? a + 1 : 0x1F;', 'return a < 10 && [! -> nothing]g("x != y") ? a + 1 : 0x1F;',
                     'return a < 10 && !g("x != y") ? a[+ -> -]1 : 0x1F;', 'return a < 10 && !g("x != y") ? a + [1 -> 2] : 0x1F;'], found
    names = [str(path.relative_to(TESTS)) for path in suites_of(HEADERS / "http" / "impl" / "url.ipp")]
    assert names == ["http/url_test.cpp", "http/url_differential_test.cpp"], names
    assert not suites_of(HEADERS / "source" / "run" / "impl" / "no_such.ipp")
    print("self-test: 3 cases, 0 failures")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=20)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", default="*", help="of headers below include/corest, as http/impl/*")
    options.add_argument("--least", type=float, default=0, help="percent that must be noticed")
    options.add_argument("--jobs", type=int, default=1)
    options.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "mutation")
    options.add_argument("--self-test", action="store_true")
    given = options.parse_args()
    if given.self_test:
        self_test()
        return 0

    headers = [path for path in sorted(HEADERS.rglob("*")) if path.suffix in (".hpp", ".ipp") and suites_of(path)
               and fnmatch.fnmatch(str(path.relative_to(HEADERS)), given.only)]
    texts = {path: path.read_text() for path in headers}
    all_changes = [(path, change) for path in headers for change in changes_of(texts[path])]
    chosen = random.Random(given.seed).sample(all_changes, min(given.count, len(all_changes)))
    builder = Builder(given.build.resolve())
    alone = set()
    wanted = sorted({suite for path, _ in chosen for suite in suites_of(path)})
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        programs = pool.map(lambda suite: builder.program(suite, builder.folder), wanted)
        for suite, program in zip(wanted, programs):
            if program is None:
                print(f"left out: {suite.relative_to(ROOT)}, which needs more than itself", flush=True)
            elif noticed := run(program, 120):
                sys.exit(f"{suite} fails without any change: {noticed}")
            else:
                alone.add(suite)
    chosen = [(path, change) for path, change in chosen if alone.intersection(suites_of(path))]

    survivors, counted = [], 0
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        outcomes = [pool.submit(try_one, builder, i, path, texts[path], change, [s for s in suites_of(path) if s in alone])
                    for i, (path, change) in enumerate(chosen)]
        for (path, change), outcome in zip(chosen, outcomes):
            line, what = described(texts[path], change)
            place = f"{path.relative_to(ROOT)}:{line}"
            result = outcome.result()
            counted += result != "does not compile"
            if result is None:
                survivors.append(place)
            print(f"{place}: {what}: {result or 'NOT NOTICED'}", flush=True)
    noticed = counted - len(survivors)
    share = 100 * noticed / counted if counted else 100
    print(f"{noticed} of {counted} were noticed ({share:.0f} %), of {len(all_changes)} that can be made")
    return 1 if share < given.least else 0


if __name__ == "__main__":
    sys.exit(main())
