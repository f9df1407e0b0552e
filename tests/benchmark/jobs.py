"""The jobs: what is run, against what, how the result is checked, and what the goals are."""

import contextlib
import dataclasses
import json
import os
import pathlib
import re
import shutil
import sqlite3
import statistics
import subprocess

import server

MEBIBYTE = 1024  # in KiB


class Wrong(Exception):
    """A program did not do what it was measured for."""


class Skipped(Exception):
    """What a job needs is not installed."""


@dataclasses.dataclass
class Bench:
    """What the jobs have in common."""

    server: "server.Server"
    late: object  # latency.LateServer
    programs: pathlib.Path
    data: pathlib.Path
    scratch: pathlib.Path
    expected: dict
    page: int
    pairs: int
    quick: bool
    compiler: str

    @property
    def records(self):
        return self.expected["records"]

    @property
    def command(self):
        """The command corest, of the same build."""
        build = self.programs.parents[1]
        released = build / "bin" / "corest"  # where the preset release puts it
        return released if released.exists() else build / "tools" / "corest" / "corest"

    def having(self, **changed):
        return dataclasses.replace(self, **changed)

    def results(self):
        """An empty folder for what is stored, where the data are."""
        folder = self.data / "results"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def measure(self, program, *words):
        """Runs a program. What it cost: wall, cpu (seconds) and peak_rss_kib; what it said is `said`."""
        path = program if os.path.isabs(program) else self.programs / program
        outcome = self.scratch / "measured.json"
        outcome.unlink(missing_ok=True)
        environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        done = subprocess.run([self.programs / "benchmark_measure", outcome, path, *map(str, words)],
                              capture_output=True, text=True, env=environment, check=False)
        if done.returncode != 0:
            command = f"{pathlib.Path(path).name} {' '.join(map(str, words))}"
            raise Wrong(f"{command} ended with {done.returncode}:\n{done.stderr}")
        cost = json.loads(outcome.read_text())
        said = json.loads(done.stdout) if done.stdout.startswith("{") else {}
        return {"wall": cost["wall"], "cpu": round(cost["user"] + cost["system"], 6),
                "peak_rss_kib": cost["peak_rss_kib"], "said": said}

    def ours(self, *words):
        return self.measure("corest_benchmark", *words)

    def in_turns(self, *programs):
        """Runs each of the programs `pairs` times, taking turns, in changing order. A list of results for each."""
        runs = [[] for _ in programs]
        for turn in range(self.pairs):
            order = list(enumerate(programs))
            for index, program in order if turn % 2 == 0 else reversed(order):
                runs[index].append(program())
        return runs

    def expect(self, said, expected, who):
        for key, value in expected.items():
            if said.get(key) != value:
                raise Wrong(f"{who}: {key} is {said.get(key)}, and the generator made {value}")


def middle(runs, what):
    return statistics.median(run[what] for run in runs)


def ratio(ours, theirs, what):
    """The median of the ratios of runs that stood beside one another."""
    return statistics.median(a[what] / b[what] for a, b in zip(ours, theirs))


def goal(what, value, limit):
    return {"what": what, "value": round(value, 3), "limit": limit, "met": value <= limit}


def compared(job, ours, theirs, limits):
    """The result of a job that is a race. \p limits: "wall" and "cpu" as parts of theirs"""
    ratios = {what: round(ratio(ours, theirs, what), 3) for what in ("wall", "cpu")}
    return {
        "job": job.name, "what": job.what, "against": job.against, "unit": "s",
        "ours": {what: middle(ours, what) for what in ("wall", "cpu", "peak_rss_kib")},
        "theirs": {what: middle(theirs, what) for what in ("wall", "cpu", "peak_rss_kib")},
        "ratios": ratios,
        "goals": [goal(what, ratios[what], limit) for what, limit in limits.items()],
        "runs": {"ours": ours, "theirs": theirs},
    }


# ---- two builds ----

def versus(job, bench, other):
    """How one build of corest stands to another, the two taking turns: medians of ratios of neighbouring runs."""
    ours, theirs = bench.in_turns(lambda: job.ours(bench), lambda: job.ours(other))
    return {"job": job.name, "runs": {"this": ours, "other": theirs},
            "this": {what: middle(ours, what) for what in ("wall", "cpu")},
            "other": {what: middle(theirs, what) for what in ("wall", "cpu")},
            "ratios": {what: round(ratio(ours, theirs, what), 3) for what in ("wall", "cpu")},
            "least": {what: round(min(r[what] for r in ours) / min(r[what] for r in theirs), 3)
                      for what in ("wall", "cpu")}}


