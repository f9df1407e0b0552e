"""A source of three levels on loopback: deterministic rows in pages, a log of every request, and misbehaviour on demand.

Groups by offset, their items by cursor, the items' parts by page number. What there is depends on the version: a later one
has more rows, and some rows are others. A row's `updated` is the last version in which it, or what is below it, became
what it is; a parameter `since` leaves out rows that have not been updated since then.
"""

import http.server
import json
import random
import socket
import socketserver
import threading
import time
import urllib.parse
import zlib

PAGE_SIZE = {"groups": 3, "items": 2, "parts": 2}
RESOURCES = tuple(PAGE_SIZE)
SHARED = "everything"  # the table of all resources, where they load into one


def chance(*key):
    """A number between 0 and 99 that depends on nothing but the key."""
    return zlib.crc32(repr(key).encode()) % 100


def lists_of(row):
    """Lists of a row that depend on it alone, some of them empty, some in others."""
    name = row["id"], row["version"]
    marks = [{"n": n, "tags": [f"t{t}" for t in range(chance("tags", name, n) % 3)]} for n in range(chance("marks", name) % 3)]
    return {"marks": marks, "at": {"x": chance("x", name), "more": [chance("more", name)] if chance("more?", name) < 20 else []}}


class Rows:
    """What the source holds in a version."""

    known = {}  # rows by version, number of groups, resource and parent: they are asked for again and again

    def __init__(self, version, groups=8):
        self.version = version
        self.groups = groups

    def children(self, resource, parent):
        """The rows below a parent (None: all groups), in an order that does not change."""
        key = self.version, self.groups, resource, parent
        if key not in Rows.known:
            first, grows = (self.groups, 2) if resource == "groups" else (
                chance(resource, parent) % 6, 1 if chance("grows", resource, parent) < 30 else 0)
            Rows.known[key] = [
                self.row(resource, f"{parent}.{n}" if parent else f"g{n}", n, -(-max(n - first, 0) // (grows or 1)))
                for n in range(1, first + grows * self.version + 1)]
        return Rows.known[key]

    def row(self, resource, name, number, born):
        changed = max([v for v in range(1, self.version + 1) if chance("changes", name, v) < 25] or [0])
        below = self.children(RESOURCES[RESOURCES.index(resource) + 1], name) if resource != RESOURCES[-1] else []
        updated = max([born, changed, *(r["updated"] for r in below)])
        text = "x" * (chance("text", name, changed) * 7)
        return {"id": name, "number": number, "version": changed, "updated": updated, "text": text}

    def walks(self):
        """Every walk: its resource, the parent's id, and the rows."""
        below = [(None,)]
        for resource in RESOURCES:
            parents = below
            below = []
            for parent in parents:
                rows = self.children(resource, parent[0])
                yield resource, parent[0], rows
                below += [(r["id"],) for r in rows]

    def tables(self, shared=False):
        """All rows by table, as they would be stored (without what is taken over from the parents)."""
        tables = {SHARED: []} if shared else {r: [] for r in RESOURCES}
        for resource, _, rows in self.walks():
            tables[SHARED if shared else resource] += rows
        return tables


class Request:
    """A line of the log."""

    def __init__(self, run, resource, parent, page, since):
        self.run = run
        self.resource = resource
        self.parent = parent
        self.page = page  # from 0
        self.since = since
        self.answered = False

    def __str__(self):
        return f"{self.resource} of {self.parent or 'all'}, page {self.page + 1}"


class Source:
    """The server. `interruption` is called with its arguments at the request whose number `interrupt_at` says, in the
    thread that answers it; where it returns a status, that is the answer."""

    def __init__(self):
        self.rows = Rows(1)
        self.log = []
        self.run = 0
        self.count = 0  # requests of this run
        self.interrupt_at = None
        self.interruption = None
        self.latency = (0.0, 0.0)
        self.delays = random.Random(0)
        self.port = 0
        self.mutex = threading.Lock()
        self.connections = set()
        self.server = None
        self.dying = None
        self.life = threading.Lock()  # one dies, another revives
        self.revive()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def begin_run(self, run, interrupt_at=None, interruption=None):
        with self.mutex:
            self.run = run
            self.count = 0
            self.interrupt_at = interrupt_at
            self.interruption = interruption

    def begin_trial(self, version, seed, latency):
        self.rows = Rows(version)
        self.delays = random.Random(seed)
        self.latency = latency
        with self.mutex:
            self.log = []

    def grow(self):
        """There is more, and some of it is other."""
        self.rows = Rows(self.rows.version + 1)

    def requests(self, run):
        with self.mutex:
            return [r for r in self.log if r.run == run]

    # ---- life and death ----

    def revive(self):
        """Somebody listens, where nobody does."""
        with self.life:
            self._revive()

    def _revive(self):
        if self.dying:
            self.dying.join()
        if self.server:
            return
        source = self

        class Handler(HttpHandler):
            pass

        Handler.source = source
        server = HttpServer(("127.0.0.1", self.port), Handler)
        self.port = server.server_address[1]
        self.server = server
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def die(self):
        """Nobody listens from now on, and every connection is reset."""
        with self.life:
            self._die()

    def _die(self):
        server, self.server = self.server, None
        if server is None:
            return
        server.socket.close()
        server.dead = True
        for connection in list(self.connections):
            try:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.dying = threading.Thread(target=_shut_down, args=(server,), daemon=True)
        self.dying.start()

    # ---- answers ----

    def answer(self, target):
        """(status, value) of a request."""
        url = urllib.parse.urlsplit(target)
        query = dict(urllib.parse.parse_qsl(url.query))
        parts = url.path.strip("/").split("/")
        resource = parts[-1]
        parent = urllib.parse.unquote(parts[-2]) if len(parts) > 1 else None
        if resource not in PAGE_SIZE:
            return 404, {"error": "no such resource"}
        size = PAGE_SIZE[resource]
        if resource == "groups":
            first = int(query.get("offset", 0))
        elif resource == "items":
            first = int(query.get("after", "m0")[1:])
        else:
            first = (int(query.get("page", 1)) - 1) * size
        since = int(query.get("since", 0))
        request = Request(self.run, resource, parent, first // size, since)
        with self.mutex:
            self.log.append(request)
            self.count += 1
            number = self.count
            delay = self.delays.uniform(*self.latency)
            interruption = self.interruption if number == self.interrupt_at else None
        if interruption:
            status = interruption()
            if status:
                return status, {"error": "as asked for"}
        time.sleep(delay)
        rows = [r for r in self.rows.children(resource, parent) if r["updated"] >= since]
        value = {"data": [{**r, **lists_of(r)} if "lists" in query else r for r in rows[first:first + size]]}
        if resource == "groups":
            value["total"] = len(rows)
        if resource == "items" and first + size < len(rows):
            value["next"] = f"m{first + size}"
        request.answered = True
        return 200, value

    # ---- what is asked for ----

    def dictionary(self, disposition, key, incremental, nested=False, shared=False):
        """The source as the command reads it."""
        defaults = {"write_disposition": disposition}
        if key:
            defaults["primary_key"] = "id"
        if incremental:
            defaults["endpoint"] = {"incremental": {"cursor_path": "updated", "initial_value": 0, "start_param": "since"}}
        if nested:
            defaults["max_table_nesting"] = 3
            defaults.setdefault("endpoint", {})["params"] = {"lists": 1}
        dictionary = {
            "client": {"base_url": self.url, "retry": {"max_retries": 1, "backoff_factor": 0.01}},
            "resource_defaults": defaults,
            "resources": [
                {"name": "groups", "endpoint": {
                    "path": "/groups", "data_selector": "data",
                    "paginator": {"type": "offset", "limit": PAGE_SIZE["groups"], "total_path": "total"}}},
                {"name": "items", "include_from_parent": ["id"], "endpoint": {
                    "path": "/groups/{group}/items", "data_selector": "data",
                    "params": {"group": {"type": "resolve", "resource": "groups", "field": "id"}},
                    "paginator": {"type": "cursor", "cursor_path": "next", "cursor_param": "after"}}},
                {"name": "parts", "include_from_parent": ["id"], "endpoint": {
                    "path": "/items/{item}/parts", "data_selector": "data",
                    "params": {"item": {"type": "resolve", "resource": "items", "field": "id"}},
                    "paginator": {"type": "page_number", "base_page": 1, "total_path": None}}},
            ],
        }
        for resource in dictionary["resources"] if shared else []:
            resource["table_name"] = SHARED
        return dictionary

    @staticmethod
    def pages(resource, rows):
        """How many requests a walk takes."""
        size = PAGE_SIZE[resource]
        full = -(-len(rows) // size)
        return full + 1 if resource == "parts" else max(full, 1)


class HttpServer(http.server.ThreadingHTTPServer):
    daemon_threads = True
    dead = False
    request_queue_size = 128

    def server_bind(self):
        socketserver.TCPServer.server_bind(self)  # HTTPServer's looks its own name up, which may take seconds
        self.server_name, self.server_port = self.server_address

    def handle_error(self, request, client_address):
        pass  # who asked has gone


class HttpHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    source = None

    def setup(self):
        super().setup()
        self.source.connections.add(self.connection)

    def finish(self):
        self.source.connections.discard(self.connection)
        super().finish()

    def do_GET(self):
        status, value = self.source.answer(self.path)
        if self.server.dead:
            self.close_connection = True
            return
        body = json.dumps(value, separators=(",", ":")).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def _shut_down(server):
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    source = Source()
    print(json.dumps(source.dictionary("append", False, False), indent=2), flush=True)
    threading.Event().wait()
