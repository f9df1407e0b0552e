#!/usr/bin/env python3
"""Many rows into PostgreSQL while the server fails: the table is that of a run that nothing happened to.

    tests/recovery/postgres_faults.py --corest build/release/bin/corest                   50,000 rows, under a minute
    tests/recovery/postgres_faults.py --corest build/release/bin/corest --rows 1000000
    tests/recovery/postgres_faults.py --corest ... --only 'full disk'

The faults: the session's process is ended five times; the disk is full in the middle (full_disk.c), which ends the run, and
the next one goes on; the server refuses transactions that it could not serialise; the connection is lost at COMMIT, before
the server has got it, and after it has done it and before its answer has come.
"""

import argparse
import json
import os
import pathlib
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import postgres
from source import HttpHandler, HttpServer

HERE = pathlib.Path(__file__).resolve().parent
PAGE_SIZE = 1000
PATIENCE = 600
DIGEST = ("SELECT count(*) || ' rows, ' || count(DISTINCT id) || ' keys, digest ' || "
          "coalesce(sum(hashtextextended(to_json(t)::text, 0)::numeric), 0) FROM things AS t")


class Wrong(Exception):
    """What a case has found."""


class Api:
    """Things, by offset. `interruptions` are called when the page with their number is asked for, each once."""

    def __init__(self, rows):
        self.rows = rows
        self.connections = set()
        self.mutex = threading.Lock()
        self.begin({})
        handler = type("Handler", (HttpHandler,), {"source": self})
        self.server = HttpServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def begin(self, interruptions):
        with self.mutex:
            self.interruptions = dict(interruptions)
            self.asked = []

    def answer(self, target):
        first = int(dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(target).query)).get("offset", 0))
        with self.mutex:
            self.asked.append(first // PAGE_SIZE)
            interruption = self.interruptions.pop(first // PAGE_SIZE, None)
        if interruption:
            interruption()
        return 200, {"total": self.rows, "data": [self.row(n) for n in range(first, min(first + PAGE_SIZE, self.rows))]}

    @staticmethod
    def row(number):
        return {"id": number, "name": f"thing {number}", "price": number * 0.25, "active": number % 3 == 0,
                "at": f"2026-01-{number % 28 + 1:02}T10:00:00Z", "text": "x" * (number % 97), "more": {"tags": [number % 7, "a"]}}

    def dictionary(self, disposition):
        return {"client": {"base_url": self.url}, "resources": [{
            "name": "things", "write_disposition": disposition, "primary_key": "id",
            "endpoint": {"path": "/things", "data_selector": "data",
                         "paginator": {"type": "offset", "limit": PAGE_SIZE, "total_path": "total"}}}]}


class Relay:
    """A TCP proxy between the command and the server, which hangs up at some of the COMMITs."""

    def __init__(self, server_folder, numbers, is_done):
        self.there = f"{server_folder}/.s.PGSQL.5432"
        self.numbers = set(numbers)  # of the COMMITs, from 1
        self.is_done = is_done  # the server gets them
        self.seen = 0
        self.hung_up = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.pass_on, args=(client,), daemon=True).start()

    def pass_on(self, client):
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self.there)
            while True:
                for ready in select.select([client, server], [], [])[0]:
                    try:
                        message = ready.recv(1 << 16)
                    except OSError:
                        return
                    if not message:
                        return
                    if ready is client and b"COMMIT\0" in message:
                        self.seen += 1
                        if self.seen in self.numbers:
                            self.hung_up += 1
                            if self.is_done:
                                server.sendall(message)
                                select.select([server], [], [], PATIENCE)  # its answer, which nobody gets
                            return
                    (server if ready is client else client).sendall(message)

    def close(self):
        self.listener.close()


class Trial:
    """A database, what is loaded into it, and what is done meanwhile."""

    def __init__(self, program, server, api, folder, disposition):
        self.program = program
        self.server = server
        self.api = api
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.database = postgres.Database(server.folder, folder)
        self.source = self.folder / "source.json"
        self.source.write_text(json.dumps(api.dictionary(disposition)))
        self.argument = self.database.argument

    def load(self, interruptions=()):
        self.api.begin(dict(interruptions))
        done = subprocess.run([self.program, "run", self.source, "--to", self.argument, "--progress", "none"],
                              check=False, capture_output=True, text=True, timeout=PATIENCE)
        return done

    def load_well(self, interruptions=()):
        done = self.load(interruptions)
        if done.returncode != 0:
            raise Wrong(f"exit status {done.returncode}: {done.stderr}")

    def digest(self):
        return self.database.ask(self.database.name, DIGEST)

    def at(self, *parts):
        """The pages at which so many of the rows have been asked for."""
        pages = self.api.rows // PAGE_SIZE
        return [max(1, int(pages * part)) for part in parts]