# ---- downloads ----

def read_flat(bench, base, *options):
    run = bench.ours("flat", base, *options)
    bench.expect(run["said"], {"ids": bench.expected["flat"]["ids"]}, "ours")
    return run


def download_flat(bench, base, *options):
    run = bench.measure("benchmark_download", base, bench.records, bench.page, *options)
    bench.expect(run["said"], {"bytes": bench.expected["flat"]["bytes"]}, "theirs")
    return run


# How a user asks for speed where the API states a total: offset(100).concurrency(4).
AT_ONCE = ("--concurrency", 4)


def flat(job, bench):
    ours, theirs = bench.in_turns(lambda: job.ours(bench), lambda: download_flat(bench, bench.server.plain))
    return compared(job, ours, theirs, {"flat": {"wall": 0.8, "cpu": 1.1}, "flat_next": {"cpu": 1.0}}.get(job.name, {}))


def tls(job, bench):
    trusted = ("--ca", bench.server.certificate)
    ours, theirs = bench.in_turns(lambda: job.ours(bench), lambda: download_flat(bench, bench.server.tls, *trusted))
    return compared(job, ours, theirs, {"wall": 1.0, "cpu": 1.2} if job.name == "tls" else {})


def gzip(job, bench):
    ours, theirs = bench.in_turns(lambda: job.ours(bench), lambda: download_flat(bench, bench.server.gzip, "--gzip"))
    return compared(job, ours, theirs, {"cpu": 0.6} if job.name == "gzip" else {})


# ---- storing ----

def dictionary(bench, disposition):
    """A file with the dictionary of the flat collection."""
    file = bench.scratch / f"{disposition}.json"
    file.write_text(json.dumps({
        "client": {"base_url": bench.server.plain},
        "resources": [{
            "name": "records", "primary_key": "id", "write_disposition": disposition,
            "endpoint": {"path": "/records", "data_selector": "data",
                         "paginator": {"type": "offset", "limit": bench.page, "concurrency": AT_ONCE[1]}},
        }],
    }))
    return file


def check_ids(bench, ids, who, expected=None):
    rows = total = exclusive_or = 0
    for number in ids:
        rows += 1
        total += number
        exclusive_or ^= number
    bench.expect({"rows": rows, "sum": total, "xor": exclusive_or},
                 expected or bench.expected["flat"]["ids"], who)


def id_of(line):
    found = re.match(rb'\{"id":(\d+),.*\}\n$', line)
    if not found:
        raise Wrong(f"ndjson: no record is {line[:200]!r}")
    return int(found[1])


def load_ndjson(bench):
    folder = bench.results()
    run = bench.ours("load", dictionary(bench, "append"), f"ndjson:{folder}")
    with open(folder / "records.ndjson", "rb") as lines:
        check_ids(bench, (id_of(line) for line in lines), "ours, stored")
    return run


def ndjson(job, bench):
    def download():
        file = bench.results() / "bodies"
        run = download_flat(bench, bench.server.plain, "--output", file)
        bench.expect({"bytes": file.stat().st_size}, {"bytes": bench.expected["flat"]["bytes"]}, "theirs, stored")
        return run

    ours, theirs = bench.in_turns(lambda: job.ours(bench), download)
    bench.results()
    return compared(job, ours, theirs, {"wall": 1.2, "cpu": 1.4})


def load_sqlite(bench):
    file = fresh_database(bench, "ours")
    run = bench.ours("load", dictionary(bench, "merge"), f"sqlite:{file}")
    check_database(bench, file, "ours, stored")
    return run


def insert_sqlite(bench):
    file = fresh_database(bench, "theirs")
    run = bench.measure("benchmark_insert", bench.data / "rows", file)
    check_database(bench, file, "theirs, stored")
    return run


def database_of(bench, who):
    return bench.data / "results" / f"{who}.db"


def fresh_database(bench, who):
    """The path of a database that is not there yet. The other side's is left, to be compared with."""
    file = database_of(bench, who)
    file.parent.mkdir(exist_ok=True)
    for old in file.parent.glob(f"{who}.db*"):
        old.unlink()
    return file


def check_database(bench, file, who):
    with contextlib.closing(sqlite3.connect(file)) as database:
        check_ids(bench, (row[0] for row in database.execute("SELECT id FROM records")), who)


