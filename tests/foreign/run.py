#!/usr/bin/env python3
"""`corest run` against servers that others have made, from Debian's packages, row for row.

    tests/foreign/run.py --corest build/release/bin/corest          under a minute; fails where a server is not installed
    tests/foreign/run.py --corest ... --only nginx                  a server's cases

docker-registry (Basic, a relative Link, records that are texts), httpbin (codings, redirects, authentication, statuses),
nginx (429 by limit_req), tinyproxy (with a password; plain and CONNECT). PostgreSQL behind a proxy that cuts connections is in
tests/recovery/postgres_faults.py.
"""

import argparse
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

import servers

PATIENCE = 120


class Wrong(Exception):
    """What a case has found."""


class Run:
    """A dictionary, loaded into SQLite."""

    def __init__(self, program, folder, dictionary, environment=None):
        self.file = folder / "out.db"
        self.file.unlink(missing_ok=True)
        (folder / "source.json").write_text(json.dumps(dictionary))
        variables = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        done = subprocess.run([program, "run", folder / "source.json", "--to", f"sqlite:{self.file}", "--progress", "none"],
                              check=False, capture_output=True, text=True, timeout=PATIENCE, env={**variables, **(environment or {})})
        self.status = done.returncode
        self.said = done.stderr

    def rows(self, query):
        with sqlite3.connect(self.file) as db:
            return db.execute(query).fetchall()

    def count(self, table):
        """The rows of a table; a run that gives up a new table that no row came into drops it."""
        if not self.rows(f"SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{table}'"):
            return 0
        (found,), = self.rows(f'SELECT count(*) FROM "{table}"')
        return found

    def expect(self, status, counts):
        if self.status != status:
            raise Wrong(f"exit status {self.status}, and not {status}: {self.said}")
        for table, expected in counts.items():
            found = self.count(table)
            if found != expected:
                raise Wrong(f"{found} rows in '{table}', and not {expected}: {self.said}")

    def expect_said(self, text):
        if text not in self.said:
            raise Wrong(f"'{text}' was not said: {self.said}")
        if servers.PASSWORD in self.said:
            raise Wrong(f"the password was said: {self.said}")


def basic(password=servers.PASSWORD):
    return {"type": "http_basic", "username": servers.USER, "password": password}


def registry_cases(program, folder, started):
    registry = started(servers.docker_registry)
    names = [f"team{n % 3}/app{n:02}" for n in range(23)]
    for n, name in enumerate(names):
        servers.push(registry, name, [f"v{t}" for t in range(n % 4 + 1)])
    tags = sum(n % 4 + 1 for n in range(23))

    def dictionary(password=servers.PASSWORD):
        return {"client": {"base_url": registry.url, "auth": basic(password)}, "resources": [
            {"name": "images", "endpoint": {"path": "/v2/_catalog", "params": {"n": 5}, "data_selector": "repositories",
                                            "paginator": "header_link"}},
            {"name": "tags", "include_from_parent": ["value"], "endpoint": {
                "path": "/v2/{resources.images.value}/tags/list", "data_selector": "tags", "paginator": "single_page"}}]}
    loaded = Run(program, folder, dictionary())
    loaded.expect(0, {"images": 23, "tags": tags})
    if sorted(v for v, in loaded.rows("SELECT value FROM images")) != sorted(names):
        raise Wrong("the images are others")
    if loaded.rows("SELECT count(DISTINCT _images_value || ':' || value) FROM tags") != [(tags,)]:
        raise Wrong("tags are there twice")
    refused = Run(program, folder, dictionary("wrong"))
    refused.expect(1, {"images": 0, "tags": 0})
    refused.expect_said("401")


