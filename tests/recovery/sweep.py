#!/usr/bin/env python3
"""Runs of `corest run` that are cut short, and run again: the tables are those of a run that was not, and no page that was
stored is asked for again.

    tests/recovery/sweep.py --corest build/release/bin/corest --short    a minute or two, the same cases each time
    tests/recovery/sweep.py --corest build/release/bin/corest --full     200 at random moments of each kind, every write
    tests/recovery/sweep.py --corest ... --only 'sqlite/append/SIGINT/17'   a case, or all that a pattern fits

A case is named DESTINATION/DISPOSITION/KIND/NUMBER. `incremental` is a merge whose source grows between the runs: when a run
has come to its end it grows once more and is read once more, and the tables are those of a full read. `shared-...` loads all
resources into one table. Kinds: the signals, sent at a random moment; `death`, of the server,
which is there again for the next run; `refusal`, one request is answered 404, so that its resource fails and the others do
not; `write` and `torn`, the program is gone before its n-th call that changes a file, or in the middle of it
(kill_at_write.c). Of PostgreSQL instead of these `backend`: its sessions are ended at a random moment, which ends no run.
"""

import argparse
import collections
import concurrent.futures
import csv
import fnmatch
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

import duckdb_files
import postgres
from nested_rows import without_ids
from source import PAGE_SIZE, RESOURCES, Rows, Source

HERE = pathlib.Path(__file__).resolve().parent
DESTINATIONS = ("sqlite", "ndjson", "csv", "postgres")
BY_DUCKDB = ("duckdb", "parquet")  # only where they are named: a run takes many times as long as one into the others
# Name, write_disposition, with a primary key, incremental from a source that grows, lists as tables of their own, all
# resources into one table.
DISPOSITIONS = {"append": ("append", False, False, False, False), "replace": ("replace", False, False, False, False),
                "replace-keyed": ("replace", True, False, False, False), "merge": ("merge", True, False, False, False),
                "incremental": ("merge", True, True, False, False), "nested": ("append", False, False, True, False),
                "nested-merge": ("merge", True, True, True, False),
                "shared-append": ("append", False, False, False, True),
                "shared-replace": ("replace", False, False, False, True),
                "shared-incremental": ("merge", True, True, False, True)}
NESTING = ("sqlite", "postgres", "duckdb")  # who has tables of lists
BOUND_BY = {"items": "_groups_id", "parts": "_items_id"}
SIGNALS = {"SIGKILL": signal.SIGKILL, "SIGTERM": signal.SIGTERM, "SIGINT": signal.SIGINT}
RANDOM_KINDS = (*SIGNALS, "death", "refusal")
WRITE_KINDS = {"write": "before", "torn": "half"}
BEFORE, NOW = 1, 2  # the source's versions: of the run that has filled the tables, and of the run that is cut short
PATIENCE = 60  # seconds that a run may take
MOST_RUNS = 8


LIBRARY = str(HERE.parent.parent / "build/duckdb/lib/libduckdb.so")  # where cmake/fetch_duckdb.sh puts it


class Wrong(Exception):
    """What a case has found."""


def records(cursor):
    """The rows of a query as dictionaries."""
    names = [c[0] for c in cursor.description]
    return [dict(zip(names, row)) for row in cursor]