def sqlite(job, bench):
    bench.results()
    ours, theirs = bench.in_turns(lambda: job.ours(bench), lambda: insert_sqlite(bench))
    same_tables(database_of(bench, "ours"), database_of(bench, "theirs"))
    bench.results()
    return compared(job, ours, theirs, {"wall": 1.0, "cpu": 1.4})


def same_tables(one, other):
    """Every value, and the columns in their order: else it would be no comparison."""
    with contextlib.closing(sqlite3.connect(one)) as database:
        database.execute("ATTACH ? AS other", (str(other),))
        names = [[row[1] for row in database.execute(f"PRAGMA {schema}.table_info(records)")]
                 for schema in ("main", "other")]
        if names[0] != names[1]:
            raise Wrong(f"sqlite: our columns are {names[0]}, theirs {names[1]}")
        differing = " OR ".join(f'a."{n}" IS NOT b."{n}" OR typeof(a."{n}") <> typeof(b."{n}")' for n in names[0])
        query = f"SELECT a.id FROM main.records a JOIN other.records b ON a.id = b.id WHERE {differing} LIMIT 1"
        for row in database.execute(query):
            raise Wrong(f"sqlite: the row with id {row[0]} is not the same in both databases")


# ---- typed ----

def read_typed(bench):
    run = bench.ours("typed", bench.server.plain)
    bench.expect(run["said"], {"ids": bench.expected["flat"]["ids"]}, "ours")
    return run


def typed(job, bench):
    def by_hand():
        run = bench.measure("benchmark_ondemand", bench.data / "flat", bench.records, bench.page)
        bench.expect(run["said"], {"ids": bench.expected["flat"]["ids"]}, "theirs")
        run["cpu"] = run["said"]["cpu"]  # without reading the files
        return run

    # Of the two downloads the cheaper one is taken off: ours reads the pages without looking at more than the ids.
    ours, theirs, download, own_download = bench.in_turns(
        lambda: job.ours(bench), by_hand,
        lambda: download_flat(bench, bench.server.plain),
        lambda: read_flat(bench, bench.server.plain, "--plain"))
    for run in ours:
        for key in ("text", "active", "score"):
            if run["said"][key] != theirs[0]["said"][key]:
                raise Wrong(f"typed: {key} is {run['said'][key]}, and simdjson's is {theirs[0]['said'][key]}")
    download = [min(pair, key=lambda run: run["cpu"]) for pair in zip(download, own_download)]
    result = compared(job, ours, theirs, {})
    beyond = statistics.median((a["cpu"] - d["cpu"]) / b["cpu"] for a, b, d in zip(ours, theirs, download))
    result["download"] = {"cpu": middle(download, "cpu")}
    result["ratios"] = {"cpu": round(beyond, 3)}
    result["ours"].pop("wall")
    result["theirs"].pop("wall")
    result["note"] = f"ours without {result['download']['cpu']:.2f} s for the download"
    result["goals"] = [goal("cpu", beyond, 1.1)]
    result["runs"]["download"] = download
    return result


# ---- trees ----

def read_tree(bench, base, concurrency):
    run = bench.ours("tree", base, "--concurrency", concurrency)
    bench.expect(run["said"], {"ids": bench.expected["tree"]["ids"], "requests": 2051}, "ours")
    return run


def tree_late(job, bench):
    runs, = bench.in_turns(lambda: job.ours(bench))
    least = server.LATENCY * 2051 / 16
    wall = middle(runs, "wall")
    return {
        "job": job.name, "what": job.what, "against": job.against, "unit": "s",
        "ours": {what: middle(runs, what) for what in ("wall", "cpu", "peak_rss_kib")},
        "theirs": {"wall": round(least, 3)},
        "ratios": {"wall": round(wall / least, 3)}, "goals": [goal("wall", wall / least, 1.1)], "runs": {"ours": runs},
    }


def tree(job, bench):
    def download():
        run = bench.measure("benchmark_download_tree", bench.server.plain, 8)
        bench.expect(run["said"], {"bytes": bench.expected["tree"]["bytes"], "requests": 2051}, "theirs")
        return run

    ours, theirs = bench.in_turns(lambda: job.ours(bench), download)
    return compared(job, ours, theirs, {"wall": 1.0, "cpu": 1.5})


# ---- memory ----