def ended_sessions(trial):
    counts = []

    def end():
        counts.append(trial.database.admin(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            f"WHERE datname = '{trial.database.name}' AND application_name = 'corest'"))
    trial.load_well({page: end for page in trial.at(0.1, 0.3, 0.5, 0.7, 0.9)})
    if counts.count("1") < 3:
        raise Wrong(f"hardly a session was ended: {counts}")


def full_disk(trial):
    marker = trial.server.full_disk

    def fill():
        deadline = time.monotonic() + PATIENCE
        while trial.database.ask(trial.database.name, "SELECT coalesce(sum(pages), 0) FROM _corest_resources") == "0":
            if time.monotonic() > deadline:
                return  # which is found below
            time.sleep(0.01)
        marker.touch()

    try:
        done = trial.load({trial.at(0.5)[0]: fill})
    finally:
        marker.unlink(missing_ok=True)
    if done.returncode != 1 or "Make room on the server's disk" not in done.stderr:
        raise Wrong(f"a full disk: exit status {done.returncode}: {done.stderr}")
    trial.load_well()
    if min(trial.api.asked) == 0:
        raise Wrong("what was stored before the disk was full was asked for again")


def refused_transactions(trial):
    """A trigger refuses every fourth insert, as a server does that cannot serialise what happens at once."""
    trial.load_well()  # the tables are there
    trial.database.ask(
        trial.database.name,
        "TRUNCATE things", "CREATE SEQUENCE inserts",
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('inserts') % 4 = 2 THEN RAISE EXCEPTION "
        "'could not serialize access' USING ERRCODE = '40001'; END IF; RETURN NULL; END $$",
        "CREATE TRIGGER refuse BEFORE INSERT ON things EXECUTE FUNCTION refuse()")
    trial.load_well()
    if int(trial.database.ask(trial.database.name, "SELECT last_value FROM inserts")) < 2:
        raise Wrong("no transaction was refused")


def lost_commit(is_done):
    def fault(trial):
        relay = Relay(trial.server.folder, {5, 7, 8, 12}, is_done)
        trial.argument = trial.argument.replace(f"host={trial.server.folder}", f"host=127.0.0.1 port={relay.port}")
        try:
            trial.load_well()
        finally:
            relay.close()
        if relay.hung_up < 2:
            raise Wrong(f"of {relay.seen} COMMITs {relay.hung_up} were lost")
    return fault


FAULTS = {"ended sessions": ended_sessions, "full disk": full_disk, "refused transactions": refused_transactions,
          "COMMIT that is lost": lost_commit(False), "COMMIT whose answer is lost": lost_commit(True)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corest", required=True)
    parser.add_argument("--rows", type=int, default=50000)
    parser.add_argument("--only", help="a fault's name")
    given = parser.parse_args()
    if postgres.programs() is None:
        print("skipped: the server's programs are not installed")
        return 0
    program = str(pathlib.Path(given.corest).resolve())
    failures = 0
    with tempfile.TemporaryDirectory(prefix="corest-postgres-") as scratch:
        os.chmod(scratch, 0o755)
        library = pathlib.Path(scratch) / "full_disk.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, HERE / "full_disk.c", "-ldl"], check=True)
        server = postgres.Server(pathlib.Path(scratch) / "server", {
            "LD_PRELOAD": str(library), "FULL_DISK": str(pathlib.Path(scratch) / "full")})
        server.full_disk = pathlib.Path(scratch) / "full"
        try:
            api = Api(given.rows)
            for disposition in ("merge", "append"):
                undisturbed = Trial(program, server, api, f"{scratch}/{disposition}", disposition)
                began = time.monotonic()
                undisturbed.load_well()
                print(f"{disposition}, undisturbed: {undisturbed.digest()} ({time.monotonic() - began:.1f} s)", flush=True)
                for name, fault in FAULTS.items():
                    if given.only not in (None, name) or (fault is refused_transactions and disposition == "append"):
                        continue  # an append is collected elsewhere, where no user can have a trigger
                    trial = Trial(program, server, api, f"{scratch}/{disposition} {name}".replace(" ", "-"), disposition)
                    began = time.monotonic()
                    try:
                        fault(trial)
                        if trial.digest() != undisturbed.digest():
                            raise Wrong(f"the table is another: {trial.digest()}")
                        if trial.database.leftovers():
                            raise Wrong(f"left over: {trial.database.leftovers()}")
                        print(f"{disposition}, {name}: the same ({time.monotonic() - began:.1f} s)", flush=True)
                    except Wrong as e:
                        failures += 1
                        print(f"{disposition}, {name}: {e}", file=sys.stderr, flush=True)
        finally:
            server.stop()
    print(f"{failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
