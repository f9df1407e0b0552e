#!/usr/bin/env python3
"""One body that is an array of records: how much memory the command takes to store it, and whether each row is there once, also
where it is compressed, stands in an object, or is CSV, and where the command is killed in the middle and run again.

    tests/load/large_page.py --corest PATH [--mebibytes N]

Each bound that does not hold is a line on standard error, and the exit status is 1.
"""
import argparse
import asyncio
import gzip
import io
import itertools
import json
import os
import pathlib
import signal
import sqlite3
import sys
import tempfile
import threading
import time

FIRST = 100_000_000  # the first record's number: all have as many digits
RECORD = '{"id":%d,"name":"record %d","text":"%s"}'
ROW = "%d,record %d,%s"
TEXT = "of a table that is given as a whole"
FIXED_MEMORY = 26 << 20  # bytes of the command at its peak, and
MEMORY_FOR_EACH = 16  # bytes for each record
MOST_MEMORY = 40 << 20  # bytes, of an array of 92 MiB
GROWING_MEMORY = 4 << 20  # bytes more: what a body whose length is not known has before it is put into a file
SQLITE_MEMORY = 34 << 20  # bytes more: its cache, and rows on their way to it, as in any run


def parts_of(form):
    """The body, some of its records at a time. `form` is "array", "object" or "csv"."""
    some = 2000
    between = "\n" if form == "csv" else ","
    pattern = ROW if form == "csv" else RECORD
    yield {"array": "[", "object": '{"total":%d,"data":[' % Server.records, "csv": "id,name,text\n"}[form].encode()
    for first in range(0, Server.records, some):
        numbers = range(FIRST + first, FIRST + min(first + some, Server.records))
        yield ((between if first != 0 else "") + between.join(pattern % (number, number, TEXT) for number in numbers)).encode()
    yield {"array": "]", "object": "]}", "csv": "\n"}[form].encode()


class Server(asyncio.Protocol):
    """Answers each request with the records, as fast as they are taken: of the path /array, /object, /csv, /gzip, the array that is
    compressed, or /chunked, the array whose length is not said. The records are never in memory."""

    records = 0
    compressed = b""

    def connection_made(self, transport):
        self.transport = transport
        self.buffer = b""
        self.writable = asyncio.Event()
        self.writable.set()

    def pause_writing(self):
        self.writable.clear()

    def resume_writing(self):
        self.writable.set()

    def connection_lost(self, _):
        self.writable.set()

    def data_received(self, data):
        self.buffer += data
        if b"\r\n\r\n" in self.buffer:
            path = self.buffer.split()[1].decode().strip("/")
            self.buffer = b""
            asyncio.ensure_future(self.answer(path))

    async def answer(self, path):
        of_type = "text/csv" if path == "csv" else "application/json"
        coding = "Content-Encoding: gzip\r\n" if path == "gzip" else ""
        form = "array" if path in ("gzip", "chunked") else path
        parts = [Server.compressed] if path == "gzip" else parts_of(form)
        length = f"Content-Length: {sum(len(part) for part in ([Server.compressed] if path == 'gzip' else parts_of(form)))}"
        if path == "chunked":
            length = "Transfer-Encoding: chunked"
            parts = (b"%x\r\n%b\r\n" % (len(part), part) for part in itertools.chain(parts, [b""]))
        self.transport.write(
            f"HTTP/1.1 200 OK\r\nContent-Type: {of_type}\r\n{coding}{length}\r\n\r\n".encode())
        for part in parts:
            self.transport.write(part)
            await self.writable.wait()
            if self.transport.is_closing():
                return


def serve(mebibytes):
    """Starts the server in a thread of its own. Returns its port."""
    size = len(RECORD % (FIRST, FIRST, TEXT)) + 1
    Server.records = mebibytes * (1 << 20) // size
    with io.BytesIO() as compressed:
        with gzip.GzipFile(fileobj=compressed, mode="wb", compresslevel=1) as file:
            for part in parts_of("array"):
                file.write(part)
        Server.compressed = compressed.getvalue()
    loop = asyncio.new_event_loop()
    listening = loop.run_until_complete(loop.create_server(Server, "127.0.0.1", 0))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return listening.sockets[0].getsockname()[1]