def httpbin_cases(program, folder, started):
    bin_ = started(servers.httpbin)

    def one(name, path, selector="$", **more):
        return {"name": name, "endpoint": {"path": path, "data_selector": selector, "paginator": "single_page"}, **more}
    loaded = Run(program, folder, {"client": {"base_url": bin_.url, "auth": basic()}, "resource_defaults": {"write_disposition": "replace"}, "resources": [
        one("gzip", "/gzip"), one("deflate", "/deflate"), one("relative_redirects", "/relative-redirect/5"),
        one("absolute_redirects", "/absolute-redirect/3"), one("basic_auth", f"/basic-auth/{servers.USER}/{servers.PASSWORD}"),
        one("query", "/get?a=1&b=%C3%A4", "args"), one("echo", "/anything/{resources.query.b}"), one("drip", "/drip?duration=1&numbytes=1")]})
    loaded.expect(1, {"gzip": 1, "deflate": 1, "relative_redirects": 1, "absolute_redirects": 1, "basic_auth": 1, "query": 1,
                      "echo": 1, "drip": 0})  # what drips is a star
    if loaded.rows("SELECT gzipped FROM gzip") != [(1,)] or loaded.rows("SELECT deflated FROM deflate") != [(1,)]:
        raise Wrong("what was compressed is another")
    if loaded.rows("SELECT a, b FROM query") != [("1", "\u00e4")]:
        raise Wrong("the query is another")
    if loaded.rows("SELECT url FROM echo") != [(f"{bin_.url}/anything/\u00e4",)]:
        raise Wrong(f"the path is another: {loaded.rows('SELECT url FROM echo')}")
    token = Run(program, folder, {"client": {"base_url": bin_.url, "auth": {"type": "bearer", "token": "t0k3n"}},
                                  "resources": [one("bearer", "/bearer")]})
    token.expect(0, {"bearer": 1})
    if token.rows("SELECT token FROM bearer") != [("t0k3n",)]:
        raise Wrong("the token is another")
    failing = {"/status/500": "500", "/status/418": "418", "/html": "JSON", "/status/404": "404", "/relative-redirect/11": "redirect",
               "/bytes/100": "JSON"}
    for path, said in failing.items():
        failed = Run(program, folder, {"client": {"base_url": bin_.url, "retry": {"max_retries": 1, "backoff_factor": 0.01}},
                                       "resources": [one("things", path)]})
        failed.expect(1, {"things": 0})
        failed.expect_said(said)


def pages_of(count, size):
    return {first: {"total": count, "d": [{"id": n} for n in range(first, min(first + size, count))]}
            for first in range(0, count, size)}


def things(url, path, **client):
    return {"client": {"base_url": url, **client}, "resources": [{"name": "things", "primary_key": "id", "endpoint": {
        "path": path, "data_selector": "d", "paginator": {"type": "offset", "limit": 10, "total_path": "total"}}}]}


def nginx_cases(program, folder, started):
    server = started(servers.nginx, pages_of(400, 10))
    loaded = Run(program, folder, things(server.url, "/things", retry={"max_retries": 8, "backoff_factor": 0.05}))
    loaded.expect(0, {"things": 400})
    if loaded.rows("SELECT count(DISTINCT id) FROM things") != [(400,)]:
        raise Wrong("rows are there twice")
    statuses = server.access_log.read_text().split()
    if statuses.count("200") != 40 or statuses.count("429") == 0:
        raise Wrong(f"{statuses.count('200')} pages and {statuses.count('429')} refusals, and not 40 and some")


def proxy_cases(program, folder, started):
    server = started(servers.nginx, pages_of(100, 10))
    proxy = started(servers.tinyproxy)
    through = f"http://{servers.USER}:{servers.PASSWORD}@127.0.0.1:{proxy.port}"
    tls = {"ca_file": str(server.access_log.parent / "certificate.pem")}
    for url, more in ((server.url, {}), (server.tls_url, {"tls": tls})):
        Run(program, folder, things(url, "/free", proxy=through, **more)).expect(0, {"things": 100})
        if server.access_log.read_text().split().count("200") % 10 != 0:
            raise Wrong("pages were asked for twice")
    if f"CONNECT {server.tls_url[8:]}" not in proxy.connections.read_text():
        raise Wrong("the proxy was passed by")
    for url, more in ((server.url, {}), (server.tls_url, {"tls": tls})):
        refused = Run(program, folder, things(url, "/free", proxy=through.replace(servers.PASSWORD, "wrong"), **more))
        refused.expect(1, {"things": 0})
        refused.expect_said("401")  # in place of 407


CASES = {"docker-registry": registry_cases, "httpbin": httpbin_cases, "nginx": nginx_cases, "tinyproxy": proxy_cases}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corest", required=True)
    parser.add_argument("--only", choices=CASES)
    given = parser.parse_args()
    program = str(pathlib.Path(given.corest).resolve())
    failures = 0
    for name, cases in CASES.items():
        if given.only not in (None, name):
            continue
        running = []
        with tempfile.TemporaryDirectory(prefix="corest-foreign-") as scratch:
            def started(make, *arguments):
                folder = pathlib.Path(scratch) / str(len(running))
                folder.mkdir()
                running.append(make(folder, *arguments))
                return running[-1]
            try:
                cases(program, pathlib.Path(scratch), started)
                print(f"{name}: as expected", flush=True)
            except Wrong as e:
                failures += 1
                print(f"{name}: {e}", file=sys.stderr, flush=True)
            finally:
                for server in reversed(running):
                    server.stop()
    print(f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
