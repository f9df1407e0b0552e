#!/usr/bin/env python3
"""Keeps pages true: compiles and runs the ```cpp blocks, runs the ```sh blocks, and looks up what is quoted from files.

    check.py PAGE... --build BUILD_DIR --programs DIR... [--compiler g++] [--only cpp|sh|quotes]
    check.py --self-test --build BUILD_DIR --programs DIR...     reads broken.md beside this, and fails where a fault of it
                                                                 goes unnoticed

cpp   A block that has a main() is compiled, linked against BUILD_DIR's corest::compiled and run with two arguments: the
      base URL of the example API's /seed003 and its access token. It must end with 0, and print what the ```text block
      that follows it says, if one does (a line `...` stands for any lines). Any other block is only compiled. A block
      without an #include is compiled behind <corest/corest.hpp>, <iostream> and the chrono literals.
sh    All blocks of a page are one script, run in order by `bash -eu` in a fresh clone, with the programs of --programs
      on the path. Left out are `git clone`, `cd corest`, ./bootstrap.sh and `cmake --workflow`: who calls this has done
      them.
cmake, ini, json, yaml   Must be quoted from a file that is tested (`from`).

A line before a block says what is special about it:

    <!-- part: NAME -->           kept for other blocks of the page, not compiled by itself
    <!-- with: NAME... -->        compiled behind those parts
    <!-- from: FILE -->           its lines stand in this file of the project, in this order, whatever their indentation; not
                                  compiled, unless it is a part or has some
    <!-- sanitize: thread -->     compiled header-only with this sanitizer, which must find nothing while the program runs
    <!-- not run: REASON -->      compiled and linked only
    <!-- not checked: REASON -->  left alone
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PRELUDE = "#include <corest/corest.hpp>\n#include <iostream>\nusing namespace std::chrono_literals;\n"
# g++ takes what stands behind a #line for a header's, whose lambdas in coroutines have no linkage.
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-Wno-unknown-warning-option",
            "-Wno-subobject-linkage"]
# As cmake/corestSanitizers.cmake has it. What corest::compiled was compiled without would give false findings.
SANITIZERS = {"thread": ["-O1", "-g1", "-fsanitize=thread", "-Wno-tsan", "-DBOOST_ASIO_DISABLE_FENCED_BLOCK"]}
LIBRARIES = ["-lboost_json", "-lssl", "-lcrypto", "-ldeflate", "-lzstd", "-lsqlite3", "-pthread"]
LEFT_OUT = re.compile(r"^\s*(git clone\b|cd corest\b|(\./bootstrap\.sh\b[^&]*(&&)?\s*)?(cmake --workflow\b.*)?$)")
QUOTED = {"cmake", "ini", "json", "yaml"}
LANGUAGES = QUOTED | {"cpp", "sh", "text"}
MARKS = ("part", "with", "from", "sanitize", "not run", "not checked")


class Block:
    def __init__(self, page, language, line, code, marks):
        self.page, self.language, self.line, self.code, self.marks = page, language, line, code, marks
        self.output = None  # what a program must print

    def __str__(self):
        return f"{self.page}:{self.line}"


def blocks_of(path, name):
    """The fenced blocks of a page, in order."""
    found, marks, language, first, lines, indent = [], {}, None, 0, [], ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if language is None:
            fence = re.match(r"(\s*)```(.*?)\s*$", line)
            mark = re.match(r"<!--\s*([a-z ]+):\s*(.*?)\s*-->$", line.strip())
            if fence:
                if fence[2] not in LANGUAGES:
                    raise SystemExit(f"{name}:{number}: a block of '{fence[2]}', which nothing checks (known: "
                                     f"{', '.join(sorted(LANGUAGES))})")
                indent, language, first, lines = fence[1], fence[2], number + 1, []
            elif mark and mark[1] in MARKS:
                marks[mark[1]] = mark[2]
            elif line.strip():
                marks = {}
        elif line.strip() == "```":
            found.append(Block(name, language, first, "\n".join(lines) + "\n", marks))
            if language == "text" and len(found) > 1 and found[-2].language == "cpp":
                found[-2].output = found[-1]
            language, marks = None, {}
        else:
            lines.append(line.removeprefix(indent))
    if language is not None:
        raise SystemExit(f"{name}:{first - 1}: the block has no end")
    return found


class ExampleApi:
    """The example API, running for as long as this lives."""

    def __init__(self, directories, scratch):
        command = next((p / "api_server" for p in map(pathlib.Path, directories) if (p / "api_server").is_file()), None)
        if command is None:
            raise SystemExit(f"check.py: no api_server in --programs {' '.join(directories)}")
        said = subprocess.run([command, "--print-environment"], check=True, capture_output=True, text=True).stdout
        self.token = shlex.split(re.search(r"ACCESS_TOKEN=(.*)", said)[1])[0]
        port = scratch / "port"
        self.process = subprocess.Popen([command, "--port-file", port], stdout=subprocess.DEVNULL)
        for _ in range(200):
            if port.is_file() and port.read_text():
                break
            time.sleep(0.05)
        self.base_url = f"http://127.0.0.1:{port.read_text().strip()}/seed003"

    def stop(self):
        self.process.terminate()
        self.process.wait()


def matches(printed, expected):
    """True where the lines are the expected ones, `...` being any number of lines."""
    pattern = "".join("(?:.*\n)*" if line.strip() == "..." else re.escape(line) + "\n" for line in expected.splitlines())
    return re.fullmatch(pattern, printed) is not None


class Checker:
    def __init__(self, arguments, scratch):
        self.arguments, self.scratch = arguments, scratch
        self.failed, self.checked = [], 0  # where, how many
        self.api = None

    def fail(self, block, what, said=""):
        print(f"{said.rstrip()}\n" if said else "", f"{block}: {what}", sep="", file=sys.stderr, flush=True)
        self.failed.append(block.line)

    def source(self, block, parts):
        """The text of a block's file: every part says where it stands in the page."""
        names = block.marks.get("with", "").split()
        missing = [n for n in names if n not in parts]
        if missing:
            self.fail(block, f"this page has no part {', '.join(missing)}")
            return None
        pieces = [*(parts[n] for n in names), block]
        text = "" if any("#include" in p.code for p in pieces) else PRELUDE
        return text + "".join(f'#line {p.line} "{p.page}"\n{p.code}' for p in pieces)

    def compile(self, block, parts):
        """The program that a block makes; None where it is none, or wrong."""
        text = self.source(block, parts)
        if text is None:
            return None
        file = self.scratch / (re.sub(r"\W", "_", str(block)) + ".cpp")
        file.write_text(text, encoding="utf-8")
        command = [*shlex.split(self.arguments.compiler), "-std=c++20", *WARNINGS, f"-I{ROOT}/include", "-DCOREST_WITH_LIBDEFLATE=1",
                   "-DCOREST_WITH_ZSTD=1"]
        library = []
        if "sanitize" not in block.marks:
            command.append("-DCOREST_SEPARATE_COMPILATION")
            library = list(pathlib.Path(self.arguments.build).rglob("libcorest_compiled.a"))[:1]
        elif block.marks["sanitize"] in SANITIZERS:
            command += SANITIZERS[block.marks["sanitize"]]
        else:
            self.fail(block, f"no sanitizer is known as {block.marks['sanitize']}")
            return None
        # A header is included, because g++ warns of #pragma once in the file that it compiles.
        command += ["-include", str(file), "-x", "c++", os.devnull] if "#pragma once" in text else [str(file)]
        is_program = re.search(r"\bint main\s*\(", text) is not None
        if is_program:
            command += ["-o", str(file.with_suffix("")), *map(str, library), *LIBRARIES]
        else:
            command.append("-fsyntax-only")
        compiled = subprocess.run(command, check=False, capture_output=True, text=True)
        if compiled.returncode != 0:
            self.fail(block, "this block does not compile", compiled.stdout + compiled.stderr)
            return None
        return file.with_suffix("") if is_program and "not run" not in block.marks else None

    def run(self, block, program):
        try:
            ran = subprocess.run([program, self.api.base_url, self.api.token], cwd=self.scratch, check=False,
                                 capture_output=True, text=True, timeout=60)
        except subprocess.TimeoutExpired:
            self.fail(block, "this program took more than 60 s")
            return
        if ran.returncode != 0:
            self.fail(block, f"this program ended with {ran.returncode}", ran.stdout + ran.stderr)
        elif block.output and not matches(ran.stdout, block.output.code):
            self.fail(block.output, "the program above prints something else:", ran.stdout)

    def check_cpp(self, blocks):
        parts = {b.marks["part"]: b for b in blocks if "part" in b.marks}
        whole = [b for b in blocks if "part" not in b.marks]
        used = {name for b in whole for name in b.marks.get("with", "").split()}
        for name in parts.keys() - used:
            self.fail(parts[name], f"no block is compiled with the part {name}")
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            programs = list(pool.map(lambda b: self.compile(b, parts), whole))
        self.checked += len(blocks)
        for block, program in zip(whole, programs):
            if program:
                self.api = self.api or ExampleApi(self.arguments.programs, self.scratch)
                self.run(block, program)

    def check_sh(self, page, blocks):
        script = "\n".join(line for b in blocks for line in b.code.splitlines() if line.strip() and not LEFT_OUT.match(line))
        self.checked += len(blocks)
        if not script:
            return
        clone = self.scratch / re.sub(r"\W", "_", page) / "corest"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        programs = [str(pathlib.Path(p).resolve()) for p in self.arguments.programs]
        environment = dict(os.environ, PATH=os.pathsep.join([*programs, os.environ["PATH"]]))
        shell = subprocess.Popen(["bash", "-eux", "-c", script], cwd=clone, env=environment, start_new_session=True)
        try:
            if shell.wait(timeout=300) != 0:
                self.fail(blocks[0], "the page's sh blocks do not run; the last command above is the one that failed")
        except subprocess.TimeoutExpired:
            self.fail(blocks[0], "the page's sh blocks took more than 300 s")
        finally:
            try:  # what the script left running in the background
                os.killpg(shell.pid, signal.SIGTERM)
            except ProcessLookupError:
                pass

    def check_quote(self, block):
        self.checked += 1
        if "from" not in block.marks:
            self.fail(block, "nothing tests this block: put <!-- from: FILE --> before it")
            return
        file = ROOT / block.marks["from"]
        if not file.is_file():
            self.fail(block, f"there is no {block.marks['from']}")
            return

        rest = iter([line.strip() for line in file.read_text(encoding="utf-8").splitlines()])
        for line in filter(None, map(str.strip, block.code.splitlines())):
            if line not in rest:  # goes on where the last line was found
                self.fail(block, f"this does not stand in {block.marks['from']}, or not in this place: {line}")
                return

    def check(self, path):
        page = os.path.relpath(path.resolve(), ROOT)
        blocks = [b for b in blocks_of(path, page) if "not checked" not in b.marks]
        quotes = [b for b in blocks if "from" in b.marks or b.language in QUOTED]
        others = [b for b in blocks if b not in quotes or "part" in b.marks or "with" in b.marks]
        sh = [b for b in others if b.language == "sh"]
        if self.arguments.only in (None, "quotes"):
            for block in quotes:
                self.check_quote(block)
        if self.arguments.only in (None, "cpp"):
            self.check_cpp([b for b in others if b.language == "cpp"])
        if self.arguments.only in (None, "sh") and sh:
            self.check_sh(page, sh)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=pathlib.Path, nargs="*")
    parser.add_argument("--build", required=True)
    parser.add_argument("--programs", nargs="+", default=[])
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--only", choices=("cpp", "sh", "quotes"))
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    broken = pathlib.Path(__file__).with_name("broken.md")
    if arguments.self_test:
        arguments.pages = [broken]

    with tempfile.TemporaryDirectory() as directory:
        checker = Checker(arguments, pathlib.Path(directory))
        try:
            for page in arguments.pages:
                checker.check(page)
        finally:
            if checker.api:
                checker.api.stop()
    if arguments.self_test:
        expected = sorted(map(int, re.search(r"Faults in lines ([\d ]+)", broken.read_text(encoding="utf-8"))[1].split()))
        noticed = sorted(checker.failed)
        print(f"self-test: faults in lines {expected}, noticed {noticed}")
        return 0 if noticed == expected else 1
    print(f"{len(arguments.pages)} pages: {checker.checked} blocks checked, {len(checker.failed)} failures")
    return 1 if checker.failed or not checker.checked else 0


if __name__ == "__main__":
    sys.exit(main())