def start(corest, folder, port, disposition, to="sqlite:{folder}/{disposition}.db", path="array"):
    source = pathlib.Path(folder, "source.json")
    source.write_text(json.dumps({
        "client": {"base_url": f"http://127.0.0.1:{port}"},
        "resources": [{"name": "things", "primary_key": "id" if disposition == "merge" else None,
                       "write_disposition": disposition, "endpoint": {"path": path, "paginator": "single_page"}}]}))
    return os.spawnv(os.P_NOWAIT, corest, [corest, "run", str(source), "--to", to.format(folder=folder, disposition=disposition),
                                           "--progress", "none"])


def finish(process):
    """Waits for its end. Returns its exit status and its peak of memory in bytes."""
    _, status, usage = os.wait4(process, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss * 1024


def stored(folder, disposition):
    """How many rows are there, and how many keys."""
    with sqlite3.connect(f"{folder}/{disposition}.db") as db:
        return db.execute("SELECT count(*), count(DISTINCT id) FROM things").fetchone()


def rows_so_far(folder, disposition):
    """How many rows the run says that it has stored; 0 where it cannot be asked now."""
    try:
        with sqlite3.connect(f"file:{folder}/{disposition}.db?mode=ro", uri=True, timeout=0.01) as db:
            return db.execute("SELECT coalesce(sum(rows), 0) FROM _corest_resources").fetchone()[0]
    except sqlite3.Error:
        return 0


def kill_within(corest, folder, port, disposition, share):
    """Kills a run once a share of the rows is stored. Returns how many were, or nothing where it had ended before."""
    process = start(corest, folder, port, disposition)
    while rows_so_far(folder, disposition) < share * Server.records:
        ended, _ = os.waitpid(process, os.WNOHANG)
        if ended:
            return None
        time.sleep(0.005)
    os.kill(process, signal.SIGKILL)
    finish(process)
    return rows_so_far(folder, disposition)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--corest", required=True)
    options.add_argument("--mebibytes", type=int, default=92)
    given = options.parse_args()
    corest = os.path.abspath(given.corest)
    faults = []
    port = serve(given.mebibytes)
    bound = FIXED_MEMORY + MEMORY_FOR_EACH * Server.records
    if given.mebibytes == 92:
        bound = min(bound, MOST_MEMORY)

    def expect(holds, text):
        if not holds:
            faults.append(text)

    def expect_memory(to, memory, most):
        expect(memory <= most, f"{to}: {memory / (1 << 20):.1f} MiB, expected at most {most / (1 << 20):.1f}")

    for path in ("array", "chunked", "object", "gzip", "csv"):
        with tempfile.TemporaryDirectory(prefix="corest-load-", dir="/var/tmp") as folder:
            began = time.monotonic()
            status, memory = finish(start(corest, folder, port, "append", "ndjson:{folder}/rows", path))
            print(f"ndjson, {path}: {Server.records} records in {given.mebibytes} MiB: {time.monotonic() - began:.1f} s, "
                  f"{memory / (1 << 20):.1f} MiB")
            with open(f"{folder}/rows/things.ndjson", "rb") as rows:
                expect(status == 0 and sum(1 for _ in rows) == Server.records,
                       f"ndjson, {path}: status {status}, or rows are missing")
            more = {"gzip": len(Server.compressed), "chunked": GROWING_MEMORY}
            expect_memory(f"ndjson, {path}", memory, bound + more.get(path, 0))
    for disposition in ("append", "merge", "replace"):
        with tempfile.TemporaryDirectory(prefix="corest-load-", dir="/var/tmp") as folder:
            began = time.monotonic()
            status, memory = finish(start(corest, folder, port, disposition))
            seconds = time.monotonic() - began
            rows = stored(folder, disposition)
            print(f"sqlite, {disposition}: {seconds:.1f} s, {memory / (1 << 20):.1f} MiB")
            expect(status == 0, f"{disposition}: the command ended with {status}")
            expect(rows == (Server.records, Server.records), f"{disposition}: {rows} rows and keys, expected {Server.records}")
            expect_memory(disposition, memory, bound + SQLITE_MEMORY)
        with tempfile.TemporaryDirectory(prefix="corest-load-", dir="/var/tmp") as folder:
            killed = [kill_within(corest, folder, port, disposition, share) for share in (0.2, 0.6)]
            status, _ = finish(start(corest, folder, port, disposition))
            rows = stored(folder, disposition)
            print(f"sqlite, {disposition}: killed with {killed} rows, then {rows[0]}")
            expect(status == 0, f"{disposition}: the command that went on ended with {status}")
            expect(rows == (Server.records, Server.records),
                   f"{disposition}: {rows} rows and keys after it was killed with {killed}, expected {Server.records}")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
