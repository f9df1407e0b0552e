#!/usr/bin/env python3
"""Draws the live display of a run: runs the command on a pseudo-terminal, and writes what it shows half-way as SVG.

    display_svg.py --corest PATH --api-server PATH [--check] [FILE]

FILE is doc/display.svg. With --check it is drawn anew and compared: the same lines, names and colours. Numbers, times and
states are those of one run, and not compared.
"""

import argparse
import fcntl
import html
import os
import pathlib
import pty
import re
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
COLUMNS, ROWS = 98, 24
HEADER = "\x1b[1mresource"
# The escape sequence of a line, and how it is drawn on a dark ground.
COLOURS = {"\x1b[1m": "title", "\x1b[32m": "done", "\x1b[31m": "failed", "\x1b[33m": "doubtful", "\x1b[2m": "waiting"}
STYLE = """text { font: 14px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; white-space: pre; fill: #d8dee9 }
.title { font-weight: bold; fill: #ffffff } .done { fill: #8fce8f } .failed { fill: #ff7b72 }
.doubtful { fill: #e3c46a } .waiting { fill: #7d8590 } .prompt { fill: #79c0ff }"""
TOTAL = re.compile(r"[\d,]+ rows? in ")  # the line below a live table


def start_server(program, folder):
    """The example API, slow enough to be watched, and refusing a page once. Returns its process and address."""
    port = folder / "port"
    server = subprocess.Popen([program, "--port-file", str(port), "--size", "projects=24", "--size", "samples=40",
                               "--size", "sample_files=30", "--misbehave", "latency=60 *",
                               "--misbehave", "retry-after=2 /seed003/projects/*/samples times=1"],
                              stdout=subprocess.DEVNULL)
    for _ in range(200):
        if port.exists() and port.read_text().strip():
            return server, f"http://127.0.0.1:{port.read_text().strip()}/seed003"
        time.sleep(0.05)
    server.kill()
    raise SystemExit("the example API did not start")


def environment(program):
    """What the example API wants of its clients, as variables."""
    text = subprocess.run(["sh", "-c", f'eval "$("{program}" --print-environment)"; env -0'], check=True,
                          capture_output=True).stdout
    return dict(one.split("=", 1) for one in text.decode().split("\0") if "=" in one)


def run_on_terminal(words, variables):
    """What a terminal gets of a command. It must end well."""
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        variables = {**variables, "TERM": "xterm-256color"}
        variables.pop("NO_COLOR", None)
        os.execve(words[0], words, variables)
    seen = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # it has closed its side
            break
        if not part:
            break
        seen += part
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    text = seen.decode()
    if status != 0:
        raise SystemExit(f"the run ended with {status}: {text}")
    return text


def frames(text):
    """The tables that were drawn one over the other: lists of (class, line)."""
    for part in text.split(HEADER)[1:]:
        lines = []
        for line in (HEADER + part).replace("\r", "").split("\n"):
            colour = next((name for code, name in COLOURS.items() if line.startswith(code)), "")
            plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", line).rstrip()
            if not plain and lines:
                break
            lines.append((colour, plain))
            if TOTAL.match(plain):
                break
        yield lines


def half_way(all_frames):
    """The table to show: one that waits for a retry if there is one, and resources of several states in it."""
    def worth(lines):
        states = {line.split("  ")[-1].split(" ")[0] for _, line in lines[1:-1]}
        return any(" waiting " in line for _, line in lines), len(states), len(lines)
    # (The table at the end has no sum below it, but what the run has to say.)
    return max((lines for lines in all_frames if TOTAL.match(lines[-1][1])), key=worth)


def draw(lines, command):
    height, step, left = 20 * (len(lines) + 2) + 24, 20, 16
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{COLUMNS * 8 + 64}" height="{height}" role="img">',
           "<title>corest run, half-way</title>", f"<style>{STYLE}</style>",
           '<rect width="100%" height="100%" rx="8" fill="#161b22"/>',
           f'<text class="prompt" x="{left}" y="32">$ {html.escape(command)}</text>']
    for number, (colour, line) in enumerate(lines):
        kind = f'class="{colour}" ' if colour else ""
        out.append(f'<text {kind}x="{left}" y="{32 + step * (number + 1) + 6}">{html.escape(line)}</text>')
    return "\n".join(out) + "\n</svg>\n"


def shape(svg):
    """What does not depend on the time: the command, the columns, and the names of the resources in their order."""
    texts = re.findall(r"<text [^>]*>([^<]*)</text>", svg)
    names = [re.match(r" *\S*", text)[0] for text in texts[2:-1]]
    return texts[0], texts[1].split(), names, bool(re.fullmatch(r"[\d,]+ rows? in .*", texts[-1]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corest", required=True)
    parser.add_argument("--api-server", required=True)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("file", nargs="?", type=pathlib.Path, default=ROOT / "doc/display.svg")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        server, url = start_server(given.api_server, folder)
        try:
            seen = run_on_terminal([given.corest, "run", str(ROOT / "examples/demo/source.json"), "--to",
                                    f"sqlite:{folder}/data.db", "--set", f"client.base_url={url}"],
                                   environment(given.api_server))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    svg = draw(half_way(frames(seen)), "corest run source.json --to sqlite:data.db")
    if not given.check:
        given.file.write_text(svg, encoding="utf-8")
        return 0
    there = shape(given.file.read_text(encoding="utf-8"))
    if there != shape(svg):
        print(f"{given.file} does not show what a run shows: {there} is drawn, and {shape(svg)} came. Draw it again with "
              "tests/readme/display_svg.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
