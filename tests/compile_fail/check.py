#!/usr/bin/env python3
"""A misuse does not compile, and the compiler says why in the words of corest.

    check.py FILE... --compiler CXX [--flag FLAG]...

Each file is compiled twice: as it is, which must succeed, and with COREST_MISUSE defined, which must fail with the text of
its lines `// says: TEXT` in what the compiler prints; `// says, but for COMPILER: TEXT` is not looked for in what COMPILER prints. The two differ in as little as the misuse, so that a file cannot fail for
another reason unnoticed.
"""
import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def compile_file(path, arguments, misuse):
    """What the compiler ends with and prints."""
    command = [arguments.compiler, "-std=c++20", "-fsyntax-only", f"-I{ROOT / 'include'}", *arguments.flag, str(path)]
    if misuse:
        command.insert(1, "-DCOREST_MISUSE")
    run = subprocess.run(command, capture_output=True, text=True, timeout=600)
    return run.returncode, run.stdout + run.stderr


def faults_of(path, arguments):
    """What is wrong with a file; nothing where it is as it should be."""
    lines = re.findall(r"^// says(?:, but for (\S+))?: (.+)$", path.read_text(), re.MULTILINE)
    texts = [text for compiler, text in lines if not compiler or not pathlib.Path(arguments.compiler).name.startswith(compiler)]
    if not texts:
        return [f"{path}: has no line `// says: TEXT`"]
    code, printed = compile_file(path, arguments, False)
    if code != 0:
        return [f"{path}: does not compile as it is:\n{printed}"]
    code, printed = compile_file(path, arguments, True)
    if code == 0:
        return [f"{path}: compiles with COREST_MISUSE"]
    # A compiler may show an implicit cast or quotes of its own in the text; white space is the compiler's too.
    flat = " ".join(printed.split())
    return [f"{path}: the compiler does not say: {text}\n{printed}" for text in texts if " ".join(text.split()) not in flat]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--flag", action="append", default=[])
    arguments = parser.parse_args()
    faults = [fault for path in arguments.files for fault in faults_of(path, arguments)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