class Loaded:
    """What a destination holds: in files of one folder."""

    def __init__(self, destination, folder):
        self.destination = destination
        self.folder = pathlib.Path(folder)
        self.path = self.folder / {"sqlite": "data.db", "duckdb": "data.duckdb"}.get(destination, "data")

    @property
    def argument(self):
        return f"{self.destination}:{self.path}"

    def exists(self):
        return self.path.exists()

    def copy_to(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        return Loaded(self.destination, folder)

    def tables(self):
        """Rows of each table that users see, each as often as it is there."""
        if self.destination == "duckdb":
            return without_ids(self.duckdb(lambda name: not name.startswith("_"), lambda db, name: db.records(f'"{name}"')))
        return self.database() if self.destination == "sqlite" else self.files()

    def duckdb(self, is_wanted, told):
        """What is told of each table that is wanted, of a copy: to read the file may change it."""
        if not self.path.exists():
            return {}
        with tempfile.TemporaryDirectory(prefix="read-", dir=self.folder.parent) as folder:
            for file in self.folder.glob(self.path.name + "*"):
                shutil.copy(file, folder)
            with duckdb_files.Connection(LIBRARY, pathlib.Path(folder) / self.path.name) as db:
                return {n: told(db, n) for n, in db.rows("SELECT table_name FROM duckdb_tables()") if is_wanted(n)}

    def database(self):
        if not self.path.exists():
            return {}
        db = sqlite3.connect(self.path)
        try:
            names = [n for n, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'") if not n.startswith(("_", "sqlite_"))]
            return without_ids({n: records(db.execute(f'SELECT * FROM "{n}"')) for n in names})
        finally:
            db.close()

    def files(self):
        if self.destination == "parquet":
            with duckdb_files.Connection(LIBRARY) as db:
                return {f.stem: db.counted(f"read_parquet('{f}')") for f in self.path.glob("[!.]*.parquet")}
        return {f.stem: collections.Counter(self.rows(f)) for f in self.path.glob(f"[!.]*.{self.destination}")}

    @staticmethod
    def rows(file):
        if file.suffix == ".csv":
            with open(file, newline="", encoding="utf-8") as lines:
                return [repr(row) for row in csv.DictReader(lines)]
        return file.read_text().splitlines()

    def leftovers(self):
        """What only a run that is not over may have."""
        if self.destination == "duckdb":
            return sorted(self.duckdb(lambda name: name.startswith("_corest_staging"), lambda *_: None))
        if self.destination != "sqlite":
            return sorted(f.name for f in self.path.glob(".corest*") if f.suffix in (".rows", ".result", ".walks", ".seen"))
        db = sqlite3.connect(self.path)
        try:
            return [n for n, in db.execute("SELECT name FROM sqlite_master WHERE name LIKE '%\\_corest\\_staging%' ESCAPE '\\'")]
        finally:
            db.close()


class State:
    """What `corest state` says of a destination."""

    def __init__(self, told):
        self.runs = [r for r in told["runs"] if r["state"] == "unfinished"]
        self.walks = [w for r in self.runs for w in r["open"]]

    def taken(self):
        """How many pages are stored of each walk that is open, by (resource, parent's id)."""
        return {(w["resource"], w["bindings"].get(BOUND_BY.get(w["resource"]))): w["pages"] for w in self.walks}

    def committed(self, rows):
        """The pages that are stored, as (resource, parent's id, page): of a walk that is open those that it has taken, of
        one that was opened and is not open all."""
        if not self.runs:
            return set()
        taken = self.taken()
        stored = set()
        opened = [("groups", None)]
        for resource, parent in opened:
            below = rows.children(resource, parent)
            all_pages = Source.pages(resource, below)
            pages = taken.get((resource, parent), all_pages)
            stored |= {(resource, parent, page) for page in range(pages)}
            if resource != RESOURCES[-1]:
                child = RESOURCES[RESOURCES.index(resource) + 1]
                opened += [(child, row["id"]) for row in below[:pages * PAGE_SIZE[resource]]]
        return stored


class Bench:
    """What a process that tries cases has: the source, and for each destination and disposition the tables to begin with
    and those of a run that was not cut short."""

    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="corest-sweep-", dir=options.scratch))
        self.source = Source()
        self.bases = {}
        self.full_reads = {}
        self.timer = None  # of an interruption
        self.timing = threading.Lock()  # of the timer, which two threads know

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def dictionary(self, disposition):
        file = self.folder / f"{disposition}.json"
        if not file.exists():
            file.write_text(json.dumps(self.source.dictionary(*DISPOSITIONS[disposition])))
        return file

    def start(self, disposition, loaded, environment=None):
        command = [self.options.corest, "run", self.dictionary(disposition), "--to", loaded.argument, "--progress", "none"]
        said = open(self.folder / "said", "w")
        return subprocess.Popen(command, env={**os.environ, **(environment or {})}, stdout=said, stderr=said)

    def said(self):
        return (self.folder / "said").read_text()

    def finish(self, process):
        try:
            return process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise Wrong(f"the run did not end within {PATIENCE} s: {self.said()}") from None

    def run_whole(self, disposition, loaded):
        if self.finish(self.start(disposition, loaded)) != 0:
            raise SystemExit(f"a run that nothing disturbed failed: {self.said()}")

    def base(self, destination, disposition):
        """(tables to begin with, a whole run's, how many requests that took)"""
        key = destination, disposition
        if key not in self.bases:
            folder = self.folder / f"{destination}-{disposition}"
            (folder / "start").mkdir(parents=True)
            start = self.loaded(destination, folder / "start")
            self.source.begin_trial(BEFORE, 0, (0, 0))
            self.run_whole(disposition, start)
            whole = start.copy_to(folder / "whole")
            self.source.begin_trial(NOW, 0, (0, 0))
            self.source.begin_run(0)
            self.run_whole(disposition, whole)
            tables = whole.tables()
            is_shared = DISPOSITIONS[disposition][4]
            new = Rows(NOW).tables(is_shared)
            old = Rows(BEFORE).tables(is_shared) if DISPOSITIONS[disposition][0] == "append" else {}
            for t in new:
                if tables[t].total() != len(new[t]) + len(old.get(t, [])):
                    raise SystemExit(f"{destination}, {disposition}: a whole run has {tables[t].total()} rows of {t}")
            self.bases[key] = start, start.tables(), tables, len(self.source.requests(0))
        return self.bases[key]

    def loaded(self, destination, folder):
        if destination == "postgres":
            return postgres.Database(self.options.postgres, folder)
        return Loaded(destination, folder)

    def full_read(self, destination, disposition, version):
        """The tables of one run that reads everything in that version."""
        key = destination, disposition, version
        if key not in self.full_reads:
            folder = self.folder / f"full-{destination}-{disposition}-{version}"
            folder.mkdir()
            self.source.begin_trial(version, 0, (0, 0))
            self.source.begin_run(0)
            loaded = self.loaded(destination, folder)
            self.run_whole(disposition, loaded)
            self.full_reads[key] = loaded.tables()
        return self.full_reads[key]

    def state(self, loaded):
        """None where the program keeps none, or has not begun to."""
        if not self.options.has_state:
            return None
        looked_at = loaded.copy_to(self.folder / "looked-at")  # reading an SQLite file may change it
        if not looked_at.exists():
            return None
        done = subprocess.run([self.options.corest, "state", looked_at.argument, "--json"], capture_output=True, text=True,
                              check=False, timeout=PATIENCE)
        if done.returncode != 0:
            raise Wrong(f"corest state failed: {done.stderr}")
        return State(json.loads(done.stdout))

    # ---- a case ----

    def interruption(self, kind, draw, process, loaded):
        """What the source does at the request that was drawn, in the thread that answers it."""
        delay = draw.choice([0, 0, draw.uniform(0, 0.004), draw.uniform(0, 0.03)])

        def act():
            if kind == "death":
                self.source.die()
            elif kind == "backend":
                loaded.end_sessions()
            else:
                process[0].send_signal(SIGNALS[kind])

        def interrupt():
            if kind == "refusal":
                return 404
            if delay:
                with self.timing:  # the run may come to its end meanwhile
                    if process[0].poll() is None:
                        self.timer = threading.Timer(delay, act)
                        self.timer.start()
            else:
                act()
            return None
        return interrupt

    def one_run(self, number, case, draw, loaded, total):
        """Starts the command, perhaps disturbs it, and waits for its end. Returns (status, whether it was disturbed)."""
        disturbed = []
        process = []
        environment = {}
        kind = case.kind
        again = number > 1
        at = None
        interruption = None
        if kind in WRITE_KINDS:
            if not again:
                environment = {"LD_PRELOAD": str(self.options.preloaded), "KILL_PATH": str(loaded.path),
                               "KILL_AT": str(case.number), "KILL_HOW": WRITE_KINDS[kind]}
        elif not again or (kind != "refusal" and number < 4 and draw.random() < 0.3):
            at = draw.randint(0 if kind in SIGNALS else 1, total)
            meant = self.interruption(kind, draw, process, loaded)

            def interruption():
                disturbed.append(True)
                return meant()
        self.source.begin_run(number, at, interruption)
        process.append(self.start(case.disposition, loaded, environment))
        if at == 0:  # before the first request, or between two
            time.sleep(draw.uniform(0, 0.1))
            disturbed.append(True)
            process[0].send_signal(SIGNALS[kind])
        status = self.finish(process[0])
        with self.timing:
            timer, self.timer = self.timer, None
        if timer:
            timer.cancel()
            timer.join()
        if kind == "death":
            self.source.revive()
        return status, bool(disturbed) or status != 0

    def attempt(self, case):
        """Returns how many runs it took. Raises Wrong."""
        start, _, whole_tables, total = self.base(case.destination, case.disposition)
        draw = random.Random(f"{self.options.seed}/{case}")
        loaded = start.copy_to(self.folder / "tried")
        self.source.begin_trial(NOW, draw.random(), draw.choice([(0, 0), (0, 0.002), (0, 0.01)]))
        grows = DISPOSITIONS[case.disposition][2]
        state = None
        disturbed = False
        for number in range(1, MOST_RUNS + 1):
            status, hit = self.one_run(number, case, draw, loaded, total)
            disturbed = disturbed or hit
            self.check_requests(number, state, grows)
            if status == 0:
                break
            if status < 0 and -status not in SIGNALS.values():
                raise Wrong(f"run {number} ended by signal {-status}: {self.said()}")
            state = self.state(loaded)
            if grows:
                self.source.grow()
            elif loaded.copy_to(self.folder / "looked-at").tables() == whole_tables and not (state and state.runs):
                break  # killed when everything was done
        else:
            raise Wrong(f"the run did not come to its end in {MOST_RUNS} runs: {self.said()}")
        if grows:
            number += 1
            status = self.read_what_is_new(number, case, loaded)
            whole_tables = self.full_read(case.destination, case.disposition, self.source.rows.version)
        compare(loaded.tables(), whole_tables)
        if status == 0 and loaded.leftovers(): # what was killed when all was done is cleared away by the next run
            raise Wrong(f"left over: {', '.join(loaded.leftovers())}")
        return number, disturbed

    def check_requests(self, number, state, grows):
        """No page that was stored is asked for again. Of a source that grows only what goes on is looked at: a row that
        comes again, because it has changed, may open a walk again."""
        if state is None:
            return
        requests = self.source.requests(number)
        if grows:
            for (resource, parent), pages in state.taken().items():
                first = next((r for r in requests if (r.resource, r.parent) == (resource, parent)), None)
                if first and first.page < pages:
                    raise Wrong(f"run {number} began {first}, and {pages} pages of it were stored")
            return
        stored = state.committed(Rows(NOW))
        for request in requests:
            if (request.resource, request.parent, request.page) in stored:
                raise Wrong(f"run {number} asked for {request}, which was stored")

    def read_what_is_new(self, number, case, loaded):
        """A run after one that has come to its end, of a source that has grown since. Returns its status."""
        self.source.grow()
        self.source.begin_run(number)
        status = self.finish(self.start(case.disposition, loaded))
        if status != 0:
            raise Wrong(f"the run after it ended with {status}: {self.said()}")
        for request in self.source.requests(number):
            if request.resource == "groups" and request.since < NOW:
                raise Wrong(f"the run after it asked for groups since {request.since}: no cursor was kept")
        return status