def within_memory(job, run, early, note):
    """The result of a job that is about memory only. \p early: what it had needed at an early point"""
    peak = run["said"]["peak_rss_kib"]
    return {
        "job": job.name, "what": job.what, "against": job.against, "unit": "MiB", "note": note,
        "ours": {"peak_rss_kib": peak, "peak_rss_kib_early": early, "wall": run["wall"], "cpu": run["cpu"]},
        "theirs": {}, "ratios": {}, "runs": {"ours": [run]},
        "goals": [goal("MiB", peak / MEBIBYTE, 24), goal("growth, MiB", (peak - early) / MEBIBYTE, 1)],
    }


def memory_flat(job, bench):
    records = 2_000_000 if bench.quick else 10_000_000
    run = bench.ours("flat", bench.server.plain, "--plain", "--path", "/repeated", "--until", records)
    times = records // bench.records
    bench.expect(run["said"]["ids"],
                 {"rows": records, "sum": times * bench.expected["flat"]["ids"]["sum"], "xor": 0}, "ours")
    return within_memory(job, run, run["said"]["peak_rss_kib_first_million"],
                         f"{records:,} records, the same pages {times} times under different offsets")


def memory_tree(job, bench):
    parents = 20_000 if bench.quick else 200_000
    run = bench.ours("children", bench.server.plain, "--parents", parents)
    one = bench.expected["children"]["ids"]
    bench.expect(run["said"], {"requests": parents}, "ours")
    bench.expect(run["said"]["ids"], {"rows": parents * one["rows"], "sum": parents * one["sum"]}, "ours")
    return within_memory(job, run, run["said"]["peak_rss_kib_at_mark"],
                         f"{parents:,} parents, a request for each one's children")


# ---- what a run's state costs ----

def state_flat(job, bench):
    """A run that keeps how far it has come, beside one that does not: rows of one collection, made in memory."""
    rows = 200_000 if bench.quick else 2_000_000

    def load(state):
        target = bench.results() / "stored"
        run = bench.measure("benchmark_parents", "flat", rows, f"{job.destination}:{target}", state)
        bench.expect(run["said"], {"rows": rows}, state)
        return run

    ours, theirs = bench.in_turns(lambda: load("with"), lambda: load("without"))
    bench.results()
    return compared(job, ours, theirs, {"wall": 1.05})


def state_parents(job, bench):
    parents = 100_000 if bench.quick else 2_000_000
    target = bench.results() / "stored"
    run = bench.measure("benchmark_parents", "parents", parents, f"sqlite:{target}")
    bench.expect(run["said"], {"rows": parents}, "ours")
    bench.results()
    open_walks = run["said"]["open_walks"]
    peak = run["said"]["peak_rss_kib"]
    page, queue, in_flight = 100, 16, 8
    return {
        "job": job.name, "what": job.what, "against": job.against, "unit": "MiB",
        "note": f"{parents:,} parents, a request for each one's children, into SQLite; at most {open_walks} open walks",
        "ours": {"peak_rss_kib": peak, "wall": run["wall"], "cpu": run["cpu"]},
        "theirs": {}, "ratios": {}, "runs": {"ours": [run]},
        "goals": [goal("MiB", peak / MEBIBYTE, 64), goal("open walks", open_walks, 4 * (page + queue + in_flight) * 2)],
    }


# ---- in the process ----

def hand_out(job, bench):
    page = bench.data / "flat" / "0.json"
    runs = [bench.ours("hand_out", page, 2_000_000 if bench.quick else 20_000_000) for _ in range(bench.pairs)]
    found = {key: round(statistics.median(run["said"][key] for run in runs), 2) for key in runs[0]["said"]}
    return {
        "job": job.name, "what": job.what, "against": job.against, "unit": "ns",
        "ours": found, "theirs": {}, "ratios": {},
        "goals": [goal("co_await next(), ns", found["next"], 60), goal("step in a page, ns", found["step"], 5),
                  goal("filter | take in a page, ns", found["adapted"], 5)],
        "note": f"next() then try_next() {found['try_next']} ns, page.json(i) {found['text']} ns, "
                f"cut, handed out and id read from memory {found['everything']:.0f} ns",
        "runs": {"ours": runs},
    }


# ---- compiling ----

