"""Counts instructions with callgrind and compares them with recorded budgets. Called by instructions.sh."""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

SLACK = 1.10
PAGE = 100
# What is counted, and over how many pages: the difference of two runs, so that starting the program does not count.
WORK = {
    "parse": "a response of one page through the HTTP parser",
    "walk": "a page cut into records and handed out, every id read",
    "next": "the same through co_await records.next()",
    "typed": "the same with every record decoded into a struct of 8 fields",
    "ahead": "the same as walk, eight pages asked for at once and no end known",
    "tree": "the same as walk, each page another child's",
}
FEW, MANY = 50, 150

ENVIRONMENT = {
    "LC_ALL": "C",
    "PATH": "/usr/bin:/bin",
    # callgrind counts `rep movsb` once for each byte: let memcpy and memset copy with ordinary instructions.
    "GLIBC_TUNABLES": "glibc.cpu.x86_rep_movsb_threshold=2000000000:glibc.cpu.x86_rep_stosb_threshold=2000000000",
}


def has_avx2():
    return " avx2 " in pathlib.Path("/proc/cpuinfo").read_text().replace("\n", " ")


def count(program, work, page, pages, scratch):
    """The instructions that a whole run takes."""
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={scratch}/callgrind.out",
         program, "instructions", work, page, str(pages)],
        capture_output=True, text=True, env=ENVIRONMENT, check=False)
    total = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not total:
        raise SystemExit(f"instructions.sh: {work} failed:\n{done.stderr}")
    return int(total[1])


def main():
    parser = argparse.ArgumentParser(prog="instructions.sh")
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--budgets", required=True, type=pathlib.Path)
    parser.add_argument("--record", action="store_true")
    given = parser.parse_args()

    budgets = json.loads(given.budgets.read_text()) if given.budgets.exists() else {}
    if not given.record and budgets.get("avx2") != has_avx2():
        kind = "with" if budgets.get("avx2") else "without"
        print(f"instructions.sh: the budgets were recorded on a processor {kind} AVX2, unlike this one")
        sys.exit(77)
    programs = given.build.resolve() / "tests" / "benchmark"
    counted = {}
    with tempfile.TemporaryDirectory(prefix="corest-instructions-") as scratch:
        subprocess.run([programs / "benchmark_data", scratch, str(PAGE)], check=True)
        page = f"{scratch}/flat/0.json"
        for work in WORK:
            few, many = (count(programs / "corest_benchmark", work, page, pages, scratch) for pages in (FEW, MANY))
            counted[work] = (many - few) // (MANY - FEW)

    exceeded = 0
    print(f"{'instructions':14} {'per page':>10} {'per record':>11} {'budget':>10}")
    for work, what in WORK.items():
        budget = budgets.get("per_page", {}).get(work)
        verdict = ""
        if not given.record:
            if budget is None or counted[work] > SLACK * budget:
                exceeded += 1
                verdict = "BEYOND"
            elif counted[work] * SLACK < budget:
                verdict = "faster: --record it"
        per_record = "" if work == "parse" else f"{counted[work] / PAGE:.0f}"
        print(f"{work:14} {counted[work]:>10} {per_record:>11} {budget or '':>10} {verdict:20} {what}")
    if given.record:
        given.budgets.write_text(json.dumps({"avx2": has_avx2(), "per_page": counted}, indent=2) + "\n")
        print(f"recorded in {given.budgets}")
    elif exceeded:
        print(f"{exceeded} more than 10 % beyond. If that is meant: tests/benchmark/instructions.sh --record")
        sys.exit(1)


if __name__ == "__main__":
    main()