def compare(found, expected):
    for name in sorted(set(found) | set(expected)):
        if name not in found or name not in expected:
            raise Wrong(f"the table {name} is {'missing' if name in expected else 'too much'}")
        lost = (expected[name] - found[name]).total()
        doubled = (found[name] - expected[name]).total()
        if lost or doubled:
            raise Wrong(f"{name}: {lost} rows are missing, {doubled} are too much, of {expected[name].total()}")


class Case(collections.namedtuple("Case", "destination disposition kind number")):
    def __str__(self):
        return "/".join(map(str, self))


def attempt(case):
    """In a process of the pool: (case, runs, whether it was disturbed, what is wrong)."""
    try:
        return case, *bench().attempt(case), None
    except Wrong as wrong:
        return case, 0, True, str(wrong)


_bench = None
_options = None


def set_up(options):
    global _options
    _options = options


def bench():
    global _bench
    if _bench is None:
        _bench = Bench(_options)
    return _bench


class Sweep:
    """Which cases are tried, and what came of them."""

    def __init__(self, options, pool):
        self.options = options
        self.pool = pool
        self.results = collections.defaultdict(list)
        self.failures = []

    def is_chosen(self, case):
        return not self.options.only or fnmatch.fnmatch(str(case), self.options.only)

    def attempt(self, cases):
        """Tries them at once. Returns whether the last one was disturbed."""
        last = False
        for case, runs, disturbed, wrong in self.pool.map(attempt, [c for c in cases if self.is_chosen(c)]):
            self.results[case[:3]].append((runs, disturbed, wrong))
            last = disturbed and not wrong
            if wrong:
                self.failures.append(case)
                print(f"{case}: {wrong}\n  {self.command(case)}", flush=True)
        return last

    def command(self, case):
        return (f"tests/recovery/sweep.py --corest {self.options.corest} --seed {self.options.seed} "
                f"--only '{case}' {'--full' if self.options.full else '--short'}")

    def writes(self, destination, disposition, kind):
        """Before each write until there are no more of them; `--short`: before every so many-th."""
        step = self.options.write_step[destination]
        number = 1 + random.Random(f"{self.options.seed}/{destination}/{disposition}/{kind}").randrange(step)
        if self.options.only:
            named = self.options.only.split("/")[-1]
            if named.isdigit():
                self.attempt([Case(destination, disposition, kind, int(named))])
                return
        block = self.options.jobs
        while self.attempt([Case(destination, disposition, kind, number + i * step) for i in range(block)]):
            if not self.is_chosen(Case(destination, disposition, kind, number)):
                return
            number += block * step

    def go(self):
        for destination in self.options.destination:
            is_server = destination == "postgres"
            for disposition, settings in DISPOSITIONS.items():
                if settings[3] and destination not in NESTING:
                    continue
                kinds = (*RANDOM_KINDS, "backend") if is_server else RANDOM_KINDS
                self.attempt([Case(destination, disposition, kind, n) for kind in kinds for n in range(self.options.times)])
                for kind in () if is_server else WRITE_KINDS:
                    if not self.options.only or fnmatch.fnmatch(f"{destination}/{disposition}/{kind}",
                                                                self.options.only.rpartition("/")[0]):
                        self.writes(destination, disposition, kind)

    def print_table(self):
        print(f"{'destination':<12} {'disposition':<14} {'kind':<8} {'cases':>6} {'cut short':>9} {'runs':>6} {'wrong':>6}")
        for (destination, disposition, kind), results in self.results.items():
            print(f"{destination:<12} {disposition:<14} {kind:<8} {len(results):>6} {sum(r[1] for r in results):>9} "
                  f"{sum(r[0] for r in results):>6} {sum(bool(r[2]) for r in results):>6}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corest", required=True, help="the command, without a sanitizer")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--destination", action="append", choices=(*DESTINATIONS, *BY_DUCKDB), help="only this one, may be repeated; duckdb and parquet only where they are named")
    parser.add_argument("--only", help="DESTINATION/DISPOSITION/KIND/NUMBER, with * and ?")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--times", type=int, help="how many moments of each kind")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--scratch", help="where files are written; /tmp")
    options = parser.parse_args()
    options.corest = str(pathlib.Path(options.corest).resolve())
    options.times = options.times or (200 if options.full else 2)
    options.write_step = {d: 1 for d in (*DESTINATIONS, *BY_DUCKDB)} if options.full else {"sqlite": 97, "ndjson": 61, "csv": 61, "duckdb": 97, "parquet": 97}
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="corest-sweep-", dir=options.scratch) as scratch:
        options.scratch = scratch
        options.preloaded = pathlib.Path(scratch) / "kill_at_write.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", options.preloaded, HERE / "kill_at_write.c", "-ldl"],
                       check=True)
        told = subprocess.run([options.corest, "--help"], capture_output=True, text=True, check=False)
        options.has_state = "\n  state" in told.stdout
        options.destination = options.destination or DESTINATIONS
        server = None
        if "postgres" in options.destination and (not options.only or fnmatch.fnmatch("postgres", options.only.split("/")[0])):
            if postgres.programs():
                server = postgres.Server(pathlib.Path(scratch) / "postgres")
                options.postgres = str(server.folder)
            else:
                print("skipped: postgres (the server's programs, postgresql-15, are not installed)")
        if not server:
            options.destination = [d for d in options.destination if d != "postgres"]
        with concurrent.futures.ProcessPoolExecutor(options.jobs, initializer=set_up, initargs=(options,)) as pool:
            sweep = Sweep(options, pool)
            try:
                sweep.go()
            finally:
                if server:
                    server.stop()
    sweep.print_table()
    print(f"{len(sweep.failures)} wrong, in {time.monotonic() - began:.0f} s")
    return 1 if sweep.failures else 0


if __name__ == "__main__":
    sys.exit(main())
