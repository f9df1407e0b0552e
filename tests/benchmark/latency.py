"""The jobs at a distance: every answer is late by 20 or 100 ms, so what counts is how many requests are in flight."""

import json
import subprocess
import urllib.request

import jobs
from server import end_with_parent

GROUP = "latency"


class LateServer:
    """`with LateServer(program) as late:` - late/server.cpp, which says what it serves."""

    def __init__(self, program):
        self.program = program
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen([self.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        preexec_fn=end_with_parent)
        self.has = json.loads(self.process.stdout.readline())
        self.base = f"http://127.0.0.1:{self.has['port']}"
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def counts(self):
        """How many requests have come since the last call, and how many of them for what lies beyond the end."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.base}/counts", timeout=10) as answer:
            return json.load(answer)

    def samples(self):
        return [100 * project + sample for project in range(1, self.has["projects"] + 1)
                for sample in range(1, self.has["samples"] + 1)]

    def ids(self, paging):
        """What a reader must come to."""
        if paging == "tree":
            return checksum(100 * sample + file for sample in self.samples()
                            for file in range(1, self.has["files"] + 1))
        pages = self.has["split_pages" if paging == "split" else "pages"]
        return checksum(1000 + 7 * number for number in range(pages * self.has["page_size"]))

    def targets(self, paging):
        """All that there is to ask for, in order."""
        size = self.has["page_size"]
        if paging == "tree":
            return ["projects", *(f"projects/{project}/samples" for project in range(1, self.has["projects"] + 1)),
                    *(f"samples/{sample}/files" for sample in self.samples())]
        pages = range(self.has["split_pages" if paging == "split" else "pages"])
        if paging in ("offset", "total"):
            return [f"{paging}?offset={number * size}&limit={size}" for number in pages]
        if paging in ("pages", "links"):
            return [f"{paging}?page={number}" for number in pages]
        return [f"{paging}?cursor=c{number}" if number else paging for number in pages]


def checksum(ids):
    rows = total = exclusive_or = 0
    for number in ids:
        rows += 1
        total += number
        exclusive_or ^= number
    return {"rows": rows, "sum": total, "xor": exclusive_or}


def rounds_of_pages(pages, in_flight):
    """How often a latency must be waited for at least, by a client that knows what there is to ask for."""
    return -(-pages // in_flight)


def rounds_of_tree(projects, samples, in_flight):
    """The same of a tree, whose paths stand in the answers of the level above: no client can do with less.

    Every latency is the same, so a schedule is a row of rounds with up to `in_flight` requests each. The first one is
    that of the root alone. It is best to ask for samples first, as they are what makes more requests possible.
    """
    rounds, opening, leaves = 1, projects, 0
    while opening or leaves:
        asked = min(opening, in_flight)
        leaves -= min(leaves, in_flight - asked)
        opening -= asked
        leaves += asked * samples
        rounds += 1
    return rounds


class LateJob(jobs.Job):
    """One way of paging, at one latency, with so many requests in flight.

    The limit is the fewest rounds, times the latency: a client that knows everything beforehand asks for `in_flight`
    pages in each. Cursors and links can be followed one after the other only, however many may be in flight.
    \p milliseconds of latency
    """

    group = GROUP
    # Within so much of the limit. Pages that can be predicted are read ahead by a window that grows, so that the first
    # rounds are not full; with 64 in flight that is most of them, and there is no goal.
    GOALS = {"offset": 1.25, "pages": 1.25, "total": 1.25, "cursor": 1.02, "links": 1.02, "tree": 1.05}
    WORDS = {"offset": "offset, no total", "pages": "page_number, no total", "total": "offset, total stated",
             "cursor": "cursor", "links": "next link in the body", "tree": "tree of three levels"}

    def __init__(self, paging, milliseconds, in_flight):
        serial = in_flight == 1
        what = f"{self.WORDS[paging]}; {milliseconds} ms" + ("" if serial else f", {in_flight} in flight")
        super().__init__(f"{paging}_{milliseconds}ms" + ("" if serial else f"_{in_flight}"), LateJob.compare, what,
                         "libcurl multi, all URLs known" + (", one at a time" if serial else ""), self.read)
        self.paging = paging
        self.milliseconds = milliseconds
        self.in_flight = in_flight

    def read(self, bench):
        base = f"{bench.late.base}/{self.milliseconds}"
        words = ("tree", base) if self.paging == "tree" else ("late", base, self.paging)
        # Eight at once are the default.
        many = ("--concurrency", self.in_flight) if self.paging == "tree" or self.in_flight == 64 else ()
        return read(bench, self.paging, words + many)

    def limit(self, bench):
        has = bench.late.has
        rounds = rounds_of_tree(has["projects"], has["samples"], self.in_flight) if self.paging == "tree" \
            else rounds_of_pages(has["pages"], self.in_flight)
        return rounds * self.milliseconds / 1000

    def compare(self, bench):
        limit = self.limit(bench)
        bench = with_pairs(bench, 1 if self.milliseconds == 100 or limit > 2 else 3)
        ours, theirs = bench.in_turns(
            lambda: self.read(bench), lambda: download(bench, self.paging, self.milliseconds, self.in_flight))
        result = jobs.compared(self, ours, theirs, {})
        of_limit = jobs.middle(ours, "wall") / limit
        result["ratios"]["limit"] = round(of_limit, 3)
        result["note"] = f"the limit is {limit:.2f} s, ours {of_limit:.2f} of it"
        predictable = self.paging in ("offset", "pages", "total")
        if not (predictable and self.in_flight != 8):
            result["goals"].append(jobs.goal("of the limit", of_limit, self.GOALS[self.paging]))
        if predictable:
            beyond = max(run["said"]["beyond"] for run in ours)
            result["goals"].append(jobs.goal("beyond the end", beyond, self.in_flight))
        return result


def with_pairs(bench, most):
    """What waits is not noisy: fewer runs will do."""
    return bench.having(pairs=1 if bench.quick else min(bench.pairs, most))


def read(bench, paging, words):
    """Runs ours; the server must have been asked for each page, and for none twice."""
    bench.late.counts()
    run = bench.ours(*words)
    bench.expect(run["said"], {"ids": bench.late.ids(paging)}, "ours")
    counted = bench.late.counts()
    run["said"]["beyond"] = counted["beyond"]
    bench.expect({"requests": counted["requests"] - counted["beyond"]},
                 {"requests": len(bench.late.targets(paging))}, "ours, as the server has counted")
    return run


def download(bench, paging, milliseconds, in_flight):
    urls = bench.scratch / "urls"
    urls.write_text("".join(f"{bench.late.base}/{milliseconds}/{target}\n" for target in bench.late.targets(paging)))
    run = bench.measure("benchmark_download_urls", urls, in_flight)
    ids = bench.late.ids(paging)
    if paging == "tree": # it looks at every level
        ids = {"rows": ids["rows"] + bench.late.has["projects"] + len(bench.late.samples())}
        run["said"]["ids"] = {"rows": run["said"]["ids"]["rows"]}
    bench.expect(run["said"], {"ids": ids, "requests": len(bench.late.targets(paging))}, "theirs")
    return run


def read_split(bench):
    return read(bench, "split", ("late", f"{bench.late.base}/0", "split"))


def split(job, bench):
    bench = with_pairs(bench, 3)
    ours, theirs = bench.in_turns(lambda: read_split(bench), lambda: download(bench, "split", 0, 1))
    return jobs.compared(job, ours, theirs, {"wall": 0.05})


SPLIT = jobs.Job("split", split, "51 pages, one after the other, header and body in two segments (Nagle, delayed ACK)",
                 "libcurl, the same pages", read_split)
SPLIT.group = GROUP

ALL = [LateJob(paging, milliseconds, in_flight)
       for milliseconds in (20, 100)
       for paging in ("offset", "pages", "total", "tree", "cursor", "links")
       for in_flight in ((1,) if paging in ("cursor", "links") else (8, 64))] + [SPLIT]