def compile_time(job, bench):
    bench = bench.having(pairs=min(bench.pairs, 2)) # half a minute each, and not noisy
    root = pathlib.Path(__file__).resolve().parents[2]
    sources = root / "tests" / "benchmark" / "compile_time"
    common = ("-std=c++20", "-O2", "-DNDEBUG", "-c", "-o", bench.scratch / "object.o")
    ours = ("-I", root / "include", "-DCOREST_WITH_LIBDEFLATE=1", "-DCOREST_WITH_ZSTD=1", sources / "flow.cpp")
    header_only, separate, theirs = bench.in_turns(
        lambda: bench.measure(bench.compiler, *common, *ours),
        lambda: bench.measure(bench.compiler, *common, "-DCOREST_SEPARATE_COMPILATION", *ours),
        lambda: bench.measure(bench.compiler, *common, sources / "beast_get.cpp"))
    whole = ratio(header_only, theirs, "cpu")
    part = ratio(separate, theirs, "cpu")
    return {
        "job": job.name, "what": job.what, "against": job.against, "unit": "s",
        "ours": {"cpu": middle(header_only, "cpu"), "separate_cpu": middle(separate, "cpu"),
                 "peak_rss_kib": middle(header_only, "peak_rss_kib")},
        "theirs": {what: middle(theirs, what) for what in ("cpu", "peak_rss_kib")},
        "ratios": {"header_only": round(whole, 3), "separate": round(part, 3)},
        "note": f"with the separately compiled part {middle(separate, 'cpu'):.1f} s",
        "goals": [goal("cpu, header-only", whole, 1.22), goal("cpu, separate", part, 0.21)],
        "runs": {"ours": header_only, "separate": separate, "theirs": theirs},
    }


class Job:
    """\p ours: what corest does in it, checked, where that can be run alone, as for comparing two builds."""

    group = "throughput"  # a name for several jobs

    def __init__(self, name, function, what, against, ours=None):
        self.name = name
        self.function = function
        self.what = what
        self.against = against
        self.ours = ours

    def run(self, bench):
        return self.function(self, bench)


class StateJob(Job):
    """\p destination: the kind that is written to"""

    def __init__(self, name, function, what, against, destination):
        super().__init__(name, function, what, against)
        self.destination = destination


def read_plain(*options):
    return lambda bench: read_flat(bench, bench.server.plain, "--plain", *options)


def read_tls(*options):
    return lambda bench: read_flat(bench, bench.server.tls, "--plain", "--ca", bench.server.certificate, *options)


def read_gzip(*options):
    return lambda bench: read_flat(bench, bench.server.gzip, *options)


ALL = [
    Job("flat", flat, "flat records, four pages at once: fetch, select, hand out, read the id", "libcurl, download only",
        read_plain(*AT_ONCE)),
    Job("flat_serial", flat, "the same, one request at a time", "libcurl, download only", read_plain()),
    Job("flat_next", flat, "four pages at once, record by record: co_await records.next()", "libcurl, download only",
        read_plain("--next", *AT_ONCE)),
    Job("tls", tls, "four pages at once over TLS", "libcurl over TLS", read_tls(*AT_ONCE)),
    Job("tls_serial", tls, "the same, one request at a time", "libcurl over TLS", read_tls()),
    Job("gzip", gzip, "four pages at once, gzip", "libcurl with its own gunzip", read_gzip(*AT_ONCE)),
    Job("gzip_serial", gzip, "the same, one request at a time", "libcurl with its own gunzip", read_gzip()),
    Job("ndjson", ndjson, "four pages at once, into NDJSON", "libcurl, raw bodies into a file", load_ndjson),
    Job("sqlite", sqlite, "four pages at once, into SQLite, merge on id", "bare sqlite3, rows from memory", load_sqlite),
    Job("typed", typed, "typed records, a struct of 8 fields", "simdjson on-demand by hand, from memory", read_typed),
    Job("tree_late", tree_late, "tree, 2,051 requests, 20 ms latency, 16 in flight", "latency x requests / 16",
        lambda bench: read_tree(bench, bench.server.late, 16)),
    Job("tree", tree, "tree without latency, 8 in flight", "libcurl multi, 8 connections",
        lambda bench: read_tree(bench, bench.server.plain, 8)),
    Job("memory_flat", memory_flat, "memory: very many flat records", "-"),
    Job("memory_tree", memory_tree, "memory: very many children", "-"),
    StateJob("state_sqlite", state_flat, "the state of a run into SQLite", "the same run without state", "sqlite"),
    StateJob("state_ndjson", state_flat, "the state of a run into NDJSON", "the same run without state", "ndjson"),
    Job("state_parents", state_parents, "memory: the state of very many parents", "-"),
    Job("hand_out", hand_out, "one record handed out", "-"),
    Job("compile_time", compile_time, "compiling a file that runs a flow", "a file with a Beast and ssl GET coroutine"),
]
