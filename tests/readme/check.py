#!/usr/bin/env python3
"""Keeps the README's code true: compiles its ```cpp blocks and runs its ```sh blocks.

    check.py README --build BUILD_DIR --programs DIR... [--compiler g++]

cpp  A block that has a main() is compiled and linked against BUILD_DIR's corest::compiled; any other is compiled only.
     A block without an #include is compiled behind <corest/corest.hpp>, <iostream> and the chrono literals.
sh   All blocks are one script, run in order by `bash -eu` in a fresh clone, with the programs of --programs on the
     path. Left out are `git clone`, `cd corest`, ./bootstrap.sh and `cmake --workflow`: who calls this has done them.

A block behind the line <!-- not checked: REASON --> is left alone.
"""

import argparse
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile

PRELUDE = "#include <corest/corest.hpp>\n#include <iostream>\nusing namespace std::chrono_literals;\n"
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
LEFT_OUT = re.compile(r"^\s*(git clone\b|cd corest\b|(\./bootstrap\.sh\b[^&]*(&&)?\s*)?(cmake --workflow\b.*)?$)")


def blocks(text):
    """Yields (language, number of the first line, code) of the fenced blocks that are to be checked."""
    language, first, lines, skip = None, 0, [], False
    for number, line in enumerate(text.splitlines(), 1):
        if language is None:
            fence = re.match(r"```(\w*)\s*$", line)
            if fence:
                language, first, lines = fence[1], number + 1, []
            elif line.strip():
                skip = line.strip().startswith("<!-- not checked:")
        elif line.strip() == "```":
            if not skip:
                yield language, first, "\n".join(lines) + "\n"
            language, skip = None, False
        else:
            lines.append(line)


def check_cpp(code, where, arguments, root, scratch):
    is_program = re.search(r"\bint main\s*\(", code) is not None
    source = scratch / f"line_{where}.cpp"
    prelude = "" if "#include" in code else PRELUDE
    source.write_text(f'{prelude}#line {where} "README.md"\n{code}')
    command = [*shlex.split(arguments.compiler), "-std=c++20", *WARNINGS, f"-I{root}/include",
               "-DCOREST_SEPARATE_COMPILATION", "-DCOREST_WITH_LIBDEFLATE=1", str(source)]
    if is_program:
        library = next(pathlib.Path(arguments.build).rglob("libcorest_compiled.a"))
        command += ["-o", str(source.with_suffix("")), str(library), "-lboost_url", "-lboost_json", "-lsimdjson", "-lssl",
                    "-lcrypto", "-ldeflate", "-lsqlite3", "-pthread"]
    else:
        command.append("-fsyntax-only")
    return subprocess.run(command, check=False).returncode == 0


def check_sh(script, arguments, root, scratch):
    clone = scratch / "corest"
    subprocess.run(["git", "clone", "--quiet", str(root), str(clone)], check=True)
    programs = [str(pathlib.Path(p).resolve()) for p in arguments.programs]
    environment = dict(os.environ, PATH=os.pathsep.join([*programs, os.environ["PATH"]]))
    shell = subprocess.Popen(["bash", "-eux", "-c", script], cwd=clone, env=environment, start_new_session=True)
    try:
        return shell.wait(timeout=300) == 0
    except subprocess.TimeoutExpired:
        print("README.md: the sh blocks took more than 300 s", file=sys.stderr)
        return False
    finally:
        try:  # what the script left running in the background
            os.killpg(shell.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readme", type=pathlib.Path)
    parser.add_argument("--build", required=True)
    parser.add_argument("--programs", nargs="+", default=[])
    parser.add_argument("--compiler", default="g++")
    arguments = parser.parse_args()
    root = arguments.readme.resolve().parent

    failed, checked, script = 0, 0, []
    with tempfile.TemporaryDirectory() as directory:
        scratch = pathlib.Path(directory)
        for language, first, code in blocks(arguments.readme.read_text(encoding="utf-8")):
            if language == "cpp":
                checked += 1
                if not check_cpp(code, first, arguments, root, scratch):
                    print(f"README.md:{first}: this block does not compile", file=sys.stderr)
                    failed += 1
            elif language == "sh":
                checked += 1
                script += [line for line in code.splitlines() if line.strip() and not LEFT_OUT.match(line)]
        if script and not check_sh("\n".join(script), arguments, root, scratch):
            print("README.md: the sh blocks do not run; the last command above is the one that failed", file=sys.stderr)
            failed += 1
    print(f"README.md: {checked} blocks checked, {failed} failures")
    return 1 if failed or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
