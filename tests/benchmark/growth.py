"""What one item costs where there are few of them and where there are many. Called by growth.sh, which builds all."""

import argparse
import dataclasses
import json
import pathlib
import shutil
import signal
import sys
import tempfile

import jobs
import plot
import run
import server

DATA = 100_000
REQUESTS = 20_000


@dataclasses.dataclass
class Series:
    """A kind of thing there may be many of.

    \p item: what the cost is of. \p upper: how many of the largest sizes must cost the same.
    \p flat_memory: whether memory must not grow from a tenth of the largest size on; else it is that of what must be
    held: connections, tables
    """

    name: str
    title: str
    item: str
    sizes: list
    words: object
    upper: int
    flat_memory: bool


def series_of(given, base, scratch):
    def decades(first, last):
        return [10 ** power for power in range(first, last + 1)]

    few = 1 if given.quick else 0
    return [
        Series("records", "records, over HTTP", "record",
               decades(4, 7 if given.full else 6 - few), lambda size: (base,), 3, True),
        Series("parents", "parents, from memory", "parent", decades(0, 6 - few),
               lambda size: (), 3, True),
        Series("resources", "resources, into SQLite", "resource", decades(0, 3 - few),
               lambda size: (base, scratch / "grown.db"), 2, False),
        Series("in_flight", "in flight, over HTTP", "request",
               [2 ** power for power in range(0, 9)], lambda size: (base, REQUESTS // (10 if given.quick else 1)), 5,
               False),
    ]


def measure(series, bench):
    """A list of size, CPU seconds for each item, and KiB."""
    found = []
    for size in series.sizes:
        said = bench.ours("growth", series.name, size, *series.words(size))["said"]
        found.append((size, said["cpu"], said["peak_rss_kib"]))
    return found


def worst_growth(values):
    """The most that a value is of one before it, less one. What falls has not grown."""
    return max(later / earlier for at, later in enumerate(values) for earlier in values[:at]) - 1


def goals(series, found):
    for what, points in ((f"CPU for each {series.item}", [(size, cpu) for size, cpu, _ in found[-series.upper:]]),
                         ("memory", [(size, kib) for size, _, kib in found[-2:]] if series.flat_memory else [])):
        if points:
            yield f"{what}, {points[0][0]:,} to {points[-1][0]:,}", worst_growth([value for _, value in points])


def table(series, found):
    lines = [f"{series.title}:", f"  {series.name:>12}  {'CPU for each':>14}  {'memory':>10}"]
    lines += [f"  {size:>12,}  {plot.duration(cpu):>14}  {kib / 1024:>6.1f} MiB" for size, cpu, kib in found]
    for what, growth in goals(series, found):
        lines.append(f"  {what}: {100 * growth:+.1f} % (<= 5 {'met' if growth <= 0.05 else 'MISSED'})")
    if not series.flat_memory:
        (few, _, before), (many, _, after) = found[0], found[-1]
        lines.append(f"  memory for each: {(after - before) / (many - few):.1f} KiB")
    return "\n".join(lines)


def arguments():
    parser = argparse.ArgumentParser(prog="tests/benchmark/growth.sh")
    parser.add_argument("--build", required=True, type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--full", action="store_true", help="up to 10,000,000 records")
    parser.add_argument("--quick", action="store_true", help="up to a tenth of it")
    parser.add_argument("--svg", type=pathlib.Path, help="also draw it to this file")
    parser.add_argument("--json", type=pathlib.Path, help="also write the figures to this file")
    parser.add_argument("--data", type=pathlib.Path, help="where the data are made or found")
    return parser.parse_args()


def main():
    given = arguments()
    programs = given.build.resolve() / "tests" / "benchmark"
    if given.svg: # better to know now than at the end
        given.svg.parent.mkdir(parents=True, exist_ok=True)
    folder, passing = run.place_for_data(given, DATA)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="corest-benchmark-"))
    measured = []
    try:
        expected = run.make_data(folder, programs / "benchmark_data", DATA)
        scratch.chmod(0o755)
        with server.Server(folder, DATA, scratch) as running:
            bench = jobs.Bench(running, None, programs, folder, scratch, expected, run.PAGE, 1, given.quick, "")
            for series in series_of(given, running.plain, scratch):
                found = measure(series, bench)
                measured.append((series, found))
                print(table(series, found) + "\n", flush=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        if passing:
            shutil.rmtree(folder, ignore_errors=True)
    if given.json:
        given.json.write_text(json.dumps({series.name: found for series, found in measured}, indent=1) + "\n")
    if given.svg:
        given.svg.write_text(plot.draw([(series.title, series.item, found) for series, found in measured]))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        main()
    except jobs.Wrong as wrong:
        print(f"\ngrowth.sh: WRONG RESULT: {wrong}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
