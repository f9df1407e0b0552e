#!/usr/bin/env python3
"""A folder of include/corest uses only the folders above it, and doc/architecture.md says so truly.

    tests/lint/layers.py               checks the headers and the page
    tests/lint/layers.py --self-test   checks that a violation is noticed
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADERS = ROOT / "include" / "corest"
PAGE = ROOT / "doc" / "architecture.md"
MOST_STOPS = 30

# In the order in which they may use one another: each only what stands before it. "base" is what lies in include/corest
# itself and in detail/; "source" is the facade above its four folders.
ORDER = ["base", "concurrency", "http", "select", "auth", "retry", "paginate", "incremental", "resource", "adapt", "schema", "destination",
         "source/schema", "source/read", "source/plan", "source/run", "source", "testing"]

# They gather all others: what users include, and what is compiled once.
GATHERING = {"corest.hpp", "flow.hpp", "src.hpp", "flow_src.hpp", "source/source_src.hpp", "destination/sqlite_src.hpp", "destination/postgres_src.hpp"}


def folder_of(file):
    """The folder that a path relative to include/corest belongs to."""
    parts = file.split("/")
    if len(parts) == 1 or parts[0] in ("impl", "detail"):
        return "base"
    if parts[0] == "source" and len(parts) > 2 and parts[1] != "impl":
        return "source/" + parts[1]
    return parts[0]


def violations(file, text):
    """Why what a file includes is not allowed, a line each."""
    own = folder_of(file)
    if own not in ORDER:
        return [f"{file}: the folder {own} has no place in the order"]
    found = []
    for included in re.findall(r"^#\s*include <corest/([^>]+)>", text, re.MULTILINE):
        used = folder_of(included)
        if used not in ORDER or ORDER.index(used) > ORDER.index(own):
            found.append(f"{file} includes {included}: {own} may not use {used}")
    return found


def page_faults(text):
    """What the page says otherwise than the code has it."""
    rows = re.findall(r"^\| `([a-z/]+)` \|", text, re.MULTILINE)
    faults = [] if rows == ORDER else [f"{PAGE.name} lists the folders {rows}, and they are {ORDER}"]
    for name in re.findall(r"`([\w/.-]+\.(?:hpp|ipp|cpp|py|sh))`", text):
        if not any((base / name).is_file() for base in (HEADERS, ROOT)):
            faults.append(f"{PAGE.name} names {name}, and there is no such file")
    return faults


def life_faults(text):
    """Why the request's life on the page is no short way: how many stops it has, and whether they are counted right."""
    life = re.search(r"^## One request.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if not life:
        return [f"{PAGE.name} does not tell one request's life"]
    numbers = [int(n) for n in re.findall(r"^(\d+)\. ", life.group(), re.MULTILINE)]
    faults = []
    if numbers != list(range(1, len(numbers) + 1)):
        faults.append(f"{PAGE.name}: the stops of the request's life are numbered {numbers}")
    if not 0 < len(numbers) <= MOST_STOPS:
        faults.append(f"{PAGE.name}: the request's life has {len(numbers)} stops; at most {MOST_STOPS} are to be one's way")
    for n, stop in enumerate(re.split(r"^\d+\. ", life.group(), flags=re.MULTILINE)[1:], 1):
        if not re.search(r"`[\w/.-]+\.(?:hpp|ipp|cpp)`", stop):
            faults.append(f"{PAGE.name}: stop {n} of the request's life names no file")
    return faults


def self_test():
    assert violations("select/a.hpp", "#include <corest/http/headers.hpp>\n#include <corest/error.hpp>\n") == []
    assert violations("http/a.hpp", "#    include <corest/select/page.hpp>\n") != []
    assert violations("source/schema/impl/a.ipp", "#include <corest/source/run/run.hpp>\n") != []
    assert violations("source/impl/source.ipp", "#include <corest/source/run/run.hpp>\n") == []
    assert violations("unknown/a.hpp", "") != []
    assert page_faults("| `http` |\n`no/such/file.hpp`\n") != [] and len(page_faults("`no/such/file.hpp`")) == 2
    stops = "## One request\n" + "".join(f"{n}. `a.hpp`\n" for n in range(1, 31))
    assert life_faults(stops) == [] and life_faults(stops + "\n## More\n31. `a.hpp`\n") == []
    assert len(life_faults(stops + "31. `a.hpp`\n")) == 1 and len(life_faults(stops + "30. `a.hpp`\n")) == 2
    assert life_faults("") != [] and life_faults("## One request\n1. nothing\n") != []
    print("self-test: 9 cases, 0 failures")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    faults = []
    files = sorted(p for p in HEADERS.rglob("*") if p.suffix in (".hpp", ".ipp"))
    for path in files:
        file = path.relative_to(HEADERS).as_posix()
        if file not in GATHERING:
            faults += violations(file, path.read_text())
    faults += page_faults(PAGE.read_text()) + life_faults(PAGE.read_text())
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(files)} files, {len(ORDER)} folders, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
