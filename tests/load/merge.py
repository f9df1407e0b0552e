#!/usr/bin/env python3
"""A merge of many keys into files: how much memory that takes, and whether all rows are there. The rows are loaded twice, so that the
second load merges with as many old ones.

    tests/load/merge.py --corest PATH [--rows N]

Each bound that does not hold is a line on standard error, and the exit status is 1.
"""
import argparse
import json
import os
import pathlib
import sys
import tempfile
import time

MOST_MEMORY = 64 << 20  # bytes, of the command at its peak: it took 143 MB for 1.5 million keys when they were all kept
PAGE = 5000


class Server:
    """Pages of rows by offset: the key of each is a text."""

    def __init__(self, rows):
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        import threading

        class Answer(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                offset = int(self.path.split("offset=")[1].split("&")[0])
                body = ("[" + ",".join('{"id":"key-%d","version":%d}' % (n, Answer.version)
                                       for n in range(offset, min(offset + PAGE, rows))) + "]").encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        Answer.version = 1
        self.answer = Answer
        self.listening = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.listening.handle_error = lambda *_: None  # a response that was asked ahead, and is not wanted
        threading.Thread(target=self.listening.serve_forever, daemon=True).start()
        self.port = self.listening.server_address[1]


def load(corest, source, to):
    """Runs the command. Returns its exit status, its peak of memory in bytes, and the seconds that it took."""
    began = time.monotonic()
    process = os.spawnv(os.P_NOWAIT, corest, [corest, "run", str(source), "--to", to, "--progress", "plain"])
    _, status, usage = os.wait4(process, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss * 1024, time.monotonic() - began


def differences(file, rows, version):
    """What is wrong with the rows of a file. Keeps little of them: what this process has is counted as the next command's."""
    seen = bytearray(rows)
    count = 0
    with open(file) as lines:
        for count, line in enumerate(lines, 1):
            row = json.loads(line)
            seen[int(row["id"][4:])] = row["version"]
    found = [] if count == rows else [f"{count} rows are in the file, expected {rows}"]
    return found + ([] if seen == bytes([version]) * rows else [f"the last version of some keys is not {version}"])


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--corest", required=True)
    options.add_argument("--rows", type=int, default=1_500_000)
    given = options.parse_args()

    server = Server(given.rows)
    faults = []
    with tempfile.TemporaryDirectory(prefix="corest-load-") as folder:
        source = pathlib.Path(folder, "source.json")
        source.write_text(json.dumps({"client": {"base_url": f"http://127.0.0.1:{server.port}"}, "resources": [
            {"name": "rows", "primary_key": "id", "write_disposition": "merge", "endpoint": {"path": "rows", "paginator": {
                "type": "offset", "limit": PAGE, "total_path": None, "stop_on_short_page": True}}}]}))
        for version in (1, 2):
            server.answer.version = version
            status, memory, seconds = load(os.path.abspath(given.corest), source, f"ndjson:{folder}/rows")
            print(f"{given.rows} keys, load {version}: {seconds:.1f} s, {memory / (1 << 20):.0f} MiB")
            if status != 0:
                faults.append(f"the command ended with {status}")
            if memory > MOST_MEMORY:
                faults.append(f"{memory / (1 << 20):.0f} MiB, expected at most {MOST_MEMORY >> 20}")
            faults += differences(f"{folder}/rows/rows.ndjson", given.rows, version)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
