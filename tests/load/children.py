#!/usr/bin/env python3
"""Many children against a server of which one answer in twenty fails: how many requests that costs, how much memory, and whether
all rows are there.

    tests/load/children.py --corest PATH [--children N] [--in-flight N]

Each bound that does not hold is a line on standard error, and the exit status is 1.
"""
import argparse
import asyncio
import json
import os
import pathlib
import sys
import tempfile
import threading
import time
import zlib

PAGE = 1000  # parents on a page
MOST_REQUESTS = 1.06  # sent, for each that is needed: one in twenty is sent again
MOST_MEMORY = 48 << 20  # bytes, of the command at its peak


class Server(asyncio.Protocol):
    """Parents by offset, a child of each. The first answer about each 20th child is a 503."""

    children = 0
    requests = 0
    most_open = 0
    open = 0
    failed = set()

    def connection_made(self, transport):
        self.transport = transport
        self.buffer = b""
        Server.open += 1
        Server.most_open = max(Server.most_open, Server.open)

    def connection_lost(self, _):
        Server.open -= 1

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            target = self.buffer.split(b" ", 2)[1].decode()
            self.buffer = self.buffer[end + 4:]
            Server.requests += 1
            self.transport.write(self.answer(target))

    def answer(self, target):
        if target.startswith("/parents?"):
            offset = int(target.split("offset=")[1].split("&")[0])
            body = json.dumps([{"id": n} for n in range(offset, min(offset + PAGE, Server.children))])
        else:
            number = int(target.split("/")[2])
            if zlib.crc32(str(number).encode()) % 20 == 0 and number not in Server.failed:
                Server.failed.add(number)
                return b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
            body = '[{"id":%d,"text":"row %d"}]' % (number, number)
        return (f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n" + body).encode()


def serve():
    """Starts the server in a thread of its own. Returns its port."""
    loop = asyncio.new_event_loop()
    listening = loop.run_until_complete(loop.create_server(Server, "127.0.0.1", 0, backlog=256))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return listening.sockets[0].getsockname()[1]


def dictionary(port):
    return {"client": {"base_url": f"http://127.0.0.1:{port}", "retry": {"backoff_factor": 0.01}},
            "resources": [
                {"name": "parents", "endpoint": {"path": "parents", "paginator": {
                    "type": "offset", "limit": PAGE, "total_path": None, "stop_on_short_page": True}}},
                {"name": "children", "endpoint": {"path": "parents/{parent_id}/children", "paginator": "single_page"}}]}


def run(corest, folder, in_flight, port):
    """Runs the command. Returns its exit status, its peak of memory in bytes, and the seconds that it took."""
    source = pathlib.Path(folder, "source.json")
    source.write_text(json.dumps(dictionary(port)))
    began = time.monotonic()
    process = os.spawnv(os.P_NOWAIT, corest, [corest, "run", str(source), "--to", f"ndjson:{folder}/rows", "--concurrency",
                                              str(in_flight), "--progress", "plain"])
    _, status, usage = os.wait4(process, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss * 1024, time.monotonic() - began


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--corest", required=True)
    options.add_argument("--children", type=int, default=5000)
    options.add_argument("--in-flight", type=int, default=64)
    given = options.parse_args()

    Server.children = given.children
    with tempfile.TemporaryDirectory(prefix="corest-load-") as folder:
        status, memory, seconds = run(os.path.abspath(given.corest), folder, given.in_flight, serve())
        rows = {name: sorted(json.loads(line)["id"] for line in open(f"{folder}/rows/{name}.ndjson"))
                for name in ("parents", "children")}
    needed = given.children + -(-given.children // PAGE)
    share = Server.requests / needed
    print(f"{given.children} children, {given.in_flight} in flight, {len(Server.failed)} of them failed once: {seconds:.1f} s, "
          f"{share:.3f} requests for each that was needed, {memory / (1 << 20):.0f} MiB, {Server.most_open} connections")
    faults = [text for holds, text in [
        (status == 0, f"the command ended with {status}"),
        (rows["parents"] == list(range(given.children)), "the parents are not those that were served"),
        (rows["children"] == list(range(given.children)), "the children are not those that were served"),
        (Server.failed, "no answer has failed: the server is no test"),
        (Server.most_open > given.in_flight // 2, f"only {Server.most_open} connections were open"),
        (share <= MOST_REQUESTS, f"{share:.3f} requests for each that was needed, expected at most {MOST_REQUESTS}"),
        (memory <= MOST_MEMORY, f"{memory / (1 << 20):.0f} MiB, expected at most {MOST_MEMORY >> 20}"),
    ] if not holds]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
